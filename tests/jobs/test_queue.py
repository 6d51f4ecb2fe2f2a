"""The queue: a job is somebody's for as long as they say that they live, is tried again after a rest, and is lost by nobody."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queue import LEASE, LONGEST_WAIT, MOST_ATTEMPTS, SHORTEST_WAIT, Claimed, wait_after
from tests.jobs.conftest import NOW, Desk

SECOND = timedelta(seconds=1)


async def claimed(desk: Desk, worker: str = "w1", at: timedelta = timedelta(0)) -> Claimed | None:
    return await desk.queue(worker).claim(["a", "b"], NOW + at)


async def one(desk: Desk, worker: str = "w1", at: timedelta = timedelta(0)) -> Claimed:
    job = await claimed(desk, worker, at)
    assert job is not None
    return job


async def test_the_one_that_has_waited_longest_is_claimed_first(desk: Desk):
    late, early = await desk.leave(at=NOW - SECOND), await desk.leave(at=NOW - 2 * SECOND)

    assert [(await one(desk)).id for _ in range(2)] == [early, late]
    assert await claimed(desk) is None


async def test_what_is_not_due_or_of_another_kind_is_left(desk: Desk):
    await desk.leave(at=NOW + SECOND)
    await desk.leave(kind="c")

    assert await claimed(desk) is None
    assert (await one(desk, at=SECOND)).kind == "a"


async def test_a_claimed_job_knows_its_house_and_its_rows(desk: Desk):
    job = await desk.leave(tenant=desk.south, ids=[desk.north])

    assert await one(desk) == Claimed(job, desk.south, "a", (desk.north,), 1)
    row = await desk.of(job)
    assert (row["state"], row["leased_by"], row["leased_until_at"]) == ("RUNNING", "w1", NOW + LEASE)


async def test_many_workers_at_once_get_different_jobs(desk: Desk):
    jobs = {await desk.leave() for _ in range(12)}
    connections = [await asyncpg.connect(desk.urls.jobs) for _ in range(6)]

    got = []
    for _ in range(2):
        got += await asyncio.gather(*[desk.queue(f"w{n}", c).claim(["a"], NOW) for n, c in enumerate(connections)])
    for connection in connections:
        await connection.close()

    assert {job.id for job in got if job} == jobs
    assert len(got) == len(jobs)


async def test_a_worker_does_not_wait_for_another_one_that_is_claiming(desk: Desk):
    """The first job is held by a transaction that does not end: `skip locked` passes it by."""
    first, second = await desk.leave(at=NOW - SECOND), await desk.leave()
    slow = await asyncpg.connect(desk.urls.jobs, server_settings={"search_path": "bailiwick"})
    async with slow.transaction():
        await slow.execute("select from job where id = $1 for update", first)
        async with asyncio.timeout(20):
            job = await one(desk)
    await slow.close()

    assert job.id == second


async def test_a_job_is_its_workers_until_the_lease_runs_out(desk: Desk):
    job = await desk.leave()
    await one(desk, "w1")

    assert await claimed(desk, "w2", LEASE) is None
    taken_over = await one(desk, "w2", LEASE + SECOND)

    assert (taken_over.id, taken_over.attempts) == (job, 2)


async def test_a_lease_is_renewed_by_whoever_has_it(desk: Desk):
    await desk.leave()
    job = await one(desk, "w1")

    assert await desk.queue("w1").hold(job, NOW + LEASE - SECOND)
    assert await claimed(desk, "w2", LEASE + SECOND) is None
    assert await claimed(desk, "w2", 2 * LEASE) is not None


async def test_who_lost_a_job_can_do_nothing_about_it(desk: Desk):
    job = await desk.leave()
    lost = await one(desk, "w1")
    await one(desk, "w2", LEASE + SECOND)
    queue = desk.queue("w1")
    before = await desk.of(job)

    done = [
        await queue.hold(lost, NOW),
        await queue.finish(lost, NOW),
        await queue.fail(lost, "x", NOW),
        await queue.give_back(lost),
        await queue.put_off(lost, NOW),
    ]

    assert done == [False] * 5
    assert await desk.of(job) == before


async def test_a_job_that_is_done_is_done(desk: Desk):
    job = await desk.leave()

    assert await desk.queue("w1").finish(await one(desk), NOW + SECOND)

    row = await desk.of(job)
    assert (row["state"], row["finished_at"], row["leased_by"], row["last_error"]) == ("DONE", NOW + SECOND, None, None)
    assert await claimed(desk, at=timedelta(days=1)) is None


async def test_a_failed_job_rests_longer_each_time_and_is_dead_at_last(desk: Desk):
    job = await desk.leave()
    at, rests = timedelta(0), []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        found = await one(desk, at=at)
        assert (found.attempts, found.is_last_attempt) == (attempt, attempt == MOST_ATTEMPTS)
        await desk.queue("w1").fail(found, f"Broken {attempt}", NOW + at)
        row = await desk.of(job)
        rests.append(row["run_at"] - NOW - at)  # type: ignore[operator]  # an instant
        at = row["run_at"] - NOW  # type: ignore[operator]  # an instant
        assert await claimed(desk, at=at - SECOND) is None

    assert rests == [SHORTEST_WAIT * 2**n for n in range(MOST_ATTEMPTS)]
    assert (row["state"], row["last_error"], row["leased_by"]) == ("DEAD", f"Broken {MOST_ATTEMPTS}", None)
    assert row["finished_at"] is not None
    assert await claimed(desk, at=timedelta(days=365)) is None


async def test_what_kills_its_worker_every_time_is_worn_out(desk: Desk):
    await desk.leave()

    jobs = [await one(desk, f"w{n}", n * (LEASE + SECOND)) for n in range(MOST_ATTEMPTS + 1)]

    assert [job.is_worn_out for job in jobs] == [False] * MOST_ATTEMPTS + [True]


@given(st.integers(1, 64))
def test_a_rest_is_never_shorter_than_the_one_before_nor_longer_than_the_longest(attempts: int):
    assert SHORTEST_WAIT <= wait_after(attempts) <= wait_after(attempts + 1) <= LONGEST_WAIT


async def test_a_job_that_is_given_back_was_never_begun(desk: Desk):
    job = await desk.leave()
    before = await desk.of(job)

    assert await desk.queue("w1").give_back(await one(desk))

    assert await desk.of(job) == before
    assert (await one(desk, "w2")).attempts == 1


async def test_a_job_that_is_put_off_is_no_failure(desk: Desk):
    job = await desk.leave()

    assert await desk.queue("w1").put_off(await one(desk), NOW + 5 * SECOND)

    assert await claimed(desk, at=4 * SECOND) is None
    again = await one(desk, at=5 * SECOND)
    assert (again.id, again.attempts) == (job, 1)


async def test_an_error_that_is_long_is_cut(desk: Desk):
    job = await desk.leave()

    await desk.queue("w1").fail(await one(desk), "x" * 10_000, NOW)

    assert len(str((await desk.of(job))["last_error"])) == 500


async def test_routine_work_is_left_once_for_each_house_however_many_plan_it(desk: Desk):
    connections = [await asyncpg.connect(desk.urls.jobs) for _ in range(5)]

    await asyncio.gather(*[desk.queue(f"w{n}", c).plan("a", timedelta(hours=1), NOW) for n, c in enumerate(connections)])
    await desk.queue("w1").plan("a", timedelta(hours=1), NOW + SECOND)
    for connection in connections:
        await connection.close()

    assert sorted(row[0] for row in await desk.owner.fetch("select tenant_id from job")) == sorted([desk.north, desk.south])


async def test_routine_work_is_left_again_after_its_time_and_not_while_it_waits(desk: Desk):
    hour = timedelta(hours=1)
    await desk.queue("w1").plan("a", hour, NOW)
    await desk.queue("w1").plan("a", hour, NOW + 2 * hour)
    assert await desk.owner.fetchval("select count(*) from job") == 2
    for _ in range(2):
        await desk.queue("w1").finish(await one(desk), NOW)

    await desk.queue("w1").plan("a", hour, NOW + hour - SECOND)
    early = await desk.owner.fetchval("select count(*) from job")
    await desk.queue("w1").plan("a", hour, NOW + hour + SECOND)

    assert (early, await desk.owner.fetchval("select count(*) from job")) == (2, 4)


async def test_a_job_is_there_when_its_transaction_commits_and_not_otherwise(desk: Desk):
    app = await asyncpg.connect(desk.urls.app, server_settings={"search_path": "bailiwick"})
    transaction = app.transaction()
    await transaction.start()
    await app.execute("select set_config('bailiwick.tenant', $1, true)", str(desk.north))
    await app.execute("select enqueue($1, 'a', '{}', $2, $2)", desk.south, NOW)
    assert await claimed(desk) is None

    await transaction.rollback()
    await app.close()

    assert await claimed(desk) is None


@pytest.mark.row("X-1", part="no job without a tenant")
async def test_a_job_without_a_tenant_is_not_taken(desk: Desk):
    app = await asyncpg.connect(desk.urls.app, server_settings={"search_path": "bailiwick"})
    with pytest.raises(asyncpg.RaiseError, match="a job needs a tenant"):
        await app.execute("select enqueue($1, 'a', '{}', $2, $2)", desk.north, NOW)
    await app.close()
    with pytest.raises(asyncpg.NotNullViolationError):
        await desk.jobs.execute("insert into job (id, kind, run_at, created_at) values ($1, 'a', $2, $2)", desk.north, NOW)


@pytest.mark.parametrize("statement", [
    "select * from job", "select count(*) from job", "insert into job (id, tenant_id, kind, run_at, created_at) values ($1, $1, 'a', now(), now())",
    "update job set state = 'DONE' where id = $1", "delete from job where id = $1", "truncate job",
])  # fmt: skip
async def test_the_web_role_has_no_right_to_the_queue(desk: Desk, statement: str):
    app = await asyncpg.connect(desk.urls.app, server_settings={"search_path": "bailiwick"})
    values = [desk.north] if "$1" in statement else []

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement, *values)
    await app.close()
