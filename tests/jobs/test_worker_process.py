"""`bailiwick work` as a process: told to stop, killed, and started again, with an import at hand."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from channels.files import FileStore
from jobs.file_housekeeping import reconcile_files
from jobs.kinds import Tools
from models import ImportRun
from server.process.worker import Worker
from tests.api.importing import FARM, archive, started
from tests.processes import begun, ended, environment
from tests.world import KEYS, World, files_folder
from tests.world_rows import Rows

# A change to a row that is there, which a run must make and somebody can hold up.
CHANGED: Rows = {**FARM, "parties": [*FARM["parties"], {"external_id": "P1", "kind": "COMPANY", "legal_name": "Mill NV", "country": "BE"}]}


def env(world: World) -> dict[str, str]:
    return environment(world.urls, files_folder(), BAILIWICK_WORKERS="1")


async def row_of(world: World, run: str) -> dict[str, Any]:
    [found] = await world.owner.fetch(
        "select r.state as run, r.created_count, r.finished_at, j.state as job, j.attempts, j.leased_by, p.legal_name, "
        "(select count(*) from party where external_id = 'P9') as farms from import_run r join job j on j.ids = array[r.id] "
        "join party p on p.tenant_id = r.tenant_id and p.external_id = 'P1' where r.id = $1",
        ImportRun.id_in(run),
    )
    return dict(found)


async def until(seen: Callable[[], Awaitable[bool]]) -> None:
    """Looks until it is so; a test that waits for ever fails."""
    async with asyncio.timeout(90):
        while not await seen():
            pass


async def said(process: Process, event: str) -> None:
    """Waits for the line of the log that says so."""
    assert process.stderr is not None
    async with asyncio.timeout(90):
        while f'"event": "{event}"'.encode() not in await process.stderr.readline():
            pass


@asynccontextmanager
async def in_the_middle(world: World, run: str) -> AsyncIterator[Process]:
    """A worker process that stands still in the middle of this run, since somebody holds a row that it must change."""
    holder = await asyncpg.connect(world.urls.owner, server_settings={"search_path": "bailiwick"})
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("select from party where external_id = 'P1' and legal_name = 'Mill SA' for update")
    process = await begun(env(world), "work")

    async def is_waiting() -> bool:
        return bool(
            await world.owner.fetchval(
                "select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()"
            )
        )

    try:
        await until(is_waiting)
        yield process
    finally:
        await transaction.rollback()
        await holder.close()


def later(world: World, minutes: int) -> Worker:
    """A worker of another time: the lease of whoever was killed is over."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    return Worker(world.urls.jobs, Tools(KEYS, FileStore.in_folder(files_folder())), clock=lambda: at)


async def test_a_worker_with_nothing_to_do_stops_when_it_is_told(own_world: World):
    process = await begun(env(own_world), "work")
    await said(process, "working")
    process.send_signal(signal.SIGTERM)

    over = await ended(process)

    assert over.code == 0
    assert '"event": "stopped"' in over.err


