"""Days and months, as contracts and portals count them: to the same day number, or the last day of the month."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last: one year before 29 February is 28 February.

    Nothing lies before the first day of the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def over_at(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over in a zone: the midnight behind it, however long the day was.

    Where clocks jump over midnight it is the jump. The last day of the calendar, which some write for "never", ends with its last instant.
    """
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
