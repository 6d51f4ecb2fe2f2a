"""Every public calculation gives the same digits under any decimal context, and takes no float."""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_DOWN, Decimal, Inexact, localcontext
from typing import Any

import pytest

from finance import time_value
from finance.apr import Flow, apr_percent
from finance.balances import accrued_on, balance_on, principal_on
from finance.checking import Agreed, check
from finance.costs import cost_of, credit_flows
from finance.facilities import Facility, Movement, statements
from finance.intervals import Interval, interval
from finance.money import cents
from finance.payments import balance_after, interim_rent, level_payment, payment_with_capitalization, present_amount, weighted_payment
from finance.phases import Annuity, stepped
from finance.plans import Plan
from finance.rates import actuarial_rate, effective_percent, implicit_rate, money_weighted_percent, nominal_percent, period_rate
from finance.revolving import Minimum, minimum_payment, repayment
from finance.schedules import schedule, vat_amount

AMOUNT, RATE = Decimal("123456.78"), Decimal("0.0037")
DAY = date(2026, 1, 31)
PLAN = Plan(financed_amount=AMOUNT, rate_percent=Decimal("4.44"), phases=(Annuity(periods=37),), first_due_on=DAY)
TABLE = schedule(PLAN)
FACILITY = Facility(limit_amount=AMOUNT, opened_on=DAY, rates=((DAY, Decimal("7.77")),), undrawn_fee_percent=Decimal("0.33"))
FLOWS = [(0, AMOUNT), (1, Decimal("-60000.01")), (2, Decimal("-65000.02"))]

# Each takes an amount or a rate, which a float takes the place of in the second test.
CALLS: dict[str, tuple[Callable[[Any], object], Decimal]] = {
    "cents": (lambda x: cents(x), AMOUNT),
    "level_payment": (lambda x: level_payment(x, RATE, 37), AMOUNT),
    "weighted_payment": (lambda x: weighted_payment(AMOUNT, [RATE] * 3, [Decimal(1), x, Decimal(1)]), Decimal("0.7")),
    "payment_with_capitalization": (lambda x: payment_with_capitalization(x, Decimal("8.25"), 6, 12, 3), AMOUNT),
    "present_amount": (lambda x: present_amount(RATE, [(3, x)]), AMOUNT),
    "balance_after": (lambda x: balance_after(AMOUNT, [RATE] * 7, x), Decimal("1000.01")),
    "interim_rent": (lambda x: interim_rent(x, 11), AMOUNT),
    "period_rate": (lambda x: period_rate(x, Decimal("0.0833333333333333333333333333333")), Decimal("4.44")),
    "effective_percent": (lambda x: effective_percent(x, Decimal(12)), Decimal("4.44")),
    "nominal_percent": (lambda x: nominal_percent(x, Decimal(12)), Decimal("4.44")),
    "implicit_rate": (lambda x: implicit_rate([(0, x), *FLOWS[1:]]), AMOUNT),
    "actuarial_rate": (lambda x: actuarial_rate([(0, Decimal(0), x), (1, Decimal("0.4"), Decimal(-130_000))]), AMOUNT),
    "money_weighted_percent": (lambda x: money_weighted_percent([(DAY, x), (date(2027, 3, 1), Decimal(-130_000))]), AMOUNT),
    "apr_percent": (lambda x: apr_percent([Flow(x, Interval(0)), Flow(Decimal(-130_000), Interval(7, 3))]), AMOUNT),
    "future_value": (lambda x: time_value.future_value(RATE, 37, x, AMOUNT), Decimal("-3000.01")),
    "present_value": (lambda x: time_value.present_value(RATE, 37, x), Decimal("-3000.01")),
    "payment": (lambda x: time_value.payment(RATE, 37, x), AMOUNT),
    "number_of_periods": (lambda x: time_value.number_of_periods(RATE, x, AMOUNT), Decimal("-3000.01")),
    "rate": (lambda x: time_value.rate(37, Decimal("-4000.01"), x), AMOUNT),
    "interest_part": (lambda x: time_value.interest_part(RATE, 7, 37, x), AMOUNT),
    "principal_part": (lambda x: time_value.principal_part(RATE, 7, 37, x), AMOUNT),
    "cumulative_interest": (lambda x: time_value.cumulative_interest(RATE, 37, x, 2, 9), AMOUNT),
    "cumulative_principal": (lambda x: time_value.cumulative_principal(RATE, 37, x, 2, 9), AMOUNT),
    "stepped": (lambda x: stepped(24, 7, x), Decimal("3.3")),
    "totals": (lambda x: TABLE.totals() if isinstance(x, Decimal) else vat_amount([(x, x)]), AMOUNT),
    "vat_amount": (lambda x: vat_amount([(Decimal(21), x), (Decimal(21), x)]), AMOUNT),
    "cost_of": (lambda x: cost_of(PLAN, paid_at_start_amount=x), Decimal("100.01")),
    "credit_flows": (lambda x: credit_flows(PLAN, TABLE) if isinstance(x, Decimal) else Flow(x, Interval(0)), AMOUNT),
    "balance_on": (lambda x: balance_on(TABLE.lines, AMOUNT, date(2025, 12, 31), date(2026, 5, 5), unpaid_amount=x), Decimal("3456.78")),
    "accrued_on": (lambda x: accrued_on(TABLE.lines if isinstance(x, Decimal) else [x], DAY, date(2026, 5, 5)), AMOUNT),
    "principal_on": (lambda x: principal_on(TABLE.lines, x, date(2025, 12, 31)), AMOUNT),
    "check": (lambda x: check(TABLE.lines, Agreed(financed_amount=x, rate_percent=Decimal("4.44"))), AMOUNT),
    "statements": (lambda x: statements(FACILITY, [Movement(DAY, x)], [date(2026, 3, 3)]), Decimal("99999.99")),
    "minimum_payment": (lambda x: minimum_payment(Minimum(share_percent=Decimal("3.3")), x, Decimal("12.34")), AMOUNT),
    "repayment": (lambda x: repayment(x, Decimal(9), Minimum(floor_amount=Decimal(9999)), first_due_on=DAY), AMOUNT),
    "interval": (lambda x: interval(DAY, date(2027, 3, 3)).years() if isinstance(x, Decimal) else Flow(x, Interval(0)), AMOUNT),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_callers_context_plays_no_part(name):
    call, figure = CALLS[name]
    usual = repr(call(figure))

    with localcontext() as own:
        own.prec, own.rounding, own.traps[Inexact] = 3, ROUND_DOWN, True
        unusual = repr(call(figure))

    assert unusual == usual


@pytest.mark.parametrize("name", CALLS)
def test_a_float_is_a_type_error(name):
    call, figure = CALLS[name]

    with pytest.raises(TypeError):
        call(float(figure))
