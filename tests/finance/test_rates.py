"""Rates of a year and of a period, and the rate that flows imply."""

import itertools
from datetime import date, timedelta
from decimal import Decimal, localcontext

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from finance.equations import Worth, increasing_root
from finance.money import EXACT
from finance.rates import (
    Conversion,
    actuarial_rate,
    effective_percent,
    implicit_rate,
    money_weighted_percent,
    nominal_percent,
    period_rate,
)
from finance.refusals import Unanswerable
from tests.finance.vectors import days, is_near, money, vectors

percents = st.decimals("-50", "300", places=4)


def implied_percent(given):
    """What a vector of implicit rates asks for, by the method it names."""
    per_year, advance = money(given["unit_periods_per_year"]), money(given["advance"])
    if "first_payment" not in given:
        first = 0 if given.get("when") == "advance" else 1
        return implicit_rate([(0, advance), *((n, -money(paid)) for n, paid in enumerate(given["payments"], first))]) * per_year * 100
    paid = [money(amount) for amount, count in given["payments"] for _ in range(count)]
    whole, fraction = given["first_payment"]["whole_unit_periods"], money(given["first_payment"]["fraction"])
    return actuarial_rate([(0, Decimal(0), advance), *((whole + n, fraction, -amount) for n, amount in enumerate(paid))]) * per_year * 100


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("implicit_rates"))
def test_published_implicit_rates(given, expected, vector):
    assert is_near(implied_percent(given), expected["nominal_annual_rate_percent"], vector, "rate_percent")


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("xirr"))
def test_the_published_rate_of_dated_flows(given, expected, vector):
    percent = money_weighted_percent(list(zip(days(given["dates"]), map(money, given["amounts"]), strict=True)))

    assert is_near(percent / 100, expected["rate"], vector, "rate")


@given(percents, st.sampled_from([1, 2, 4, 12, 26, 52, 365]))
def test_effective_and_nominal_undo_each_other(percent, per_year):
    assert abs(nominal_percent(effective_percent(percent, Decimal(per_year)), Decimal(per_year)) - percent) < Decimal("1e-20")


@given(percents, st.sampled_from([1, 2, 4, 12]))
def test_equivalent_periods_make_the_year_and_proportional_ones_its_sum(percent, per_year):
    part = EXACT.divide(1, per_year)

    equivalent = period_rate(percent, part, Conversion.EQUIVALENT)
    proportional = period_rate(percent, part, Conversion.PROPORTIONAL)

    assert abs(((1 + equivalent) ** per_year - 1) * 100 - percent) < Decimal("1e-20")
    assert abs(proportional * per_year * 100 - percent) < Decimal("1e-20")


def test_a_rate_that_leaves_nothing_is_refused():
    for call in (
        lambda: period_rate(Decimal(-100), Decimal("0.5")),
        lambda: nominal_percent(Decimal(-100), Decimal(12)),
        lambda: effective_percent(Decimal(5), Decimal(0)),
    ):
        with pytest.raises(Unanswerable):
            call()


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.decimals("-0.02", "0.5", places=5))
def test_the_rate_is_found_that_the_flows_were_made_with(paid, rate):
    assume(any(paid))
    with localcontext(EXACT):
        lent = sum(Decimal(amount) / (1 + rate) ** number for number, amount in enumerate(paid, 1))

    found = implicit_rate([(0, -lent), *((number, Decimal(amount)) for number, amount in enumerate(paid, 1))])

    assert abs(found - rate) < Decimal("1e-14")


@given(st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 10_000)), min_size=1, max_size=12), st.integers(500, 20_000))
def test_dated_flows_agree_with_a_second_program(received, invested):
    start = date(2020, 2, 29)
    flows = [(start, Decimal(-invested)), *((start + timedelta(after), Decimal(amount)) for after, amount in received)]
    expected = pyxirr.xirr([day for day, _ in flows], [float(amount) for _, amount in flows])
    assume(expected is not None and -0.99 < expected < 100)
    assert expected is not None

    assert abs(money_weighted_percent(flows) / 100 - Decimal(expected)) < Decimal("1e-6") * (1 + abs(Decimal(expected)))


@given(st.lists(st.decimals("0.01", "3", places=3), min_size=2, max_size=5, unique=True))
def test_every_solution_of_an_equation_is_found(roots):
    """A product of (root - factor) has exactly these roots."""
    roots = sorted(roots)
    assume(all(later - earlier > Decimal("0.01") for earlier, later in itertools.pairwise(roots)))
    coefficients = [Decimal(1)]
    with localcontext(EXACT):
        for root in roots:
            coefficients = [a * root - b for a, b in zip([*coefficients, Decimal(0)], [Decimal(0), *coefficients], strict=True)]

    found = Worth((((power, 0, 365), amount) for power, amount in enumerate(coefficients)), 1).solutions()

    assert [solution.factor.quantize(Decimal("1e-12")) for solution in found] == [root.quantize(Decimal("1e-12")) for root in roots]
    assert [solution.is_falling for solution in found] == [place % 2 == 0 for place in range(len(roots))]


@pytest.mark.parametrize(
    ("flows", "rule"),
    [
        ([], "rate.none"),
        ([(0, Decimal(100)), (1, Decimal(10))], "rate.none"),
        ([(0, Decimal(100)), (1, Decimal(-150)), (2, Decimal(100))], "rate.none"),  # no real solution
        ([(0, Decimal(100)), (1, Decimal(-230)), (2, Decimal(132))], "rate.several"),  # 10 % and 20 %
        ([(0, Decimal(100)), (1, Decimal(-220)), (2, Decimal(121))], "rate.several"),  # 10 % twice
        ([(0, Decimal("1e15")), (1, Decimal("-1e-15"))], "rate.out_of_range"),
        ([(0, Decimal(1))] * 6_001, "flows.count"),
        ([(number, Decimal(1 - 2 * (number % 2))) for number in range(30)], "rate.too_many_changes"),
    ],
)
def test_no_rate_is_made_up(flows, rule):
    with pytest.raises(Unanswerable) as refusal:
        implicit_rate(flows)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("flows", "rule"),
    [
        ([(0, Decimal(0), Decimal(100)), (1, Decimal(1), Decimal(-110))], "rate.fraction"),
        ([(0, Decimal(0), Decimal(100)), (1, Decimal(0), Decimal(10))], "rate.none"),
    ],
)
def test_the_actuarial_method_refuses_what_it_cannot_tell(flows, rule):
    with pytest.raises(Unanswerable) as refusal:
        actuarial_rate(flows)
    assert refusal.value.rule == rule


@given(st.decimals("-1000", "1000", places=6), st.decimals("-1000", "1000", places=6))
def test_the_root_of_a_growing_function_is_found_from_anywhere(root, start):
    with localcontext(EXACT):
        found = increasing_root(lambda x: (x - root) * (1 + (x - root) ** 2), start, Decimal("0.001"))

    assert abs(found - root) < Decimal("1e-20")


def test_a_growing_function_without_a_root_is_told():
    with localcontext(EXACT), pytest.raises(Unanswerable) as refusal:
        increasing_root(lambda x: Decimal(1), Decimal(0), Decimal("0.001"))
    assert refusal.value.rule == "rate.none"
