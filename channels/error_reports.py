"""What the log is told of a mistake of ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import DecimalException
from time import monotonic
from typing import Any

import asyncpg
import structlog
from tortoise.exceptions import BaseORMException, DBConnectionError

DEEPEST, FRAMES = 3, 15
# How the driver words that a connection has ended under its user. Its other interface errors are mistakes of ours.
CONNECTION_GONE = (
    "connection is closed",
    "connection was closed",
    "released back to the pool",
    "is closing",
    "is cancelling",
    "unexpected connection",
)
DRIVERS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
log = structlog.get_logger("bailiwick.server")


def error_report(error: BaseException, depth: int = 0) -> dict[str, Any]:
    """What it was and where. Never its words: they may hold what a client sent, or a row."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    found: dict[str, Any] = {"error": type(error).__qualname__, "frames": frames[-FRAMES:]}
    if state := getattr(error, "sqlstate", None):
        found["sqlstate"] = state
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found | ({"because": error_report(cause, depth + 1)} if cause is not None and depth < DEEPEST else {})


def is_database_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached, or is in no state to answer: the same may succeed later.

    The one list of these errors, for the door, the worker and the commands. Classes of SQLSTATE: 08 connection, 53 resources, 57P operator
    intervention, 58 system error. The driver has no SQLSTATE for what it notices itself, and its own errors often hide the first one.
    """
    state = getattr(error, "sqlstate", None) or ""
    if isinstance(error, ConnectionError | TimeoutError | asyncpg.InternalClientError | DBConnectionError):
        return True
    if isinstance(error, OSError):
        return _is_of_driver(error)  # an address or a socket that is not there; a file that is not there is something else
    if isinstance(error, asyncpg.InterfaceError) and any(words in str(error) for words in CONNECTION_GONE):
        return True
    if state[:2] in ("08", "53", "58") or state[:3] == "57P":
        return True
    below = error.__cause__ or error.__context__
    return isinstance(error, asyncpg.InterfaceError | BaseORMException) and below is not None and is_database_away(below)


def is_too_slow(error: BaseException) -> bool:
    """Whether the database stopped a statement that took too long or waited too long for a lock. It answers everything else."""
    return getattr(error, "sqlstate", None) in ("57014", "55P03")


def is_unanswered(error: BaseException) -> bool:
    """Whether the request may be sent again in a moment: the fault is neither the client's nor a mistake of ours."""
    return is_database_away(error) or is_too_slow(error)


def first_of(error: BaseException) -> BaseException:
    """What the database said before its connection ended. Errors of the driver that come later only say that it has ended."""
    below = error.__cause__ or error.__context__
    is_later = isinstance(error, asyncpg.InterfaceError | asyncpg.ConnectionDoesNotExistError | asyncpg.InternalClientError)
    return first_of(below) if is_later and isinstance(below, DRIVERS) else error


def _is_of_driver(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).startswith("asyncpg."):
            return True
        trace = trace.tb_next
    return False


def is_out_of_range(error: BaseException) -> bool:
    """Whether a value was beyond what a column holds or a calculation reaches, though nobody checked it beforehand.

    Classes of SQLSTATE: 22 data exception; 23514 a CHECK of a column. The driver's error may be the cause of the one that was raised.
    """
    return any(_is_beyond(one) for one in _causes(error))


def _is_beyond(error: BaseException) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OverflowError | DecimalException) or state[:2] == "22" or state == "23514"


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(DEEPEST + 1):
        if found is None:
            return
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


class Seldom:
    """Lines about what may happen a thousand times a second: the first one at once, then one in a while, which says how often since.

    `totals` has how often each event happened since the start.
    """

    def __init__(self, every_seconds: float = 10.0, clock: Callable[[], float] = monotonic) -> None:
        self.every_seconds, self.clock = every_seconds, clock
        self.totals: Counter[str] = Counter()
        self.since: Counter[tuple[str, str]] = Counter()
        self.said_at: dict[tuple[str, str], float] = {}

    def say(self, event: str, reason: str, **facts: Any) -> None:
        """`reason` is one of few, and nothing that a client wrote: each has lines of its own."""
        key, now = (event, reason), self.clock()
        self.totals[event] += 1
        self.since[key] += 1
        if now - self.said_at.get(key, -self.every_seconds) >= self.every_seconds:
            self.said_at[key] = now
            log.warning(event, reason=reason, count=self.since.pop(key), **facts)

    def unanswered(self, error: BaseException, **facts: Any) -> None:
        """A request or a job that the database did not answer. Without frames: where it was noticed says nothing about the outage."""
        error = first_of(error)
        event = "too slow" if is_too_slow(error) else "database away"
        state = getattr(error, "sqlstate", None)
        self.say(event, type(error).__qualname__ + (f" {state}" if state else ""), **facts)

    def forget(self) -> None:
        """Begin anew."""
        self.totals.clear()
        self.since.clear()
        self.said_at.clear()


SELDOM = Seldom()
