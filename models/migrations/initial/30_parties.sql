-- Legal identities, customer numbers, people who sign in, and what they may see.

create table party (
  tenant_id uuid not null references tenant, id uuid not null,
  kind text not null check (kind in ('COMPANY', 'PERSON')),
  legal_name text not null check (legal_name <> ''),
  trade_name text, legal_form text,
  enterprise_number text, vat_number text,
  search_name text collate "C" generated always as (search_key(legal_name)) stored,
  search_enterprise_number text collate "C" generated always as (search_key(enterprise_number)) stored,
  country text not null check (country ~ '^[A-Z]{2}$'),
  given_name text, family_name text, born_on date,
  family_situation text check (family_situation in ('SINGLE', 'MARRIED', 'REGISTERED_PARTNERSHIP', 'DIVORCED', 'WIDOWED')),
  professional_situation text check (professional_situation in ('EMPLOYEE', 'SELF_EMPLOYED', 'CIVIL_SERVANT', 'RETIRED', 'STUDENT', 'UNEMPLOYED', 'OTHER')),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id));
create index on party (tenant_id, kind, legal_name, id);
create index on party (tenant_id, search_name text_pattern_ops);
create index on party (tenant_id, search_enterprise_number);

create table address (
  tenant_id uuid not null, id uuid not null, party_id uuid not null,
  kind text not null check (kind in ('REGISTERED_OFFICE', 'BILLING', 'HOME')),
  street text not null, street_2 text, postal_code text, city text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  valid_from_on date, valid_to_on date check (valid_to_on >= valid_from_on),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, party_id) references party);
create index on address (tenant_id, party_id, kind, id);

create table contact_point (
  tenant_id uuid not null, id uuid not null, party_id uuid not null,
  kind text not null check (kind in ('EMAIL', 'PHONE', 'MOBILE')),
  value text not null check (value <> ''),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, party_id) references party);
create index on contact_point (tenant_id, party_id, kind, id);

-- The IBAN is encrypted by models/secrets.py, which binds it to its tenant and row; `iban_index` is a keyed hash, to find it again.
create table bank_account (
  tenant_id uuid not null, id uuid not null, party_id uuid not null,
  iban_encrypted bytea not null, iban_index bytea not null check (length(iban_index) = 32),
  iban_last4 text not null check (length(iban_last4) = 4), iban_country text not null check (iban_country ~ '^[A-Z]{2}$'),
  bic text, holder_name text not null,
  verification text not null check (verification in ('UNVERIFIED', 'MATCH', 'CLOSE_MATCH', 'NO_MATCH', 'MANUAL')),
  valid_from_on date, valid_to_on date check (valid_to_on >= valid_from_on),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, party_id) references party);
create index on bank_account (tenant_id, party_id, id);
create index on bank_account (tenant_id, iban_index);

-- Printed numbers are `deferrable` here and below: checked at the end of a statement, so that one import may exchange two of them.
create table account (
  tenant_id uuid not null, id uuid not null, holder_id uuid not null, portal_id uuid,
  number text not null check (number <> ''), search_number text collate "C" generated always as (search_key(number)) stored,
  status text not null check (status in ('ACTIVE', 'CLOSED')),
  invoice_delivery text not null check (invoice_delivery in ('EMAIL_AND_PORTAL', 'PORTAL_ONLY', 'E_INVOICE_NETWORK')),
  opened_on date, closed_on date check (closed_on >= opened_on),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, source, number) deferrable,
  unique (tenant_id, id, holder_id),
  foreign key (tenant_id, holder_id) references party,
  foreign key (tenant_id, portal_id) references portal);
create index on account (tenant_id, holder_id, id);
create index on account (tenant_id, search_number text_pattern_ops);

-- Who signs in. No rights by itself: those are profiles.
create table portal_user (
  tenant_id uuid not null references tenant, id uuid not null,
  party_id uuid, link_group_id uuid,
  display_name text not null check (display_name <> ''), email text,
  locale text not null,
  state text not null check (state in ('ACTIVE', 'SUSPENDED', 'DISABLED')),
  -- Raised by triggers on everything the reach is made of: a remembered scope is current while its version is equal.
  reach_version int not null default 1,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, party_id) references party);
create index on portal_user (tenant_id, link_group_id) where link_group_id is not null;

create table staff (
  tenant_id uuid not null references tenant, id uuid not null,
  display_name text not null check (display_name <> ''), email text not null,
  roles text[] not null check (roles <@ array['AGENT', 'SUPERVISOR', 'KYC', 'SECURITY', 'CONFIG', 'AUDITOR'] and roles <> '{}'),
  state text not null check (state in ('ACTIVE', 'DISABLED')),
  reach_version int not null default 1,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, email));

