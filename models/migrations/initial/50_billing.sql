-- Documents, invoices, mandates and payments.

create table document (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid,
  kind text not null check (kind in ('INVOICE', 'CREDIT_NOTE', 'E_INVOICE_XML', 'STATEMENT', 'PROVISIONAL_AMORTIZATION_TABLE', 'FINAL_AMORTIZATION_TABLE', 'SCHEDULE', 'PRELIMINARY_OFFER', 'SIGNED_CONTRACT', 'GENERAL_CONDITIONS', 'SPECIAL_CONDITIONS', 'AMENDMENT', 'WELCOME_LETTER', 'DELIVERY_CERTIFICATE', 'SEPA_MANDATE', 'INSURANCE_CERTIFICATE', 'CERTIFICATE_BALANCE', 'CERTIFICATE_SITUATION', 'CERTIFICATE_CREDIT', 'SETTLEMENT_QUOTE', 'TERMINATION_LETTER', 'RECEIPT', 'CLOSURE_CONFIRMATION', 'REMINDER', 'FORMAL_NOTICE', 'ORIGINAL_INVOICE', 'PAYMENT_PROOF', 'COMPLAINT_ANSWER', 'POWER_OF_ATTORNEY', 'KYC_IDENTITY', 'KYC_ADDRESS', 'LEAFLET', 'SECURITY_ADVICE', 'ANNUAL_REPORT', 'LETTER', 'OTHER')),
  number text, search_number text collate "C" generated always as (search_key(number)) stored,
  title text not null check (title <> ''), document_on date not null, published_at timestamptz not null,
  batch_number text, content_type text not null, byte_size bigint not null check (byte_size >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), storage_key text not null, language text,
  is_portal_only boolean not null default false, valid_until_on date, supersedes_id uuid,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, supersedes_id) references document (tenant_id, account_id, id));
create index on document (tenant_id, contract_id, document_on desc, id desc);
create index on document (tenant_id, account_id, document_on desc, id desc);
create index on document (tenant_id, batch_number text_pattern_ops);
create index on document (tenant_id, search_number text_pattern_ops);
create index on document (tenant_id, storage_key);

create table invoice (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid,
  document_id uuid, structured_document_id uuid,
  number text not null check (number <> ''), search_number text collate "C" generated always as (search_key(number)) stored,
  kind text not null check (kind in ('INVOICE', 'CREDIT_NOTE', 'PRO_FORMA')),
  issued_on date not null, due_on date, period_from_on date, period_to_on date check (period_to_on >= period_from_on),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  vat_rounding text not null default 'PER_CATEGORY' check (vat_rounding in ('PER_CATEGORY', 'PER_LINE')),
  net_amount numeric(18,2) not null, vat_amount numeric(18,2) not null,
  total_amount numeric(18,2) not null generated always as (net_amount + vat_amount) stored,
  paid_amount numeric(18,2) not null default 0,
  outstanding_amount numeric(18,2) not null generated always as (net_amount + vat_amount - paid_amount) stored,
  state text not null check (state in ('ISSUED', 'DUE', 'PARTIALLY_PAID', 'PAID', 'OVERDUE', 'IN_COLLECTION', 'WRITTEN_OFF', 'CREDITED')),
  is_disputed boolean not null default false,
  batch_number text, payment_reference text,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, source, number) deferrable, unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, document_id) references document (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, structured_document_id) references document (tenant_id, account_id, id));
create index on invoice (tenant_id, account_id, issued_on desc, id desc);
create index on invoice (tenant_id, contract_id, issued_on desc, id desc);
create index on invoice (tenant_id, search_number text_pattern_ops);
create index on invoice (tenant_id, batch_number text_pattern_ops);
create index on invoice (tenant_id, document_id) where document_id is not null;
create index on invoice (tenant_id, structured_document_id) where structured_document_id is not null;

create table invoice_line (
  tenant_id uuid not null, invoice_id uuid not null, number int not null check (number > 0), account_id uuid not null,
  contract_id uuid, asset_id uuid, description text not null,
  nature text not null check (nature in ('RENT', 'INTEREST', 'PRINCIPAL', 'SERVICE', 'INSURANCE', 'FEE', 'TAX', 'PENALTY', 'RESIDUAL')),
  quantity numeric(18,6) not null, unit_price_amount numeric(18,6) not null, net_amount numeric(18,2) not null,
  vat_category text not null, vat_percent numeric(9,6) not null, vat_amount numeric(18,2) not null,
  primary key (tenant_id, invoice_id, number),
  foreign key (tenant_id, account_id, invoice_id) references invoice (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, asset_id) references asset (tenant_id, account_id, id));

