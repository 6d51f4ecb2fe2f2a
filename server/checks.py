"""Whether an installation is what it should be: asked by `/ready`, by `serve` before it listens, and by `doctor`, which knows remedies."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from channels.files import FileStore
from models.migrating import MigrationRefused, pending
from models.migrations import ORDER
from server.settings import Settings, WrongSettings, one_line
from tenants.database import Database

CONNECT_SECONDS = 5
APPLIED = "select name from bailiwick.migration"
# For a database whose administrator makes the roles. Passwords, or another way to sign in, are the administrator's to add.
FOR_A_DBA = """create role bailiwick_owner login nosuperuser nobypassrls;
create role bailiwick_app login nosuperuser nobypassrls;
create role bailiwick_jobs login nosuperuser nobypassrls;
create role bailiwick_door nologin nosuperuser nobypassrls;
grant bailiwick_door to bailiwick_owner;
create database bailiwick owner bailiwick_owner;"""
WHO = """select session_user::text, current_user::text, r.rolsuper or r.rolbypassrls as is_free
  from pg_roles r where r.rolname = {}"""


@dataclass(frozen=True)
class Finding:
    """What one check found. `remedy` is empty when all is well; a warning is well enough to start."""

    name: str
    found: str
    remedy: str = ""
    is_warning: bool = False

    @property
    def is_well(self) -> bool:
        return not self.remedy or self.is_warning


async def is_reachable(database: Database) -> bool:
    """The database answers."""
    return bool(await database.fetch("select 1"))


async def is_current(database: Database) -> bool:
    """All migrations that this code knows were applied; a database that is ahead is accepted."""
    return set(ORDER) <= {row[0] for row in await database.fetch(APPLIED)}


async def is_writable(store: FileStore) -> bool:
    """Bytes can be put down where documents lie, and taken away again."""
    place = f"ready/{uuid4().hex}"
    await store.store.put_async(place, b"ready")
    await store.store.delete_async(place)
    return True


async def findings(settings: Settings) -> list[Finding]:
    """All checks, in the order in which one would mend things."""
    found = [_keys(settings), await _files(settings), _documents(settings)]
    try:
        url = settings.url("app")
    except WrongSettings as wrong:
        return [Finding("settings", "incomplete", str(wrong)), *found]
    found += [_single(settings)] if settings.is_single else []
    return [*found, *await _of_database(settings, url)]


async def _of_database(settings: Settings, url: str) -> list[Finding]:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        remedy = "Start the database, or correct DATABASE_URL. For a database without our roles, its administrator runs:\n" + FOR_A_DBA
        return [Finding("database", one_line(error), remedy)]
    try:
        found = [Finding("database", f"PostgreSQL {connection.get_server_version().major} answers"), await _role(connection, settings)]
        return [*found, await _migrations(connection)]
    finally:
        await connection.close()


async def _role(connection: "asyncpg.Connection[asyncpg.Record]", settings: Settings) -> Finding:
    """Row-level security holds for the web role only if it cannot step out of it."""
    whose = "current_user" if settings.is_single else "session_user"
    row = await connection.fetchrow(WHO.format(whose))
    assert row is not None
    if row["is_free"]:
        return Finding("role", f"{row['session_user']} is above row-level security", "Let DATABASE_URL name bailiwick_app.")
    return Finding("role", f"{row['current_user']}, under row-level security")


async def _migrations(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    try:
        missing = await pending(connection)
    except MigrationRefused as error:
        return Finding("migrations", one_line(error), "This database was made by other code: use the version that made it.")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        missing = list(ORDER)
    if missing:
        return Finding("migrations", f"{len(missing)} to be applied: {', '.join(missing)}", "Run: bailiwick migrate")
    return Finding("migrations", "all applied")


def _single(settings: Settings) -> Finding:
    remedy = "Give the web role, the owner and the worker an address each: see docs/operations.md."
    return Finding(
        "roles", "one address for all roles: whoever takes over the web process can take on another role", remedy, is_warning=True
    )


def _keys(settings: Settings) -> Finding:
    try:
        earlier = len(settings.keys.ring.previous)
        return Finding("keys", f"a master secret{f' and {earlier} earlier' if earlier else ''}")
    except WrongSettings as wrong:
        return Finding("keys", "no master secret", str(wrong))


async def _files(settings: Settings) -> Finding:
    place = settings.files if "://" in settings.files else str(Path(settings.files))
    try:
        await is_writable(settings.store)
        return Finding("files", f"{place} can be written")
    except Exception as error:  # whatever a store raises, the remedy is the same
        return Finding("files", f"{place} cannot be written ({type(error).__name__})", "Correct BAILIWICK_FILES, or the rights on it.")


def _documents(settings: Settings) -> Finding:
    try:
        trusted = settings.trusted
        return Finding(
            "documents", f"{len(trusted.texts)} trusted documents" + (", nothing else from browsers" if trusted.is_required else "")
        )
    except WrongSettings as wrong:
        return Finding("documents", "no folder", str(wrong))


Check = Callable[[], Awaitable[bool]]


def for_readiness(database: Database, store: FileStore) -> dict[str, Check]:
    """What `/ready` asks."""
    return {
        "database": lambda: is_reachable(database),
        "migrations": lambda: is_current(database),
        "files": lambda: is_writable(store),
    }
