"""Working days: which days are none, where a date moves that falls on one of them, and when a period of them ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from finance.refusals import Unanswerable

SATURDAY, SUNDAY = 5, 6
LONGEST_CLOSURE_DAYS = 31  # a calendar that is closed for longer is a mistake, and would be walked through for ever
MOST_WORKING_DAYS = 2_600  # ten years of them


class Convention(StrEnum):
    """Where a date goes that falls on no working day. Modified: in the other direction, if it would leave its month."""

    UNADJUSTED = "unadjusted"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"
    MODIFIED_PRECEDING = "modified_preceding"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place: all that are neither in its weekend nor among its holidays of that year."""

    name: str
    holidays_in: Callable[[int], frozenset[date]] = field(repr=False)
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})  # numbered as `date.weekday` does

    def is_holiday(self, day: date) -> bool:
        """Whether the place celebrates on this day, be it a Sunday or not."""
        return day in self.holidays_in(day.year)

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on this day."""
        return day.weekday() not in self.weekend and not self.is_holiday(day)

    def adjusted(self, day: date, convention: Convention) -> date:
        """The day itself if it is a working day, else the one that the convention names."""
        match convention:
            case Convention.UNADJUSTED:
                return day
            case Convention.FOLLOWING:
                return self._nearest(day, 1)
            case Convention.PRECEDING:
                return self._nearest(day, -1)
            case Convention.MODIFIED_FOLLOWING:
                return _within_its_month(day, self._nearest(day, 1)) or self._nearest(day, -1)
            case Convention.MODIFIED_PRECEDING:
                return _within_its_month(day, self._nearest(day, -1)) or self._nearest(day, 1)

    def working_days_after(self, day: date, count: int) -> date:
        """The last of so many working days, counted from the day after. So many before, when negative.

        None leads to the day itself, which need not be a working day.
        """
        if abs(count) > MOST_WORKING_DAYS:
            raise Unanswerable("calendar.working_days", f"at most {MOST_WORKING_DAYS} working days can be counted, not {count}")
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day = self._nearest(_next(day, step), step)
        return day

    def end_of_legal_period(self, last_on: date) -> date:
        """Where a period in law ends whose last day is a Saturday, a Sunday or a holiday: with the next day that is none.

        For the countries whose dated figure says that such periods move. What weekend the calendar keeps plays no part.
        """
        return _first(last_on, 1, lambda day: day.weekday() < SATURDAY and not self.is_holiday(day), self.name)

    def _nearest(self, day: date, step: int) -> date:
        return _first(day, step, self.is_working_day, self.name)


def listed(name: str, holidays: Iterable[date], *, years: range) -> Calendar:
    """A calendar of the holidays given, for these years only: outside of them nothing is known, and asking is refused."""
    days = frozenset(holidays)
    by_year = {year: frozenset(day for day in days if day.year == year) for year in years}

    def holidays_in(year: int) -> frozenset[date]:
        if year not in by_year:
            raise Unanswerable("calendar.year", f"the holidays of {year} are not in the calendar {name}")
        return by_year[year]

    return Calendar(name, holidays_in)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the golden number and the epact."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    month, day = divmod(epact + to_sunday - 7 * ((golden + 11 * epact + 22 * to_sunday) // 451) + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def target_closing_days(year: int) -> frozenset[date]:
    """The days on which the payment system of the euro is closed beside weekends. Source: European Central Bank, for 2002 and later."""
    if year < 2002:
        raise Unanswerable("calendar.year", f"the closing days of {year} are not in the calendar TARGET")
    sunday = easter(year)
    fixed = (date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26))
    return frozenset((*fixed, sunday - timedelta(days=2), sunday + timedelta(days=1)))


TARGET = Calendar("TARGET", target_closing_days)


def _within_its_month(day: date, moved: date) -> date | None:
    return moved if (moved.year, moved.month) == (day.year, day.month) else None


def _next(day: date, step: int) -> date:
    try:
        return day + timedelta(days=step)
    except OverflowError as error:
        raise Unanswerable("date.out_of_range", f"there is no day beside {day}") from error


def _first(day: date, step: int, is_wanted: Callable[[date], bool], name: str) -> date:
    """The first day from this one on, in the direction of the step, that is wanted."""
    for _ in range(LONGEST_CLOSURE_DAYS):
        if is_wanted(day):
            return day
        day = _next(day, step)
    raise Unanswerable("calendar.closed", f"the calendar {name} is closed for more than {LONGEST_CLOSURE_DAYS} days around {day}")
