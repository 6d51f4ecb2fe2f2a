"""`bailiwick doctor`: what has to be so before an installation is trusted with data, and what to do where it is not."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import asyncpg

from models.migrating import MigrationRefused, pending
from server.settings import Settings, WrongSettings

UNFORCED = """select count(*) from pg_class c where c.relnamespace = to_regnamespace('bailiwick') and c.relkind = 'r'
  and not (c.relrowsecurity and c.relforcerowsecurity) and c.relname not in ('installation', 'portal_host', 'job', 'migration')"""
POWERS = """select rolsuper or rolbypassrls from pg_roles where rolname = session_user"""
OWNED = "select count(*) from pg_class where relnamespace = to_regnamespace('bailiwick') and pg_has_role(current_user, relowner, 'USAGE')"


class Finding(NamedTuple):
    """One check. `remedy` is for the operator, where it is not well."""

    name: str
    is_well: bool
    remedy: str = ""


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """All checks, one after the other; the later ones need the earlier ones."""
    try:
        connection = await asyncpg.connect(settings.urls.app, timeout=5)
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        yield Finding("the database is reached", False, f"Check DATABASE_URL and that the server runs ({type(error).__name__}).")
        return
    try:
        yield Finding("the database is reached", True)
        async for finding in _of_database(connection, settings):
            yield finding
    finally:
        await connection.close()
    yield _files(settings)
    for name, role in (("owner", "owner_url"), ("jobs", "jobs_url")):
        yield await _role(settings, name, role)


async def _of_database(connection: "asyncpg.Connection[asyncpg.Record]", settings: Settings) -> AsyncIterator[Finding]:
    version = connection.get_server_version()
    yield Finding("PostgreSQL 16 or newer", version.major >= 16, f"This is {version.major}: upgrade the server.")
    missing = await _missing(connection)
    yield Finding("migrations are applied", missing == [], f"Run: bailiwick migrate ({', '.join(missing)})")
    is_safe = await connection.fetchval("show synchronous_commit") != "off"
    yield Finding("acknowledged writes are on disk", is_safe, "Set synchronous_commit = on: else a crash loses what was acknowledged.")
    if missing == []:
        yield Finding("every table has its wall", await connection.fetchval(UNFORCED) == 0, "Switch row-level security on again.")
        has_powers = await connection.fetchval(POWERS)
        remedy = "DATABASE_URL must be of bailiwick_app: a superuser passes through every wall."
        yield Finding("the web role has no powers", settings.single_role or not has_powers, remedy)
        yield Finding(
            "the web role owns nothing", await connection.fetchval(OWNED) == 0, "DATABASE_URL must be of bailiwick_app, not of the owner."
        )
    if settings.single_role:
        yield Finding("the roles are apart", False, "BAILIWICK_SINGLE_ROLE is for trying out: give each role an address of its own.")


async def _missing(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    try:
        return await pending(connection)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        return ["all of them"]
    except MigrationRefused as refused:
        return [str(refused)]


def _files(settings: Settings) -> Finding:
    try:
        settings.files.mkdir(parents=True, exist_ok=True)
        probe = settings.files / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding("files can be written", False, f"Check BAILIWICK_FILES and its rights ({type(error).__name__}).")
    return Finding("files can be written", True)


async def _role(settings: Settings, name: str, attribute: str) -> Finding:
    title = f"the {name} role is reached"
    try:
        connection = await asyncpg.connect(getattr(settings, attribute), timeout=5)
    except WrongSettings as wrong:
        return Finding(title, False, str(wrong))
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        return Finding(title, False, f"Check its address ({type(error).__name__}).")
    await connection.close()
    return Finding(title, True)
