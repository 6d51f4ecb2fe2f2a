"""Stopping work at any of its steps: at the n-th time it waits, before the answer comes, when it has just come, or for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from enum import Enum
from typing import Any


class How(Enum):
    """What happens at that step."""

    BEFORE = "cancelled while it waits"
    JUST_AFTER = "cancelled when the answer is there and has not been looked at"
    TWICE = "cancelled while it waits, and again while it cleans up"


class Steps:
    """Counts how often work waits, in the task that does it and in all that it starts, and cancels it at one of these steps."""

    def __init__(self, cancel_at: int | None = None, how: How = How.BEFORE) -> None:
        self.cancel_at, self.how, self.count = cancel_at, how, 0
        self.task: asyncio.Task[Any] | None = None

    async def run(self, work: Callable[[], Awaitable[Any]]) -> bool:
        """Whether the work was cancelled."""
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(self._task)  # type: ignore[arg-type]  # the protocol has more overloads than are used
        try:
            self.task = loop.create_task(_awaited(work))
            await asyncio.wait([self.task])
        finally:
            loop.set_task_factory(before)
        if self.task.cancelled():
            return True
        if (error := self.task.exception()) is not None and not self.is_over:
            raise error
        return error is not None

    @property
    def is_over(self) -> bool:
        """Whether the step was reached."""
        return self.cancel_at is not None and self.count >= self.cancel_at

    def _task(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any) -> "asyncio.Task[Any]":
        return asyncio.Task(_Counted(work, self), loop=loop, **more)

    def step(self, waits_for: Any) -> None:
        """Work is about to wait."""
        self.count += 1
        is_second = self.how is How.TWICE and self.cancel_at is not None and self.count == self.cancel_at + 1
        if self.task is None or not (self.count == self.cancel_at or is_second):
            return
        if self.how is How.JUST_AFTER and isinstance(waits_for, asyncio.Future):
            waits_for.add_done_callback(lambda _: self.task and self.task.cancel())  # before the task that waits has its turn
        else:
            asyncio.get_running_loop().call_soon(self.task.cancel)


async def _awaited(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


class _Counted(Coroutine[Any, Any, Any]):
    """A coroutine, of which every wait is counted."""

    def __init__(self, work: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self.work, self.steps = work, steps

    def send(self, value: Any) -> Any:
        return self._waits_for(self.work.send(value))

    def throw(self, *error: Any) -> Any:
        return self._waits_for(self.work.throw(*error))

    def close(self) -> None:
        self.work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.work.__await__()

    def _waits_for(self, what: Any) -> Any:
        self.steps.step(what)
        return what
