-- What is still owed of a bill, when the bank has sent back money that had paid it: by the same rule as of an installment (step `claims`).
-- `returned_amount` is what counted as paid and was sent back since: the import keeps it.
alter table invoice add column returned_amount numeric(18,2) not null default 0 check (returned_amount >= 0);
alter table invoice drop column outstanding_amount;
alter table invoice add column outstanding_amount numeric(18,2) not null
  generated always as (net_amount + vat_amount - paid_amount + returned_amount) stored;
alter table invoice add column counted_amount numeric(18,2) not null generated always as (paid_amount - returned_amount) stored;
-- The state, as it is when money that had paid the bill has gone back.
alter table invoice add column standing text not null generated always as (case
  when returned_amount = 0 or state in ('WRITTEN_OFF', 'CREDITED') then state
  when returned_amount < paid_amount then 'PARTIALLY_PAID'
  else 'OVERDUE' end) stored;
