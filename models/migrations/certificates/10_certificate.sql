-- Papers that the house certifies: what they say is frozen when they are asked for, and a job prints them.

create table certificate (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  kind text not null check (kind in ('SCHEDULE', 'CERTIFICATE_BALANCE', 'CERTIFICATE_SITUATION', 'CERTIFICATE_CREDIT', 'SETTLEMENT_QUOTE')),
  as_of_on date not null, document_on date not null,
  locale text not null check (locale in ('fr', 'nl', 'en', 'de', 'nb')),
  state text not null check (state in ('QUEUED', 'READY', 'FAILED')),
  -- Without its dashes, in letters and figures that nobody takes for others.
  code text not null check (code ~ '^[2-9A-HJKMNP-TV-Z]{20}$'),
  -- What whoever checks the paper is told, so that the door reads one row and nobody's file.
  issuer text not null, brand text not null, contract_number text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'), main_amount numeric(18,2) not null,
  facts jsonb not null, facts_sha256 bytea not null check (length(facts_sha256) = 32),
  document_id uuid, user_id uuid, staff_id uuid, requested_at timestamptz not null, printed_at timestamptz,
  check ((state = 'READY') = (document_id is not null)), check ((state = 'READY') = (printed_at is not null)),
  check (num_nonnulls(user_id, staff_id) <= 1),
  primary key (tenant_id, id), unique (tenant_id, code), unique (tenant_id, account_id, id),
  -- Asked for twice with the same facts, it is the same paper.
  unique (tenant_id, contract_id, kind, as_of_on, locale, facts_sha256),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, document_id) references document (tenant_id, account_id, id),
  foreign key (tenant_id, user_id) references portal_user,
  foreign key (tenant_id, staff_id) references staff);
create index on certificate (tenant_id, contract_id, requested_at desc, id desc);
create index on certificate (tenant_id, account_id, requested_at desc, id desc);
create index on certificate (tenant_id, document_id) where document_id is not null;
-- Before there is a scope a code is all that is known. It is random, so it is nobody's in two houses.
create index on certificate (code) where state = 'READY';

alter table certificate enable row level security;
alter table certificate force row level security;
create policy reach on certificate to bailiwick_app using (tenant_id = (select scope_tenant())
  and (account_id = any((select scope_accounts())::uuid[]) or (select scope_realm()) = 'STAFF'));
create policy owner on certificate to bailiwick_owner using (true);
create policy job on certificate to bailiwick_jobs using (tenant_id = (select scope_tenant()));
create policy door on certificate to bailiwick_door using (true);

-- What was certified is never changed: a paper that failed may be tried again, and that is all.
grant select, insert, update (state) on certificate to bailiwick_app;
grant select, insert, update (state, document_id, printed_at) on certificate to bailiwick_jobs;
grant select on certificate to bailiwick_door;
-- A paper names the document that is printed of it by its hash.
grant select (tenant_id, id, sha256) on document to bailiwick_door;
