"""The worker: it does what is due, each job once in effect, whatever becomes of it meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.files import FileStore
from jobs.kinds import NotYet, Tools
from jobs.transaction import scoped
from models.queue import LEASE, MOST_ATTEMPTS, Claimed
from models.secrets import KeyRing
from server.process import worker as working
from server.process.worker import Worker
from tests.database import Cluster
from tests.jobs.conftest import NOW, Desk

SECRET = "what a row says"


@dataclass
class Done:
    """What the jobs of a test did."""

    jobs: list[Claimed] = field(default_factory=list)
    given_up: list[Claimed] = field(default_factory=list)
    is_held: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def good(self, connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        self.jobs.append(job)

    async def bad(self, connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        raise LookupError(SECRET)

    async def busy(self, connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        raise NotYet(timedelta(seconds=7))

    async def held(self, connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        self.is_held.set()
        await self.may_end.wait()
        self.jobs.append(job)

    async def give_up(self, connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        self.given_up.append(job)


def worker_of(desk: Desk, done: Done, tmp_path: Path, **more: Any) -> Worker:
    tools = Tools(KeyRing.new(), FileStore.in_folder(tmp_path / "files"))
    kinds = {"good": done.good, "bad": done.bad, "busy": done.busy, "held": done.held}
    more = {"clock": lambda: NOW, "routine": {}, "given_up": {"bad": done.give_up}, **more}
    return Worker(desk.urls.jobs, tools, kinds=kinds, **more)


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(worker.work())
    try:
        async with asyncio.timeout(60):
            yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def state(desk: Desk, job: Any) -> tuple[Any, ...]:
    row = await desk.of(job)
    return row["state"], row["attempts"], row["leased_by"]


async def test_what_is_due_is_done_and_no_more(desk: Desk, tmp_path: Path):
    done = Done()
    due, later = await desk.leave("good"), await desk.leave("good", at=NOW + timedelta(seconds=1))

    assert await worker_of(desk, done, tmp_path).run_dry() == 1

    assert [job.id for job in done.jobs] == [due]
    assert await state(desk, due) == ("DONE", 1, None)
    assert await state(desk, later) == ("QUEUED", 0, None)


async def test_a_job_that_fails_is_tried_again_later_and_what_it_said_is_not_kept(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    job = await desk.leave("bad")

    await worker_of(desk, Done(), tmp_path).run_dry()

    row = await desk.of(job)
    assert (row["state"], row["attempts"], row["last_error"]) == ("QUEUED", 1, "LookupError")
    assert row["run_at"] > NOW  # type: ignore[operator]  # an instant
    assert SECRET not in "".join(capsys.readouterr())


async def test_one_bad_job_among_many_holds_up_none_of_them(desk: Desk, tmp_path: Path):
    done = Done()
    jobs = [await desk.leave("bad" if n == 7 else "good", at=NOW - timedelta(seconds=60 - n)) for n in range(20)]

    await worker_of(desk, done, tmp_path).run_dry()

    assert [job.id for job in done.jobs] == jobs[:7] + jobs[8:]


async def test_a_job_that_failed_too_often_is_dead_and_its_kind_is_told(desk: Desk, tmp_path: Path):
    done, at = Done(), NOW
    job = await desk.leave("bad")
    for _ in range(MOST_ATTEMPTS):
        await worker_of(desk, done, tmp_path, clock=lambda at=at: at).run_dry()
        at += timedelta(hours=2)

    assert (await desk.of(job))["state"] == "DEAD"
    assert [(given_up.id, given_up.attempts) for given_up in done.given_up] == [(job, MOST_ATTEMPTS)]
    assert await worker_of(desk, done, tmp_path, clock=lambda: at).run_dry() == 0


async def test_a_job_that_kills_every_worker_is_given_up_without_another_try(desk: Desk, tmp_path: Path):
    done = Done()
    job = await desk.leave("bad")
    await desk.owner.execute(
        "update job set state = 'RUNNING', attempts = $2, leased_by = 'dead', leased_until_at = $3 where id = $1",
        job,
        MOST_ATTEMPTS,
        NOW - LEASE,
    )

    await worker_of(desk, done, tmp_path).run_dry()

    row = await desk.of(job)
    assert (row["state"], row["last_error"]) == ("DEAD", "begun too often")
    assert [given_up.id for given_up in done.given_up] == [job]


async def test_a_job_whose_needs_are_with_somebody_else_is_put_off_and_no_failure(desk: Desk, tmp_path: Path):
    job = await desk.leave("busy")

    await worker_of(desk, Done(), tmp_path).run_dry()

    row = await desk.of(job)
    assert (row["state"], row["attempts"], row["run_at"], row["last_error"]) == ("QUEUED", 0, NOW + timedelta(seconds=7), None)


async def test_the_lease_of_a_long_job_is_renewed(desk: Desk, tmp_path: Path):
    done, clock = Done(), [NOW]
    job = await desk.leave("held")
    async with running(worker_of(desk, done, tmp_path, lease=timedelta(seconds=0.06), clock=lambda: clock[0])):
        await done.is_held.wait()
        first = (await desk.of(job))["leased_until_at"]
        clock[0] += timedelta(minutes=5)
        while (await desk.of(job))["leased_until_at"] == first:
            pass
        done.may_end.set()
        while (await desk.of(job))["state"] != "DONE":
            pass

    assert [one.attempts for one in done.jobs] == [1]


async def test_a_job_that_went_to_somebody_else_is_stopped_here_and_left_to_them(desk: Desk, tmp_path: Path):
    done = Done()
    job = await desk.leave("held")
    async with running(worker_of(desk, done, tmp_path, size=1, lease=timedelta(seconds=0.06))):
        await done.is_held.wait()
        await desk.owner.execute("update job set leased_by = 'other', leased_until_at = $2 where id = $1", job, NOW + LEASE)
        other = await desk.leave("good")
        while (await desk.of(other))["state"] != "DONE":
            pass

    assert [one.id for one in done.jobs] == [other]
    assert await state(desk, job) == ("RUNNING", 1, "other")


async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_and_begins_nothing(desk: Desk, tmp_path: Path):
    done = Done()
    held = await desk.leave("held")
    worker = worker_of(desk, done, tmp_path, size=1)
    async with running(worker) as task:
        await done.is_held.wait()
        late = await desk.leave("good")
        worker.is_stopping.set()
        done.may_end.set()
        await task

    assert [await state(desk, job) for job in (held, late)] == [("DONE", 1, None), ("QUEUED", 0, None)]


async def test_a_worker_that_is_stopped_at_once_gives_back_what_it_has(desk: Desk, tmp_path: Path):
    done = Done()
    job = await desk.leave("held")
    async with running(worker_of(desk, done, tmp_path)) as task:
        await done.is_held.wait()
        task.cancel()
        await asyncio.wait([task])

    assert await state(desk, job) == ("QUEUED", 0, None)
    assert done.jobs == []


async def test_several_jobs_are_done_at_once(desk: Desk, tmp_path: Path):
    done = Done()
    held, other = await desk.leave("held", at=NOW - timedelta(seconds=1)), await desk.leave("good")
    async with running(worker_of(desk, done, tmp_path, size=2)):
        while (await desk.of(other))["state"] != "DONE":
            pass
        assert (await desk.of(held))["state"] == "RUNNING"


async def test_routine_work_is_planned_and_done_for_each_house(desk: Desk, tmp_path: Path):
    done = Done()
    async with running(worker_of(desk, done, tmp_path, routine={"good": timedelta(hours=1)})):
        while await desk.owner.fetchval("select count(*) from job where state = 'DONE'") < 2:
            pass

    assert sorted(job.tenant_id for job in done.jobs) == sorted([desk.north, desk.south])


async def test_a_worker_without_a_database_tries_again(desk: Desk, tmp_path: Path):
    done, rests = Done(), []

    class Waking(Worker):
        """Whose database comes back while it rests."""

        async def _rest(self, seconds: float) -> None:
            rests.append(seconds)
            self.url = desk.urls.jobs

    job = await desk.leave("good")
    away = worker_of(desk, done, tmp_path, size=1)
    worker = Waking("postgresql://nobody@127.0.0.1:1/nothing", away.tools, 1, away.kinds, {}, {}, clock=away.clock)
    async with running(worker):
        while (await desk.of(job))["state"] != "DONE":
            pass

    assert rests[0] == working.AWAY_SECONDS
    assert [one.id for one in done.jobs] == [job]


@pytest.mark.row("X-1", part="a job sees the rows of its own house")
async def test_a_job_sees_its_own_house_and_before_it_enters_nothing(desk: Desk, tmp_path: Path):
    seen: dict[str, list[Any]] = {}

    async def look(connection: Any, job: Claimed, tools: Tools, at: datetime) -> None:
        seen["before"] = await connection.fetch("select id from portal")
        async with scoped(connection, job.tenant_id):
            seen["inside"] = [row[0] for row in await connection.fetch("select tenant_id from portal")]
        seen["after"] = await connection.fetch("select id from portal")

    await desk.leave("good", tenant=desk.south)
    worker = worker_of(desk, Done(), tmp_path)
    worker.kinds = {"good": look}
    await worker.run_dry()

    assert seen == {"before": [], "inside": [desk.south], "after": []}


async def test_a_slot_whose_connection_dies_goes_on_and_takes_no_other_down(
    desk: Desk, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "AWAY_SECONDS", 0.01)
    monkeypatch.setattr(working, "LOOK_SECONDS", 0.01)
    done = Done()
    name = desk.urls.owner.partition("?")[0].rpartition("/")[2]
    await desk.leave("held")
    async with running(worker_of(desk, done, tmp_path, size=2)) as task:
        await done.is_held.wait()
        for _ in range(10):
            await cluster._run(
                f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and usename = 'bailiwick_jobs'"
            )
        left = await desk.leave("good")
        for _ in range(1_000):
            if (await desk.of(left))["state"] == "DONE":
                break
            await asyncio.sleep(0.01)

        assert (await desk.of(left))["state"] == "DONE"
        assert not task.done()
