"""One clock for all that must not take too long."""

import asyncio

import pytest

from server.limits import timeouts as rounds
from server.limits.timeouts import Rounds, Within

NEVER, LONGEST_SECONDS = 1_000.0, 60  # nothing here takes longer, unless it never comes


async def seen(event: asyncio.Event) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        await event.wait()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "EVERY_SECONDS", 0.001)


async def test_who_is_late_is_told_so_once_and_who_has_ended_never():
    mine, told, over = Rounds(), [], asyncio.Event()
    mine.begin("ended", 0, lambda: told.append("ended"))
    mine.begin("late", 0, lambda: told.append("late"))
    mine.begin("later", 0.01, over.set)
    mine.begin("in time", NEVER, lambda: told.append("in time"))
    mine.end("ended")

    await seen(over)

    assert (told, list(mine.under_way)) == (["late"], ["in time"])


async def test_who_ends_while_others_are_told_is_not_told_afterwards():
    mine, told, over = Rounds(), [], asyncio.Event()

    def first() -> None:
        mine.end("second")
        asyncio.get_running_loop().call_soon(over.set)

    mine.begin("first", 0, first)
    mine.begin("second", 0, lambda: told.append("second"))
    await seen(over)

    assert told == []


async def test_nobody_goes_round_where_nothing_is_under_way():
    mine, over = Rounds(), asyncio.Event()
    for _ in range(2):  # the second time they begin anew
        over.clear()
        mine.begin("one", 0, over.set)
        await seen(over)
        assert mine.next is None


async def test_one_that_fails_keeps_nobody_from_the_others():
    def fail() -> None:
        raise ZeroDivisionError

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    mine, over = Rounds(), asyncio.Event()
    mine.begin("wrong", 0, fail)
    mine.begin("late", 0, over.set)
    await seen(over)

    over.clear()
    mine.begin("later", 0, over.set)
    await seen(over)


def test_what_was_under_way_in_a_loop_that_has_ended_is_forgotten():
    mine = Rounds()

    async def begun(what: str, seconds: float) -> None:
        over = asyncio.Event()
        mine.begin(what, seconds, over.set)
        if not seconds:
            await seen(over)

    asyncio.run(begun("one", NEVER))
    asyncio.run(begun("two", 0))

    assert not mine.under_way


async def test_what_takes_too_long_is_stopped():
    with pytest.raises(TimeoutError), Within(0):
        await asyncio.Event().wait()

    with Within(NEVER):
        await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0


async def test_who_is_cancelled_by_somebody_else_is_not_late():
    async def work() -> None:
        with Within(NEVER):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_outer_one_ends_what_the_inner_one_would_let_go_on():
    with pytest.raises(TimeoutError), Within(0), Within(NEVER):
        await asyncio.Event().wait()
