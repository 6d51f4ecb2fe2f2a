"""How a lease ends, and what that costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import QUARTERLY, WEEKLY, Periodicity, months_after
from finance.figures import Audience, Certainty, Figure, Figures, Subject
from finance.lease_ends import BuyOut, OptionPrice, Rent, RentAhead, buy_out, default_indemnity, option_price, reference_percent
from finance.payments import Timing, present_amount
from finance.phases import Annuity
from finance.plans import Closing, Plan
from finance.rates import Conversion
from finance.refusals import Unanswerable
from finance.schedules import schedule
from models.legal_figures import legal_figures
from tests.finance.reference import Vector, each

LAST = date(2026, 11, 1)
amounts = st.decimals(min_value=0, max_value=Decimal("1e5"), places=2)


def rents(*amounts: str, every: Periodicity = QUARTERLY) -> list[Rent]:
    return [Rent(every.after(LAST, number), Decimal(amount)) for number, amount in enumerate(amounts, 1)]


def bought(left: list[Rent], on: date = LAST, percent: str = "4.00", **more) -> BuyOut:
    return buy_out(left, on, last_due_on=LAST, settlement_percent=Decimal(percent), every=more.pop("every", QUARTERLY), **more)


@each("lease_termination")
def test_the_published_indemnity_comes_out(vector: Vector):
    stated = vector["input"]
    ahead = [
        RentAhead(Decimal(stated["first_in_months"] + number), Decimal(stated["rent"])) for number in range(stated["rents_not_yet_due"])
    ]
    found = default_indemnity(
        ahead,
        residual_amount=Decimal(stated["residual_value"]),
        market_amount=Decimal(stated["market_value"]),
        reference_percent=Decimal(stated["reference_rate_percent"]),
    )

    assert str(found.present_amount) == vector["expected"]["present_value_of_rents"]
    assert str(found.indemnity_amount) == vector["expected"]["indemnity"]


def test_an_asset_worth_more_than_the_rest_leaves_no_indemnity_and_its_surplus_is_told():
    found = default_indemnity(
        [RentAhead(Decimal(12), Decimal("104.00"))],
        residual_amount=Decimal("50.00"),
        market_amount=Decimal("200.00"),
        reference_percent=Decimal(4),
    )
    assert (found.present_amount, found.indemnity_amount, found.surplus_amount) == (Decimal("100.00"), Decimal("0.00"), Decimal("50.00"))


def test_the_reference_rate_is_the_bond_yield_of_the_half_year_before_and_half_of_it_more():
    yields = [(date(2025, 7, 1), "2.50"), (date(2026, 1, 1), "3.00")]
    entries = [
        Figure(Subject("FR", Audience.CONSUMER, "average_bond_yield"), on, {"percent": Decimal(percent)}, "a test", Certainty.SEEN)
        for on, percent in yields
    ]
    table = Figures([*legal_figures(), *entries])

    assert reference_percent(table, "FR", Audience.CONSUMER, date(2026, 6, 30)) == Decimal("3.75")
    assert reference_percent(table, "FR", Audience.CONSUMER, date(2026, 7, 1)) == Decimal("4.50")
    with pytest.raises(Unanswerable, match="average_bond_yield for FR CONSUMER on 2025-06-30"):
        reference_percent(table, "FR", Audience.CONSUMER, date(2025, 12, 31))


def test_a_buy_out_is_what_is_left_at_its_worth_with_a_fee_and_vat():
    """Two quarterly rents and an option, at 1 % a quarter: 990.10 + 980.30 + 98.03."""
    left = [*rents("1000.00", "1000.00"), Rent(months_after(LAST, 6), Decimal("100.00"))]
    assert bought(left, fee_amount=Decimal("75.00"), vat_percent=Decimal(21)) == BuyOut(
        as_of_on=LAST,
        undiscounted_amount=Decimal("2100.00"),
        discounted_amount=Decimal("2068.42"),
        fee_amount=Decimal("75.00"),
        net_amount=Decimal("2143.42"),
        vat_amount=Decimal("450.12"),
        total_amount=Decimal("2593.54"),
    )


def test_the_contract_says_how_a_period_is_made_of_the_yearly_rate():
    assert bought(rents("1010.00")).discounted_amount == Decimal("1000.00")
    assert bought(rents("1010.00"), conversion=Conversion.EQUIVALENT).discounted_amount == Decimal("1000.15")


def test_of_the_running_period_the_days_that_are_left_are_discounted():
    """On the last day before it is due, a rent is worth all but a 92nd part of a quarter's discount."""
    left = rents("1010.00")
    day_before = bought(left, left[0].due_on - timedelta(days=1))
    assert day_before.discounted_amount == Decimal("1009.89")


