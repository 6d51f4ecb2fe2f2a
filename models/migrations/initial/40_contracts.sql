-- Contracts, what they finance, and what is due under them.

create table contract (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, holder_id uuid not null, portal_id uuid, parent_id uuid,
  number text not null check (number <> ''), search_number text collate "C" generated always as (search_key(number)) stored,
  kind text not null check (kind in ('FINANCE_LEASE', 'HIRE_PURCHASE', 'RENTAL', 'LOAN', 'CREDIT_FACILITY', 'REVOLVING_CREDIT', 'CONSOLIDATION', 'INSURANCE')),
  product text,
  state text not null check (state in ('DRAFT', 'OFFERED', 'ACCEPTED', 'DECLINED', 'OFFER_EXPIRED', 'IN_WITHDRAWAL', 'WITHDRAWN', 'PENDING_ACTIVATION', 'ACTIVE', 'IN_ARREARS', 'DEFAULTED', 'NOTICE', 'SETTLING', 'TERMINATED', 'EARLY_SETTLED', 'MATURED', 'BOUGHT_OUT', 'RETURNED', 'EXTENDED', 'CLOSED', 'TRANSFERRED')),
  channel text check (channel in ('DISTANCE', 'BRANCH', 'DEALER')),
  signed_on date, activated_on date, starts_on date not null, ends_on date check (ends_on >= starts_on),
  withdrawal_until_on date, notice_months int check (notice_months between 0 and 60), renewal_rule text,
  duration_months int check (duration_months > 0),
  periodicity_months int check (periodicity_months in (1, 2, 3, 4, 6, 12)),
  timing text check (timing in ('ADVANCE', 'ARREARS')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  financed_amount numeric(18,2) check (financed_amount >= 0),
  first_rent_amount numeric(18,2), rent_excl_vat_amount numeric(18,2), rent_incl_vat_amount numeric(18,2), vat_percent numeric(9,6),
  residual_value_amount numeric(18,2), purchase_option_amount numeric(18,2),
  purchase_option_from_on date, purchase_option_to_on date,
  installment_amount numeric(18,2), nominal_rate_percent numeric(9,6), apr_percent numeric(9,6), fees_amount numeric(18,2),
  credit_limit_amount numeric(18,2), drawn_amount numeric(18,2),
  available_amount numeric(18,2) generated always as (credit_limit_amount - drawn_amount) stored,
  card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
  insurer text, coverage text, premium_amount numeric(18,2),
  outstanding_principal_amount numeric(18,2), overdue_amount numeric(18,2),
  mandate_id uuid,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, source, number) deferrable, unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, holder_id) references account (tenant_id, id, holder_id) on update cascade,
  foreign key (tenant_id, account_id, parent_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, portal_id) references portal);
create index on contract (tenant_id, starts_on desc, id desc);
create index on contract (tenant_id, account_id, starts_on desc, id desc);
create index on contract (tenant_id, account_id, number, id);
create index on contract (tenant_id, search_number text_pattern_ops);

