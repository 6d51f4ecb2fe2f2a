-- What is still owed of an installment, by one rule for every list and figure: see models/claims.py.
-- `returned_amount` is what counted as paid and was sent back by the bank since: the import keeps it.
alter table installment add column returned_amount numeric(18,2) not null default 0 check (returned_amount >= 0);
alter table installment drop column outstanding_amount;
alter table installment add column outstanding_amount numeric(18,2) not null generated always as (case
  when state in ('CANCELLED', 'WAIVED') then 0
  when state = 'PAID' then returned_amount
  else excl_vat_amount + vat_amount - paid_amount + returned_amount end) stored;
alter table installment add column counted_amount numeric(18,2) not null generated always as (paid_amount - returned_amount) stored;
-- The state, as it is when money that had paid the installment has gone back.
alter table installment add column standing text not null generated always as (case
  when returned_amount = 0 or state in ('CANCELLED', 'WAIVED') then state
  when state = 'PAID' and returned_amount < excl_vat_amount + vat_amount then 'PARTIALLY_PAID'
  else 'OVERDUE' end) stored;

-- An installment that was handed over as paid, without how much, was paid in full.
update installment set paid_amount = excl_vat_amount + vat_amount where state = 'PAID' and paid_amount = 0;

-- How the house says that a table counts interest, where it does.
alter table amortization_schedule add column interest_convention text
  check (interest_convention in ('WHOLE_PERIODS', 'EQUIVALENT', '30/360', '30E/360', 'ACT/360', 'ACT/365', 'ACT/ACT'));

-- Beside the total of a quote: what falls due before the repayment and is paid on its own day.
alter table settlement_quote add column falling_due_amount numeric(18,2);
-- Why a person has to work a quote out: a stable name, and a sentence for the house.
alter table settlement_quote add column left_rule text, add column left_reason text;
grant update (falling_due_amount) on settlement_quote to bailiwick_app;
