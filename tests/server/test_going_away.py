"""A real server on a real database: who goes away, or asks for too long, leaves no statement running, no connection taken and no task."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import asyncpg
import httpx2
import orjson
import pytest
import uvicorn

from channels.files import FileStore
from server.http.health import Health
from server.http.signed_links import SignedLinks
from server.process import composition as installing
from server.process.composition import Parts
from server.process.serving import Server, listen
from tests.database import Cluster
from tests.world import PLENTY, World, files_folder, opened_world, token_of

# Several fields at once: one of them waits for a lock, for longer than anybody here waits for it.
STUCK = "{ accounts { nodes { number } } contracts { nodes { number assets { nodes { id } } } } invoices { nodes { number } } }"
WAITING = """select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and usename = 'bailiwick_app'"""
SECONDS = 20.0  # before a test gives up


@dataclass
class Served:
    """A server, what it runs on, and somebody who holds a lock in its database."""

    world: World
    address: tuple[str, int]
    locking: "asyncpg.Connection[asyncpg.Record]"
    tasks: "set[asyncio.Task[Any]]"
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # at the one connection that looks

    async def ask(self, query: str) -> httpx2.Response:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.address[1]}", timeout=SECONDS) as client:
            return await client.post("/graphql", json={"query": query}, headers={"authorization": f"Bearer {token_of('admin1')}"})

    async def leave(self, query: str, **variables: Any) -> None:
        """Asks, waits until the database works on it, and goes away."""
        _, writer = await asyncio.open_connection(*self.address)
        body = orjson.dumps({"query": query, "variables": variables})
        head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        writer.write(head.encode() + f"authorization: Bearer {token_of('admin1')}\r\n\r\n".encode() + body)
        await writer.drain()
        await until(self.is_stuck)
        writer.close()
        await writer.wait_closed()

    async def is_stuck(self) -> bool:
        return await self.count(" and wait_event_type = 'Lock'") > 0

    async def count(self, which: str = "") -> int:
        """How many statements are running. A transaction would be shown what it was shown before."""
        async with self.turn:
            await self.locking.execute("select pg_stat_clear_snapshot()")
            return int(await self.locking.fetchval(WAITING + which))

    async def is_quiet(self) -> bool:
        """Nothing runs in the database, all connections for reading are free, and no task is left."""
        database = self.world.tenancy.database
        is_idle = await self.count() == 0
        return is_idle and len(database.free) == database.size and tasks() <= self.tasks


def tasks() -> "set[asyncio.Task[Any]]":
    """What is going on in this process, but for the runner of tests, which has a new task for every test."""
    return {task for task in asyncio.all_tasks() if not getattr(task.get_coro(), "__qualname__", "").startswith("TestRunner.")}


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await is_so():  # noqa: ASYNC110  the database tells nobody when it is quiet
            await asyncio.sleep(0.01)


@pytest.fixture(params=[True, False], ids=["planned", "core"])
async def served(
    request: pytest.FixtureRequest, cluster: Cluster, world_template: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """Statements wait as long as they have to, so that what ends them is what this is about."""
    monkeypatch.setattr("tenants.database.SETTINGS", {"search_path": "bailiwick", "application_name": "bailiwick"})
    urls = await cluster.clone(world_template)
    async with opened_world(urls) as world:
        links = SignedLinks(sha256(b"links").digest(), "https://portal.test")
        bounds = replace(PLENTY, operation_seconds=getattr(request.function, "seconds", 600.0))
        parts = Parts(world.tenancy, links, FileStore.in_folder(files_folder()), lambda: world.now, request.param, bounds=bounds)
        listening = listen("127.0.0.1", 0)
        config = uvicorn.Config(installing.app_over(parts), http="httptools", ws="none", lifespan="off", log_config=None, access_log=False)
        server = Server(config, Health({}), notice_seconds=0)
        serving = asyncio.create_task(server.serve([listening]))
        database = urls.owner.partition("?")[0].rpartition("/")[2]
        # Whom the database tells what others are at.
        locking = await asyncpg.connect(
            cluster.superuser_url.replace("/postgres?", f"/{database}?"), server_settings={"search_path": "bailiwick"}
        )
        made = Served(world, listening.getsockname(), locking, set())
        assert (await made.ask("{ viewer { user { id } } }")).status_code == 200  # all connections are open
        made.tasks = tasks()
        yield made
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await locking.close()
    await cluster.drop(urls)


async def test_a_client_that_goes_away_stops_the_statement_and_gives_the_connection_back(served: Served):
    async with served.locking.transaction():
        await served.locking.execute("lock table contract in access exclusive mode")
        await served.leave(STUCK)

        await until(served.is_quiet)  # while the lock is still held: nobody was let through

        assert (await served.ask("{ accounts { nodes { number } } }")).json()["data"]["accounts"]["nodes"]
    assert (await served.ask(STUCK)).json()["data"]["contracts"]["nodes"]


async def test_many_clients_that_go_away_leave_room_for_the_next(served: Served):
    """More of them than there are connections, so that some go away while they wait for one."""
    async with served.locking.transaction():
        await served.locking.execute("lock table contract in access exclusive mode")
        await asyncio.gather(*[served.leave(STUCK) for _ in range(10)])

        await until(served.is_quiet)

        assert (await served.ask("{ accounts { nodes { number } } }")).status_code == 200


async def test_an_operation_that_takes_too_long_is_stopped_like_that_of_a_client_that_went(served: Served):
    async with served.locking.transaction():
        await served.locking.execute("lock table contract in access exclusive mode")

        answer = await served.ask(STUCK)

        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "OVERLOADED")
        await until(served.is_quiet)
        assert (await served.ask("{ accounts { nodes { number } } }")).status_code == 200


test_an_operation_that_takes_too_long_is_stopped_like_that_of_a_client_that_went.seconds = 0.5  # type: ignore[attr-defined]  # read by the fixture


async def test_a_client_that_goes_away_during_a_mutation_leaves_nothing_changed(served: Served):
    """Its transaction is rolled back."""
    token = await served.locking.fetchval("select id from session where device_name = 'Phone of admin1'")
    async with served.locking.transaction():
        await served.locking.execute("select 1 from session where id = $1 for update", token)
        await served.leave("mutation { sessionEnd { errors { code } } }")

        await until(served.is_quiet)

    assert await served.locking.fetchval("select revoked_at from session where id = $1", token) is None
    assert (await served.ask("{ viewer { user { id } } }")).status_code == 200
