"""What the log says of plans and of what was left to graphql-core."""

import asyncio
from collections import Counter
from typing import Any

from structlog.testing import capture_logs

from server.limits.execution_stats import telling
from tests.door.asking import Asker
from tests.door.small import Small


def said(lines: list[Any]) -> list[tuple[int, dict[str, int]]]:
    return [(line["planned"], line["left"]) for line in lines if line["event"] == "operations"]


async def test_a_server_that_stops_has_said_how_many_operations_had_a_plan_and_why_others_had_none():
    small = Small(is_planned=True)
    ask = Asker(small)
    with capture_logs() as lines:
        async with small.app.router.lifespan_context(small.app):
            for text in ("{ number }", "{ number }", "{ nothing }", "{ __schema { queryType { name } } }", "{ number __typename }"):
                await ask(text)
            await ask("query ($n: Boolean = true) { number @skip(if: $n) }", variables={"n": None})

    assert said(lines) == [(4, {"condition": 1})]


async def test_from_time_to_time_it_says_what_came_since():
    counts, turns, slept = Counter[str](), asyncio.Queue[None](), asyncio.Queue[float]()

    async def sleep(seconds: float) -> None:
        await slept.put(seconds)
        await turns.get()

    async def turn() -> None:
        """Lets it say what it has to say, and waits until it has."""
        await turns.put(None)
        await slept.get()

    with capture_logs() as lines:
        async with telling(counts, 7.0, sleep):
            assert await slept.get() == 7.0
            counts.update(planned=2, condition=1)
            await turn()
            await turn()  # nothing came
            counts.update(planned=1, depth=4)
            await turn()
            counts.update(size=1)

    assert said(lines) == [(2, {"condition": 1}), (1, {"depth": 4}), (0, {"size": 1})]


async def test_a_server_that_nobody_asked_anything_says_nothing_and_leaves_nothing_running():
    before = asyncio.all_tasks()
    with capture_logs() as lines:
        async with telling(Counter()):
            pass

    assert (said(lines), asyncio.all_tasks() - before) == ([], set())
