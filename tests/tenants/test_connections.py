"""A connection goes back to the others only with proof that nothing of the last borrower is left in it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from itertools import count
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connections

from models import Contract
from models.connecting import transaction, within
from tenants import Tenancy
from tenants.database import Database
from tenants.writing import writing
from tests.api.test_sessions import HOST, SIGN_IN
from tests.cancelling import How, Steps
from tests.database import Cluster
from tests.tenants.asking import scope_of
from tests.world import PASSWORD, World

BESIDE = """query ($input: ConsolidationSimulationInput!) { accounts { totalCount nodes { number } } contracts(first: 3) { nodes {
  number installments(first: 2) { totalCount nodes { id } } } } a: dashboard { totals { contractCount } } b: dashboard { totals { contractCount } }
  c: simulateConsolidation(input: $input) { errors { code } } d: simulateConsolidation(input: $input) { errors { code } } }"""
OPEN = """select count(*) from pg_stat_activity where datname = current_database() and usename = 'bailiwick_app'
  and (state like 'idle in transaction%' or state = 'active')"""
SECONDS = 20.0
AWAY = (ConnectionError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await is_so():  # noqa: ASYNC110  the database tells nobody when it is quiet
            await asyncio.sleep(0.005)


async def is_nothing_open(world: World) -> bool:
    """PostgreSQL is asked, not ourselves."""
    return bool(await world.owner.fetchval(OPEN) == 0)


async def proven(world: World) -> None:
    """Nothing is open, all places are there and answer, and what they read is what there is now."""
    tenancy = world.tenancy
    await until(lambda: is_nothing_open(world))
    await until(lambda: are_whole(tenancy))
    now = await world.owner.fetchval("select clock_timestamp()")
    for database in (tenancy.database, tenancy.desk):
        at = await asyncio.gather(*[database.fetch("select now(), pg_sleep(0.001)") for _ in range(database.size)])
        assert all(rows[0][0] >= now for rows in at)  # a transaction that was left open would give the time of its own beginning
    with within(tenancy.models):
        begun = await asyncio.gather(*[_now() for _ in range(tenancy.writers)])
        assert all(each >= now for each in begun)
    assert await are_whole(tenancy)


async def _now() -> datetime:
    async with transaction() as connection:
        return (await connection.execute_query_dict("select now() as at, pg_sleep(0.001)"))[0]["at"]  # type: ignore[no-any-return]  # an instant


async def are_whole(tenancy: Tenancy) -> bool:
    """Every place is free."""
    with within(tenancy.models):
        pool = get_connections().get("default")._pool
    is_writing = any(holder._in_use for holder in pool._holders) if pool else False
    return not is_writing and all(len(database.free) == database.size for database in (tenancy.database, tenancy.desk))


async def counted(work: Callable[[], Awaitable[Any]]) -> int:
    steps = Steps()
    await steps.run(work)
    return steps.count


async def tried(work: Callable[[], Awaitable[Any]], world: World) -> int:
    """Stops the work at each of its steps in each way, and gives how often it was stopped."""
    times, steps = 0, max([await counted(work) for _ in range(3)])
    for how in How:
        for step in range(1, steps + 1):
            times += await Steps(step, how).run(work)
        await proven(world)
    return times


@pytest.mark.parametrize("which", ["database", "desk"])
async def test_a_statement_that_is_stopped_anywhere_leaves_nothing_behind(own_world: World, which: str):
    database: Database = getattr(own_world.tenancy, which)
    numbers = count()

    async def known() -> None:
        await database.fetch("select pg_sleep(0.001), $1::int", 1)

    async def new() -> None:
        """It is prepared first, and the server has begun then."""
        await database.fetch(f"select pg_sleep(0.001), {next(numbers)}")

    assert await tried(known, own_world) >= 3
    assert await tried(new, own_world) >= 6


async def test_a_snapshot_that_is_stopped_anywhere_leaves_nothing_behind(own_world: World):
    async def works() -> None:
        async with own_world.tenancy.database.snapshot() as still:
            await still.fetch("select 1")
            await still.fetch("select pg_sleep(0.001)")

    async def fails() -> None:
        with suppress(asyncpg.DivisionByZeroError, ZeroDivisionError):
            async with own_world.tenancy.database.snapshot() as still:
                if next(turns) % 2:
                    await still.fetch("select 1 / 0")
                raise ZeroDivisionError

    turns = count()
    assert await tried(works, own_world) >= 9
    assert await tried(fails, own_world) >= 6


async def test_a_mutation_that_is_stopped_anywhere_leaves_nothing_behind(own_world: World):
    """Its writing connections go back to Tortoise's pool, which has as many as before."""
    scope = await scope_of(own_world, "view1")

    async def work() -> None:
        async with writing(scope, own_world.tenancy) as gate:
            await gate.enqueue("test.job", [])
            async with transaction():
                await gate.enqueue("test.job", [])

    async def fails() -> None:
        with suppress(ZeroDivisionError):
            async with writing(scope, own_world.tenancy):
                raise ZeroDivisionError

    assert await tried(work, own_world) >= 20
    assert await tried(fails, own_world) >= 10


