"""The payment that pays a debt back."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.money import EXACT, TO_THE_CENT, UP_TO_THE_CENT, cents
from finance.payments import (
    Timing,
    balance_after,
    interim_rent,
    level_payment,
    payment_with_capitalization,
    present_amount,
    weighted_payment,
)
from finance.refusals import Unanswerable
from finance.schedules import schedule
from tests.finance.vectors import PERIODICITIES, is_near, money, plan_of, read, vectors

rates = st.decimals("0", "0.05", places=6)
principals = st.decimals("1", "10000000", places=2)


def monthly(percent):
    return EXACT.divide(Decimal(percent), 1200)


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("payments"))
def test_published_payments(given, expected, vector):
    if "compounding" in given:
        every = PERIODICITIES[given["compounding"]].months
        percent = money(given["nominal_annual_rate_percent"])
        found = {"payment": payment_with_capitalization(money(given["principal"]), percent, given["periods"], 12, every)}
    else:
        lines = schedule(plan_of(given, carries_cents=False)).lines
        found = {"payment": lines[0].payment, "first_payment": lines[0].payment, "last_payment": lines[-1].payment}
        found["first_interest"] = lines[0].interest
        if "rate_change" in given:
            found["new_payment"] = lines[given["rate_change"]["after_period"]].payment
        if "balance_after" in given:
            found["balance"] = lines[given["balance_after"] - 1].closing

    for name, figure in expected.items():
        assert is_near(cents(found[name]), figure, vector), name


def test_a_us_lender_rounds_his_installments_up():
    """Real loans. Half up would be wrong for half of them."""
    table = read("real_loans")
    columns = table["columns"]
    loans = [dict(zip(columns, row, strict=True)) for row in table["rows"]]

    for loan in loans:
        exact = level_payment(money(loan["amount"]), monthly(loan["nominal_annual_rate_percent"]), int(loan["months"]))
        assert UP_TO_THE_CENT.of(exact) == money(loan[columns[3]])
        assert TO_THE_CENT.of(exact) == money(loan[columns[4]])


@given(principals, rates, st.integers(1, 480), st.decimals("0", "1000", places=2), rates, st.sampled_from(Timing))
def test_a_level_payment_leaves_what_it_should(principal, rate, periods, left, first_rate, timing):
    payment = level_payment(principal, rate, periods, remaining_amount=left, timing=timing, first_rate=first_rate)

    with localcontext(EXACT):
        owed = principal * (1 + first_rate)
        for number in range(1, periods + 1):
            owed -= payment
            if timing is Timing.ADVANCE or number < periods:
                owed *= 1 + rate
        assert abs(owed - left) < Decimal("1e-25") * (principal + left) * (1 + rate) ** periods


@given(principals, rates, st.integers(2, 120))
def test_equal_weights_are_an_annuity(principal, rate, periods):
    level, weighted = level_payment(principal, rate, periods), weighted_payment(principal, [rate] * periods, [Decimal(1)] * periods)

    assert abs(level - weighted) < Decimal("1e-30") * principal


@given(principals, rates, st.lists(st.integers(0, 5), min_size=2, max_size=60).filter(any))
def test_weighted_payments_are_worth_the_principal(principal, rate, weights):
    unit = weighted_payment(principal, [rate] * len(weights), [Decimal(weight) for weight in weights])

    worth = present_amount(rate, [(number, unit * weight) for number, weight in enumerate(weights, 1)])
    assert abs(worth - principal) < Decimal("1e-20") * principal


@given(principals, rates, st.integers(2, 60), st.integers(0, 500))
def test_a_given_first_rent_lowers_the_others(principal, rate, periods, first):
    weights, every = [Decimal(1)] * periods, [rate] * periods

    unit = weighted_payment(principal, every, weights, given=[(1, Decimal(first))])

    worth = present_amount(rate, [(1, Decimal(first)), *((number, unit) for number in range(2, periods + 1))])
    assert abs(worth - principal) < Decimal("1e-20") * principal


@given(principals, rates, st.integers(1, 119))
def test_a_balance_is_what_the_payments_left_are_worth(principal, rate, paid):
    payment = level_payment(principal, rate, 120)

    balance = balance_after(principal, [rate] * paid, payment)

    assert abs(balance - present_amount(rate, [(number, payment) for number in range(1, 121 - paid)])) < Decimal("1e-20") * principal


@given(principals, st.decimals("0", "30", places=4), st.integers(1, 60))
def test_capitalizing_every_period_is_an_annuity(principal, percent, periods):
    with localcontext(EXACT):
        rate = percent / 1200

    assert (
        abs(payment_with_capitalization(principal, percent, periods, 12, 1) - level_payment(principal, rate, periods))
        < Decimal("1e-25") * principal
    )


def test_a_suppliers_subsidy_is_the_price_less_what_the_payments_are_worth():
    """Six payments of 1,000 from today on, for 6,000 at 5 %: curo (MIT), documentation, example 4."""
    assert cents(6000 - present_amount(monthly(5), [(number, Decimal(1000)) for number in range(6)])) == Decimal("61.90")


def test_three_rents_in_advance():
    """curo (MIT), documentation, example 6."""
    unit = weighted_payment(Decimal(10_000), [Decimal(0), *[monthly(7)] * 5], [Decimal(3), *[Decimal(1)] * 5])

    assert cents(unit) == Decimal("1263.64")


@pytest.mark.row("CC-5", part="interim rent of a broken period")
def test_a_broken_first_period_costs_a_thirtieth_of_the_rent_a_day():
    assert interim_rent(Decimal("904.21"), 10) == Decimal("301.40")
    assert interim_rent(Decimal("904.21"), 0) == Decimal("0.00")


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: level_payment(Decimal(1), Decimal(0), 0), "periods.count"),
        (lambda: weighted_payment(Decimal(1), [Decimal(0)], []), "payments.weights"),
        (lambda: weighted_payment(Decimal(1), [Decimal(0)], [Decimal(0)]), "payments.weights"),
        (lambda: payment_with_capitalization(Decimal(1), Decimal(1), 5, 12, 3), "payments.capitalization"),
        (lambda: interim_rent(Decimal(1), -1), "payments.days"),
    ],
)
def test_what_has_no_payment_is_refused_by_name(call, rule):
    with pytest.raises(Unanswerable) as refusal:
        call()
    assert refusal.value.rule == rule
