"""Nothing in flight is swept, whatever time a process takes it to be."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import asyncpg
from uuid_utils.compat import uuid7

from models.keeping import keeping_bytes
from models.queue import Claimed
from server.jobs import HOUSEKEEPING, Tools, housekeeping
from tests.imports.conftest import House
from tests.imports.test_papers import kept


async def put(house: House, *, is_old: bool) -> None:
    """Bytes that no row names."""
    await house.store.put(house.tenant_id, BytesIO(b"bytes"), sha256(b"bytes").hexdigest())
    for path in kept(house) if is_old else ():
        os.utime(path, (0, 0))


async def swept(house: House, at: datetime) -> None:
    job = Claimed(uuid7(), house.tenant_id, HOUSEKEEPING, (), 1)
    await housekeeping(house.jobs, job, Tools(house.keys, house.store), at)


async def test_a_process_whose_clock_is_ahead_sweeps_nothing_that_is_new(north: House):
    await put(north, is_old=False)
    record = "insert into idempotency_record (tenant_id, actor_id, key, action, fingerprint, outcome, created_at, expires_at) values ($1, $1, 'k', 'a', sha256('k'), '{}', now(), now() + interval '1 day')"
    await north.owner.execute(record, north.tenant_id)

    await swept(north, datetime.now(UTC) + timedelta(days=400))

    assert len(kept(north)) == 1
    assert len(await north.stored("idempotency_record", "key")) == 1


async def test_bytes_of_work_in_flight_are_not_swept_however_old_they_are(north: House, house_urls: Any):
    await put(north, is_old=True)
    running = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})

    async with keeping_bytes(running, north.tenant_id):
        await swept(north, datetime.now(UTC))
        assert len(kept(north)) == 1
    await swept(north, datetime.now(UTC))

    assert kept(north) == []
    await running.close()


async def test_work_that_lost_its_connection_protects_nothing_any_more(north: House, house_urls: Any):
    await put(north, is_old=True)
    running = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})
    pid = running.get_server_pid()
    async with keeping_bytes(running, north.tenant_id):
        await running.close()
        while await north.owner.fetchval("select exists (select from pg_locks where pid = $1)", pid):
            pass

        await swept(north, datetime.now(UTC))

    assert kept(north) == []