create table asset (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  designation text not null check (designation <> ''),
  category text not null check (category in ('VEHICLE', 'IT', 'OFFICE', 'MACHINERY', 'MATERIAL_HANDLING', 'AGRICULTURE', 'MEDICAL', 'CONSTRUCTION', 'OTHER')),
  manufacturer text, model text,
  serial_number text, search_serial_number text collate "C" generated always as (search_key(serial_number)) stored,
  registration_plate text, vin text, quantity numeric(18,6) not null default 1 check (quantity > 0), supplier text,
  currency text not null check (currency ~ '^[A-Z]{3}$'), purchase_amount numeric(18,2), purchase_vat_amount numeric(18,2),
  delivered_on date,
  location_street text, location_postal_code text, location_city text, location_country text check (location_country ~ '^[A-Z]{2}$'),
  insurance_policy_number text,
  state text not null check (state in ('ORDERED', 'DELIVERED', 'IN_USE', 'RETURNED', 'SOLD', 'LOST')),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on asset (tenant_id, contract_id, serial_number, id);
create index on asset (tenant_id, account_id, designation, id);
create index on asset (tenant_id, search_serial_number text_pattern_ops);

create table amortization_schedule (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  status text not null check (status in ('PROVISIONAL', 'FINAL')), revision int not null check (revision > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'), valid_from_on date,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  unique (tenant_id, contract_id, status, revision) deferrable,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));

create table amortization_line (
  tenant_id uuid not null, schedule_id uuid not null, number int not null check (number > 0), account_id uuid not null,
  due_on date not null,
  opening_balance_amount numeric(18,2) not null, payment_amount numeric(18,2) not null, principal_amount numeric(18,2) not null,
  interest_amount numeric(18,2) not null, fees_amount numeric(18,2) not null default 0, insurance_amount numeric(18,2) not null default 0,
  vat_amount numeric(18,2) not null default 0, closing_balance_amount numeric(18,2) not null,
  primary key (tenant_id, schedule_id, number),
  foreign key (tenant_id, account_id, schedule_id) references amortization_schedule (tenant_id, account_id, id));

create table installment (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  number int not null check (number > 0), due_on date not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  excl_vat_amount numeric(18,2) not null, vat_amount numeric(18,2) not null default 0,
  incl_vat_amount numeric(18,2) not null generated always as (excl_vat_amount + vat_amount) stored,
  principal_amount numeric(18,2), interest_amount numeric(18,2),
  paid_amount numeric(18,2) not null default 0,
  outstanding_amount numeric(18,2) not null generated always as (excl_vat_amount + vat_amount - paid_amount) stored,
  state text not null check (state in ('SCHEDULED', 'DUE', 'PAID', 'PARTIALLY_PAID', 'OVERDUE', 'DEFERRED', 'CANCELLED', 'WAIVED')),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id), unique (tenant_id, contract_id, number) deferrable,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on installment (tenant_id, contract_id, due_on desc, id desc);
create index on installment (tenant_id, account_id, due_on desc, id desc);

create table statement (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  period_from_on date not null, period_to_on date not null check (period_to_on >= period_from_on),
  currency text not null check (currency ~ '^[A-Z]{3}$'), opening_balance_amount numeric(18,2) not null, closing_balance_amount numeric(18,2) not null,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on statement (tenant_id, contract_id, period_from_on desc, id desc);
create index on statement (tenant_id, account_id, period_from_on desc, id desc);

-- One movement on a credit line: what a statement lists. Amounts are signed: what raises the balance owed is positive.
create table operation (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  booked_on date not null, value_on date not null,
  kind text not null check (kind in ('DRAWDOWN', 'PURCHASE', 'CASH_WITHDRAWAL', 'REPAYMENT', 'INTEREST', 'FEE', 'INSURANCE', 'REVERSAL')),
  description text not null, currency text not null check (currency ~ '^[A-Z]{3}$'), amount numeric(18,2) not null,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on operation (tenant_id, contract_id, booked_on desc, id desc);
create index on operation (tenant_id, account_id, booked_on desc, id desc);

-- One claim in collection.
create table claim_case (
  tenant_id uuid not null, id uuid not null, account_id uuid not null,
  number text not null check (number <> ''), search_number text collate "C" generated always as (search_key(number)) stored,
  original_creditor text not null, original_invoice_number text, description text,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  principal_amount numeric(18,2) not null, interest_amount numeric(18,2) not null default 0, interest_percent numeric(9,6),
  fees_amount numeric(18,2) not null default 0, costs_amount numeric(18,2) not null default 0, paid_amount numeric(18,2) not null default 0,
  outstanding_amount numeric(18,2) not null generated always as (principal_amount + interest_amount + fees_amount + costs_amount - paid_amount) stored,
  opened_on date not null, due_on date,
  state text not null check (state in ('OPEN', 'ON_PLAN', 'DEFERRED', 'DISPUTED', 'PAID', 'CLOSED')),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, source, number) deferrable, unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account);
create index on claim_case (tenant_id, account_id, opened_on desc, id desc);
