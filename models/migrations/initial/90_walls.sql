-- The third wall, and who is granted what. Every table with `tenant_id` is under forced row-level security; the roles own nothing.

do $$
declare
  name text;
  own text;
  tenant constant text := 'tenant_id = (select scope_tenant())';
  is_staff constant text := '(select scope_realm()) = ''STAFF''';
begin
  -- Both walls: the tenant, and the account unless the caller is of the house's own staff.
  foreach name in array array['profile', 'contract', 'asset', 'amortization_schedule', 'amortization_line', 'installment', 'statement',
      'operation', 'claim_case', 'document', 'invoice', 'invoice_line', 'invoice_vat_total', 'mandate', 'payment', 'payment_allocation',
      'direct_debit', 'account_party'] loop
    execute format('create policy reach on %I to bailiwick_app using (%s and (account_id = any((select scope_accounts())::uuid[]) or %s))',
      name, tenant, is_staff);
  end loop;
  execute format('create policy reach on account to bailiwick_app using (%s and (id = any((select scope_accounts())::uuid[]) or %s))', tenant, is_staff);
  execute format('create policy reach on party to bailiwick_app using (%s and (id = any((select scope_parties())::uuid[]) or %s))', tenant, is_staff);
  -- Private: co-borrowers and guarantors share the file of an account, not each other's bank and contact data.
  foreach name in array array['address', 'contact_point', 'bank_account'] loop
    execute format('create policy reach on %I to bailiwick_app using (%s and (party_id = any((select scope_own_parties())::uuid[]) or %s))',
      name, tenant, is_staff);
  end loop;
  execute format('create policy reach on portal_user to bailiwick_app using (%s and (id = (select scope_user()) or %s or exists (
    select from profile p where p.tenant_id = portal_user.tenant_id and p.user_id = portal_user.id
      and p.account_id = any((select scope_accounts())::uuid[]))))', tenant, is_staff);
  execute format('create policy reach on staff to bailiwick_app using (%s and %s)', tenant, is_staff);
  foreach name in array array['login_identity', 'session'] loop
    execute format('create policy reach on %I to bailiwick_app using (%s and (user_id = (select scope_user()) or staff_id = (select scope_user())))',
      name, tenant);
  end loop;
  foreach name in array array['portal', 'portal_policy', 'import_sync'] loop
    execute format('create policy reach on %I to bailiwick_app using (%s)', name, tenant);
  end loop;
  execute 'create policy reach on tenant to bailiwick_app using (id = (select scope_tenant()))';
  foreach name in array array['import_run', 'import_row', 'parked_row'] loop
    execute format('create policy reach on %I to bailiwick_app using (%s and %s)', name, tenant, is_staff);
  end loop;
  -- What a change writes down is written by whoever changes, and read by staff and by those whose account it is.
  execute format('create policy reading on audit_event for select to bailiwick_app using (%s and (account_id = any((select scope_accounts())::uuid[])
    or user_id = (select scope_user()) or %s))', tenant, is_staff);
  execute format('create policy writing on audit_event for insert to bailiwick_app with check (%s)', tenant);
  execute format('create policy reading on outbox_message for select to bailiwick_app using (%s and %s)', tenant, is_staff);
  execute format('create policy writing on outbox_message for insert to bailiwick_app with check (%s)', tenant);
  execute format('create policy own on idempotency_record to bailiwick_app using (%s and actor_id = (select scope_user()))', tenant);

  for name in select relname from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r'
      and relname not in ('installation', 'portal_host', 'job', 'migration') and relname not like 'tortoise%' loop
    own := case name when 'tenant' then 'id' else 'tenant_id' end;
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to bailiwick_owner using (true)', name);
    execute format('create policy job on %I to bailiwick_jobs using (%I = (select scope_tenant()))', name, own);
    execute format('create policy door on %I to bailiwick_door using (true)', name);
  end loop;
end $$;

-- The web role reads, and writes what its mutations write; where only some columns may change, they are named.
grant select on tenant, portal, portal_policy, party, address, contact_point, account, profile, portal_user, staff, login_identity,
  contract, asset, amortization_schedule, amortization_line, installment, statement, operation, claim_case, document, invoice,
  invoice_line, invoice_vat_total, mandate, payment, payment_allocation, direct_debit, account_party, audit_event, idempotency_record,
  import_run, import_row, import_sync, parked_row, outbox_message, installation to bailiwick_app;
grant select (tenant_id, id, party_id, iban_last4, iban_country, bic, holder_name, verification, valid_from_on, valid_to_on,
  source, external_id, source_version, created_at, updated_at) on bank_account to bailiwick_app;
grant select (tenant_id, id, realm, user_id, staff_id, portal_id, assurance, strong_until_at, created_at, last_seen_at, idle_minutes,
  ends_at, device_name, address, user_agent, revoked_at), update (revoked_at) on session to bailiwick_app;
grant insert on audit_event, outbox_message, idempotency_record to bailiwick_app;
grant update (action, fingerprint, outcome, created_at, expires_at) on idempotency_record to bailiwick_app;
grant insert, update (state) on import_run to bailiwick_app;

-- The worker, scoped to one tenant per job.
grant select, insert, update, delete on all tables in schema bailiwick to bailiwick_jobs;
revoke insert, update, delete on migration, tenant, portal, portal_policy, portal_host, installation, staff, credential,
  sign_in_bucket, session from bailiwick_jobs;
-- An import adds and removes the login identities of users, and never changes whose one is.
revoke update on login_identity from bailiwick_jobs;
revoke select on credential, sign_in_bucket, session from bailiwick_jobs;
revoke update, delete on audit_event from bailiwick_jobs;
grant update (sequence, previous_hash, hash) on audit_event to bailiwick_jobs;

-- The door: who someone is, before there is a scope.
grant select on tenant, portal, portal_policy, portal_host, portal_user, staff, login_identity, credential, session, profile, account,
  account_party, sign_in_bucket to bailiwick_door;
grant insert, update on session, sign_in_bucket to bailiwick_door;
grant update (secret_hash, state, updated_at) on credential to bailiwick_door;
grant insert on audit_event, job to bailiwick_door;

-- Audit events are never changed, by anyone, but for the seal that is put on them once.
create function keep_audit() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.sequence is null and to_jsonb(new) - array['sequence', 'previous_hash', 'hash']
      = to_jsonb(old) - array['sequence', 'previous_hash', 'hash'] then
    return new;
  end if;
  raise exception 'audit events are append-only';
end $$;
create trigger keep_audit before update or delete on audit_event for each row execute function keep_audit();
create trigger keep_audit_whole before truncate on audit_event execute function keep_audit();