-- How a person says who he is. Unique inside a tenant; created only by paths that answer the same whether or not it exists.
create table login_identity (
  tenant_id uuid not null, id uuid not null, user_id uuid, staff_id uuid,
  kind text not null check (kind in ('LOGIN_ID', 'EMAIL', 'PHONE', 'CARD_NUMBER', 'CREDIT_NUMBER', 'FILE_NUMBER', 'EXTERNAL')),
  value text not null check (value <> ''),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  check (num_nonnulls(user_id, staff_id) = 1),
  foreign key (tenant_id, user_id) references portal_user, foreign key (tenant_id, staff_id) references staff);
create unique index login_identity_of_user on login_identity (tenant_id, kind, value) where user_id is not null;
create unique index login_identity_of_staff on login_identity (tenant_id, kind, value) where staff_id is not null;
create index on login_identity (tenant_id, user_id);

create table credential (
  tenant_id uuid not null, id uuid not null, user_id uuid, staff_id uuid,
  kind text not null check (kind in ('PASSWORD', 'PIN', 'TOTP', 'PASSKEY')),
  state text not null check (state in ('PROVISIONAL', 'ACTIVE', 'SUPERSEDED', 'REVOKED')),
  secret_hash text not null,
  expires_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (num_nonnulls(user_id, staff_id) = 1),
  foreign key (tenant_id, user_id) references portal_user, foreign key (tenant_id, staff_id) references staff);
create unique index credential_current_of_user on credential (tenant_id, user_id, kind) where state in ('PROVISIONAL', 'ACTIVE');
create unique index credential_current_of_staff on credential (tenant_id, staff_id, kind) where state in ('PROVISIONAL', 'ACTIVE');

-- Failed attempts by a keyed hash of what was typed, so that unknown identifiers are counted like known ones.
create table sign_in_bucket (
  tenant_id uuid not null references tenant, bucket bytea not null check (length(bucket) = 32),
  failures int not null default 0, failures_in_all int not null default 0,
  locked_until_at timestamptz, changed_at timestamptz not null,
  primary key (tenant_id, bucket));

create table session (
  tenant_id uuid not null, id uuid not null,
  realm text not null check (realm in ('CUSTOMER', 'STAFF')),
  user_id uuid, staff_id uuid, portal_id uuid,
  token_hash bytea not null check (length(token_hash) = 32),
  assurance text not null check (assurance in ('PASSWORD', 'TWO_FACTOR', 'PASSKEY', 'EXTERNAL', 'TOKEN')),
  strong_until_at timestamptz,
  created_at timestamptz not null, last_seen_at timestamptz not null,
  idle_minutes int not null check (idle_minutes between 1 and 1440), ends_at timestamptz not null,
  device_name text, address text, user_agent text,
  revoked_at timestamptz,
  primary key (tenant_id, id), unique (tenant_id, token_hash),
  check (num_nonnulls(user_id, staff_id) = 1), check ((realm = 'STAFF') = (staff_id is not null)),
  foreign key (tenant_id, user_id) references portal_user, foreign key (tenant_id, staff_id) references staff,
  foreign key (tenant_id, portal_id) references portal);
create index on session (tenant_id, user_id, created_at desc, id desc);
create index on session (tenant_id, staff_id, created_at desc, id desc);

-- The right of one user on one account.
create table profile (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, user_id uuid not null, party_id uuid,
  role text not null check (role in ('ADMINISTRATOR', 'VIEWER')),
  basis text not null check (basis in ('HOLDER', 'LEGAL_REPRESENTATIVE', 'ADMINISTRATIVE_CONTACT', 'DELEGATED', 'POWER_OF_ATTORNEY', 'GUARANTOR')),
  state text not null check (state in ('INVITED', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'REVOKED')),
  contract_ids uuid[], document_kinds text[], documents_from_on date,
  valid_from_at timestamptz, valid_until_at timestamptz check (valid_until_at > valid_from_at),
  granted_by_id uuid,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, user_id) references portal_user,
  foreign key (tenant_id, party_id) references party,
  foreign key (tenant_id, granted_by_id) references profile);
create unique index profile_one_live on profile (tenant_id, user_id, account_id) where state in ('INVITED', 'ACTIVE', 'SUSPENDED');
create index on profile (tenant_id, account_id, id);
create index on profile (tenant_id, user_id, id);
