"""Rates: of a year and of a period, nominal and effective, and the rate that flows imply.

A rate of a year is in percent, 4.8 for 4.8 %. A rate of a period is a fraction, 0.004 for 0.4 %. Neither is ever rounded here.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from finance.equations import Worth, increasing_root
from finance.money import HUNDRED, ONE, ZERO, calculation
from finance.refusals import Unanswerable

DAYS_IN_YEAR = 365
MOST_FLOWS = 6_000


class Conversion(Enum):
    """How a contract makes the rate of a part of a year from that of a year."""

    PROPORTIONAL = "PROPORTIONAL"  # a twelfth for a month
    EQUIVALENT = "EQUIVALENT"  # the twelfth root: twelve months make exactly the year


@calculation
def period_rate(annual_percent: Decimal, years: Decimal, conversion: Conversion = Conversion.PROPORTIONAL) -> Decimal:
    """The rate of a part of a year, as a fraction: of a month with a twelfth of a year."""
    if annual_percent <= -HUNDRED:
        raise Unanswerable("rate.too_low", f"a rate of {annual_percent} % leaves nothing")
    if conversion is Conversion.PROPORTIONAL:
        return annual_percent * years / HUNDRED
    return (ONE + annual_percent / HUNDRED) ** years - ONE


@calculation
def effective_percent(nominal_percent: Decimal, periods_per_year: Decimal) -> Decimal:
    """What a nominal rate comes to in a year when each period's interest bears interest: (1 + i)^m - 1."""
    return ((ONE + nominal_percent / HUNDRED / _positive(periods_per_year)) ** periods_per_year - ONE) * HUNDRED


@calculation
def nominal_percent(effective_percent: Decimal, periods_per_year: Decimal) -> Decimal:
    """The nominal rate, paid so many times a year, that comes to this effective one."""
    if effective_percent <= -HUNDRED:
        raise Unanswerable("rate.too_low", f"a rate of {effective_percent} % leaves nothing")
    return ((ONE + effective_percent / HUNDRED) ** (ONE / _positive(periods_per_year)) - ONE) * periods_per_year * HUNDRED


@calculation
def implicit_rate(flows: Sequence[tuple[int, Decimal]]) -> Decimal:
    """The rate of a period at which the flows are worth nothing together; each is (after how many periods, amount).

    The sign says the direction, whichever is which. Raises `Unanswerable`: `rate.none` if no rate does it, `rate.several` if more than one.
    """
    return ONE / _single_factor(flows) - ONE


@calculation
def money_weighted_percent(flows: Sequence[tuple[date, Decimal]]) -> Decimal:
    """The yearly rate of dated flows, by days of a year of 365: a spreadsheet's XIRR. It is not the annual percentage rate of the EU."""
    if not flows:
        raise Unanswerable("rate.none", "there are no flows")
    start_on = min(day for day, _ in flows)
    daily = _single_factor([((day - start_on).days, amount) for day, amount in flows])
    return (daily**-DAYS_IN_YEAR - ONE) * HUNDRED


@calculation
def actuarial_rate(flows: Sequence[tuple[int, Decimal, Decimal]]) -> Decimal:
    """The rate of a unit period by the American actuarial method; each flow is (whole unit periods, fraction of one, amount).

    A fraction of a period is discounted with simple interest, 1 + f x i, whole ones with (1 + i)^t.
    Source: US Regulation Z (12 CFR 1026), Appendix J. Raises `Unanswerable` unless the flows turn once, from advances to payments.
    """
    ordered = sorted(flows, key=lambda flow: flow[0] + flow[1])
    signs = [amount > 0 for _, _, amount in ordered if amount]
    if any(not ZERO <= fraction < ONE for _, fraction, _ in ordered):
        raise Unanswerable("rate.fraction", "a fraction of a period is less than a period")
    if sum(earlier != later for earlier, later in pairwise(signs)) != 1:
        raise Unanswerable("rate.none", "the flows do not turn once")
    direction = ONE if signs[0] else -ONE

    def worth(rate: Decimal) -> Decimal:
        growth = ONE + rate
        if growth <= 0 or any(ONE + fraction * rate <= 0 for _, fraction, _ in ordered):
            return -(HUNDRED**9)
        return direction * sum((amount / (ONE + fraction * rate) / growth**whole for whole, fraction, amount in ordered), ZERO)

    return increasing_root(worth, ZERO, Decimal("0.01"))


def _single_factor(flows: Sequence[tuple[int, Decimal]]) -> Decimal:
    if len(flows) > MOST_FLOWS:
        raise Unanswerable("flows.count", f"at most {MOST_FLOWS} flows can be solved")
    solutions = Worth((((units, 0, DAYS_IN_YEAR), amount) for units, amount in flows), 1).solutions()
    if not solutions:
        raise Unanswerable("rate.none", "no rate solves these flows")
    if len(solutions) > 1:
        raise Unanswerable("rate.several", f"{len(solutions)} rates solve these flows")
    return solutions[0].factor


def _positive(periods_per_year: Decimal) -> Decimal:
    if periods_per_year <= 0:
        raise Unanswerable("periods.count", "a year has at least a part of a period")
    return periods_per_year
