"""The walls, one by one, for every table: the gate with and without row-level security, and row-level security without the gate."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.migrating import migrate
from server.process.embedded_postgres import Urls
from tenants import ClientInfo, Gate, Scope
from tenants.policy import MODELS
from tenants.rows import columns
from tests.database import Cluster
from tests.walls.expected import CUSTOMERS, readers_of
from tests.world import PEOPLE, World, opened_world, token_of

EVERY = sorted(MODELS, key=lambda model: model.__name__)
NO_TENANT = {"installation", "key_check", "portal_host", "job", "migration"}


@pytest.fixture(params=[50, 0], ids=["keys said", "keys named"], autouse=True)
def _most_said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few keys of a reach travel with a statement, many stay in the database: either way the walls stand."""
    monkeypatch.setattr("tenants.scope.MOST_SAID", request.param)


async def scope_of(world: World, who: str) -> Scope:
    return Scope(await world.tenancy.sessions.read(token_of(who), world.now), world.now, ClientInfo("test"))


def gate_of(world: World, scope: Scope) -> Gate:
    return world.tenancy.gate(scope, is_current=True)


async def stored(world: World, model: Any) -> list[dict[str, Any]]:
    """Every row there is, of all tenants, by whoever no policy holds back."""
    return [dict(row) for row in await world.owner.fetch(f"select * from {model._meta.db_table}")]


def key_of(model: Any, row: Any) -> tuple[Any, ...]:
    """What tells a row apart, in what a reading brings: all of it, where it has no id."""
    names = ["id"] if "id" in columns(model) else [name for name in columns(model) if name != "record"]
    return tuple(str(row[name] if isinstance(row, dict) else getattr(row, name)) for name in names)


@pytest.fixture(scope="module")
async def open_world(cluster: Cluster, world_template: str, anyio_backend: str) -> AsyncIterator[World]:
    """A clone in which row-level security is switched off: what is left is the gate."""
    urls = await cluster.clone(world_template)
    connection = await asyncpg.connect(urls.owner, server_settings={"search_path": "bailiwick"})
    for (table,) in await connection.fetch(
        "select relname::text from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r'"
    ):
        await connection.execute(f"alter table {table} disable row level security; alter table {table} no force row level security")
    await connection.close()
    async with opened_world(urls) as world:
        yield world
    await cluster.drop(urls)


async def assert_rows(world: World, who: str) -> None:
    gate = gate_of(world, await scope_of(world, who))
    for model in EVERY:
        may_read = readers_of(world, who, model)
        rows = await stored(world, model)
        expected = sorted(key_of(model, row) for row in rows if may_read(row))
        seen = sorted(key_of(model, row) for row in await gate.every(model, (), ()))
        assert seen == expected, model.__name__


@pytest.mark.row("X-1", part="rows of every table, through the gate")
@pytest.mark.parametrize("who", [*PEOPLE])
async def test_through_the_gate_everybody_sees_what_is_theirs_and_no_more(world: World, who: str):
    await assert_rows(world, who)


@pytest.mark.parametrize("who", [*PEOPLE])
async def test_without_row_level_security_the_gate_still_holds(open_world: World, who: str):
    await assert_rows(open_world, who)


@pytest.mark.parametrize("who", [*PEOPLE])
async def test_without_row_level_security_nobody_finds_more_by_its_key(open_world: World, who: str):
    gate = gate_of(open_world, await scope_of(open_world, who))
    for model in (model for model in EVERY if "id" in columns(model)):
        may_read = readers_of(open_world, who, model)
        rows = await stored(open_world, model)
        found = await gate.by_ids(model, [row["id"] for row in rows])  # type: ignore[type-var]  # those with an id
        assert set(found) == {row["id"] for row in rows if may_read(row)}, model.__name__


