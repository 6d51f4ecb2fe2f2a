"""`bailiwick demo`, from nothing to a question that is answered, and again after it was killed."""

import asyncio
import json
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from shutil import copy, rmtree
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from server.process.embedded_postgres import Embedded, Urls, as_role
from tests.database import Cluster
from tests.demo import demo_folder
from tests.server.processes import Process, running

HOUSES = ("Val de Senne Lease NV", "Crédit Aubrelle SA", "Skjærvik Inkasso AS", "Orvanne Finance SA")
SMALL = ("demo", "--contracts", "1")
COUNT = "select count(*) from bailiwick.contract"


LONGEST_SECONDS = 120


@pytest.fixture
def folder(cluster: Cluster) -> Iterator[Path]:
    """An empty folder, like a fresh checkout's, where the server's user may go."""
    place = cluster.folder / f"demo-{uuid4().hex[:8]}"
    place.mkdir()
    yield place
    if (place / "var" / "demo" / "postgres" / "postmaster.pid").exists():  # a test that failed may have left it
        left = Embedded(place / "var" / "demo" / "postgres")
        left.start()
        left.stop()
    rmtree(place, ignore_errors=True)


async def introduced(process: Process) -> str:
    """What it prints until it has said how to ask. A demo that ends before fails, and one that never says it, too."""
    assert process.process.stdout is not None and process.process.stderr is not None
    said = ""
    async with asyncio.timeout(LONGEST_SECONDS):
        while not re.search(r"curl -s .+ -d '[^']+'\s*\Z", said, re.DOTALL):
            line = (await process.process.stdout.readline()).decode()
            if not line:
                raise AssertionError(said + (await process.process.stderr.read()).decode())
            said += line
    return said


async def printed_question(said: str) -> Any:
    """The answer to the command that it printed to be copied."""
    words = shlex.split(said[said.index("curl -s ") :])
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    async with httpx2.AsyncClient(timeout=30) as client:
        return (await client.post(words[2], headers=headers, content=words[words.index("-d") + 1])).json()


async def ended(process: Process) -> tuple[int, str, str]:
    async with asyncio.timeout(LONGEST_SECONDS):
        out, err = await process.process.communicate()
    return process.process.returncode or 0, out.decode(), err.decode()


async def token(folder: Path, who: str) -> tuple[int, str, str]:
    async with running(folder, "token", who, settings={}) as asking:
        return await ended(asking)


async def test_a_demo_starts_from_nothing_survives_a_kill_and_stops_when_told(folder: Path):
    data = folder / "var" / "demo"
    async with running(folder, *SMALL, settings={"PORT": "0"}) as first:
        said = await introduced(first)
        answer = await printed_question(said)
        async with running(folder, *SMALL, settings={"PORT": "0"}) as second:
            refused = await ended(second)
        known = await token(folder, "Kari Nordhagen")
        first.process.kill()
        await first.process.wait()

    assert answer["data"]["viewer"]["user"]["displayName"] == "Élise Vanderelst"
    assert answer["data"]["contracts"]["totalCount"] == 9
    assert all(re.search(rf"{house}: [\d,]+ rows +━+ 100%", said) for house in HOUSES)  # a bar for each, through the importer
    assert re.search(r"Kari Nordhagen: Authorization: Bearer skjaervik\.\S{43}\n", said)
    assert (refused[0], refused[2]) == (2, "A demo runs in var/demo already: stop it first, with Ctrl+C where it was started.\n")
    assert (known[0], known[1].partition(".")[0]) == (0, "skjaervik")
    assert (data / "keys" / "master").stat().st_mode & 0o777 == 0o600
    assert (data / "postgres" / "postmaster.pid").exists()  # it lives on after a kill

    async with running(folder, *SMALL, settings={"PORT": "0"}) as again:
        said_again = await introduced(again)
        answer_again = await printed_question(said_again)
        assert (data / "running.json").stat().st_mode & 0o777 == 0o600
        again.process.send_signal(signal.SIGINT)
        status, _, complaints = await ended(again)

    assert answer_again["data"] == answer["data"]
    assert "rows" not in said_again.partition("Who")[0]  # nothing was filled
    assert (status, complaints) == (0, "")
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert not (data / "running.json").exists()
    log = [json.loads(line)["event"] for line in (data / "log.jsonl").read_text().splitlines()]
    assert {"working", "kept house", "stopped"} <= set(log)
    assert "cannot look for work" not in log


async def test_a_port_that_is_taken_is_said_before_anything_is_filled(folder: Path):
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    async with running(folder, *SMALL, settings={"PORT": str(port)}) as process:
        status, out, err = await ended(process)
    taken.close()

    assert (status, err) == (2, f"Port {port} cannot be had (Address already in use): set PORT to another one.\n")
    assert "rows" not in out
    assert not (folder / "var" / "demo" / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize(
    "holds", ["create table orders (id int)", "insert into bailiwick.installation (id, is_demo, created_at) values (1, false, now())"]
)
@pytest.mark.parametrize("words", [SMALL, (*SMALL, "--reset")], ids=["start", "reset"])
async def test_a_demo_touches_no_database_that_holds_anything_else(
    folder: Path, cluster: Cluster, empty_urls: Urls, holds: str, words: tuple[str, ...]
):
    """Not even to start it over."""
    database = empty_urls.owner.partition("?")[0].rpartition("/")[2]
    address = as_role(cluster.superuser_url, "postgres", database)
    connection = await asyncpg.connect(address)
    if holds.startswith("create"):
        await connection.execute("drop schema bailiwick cascade")
    await connection.execute(holds)
    before = await connection.fetch("select oid, relname from pg_class where relkind = 'r' order by 1")

    async with running(folder, *words, settings={"PORT": "0", "DATABASE_URL": address}) as process:
        status, _, err = await ended(process)

    assert (status, err) == (2, "This database is not a demo's, so the demo does not touch it: let DATABASE_URL name an empty one.\n")
    assert await connection.fetch("select oid, relname from pg_class where relkind = 'r' order by 1") == before
    await connection.close()


async def test_a_demo_on_a_database_of_ones_own_is_started_over_when_that_is_asked(folder: Path, cluster: Cluster, demo_template: str):
    urls = await cluster.clone(demo_template)
    address = as_role(cluster.superuser_url, "postgres", urls.owner.partition("?")[0].rpartition("/")[2])
    connection = await asyncpg.connect(address)
    before = await connection.fetchval(COUNT)
    ids = await connection.fetchval("select min(id::text) from bailiwick.contract")
    (folder / "var" / "demo" / "keys").mkdir(parents=True)
    copy(demo_folder() / "master", folder / "var" / "demo" / "keys" / "master")  # with other keys it would refuse to begin

    for words, is_same in ((SMALL, True), ((*SMALL, "--reset"), False)):
        async with running(folder, *words, settings={"PORT": "0", "DATABASE_URL": address}) as process:
            answer = await printed_question(await introduced(process))
            process.process.send_signal(signal.SIGTERM)
            status, _, err = await ended(process)
        assert (status, err) == (0, "")
        assert answer["data"]["contracts"]["totalCount"] == 9
        assert await connection.fetchval(COUNT) == before
        assert (await connection.fetchval("select min(id::text) from bailiwick.contract") == ids) is is_same

    await connection.close()
    await cluster.drop(urls)
