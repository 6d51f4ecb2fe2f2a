"""The spreadsheet functions, as their references print them and as another program computes them."""

import inspect
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy_financial
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finance import time_value
from finance.money import EXACT
from finance.payments import Timing
from finance.rates import effective_percent, implicit_rate, nominal_percent
from finance.refusals import Unanswerable
from tests.finance.vectors import is_near, vectors

FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "PMT": time_value.payment,
    "PV": time_value.present_value,
    "FV": time_value.future_value,
    "NPER": time_value.number_of_periods,
    "RATE": time_value.rate,
    "IPMT": time_value.interest_part,
    "PPMT": time_value.principal_part,
    "CUMIPMT": time_value.cumulative_interest,
    "CUMPRINC": time_value.cumulative_principal,
    "NOMINAL": lambda rate, per_year: nominal_percent(rate * 100, per_year) / 100,
    "EFFECT": lambda rate, per_year: effective_percent(rate * 100, per_year) / 100,
    "IRR": lambda *amounts: implicit_rate(list(enumerate(amounts))),
}

rates = st.decimals("0.0001", "0.2", places=5)
amounts = st.decimals("-100000", "100000", places=2)
timings = st.sampled_from(Timing)


def figure(text):
    """A printed argument: 8%/12."""
    numerator, _, divisor = str(text).partition("/")
    with localcontext(EXACT):
        value = Decimal(numerator.rstrip("%")) / (100 if numerator.endswith("%") else 1)
        return value / Decimal(divisor) if divisor else value


def called(name, printed):
    function = FUNCTIONS[name]
    kinds = [parameter.annotation for parameter in inspect.signature(function).parameters.values()]
    as_asked: dict[Any, Callable[[Decimal], Any]] = {Timing: lambda value: Timing.ADVANCE if value else Timing.ARREARS, int: int}
    return function(*(as_asked.get(kind, Decimal)(figure(text)) for kind, text in zip(kinds * len(printed), printed, strict=False)))


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("time_value_functions"))
def test_published_results(given, expected, vector):
    assert is_near(called(given["function"], given["args"]), expected["value"], vector, "value")


@given(rates, st.integers(1, 400), amounts, amounts, timings)
def test_the_functions_agree_with_numpy_financial(rate, periods, present, future, timing):
    when = "begin" if timing is Timing.ADVANCE else "end"

    for ours, theirs in ((time_value.payment, numpy_financial.pmt), (time_value.present_value, numpy_financial.pv)):
        with localcontext(EXACT):
            expected = theirs(rate, periods, present, future, when)
        assert abs(ours(rate, periods, present, future, timing) - expected) < Decimal("1e-25")


@given(rates, st.integers(1, 400), amounts, amounts, timings)
def test_each_function_undoes_the_other(rate, periods, present, future, timing):
    constant = time_value.payment(rate, periods, present, future, timing)

    assert abs(time_value.future_value(rate, periods, constant, present, timing) - future) < Decimal("1e-6")
    assert abs(time_value.present_value(rate, periods, constant, future, timing) - present) < Decimal("1e-20")


@given(st.decimals("0", "0.05", places=5), st.integers(1, 240), st.integers(1, 1_000_000), timings)
def test_number_and_rate_come_back(rate, periods, present, timing):
    assume(timing is Timing.ARREARS or periods > 1)
    constant = time_value.payment(rate, periods, Decimal(present), timing=timing)

    assert abs(time_value.number_of_periods(rate, constant, Decimal(present), timing=timing) - periods) < Decimal("1e-20")
    assert abs(time_value.rate(periods, constant, Decimal(present), timing=timing) - rate) < Decimal("1e-14")


@given(rates, st.integers(1, 60), st.integers(1, 100_000), timings)
def test_the_parts_make_the_payment_and_the_principal_makes_the_loan(rate, periods, present, timing):
    parts = [
        (
            time_value.interest_part(rate, n, periods, Decimal(present), timing=timing),
            time_value.principal_part(rate, n, periods, Decimal(present), timing=timing),
        )
        for n in range(1, periods + 1)
    ]

    constant = time_value.payment(rate, periods, Decimal(present), timing=timing)
    with localcontext(EXACT):
        assert all(abs(interest + principal - constant) < Decimal("1e-30") for interest, principal in parts)
        assert abs(sum(principal for _, principal in parts) + present) < Decimal("1e-30")
        assert abs(
            sum(i for i, _ in parts) - time_value.cumulative_interest(rate, periods, Decimal(present), 1, periods, timing)
        ) < Decimal("1e-30")


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: time_value.number_of_periods(Decimal("0.01"), Decimal(-5), Decimal(1000)), "periods.none"),
        (lambda: time_value.number_of_periods(Decimal(0), Decimal(0), Decimal(1000)), "periods.none"),
        (lambda: time_value.payment(Decimal("0.01"), 0, Decimal(1000)), "periods.count"),
        (lambda: time_value.future_value(Decimal(-1), 3, Decimal(1), Decimal(1)), "rate.too_low"),
        (lambda: time_value.interest_part(Decimal("0.01"), 4, 3, Decimal(1)), "periods.number"),
        (lambda: time_value.cumulative_interest(Decimal("0.01"), 3, Decimal(1), 2, 1), "periods.number"),
        (lambda: time_value.rate(3, Decimal(1), Decimal(1)), "rate.none"),
    ],
)
def test_what_has_no_answer_is_refused_by_name(call, rule):
    with pytest.raises(Unanswerable) as refusal:
        call()
    assert refusal.value.rule == rule


def test_a_float_is_a_type_error():
    for call in (lambda: time_value.payment(0.01, 3, Decimal(1)), lambda: time_value.rate(3, Decimal(1), 1.0)):  # type: ignore[arg-type]  # on purpose
        with pytest.raises(TypeError):
            call()