-- Totals per VAT category and rate, as the lessor declared them.
create table invoice_vat_total (
  tenant_id uuid not null, invoice_id uuid not null, number int not null check (number > 0), account_id uuid not null,
  vat_category text not null, vat_percent numeric(9,6) not null, net_amount numeric(18,2) not null, vat_amount numeric(18,2) not null,
  primary key (tenant_id, invoice_id, number),
  foreign key (tenant_id, account_id, invoice_id) references invoice (tenant_id, account_id, id));

create table mandate (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, bank_account_id uuid,
  reference text not null check (reference <> ''),
  scheme text not null check (scheme in ('CORE', 'B2B', 'AVTALEGIRO')),
  creditor_identifier text, iban_last4 text check (length(iban_last4) = 4), signed_on date, signatory text,
  currency text not null check (currency ~ '^[A-Z]{3}$'), max_amount numeric(18,2), debit_day int check (debit_day between 1 and 31),
  state text not null check (state in ('DRAFT', 'PENDING_SIGNATURE', 'REQUESTED', 'PENDING_BANK', 'ACTIVE', 'SUSPENDED', 'REPLACED', 'CANCELLED', 'EXPIRED', 'REJECTED')),
  last_collected_on date,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, source, reference) deferrable, unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, bank_account_id) references bank_account);
create index on mandate (tenant_id, account_id, id);
alter table contract add foreign key (tenant_id, account_id, mandate_id) references mandate (tenant_id, account_id, id);

create table payment (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid,
  direction text not null check (direction in ('INCOMING', 'OUTGOING')),
  method text not null check (method in ('DIRECT_DEBIT', 'CARD', 'TRANSFER', 'AVTALEGIRO')),
  currency text not null check (currency ~ '^[A-Z]{3}$'), amount numeric(18,2) not null check (amount > 0),
  expected_amount numeric(18,2), value_on date not null, reference text, provider text,
  state text not null check (state in ('INITIATED', 'PENDING', 'SETTLED', 'RETURNED', 'REFUNDED', 'FAILED', 'CANCELLED')),
  return_reason text,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on payment (tenant_id, account_id, value_on desc, id desc);
create index on payment (tenant_id, contract_id, value_on desc, id desc);

create table payment_allocation (
  tenant_id uuid not null, payment_id uuid not null, number int not null check (number > 0), account_id uuid not null,
  invoice_id uuid, installment_id uuid, case_id uuid, amount numeric(18,2) not null,
  primary key (tenant_id, payment_id, number),
  check (num_nonnulls(invoice_id, installment_id, case_id) = 1),
  foreign key (tenant_id, account_id, payment_id) references payment (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, invoice_id) references invoice (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, installment_id) references installment (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, case_id) references claim_case (tenant_id, account_id, id));
create index on payment_allocation (tenant_id, invoice_id) where invoice_id is not null;
create index on payment_allocation (tenant_id, installment_id) where installment_id is not null;
create index on payment_allocation (tenant_id, case_id) where case_id is not null;

create table direct_debit (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, mandate_id uuid not null, contract_id uuid, payment_id uuid,
  collection_on date not null, currency text not null check (currency ~ '^[A-Z]{3}$'), amount numeric(18,2) not null check (amount > 0),
  prenotified_on date, submitted_on date, settled_on date, returned_on date,
  state text not null check (state in ('SCHEDULED', 'PRENOTIFIED', 'SUBMITTED', 'SETTLED', 'RETURNED', 'CANCELLED')),
  return_reason_code text, return_reason text,
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id), unique (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, mandate_id) references mandate (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, account_id, payment_id) references payment (tenant_id, account_id, id));
create index on direct_debit (tenant_id, account_id, collection_on desc, id desc);
create index on direct_debit (tenant_id, mandate_id, collection_on desc, id desc);
create index on direct_debit (tenant_id, contract_id, collection_on desc, id desc);

-- People beside the holder: they see the account's file, and of bank and contact data only their own.
create table account_party (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, party_id uuid not null, contract_id uuid,
  capacity text not null check (capacity in ('CO_BORROWER', 'GUARANTOR')),
  source text, external_id text, source_version bigint, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, source, external_id),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id),
  foreign key (tenant_id, party_id) references party);
create index on account_party (tenant_id, account_id, id);
create index on account_party (tenant_id, party_id);
