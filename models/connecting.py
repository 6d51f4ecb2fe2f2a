"""How models reach a database: for those who write. Reading goes through the gate, which has connections of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise.context import TortoiseContext, _current_context

# A mutation that waits longer is refused, and can be tried again.
LIMITS = {"statement_timeout": "5000", "lock_timeout": "2000", "idle_in_transaction_session_timeout": "15000"}


async def connected(url: str, size: int) -> TortoiseContext:
    """Models of this database, for whoever is `within` it. To be closed by `close_connections`."""
    credentials = credentials_in(url) | {"schema": "bailiwick", "minsize": 1, "maxsize": size, "application_name": "bailiwick"}
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
async def writing_to(url: str) -> AsyncIterator[None]:
    """For commands: models of this database for the length of the block, on one connection."""
    context = await connected(url, 1)
    try:
        with within(context):
            yield
    finally:
        await context.close_connections()
