"""A database with a queue and two houses, for tests of jobs and workers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from models.queue import Queue
from server.process.embedded_postgres import Urls
from tests.database import Cluster

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Desk:
    """What is queued, and who looks after it."""

    urls: Urls
    owner: "asyncpg.Connection[asyncpg.Record]"
    jobs: "asyncpg.Connection[asyncpg.Record]"
    north: UUID
    south: UUID

    def queue(self, worker: str, connection: "asyncpg.Connection[asyncpg.Record] | None" = None, **more: timedelta) -> Queue:
        return Queue(connection or self.jobs, worker, **more)

    async def leave(self, kind: str = "a", tenant: UUID | None = None, at: datetime = NOW, ids: list[UUID] | None = None) -> UUID:
        """A job, as a mutation leaves it: by the web role's only door to the queue."""
        app = await asyncpg.connect(self.urls.app, server_settings={"search_path": "bailiwick"})
        try:
            async with app.transaction():
                await app.execute("select set_config('bailiwick.tenant', $1, true)", str(tenant or self.north))
                job = uuid7()
                await app.execute("select enqueue($1, $2, $3, $4, $5)", job, kind, ids or [], at, at)
            return job
        finally:
            await app.close()

    async def of(self, job: UUID) -> dict[str, object]:
        [row] = await self.owner.fetch("select * from job where id = $1", job)
        return dict(row)


@pytest.fixture(scope="module")
async def desk_urls(cluster: Cluster, empty_template: str, anyio_backend: str) -> AsyncIterator[Urls]:
    urls = await cluster.clone(empty_template)
    yield urls
    await cluster.drop(urls)


@pytest.fixture
async def desk(desk_urls: Urls) -> AsyncIterator[Desk]:
    """An empty queue, and two new houses with a portal each."""
    owner = await asyncpg.connect(desk_urls.owner, server_settings={"search_path": "bailiwick"})
    jobs = await asyncpg.connect(desk_urls.jobs, server_settings={"search_path": "bailiwick"})
    await owner.execute("delete from job; delete from portal_host")
    houses = [await _house(owner, name) for name in ("north", "south")]
    yield Desk(desk_urls, owner, jobs, *houses)
    await owner.close()
    await jobs.close()


async def _house(owner: "asyncpg.Connection[asyncpg.Record]", name: str) -> UUID:
    tenant, portal = uuid7(), uuid7()
    key = f"{name}-{tenant.hex[-8:]}"
    await owner.execute(
        "insert into tenant (id, key, legal_name, country, currency, created_at) values ($1, $2, $3, 'BE', 'EUR', $4)",
        tenant,
        key,
        name,
        NOW,
    )
    await owner.execute(
        "insert into portal (tenant_id, id, key, brand, preset, created_at) values ($1, $2, 'main', $3, 'customer-corner', $4)",
        tenant, portal, name, NOW,
    )  # fmt: skip
    await owner.execute("insert into portal_host (name, tenant_id, portal_id) values ($1, $2, $3)", f"portal:{key}", tenant, portal)
    return tenant
