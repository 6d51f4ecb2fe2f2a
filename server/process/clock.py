"""What time it is. Whoever decides by it is handed a clock, so that tests can hand over another."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)
