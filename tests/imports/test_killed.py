"""An import is killed at random moments, as a process, and run again: nobody ever sees half of it, and the end is that of a quiet run."""

import asyncio
import random
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from channels.export_format import TYPES
from tests.imports.conftest import House, Rows
from tests.imports.exports import PAPER, mill
from tests.imports.test_import_order import contents
from tests.processes import bailiwick, begun, ended, environment

MILLS = 150
KILLS = 5
TABLES = [type_.table for type_ in TYPES]
WRITTEN = " union all ".join(f"select 'k{n}', count(*) from {table} where tenant_id = $1" for n, table in enumerate(TABLES))
BEGUN = "select count(*) from import_run where tenant_id = $1 and state = 'RUNNING' and id <> all($2)"


def many_mills(**changed: str) -> Rows:
    rows: Rows = {}
    for n in range(MILLS):
        for type_, of_type in mill(f"m{n:03}-").items():
            rows.setdefault(type_, []).extend(of_type)
    rows["contracts"] = [row | changed for row in rows["contracts"]]
    return rows


class Reader:
    """Looks at all tables in one statement, again and again, and remembers what it saw."""

    def __init__(self, house: House, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.house, self.connection = house, connection
        self.seen: set[tuple[Any, ...]] = set()

    async def look(self) -> None:
        rows = await self.connection.fetch(
            f"{WRITTEN} union all select 'changed', count(*) from contract where tenant_id = $1 and product is not null",
            self.house.tenant_id,
        )
        self.seen.add(tuple(row[1] for row in rows))

    async def watch(self) -> None:
        while True:
            await self.look()


async def killed(house: House, env: dict[str, str], export: Any, chance: random.Random, longest_seconds: float) -> None:
    """Begins the import, and kills the process at some moment after its run has begun."""
    known = await house.stored("import_run", "id")
    process: Process = await begun(env, "import", export)
    async with asyncio.timeout(90):
        while not await house.owner.fetchval(BEGUN, house.tenant_id, known):
            assert process.returncode is None, await ended(process)
    await asyncio.sleep(chance.uniform(0, longest_seconds))
    if process.returncode is None:
        process.kill()
    await ended(process)


@pytest.mark.row("BO-2", part="a killed import is run again, and nobody saw half of it")
@pytest.mark.parametrize("seed", [1])
async def test_whenever_it_is_killed_it_can_be_run_again_and_nobody_sees_half_of_it(
    house: Callable[[str], Awaitable[House]], house_urls: Any, seed: int
):
    quiet, restless = await house("north"), await house("north")
    chance = random.Random(seed)
    watcher = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    reader = Reader(restless, watcher)
    for one in (quiet, restless):
        one.files = {"papers/welcome.pdf": PAPER}
    await reader.look()
    watching = asyncio.create_task(reader.watch())
    ends = []
    for rows in (many_mills(), many_mills(product="Lease plus")):
        began = asyncio.get_running_loop().time()
        assert (await quiet.take_rows(rows)).result.counts.keys()
        lasting = asyncio.get_running_loop().time() - began
        export, env = restless.export(rows), environment(house_urls, restless.folder / "files")
        for _ in range(KILLS):
            await killed(restless, env, export, chance, lasting)

        over = await bailiwick(env, "import", export)

        assert over.code == 0, over.err
        ends.append(tuple(await counted(quiet)))
    watching.cancel()
    await asyncio.wait([watching])
    await watcher.close()

    assert await contents(restless) == await contents(quiet)
    assert reader.seen <= {(0,) * len(ends[0]), *ends}
    assert len(set(ends)) == 2
    states = await restless.stored("import_run", "state, fault_rule")
    assert set(states) <= {("COMPLETED", None), ("FAILED", "import.interrupted")}
    assert states.count(("FAILED", "import.interrupted")) >= KILLS  # most were killed in the middle, not when all was over


async def counted(house: House) -> list[int]:
    """As the reader counts."""
    reader = Reader(house, house.owner)
    await reader.look()
    [found] = reader.seen
    return list(found)
