"""Day counts: how much of a year lies between two days, by the convention that a contract names.

The first day is left out and the last one counted. Sources: ISDA 2006 definitions, section 4.16, and the ISDA paper on 30/360 of
2008-12-22; 30U/360 as QuantLib and the American bond market count it.
"""

from calendar import isleap
from datetime import date
from decimal import Decimal
from enum import StrEnum

from finance.dates import is_month_end
from finance.money import calculation
from finance.refusals import Unanswerable


class DayCount(StrEnum):
    """A convention, by its name in the market."""

    THIRTY_360 = "30/360"
    THIRTY_U_360 = "30U/360"
    THIRTY_E_360 = "30E/360"
    THIRTY_E_360_ISDA = "30E/360 ISDA"
    ACT_360 = "ACT/360"
    ACT_365_FIXED = "ACT/365F"
    ACT_ACT_ISDA = "ACT/ACT ISDA"


def days_between(count: DayCount, start_on: date, end_on: date, *, maturity_on: date | None = None) -> int:
    """The days that the convention counts. Only 30E/360 ISDA asks for the maturity: the last day of February is no 30th there."""
    if end_on < start_on:
        raise Unanswerable("date.order", f"{end_on} is before {start_on}")
    if count in (DayCount.ACT_360, DayCount.ACT_365_FIXED, DayCount.ACT_ACT_ISDA):
        return (end_on - start_on).days
    first, last = _thirtieths(count, start_on, end_on, maturity_on)
    return (end_on.year - start_on.year) * 360 + (end_on.month - start_on.month) * 30 + last - first


@calculation
def year_fraction(count: DayCount, start_on: date, end_on: date, *, maturity_on: date | None = None) -> Decimal:
    """The same as a part of a year, never rounded to fewer than fifty digits."""
    days = Decimal(days_between(count, start_on, end_on, maturity_on=maturity_on))
    if count is DayCount.ACT_ACT_ISDA:
        return _by_the_length_of_each_year(start_on, end_on)
    return days / 365 if count is DayCount.ACT_365_FIXED else days / 360


def _thirtieths(count: DayCount, start_on: date, end_on: date, maturity_on: date | None) -> tuple[int, int]:
    """The day numbers of both ends, in months of thirty days."""
    match count:
        case DayCount.THIRTY_360:
            return _bond_basis(start_on.day, end_on.day)
        case DayCount.THIRTY_U_360:
            return _american(start_on, end_on)
        case DayCount.THIRTY_E_360:
            return min(start_on.day, 30), min(end_on.day, 30)
        case DayCount.THIRTY_E_360_ISDA:
            if maturity_on is None:
                raise Unanswerable("day_count.maturity", "30E/360 ISDA counts to the maturity of the contract, which is not given")
            first = 30 if is_month_end(start_on) else start_on.day
            is_thirtieth = end_on.day == 31 or (_ends_february(end_on) and end_on != maturity_on)
            return first, 30 if is_thirtieth else end_on.day
        case _:
            raise Unanswerable("day_count.unknown", f"{count!r} is no day count that is known here")


def _bond_basis(first: int, last: int) -> tuple[int, int]:
    """A 31st at the end becomes a 30th only after a 30th or 31st."""
    first = min(first, 30)
    return first, 30 if last == 31 and first == 30 else last


def _american(start_on: date, end_on: date) -> tuple[int, int]:
    """As the bond basis, but the end of February counts as a 30th, and at both ends only if both are one."""
    if not _ends_february(start_on):
        return _bond_basis(start_on.day, end_on.day)
    return _bond_basis(30, 30 if _ends_february(end_on) else end_on.day)


def _ends_february(day: date) -> bool:
    return day.month == 2 and is_month_end(day)


def _by_the_length_of_each_year(start_on: date, end_on: date) -> Decimal:
    """Each day weighs as much as its own year gives it: one 365th, or one 366th."""
    if start_on.year == end_on.year:
        return Decimal((end_on - start_on).days) / _length(start_on.year)
    left = Decimal((date(start_on.year + 1, 1, 1) - start_on).days) / _length(start_on.year)
    begun = Decimal((end_on - date(end_on.year, 1, 1)).days) / _length(end_on.year)
    return left + (end_on.year - start_on.year - 1) + begun


def _length(year: int) -> int:
    return 366 if isleap(year) else 365
