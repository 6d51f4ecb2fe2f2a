-- Bytes and the rows that name them lie in two stores. What is known of their differences is kept here, with the instants of the
-- database's own clock: bytes that no row names are deleted only after they were seen twice, a day apart, and bytes that are gone are known.

create table unused_file (
  tenant_id uuid not null references tenant, storage_key text not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, storage_key));

create table missing_file (
  tenant_id uuid not null, document_id uuid not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, document_id),
  foreign key (tenant_id, document_id) references document on delete cascade);

-- Which master secrets this data was sealed with: a keyed hash of a fixed text for each derived key. A process with other secrets does not start.
-- It belongs to no tenant.
create table key_check (
  purpose text not null check (purpose in ('seal', 'index')), key_id bytea not null check (length(key_id) = 4),
  value bytea not null check (length(value) = 32),
  first_used_at timestamptz not null default clock_timestamp(),
  primary key (purpose, key_id));
-- The index is made with one key for good: of two processes that begin with different ones, one stops.
create unique index on key_check (purpose) where purpose = 'index';

do $$
declare name text;
begin
  foreach name in array array['unused_file', 'missing_file'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to bailiwick_owner using (true)', name);
    execute format('create policy job on %I to bailiwick_jobs using (tenant_id = (select scope_tenant()))', name);
  end loop;
end $$;
grant select, insert, delete on unused_file, missing_file to bailiwick_jobs;
grant select, insert on key_check to bailiwick_jobs, bailiwick_app;
