"""What is owed on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.balances import accrued_on, balance_on
from finance.payments import Timing
from finance.phases import Annuity
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import schedule
from tests.finance.plans_at_large import plans

START = date(2026, 1, 15)


def loan(**more):
    terms = {
        "financed_amount": Decimal(10_000),
        "rate_percent": Decimal("4.8"),
        "phases": (Annuity(periods=24),),
        "first_due_on": date(2026, 2, 15),
    }
    return schedule(Plan(**{**terms, **more})).lines


def on(day, lines=None, **more):
    return balance_on(lines or loan(), Decimal(10_000), START, day, **more)


@pytest.mark.row("NO-22", part="balance on a day")
def test_between_two_due_dates_interest_has_accrued_for_the_days_that_have_passed():
    balance = on(date(2026, 3, 1))

    # 38.41 for the 28 days from 15 February to 15 March, of which 14 have passed
    assert (balance.principal, balance.accrued_interest, balance.contractual) == tuple(map(Decimal, ("9602.18", "19.21", "9621.39")))
    assert balance.actual == balance.contractual


def test_before_the_first_due_date_all_is_owed():
    assert (on(START).contractual, on(date(2026, 1, 16)).contractual) == (Decimal("10000.00"), Decimal("10001.29"))


def test_on_a_due_date_the_balance_is_the_closing_and_in_the_end_it_is_nothing():
    assert on(date(2026, 2, 15)).contractual == Decimal("9602.18")
    assert on(date(2028, 1, 15)).contractual == on(date(2040, 1, 1)).contractual == Decimal("0.00")


def test_the_actual_balance_counts_what_is_unpaid_and_what_has_come_without_being_allocated():
    balance = on(date(2026, 2, 15), unpaid_amount=Decimal("437.82"), unallocated_amount=Decimal("100.00"))

    assert (balance.contractual, balance.actual) == (Decimal("9602.18"), Decimal("9940.00"))


def test_rents_in_advance_owe_less_from_the_first_day_on():
    lines = loan(first_due_on=START, timing=Timing.ADVANCE)

    assert balance_on(lines, Decimal(10_000), START, START).contractual == lines[0].closing < 10_000


def test_a_line_of_its_own_on_the_same_day_counts_with_it():
    lines = loan(option_amount=Decimal(500))

    assert on(date(2028, 1, 15), lines).contractual == Decimal("0.00")


def test_before_the_start_there_is_no_balance():
    with pytest.raises(Unanswerable) as refusal:
        on(date(2026, 1, 14))
    assert refusal.value.rule == "balance.before_start"


@given(plans(), st.integers(0, 4000))
@settings(max_examples=50)
def test_accrued_interest_grows_from_nothing_to_the_interest_of_the_line(plan, after):
    lines = schedule(plan).lines
    start = plan.starts_on or (plan.first_due_on if plan.is_advance else plan.every.after(plan.first_due_on, -1))
    day = start + timedelta(after)

    balance = balance_on(lines, plan.financed_amount, start, day)
    due = [line for line in lines if line.due_on <= day]
    coming = next((line.interest for line in lines if line.due_on > day), Decimal(0))

    assert balance.principal == (due[-1].closing if due else plan.financed_amount)
    assert min(Decimal(0), coming) <= balance.accrued_interest <= max(Decimal(0), coming)
    assert balance.contractual == balance.principal + balance.accrued_interest
    assert accrued_on(lines, start, lines[-1].due_on) == 0
