"""A payment put off: when it is granted at once, and what it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.deferral import DeferralLimit, DeferralPolicy, deferral, limits_met
from finance.late_interest import DatedRate
from finance.refusals import Unanswerable

DUE, UNTIL = date(2026, 12, 15), date(2027, 1, 14)
POLICY = DeferralPolicy(most_days=30, most_count=2)
RATES = (DatedRate(date(2026, 7, 1), Decimal("12")), DatedRate(date(2027, 1, 1), Decimal("11")))


def limits(**changed) -> tuple[DeferralLimit, ...]:
    request = {"due_on": DUE, "until_on": UNTIL, "granted_before": 1, "arrears_amount": Decimal("0.00")}
    return limits_met(POLICY, **{**request, **changed})


def test_each_limit_of_the_policy_stands_alone():
    assert limits() == ()
    assert limits(until_on=UNTIL + timedelta(days=1)) == (DeferralLimit.DAYS,)
    assert limits(granted_before=2) == (DeferralLimit.COUNT,)
    assert limits(arrears_amount=Decimal("0.01")) == (DeferralLimit.ARREARS,)
    assert limits(until_on=date(2028, 1, 1), granted_before=9, arrears_amount=Decimal(1)) == tuple(DeferralLimit)


def test_the_due_date_moves_and_the_interest_of_the_days_between_is_shown():
    put_off = deferral(Decimal("1100.00"), bearing_amount=Decimal("1000.00"), due_on=DUE, until_on=UNTIL, rates=RATES)

    assert (put_off.until_on, put_off.days) == (UNTIL, 30)
    assert [(stretch.days, int(stretch.percent)) for stretch in put_off.stretches] == [(17, 12), (13, 11)]
    assert put_off.interest_amount == Decimal("9.51")  # 1000 x (17 x 12 + 13 x 11) / 36500
    assert put_off.total_amount == Decimal("1109.51")


def test_without_rates_a_deferral_costs_nothing():
    put_off = deferral(Decimal("1100.00"), bearing_amount=Decimal("1000.00"), due_on=DUE, until_on=UNTIL)
    assert (put_off.interest_amount, put_off.total_amount, put_off.stretches) == (Decimal("0.00"), Decimal("1100.00"), ())


@given(st.decimals(min_value=0, max_value=10_000, places=2), st.integers(1, 300))
def test_a_longer_deferral_never_costs_less(bearing, length):
    def cost(days: int) -> Decimal:
        return deferral(Decimal("10000"), bearing_amount=bearing, due_on=DUE, until_on=DUE + timedelta(days=days), rates=RATES).total_amount

    assert Decimal("10000") <= cost(length) <= cost(length + 1)


@pytest.mark.parametrize(
    ("bearing", "until", "rule"),
    [
        (Decimal("1.00"), DUE, "deferral.until"),
        (Decimal("1.00"), DUE - timedelta(days=1), "deferral.until"),
        (Decimal("10.01"), UNTIL, "deferral.amount"),
        (Decimal("-0.01"), UNTIL, "deferral.amount"),
    ],
)
def test_what_is_no_deferral_is_refused_by_name(bearing, until, rule):
    with pytest.raises(Unanswerable) as refusal:
        deferral(Decimal("10.00"), bearing_amount=bearing, due_on=DUE, until_on=until, rates=RATES)
    assert refusal.value.rule == rule
