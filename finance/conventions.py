"""How a table counts interest: in whole periods, at the equivalent rate, or by the days of each period.

Either the finance house says so, or the table shows it: the convention under which the agreed rate gives the interest of its lines. Where
none does (the rate steps, or nobody knows it), each line still shows the rate of its own period: its interest over what was owed.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from finance.dates import Periodicity
from finance.day_counts import DayCount, year_fraction
from finance.lines import Line
from finance.money import CENT, ONE, ZERO, calculation, cents
from finance.rates import Conversion, period_rate
from finance.refusals import Unanswerable

HALF_A_CENT = Decimal("0.005")


class InterestConvention(StrEnum):
    """How the interest of a period follows from a yearly rate."""

    WHOLE_PERIODS = "WHOLE_PERIODS"  # a twelfth of the year for a month, whatever its days
    EQUIVALENT = "EQUIVALENT"  # the twelfth root: twelve months make exactly the year
    THIRTY_360 = "30/360"
    THIRTY_E_360 = "30E/360"
    ACT_360 = "ACT/360"
    ACT_365 = "ACT/365"
    ACT_ACT = "ACT/ACT"


COUNTS = {
    InterestConvention.THIRTY_360: DayCount.THIRTY_360,
    InterestConvention.THIRTY_E_360: DayCount.THIRTY_E_360,
    InterestConvention.ACT_360: DayCount.ACT_360,
    InterestConvention.ACT_365: DayCount.ACT_365_FIXED,
    InterestConvention.ACT_ACT: DayCount.ACT_ACT_ISDA,
}


class PeriodRates(NamedTuple):
    """The rate of the period before each line, as fractions. `convention` is None where each was read off its own line."""

    convention: InterestConvention | None
    rates: tuple[Decimal, ...]


@calculation
def period_rates(
    lines: Sequence[Line], since_on: date, *, rate_percent: Decimal | None, every: Periodicity, declared: InterestConvention | None = None
) -> PeriodRates:
    """The rates that these lines run at; the first period began on `since_on`.

    A declared convention that the lines contradict is not used, nor is one of which they show nothing.
    """
    if rate_percent is not None:
        for convention in [declared] if declared else InterestConvention:
            if rates := _fitting(lines, since_on, rate_percent, every, convention):
                return PeriodRates(convention, rates)
    return PeriodRates(None, tuple(map(_own, lines)))


def _fitting(
    lines: Sequence[Line], since_on: date, rate_percent: Decimal, every: Periodicity, convention: InterestConvention
) -> tuple[Decimal, ...] | None:
    """The rates under a convention, if the interest of the lines follows from them. A first period of another length has its own rate."""
    days = [since_on, *(line.due_on for line in lines)]
    try:
        rates = [_rate(begin, end, rate_percent, every, convention) for begin, end in pairwise(days)]
    except Unanswerable:
        return None
    fits = [_fits(line, rate, place == len(lines)) for place, (line, rate) in enumerate(zip(lines, rates, strict=True), 1)]
    if not all(fits[1:]) or not any(fits):
        return None
    return tuple([rates[0] if fits[0] else _own(lines[0]), *rates[1:]])


def _rate(begin: date, end: date, rate_percent: Decimal, every: Periodicity, convention: InterestConvention) -> Decimal:
    if begin == end:
        return ZERO  # a second line of the same day, such as an option
    if count := COUNTS.get(convention):
        return period_rate(rate_percent, year_fraction(count, begin, end))
    conversion = Conversion.EQUIVALENT if convention is InterestConvention.EQUIVALENT else Conversion.PROPORTIONAL
    return period_rate(rate_percent, ONE / every.per_year(), conversion)


def _fits(line: Line, rate: Decimal, is_last: bool) -> bool:
    """Within a cent of the rate; the last line may have taken half a cent of each line before it."""
    allowed = CENT + HALF_A_CENT * line.number if is_last else CENT
    return abs(line.interest - cents(line.opening * rate)) <= allowed


def _own(line: Line) -> Decimal:
    """What a line itself shows."""
    return line.interest / line.opening if line.opening > 0 else ZERO
