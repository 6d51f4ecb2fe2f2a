"""Bytes are kept before the row that names them is committed. Until then a lock in the database says that they are not for sweeping.

The lock belongs to the connection that commits the row, so it ends with it, however that ends: no clock decides.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asyncpg import Connection, Record

LOCK = "hashtextextended('bytes ' || $1::text, 0)"


@asynccontextmanager
async def keeping_bytes(connection: "Connection[Record]", tenant_id: UUID) -> AsyncIterator[None]:
    """While this lasts, no bytes of the tenant are swept. Many may hold it at once."""
    async with connection.transaction():  # the lock outlives it, the setting does not
        await connection.execute("set local lock_timeout = 0; set local statement_timeout = 0")
        await connection.execute(f"select pg_advisory_lock_shared({LOCK})", str(tenant_id))
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute(f"select pg_advisory_unlock_shared({LOCK})", str(tenant_id))


async def is_sweepable(connection: "Connection[Record]", tenant_id: UUID) -> bool:
    """Whether nobody keeps bytes of the tenant now. Until the end of this transaction nobody begins to."""
    return bool(await connection.fetchval(f"select pg_try_advisory_xact_lock({LOCK})", str(tenant_id)))
