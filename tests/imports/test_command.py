"""`bailiwick import` as a process: interrupted, waiting for another one, and watched at a terminal."""

import asyncio
import os
import pty
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill
from tests.processes import Ended, bailiwick, begun, ended, environment

WAITING = (
    "select exists (select from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database())"
)


@dataclass
class Desk:
    """A house, and the command line of its installation."""

    house: House
    env: dict[str, str]

    async def run(self, *arguments: str | Path) -> Ended:
        return await bailiwick(self.env, "import", *arguments)

    async def until_it_waits(self, process: Process) -> None:
        """Until it waits for a lock that another one holds."""
        async with asyncio.timeout(90):
            while not await self.house.owner.fetchval(WAITING):
                assert process.returncode is None, await ended(process)


@pytest.fixture
async def desk(north: House, house_urls) -> AsyncIterator[Desk]:
    north.files = {"papers/welcome.pdf": PAPER}
    yield Desk(north, environment(house_urls, north.folder / "files"))


@pytest.mark.parametrize("sign,code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_interrupted_it_changes_nothing_and_says_so_of_its_run(desk: Desk, house_urls, sign: signal.Signals, code: int):
    """Somebody holds a row that the run must change, so that it stands still in the middle."""
    await desk.house.take_rows({"parties": mill()["parties"]})
    rows = mill()
    rows["parties"][0]["legal_name"] = "Mill NV"
    before = await desk.house.contents()
    holder = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("select from party where tenant_id = $1 for update", desk.house.tenant_id)
    process = await begun(desk.env, "import", desk.house.export(rows))
    await desk.until_it_waits(process)

    process.send_signal(sign)
    over = await ended(process)
    await transaction.rollback()
    await holder.close()

    assert over.code == code
    assert await desk.house.contents() == before
    assert await desk.house.stored("import_run", "state, fault_rule", "started_at, id") == [
        ("COMPLETED", None),
        ("FAILED", "import.interrupted"),
    ]


async def test_a_second_import_of_a_source_waits_and_says_so_or_gives_up_where_it_is_told_to(desk: Desk, house_urls):
    holder = await asyncpg.connect(house_urls.jobs)
    await holder.execute("select pg_advisory_lock(hashtextextended($1, 0))", f"import {desk.house.tenant_id} erp")
    export = desk.house.export(mill())

    hasty = await desk.run(export, "--no-wait")
    process = await begun(desk.env, "import", export)
    await desk.until_it_waits(process)
    before = await desk.house.stored("import_run", "id")
    await holder.close()
    patient = await ended(process)

    assert (hasty.code, hasty.err) == (2, "Another import of this source is under way. Without --no-wait this one waits for it.\n")
    assert before == []
    assert (patient.code, patient.err) == (0, "Another import of this source is under way: waiting for it.\n")
    assert "\x1b" not in patient.out


async def test_somebody_at_a_terminal_sees_how_far_it_is(desk: Desk):
    export = desk.house.export(mill())
    ours, theirs = pty.openpty()
    env = desk.env | {"TERM": "xterm", "COLUMNS": "120"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.commands.main", "import", str(export), env=env, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = await asyncio.to_thread(all_of, ours)

    assert await process.wait() == 0, seen
    assert "100%" in seen
    assert "CREATED" in seen


def all_of(terminal: int) -> str:
    """Everything that is printed on it, to its end."""
    found = b""
    try:
        while block := os.read(terminal, 65_536):
            found += block
    except OSError:  # nobody holds the other end any more
        pass
    os.close(terminal)
    return found.decode(errors="replace")
