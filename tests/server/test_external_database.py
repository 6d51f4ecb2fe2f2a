"""A PostgreSQL that is somebody else's: it knows none of our roles, and has its own ideas of who may make some."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from models.migrating import migrate
from models.migrations import ORDER
from server.process import checks, database_checks
from server.process.embedded_postgres import Embedded, as_role
from server.process.keys import write_master
from server.process.settings import Settings
from tests.database import SETTINGS, Cluster
from tests.server.conftest import Terminal, said_of

APPLIED = f"Applied: {', '.join(ORDER)}.\n"
ROLES = [f"bailiwick_{name}" for name in ("owner", "app", "jobs", "door")]


@pytest.fixture(scope="module")
def theirs(cluster: Cluster) -> Iterator[str]:
    """The superuser's address of another server."""
    embedded = Embedded(cluster.folder / f"theirs-{uuid4().hex[:8]}", SETTINGS)
    yield embedded.start()
    embedded.stop()


@pytest.fixture
def untouched(theirs: str) -> Iterator[str]:
    """That server without anything of ours, before and after."""
    yield theirs
    run(theirs, "drop database if exists bailiwick with (force)", "drop database if exists given with (force)")
    run(theirs, *[f"drop role if exists {name}" for name in (*ROLES, "boss", "guest")])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_master(tmp_path / "master")
    return Settings(key_file=tmp_path / "master", files=str(tmp_path / "files"), public_url="https://portal.example.com", port=0)


def run(url: str, *statements: str) -> list[Any]:
    async def go() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetch(statement) for statement in statements]
        finally:
            await connection.close()

    return asyncio.run(go())


def roles_of(url: str) -> set[str]:
    return {row[0] for row in run(url, "select rolname from pg_roles where rolname ~ '^bailiwick_'")[0]}


def test_what_the_doctor_prints_for_an_administrator_is_enough(bailiwick: Terminal, untouched: str, settings: Settings):
    for statement in bailiwick("doctor", "--sql").out.split(";"):
        if statement.strip():
            run(untouched, statement)
    owner, app, jobs = (as_role(untouched, f"bailiwick_{name}", "bailiwick") for name in ("owner", "app", "jobs"))
    said = said_of(settings.model_copy(update={"database_url": app, "owner_database_url": owner, "jobs_database_url": jobs}))

    before, migrated, after = bailiwick("doctor", **said), bailiwick("migrate", **said), bailiwick("doctor", **said)

    assert (before.status, migrated.status, after.status) == (1, 0, 0), after.out
    assert "Run: bailiwick migrate" in before.out
    assert migrated.out == APPLIED
    assert bailiwick("tenant", "add", "north", "--name", "North Lease SA", **said).status == 0


def test_one_address_is_not_enough_unless_that_is_said(bailiwick: Terminal, untouched: str, settings: Settings):
    said = {name: value for name, value in said_of(settings).items() if value} | {"DATABASE_URL": untouched}

    refused, served = bailiwick("migrate", **said), bailiwick("serve", **said)

    assert refused.status == 2
    assert refused.err.startswith("BAILIWICK_OWNER_DATABASE_URL is not set, and this needs it.")
    assert (served.status, served.err[:51]) == (1, "app role: postgres is above row-level security. Let")
    assert roles_of(untouched) == set()


def test_one_address_of_somebody_who_may_make_roles_is_enough_when_it_is_said(bailiwick: Terminal, untouched: str, settings: Settings):
    run(untouched, "create role boss login createrole", "create database given owner boss")
    one = settings.model_copy(update={"database_url": as_role(untouched, "boss", "given"), "single_role": True})
    said = {name: value for name, value in said_of(one).items() if value} | {"SINGLE_ROLE": "1"}

    migrated, again, checked = bailiwick("migrate", **said), bailiwick("migrate", **said), bailiwick("doctor", **said)

    assert (migrated.status, migrated.out) == (0, APPLIED)
    assert (again.status, again.out) == (0, "The database is up to date.\n")
    assert roles_of(untouched) == set(ROLES)
    assert checked.status == 0, checked.out
    assert "one address for all roles: whoever takes over the web process can take on another role" in checked.out
    assert bailiwick("tenant", "add", "north", "--name", "North Lease SA", **said).status == 0
    # What the web process reads with is the web role, though its address is the owner's.
    assert run(one.url("app"), "select current_user::text")[0][0][0] == "bailiwick_app"
    assert run(one.url("app"), "select count(*) from bailiwick.tenant")[0][0][0] == 0


def test_one_address_of_somebody_who_may_not_stops_before_anything_is_made(bailiwick: Terminal, untouched: str, settings: Settings):
    run(untouched, "create role guest login", "create database given owner guest")
    one = settings.model_copy(update={"database_url": as_role(untouched, "guest", "given")})
    said = {name: value for name, value in said_of(one).items() if value} | {"SINGLE_ROLE": "1"}

    refused = bailiwick("migrate", **said)

    assert refused.status == 2
    assert "`bailiwick doctor --sql` prints what the administrator of the database runs." in refused.err
    assert roles_of(untouched) == set()
    assert run(one.database_url, "select to_regnamespace('bailiwick') is null")[0][0][0]


def test_an_owner_who_does_not_own_the_database_is_told_what_to_ask_for(bailiwick: Terminal, untouched: str, settings: Settings):
    statements = [statement for statement in database_checks.FOR_A_DBA.split(";") if "role" in statement]
    run(untouched, *statements, "create database given")
    owner = as_role(untouched, "bailiwick_owner", "given")

    refused = bailiwick("migrate", **said_of(settings.model_copy(update={"database_url": owner, "owner_database_url": owner})))

    assert refused.status == 2
    assert refused.err == ("This user may not do it (permission denied for database given): see `bailiwick doctor --sql`.\n")


def test_a_database_that_stores_anything_but_utf_8_is_refused(untouched: str, settings: Settings):
    run(untouched, "create database given encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0")
    found = asyncio.run(checks.findings(settings.model_copy(update={"database_url": as_role(untouched, "postgres", "given")}), ["app"]))
    [wrong] = [finding for finding in found if finding.name == "database"]
    assert (wrong.found, wrong.is_well) == ("it stores text as LATIN1", False)


def test_two_who_migrate_at_once_both_find_it_done(untouched: str, settings: Settings):
    for statement in database_checks.FOR_A_DBA.split(";"):
        if statement.strip():
            run(untouched, statement)
    owner = as_role(untouched, "bailiwick_owner", "bailiwick")

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(migrate(owner), migrate(owner), migrate(owner)))

    assert sorted(asyncio.run(both())) == [[], [], list(ORDER)]
