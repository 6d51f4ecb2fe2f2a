"""What the log is told of a mistake of ours."""

from collections.abc import Iterator
from decimal import DecimalException
from typing import Any

DEEPEST, FRAMES = 3, 15


def trouble(error: BaseException, depth: int = 0) -> dict[str, Any]:
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
    return found | ({"because": trouble(cause, depth + 1)} if cause is not None and depth < DEEPEST else {})


def is_database_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached, or that it stopped a statement which took too long.

    Known by what they say of themselves, because only the rooms below import the driver. Classes of SQLSTATE: 08 connection, 53
    resources, 57 operator intervention (57014 is the statement timeout), 55P03 lock timeout.
    """
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, ConnectionError | TimeoutError) or state[:2] in ("08", "53", "57") or state == "55P03"


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
