"""Days and months as contracts count them: always from the anchor day, so that 31 January is followed by 28 February and 31 March."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finance.money import EXACT
from finance.refusals import Unanswerable

MOST_PERIODS = 2_600  # fifty years of weeks
MONTHS = range(1, 13)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ALWAYS_THERE = 28  # no month is shorter


def months_after(anchor: date, months: int) -> date:
    """The anchor's day in a later month, or that month's last: one month after 31 January is 28 February."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Unanswerable("date.out_of_range", f"there is no date {months} months from {anchor}")
    return date(year, month + 1, anchor.day if anchor.day <= ALWAYS_THERE else min(anchor.day, last_day(year, month + 1)))


def months_before(anchor: date, months: int) -> date:
    """The anchor's day in an earlier month, or that month's last: one year before 29 February is 28 February."""
    return months_after(anchor, -months)


def last_day(year: int, month: int) -> int:
    """How many days a month has."""
    return 29 if month == 2 and isleap(year) else LENGTHS[month - 1]


def is_month_end(day: date) -> bool:
    """Whether the month is over after this day."""
    return day.day == last_day(day.year, day.month)


def months_and_days(start_on: date, end_on: date) -> tuple[int, int]:
    """How many whole months lie between two days, counted forward from the first, and how many days are left."""
    if end_on < start_on:
        raise Unanswerable("date.order", f"{end_on} is before {start_on}")
    months = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    if months_after(start_on, months) > end_on:
        months -= 1
    return months, (end_on - months_after(start_on, months)).days


@dataclass(frozen=True, slots=True)
class Periodicity:
    """The time from one due date to the next: so many months, or so many days. One of the two, never both."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if type(self.months) is not int or type(self.days) is not int:
            raise TypeError("a periodicity is a whole number of months or of days")
        if min(self.months, self.days) != 0 or not (1 <= self.months <= 120 or 1 <= self.days <= 366):
            raise Unanswerable("periodicity.length", "a period is 1 to 120 months, or 1 to 366 days")

    def per_year(self) -> Decimal:
        """How many of them make a year: 12 months, 52 weeks, 365 days."""
        if self.months:
            return EXACT.divide(Decimal(12), Decimal(self.months))
        weeks, odd_days = divmod(self.days, 7)
        return EXACT.divide(Decimal(365), Decimal(self.days)) if odd_days else EXACT.divide(Decimal(52), Decimal(weeks))

    def after(self, anchor: date, periods: int) -> date:
        """The day so many periods after the anchor, or before it when negative."""
        if self.months:
            return months_after(anchor, self.months * periods)
        try:
            return anchor + timedelta(days=self.days * periods)
        except OverflowError as error:
            raise Unanswerable("date.out_of_range", f"there is no date {periods} periods from {anchor}") from error

    def due_dates(self, first_on: date, count: int) -> list[date]:
        """So many due dates, the anchor being the first."""
        if not 0 <= count <= MOST_PERIODS:
            raise Unanswerable("periods.count", f"a plan has at most {MOST_PERIODS} periods, not {count}")
        if not self.months:
            return [self.after(first_on, number) for number in range(count)]
        days = {is_leap: [min(first_on.day, last_day(2000 if is_leap else 2001, month)) for month in MONTHS] for is_leap in (False, True)}
        years = range(first_on.year, self.after(first_on, count).year + 1)
        every_month = [date(year, month, day) for year in years for month, day in zip(MONTHS, days[isleap(year)], strict=True)]
        return every_month[first_on.month - 1 : first_on.month - 1 + count * self.months : self.months]


WEEKLY = Periodicity(days=7)
FORTNIGHTLY = Periodicity(days=14)
FOUR_WEEKLY = Periodicity(days=28)
MONTHLY = Periodicity(months=1)
QUARTERLY = Periodicity(months=3)
HALF_YEARLY = Periodicity(months=6)
YEARLY = Periodicity(months=12)
