"""Sealing audit events: every minute, for each tenant, those that were written since."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from asyncpg import Connection, Record

from jobs.transaction import scoped
from models.audit_chain import AT_ONCE, seal

if TYPE_CHECKING:
    from jobs.kinds import Tools
    from models.queue import Claimed

log = structlog.get_logger("bailiwick.audit")


async def audit_seal(connection: "Connection[Record]", job: "Claimed", tools: "Tools", at: datetime) -> None:
    """Seal what waits. The head goes to the log, which lies outside the database: `audit verify --head` compares with it."""
    await seal_all(connection, job.tenant_id)


async def seal_all(connection: "Connection[Record]", tenant_id: UUID, most: int = AT_ONCE) -> int:
    """How many events were sealed, each batch in a transaction of its own."""
    total, count = 0, most
    while count == most:
        async with scoped(connection, tenant_id):
            count, head = await seal(connection, tenant_id, most)
        total += count
    if total:
        log.info("audit events sealed", tenant=str(tenant_id), count=total, sequence=head.sequence, hash=head.hash.hex())
    return total
