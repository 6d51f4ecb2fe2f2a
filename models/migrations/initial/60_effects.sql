-- What a change leaves behind in its own transaction, and what is done later.

create table audit_event (
  tenant_id uuid not null references tenant, id uuid not null, account_id uuid,
  realm text not null check (realm in ('STRANGER', 'CUSTOMER', 'STAFF', 'JOB', 'OPERATOR')),
  user_id uuid, staff_id uuid, session_id uuid,
  action text not null, target_type text, target_id uuid, changes jsonb not null default '{}',
  address text, request_id text, at timestamptz not null,
  -- Sealed later, in order, by a job: mutations do not queue behind each other.
  sequence bigint, previous_hash bytea, hash bytea check (length(hash) = 32),
  primary key (tenant_id, id), unique (tenant_id, sequence),
  foreign key (tenant_id, account_id) references account);
create index on audit_event (tenant_id, account_id, at desc, id desc);
create index on audit_event (tenant_id, at, id) where sequence is null;

create table idempotency_record (
  tenant_id uuid not null references tenant, actor_id uuid not null, key text not null check (length(key) between 1 and 200),
  action text not null, fingerprint bytea not null check (length(fingerprint) = 32),
  outcome jsonb not null, created_at timestamptz not null, expires_at timestamptz not null,
  primary key (tenant_id, actor_id, key));

create table outbox_message (
  tenant_id uuid not null references tenant, id uuid not null, account_id uuid, user_id uuid,
  template text not null, channel text not null check (channel in ('EMAIL', 'SMS', 'POST', 'WEBHOOK')),
  recipient text not null, locale text not null, facts jsonb not null default '{}', dedupe_key text,
  state text not null check (state in ('QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'FAILED', 'DEAD')),
  attempts int not null default 0, provider_id text, created_at timestamptz not null, sent_at timestamptz,
  primary key (tenant_id, id), unique (tenant_id, dedupe_key),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, user_id) references portal_user);
create index on outbox_message (tenant_id, state, created_at, id);

-- The queue. No row-level security and no grant for the web role: enqueue() is its only door.
create table job (
  id uuid primary key, tenant_id uuid not null references tenant, kind text not null, ids uuid[] not null default '{}',
  state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'DONE', 'DEAD')),
  attempts int not null default 0, run_at timestamptz not null, leased_until_at timestamptz, leased_by text,
  last_error text, created_at timestamptz not null, finished_at timestamptz);
create index on job (run_at, id) where state in ('QUEUED', 'RUNNING');

create table import_run (
  tenant_id uuid not null references tenant, id uuid not null,
  source text not null, sequence bigint, mode text not null check (mode in ('ALL_OR_NOTHING', 'PER_ROW')), is_dry_run boolean not null,
  state text not null check (state in ('QUEUED', 'RUNNING', 'COMPLETED', 'REJECTED', 'FAILED')),
  staff_id uuid, storage_key text, started_at timestamptz, finished_at timestamptz, created_at timestamptz not null,
  created_count int not null default 0, updated_count int not null default 0, unchanged_count int not null default 0,
  parked_count int not null default 0, rejected_count int not null default 0,
  fault_rule text, fault_message text, fault_file text,
  primary key (tenant_id, id), foreign key (tenant_id, staff_id) references staff);
create index on import_run (tenant_id, created_at desc, id desc);

-- The rows worth reading afterwards: rejected and parked ones always; the others are in the report file of the run.
create table import_row (
  tenant_id uuid not null, run_id uuid not null, number int not null, type text not null, file text not null, line int not null,
  external_id text, result text not null check (result in ('CREATED', 'UPDATED', 'UNCHANGED', 'PARKED', 'REJECTED')),
  field text, rule text, message text,
  primary key (tenant_id, run_id, number),
  foreign key (tenant_id, run_id) references import_run);

create table import_sync (
  tenant_id uuid not null references tenant, source text not null, type text not null, synced_at timestamptz not null,
  primary key (tenant_id, source, type));

-- Rows whose parent has not come yet, as they were read.
create table parked_row (
  tenant_id uuid not null references tenant, source text not null, type text not null, external_id text not null,
  missing_type text not null, missing_external_id text not null, payload jsonb not null, parked_at timestamptz not null,
  primary key (tenant_id, source, type, external_id));
create index on parked_row (tenant_id, source, missing_type, missing_external_id);
