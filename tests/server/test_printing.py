"""The job that prints: killed, beaten to it, failing and tried again, it leaves one document or none."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from channels.files import FileStore
from jobs.certificates import print_certificate
from jobs.kinds import Tools
from models import Contract, DocumentKind
from models.certificates import ALPHABET, CODE_LETTERS, CertificateKind, new_code, read_code, spelled
from models.queue import LEASE, Queue
from server.process.worker import Worker
from tests.world import KEYS, World

CREATE = """mutation ($input: CertificateCreateInput!) { certificateCreate(input: $input) { certificate { id state } errors { rule } } }"""
# A worker that loses its life when the bytes are there and nothing says so yet.
DYING = """
import asyncio, os, sys
from pathlib import Path
from channels.files import FileStore
from models.secrets import Key, KeyRing
from jobs.kinds import Tools
from server.process.worker import Worker

class Dying(FileStore):
    async def put(self, *args):
        await super().put(*args)
        os._exit(9)

async def main():
    store = Dying.in_folder(Path(sys.argv[2]))
    await Worker(sys.argv[1], Tools(KeyRing.new(), store)).run_dry()

asyncio.run(main())
"""


async def asked(world: World, kind: str = "SCHEDULE") -> UUID:
    given = {"contract": world.gid("t1", Contract, "A1-C3"), "kind": kind, "idempotencyKey": kind, "locale": "nl"}
    answer = await world.ask("admin1", CREATE, input=given)
    return UUID(answer.data["certificateCreate"]["certificate"]["id"][4:])


async def state(world: World, key: UUID) -> tuple[str, int]:
    """Where the certificate is, and how many documents are printed of it."""
    [row] = await world.owner.fetch("select state, contract_id, kind from certificate where id = $1", key)
    documents = "select count(*) from document where contract_id = $1 and kind = $2 and source is null"
    return row["state"], await world.owner.fetchval(documents, row["contract_id"], row["kind"])


def worker(world: World, folder: Path) -> Worker:
    return Worker(world.urls.jobs, Tools(KEYS, FileStore.in_folder(folder)), clock=lambda: world.now)


def stored(folder: Path) -> list[bytes]:
    """All bytes that lie in the store of this test."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_a_worker_that_is_killed_before_it_says_so_leaves_the_job_and_no_second_document(own_world: World, tmp_path: Path):
    key = await asked(own_world)
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DYING, own_world.urls.jobs, str(tmp_path)], capture_output=True, check=False
    )
    assert killed.returncode == 9, killed.stderr[-500:]
    assert await state(own_world, key) == ("QUEUED", 0)
    assert len(stored(tmp_path)) == 1  # bytes that nothing names: housekeeping sweeps them

    await own_world.owner.execute("update job set leased_until_at = $1", own_world.now - LEASE)
    assert await worker(own_world, tmp_path).run_dry() == 1

    assert await state(own_world, key) == ("READY", 1)
    assert len(stored(tmp_path)) == 2 and len(set(stored(tmp_path))) == 1  # printed twice, and alike


async def test_a_job_that_is_done_again_finds_nothing_to_do(own_world: World, tmp_path: Path):
    key = await asked(own_world)
    await worker(own_world, tmp_path).run_dry()
    await own_world.owner.execute("update job set state = 'QUEUED', finished_at = null")
    assert await worker(own_world, tmp_path).run_dry() == 1
    assert await state(own_world, key) == ("READY", 1)
    assert len(stored(tmp_path)) == 1


@pytest.fixture
async def presses(own_world: World) -> AsyncIterator[list[Any]]:
    connections = [await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"}) for _ in range(2)]
    yield connections
    for connection in connections:
        await connection.close()


async def test_of_two_that_print_the_same_one_makes_the_document_and_the_other_takes_its_bytes_away(
    own_world: World, tmp_path: Path, presses: list[Any]
):
    key, store = await asked(own_world), FileStore.in_folder(tmp_path)
    await asyncio.gather(*[print_certificate(connection, own_world.tenants["t1"], key, store, own_world.now) for connection in presses])
    assert await state(own_world, key) == ("READY", 1)
    assert len(stored(tmp_path)) == 1


async def test_a_failure_shows_and_is_tried_again(own_world: World, tmp_path: Path):
    key = await asked(own_world)
    facts = await own_world.owner.fetchval("update certificate set facts = facts - 'revision' where id = $1 returning facts", key)
    assert await worker(own_world, tmp_path).run_dry() == 1
    assert await state(own_world, key) == ("FAILED", 0)
    [job] = await own_world.owner.fetch("select state, attempts, last_error from job")
    assert tuple(job) == ("QUEUED", 1, "ValidationError") and "Mill" in facts  # why it failed is kept, and nothing of what it says

    await own_world.owner.execute("update certificate set facts = facts || '{\"revision\": 1}' where id = $1", key)
    own_world.now += timedelta(minutes=1)
    assert await worker(own_world, tmp_path).run_dry() == 1
    assert await state(own_world, key) == ("READY", 1)


async def test_asking_again_for_one_that_failed_has_it_printed(own_world: World, tmp_path: Path):
    key = await asked(own_world)
    await own_world.owner.execute("update job set state = 'DEAD'; update certificate set state = 'FAILED' where state = 'QUEUED'")
    given = {"contract": own_world.gid("t1", Contract, "A1-C3"), "kind": "SCHEDULE", "idempotencyKey": "again", "locale": "nl"}
    answer = await own_world.ask("admin1", CREATE, input=given)
    assert answer.data["certificateCreate"]["certificate"]["id"] == f"cer_{key.hex}"
    assert await worker(own_world, tmp_path).run_dry() == 1
    assert await state(own_world, key) == ("READY", 1)


async def test_a_job_prints_for_its_own_house_only(own_world: World, tmp_path: Path, presses: list[Any]):
    key = await asked(own_world)
    await print_certificate(presses[0], own_world.tenants["t2"], key, FileStore.in_folder(tmp_path), own_world.now)
    assert await state(own_world, key) == ("QUEUED", 0)


def test_a_code_has_98_bits_and_no_letter_that_is_taken_for_another():
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert {len(code) for code in codes} == {CODE_LETTERS} and set("".join(codes)) == set(ALPHABET)
    assert len(ALPHABET) ** CODE_LETTERS > 2**98 and set(ALPHABET).isdisjoint("01OILU")


def test_a_code_is_read_as_it_is_spelled():
    code = new_code()
    assert read_code(spelled(code)) == code == read_code(f" {spelled(code).lower()} ")
    assert spelled("K7QF2M9XPB4THJ6WZC3D") == "K7QF-2M9X-PB4T-HJ6W-ZC3D"


def test_a_certificate_is_called_as_its_document_is():
    assert {kind.value for kind in CertificateKind} <= {kind.value for kind in DocumentKind}


async def test_routine_work_is_left_for_every_house_once_before_the_queue_is_looked_at(own_world: World, presses: list[Any]):
    queue = Queue(presses[0], "a worker")
    for _ in range(2):
        await queue.plan("housekeeping", timedelta(hours=1), own_world.now)
    houses = await own_world.owner.fetch("select tenant_id from job where kind = 'housekeeping'")
    assert {row["tenant_id"] for row in houses} == set(own_world.tenants.values()) and len(houses) == 4
