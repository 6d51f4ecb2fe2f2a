"""Forgetting what signing in leaves behind, once its time is over: counted attempts, devices, ended sessions."""

from datetime import datetime
from uuid import UUID

from asyncpg import Connection, Record

from jobs.transaction import scoped
from tenants.sign_in_budgets import DEVICE_DAYS, QUIET_MINUTES, SESSION_DAYS

SWEEP = "select sweep_sign_in($1, $2, $3, $4, $5, $6)"
SWEPT_AT_ONCE, MOST_BATCHES = 1_000, 200


async def sweep_sign_in(connection: "Connection[Record]", tenant_id: UUID, at: datetime, most: int = SWEPT_AT_ONCE) -> int:
    """How many rows of a tenant were removed, each batch in a transaction of its own. After many batches the rest waits an hour.

    `at` decides only as far as the database's own clock agrees: see `sweep_sign_in` in SQL.
    """
    total = 0
    for _ in range(MOST_BATCHES):
        async with scoped(connection, tenant_id):
            swept = await connection.fetchval(SWEEP, tenant_id, at, QUIET_MINUTES, SESSION_DAYS, DEVICE_DAYS, most)
        total += swept
        if not swept:
            break
    return total
