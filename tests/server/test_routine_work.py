"""Routine work: every house gets it once in a while, whoever looks first, and a worker does it."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from channels.files import FileStore
from jobs.kinds import HOUSEKEEPING, Tools
from models.queue import Claimed, Queue
from server.process.worker import Worker
from tests.world import KEYS, NOW, World

HOUR = timedelta(hours=1)
JOBS = "select tenant_id, kind, state, attempts from job order by tenant_id, created_at"


@pytest.fixture
async def jobs(own_world: World):
    connection = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    yield connection
    await connection.close()


async def test_every_house_is_left_one_job_and_no_second_one_before_it_is_due(own_world: World, jobs: asyncpg.Connection):
    queue = Queue(jobs, "a")

    await queue.plan(HOUSEKEEPING, HOUR, NOW)
    await queue.plan(HOUSEKEEPING, HOUR, NOW)

    rows = await jobs.fetch(JOBS)
    assert [(row["tenant_id"], row["kind"], row["state"]) for row in rows] == [
        (tenant, HOUSEKEEPING, "QUEUED") for tenant in sorted(own_world.tenants.values())
    ]


async def test_routine_work_that_was_done_is_left_again_once_its_time_has_come(own_world: World, jobs: asyncpg.Connection, tmp_path: Path):
    worker = worker_at(own_world, NOW, tmp_path)
    await Queue(jobs, "a").plan(HOUSEKEEPING, HOUR, NOW)
    assert await worker.run_dry() == len(own_world.tenants)

    await Queue(jobs, "a").plan(HOUSEKEEPING, HOUR, NOW + HOUR - timedelta(seconds=1))
    assert {row["state"] for row in await jobs.fetch(JOBS)} == {"DONE"}

    await Queue(jobs, "a").plan(HOUSEKEEPING, HOUR, NOW + HOUR + timedelta(seconds=1))
    assert sorted(row["state"] for row in await jobs.fetch(JOBS)) == ["DONE"] * len(own_world.tenants) + ["QUEUED"] * len(own_world.tenants)


async def test_a_worker_plans_routine_work_by_itself_and_does_it(own_world: World, jobs: asyncpg.Connection, tmp_path: Path):
    done: set[UUID] = set()

    async def noted(connection: object, job: Claimed, tools: Tools, at: datetime) -> None:
        done.add(job.tenant_id)
        if len(done) == len(own_world.tenants):
            worker.is_stopping.set()

    worker = worker_at(own_world, NOW, tmp_path)
    worker.kinds, worker.routine = {HOUSEKEEPING: noted}, {HOUSEKEEPING: HOUR}

    await worker.work()

    assert done == set(own_world.tenants.values())
    assert {(row["state"], row["attempts"]) for row in await jobs.fetch(JOBS)} == {("DONE", 1)}


def worker_at(world: World, at: datetime, files: Path) -> Worker:
    return Worker(world.urls.jobs, Tools(KEYS, FileStore.in_folder(files)), clock=lambda: at)
