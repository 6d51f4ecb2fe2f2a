"""One clock for all that must not take too long.

Nearly everything is over long before, and a timer for each request, to be set and taken back, costs ten microseconds. So what begins is
only entered, and whatever stays too long is found by going round four times a second: up to a quarter of a second late.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

EVERY_SECONDS = 0.25


class Rounds:
    """What is under way, and when it is late. There are rounds only while there is something to look at."""

    def __init__(self) -> None:
        self.under_way: dict[object, tuple[float, Callable[[], None]]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.next: asyncio.TimerHandle | None = None

    def begin(self, what: object, seconds: float, late: Callable[[], None]) -> None:
        """Calls `late` once, when `what` has not ended after so many seconds."""
        loop = asyncio.get_running_loop()
        if self.loop is not loop:  # what was under way in another one has ended with it
            self.under_way, self.loop, self.next = {}, loop, None
        self.under_way[what] = loop.time() + seconds, late
        if self.next is None:
            self.next = loop.call_later(min(seconds, EVERY_SECONDS), self._look)

    def end(self, what: object) -> None:
        """It is over, or was late already."""
        self.under_way.pop(what, None)

    def _look(self) -> None:
        assert self.loop is not None
        now = self.loop.time()
        for what in [what for what, (due, _) in self.under_way.items() if due <= now]:
            if (entry := self.under_way.pop(what, None)) is not None:  # the one before may have ended it
                self._tell(entry[1])
        self.next = self.loop.call_later(EVERY_SECONDS, self._look) if self.under_way else None

    def _tell(self, late: Callable[[], None]) -> None:
        """Now and not in a moment: by then it may have ended. One that fails keeps nobody from the others."""
        assert self.loop is not None
        try:
            late()
        except Exception as error:
            self.loop.call_exception_handler({"message": "somebody who is late could not be told", "exception": error})


ROUNDS = Rounds()


class Within:
    """Stops what runs inside of it when that takes too long. Used with `with`; raises `TimeoutError` then, as `asyncio.timeout` does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.reason: Exception | None = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self.task, self.cancelling = task, task.cancelling()
        ROUNDS.begin(self, self.seconds, self.late)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        ROUNDS.end(self)
        if self.reason is not None and self.task.uncancel() <= self.cancelling and kind is asyncio.CancelledError:
            raise self.reason from None

    def late(self) -> None:
        """What is done when time is up."""
        self.stop(TimeoutError())

    def stop(self, reason: Exception) -> None:
        """Ends it now; `reason` is raised in its place."""
        self.reason = reason
        self.task.cancel()
