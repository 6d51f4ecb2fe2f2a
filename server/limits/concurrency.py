"""How many operations run at once, how many wait for a place, and how long any of them may take."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

from models.sentences import Sentence
from server.http.error_codes import Code, Declined
from server.limits.timeouts import Within

Receive = Callable[[], Awaitable[Any]]
RETRY = ((b"retry-after", b"1"),)
LONGEST_SECONDS = 10.0
LOOKED_AT_AFTER = 0.25  # seconds; most operations are over by then, and need nobody to watch them


def overloaded(message: str) -> Declined:
    """Try again in a moment."""
    return Declined(Code.OVERLOADED, message, headers=RETRY)


class ConcurrencyLimiter:
    """A bounded number of places and a bounded queue for them. Used with `async with`."""

    def __init__(self, concurrency: int, queue: int, patience_seconds: float = 1.0) -> None:
        self.free, self.queue, self.patience_seconds = concurrency, queue, patience_seconds
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        """Raises when the queue is full, or no place became free in time."""
        if self.free > 0 and not self.waiting:
            self.free -= 1
            return
        if len(self.waiting) >= self.queue:
            raise overloaded("The server is full.")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            async with asyncio.timeout(self.patience_seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._next()  # the place came at the very moment nobody wanted it any more
            elif turn in self.waiting:
                self.waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise overloaded("The server is full.") from None
            raise

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._next()

    def _next(self) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


class ClientGone(Exception):
    """Nobody is there to read the answer."""


class Watch(Within):
    """Cancels what runs inside of it when its client has gone or when it takes too long. Used with `with`.

    Only an operation that is still running after a moment gets a task that listens to its client.
    """

    def __init__(self, receive: Receive, seconds: float = LONGEST_SECONDS) -> None:
        super().__init__(min(LOOKED_AT_AFTER, seconds))
        self.receive, self.longest_seconds = receive, seconds
        self.watcher: asyncio.Task[None] | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.watcher is not None:
            self.watcher.cancel()
        super().__exit__(kind, error, trace)

    def late(self) -> None:
        self.watcher = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(self.longest_seconds - self.seconds):
                while (await self.receive())["type"] != "http.disconnect":
                    pass
            self.stop(ClientGone())
        except TimeoutError:
            self.stop(overloaded(Sentence("The operation was stopped after {seconds} seconds.", seconds=f"{self.longest_seconds:g}")))
