-- The bench's rows, through the real tables: row-level security, composite keys, checks and generated columns are all at work.
-- Run by the owner, in a transaction, after the houses with their portals exist. Sizes come as settings: bench.accounts (of a house),
-- bench.contracts (of a house), bench.assets, bench.documents and bench.installments (of a contract); bench.first and bench.last say
-- which houses.

-- Ids that look like UUIDv7, sort by number and are the same in every run.
create function pg_temp.uid(word text, n bigint) returns uuid language sql immutable parallel safe return
  (lpad(to_hex(1750000000000 + n), 12, '0') || '7' || left(md5(word || n), 3) || 'a' || right(md5(word || n), 15))::uuid;
create function pg_temp.size(name text) returns int language sql stable return current_setting('bench.' || name)::int;

create temp table house on commit drop as
  select row_number() over (order by key)::int - 1 as n, id as tenant_id, default_portal_id as portal_id, currency, country from tenant;
delete from house where n not between pg_temp.size('first') and pg_temp.size('last');

create temp table holder on commit drop as
  select h.*, a, h.n * pg_temp.size('accounts') + a as m from house h, generate_series(0, pg_temp.size('accounts') - 1) a;
insert into party (tenant_id, id, kind, legal_name, trade_name, legal_form, enterprise_number, country, source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('party', m), 'COMPANY', 'Company ' || n || '-' || a, 'Trade ' || m, 'SA', '0403.' || m, country, 'erp', 'P' || m, now(), now() from holder;
insert into account (tenant_id, id, holder_id, portal_id, number, status, invoice_delivery, opened_on, source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('account', m), pg_temp.uid('party', m), portal_id, '7001' || lpad(m::text, 6, '0'), 'ACTIVE', 'PORTAL_ONLY',
    date '2018-01-01', 'erp', 'A' || m, now(), now() from holder;

create temp table c on commit drop as
  select h.tenant_id, h.portal_id, h.currency, g as k, h.n::bigint * pg_temp.size('contracts') + g as n, h.n * pg_temp.size('accounts') + g % pg_temp.size('accounts') as m,
    date '2019-01-01' + ((g * 37 + h.n * 11) % 2000) as starts_on
    from house h, generate_series(0, pg_temp.size('contracts') - 1) g;
insert into contract (tenant_id, id, account_id, holder_id, portal_id, number, kind, product, state, channel, signed_on, activated_on, starts_on, ends_on,
    duration_months, periodicity_months, timing, currency, financed_amount, rent_excl_vat_amount, rent_incl_vat_amount, vat_percent, purchase_option_amount,
    nominal_rate_percent, apr_percent, outstanding_principal_amount, overdue_amount, source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('contract', n), pg_temp.uid('account', m), pg_temp.uid('party', m), portal_id, 'C-' || lpad(n::text, 7, '0'),
    (array['FINANCE_LEASE', 'HIRE_PURCHASE', 'RENTAL'])[1 + k % 3], 'Standard', (array['ACTIVE', 'IN_ARREARS', 'MATURED', 'ACTIVE'])[1 + k % 4], 'BRANCH',
    starts_on - 10, starts_on, starts_on, starts_on + 1826, 60, 1, 'ADVANCE', currency, 10000.5 + k * 7919 % 90000, 250.25 + k * 131 % 2000,
    round((250.25 + k * 131 % 2000) * 1.21, 2), 21, 1, 1.5 + (k % 40) / 10.0, 1.75 + (k % 40) / 10.0, 5000.25 + k, k % 4 * 10, 'erp', 'C' || n, now(), now() from c;
insert into asset (tenant_id, id, account_id, contract_id, designation, category, manufacturer, model, serial_number, quantity, supplier, currency,
    purchase_amount, purchase_vat_amount, delivered_on, location_city, location_country, state, source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('asset', n * pg_temp.size('assets') + a), pg_temp.uid('account', m), pg_temp.uid('contract', n), 'Machine ' || a || ' of ' || n,
    (array['VEHICLE', 'IT', 'MACHINERY', 'MEDICAL'])[1 + (n + a) % 4], 'Kuhn', 'M' || a, case when a % 3 > 0 then 'SN' || n || '-' || a end, 1, 'Dealer ' || n % 50, currency,
    5000.99 + n * a % 20000, 1050.21, starts_on + a, 'Namur', 'BE', 'IN_USE', 'erp', 'S' || n || '-' || a, now(), now()
    from c, generate_series(0, pg_temp.size('assets') - 1) a;
-- Dated within the window that a portal shows without being asked.
insert into document (tenant_id, id, account_id, contract_id, kind, number, title, document_on, published_at, content_type, byte_size, sha256, storage_key, language,
    source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('document', n * pg_temp.size('documents') + d), pg_temp.uid('account', m), pg_temp.uid('contract', n),
    (array['INVOICE', 'SCHEDULE', 'WELCOME_LETTER', 'REMINDER'])[1 + d % 4], 'D-' || n || '-' || d, 'Paper ' || d || ' of contract ' || n, current_date - d * 20 - 1,
    now() - make_interval(days => d * 20), 'application/pdf', 48213 + d, md5('a' || d) || md5('b' || d), md5('k' || n || d), 'en', 'erp', 'D' || n || '-' || d, now(), now()
    from c, generate_series(0, pg_temp.size('documents') - 1) d;
insert into installment (tenant_id, id, account_id, contract_id, number, due_on, currency, excl_vat_amount, vat_amount, principal_amount, interest_amount,
    paid_amount, state, source, external_id, created_at, updated_at)
  select tenant_id, pg_temp.uid('installment', n * pg_temp.size('installments') + i), pg_temp.uid('account', m), pg_temp.uid('contract', n), i,
    (starts_on + make_interval(months => i))::date, currency, 250.5 + i, 52.6 + i % 7, 200 + i, 50.5, case when i < 30 then 303.1 + i + i % 7 else 0 end,
    case when i < 30 then 'PAID' else 'SCHEDULED' end, 'erp', 'I' || n || '-' || i, now(), now()
    from c, generate_series(1, pg_temp.size('installments')) i;
