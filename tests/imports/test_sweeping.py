"""Nothing in flight is swept, whatever time a process takes it to be."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import asyncpg
from uuid_utils.compat import uuid7

from jobs.file_housekeeping import KEPT, Reconciled, reconcile_files
from jobs.kinds import HOUSEKEEPING, Tools, housekeeping
from models.byte_locks import keeping_bytes
from models.queue import Claimed
from tests.imports.conftest import NOW, House
from tests.imports.exports import PAPER, mill
from tests.imports.test_papers import kept

AT_ONCE = timedelta(0)


async def put(house: House) -> None:
    """Bytes that no row names."""
    await house.store.put(house.tenant_id, BytesIO(b"bytes"), sha256(b"bytes").hexdigest())


async def kept_house(house: House, at: datetime) -> None:
    job = Claimed(uuid7(), house.tenant_id, HOUSEKEEPING, (), 1)
    await housekeeping(house.jobs, job, Tools(house.keys, house.store), at)


async def reconciled(house: House, kept: timedelta = KEPT) -> Reconciled:
    return await reconcile_files(house.jobs, house.tenant_id, house.store, kept)


async def test_a_process_whose_clock_is_ahead_sweeps_nothing_that_is_new(north: House):
    await put(north)
    for path in kept(north):
        os.utime(path, (0, 0))  # nor does it believe a store whose clock is far behind
    record = "insert into idempotency_record (tenant_id, actor_id, key, action, fingerprint, outcome, created_at, expires_at) values ($1, $1, 'k', 'a', sha256('k'), '{}', now(), now() + interval '1 day')"
    await north.owner.execute(record, north.tenant_id)

    for _ in range(2):
        await kept_house(north, datetime.now(UTC) + timedelta(days=400))

    assert len(kept(north)) == 1
    assert len(await north.stored("idempotency_record", "key")) == 1


async def test_bytes_of_work_in_flight_are_not_swept_however_old_they_are(north: House, house_urls: Any):
    await put(north)
    running = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})

    async with keeping_bytes(running, north.tenant_id):
        await reconciled(north, AT_ONCE)
        assert len(kept(north)) == 1
    await reconciled(north, AT_ONCE)

    assert kept(north) == []
    await running.close()


async def test_work_that_lost_its_connection_protects_nothing_any_more(north: House, house_urls: Any):
    await put(north)
    running = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})
    pid = running.get_server_pid()
    async with keeping_bytes(running, north.tenant_id):
        await running.close()
        while await north.owner.fetchval("select exists (select from pg_locks where pid = $1)", pid):
            pass

        await reconciled(north, AT_ONCE)

    assert kept(north) == []


async def test_bytes_that_no_row_names_are_deleted_once_they_were_seen_so_for_long_enough(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())
    await put(north)

    found = await reconciled(north)
    assert (found.swept, found.unused, len(kept(north))) == (0, 1, 2)
    found = await reconciled(north, AT_ONCE)
    assert (found.swept, found.unused, len(kept(north))) == (1, 0, 1)
    assert await north.stored("unused_file", "storage_key") == []
    [key] = await north.stored("document", "storage_key")
    assert await north.store.present(north.tenant_id, [key]) == {key}


async def test_bytes_that_a_row_names_in_the_meantime_are_no_longer_waiting_to_be_deleted(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())
    [key] = await north.stored("document", "storage_key")
    await north.jobs.execute("select set_config('bailiwick.tenant', $1, false)", str(north.tenant_id))
    await north.jobs.execute("insert into unused_file (tenant_id, storage_key) values ($1, $2)", north.tenant_id, key)

    found = await reconciled(north, AT_ONCE)

    assert (found.swept, found.unused, len(kept(north))) == (0, 0, 1)


async def test_a_document_whose_bytes_are_gone_is_found_and_the_same_export_brings_them_back(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())
    [key] = await north.stored("document", "storage_key")
    await north.store.delete(north.tenant_id, key)

    assert list((await reconciled(north)).missing) == await north.stored("missing_file", "document_id") != []
    await north.take_rows(mill(), at=NOW + timedelta(days=1))

    assert (await reconciled(north)).missing == ()
    assert await north.stored("missing_file", "document_id") == []


async def test_looking_may_be_asked_for_without_deleting(north: House):
    await put(north)
    for _ in range(2):
        found = await reconcile_files(north.jobs, north.tenant_id, north.store, AT_ONCE, may_delete=False)
    assert (found.swept, found.unused, len(kept(north))) == (0, 1, 1)


async def test_of_runs_long_over_only_rows_that_somebody_had_to_work_on_are_kept(north: House):
    wrong = {"external_id": "P3", "kind": "COMPANY", "legal_name": "Mill", "country": "Belgium"}
    rows = {"parties": [*mill()["parties"], wrong]}
    await north.take_rows(rows, at=datetime.now(UTC) - timedelta(days=91))
    await north.take_rows(rows, at=datetime.now(UTC) - timedelta(days=89))
    assert len(await north.stored("import_row", "result")) == 6

    await kept_house(north, datetime.now(UTC))

    runs = await north.stored("import_run", "id", "finished_at")
    by_run = [await north.stored("import_row", "run_id, result", "run_id, result")]
    assert [result for run, result in by_run[0] if run == runs[0]] == ["REJECTED"]
    assert [result for run, result in by_run[0] if run == runs[1]] == ["REJECTED", "UNCHANGED", "UNCHANGED"]
