"""A real process: it starts, it is told to stop while it works, and nobody who was let in goes without an answer."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parent.parent.parent
BEARER = {"authorization": "Bearer north.customer"}


@dataclass
class Process:
    process: asyncio.subprocess.Process
    address: str

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def ask(self, query: str) -> httpx2.Response:
        async with httpx2.AsyncClient(base_url=self.address, headers=BEARER, timeout=30) as client:
            return await client.post("/graphql", json={"query": query})

    async def is_ready(self) -> bool:
        async with httpx2.AsyncClient(base_url=self.address) as client:
            return (await client.get("/ready")).status_code == 200


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    async with serving(notice_seconds="0.2") as process:
        yield process


@pytest.fixture
async def patient_process() -> AsyncIterator[Process]:
    """One that would go on for a minute: what ends it sooner is another signal, so a slow machine makes no difference."""
    async with serving(notice_seconds="60") as process:
        yield process


@asynccontextmanager
async def serving(notice_seconds: str) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *(["-P"] if sys.flags.safe_path else []),
        "-m",
        "tests.door.serving_process",
        notice_seconds,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert started.stdout is not None
    port = int(await started.stdout.readline())
    made = Process(started, f"http://127.0.0.1:{port}")
    assert await made.is_ready()  # the socket listens already, so this waits for the process
    yield made
    if started.returncode is None:
        started.kill()
    await started.wait()


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGHUP])
async def test_a_process_that_is_told_to_stop_finishes_what_it_has_begun(process: Process, sig: signal.Signals):
    slow = asyncio.create_task(process.ask("{ slow number }"))
    assert await process.line() == "running"

    process.process.send_signal(sig)
    answer = await slow

    assert (answer.status_code, answer.json()["data"]) == (200, {"slow": "slow", "number": 1})
    assert await process.line() == "closed"
    assert await process.process.wait() == 0


async def test_a_process_that_is_told_to_stop_says_so_before_it_closes_its_door(patient_process: Process):
    process = patient_process
    slow = asyncio.create_task(process.ask("{ slow }"))
    assert await process.line() == "running"
    assert await process.is_ready()

    process.process.send_signal(signal.SIGTERM)
    while await process.is_ready():  # the signal is on its way
        pass

    assert (await process.ask("{ number }")).json()["data"] == {"number": 1}
    assert (await slow).status_code == 200


async def test_a_second_signal_closes_the_door_without_further_notice(patient_process: Process):
    process = patient_process
    slow = asyncio.create_task(process.ask("{ slow number }"))
    assert await process.line() == "running"

    process.process.send_signal(signal.SIGTERM)
    while await process.is_ready():
        pass
    process.process.send_signal(signal.SIGTERM)

    assert (await slow).json()["data"] == {"slow": "slow", "number": 1}
    assert await process.line() == "closed"
    assert await process.process.wait() == 0


async def test_a_client_that_sends_half_a_request_does_not_hold_a_process_up(process: Process):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(process.address.rpartition(":")[2]))
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\n")
    await writer.drain()

    process.process.send_signal(signal.SIGTERM)

    assert await process.line() == "closed"
    assert await process.process.wait() == 0
    writer.close()
    assert reader is not None


async def test_what_nobody_waits_for_is_cancelled(process: Process):
    slow = asyncio.create_task(process.ask("{ slow }"))
    assert await process.line() == "running"

    slow.cancel()  # closes the connection

    assert await process.line() == "cancelled"
    assert (await process.ask("{ number }")).json()["data"] == {"number": 1}


async def test_an_answer_of_a_process_says_nothing_of_its_software(process: Process):
    answer = await process.ask("{ number }")

    assert "server" not in answer.headers
    assert answer.headers["x-request-id"]