def test_weeks_are_counted_in_days():
    weekly = [Rent(WEEKLY.after(LAST, number), Decimal("100.00")) for number in (1, 2)]
    assert bought(weekly, percent="5.20", every=WEEKLY).discounted_amount == Decimal("199.70")


def test_at_the_rate_of_the_lease_itself_a_buy_out_on_a_due_date_is_the_balance():
    plan = Plan(
        financed_amount=Decimal("50000.00"),
        rate_percent=Decimal("3.60"),
        phases=(Annuity(periods=60),),
        first_due_on=date(2026, 2, 1),
        closing=Closing.LEASE,
        option_amount=Decimal("500.00"),
        timing=Timing.ARREARS,
    )
    table = schedule(plan)
    paid, left = table.lines[24], [Rent(line.due_on, line.payment) for line in table.lines[25:]]

    found = buy_out(left, paid.due_on, last_due_on=paid.due_on, settlement_percent=table.table_rate_percent)

    assert abs(found.discounted_amount - paid.closing) <= Decimal("0.30")  # the table rounds the interest of each of its rows


@given(st.lists(amounts, min_size=1, max_size=40), st.integers(0, 91), st.decimals(min_value=0, max_value=20, places=2))
def test_a_higher_rate_never_costs_more_and_waiting_never_less_but_the_rents_are_the_most(left, later, percent):
    flows = [Rent(QUARTERLY.after(LAST, number), amount) for number, amount in enumerate(left, 1)]
    on = LAST + timedelta(days=later)
    found = bought(flows, on, str(percent))

    assert found.discounted_amount <= found.undiscounted_amount == sum(left)
    assert bought(flows, on, str(percent + 1)).discounted_amount <= found.discounted_amount
    assert bought(flows, LAST, str(percent)).discounted_amount <= found.discounted_amount
    assert bought(flows, on, "0").discounted_amount == sum(left)


@given(st.lists(amounts, max_size=40), amounts, amounts, st.decimals(min_value=0, max_value=10, places=2))
def test_the_indemnity_is_the_difference_or_nothing(left, residual, market, percent):
    found = default_indemnity(
        [RentAhead(Decimal(12 * number), amount) for number, amount in enumerate(left, 1)],
        residual_amount=residual,
        market_amount=market,
        reference_percent=percent,
    )

    assert found.indemnity_amount - found.surplus_amount == residual + found.present_amount - market
    assert min(found.indemnity_amount, found.surplus_amount) == 0
    assert abs(found.present_amount - present_amount(percent / 100, [*enumerate(left, 1)])) <= Decimal("0.005")


def test_the_option_has_its_price_and_its_days():
    from_on, to_on = date(2026, 10, 1), date(2026, 12, 31)
    expected = OptionPrice(Decimal("500.00"), Decimal("25.00"), Decimal("110.25"), Decimal("635.25"))

    for on in (from_on, to_on):
        assert (
            option_price(Decimal("500.00"), on, fee_amount=Decimal("25.00"), vat_percent=Decimal(21), from_on=from_on, to_on=to_on)
            == expected
        )
    assert option_price(Decimal("500.00"), LAST).total_amount == Decimal("500.00")
    for on in (date(2026, 9, 30), date(2027, 1, 1)):
        with pytest.raises(Unanswerable) as refusal:
            option_price(Decimal("500.00"), on, from_on=from_on, to_on=to_on)
        assert refusal.value.rule == "option.window"


def test_what_is_no_end_of_a_lease_is_refused_by_name():
    left = rents("1000.00")
    for ask, rule in (
        (lambda: bought([]), "buy_out.rents"),
        (lambda: bought(left, percent="-0.01"), "buy_out.rents"),
        (lambda: bought(rents("-1.00")), "buy_out.rents"),
        (lambda: bought(left, LAST - timedelta(days=1)), "buy_out.day"),
        (lambda: bought(left, left[0].due_on), "buy_out.day"),
        (lambda: option_price(Decimal(-1), LAST), "option.amount"),
        (
            lambda: default_indemnity([], residual_amount=Decimal(-1), market_amount=Decimal(0), reference_percent=Decimal(1)),
            "indemnity.amount",
        ),
        (
            lambda: default_indemnity(
                [RentAhead(Decimal(-1), Decimal(1))], residual_amount=Decimal(1), market_amount=Decimal(0), reference_percent=Decimal(1)
            ),
            "indemnity.amount",
        ),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        bought([Rent(months_after(LAST, 3), 1000.0)])  # type: ignore[arg-type]  # the very mistake
