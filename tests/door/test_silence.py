"""Clients that open connections and send nothing take no place from those who ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from server.http.health import Health
from server.http.idle_connections import Impatient, most_connections
from server.process.serving import Server, listen
from tests.door.small import Small

LIVE = b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(small: Small) -> AsyncIterator[tuple[str, int]]:
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(small.app, http=Impatient, ws="none", lifespan="off", log_config=None, access_log=False)
    server = Server(config, Health({}), notice_seconds=0)
    task = asyncio.create_task(server.serve([listening]))
    yield listening.getsockname()[:2]
    server.should_exit = True
    await task


async def live(connection: Connection) -> bytes:
    reader, writer = connection
    writer.write(LIVE)
    return await reader.readline()


def closed(*connections: Connection) -> None:
    for _, writer in connections:
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: "])
async def test_many_connections_that_say_nothing_leave_room_for_who_asks(small: Small, monkeypatch: pytest.MonkeyPatch, sent: bytes):
    monkeypatch.setattr(Impatient, "most", 10)
    async with serving(small) as address, asyncio.timeout(30):
        silent = [await asyncio.open_connection(*address) for _ in range(60)]
        for _, writer in silent:
            writer.write(sent)

        asking = await asyncio.open_connection(*address)
        assert await live(asking) == b"HTTP/1.1 200 OK\r\n"
        assert await silent[0][0].read() == b""  # the one that was silent for longest had to go

        closed(asking, *silent)


async def test_a_connection_between_two_requests_makes_room_too(small: Small, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Impatient, "most", 10)
    async with serving(small) as address, asyncio.timeout(30):
        kept = [await asyncio.open_connection(*address) for _ in range(10)]
        for connection in kept:
            assert await live(connection) == b"HTTP/1.1 200 OK\r\n"

        asking = await asyncio.open_connection(*address)

        assert await live(asking) == b"HTTP/1.1 200 OK\r\n"
        closed(asking, *kept)


@pytest.mark.parametrize("sent", [b"", LIVE[:-2], LIVE + LIVE[:9]])
async def test_a_request_that_does_not_come_is_not_waited_for(small: Small, monkeypatch: pytest.MonkeyPatch, sent: bytes):
    monkeypatch.setattr("server.http.idle_connections.HEADER_SECONDS", 0.01)
    async with serving(small) as address, asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(sent)

        rest = await reader.read()

        assert rest.startswith(b"HTTP/1.1 200 OK") == sent.startswith(LIVE)
        writer.close()


def test_there_are_never_more_clients_than_files_may_be_open(monkeypatch: pytest.MonkeyPatch):
    found = []
    for allowed in (64, 256, 1_024, 1_000_000, -1):
        monkeypatch.setattr("resource.getrlimit", lambda _, allowed=allowed: (allowed, allowed))
        found.append(most_connections())

    assert found == [32, 128, 896, 4_096, 4_096]
