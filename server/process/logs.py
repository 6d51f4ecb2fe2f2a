"""What the process says of itself: one line of JSON an event, on standard error. No document, no variable, no header, no row."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
# Names that no event of ours uses. Should one ever, its value stays out.
KEPT_OUT = frozenset({"password", "secret", "token", "authorization", "cookie", "variables", "query", "iban", "body", "ticket", "url"})
# What they say of themselves below a warning, we say in our own words or not at all.
QUIET = ("uvicorn.access", "uvicorn.error", "asyncio", "tortoise", "tortoise.db_client")


def speak(level: str = "info", to: TextIO | None = None) -> None:
    """From now on, as JSON, this level and above. uvicorn and the others say what they say in the same form."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            close,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(to or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[Forwarding()], level=LEVELS[level], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def close(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without what may not be in it."""
    return {name: "(kept out)" if name.lower() in KEPT_OUT else value for name, value in event.items()}


class Forwarding(logging.Handler):
    """What libraries log, in our form. Of an exception its type only: its words may hold what a client sent."""

    def emit(self, record: logging.LogRecord) -> None:
        facts = {"logger": record.name} | ({"error": record.exc_info[0].__qualname__} if record.exc_info and record.exc_info[0] else {})
        structlog.get_logger("bailiwick.libraries").log(
            record.levelno, record.getMessage() if not facts.get("error") else "failed", **facts
        )