async def test_told_once_it_finishes_the_job_at_hand(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    async with in_the_middle(own_world, run) as process:
        process.send_signal(signal.SIGTERM)

    over = await ended(process)

    assert over.code == 0
    assert await row_of(own_world, run) | {"finished_at": None} == {
        "run": "COMPLETED", "created_count": 4, "finished_at": None, "job": "DONE", "attempts": 1, "leased_by": None, "legal_name": "Mill NV", "farms": 1,
    }  # fmt: skip


async def test_told_twice_it_gives_the_job_back_and_the_next_one_does_it(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    async with in_the_middle(own_world, run) as process:
        process.send_signal(signal.SIGTERM)
        await said(process, "stopping")
        process.send_signal(signal.SIGTERM)
        over = await ended(process)

    assert over.code == 0
    assert '"event": "given back"' in over.err
    assert await row_of(own_world, run) == {
        "run": "QUEUED", "created_count": 0, "finished_at": None, "job": "QUEUED", "attempts": 0, "leased_by": None, "legal_name": "Mill SA", "farms": 0,
    }  # fmt: skip
    await later(own_world, 0).run_dry()
    assert (await row_of(own_world, run))["run"] == "COMPLETED"


@pytest.mark.row("BO-2", part="a run whose worker was killed is done by the next one, once")
async def test_killed_it_loses_no_job_and_the_next_one_does_it_once(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    for kills in range(1, 3):
        async with in_the_middle(own_world, run) as process:
            process.kill()
            await ended(process)
        half = await row_of(own_world, run)
        assert (half["run"], half["job"], half["attempts"], half["legal_name"], half["farms"]) == (
            "RUNNING",
            "RUNNING",
            kills,
            "Mill SA",
            0,
        )
        await own_world.owner.execute("update job set leased_until_at = created_at")

    await later(own_world, 5).run_dry()
    await later(own_world, 10).run_dry()

    whole = await row_of(own_world, run)
    assert (whole["run"], whole["job"], whole["attempts"], whole["legal_name"], whole["farms"]) == ("COMPLETED", "DONE", 3, "Mill NV", 1)


async def test_killed_between_the_run_and_its_word_that_it_is_done_it_does_nothing_twice(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    await later(own_world, 0).run_dry()
    before = await row_of(own_world, run)
    await own_world.owner.execute(
        "update job set state = 'RUNNING', leased_by = 'dead', leased_until_at = created_at, finished_at = null where kind = 'import.run'"
    )

    await later(own_world, 5).run_dry()

    assert await row_of(own_world, run) == before | {"attempts": 2}


async def test_a_run_that_is_tried_too_often_is_said_to_have_failed_and_an_operator_can_have_it_tried_again(
    own_world: World, tmp_path: Path
):
    run = await started(own_world, archive(tmp_path, CHANGED))
    await own_world.owner.execute(
        "update job set state = 'RUNNING', attempts = 8, leased_by = 'dead', leased_until_at = created_at; update import_run set state = 'RUNNING'"
    )

    await later(own_world, 5).run_dry()
    given_up = await row_of(own_world, run)
    await own_world.owner.execute("update job set state = 'QUEUED', attempts = 0, run_at = created_at")
    await later(own_world, 6).run_dry()

    assert (given_up["run"], given_up["job"], given_up["farms"]) == ("FAILED", "DEAD", 0)
    assert (await row_of(own_world, run))["run"] == "COMPLETED"


async def test_a_run_whose_source_is_busy_is_put_off_and_keeps_its_place(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    other = await asyncpg.connect(own_world.urls.jobs)
    await other.execute("select pg_advisory_lock(hashtextextended($1, 0))", f"import {own_world.tenants['t1']} erp")

    await later(own_world, 0).run_dry()
    waiting = await row_of(own_world, run)
    await other.close()
    await later(own_world, 1).run_dry()

    assert (waiting["run"], waiting["job"], waiting["attempts"]) == ("QUEUED", "QUEUED", 0)
    assert ((await row_of(own_world, run))["run"], (await row_of(own_world, run))["attempts"]) == ("COMPLETED", 1)


async def test_a_run_that_breaks_off_is_queued_again_and_has_changed_nothing(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    await own_world.owner.execute("alter table contact_point add constraint broken check (value <> 'p9@example.com') not valid")

    await later(own_world, 0).run_dry()
    broken = await row_of(own_world, run)
    await own_world.owner.execute("alter table contact_point drop constraint broken")
    await later(own_world, 1).run_dry()

    assert (broken["run"], broken["job"], broken["attempts"], broken["farms"]) == ("QUEUED", "QUEUED", 1, 0)
    assert (await row_of(own_world, run))["run"] == "COMPLETED"


async def test_a_run_without_its_bytes_is_refused(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path, CHANGED))
    worker = later(own_world, 0)
    await worker.tools.store.delete(
        own_world.tenants["t1"], await own_world.owner.fetchval("select storage_key from import_run where storage_key is not null")
    )

    await worker.run_dry()

    assert ((await row_of(own_world, run))["run"], (await row_of(own_world, run))["job"]) == ("REJECTED", "DONE")
    assert await own_world.owner.fetchval("select fault_rule from import_run where id = $1", ImportRun.id_in(run)) == "import.upload"


async def test_housekeeping_sweeps_what_nobody_names_and_nothing_else(own_world: World, tmp_path: Path):
    """Old bytes: of a paper that is stored, of one that waits for its contract, of an upload that is queued, and of a run that was killed."""
    store, house = FileStore.in_folder(tmp_path / "files"), own_world.tenants["t1"]
    keys = {}
    for name in ("stored", "parked", "queued", "orphan"):
        path = tmp_path / name
        path.write_bytes(name.encode())
        with path.open("rb") as stream:
            keys[name] = (await store.put(house, stream, sha256(name.encode()).hexdigest())).storage_key
    await own_world.owner.execute(
        "update document set storage_key = $1 where external_id = 'A1-C1-D1' and tenant_id = $2", keys["stored"], house
    )
    await own_world.owner.execute(
        "insert into parked_row (tenant_id, source, type, external_id, missing_type, missing_external_id, payload, parked_at) "
        "values ($1, 'erp', 'documents', 'X', 'contracts', 'C404', jsonb_build_object('_storage_key', $2::text), now())", house, keys["parked"],
    )  # fmt: skip
    await own_world.owner.execute(
        "insert into import_run (tenant_id, id, source, mode, is_dry_run, state, storage_key, created_at) values ($1, $1, 'unread', 'PER_ROW', false, 'QUEUED', $2, now())",
        house, keys["queued"],
    )  # fmt: skip
    jobs = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    found = await reconcile_files(jobs, house, store, timedelta(0))
    await jobs.close()

    assert found.swept == 1
    left = {f"{house}/{path.name}" for path in (tmp_path / "files").rglob("*") if path.is_file()}
    assert left == {keys["stored"], keys["parked"], keys["queued"]}
