"""Connections for reading. One statement borrows one connection, so none is held while an operation thinks."""

from __future__ import annotations  # asyncpg.Connection is generic for type checkers only

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

SETTINGS = {
    "search_path": "bailiwick",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "application_name": "bailiwick",
}


class Database:
    """A few connections and those who wait for one.

    asyncpg's own pool makes a task and a proxy at every release, and sends a reset: a third of the cost of a small query. Nothing has
    to be reset here, since a statement leaves no state behind: its scope ends with it.
    """

    def __init__(self, url: str, size: int, *, is_writing: bool = False) -> None:
        """`is_writing` is for the door functions that write before there is a scope; everything else reads."""
        self.url, self.size = url, size
        self.settings = SETTINGS | {"default_transaction_read_only": "off" if is_writing else "on"}
        self.free: list[asyncpg.Connection[Any]] = []
        self.waiting: deque[asyncio.Future[asyncpg.Connection[Any]]] = deque()
        self.statements = 0  # since the start; tests look at it
        self.open_connections = 0

    async def open(self) -> None:
        """Connect."""
        self.free = [await self._connect() for _ in range(self.size)]

    async def close(self) -> None:
        """Hang up."""
        while self.free:
            self.open_connections -= 1
            await self.free.pop().close()

    async def fetch(self, sql: str, *values: Any, row: type[asyncpg.Record] = asyncpg.Record) -> list[Any]:
        """The rows of one statement, in its own transaction. `numeric` comes as text: "10.00"."""
        self.statements += 1
        connection = await self._borrow()
        try:
            return await connection.fetch(sql, *values, record_class=row)
        finally:
            self._give(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One state of the database for several statements: for totals that stand beside their parts.

        It holds a connection, so nothing else may be asked for inside: with every connection held by someone who waits for another one,
        nobody would go on.
        """
        connection = await self._borrow()
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                yield Snapshot(self, connection)
        finally:
            self._give(connection)

    async def _borrow(self) -> asyncpg.Connection[Any]:
        connection = self.free.pop() if self.free else await self._wait()
        if not connection.is_closed():
            return connection
        try:
            return await self._connect()
        except BaseException:
            self._give(connection)  # a dead connection keeps its place, to be replaced by whoever gets it next
            raise
        finally:
            self.open_connections -= 1

    async def _connect(self) -> asyncpg.Connection[Any]:
        connection = await asyncpg.connect(self.url, statement_cache_size=500, server_settings=self.settings, timeout=5)
        # As text by asyncpg's own hands: a function of ours for each amount costs 0.1 microseconds more.
        await connection.set_builtin_type_codec("numeric", schema="pg_catalog", codec_name="text", format="text")
        self.open_connections += 1
        return connection

    async def _wait(self) -> asyncpg.Connection[Any]:
        turn: asyncio.Future[asyncpg.Connection[Any]] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(turn.result())
            raise

    def _give(self, connection: asyncpg.Connection[Any]) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        self.free.append(connection)


@dataclass(frozen=True)
class Snapshot:
    """One state of the database, read statement by statement on one connection."""

    database: Database
    connection: asyncpg.Connection[Any]

    async def fetch(self, sql: str, *values: Any, row: type[asyncpg.Record] = asyncpg.Record) -> list[Any]:
        """As `Database.fetch`."""
        self.database.statements += 1
        return await self.connection.fetch(sql, *values, record_class=row)
