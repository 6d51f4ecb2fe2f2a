-- An upload is known before it is imported, and a run says how far it is, what it left out, and all that is wrong with its files.

create table upload (
  tenant_id uuid not null references tenant, id uuid not null, staff_id uuid not null,
  byte_size bigint not null check (byte_size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null, received_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, staff_id) references staff);
create index on upload (tenant_id, created_at);

alter table upload enable row level security;
alter table upload force row level security;
create policy owner on upload to bailiwick_owner using (true);
create policy job on upload to bailiwick_jobs using (tenant_id = (select scope_tenant()));
create policy door on upload to bailiwick_door using (true);
create policy reach on upload to bailiwick_app using (tenant_id = (select scope_tenant()) and (select scope_realm()) = 'STAFF');
grant select, insert, update (received_at) on upload to bailiwick_app;
-- The worker forgets what nobody imported.
grant select, delete on upload to bailiwick_jobs;

alter table import_run
  add progress_percent int check (progress_percent between 0 and 100),
  add held_back_count int not null default 0,
  add unmatched_count int not null default 0,
  add faults jsonb not null default '[]';

alter table import_row
  drop constraint import_row_result_check,
  add constraint import_row_result_check
    check (result in ('CREATED', 'UPDATED', 'UNCHANGED', 'PARKED', 'HELD_BACK', 'UNMATCHED', 'REJECTED'));
