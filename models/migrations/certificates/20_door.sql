-- Whether a paper is genuine, asked by anybody who holds it. One index finds it or does not: a code that nobody has costs the same.
-- Of the contract number only the end is told, of the holder nothing: whoever has the paper has it all, whoever found a code has not.

grant create on schema bailiwick to bailiwick_door;
set role bailiwick_door;
create function verify_certificate(asked_code text, asked_sha256 text) returns table (
    kind text, issuer text, brand text, contract_number text, as_of_on date, requested_at timestamptz, main_amount numeric, currency text,
    is_same_file boolean)
  language plpgsql stable security definer set search_path = bailiwick as $$
#variable_conflict use_column
begin
  return query select c.kind, c.issuer, c.brand, right(c.contract_number, least(4, length(c.contract_number) / 2)), c.as_of_on,
      c.requested_at, c.main_amount, c.currency, d.sha256 = asked_sha256
    from certificate c join document d on d.tenant_id = c.tenant_id and d.id = c.document_id
    where c.code = asked_code and c.state = 'READY' limit 1;
end $$;
revoke execute on function verify_certificate from public;
grant execute on function verify_certificate to bailiwick_app;
reset role;
revoke create on schema bailiwick from bailiwick_door;
