"""Connections for reading. One statement borrows one connection, so none is held while an operation thinks."""

from __future__ import annotations  # asyncpg.Connection is generic for type checkers only

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

import asyncpg

from models.connecting import CLOSING_SECONDS, close_beside, hang_up, is_idle
from models.days import exact_days

SETTINGS = {
    "search_path": "bailiwick",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "application_name": "bailiwick",
}
BEGIN = "begin isolation level repeatable read read only"
# Longer than any statement may take, and the closing of its connection after that: no place came back meanwhile.
STUCK_SECONDS = 5.0 + CLOSING_SECONDS
Place: TypeAlias = "asyncpg.Connection[Any] | None"  # a place without a connection gets one when it is borrowed


class Database:
    """A few connections and those who wait for one.

    asyncpg's own pool makes a task and a proxy at every release, and sends a reset: a third of the cost of a small query. Here a connection
    goes back without a reset, but only with the proof that it needs none (`is_idle`). Without it, it is closed, and whoever gets its
    place next opens a new one.
    """

    def __init__(self, url: str, size: int, *, is_writing: bool = False) -> None:
        """`is_writing` is for the door functions that write before there is a scope; everything else reads."""
        self.url, self.size = url, size
        self.settings = SETTINGS | {"default_transaction_read_only": "off" if is_writing else "on"}
        self.free: list[Place] = [None] * size
        self.waiting: deque[asyncio.Future[Place]] = deque()
        self.closing: set[asyncio.Task[None]] = set()
        self.is_closed = False
        self.came_back_at = monotonic()  # when a place was last handed back
        self.statements = 0  # since the start; tests look at it

    async def open(self) -> None:
        """Connect all of it at once. Without this, each place connects when it is first needed."""
        try:
            for place in range(self.size):
                self.free[place] = await self._connect()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up. Whoever waits is refused, and what is in use is closed when it comes back."""
        self.is_closed = True
        while self.waiting:
            if not (turn := self.waiting.popleft()).done():
                turn.set_exception(_refusal())
        while self.free:
            if (connection := self.free.pop()) is not None:
                await hang_up(connection)
        await asyncio.gather(*self.closing)

    async def is_working(self) -> bool:
        """Whether whoever asks now would get a connection. Takes none that others could use."""
        if not self.free:
            return monotonic() - self.came_back_at < STUCK_SECONDS
        if all(place is None or place.is_closed() for place in self.free):
            self._give(await self._borrow())
        return True

    async def fetch(self, sql: str, *values: Any, row: type[asyncpg.Record] = asyncpg.Record) -> list[Any]:
        """The rows of one statement, in its own transaction. `numeric` comes as text: "10.00"."""
        self.statements += 1
        connection, has_ended = await self._borrow(), False
        try:
            rows = await connection.fetch(sql, *values, record_class=row)
            has_ended = True
            return rows
        except asyncpg.PostgresError:
            has_ended = True  # refused by the server, which is then ready for the next statement
            raise
        finally:
            self._return(connection, has_ended)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One state of the database for several statements: for totals that stand beside their parts.

        It holds a connection, so nothing else may be asked for inside: with every connection held by someone who waits for another one,
        nobody would go on.
        """
        connection, has_ended = await self._borrow(), False
        try:
            await connection.execute(BEGIN)
            try:
                yield Snapshot(self, connection)
            except Exception:
                with suppress(Exception):  # what went wrong first is what counts
                    await connection.execute("rollback")
                    has_ended = True
                raise
            await connection.execute("commit")
            has_ended = True
        finally:
            self._return(connection, has_ended)

    async def _borrow(self) -> asyncpg.Connection[Any]:
        connection = self.free.pop() if self.free else await self._wait()
        if connection is not None and not connection.is_closed():
            return connection
        try:
            return await self._connect()
        except BaseException:
            self._give(None)
            raise

    async def _connect(self) -> asyncpg.Connection[Any]:
        connection = await asyncpg.connect(self.url, statement_cache_size=500, server_settings=self.settings, timeout=5)
        try:
            # As text by asyncpg's own hands: a function of ours for each amount costs 0.1 microseconds more.
            await connection.set_builtin_type_codec("numeric", schema="pg_catalog", codec_name="text", format="text")
            await exact_days(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _wait(self) -> Place:
        if self.is_closed:
            raise _refusal()
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return await turn
        except BaseException:
            if not turn.done() or turn.cancelled():
                with suppress(ValueError):  # it may have been passed over already
                    self.waiting.remove(turn)
            elif turn.exception() is None:
                self._give(turn.result())  # it came at the very moment nobody wanted it any more, and nobody has used it
            raise

    def _return(self, connection: asyncpg.Connection[Any], has_ended: bool) -> None:
        """`has_ended`: the last statement came to its end, by its result or by an error of the server."""
        if has_ended and is_idle(connection):
            self._give(connection)
        else:
            self._replace(connection)

    def _replace(self, connection: asyncpg.Connection[Any]) -> None:
        """Closes it beside everything else. Its place is free when that is over, so that there are never more connections than places."""
        if (task := close_beside(connection)) is None:
            self._give(None)
            return
        self.closing.add(task)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self.closing.discard(task)
        self._give(None)

    def _give(self, place: Place) -> None:
        """Hands on what is proven: an idle connection, or a place without one."""
        self.came_back_at = monotonic()
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(place)
                return
        if not self.is_closed:
            self.free.append(place)
        elif place is not None:
            place.terminate()


def _refusal() -> ConnectionAbortedError:
    return ConnectionAbortedError("The connections were closed.")


@dataclass(frozen=True)
class Snapshot:
    """One state of the database, read statement by statement on one connection."""

    database: Database
    connection: asyncpg.Connection[Any]

    async def fetch(self, sql: str, *values: Any, row: type[asyncpg.Record] = asyncpg.Record) -> list[Any]:
        """As `Database.fetch`."""
        self.database.statements += 1
        return await self.connection.fetch(sql, *values, record_class=row)
