-- Claims that are still open come first in a list, so whether one is has a column to sort by: see OPEN_CASES in models/cases.py.
alter table claim_case add column openness text collate "C" not null
  generated always as (case when state in ('PAID', 'CLOSED') then 'CLOSED' else 'OPEN' end) stored;
create index on claim_case (tenant_id, account_id, openness desc, opened_on desc, id desc);
create index on claim_case (tenant_id, openness desc, opened_on desc, id desc);
