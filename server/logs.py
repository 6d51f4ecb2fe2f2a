"""The log: a line of JSON for each event, on standard error. Values that a client sent, and rows, are never part of it."""

import logging
import sys

import structlog


def set_up(is_pretty: bool = False) -> None:
    """For the length of the process."""
    renderer = structlog.dev.ConsoleRenderer() if is_pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
