-- What repaying a contract early costs, as the house has told it: frozen when it is issued.

create table settlement_quote (
  tenant_id uuid not null, id uuid not null, account_id uuid not null, contract_id uuid not null,
  number text not null check (number <> ''),
  scope text not null check (scope in ('FULL', 'PARTIAL')),
  effect text check (effect in ('SHORTER_TERM', 'LOWER_INSTALLMENT')),
  state text not null check (state in ('REQUESTED', 'ISSUED', 'ACCEPTED', 'PAID', 'EXECUTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED')),
  version int not null check (version > 0),
  repay_on date not null, valid_until_on date check (valid_until_on >= repay_on),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  asked_amount numeric(18,2) check (asked_amount > 0),
  principal_amount numeric(18,2), accrued_interest_amount numeric(18,2), arrears_amount numeric(18,2), compensation_amount numeric(18,2),
  fees_amount numeric(18,2), vat_amount numeric(18,2), unallocated_amount numeric(18,2), per_day_amount numeric(18,2),
  total_amount numeric(18,2) generated always as (principal_amount + accrued_interest_amount + arrears_amount + compensation_amount
    + fees_amount + vat_amount - unallocated_amount) stored,
  requested_at timestamptz not null, issued_at timestamptz, accepted_at timestamptz, paid_on date, executed_at timestamptz, ended_at timestamptz,
  primary key (tenant_id, id), unique (tenant_id, number), unique (tenant_id, account_id, id),
  -- A quote that has been issued has all its figures; one that only was asked for has none.
  check ((issued_at is null) = (principal_amount is null)), check ((issued_at is null) = (valid_until_on is null)),
  check ((scope = 'PARTIAL') = (asked_amount is not null)), check (scope = 'PARTIAL' or effect is null),
  foreign key (tenant_id, account_id) references account,
  foreign key (tenant_id, account_id, contract_id) references contract (tenant_id, account_id, id));
create index on settlement_quote (tenant_id, contract_id, requested_at desc, id desc);
create index on settlement_quote (tenant_id, account_id, requested_at desc, id desc);
create index on settlement_quote (tenant_id, valid_until_on) where state in ('ISSUED', 'ACCEPTED');

alter table settlement_quote enable row level security;
alter table settlement_quote force row level security;
create policy reach on settlement_quote to bailiwick_app using (tenant_id = (select scope_tenant())
  and (account_id = any((select scope_accounts())::uuid[]) or (select scope_realm()) = 'STAFF'));
create policy owner on settlement_quote to bailiwick_owner using (true);
create policy job on settlement_quote to bailiwick_jobs using (tenant_id = (select scope_tenant()));
create policy door on settlement_quote to bailiwick_door using (true);
grant select, insert, update (state, version, valid_until_on, principal_amount, accrued_interest_amount, arrears_amount, compensation_amount,
  fees_amount, vat_amount, unallocated_amount, per_day_amount, issued_at, accepted_at, paid_on, executed_at, ended_at)
  on settlement_quote to bailiwick_app;
grant select, insert, update, delete on settlement_quote to bailiwick_jobs;
-- A contract is locked while a quote of it is made, so that two at once do not both hold. Locking asks for the right to change something.
grant update (updated_at) on contract to bailiwick_app;
