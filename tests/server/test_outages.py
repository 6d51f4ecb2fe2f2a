"""PostgreSQL dies at any moment of an operation, or a job is stopped at any of its steps: nothing is half done, and nobody sees a 500."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.api.importing import archive, run_of, started, worker
from tests.api.test_sessions import HOST, SIGN_IN, SIGN_OUT
from tests.cancelling import How, Steps
from tests.database import Cluster
from tests.tenants.test_connections import BESIDE, proven, until
from tests.world import PASSWORD, Answer, World

JOBS = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'bailiwick_jobs'"
HELD = "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"
SIGNING_IN = {"identifier": "111111111", "password": PASSWORD}


async def killed_at(step: int, world: World, superuser: "asyncpg.Connection[asyncpg.Record]", kind: str) -> Answer:
    """The answer to an operation under which the server closes all connections once it has waited so often."""
    operations: dict[str, tuple[str | None, str, dict[str, Any]]] = {
        "reading": ("admin1", BESIDE, {"input": {"contracts": [], "months": 24}}),
        "signing in": (None, SIGN_IN, {"input": SIGNING_IN}),
        "writing": ("view1", SIGN_OUT, {}),
    }
    who, query, given = operations[kind]
    name = await world.owner.fetchval("select current_database()")
    asking = asyncio.create_task(world.ask(who, query, host=HOST if who is None else None, **given))
    for _ in range(step):
        await asyncio.sleep(0)
    await superuser.execute(
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and usename = 'bailiwick_app'"
    )
    return await asking


@pytest.mark.parametrize("kind", ["reading", "signing in", "writing"])
async def test_a_database_that_dies_at_any_moment_is_never_an_unexpected_error(own_world: World, cluster: Cluster, kind: str):
    superuser = await asyncpg.connect(cluster.superuser_url)
    answers = [await killed_at(step, own_world, superuser, kind) for step in range(0, 120, 3)]
    await superuser.close()

    found = {(answer.status, tuple(answer.codes)) for answer in answers}
    assert {status for status, _ in found} <= {200, 401, 503}, found
    assert "INTERNAL_SERVER_ERROR" not in {code for _, codes in found for code in codes}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 503)
    await until(lambda: answers_again(own_world))
    await proven(own_world)


async def answers_again(world: World) -> bool:
    """Whoever comes next may still meet connections that are dead; then they are replaced."""
    return (await world.ask("acct", "{ accounts { totalCount } }")).status == 200  # admin1 may have signed in too often meanwhile


@pytest.mark.parametrize("how", [How.BEFORE, How.JUST_AFTER])
async def test_an_import_that_is_stopped_anywhere_holds_nothing_and_is_done_by_the_next_worker(own_world: World, tmp_path: Path, how: How):
    run = await started(own_world, archive(tmp_path))
    steps = 0
    for step in [*range(1, 60, 6), *range(60, 400, 40)]:
        stopped = Steps(step, how)
        if not await stopped.run(worker(own_world).run_dry):
            break
        steps += 1
        await until(lambda: is_let_go(own_world))

    assert steps > 3
    await worker(own_world).run_dry()
    assert (await run_of(own_world, run))["state"] == "COMPLETED"
    assert await is_let_go(own_world)


async def is_let_go(world: World) -> bool:
    """No connection of a worker is left, and none of its locks."""
    return (await world.owner.fetchval(JOBS), await world.owner.fetchval(HELD)) == (0, 0)
