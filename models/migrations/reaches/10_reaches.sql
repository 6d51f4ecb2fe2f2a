-- Reaches of many accounts. The settings of a scope say its keys one by one as long as they are few; more of them stay here, and the setting
-- names the set: "@" and its id. So a statement is as short for an accountant of a thousand customers as for a customer, and what
-- row-level security compares with is found in a hash and not by going through a list for every row.

-- A set is never changed: its id is made of its keys, so all who reach the same share one, and one that is gone is stored again by whoever
-- needs it (`reach_set_keys` raises, and the scope is read anew).
create table reach_set (
  tenant_id uuid not null references tenant, id uuid not null, keys uuid[] not null, used_at timestamptz not null,
  primary key (tenant_id, id));
alter table reach_set alter column keys set storage external; -- random bits: packing them takes time and gives nothing
create index on reach_set (tenant_id, used_at);

alter table reach_set enable row level security;
alter table reach_set force row level security;
create policy owner on reach_set to bailiwick_owner using (true);
create policy job on reach_set to bailiwick_jobs using (tenant_id = (select scope_tenant()));
create policy door on reach_set to bailiwick_door using (true);
grant select, delete on reach_set to bailiwick_jobs;
grant select, insert, update (used_at) on reach_set to bailiwick_door;

grant create on schema bailiwick to bailiwick_door;
set role bailiwick_door;

-- Looks before it writes: `on conflict` locks a row that it leaves alone, too, and a mutation would hold that lock to its end, against all who
-- share the set.
create function keep_reach_set(tenant uuid, set_id uuid, set_keys uuid[], at timestamptz) returns void
  language plpgsql volatile security definer set search_path = bailiwick as $$
begin
  perform from reach_set r where r.tenant_id = tenant and r.id = set_id and r.used_at >= at - interval '1 hour';
  if found then return; end if;
  insert into reach_set as kept (tenant_id, id, keys, used_at) values (tenant, set_id, set_keys, at)
    on conflict (tenant_id, id) do update set used_at = greatest(kept.used_at, excluded.used_at);
end $$;

create function reach_set_keys(set_id uuid) returns uuid[] language plpgsql stable parallel safe security definer set search_path = bailiwick as $$
declare found_keys uuid[];
begin
  select r.keys into found_keys from reach_set r where r.tenant_id = scope_tenant() and r.id = set_id;
  if not found then raise exception 'the scope names keys that are not there' using errcode = 'SC001'; end if;
  return found_keys;
end $$;
reset role;
revoke create on schema bailiwick from bailiwick_door;

-- The keys that a setting says, or names. Unset, or set in a transaction before, it says none.
create function reach_keys(said text) returns uuid[] language sql stable parallel safe
  return case when left(said, 1) = '@' then reach_set_keys(substr(said, 2)::uuid) else nullif(said, '')::uuid[] end;
create or replace function scope_accounts() returns uuid[] language sql stable parallel safe
  return reach_keys(current_setting('bailiwick.accounts', true));
create or replace function scope_parties() returns uuid[] language sql stable parallel safe
  return reach_keys(current_setting('bailiwick.parties', true));
create or replace function scope_own_parties() returns uuid[] language sql stable parallel safe
  return reach_keys(current_setting('bailiwick.own_parties', true));

revoke execute on function keep_reach_set, reach_set_keys, reach_keys from public;
grant execute on function keep_reach_set, reach_set_keys to bailiwick_app;
grant execute on function reach_keys to bailiwick_app, bailiwick_jobs, bailiwick_door;

do $$
declare
  name text;
  tenant constant text := 'tenant_id = (select scope_tenant())';
  is_staff constant text := '(select scope_realm()) = ''STAFF''';
  accounts constant text := '(select unnest(scope_accounts()))';
begin
  foreach name in array array['profile', 'contract', 'asset', 'amortization_schedule', 'amortization_line', 'installment', 'statement',
      'operation', 'claim_case', 'document', 'invoice', 'invoice_line', 'invoice_vat_total', 'mandate', 'payment', 'payment_allocation',
      'direct_debit', 'account_party', 'settlement_quote', 'certificate'] loop
    execute format('alter policy reach on %I using (%s and (account_id in %s or %s))', name, tenant, accounts, is_staff);
  end loop;
  execute format('alter policy reach on account using (%s and (id in %s or %s))', tenant, accounts, is_staff);
  execute format('alter policy reach on party using (%s and (id in (select unnest(scope_parties())) or %s))', tenant, is_staff);
  foreach name in array array['address', 'contact_point', 'bank_account'] loop
    execute format('alter policy reach on %I using (%s and (party_id in (select unnest(scope_own_parties())) or %s))', name, tenant, is_staff);
  end loop;
  execute format('alter policy reach on portal_user using (%s and (id = (select scope_user()) or %s or exists (
    select from profile p where p.tenant_id = portal_user.tenant_id and p.user_id = portal_user.id and p.account_id in %s)))',
    tenant, is_staff, accounts);
  execute format('alter policy reading on audit_event using (%s and (account_id in %s or user_id = (select scope_user()) or %s))',
    tenant, accounts, is_staff);
end $$;
