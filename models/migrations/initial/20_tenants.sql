-- Finance houses, their front doors and the policy record of each door.

create table installation (
  id smallint primary key check (id = 1),
  is_demo boolean not null,
  created_at timestamptz not null);

create table tenant (
  id uuid primary key,
  -- A house is its own tenant, so that every statement can say the same of every table.
  tenant_id uuid not null generated always as (id) stored,
  key text not null unique check (key ~ '^[a-z][a-z0-9-]{1,31}$'),
  legal_name text not null check (legal_name <> ''),
  country text not null check (country ~ '^[A-Z]{2}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  default_portal_id uuid,
  created_at timestamptz not null);

create table portal (
  tenant_id uuid not null references tenant, id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9-]{1,31}$'),
  brand text not null check (brand <> ''),
  preset text not null,
  maintenance_notice text,
  created_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, key));
alter table tenant add foreign key (id, default_portal_id) references portal (tenant_id, id) deferrable initially deferred;

-- One current record per portal; earlier versions are kept. `record` is read and checked by models/portal_rules.py.
create table portal_policy (
  tenant_id uuid not null, portal_id uuid not null, version int not null check (version > 0),
  record jsonb not null,
  valid_from_at timestamptz not null,
  primary key (tenant_id, portal_id, version),
  foreign key (tenant_id, portal_id) references portal);

-- Hosts and keys name a portal before there is a tenant: global, without row-level security, read through find_portal only.
create table portal_host (
  name text primary key check (name = lower(name)),
  tenant_id uuid not null, portal_id uuid not null,
  foreign key (tenant_id, portal_id) references portal);
create index on portal_host (tenant_id, portal_id);
