"""The walls of every table are what the one function for migrations builds, but for tables that are listed here; and the rules of the gate
say the same as the policies of the database.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from models.migrating import WITHOUT_WALL
from server.process.embedded_postgres import Urls
from tenants.policy import MODELS

REACHES = ("ACCOUNT", "OWN_PARTY", "OWN", "STAFF", "TENANT", "NOBODY")
# Written by hand, in migrations that are never changed: what is reached by another column or by several, written and read by different
# rules, or closed to the worker.
BY_HAND = {
    "account",
    "party",
    "party_word",
    "portal_user",
    "tenant",
    "audit_event",
    "outbox_message",
    "idempotency_record",
    "known_device",
    "sign_in_budget",
}
BY_CONDITION = {
    "account_id = any(s.accounts)": "ACCOUNT",
    "party_id = any(s.own_parties)": "OWN_PARTY",
    "user_id = s.user_id": "OWN",
    "false": "STAFF",
    "true": "TENANT",
}
POLICIES = """select p.polname::text, p.polcmd::text, p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid),
  pg_get_expr(p.polwithcheck, p.polrelid) from pg_policy p where p.polrelid = $1::text::regclass order by 1"""


@pytest.fixture
async def owner(empty_urls: Urls) -> AsyncIterator[Any]:
    """In a transaction that is never committed."""
    connection = await asyncpg.connect(empty_urls.owner, server_settings={"search_path": "bailiwick"})
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def policies(owner: Any, table: str) -> set[tuple[Any, ...]]:
    """The policies of a table. That of the sign-in lets its functions through and opens nothing without a grant."""
    return {tuple(row) for row in await owner.fetch(POLICIES, table) if row[0] != "door"}


async def built(owner: Any, reach: str, **granted: str) -> str:
    """A new table behind these walls."""
    name = f"scratch_{reach.lower()}"
    await owner.execute(f"create table {name} (tenant_id uuid, account_id uuid, party_id uuid, user_id uuid, staff_id uuid, state text)")
    names = "".join(f", {role} => '{rights}'" for role, rights in granted.items())
    await owner.execute(f"select build_walls('{name}', '{reach}'{names})")
    return name


async def reaches(owner: Any) -> dict[str, set[str]]:
    """By table: the reaches whose walls it has."""
    standard = {reach: await policies(owner, await built(owner, reach)) for reach in REACHES}
    rows = await owner.fetch("select relname::text from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r' and relname not like 'scratch%'")  # fmt: skip
    found = {table: await policies(owner, table) for (table,) in rows if table not in WITHOUT_WALL}
    return {table: {reach for reach, one in standard.items() if one == of_table} for table, of_table in found.items()}


async def test_every_table_has_walls_that_the_function_builds(owner: Any):
    assert {table for table, reach in (await reaches(owner)).items() if not reach} == BY_HAND


async def test_the_rules_of_the_gate_and_the_policies_of_the_database_let_the_same_rows_through(owner: Any):
    found = await reaches(owner)
    standard = {model._meta.db_table: BY_CONDITION[rule.within] for model, rule in MODELS.items() if rule.within in BY_CONDITION}

    assert {table: found[table] for table in standard if table not in BY_HAND} == {
        table: {reach} for table, reach in standard.items() if table not in BY_HAND
    }


async def test_only_what_is_named_is_granted(owner: Any):
    table = await built(owner, "ACCOUNT", app="select, insert, update (state)", jobs="select, delete")
    rights = "select grantee::text, privilege_type::text from information_schema.{} where table_name = $1 and grantee like 'bailiwick_%'"
    granted = {tuple(row) for row in await owner.fetch(rights.format("table_privileges"), table)}
    columns = {tuple(row) for row in await owner.fetch(rights.format("column_privileges") + " and column_name = 'state'", table)}

    assert {right for role, right in granted if role == "bailiwick_app"} == {"SELECT", "INSERT"}
    assert {right for role, right in columns if role == "bailiwick_app"} == {"SELECT", "INSERT", "UPDATE"}
    assert {right for role, right in granted if role == "bailiwick_jobs"} == {"SELECT", "DELETE"}
    assert "bailiwick_door" not in {role for role, _ in granted}
    assert await owner.fetchval("select relrowsecurity and relforcerowsecurity from pg_class where relname = $1", table)


@pytest.mark.parametrize(
    "arguments",
    ["'scratch', 'EVERYBODY'", "'scratch', null", "'scratch', 'account'", "'scratch', 'NOBODY', app => 'select'", "'scratch', 'ACCOUNT', app => 'everything'"],
)  # fmt: skip
async def test_what_it_does_not_understand_opens_nothing(owner: Any, arguments: str):
    await owner.execute("create table scratch (tenant_id uuid, account_id uuid)")
    with pytest.raises(asyncpg.PostgresError):
        await owner.execute(f"select build_walls({arguments})")


async def test_a_table_without_the_column_of_its_reach_is_refused(owner: Any):
    await owner.execute("create table scratch (tenant_id uuid)")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await owner.execute("select build_walls('scratch', 'ACCOUNT')")