@pytest.mark.parametrize("who", [*PEOPLE])
async def test_inside_a_scope_an_unfiltered_select_sees_nothing_foreign(world: World, who: str):
    """The third wall alone: no condition of ours, only what the settings let through. Narrowed profiles are the gate's business."""
    scope = await scope_of(world, who)
    connection = await asyncpg.connect(world.urls.app, server_settings={"search_path": "bailiwick"})
    try:
        async with connection.transaction():
            await enter(connection, scope.auth.settings)
            for table in await walled_tables(connection):
                for row in await connection.fetch(f"select {await readable(connection, table)} from {table}"):
                    assert belongs(scope, table, row), (table, row)
    finally:
        await connection.close()


async def test_without_a_scope_no_table_shows_a_row(world: World):
    connection = await asyncpg.connect(world.urls.app, server_settings={"search_path": "bailiwick"})
    try:
        for table in await walled_tables(connection):
            assert await connection.fetchval(f"select count(*) from {table}") == 0, table
    finally:
        await connection.close()


async def test_a_job_sees_its_tenant_only(world: World):
    connection = await asyncpg.connect(world.urls.jobs, server_settings={"search_path": "bailiwick"})
    try:
        async with connection.transaction():
            await enter(connection, (str(world.tenants["t2"]), "JOB", "", "", "", ""))
            seen = 0
            for table in await walled_tables(connection):
                rows = await connection.fetch(f"select tenant_id from {table}")
                assert {row["tenant_id"] for row in rows} <= {world.tenants["t2"]}, table
                seen += len(rows)
            assert seen > 50
    finally:
        await connection.close()


async def test_every_table_of_a_tenant_is_under_forced_row_level_security(empty_urls: Urls):
    connection = await asyncpg.connect(empty_urls.owner, server_settings={"search_path": "bailiwick"})
    tables = await connection.fetch(
        "select relname::text, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r'"
    )
    await connection.close()
    assert {name for name, is_on, is_forced in tables if not (is_on and is_forced)} == NO_TENANT


async def test_no_role_goes_past_row_level_security(empty_urls: Urls):
    connection = await asyncpg.connect(empty_urls.owner)
    rows = await connection.fetch(
        "select rolname::text from pg_roles where rolname like 'bailiwick%' and (rolsuper or rolbypassrls or rolcreaterole)"
    )
    await connection.close()
    assert rows == []


async def test_migrating_again_changes_nothing(empty_urls: Urls):
    assert await migrate(empty_urls.owner) == []


async def enter(connection: "asyncpg.Connection[asyncpg.Record]", settings: tuple[str, ...]) -> None:
    names = ("tenant", "realm", "user", "accounts", "parties", "own_parties")
    for name, value in zip(names, settings, strict=True):
        await connection.execute("select set_config($1, $2, true)", f"bailiwick.{name}", value)


async def walled_tables(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    rows = await connection.fetch("""select c.relname::text from pg_class c where c.relnamespace = 'bailiwick'::regnamespace and c.relkind = 'r'
        and has_any_column_privilege(c.oid, 'select') order by 1""")
    return [name for (name,) in rows if name not in NO_TENANT]


async def readable(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> str:
    rows = await connection.fetch(
        "select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and has_column_privilege($1::text, attnum, 'select')",
        table,
    )
    return ", ".join(name for (name,) in rows)


def belongs(scope: Scope, table: str, row: Any) -> bool:
    """Whether the third wall may let this row through: of the tenant, and for a customer of an account or party in reach."""
    if row["tenant_id"] != scope.tenant_id:
        return False
    if scope.is_staff:
        return True
    accounts: set[UUID] = set(scope.auth.reach)
    account = row["id"] if table == "account" else row.get("account_id")
    if account is not None:
        return account in accounts
    if table in ("party", "party_word", "address", "contact_point", "bank_account"):
        return (row["id"] if table == "party" else row["party_id"]) in scope.auth.parties
    return table not in ("import_run", "import_row", "parked_row", "staff", "outbox_message", "upload")


def test_the_people_of_the_world_are_all_here():
    assert {who for who, house in PEOPLE.items() if house != "t1" or who in CUSTOMERS} == set(CUSTOMERS)
