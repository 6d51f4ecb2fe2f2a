"""What a credit costs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from finance.apr import shown_apr
from finance.costs import cost_of, credit_flows
from finance.dates import WEEKLY, YEARLY, Periodicity
from finance.intervals import Interval, Unit
from finance.phases import Annuity
from finance.plans import Charge, Closing, Plan
from finance.refusals import Unanswerable
from finance.schedules import schedule
from tests.finance.plans_at_large import annuities

LOAN = Plan(financed_amount=Decimal(10_000), rate_percent=Decimal("4.8"), phases=(Annuity(periods=24),), first_due_on=date(2026, 2, 28))


@pytest.mark.row("CO-19", part="APR and total cost")
@pytest.mark.row("CO-22", part="APR oracle")
def test_the_loan_of_the_numbers_page():
    without_fee, with_fee = cost_of(LOAN), cost_of(LOAN, paid_at_start_amount=Decimal(100))

    assert (shown_apr(without_fee.apr_percent), shown_apr(with_fee.apr_percent)) == (Decimal("4.91"), Decimal("5.94"))
    assert (without_fee.payable_amount, without_fee.cost_amount) == (Decimal("10507.66"), Decimal("507.66"))
    assert (with_fee.payable_amount, with_fee.cost_amount) == (Decimal("10607.66"), Decimal("607.66"))


def test_what_is_kept_back_is_no_part_of_the_credit_and_is_paid_only_once():
    kept_back, beside = cost_of(LOAN, kept_back_amount=Decimal(100)), cost_of(LOAN, paid_at_start_amount=Decimal(100))

    assert (kept_back.received_amount, kept_back.payable_amount) == (Decimal("9900.00"), Decimal("10507.66"))
    assert (kept_back.cost_amount, kept_back.apr_percent) == (beside.cost_amount, beside.apr_percent)


@pytest.mark.parametrize("counting", [None, lambda start_on, end_on: Decimal((end_on - start_on).days) / 360])
def test_due_dates_and_the_days_that_are_counted_share_one_anchor(counting):
    plan = replace(LOAN, starts_on=date(2026, 1, 31), first_due_on=date(2026, 2, 28), counting=counting)

    assert [line.due_on.day for line in schedule(plan).lines[:5]] == [28, 31, 30, 31, 30]
    if counting:
        assert plan.years_before(2) * 360 == 31


def test_an_insurance_counts_where_it_must_be_taken():
    insured = replace(LOAN, insurance=(Charge(amount=Decimal("5.00")),))

    assert cost_of(insured, counts_insurance=False) == cost_of(LOAN)
    assert cost_of(insured).cost_amount == cost_of(LOAN).cost_amount + 24 * 5
    assert cost_of(insured).apr_percent > cost_of(LOAN).apr_percent


def test_equal_months_count_as_such_whatever_day_they_end_on():
    anchored = replace(LOAN, starts_on=date(2026, 1, 30))

    assert cost_of(anchored).apr_percent == cost_of(LOAN).apr_percent


def test_an_irregular_first_period_is_whole_months_and_days():
    later = replace(LOAN, starts_on=date(2026, 1, 12), first_due_on=date(2026, 2, 15))

    flows = list(credit_flows(later, schedule(later)))
    assert [flow.after for flow in flows[:3]] == [Interval(0), Interval(1, 3), Interval(2, 3)]


def test_a_drawing_is_received_and_an_option_paid_on_the_last_day():
    drawn = replace(LOAN, phases=(Annuity(periods=12, over_periods=24), Annuity(periods=12, drawn_amount=Decimal(1000))))
    bought = replace(LOAN, option_amount=Decimal(100), closing=Closing.LEASE)

    assert cost_of(drawn).received_amount == Decimal("11000.00")
    assert [flow.after.units for flow in credit_flows(bought, schedule(bought))][-2:] == [24, 24]


def test_weeks_and_years_are_units_of_their_own():
    weekly, yearly = replace(LOAN, every=WEEKLY), replace(LOAN, every=YEARLY)

    assert {flow.after.unit for flow in credit_flows(weekly, schedule(weekly))} == {Unit.WEEK}
    assert [flow.after.units for flow in credit_flows(yearly, schedule(yearly))][:3] == [0, 12, 24]
    assert cost_of(yearly).apr_percent == pytest.approx(Decimal("4.8"), abs=Decimal("0.001"))


@pytest.mark.parametrize(
    ("plan", "rule"),
    [(replace(LOAN, residual_amount=Decimal(100)), "apr.residual"), (replace(LOAN, every=Periodicity(days=10)), "interval.unit")],
)
def test_a_cost_that_nobody_can_tell_is_refused_by_name(plan, rule):
    with pytest.raises(Unanswerable) as refusal:
        cost_of(plan)
    assert refusal.value.rule == rule


@given(annuities(closing=Closing.LOAN, extras=False, residual=False), st.integers(1, 100))
@settings(max_examples=60)
def test_a_fee_makes_it_dearer(plan, per_mille):
    """A fee that is a share of the credit: one euro of five millions over eighty years does not show in six decimals."""
    fee = plan.financed_amount * per_mille / 1000
    after = [flow.after.years() for flow in credit_flows(plan, schedule(plan))]
    assume(after[-1] > 0)  # what is paid back on the day it is received has no time and no rate
    assert cost_of(plan, paid_at_start_amount=fee.quantize(Decimal("0.01"))).apr_percent > cost_of(plan).apr_percent
