"""Revolving credit: the least that has to be paid."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.apr import Flow, apr_percent
from finance.intervals import Interval
from finance.money import UP_TO_THE_UNIT
from finance.refusals import Unanswerable
from finance.revolving import Base, Minimum, minimum_payment, repayment
from tests.finance.vectors import is_near, money, vectors

FIRST = date(2026, 2, 1)


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("repayment_rules"))
def test_published_rules_until_repaid(given, expected, vector):
    if given["rule"] == "constant_principal":
        return  # tests/finance/test_schedules.py
    floor, share = money(given.get("amount") or given.get("minimum", 0)), money(given.get("share_percent", 0))
    minimum = Minimum(floor_amount=floor, share_percent=share, base=Base.PRINCIPAL_AND_INTEREST)

    lines = repayment(
        money(given["principal"]), money(given["nominal_annual_rate_percent"]), minimum, first_due_on=FIRST, carries_cents=False
    ).lines

    assert (len(lines), str(lines[0].payment), str(lines[-1].payment)) == (
        expected["periods"],
        expected["first_payment"],
        expected["last_payment"],
    )
    received = money(given["principal"]) - money(given["fee_at_signature"])
    apr = apr_percent([Flow(received, Interval(0)), *(Flow(-line.payment, Interval(line.number)) for line in lines)])
    assert is_near(apr, expected["apr_percent"], vector, "apr_percent")


@pytest.mark.parametrize(
    ("minimum", "principal", "interest", "payment"),
    [
        (Minimum(floor_amount=Decimal(25), share_percent=Decimal(3)), "1000", "12.50", "30.00"),
        (Minimum(floor_amount=Decimal(25), share_percent=Decimal(3), base=Base.PRINCIPAL_AND_INTEREST), "1000", "12.50", "30.38"),
        (Minimum(floor_amount=Decimal(25), share_percent=Decimal(3)), "500", "6.25", "25.00"),
        (Minimum(floor_amount=Decimal(25), share_percent=Decimal(3)), "20", "0.25", "20.25"),
        (Minimum(floor_amount=Decimal(25), share_percent=Decimal(3), rounding=UP_TO_THE_UNIT), "1001", "12.51", "31.00"),
        (Minimum(floor_amount=Decimal(25)), "0", "0", "0.00"),
    ],
)
def test_a_share_of_what_is_owed_but_at_least_the_floor_and_never_more_than_all(minimum, principal, interest, payment):
    assert minimum_payment(minimum, Decimal(principal), Decimal(interest)) == Decimal(payment)


@given(
    st.integers(10_000, 3_000_000),
    st.decimals("0", "20", places=2),
    st.decimals("2", "10", places=1),
    st.integers(10, 100),
    st.sampled_from(Base),
)
def test_the_debt_is_paid_back_to_the_cent_and_no_payment_is_larger_than_it(cents, percent, share, floor, base):
    owed = Decimal(cents) / 100
    found = repayment(owed, percent, Minimum(floor_amount=Decimal(floor), share_percent=share, base=base), first_due_on=FIRST)

    assert found.lines[-1].closing == 0
    assert found.totals().principal == owed
    assert all(earlier.closing == later.opening for earlier, later in zip(found.lines, found.lines[1:], strict=False))
    assert all(0 < line.payment == line.principal + line.interest <= line.opening + line.interest for line in found.lines)


@pytest.mark.parametrize("floor", ["100.00", "99.99", "0"])
def test_a_debt_that_is_never_paid_back_is_told(floor):
    with pytest.raises(Unanswerable) as refusal:
        repayment(Decimal(10_000), Decimal(12), Minimum(floor_amount=Decimal(floor)), first_due_on=FIRST)
    assert refusal.value.rule == "revolving.endless"


def test_a_cent_more_than_the_interest_takes_too_long_to_be_called_a_repayment():
    with pytest.raises(Unanswerable) as refusal:
        repayment(Decimal(10_000), Decimal(0), Minimum(floor_amount=Decimal("0.01")), first_due_on=FIRST)
    assert refusal.value.rule == "revolving.endless"
