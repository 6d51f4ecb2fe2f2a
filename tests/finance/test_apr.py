"""The annual percentage rate, by the directive's equation and by a second opinion."""

from datetime import date
from decimal import Decimal, localcontext

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from finance.apr import Flow, apr_percent, dated_flows, shown_apr
from finance.dates import months_after
from finance.intervals import Interval, Unit
from finance.refusals import Unanswerable
from tests.finance.vectors import is_near, money, vectors

START = Interval(0)


def flows_of(given):
    for flow in given["flows"]:
        time, repeat = flow["t"], flow.get("repeat", {"count": 1, "every_units": 0})
        first = Interval(time["units"], time["days"], time["days_in_year"], Unit[time["unit"].upper()])
        for number in range(repeat["count"]):
            yield Flow(money(flow["amount"]), first.later_by(number * repeat["every_units"]))


def monthly(received, paid, count, first=1):
    return [Flow(Decimal(received), START), *(Flow(-Decimal(paid), Interval(first + number)) for number in range(count))]


@pytest.mark.row("CO-22", part="APR oracle")
@pytest.mark.parametrize(("given", "expected", "vector"), vectors("apr_eu"))
def test_published_rates(given, expected, vector):
    apr = apr_percent(list(flows_of(given)))

    assert is_near(apr, expected.get("apr_percent", expected["apr_percent_published"]), vector, "apr_percent")
    places = len(expected["apr_percent_published"].partition(".")[2])
    assert apr.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP") == Decimal(expected["apr_percent_published"])


@pytest.mark.row("CO-22", part="APR oracle")
def test_the_two_loans_of_the_numbers_page():
    installments = [*(Flow(Decimal("-437.82"), Interval(month)) for month in range(1, 24)), Flow(Decimal("-437.80"), Interval(24))]

    without_fee = apr_percent([Flow(Decimal(10_000), START), *installments])
    with_fee = apr_percent([Flow(Decimal(10_000), START), Flow(Decimal(-100), START), *installments])

    assert (without_fee, with_fee) == (Decimal("4.907125"), Decimal("5.941739"))
    assert (shown_apr(without_fee), shown_apr(with_fee)) == (Decimal("4.91"), Decimal("5.94"))


@given(
    st.integers(100_000, 50_000_000),
    st.integers(1, 240),
    st.decimals("-0.2", "1.2", places=4),
)
def test_equal_months_agree_with_a_second_program(cents, count, cost):
    received = Decimal(cents) / 100
    paid = (received * (1 + cost) / count).quantize(Decimal("0.01")) + Decimal("0.01")

    monthly_rate = pyxirr.irr([float(received), *([-float(paid)] * count)])

    assert monthly_rate is not None
    expected = (1 + Decimal(monthly_rate)) ** 12 * 100 - 100
    assert abs(apr_percent(monthly(received, paid, count)) - expected) <= Decimal("0.000002") * max(Decimal(1), abs(expected))


@given(st.integers(1000, 100_000), st.integers(2, 120), st.decimals("0", "0.9", places=3), st.integers(1, 500), st.integers(0, 119))
def test_a_fee_never_lowers_the_rate(received, count, cost, fee, month):
    paid = (Decimal(received) * (1 + cost) / count).quantize(Decimal("0.01"))
    flows = monthly(received, paid, count)

    assert apr_percent([*flows, Flow(Decimal(-fee), Interval(month % count))]) > apr_percent(flows)


@given(st.permutations(range(25)))
def test_the_order_of_the_flows_changes_no_digit(order):
    flows = monthly(10_000, "437.82", 24)

    assert apr_percent([flows[place] for place in order]) == apr_percent(flows)


def test_a_rate_of_nothing_and_one_below_nothing_exist():
    assert apr_percent(monthly(1200, 100, 12)) == 0
    assert apr_percent([Flow(Decimal(1000), START), Flow(Decimal(-500), Interval(12))]) == Decimal("-50.000000")


def test_the_rate_of_a_loan_for_a_few_days_is_found_too():
    assert apr_percent([Flow(Decimal(100), START), Flow(Decimal(-130), Interval(0, 7))]) == Decimal(
        "87363785.644865"
    )  # 1.3 to the power of 365/7


def test_years_weeks_and_months_measure_the_same_year():
    for unit in Unit:
        assert apr_percent([Flow(Decimal(1000), Interval(0, unit=unit)), Flow(Decimal(-1100), Interval(unit.value, unit=unit))]) == 10


def test_days_count_backwards_from_the_payment():
    flows = dated_flows([(date(2013, 1, 12), Decimal(1000)), (date(2013, 2, 15), Decimal(-1010))], date(2013, 1, 12))

    assert flows[1].after == Interval(1, 3, 366)


def test_dated_flows_agree_with_their_intervals():
    start = date(2026, 1, 31)
    dated = dated_flows([(start, Decimal(10_000)), *((months_after(start, n), Decimal("-437.82")) for n in range(1, 25))], start)

    assert apr_percent(dated) == apr_percent(monthly(10_000, "437.82", 24))


@pytest.mark.parametrize(
    ("flows", "rule"),
    [
        ([], "apr.units"),
        ([Flow(Decimal(1), START), Flow(Decimal(-1), Interval(1, unit=Unit.WEEK))], "apr.units"),
        ([Flow(Decimal(1), START)], "rate.none"),
        ([Flow(Decimal(1), START), Flow(Decimal(1), Interval(1))], "rate.none"),
        ([Flow(Decimal(-100), START), Flow(Decimal(110), Interval(12))], "rate.none"),  # a deposit, no credit
        ([Flow(Decimal(100), START), Flow(Decimal(-100), START)], "rate.none"),
        # received, paid, received and paid again, so that two rates solve it as a borrower's
        ([Flow(Decimal(a), Interval(12 * y)) for y, a in enumerate(("1000", "-3600", "4310", "-1716"))], "rate.several"),
    ],
)
def test_no_rate_is_made_up(flows, rule):
    with pytest.raises(Unanswerable) as refusal:
        apr_percent(flows)
    assert refusal.value.rule == rule


def test_the_callers_context_changes_no_digit():
    flows = monthly(10_000, "437.82", 24)
    with localcontext() as own:
        own.prec = 5
        assert apr_percent(flows) == Decimal("4.907311")
