"""How many operations ran by a plan, and how many were left to graphql-core for which reason: a line of the log now and then."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from channels.error_reports import SELDOM

EVERY_SECONDS = 600.0
PLANNED = "planned"
log = structlog.get_logger("bailiwick.server")


@asynccontextmanager
async def telling(
    counts: Counter[str], every_seconds: float = EVERY_SECONDS, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
) -> AsyncIterator[None]:
    """Says every so often, and at the end, what a library has counted since it was said last. Where nothing ran nothing is said.

    And how often requests were not answered, by the event that the log has of them.

    `left` is by reason, and the reasons are a closed list: nothing that a client wrote can stand in it.
    """
    told: Counter[str] = Counter()
    missed = Counter(SELDOM.totals)

    def tell() -> None:
        since = counts - told
        told.update(since)
        if since:
            planned = since.pop(PLANNED, 0)
            log.info("operations", planned=planned, left=dict(sorted(since.items())))
        if unanswered := SELDOM.totals - missed:
            missed.update(unanswered)
            log.info("unanswered", **{name.replace(" ", "_"): count for name, count in sorted(unanswered.items())})

    async def go_on() -> None:
        while True:
            await sleep(every_seconds)
            tell()

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        tell()
