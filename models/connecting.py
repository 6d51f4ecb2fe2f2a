"""How models reach a database: for those who write. Reading goes through the gate, which has connections of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from asyncpg import Connection, InterfaceError, Pool
from asyncpg.pool import PoolConnectionProxy
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContextPooled
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext, _current_context
from tortoise.transactions import in_transaction

from models.days import exact_days

# A mutation that waits longer is refused, and can be tried again.
LIMITS = {"statement_timeout": "5000", "lock_timeout": "2000", "idle_in_transaction_session_timeout": "15000"}
# No statement of a mutation may take longer than `statement_timeout`: a server that says nothing for so long is away.
ANSWER_SECONDS = 10.0
CLOSING_SECONDS = 2.0  # for stopping what a connection is at and saying goodbye; after that it is cut off
CLOSING: set["asyncio.Task[None]"] = set()


def is_idle(connection: "Connection[Any] | PoolConnectionProxy[Any]") -> bool:
    """The proof that a connection may be handed on: it is open, it is stopping no statement, and no transaction was begun on it.

    It holds once the last statement has come to its end, by its result or by an error of the server: until then the transaction's status
    is that from before the statement. Whoever was cancelled, or got any other error, has no such proof and must `hang_up`.
    """
    is_stopping = connection._protocol._is_cancelling()  # type: ignore[union-attr]  # the stubs leave it out
    return not (is_stopping or connection.is_closed() or connection.is_in_transaction())


async def hang_up(connection: "Connection[Any] | PoolConnectionProxy[Any]") -> None:
    """Stops what it is at and closes it, in time or by force. The server keeps no statement of it running."""
    with suppress(Exception):  # whatever happens meanwhile, it ends up closed
        await connection.close(timeout=CLOSING_SECONDS)


def close_beside(connection: "Connection[Any] | PoolConnectionProxy[Any]") -> "asyncio.Task[None] | None":
    """Begins to `hang_up`. When its work is thrown away, at the end of an event loop, nobody could wait for that: it is cut off at once."""
    if isinstance(sys.exc_info()[1], GeneratorExit):
        connection.terminate()
        return None
    task = asyncio.get_running_loop().create_task(hang_up(connection))
    CLOSING.add(task)  # a loop keeps no task alive by itself
    task.add_done_callback(CLOSING.discard)
    return task


async def connected(url: str, size: int) -> TortoiseContext:
    """Models of this database, for whoever is `within` it. To be closed by `close_connections`."""
    credentials = credentials_in(url) | {"schema": "bailiwick", "minsize": 1, "maxsize": size, "application_name": "bailiwick"}
    credentials |= {"command_timeout": ANSWER_SECONDS, "init": exact_days}
    context = TortoiseContext()
    with within(context):  # it asks for the current one while it is made
        await context.init(
            config={
                "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
                "apps": {"models": {"models": ["models"], "default_connection": "default"}},
            }
        )
    return context


def credentials_in(url: str) -> dict[str, Any]:
    """What an address says, for Tortoise, whose own reader knows no sockets and no TLS modes. Raises `ValueError`."""
    parts = urlsplit(url)
    said = dict(parse_qsl(parts.query))
    found = {"host": said.pop("host", None) or parts.hostname, "port": int(said.pop("port", None) or parts.port or 5432)}
    who = {"user": unquote(parts.username or "") or None, "password": unquote(parts.password or "") or None}
    secure = {name: said.pop(query) for name, query in (("ssl", "sslmode"), ("passfile", "passfile")) if query in said}
    return {**found, **who, **secure, "database": unquote(parts.path.lstrip("/")), "server_settings": LIMITS | said}


@contextmanager
def within(context: TortoiseContext) -> Iterator[None]:
    """Models mean the rows of this database, in this task. Tortoise's own `with` keeps its token on the context: one task at a time."""
    token = _current_context.set(context)
    try:
        yield
    finally:
        _current_context.reset(token)


@asynccontextmanager
async def transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """All or nothing, and inside of another one a part of it that can fail alone.

    Tortoise's own block loses its connection for ever when it is cancelled at BEGIN, and waits for a ROLLBACK that nobody answers.
    """
    context = in_transaction()
    client = context.client
    assert isinstance(client, TransactionWrapper)
    if not isinstance(context, TransactionContextPooled):
        async with _whole(client):
            yield client
        return
    await context.ensure_connection()
    assert client._parent._pool is not None
    async with _lent(client._parent._pool) as connection:
        client._connection = cast("Connection[Any]", connection)
        token = get_connections().set(client.connection_name, client)
        try:
            async with _whole(client):
                yield client
        finally:
            get_connections().reset(token)


@asynccontextmanager
async def _whole(client: TransactionWrapper) -> AsyncIterator[None]:
    await client.begin()
    try:
        yield
    except Exception:
        with suppress(Exception):  # what went wrong first is what counts, and a connection that is not idle now is closed
            await client.rollback()
        raise
    await client.commit()


@asynccontextmanager
async def _lent(pool: "Pool[Any]") -> AsyncIterator["PoolConnectionProxy[Any]"]:
    """A connection of the pool, which goes back to it when it is idle and is closed otherwise. Nobody waits for the closing."""
    connection, has_ended = await pool.acquire(), False
    try:
        yield connection
        has_ended = True
    except Exception:
        has_ended = True
        raise
    finally:
        if has_ended and _is_idle_yet(connection):
            await pool.release(connection)
        else:
            close_beside(connection)


def _is_idle_yet(connection: "PoolConnectionProxy[Any]") -> bool:
    try:
        return is_idle(connection)
    except InterfaceError:  # it was closed by the server, and the pool has taken it back
        return False


@asynccontextmanager
async def writing_to(url: str) -> AsyncIterator[None]:
    """For commands: models of this database for the length of the block, on one connection."""
    context = await connected(url, 1)
    try:
        with within(context):
            yield
    finally:
        await context.close_connections()
