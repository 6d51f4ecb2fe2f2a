"""Intervals of the annual percentage rate: whole units of time counted back from the later day, and the days that are left.

Source: Directive 2008/48/EC, Annex I, part I, remarks (c) and (d), the same in 2014/17/EU and in 2023/2225. The days left lie at the
beginning; they are a part of the 365 or 366 days of the year that ends where the whole units begin. Two month ends are whole months apart.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum

from finance.dates import Periodicity, is_month_end, months_before
from finance.money import EXACT
from finance.refusals import Unanswerable


class Unit(IntEnum):
    """The unit of time that an equation runs in. Its value is how many of them the directive has in a year."""

    YEAR = 1
    MONTH = 12
    WEEK = 52


@dataclass(frozen=True, slots=True)
class Interval:
    """So many units and days. A negative number of units lies before the first drawdown."""

    units: int
    days: int = 0
    days_in_year: int = 365
    unit: Unit = Unit.MONTH

    def __post_init__(self) -> None:
        if not all(type(part) is int for part in (self.units, self.days, self.days_in_year)):
            raise TypeError("an interval is made of whole units and days")
        if self.days_in_year not in (365, 366):
            raise Unanswerable("interval.year", f"a year has 365 or 366 days, not {self.days_in_year}")

    def years(self) -> Decimal:
        """The interval as a part of a year, to 50 digits."""
        return EXACT.add(EXACT.divide(Decimal(self.units), Decimal(self.unit.value)), EXACT.divide(Decimal(self.days), self.days_in_year))

    def later_by(self, units: int) -> "Interval":
        """The same days, so many units later."""
        return Interval(self.units + units, self.days, self.days_in_year, self.unit)


def interval(drawdown_on: date, day: date, unit: Unit = Unit.MONTH) -> Interval:
    """From the first drawdown to the day of another flow; negative, and counted the other way round, if that came before."""
    if day < drawdown_on:
        back = interval(day, drawdown_on, unit)
        return Interval(-back.units, -back.days, back.days_in_year, unit)
    units = _weeks(drawdown_on, day) if unit is Unit.WEEK else _calendar_units(drawdown_on, day, 12 // unit)
    if unit is not Unit.WEEK and _are_the_same_point_of_the_month(drawdown_on, day, unit):
        return Interval(units, 0, 365, unit)
    begins_on = day - timedelta(weeks=units) if unit is Unit.WEEK else months_before(day, units * (12 // unit))
    days = (begins_on - drawdown_on).days
    return Interval(units, days, (begins_on - months_before(begins_on, 12)).days if days else 365, unit)


def unit_of(every: Periodicity) -> tuple[Unit, int]:
    """The unit that measures a periodicity, and how many of it make a period."""
    if every.months:
        return Unit.MONTH, every.months
    weeks, odd_days = divmod(every.days, 7)
    if odd_days:
        raise Unanswerable("interval.unit", f"a period of {every.days} days is no whole number of weeks or months")
    return Unit.WEEK, weeks


def _weeks(start_on: date, end_on: date) -> int:
    return (end_on - start_on).days // 7


def _calendar_units(start_on: date, end_on: date, months: int) -> int:
    """How often so many months can be counted back from the end without passing the start; two month ends never pass each other."""
    between = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    units = between // months
    if _are_month_ends(start_on, end_on) and between % months == 0:
        return units
    return units if months_before(end_on, units * months) >= start_on else units - 1


def _are_the_same_point_of_the_month(start_on: date, end_on: date, unit: Unit) -> bool:
    """Whether nothing is left over because both days end a month; in years, the same month."""
    return _are_month_ends(start_on, end_on) and (unit is Unit.MONTH or start_on.month == end_on.month)


def _are_month_ends(start_on: date, end_on: date) -> bool:
    return is_month_end(start_on) and is_month_end(end_on)
