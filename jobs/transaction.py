"""A job's own transaction: it sees one tenant, and gives up after a minute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asyncpg import Connection, Record

ENTER = """select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', 'JOB', true),
  set_config('search_path', 'bailiwick', true), set_config('statement_timeout', '60000', true)"""


@asynccontextmanager
async def scoped(connection: "Connection[Record]", tenant_id: UUID) -> AsyncIterator[None]:
    """What happens inside is committed together, or not at all."""
    async with connection.transaction():
        await connection.execute(ENTER, str(tenant_id))
        yield
