"""Days and months, as contracts and portals count them: to the same day number, or the last day of the month."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asyncpg import Connection
from asyncpg.pool import PoolConnectionProxy

# What PostgreSQL counts days and instants from, and what it keeps for "never": asyncpg sends the first and the last day of the calendar so.
FIRST_COUNTED, EPOCH, MICROSECOND = date(2000, 1, 1).toordinal(), datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


MOST_REMEMBERED = 50_000  # days: more than a century


async def exact_days(connection: "Connection[Any] | PoolConnectionProxy[Any]") -> None:
    """On this connection every day and instant is sent as itself.

    Without it, the first and the last day of the calendar would be sent as infinity, and neither filters nor cursors would find the days
    that an import has stored.
    """
    await connection.set_type_codec("date", schema="pg_catalog", encoder=_sent_day, decoder=_read_day, format="tuple")
    await connection.set_type_codec("timestamptz", schema="pg_catalog", encoder=_sent_instant, decoder=_read_instant, format="tuple")


def _sent_day(day: date) -> tuple[int]:
    return (day.toordinal() - FIRST_COUNTED,)


class _Days(dict[tuple[int], date]):
    """Days as PostgreSQL counts them. Rows name few of them over and over, and a look into a dictionary is no call of Python."""

    def __missing__(self, kept: tuple[int]) -> date:
        try:
            day = date.fromordinal(kept[0] + FIRST_COUNTED)
        except (OverflowError, ValueError):  # infinity
            day = date.max if kept[0] > 0 else date.min
        if len(self) < MOST_REMEMBERED:
            self[kept] = day
        return day


_read_day = _Days().__getitem__


def _sent_instant(at: datetime) -> tuple[int]:
    return ((at - EPOCH) // MICROSECOND if at.tzinfo else (at.astimezone(UTC) - EPOCH) // MICROSECOND,)


def _read_instant(kept: tuple[int], epoch: datetime = EPOCH) -> datetime:
    try:
        return epoch + timedelta(0, 0, kept[0])
    except OverflowError:  # infinity
        return (datetime.max if kept[0] > 0 else datetime.min).replace(tzinfo=UTC)


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
