"""No task outlives the operation that began it, however the operation ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry

from engine import Document, Library, answered_by, answered_once_by
from engine.tasks import together

Info = strawberry.Info[Any, None]


class Escape(BaseException):
    """What nobody may catch on the way."""


class Context:
    """Counts who has begun and who has ended, and says when something has begun."""

    def __init__(self) -> None:
        self.loaders: dict[Any, Any] = {}
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.enough = asyncio.Event()
        self.expected = 1

    async def wait_forever(self, name: str) -> None:
        self.begun.append(name)
        if len(self.begun) == self.expected:
            self.enough.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # as giving back a connection may take a turn
            self.ended.append(name)


async def stuck_batch(parents: list[Any], info: Info) -> list[str]:
    await info.context.wait_forever("batch")
    return ["" for _ in parents]


async def failing_batch(parents: list[Any], info: Info) -> list[str]:
    await info.context.enough.wait()
    raise info.context.trouble


async def stuck_root(info: Info) -> str:
    await info.context.wait_forever("once")
    return ""


@strawberry.type
class Thing:
    batch: str | None = answered_by(stuck_batch, "")
    fails: str | None = answered_by(failing_batch, "")

    @strawberry.field
    async def slow(self, info: Info) -> str | None:
        await info.context.wait_forever("slow")
        return None

    @strawberry.field
    async def items(self, info: Info) -> list[str]:
        async def ticks() -> AsyncIterator[str]:
            await info.context.wait_forever("items")
            yield ""

        return ticks()  # type: ignore[return-value]  # gone through like a list

    @strawberry.field
    def at_once(self) -> str:
        raise ValueError("at once")


@strawberry.type
class Query:
    once: str | None = answered_once_by(stuck_root, "")

    @strawberry.field
    def things(self) -> list[Thing]:
        return [Thing(), Thing()]

    @strawberry.field
    def thing(self) -> Thing | None:
        return Thing()


@strawberry.type
class Mutation:
    once: str | None = answered_once_by(stuck_root, "")


SCHEMA = strawberry.Schema(Query, Mutation)
# What is asked, and how many wait below it: a batch waits once for all its parents.
STUCK = [
    ("{ once }", 1),
    ("{ things { slow } }", 2),
    ("{ things { batch } }", 1),
    ("{ once things { batch slow items } }", 6),
    ("mutation { once }", 1),
]


def started(text: str, context: Context, is_planned: bool) -> "asyncio.Task[Any]":
    library = Library(SCHEMA, is_planned=is_planned)
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    return asyncio.create_task(library.execute(document, operation, {}, context))


@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize(("text", "waiting"), STUCK)
async def test_an_operation_that_is_cancelled_leaves_nothing_running(text: str, waiting: int, is_planned: bool):
    context, before = Context(), asyncio.all_tasks()
    context.expected = waiting
    operation = started(text, context, is_planned)
    await context.enough.wait()

    operation.cancel()
    with pytest.raises(asyncio.CancelledError):
        await operation

    assert sorted(context.ended) == sorted(context.begun)
    assert asyncio.all_tasks() == before


CORE = pytest.param(False, marks=pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"))  # its own


@pytest.mark.parametrize("is_planned", [True, CORE])
async def test_an_operation_that_is_cancelled_before_it_has_begun_leaves_nothing_running(is_planned: bool):
    for turns in range(6):
        context, before = Context(), asyncio.all_tasks()
        operation = started("{ once things { batch slow } }", context, is_planned)
        for _ in range(turns):
            await asyncio.sleep(0)
        operation.cancel()
        with pytest.raises(asyncio.CancelledError):
            await operation
        for _ in range(3):  # aiodataloader's own, which find the operation over and end
            await asyncio.sleep(0)

        assert sorted(context.ended) == sorted(context.begun)
        assert asyncio.all_tasks() == before


@pytest.mark.parametrize("trouble", [Escape(), asyncio.CancelledError()])
@pytest.mark.parametrize("text", ["{ once things { fails } }", "{ things { fails batch slow } }"])
async def test_when_something_escapes_its_siblings_are_ended_first(text: str, trouble: BaseException):
    """Also a cancellation that nobody asked for: a resolver awaited something that was cancelled."""
    context, before = Context(), asyncio.all_tasks()
    context.trouble = trouble  # type: ignore[attr-defined]  # for this test only
    operation = started(text, context, is_planned=True)

    with pytest.raises(type(trouble)):
        await operation

    assert context.begun
    assert sorted(context.ended) == sorted(context.begun)
    assert asyncio.all_tasks() == before


async def test_graphql_core_does_not_answer_while_its_own_siblings_go_on():
    """A field that may not be null fails at once; graphql-core would answer, and let the batch run on behind the answer."""
    context, before = Context(), asyncio.all_tasks()
    operation = started("{ thing { slow batch atOnce } }", context, is_planned=False)
    await context.enough.wait()
    assert not operation.done()

    operation.cancel()
    with pytest.raises(asyncio.CancelledError):
        await operation

    assert sorted(context.ended) == sorted(context.begun)
    for _ in range(3):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_together_waits_for_those_it_cancels():
    ended = []

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(1)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise Escape

    with pytest.raises(Escape):
        await together([lasting(), failing(), lasting()])

    assert ended == [1, 1]


async def test_together_gives_the_results_in_order():
    async def one(n: int) -> int:
        for _ in range(3 - n):
            await asyncio.sleep(0)
        return n

    assert await together([one(n) for n in range(3)]) == [0, 1, 2]
    assert await together([]) == []