async def test_operations_that_are_stopped_anywhere_over_http_leave_nothing_behind(own_world: World):
    """Fields that read beside each other, totals of one state, a sign-in with its door functions, and a mutation."""
    contract = own_world.gid("t1", Contract, "A1-C1")

    async def reads() -> None:
        await own_world.ask("admin1", BESIDE, input={"contracts": [contract], "months": 24})

    async def signs_in() -> None:
        given = {"identifier": "111111111", "password": PASSWORD}
        await own_world.ask(None, SIGN_IN, host=HOST, input=given)

    async def revokes() -> None:
        await own_world.ask("admin1", 'mutation { sessionRevoke(input: {session: "ses_"}) { errors { code } } }')

    for work, least in ((reads, 60), (signs_in, 3), (revokes, 10)):
        assert await tried(work, own_world) >= least


async def test_many_at_once_that_are_stopped_leave_no_session_that_has_ended_alive(own_world: World):
    """More than there are connections, each stopped at another step: some while they wait for a connection, or while one is opened."""
    answer = await own_world.ask("admin1", BESIDE, input={"contracts": [], "months": 24})
    assert answer.status == 200

    async def read(step: int) -> None:
        task = asyncio.create_task(own_world.ask("admin1", BESIDE, input={"contracts": [], "months": 24}))
        for _ in range(step):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    for _ in range(20):
        await asyncio.gather(*[read(step) for step in range(0, 120, 3)])
    await proven(own_world)

    await own_world.ask("admin1", "mutation { sessionEnd { errors { code } } }")
    after = [await own_world.ask("admin1", "{ accounts { nodes { id } } }") for _ in range(3 * own_world.tenancy.database.size)]
    assert {tuple(each.codes) for each in after} == {("UNAUTHENTICATED",)}


async def test_a_connection_that_its_borrower_left_in_a_transaction_is_replaced(own_world: World):
    database = own_world.tenancy.database

    await database.fetch("begin")
    await proven(own_world)
    with pytest.raises(asyncpg.PostgresError):
        async with database.snapshot() as still:
            await still.fetch("select 1 / 0")
    await proven(own_world)


async def test_work_that_is_thrown_away_leaves_nothing_behind(own_world: World):
    """A coroutine that nobody drives any more: its connection is cut off."""
    work = own_world.tenancy.database.fetch("select pg_sleep(0.001)")
    answer = work.send(None)

    work.close()

    assert isinstance(answer.exception(), asyncpg.ConnectionDoesNotExistError)
    await proven(own_world)


async def test_connections_that_were_cut_off_are_replaced_and_the_pool_does_not_shrink(own_world: World, cluster: Cluster):
    database, name = own_world.tenancy.database, await own_world.owner.fetchval("select current_database()")
    for _ in range(3):
        await cluster._run(
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and application_name = 'bailiwick'"
        )
        with suppress(*AWAY):
            await asyncio.gather(*[database.fetch("select 1") for _ in range(database.size)])
        with suppress(*AWAY):
            async with writing(await scope_of(own_world, "view1"), own_world.tenancy):
                pass

    await proven(own_world)


async def test_whoever_waits_when_the_connections_are_closed_is_refused(own_world: World):
    database = Database(own_world.urls.app, 1)
    await database.open()
    async with database.snapshot():
        waiting = asyncio.create_task(database.fetch("select 1"))
        await asyncio.sleep(0)
        await database.close()

        with pytest.raises(ConnectionError):
            await waiting
    with pytest.raises(ConnectionError):
        await database.fetch("select 1")
    assert database.free == []


async def ready(world: World) -> list[str]:
    async with world.client() as client:
        answer = await client.get("/ready")
    assert (answer.status_code == 200) is not bool(answer.json()["reasons"])
    return answer.json()["reasons"]  # type: ignore[no-any-return]  # a list of names


async def test_readiness_sees_connections_that_do_not_come_back_and_takes_none(own_world: World, monkeypatch: pytest.MonkeyPatch):
    database = own_world.tenancy.database
    async with AsyncExitStack() as held:
        for _ in range(database.size):
            await held.enter_async_context(database.snapshot())

        assert await ready(own_world) == []  # all are in use, and none for long
        monkeypatch.setattr("tenants.database.STUCK_SECONDS", 0.0)
        assert await ready(own_world) == ["connections"]

    assert await ready(own_world) == []


async def test_readiness_sees_connections_that_cannot_be_opened_again(own_world: World, cluster: Cluster):
    database, name = own_world.tenancy.database, await own_world.owner.fetchval("select current_database()")
    there = database.url
    await cluster._run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and usename = 'bailiwick_app'")
    await until(lambda: all_gone(database))

    database.url = "postgresql://nobody@127.0.0.1:1/nothing"
    assert await ready(own_world) == ["connections"]
    database.url = there

    assert await ready(own_world) == []
    await proven(own_world)


async def all_gone(database: Database) -> bool:
    return all(place is None or place.is_closed() for place in database.free)
