"""Bringing a database up to date.

Each step of `models/migrations` is applied in one transaction and written down with the hash of its DDL. Tortoise does not write the
schema: 1.1.9 leaves out composite keys, policies and `Meta.constraints` (see docs/decisions/migrations.md).
"""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import asyncpg

from models.migrations import ORDER

LOCK, LOCK_SECONDS = 0x6261696C, 60  # "bail": one migration at a time in a database; the next one waits so long
# Known before there is a tenant, or nobody's but the workers'. Every other table is behind row-level security.
WITHOUT_WALL = ("installation", "key_check", "portal_host", "job", "migration")
OLDEST = 16
HISTORY = """create table if not exists bailiwick.migration (
  name text primary key, sha256 bytea not null, applied_at timestamptz not null default now());
  grant select on bailiwick.migration to bailiwick_app, bailiwick_jobs"""
LOGIN_ROLES, OTHER_ROLES = ("owner", "app", "jobs"), ("door",)


class MigrationRefused(Exception):
    """The database is not one that these migrations can bring up to date."""


async def make_roles(superuser_url: str) -> None:
    """The roles of an installation, once in a cluster. They have no passwords: on a server of your own, give them some."""
    connection = await asyncpg.connect(superuser_url)
    try:
        known = {row[0] for row in await connection.fetch("select rolname from pg_roles")}
        for name, how in [*((name, "login") for name in LOGIN_ROLES), *((name, "nologin") for name in OTHER_ROLES)]:
            if f"bailiwick_{name}" not in known:
                await connection.execute(f"create role bailiwick_{name} {how} nosuperuser nobypassrls")
        await connection.execute("grant bailiwick_door to bailiwick_owner")
    finally:
        await connection.close()


async def make_database(superuser_url: str, name: str) -> None:
    """An empty database of the owner, unless there is one of this name."""
    connection = await asyncpg.connect(superuser_url)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            await connection.execute(f'create database "{name}" owner bailiwick_owner')
    finally:
        await connection.close()


async def migrate(owner_url: str) -> list[str]:
    """Apply the steps that are missing. Gives their names.

    Raises `MigrationRefused` when one that was applied has changed, when another migration takes too long, and when this user may not.
    """
    connection = await asyncpg.connect(owner_url, server_settings={"lock_timeout": f"{LOCK_SECONDS}s"})
    try:
        if words := too_old(connection.get_server_version().major):
            raise MigrationRefused(words)
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        await connection.execute("set lock_timeout = '2s'")
        await _prepare(connection)
        missing = await pending(connection)
        for name in missing:
            await _apply(connection, name)
        return missing
    except asyncpg.LockNotAvailableError:
        raise MigrationRefused("Another migration runs, or somebody holds a table that this one needs: try again in a moment.") from None
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationRefused(f"This user may not do it ({error}): see `bailiwick doctor --sql`.") from None
    except asyncpg.UndefinedObjectError as error:
        raise MigrationRefused(f"A role is missing ({error}): see `bailiwick doctor --sql`.") from None
    finally:
        await connection.close()


def too_old(major: int) -> str | None:
    """Why this server is not used, where it is older than what the product is made for. The one check for every entrance."""
    return None if major >= OLDEST else f"PostgreSQL {major} is too old: use PostgreSQL {OLDEST} or newer."


async def pending(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """The steps that the database has not seen. A database that is ahead of this code is accepted."""
    applied: dict[str, bytes] = dict(map(tuple, await connection.fetch("select name, sha256 from bailiwick.migration")))
    for name in ORDER:
        if name in applied and applied[name] != _hash(name):
            raise MigrationRefused(f"The migration {name} was applied in another form.")
    return [name for name in ORDER if name not in applied]


def is_current(applied: dict[str, bytes]) -> bool:
    """Whether a database with these steps has all that this code knows of."""
    return all(applied.get(name) == _hash(name) for name in ORDER)


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    if not await connection.fetchval("select to_regnamespace('bailiwick') is not null"):
        await connection.execute(
            "create schema bailiwick authorization bailiwick_owner; "
            "grant usage on schema bailiwick to bailiwick_app, bailiwick_jobs, bailiwick_door"
        )
    await connection.execute(HISTORY)


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    async with connection.transaction():
        for file in _steps(name):
            await connection.execute("set local role bailiwick_owner; set local search_path = bailiwick")
            await connection.execute(file.read_text(encoding="utf-8"))
        await connection.execute("set local role bailiwick_owner")
        await connection.execute("insert into bailiwick.migration (name, sha256) values ($1, $2)", name, _hash(name))


def _steps(name: str) -> list[Traversable]:
    folder = files("models.migrations") / name
    return sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)


def _hash(name: str) -> bytes:
    return sha256(b"".join(file.read_bytes() for file in _steps(name))).digest()
