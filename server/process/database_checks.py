"""What a database must be before anything is answered from it: whom it lets do what, whether its walls stand, whether it keeps its word."""

from collections.abc import Mapping

import asyncpg
from asyncpg import Connection, Record

from channels.error_reports import is_database_away
from models.key_checks import WrongKeys, check_keys
from models.migrating import WITHOUT_WALL, MigrationRefused, pending, too_old
from models.migrations import ORDER
from server.process.health_findings import Finding, unchecked
from server.process.settings import Role, Settings, WrongSettings, address_of, one_line

CONNECT_SECONDS = 5
# For a database whose administrator makes the roles. Passwords, or another way to sign in, are the administrator's to add.
FOR_A_DBA = """create role bailiwick_owner login nosuperuser nobypassrls;
create role bailiwick_app login nosuperuser nobypassrls;
create role bailiwick_jobs login nosuperuser nobypassrls;
create role bailiwick_door nologin nosuperuser nobypassrls;
grant bailiwick_door to bailiwick_owner;
create database bailiwick owner bailiwick_owner encoding 'UTF8' template template0;"""
SEE_DBA = "`bailiwick doctor --sql` prints what the administrator of the database runs."
# Whoever may become the owner is as good as the owner: hence `member`, and not only what is inherited.
WHO = """select r.rolname::text as name, r.rolsuper or r.rolbypassrls as is_free,
  exists (select from pg_class c where c.relnamespace = to_regnamespace('bailiwick') and c.relkind in ('r', 'p')
    and pg_has_role(r.oid, c.relowner, 'member')) as is_owner,
  exists (select from pg_roles o where o.rolname = 'bailiwick_owner' and pg_has_role(r.oid, o.oid, 'member')) as may_migrate,
  exists (select from pg_roles o where o.rolname = 'bailiwick_jobs' and pg_has_role(r.oid, o.oid, 'member')) as may_be_jobs,
  exists (select from pg_roles o where o.rolname = $1 and pg_has_role(r.oid, o.oid, 'usage')) as has_rights,
  to_regnamespace('bailiwick') is null or has_schema_privilege(r.oid, to_regnamespace('bailiwick'), 'usage') as may_enter
  from pg_roles r where r.rolname = {}"""
BARE = """select relname::text from pg_class where relnamespace = to_regnamespace('bailiwick') and relkind in ('r', 'p')
  and not (relrowsecurity and relforcerowsecurity) and relname <> all($1) order by 1"""
OPEN = """select tablename || '.' || policyname from pg_policies where schemaname = 'bailiwick' and 'true' in (qual, with_check)
  and roles && array['public', 'bailiwick_app', 'bailiwick_jobs']::name[] order by 1"""
KEEPS = "select name, setting from pg_settings where name in ('synchronous_commit', 'fsync', 'full_page_writes')"
IS_DEMO = "select exists (select from bailiwick.installation where is_demo)"
HAS_KEYS = "select exists (select from bailiwick.key_check)"
UNREACHABLE = (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
UNMADE = (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError)


async def of_database(settings: Settings, urls: Mapping[Role, str]) -> list[Finding]:
    """What is found over the address of each of these roles. The first of them looks at all that is the same for everybody."""
    found: list[Finding] = []
    for role, url in urls.items():
        found += [finding for finding in await _over(settings, role, url, is_first=not found) if finding not in found]
    return found


async def _over(settings: Settings, role: Role, url: str, *, is_first: bool) -> list[Finding]:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        return [Finding(f"{role} role", one_line(error), f"Correct {address_of(role)}. If the role is missing: {SEE_DBA}")]
    except UNREACHABLE as error:
        remedy = f"Start the database, or correct {address_of(role)}. If the database is missing: {SEE_DBA}"
        return [Finding("database", one_line(error), remedy, is_away=is_database_away(error))]
    try:
        found = [await _server(connection)] if is_first else []
        found.append(await _role(connection, settings, role))
        if is_first and all(finding.is_well for finding in found):
            found += [await _migrations(connection), *await _walls(connection), await _demo(connection, settings)]
            found += await _keys(connection, settings)
        elif is_first:
            found.append(unchecked("tables", "migrations, walls and keys are looked at when this is mended"))
        return [*found, *await _durability(connection, role)]
    finally:
        await connection.close()


async def _server(connection: "Connection[Record]") -> Finding:
    version = connection.get_server_version()
    encoding = await connection.fetchval("select pg_encoding_to_char(encoding) from pg_database where datname = current_database()")
    if words := too_old(connection.get_server_version().major):
        return Finding("database", f"PostgreSQL {version.major} is too old", words)
    if encoding != "UTF8":
        return Finding("database", f"it stores text as {encoding}", "Make it anew: create database … encoding 'UTF8' template template0.")
    return Finding("database", f"PostgreSQL {version.major} answers")


async def _role(connection: "Connection[Record]", settings: Settings, role: Role) -> Finding:
    """Row-level security holds for a role only if that role cannot step out of it."""
    who = await connection.fetchrow(WHO.format("current_user" if settings.single_role else "session_user"), f"bailiwick_{role}")
    assert who is not None
    name, remedy = f"{role} role", f"Let {address_of(role)} name bailiwick_{role}."
    if role == "owner":
        may = who["is_free"] or who["may_migrate"]
        return Finding(name, f"{who['name']} {'may' if may else 'may not'} migrate", "" if may else f"{remedy} {SEE_DBA}")
    if who["is_free"]:
        return Finding(name, f"{who['name']} is above row-level security", remedy)
    if who["is_owner"] or who["may_migrate"]:
        return Finding(name, f"{who['name']} is, or may become, the owner of the tables", remedy)
    if not who["may_enter"]:
        return Finding(name, f"{who['name']} may not use the schema bailiwick", remedy)
    if role == "app" and who["may_be_jobs"]:
        return Finding(name, f"{who['name']} is, or may become, the worker's role, which reads the rows of all customers", remedy)
    if not who["has_rights"]:
        return Finding(name, f"{who['name']} does not have the rights of bailiwick_{role}", remedy)
    return Finding(name, f"{who['name']}, under row-level security")


async def _migrations(connection: "Connection[Record]") -> Finding:
    try:
        missing = await pending(connection)
    except MigrationRefused as error:
        return Finding("migrations", one_line(error), "This database was made by other code: use the version that made it.")
    except UNMADE:
        missing = list(ORDER)
    if missing:
        return Finding("migrations", f"{len(missing)} to be applied: {', '.join(missing)}", "Run: bailiwick migrate")
    return Finding("migrations", "all applied")


async def _walls(connection: "Connection[Record]") -> list[Finding]:
    """The third wall stands: nobody has taken row-level security off a table, or put a policy there that lets everything through."""
    bare = [row[0] for row in await connection.fetch(BARE, list(WITHOUT_WALL))]
    loose = [row[0] for row in await connection.fetch(OPEN)]
    found = []
    if bare:
        remedy = f"As bailiwick_owner, for each: alter table bailiwick.{bare[0]} enable row level security, force row level security"
        found.append(Finding("walls", f"without forced row-level security: {', '.join(bare)}", remedy))
    if loose:
        table, _, policy = loose[0].partition(".")
        remedy = f"As bailiwick_owner, for each: drop policy {policy} on bailiwick.{table}"
        found.append(Finding("walls", f"policies that let everything through: {', '.join(loose)}", remedy))
    return found or [Finding("walls", "row-level security is forced on every table of a house")]


async def _keys(connection: "Connection[Record]", settings: Settings) -> list[Finding]:
    """The master secrets are those that the data was sealed with. That there are none, or none that can be read, is another finding."""
    try:
        await check_keys(connection, settings.keys.ring)
        if not await connection.fetchval(HAS_KEYS):
            return [unchecked("key check", "nothing was sealed yet, so these master secrets become those of the data")]
    except WrongKeys as wrong:
        return [Finding("key check", str(wrong), "Put that secret back behind the newest one in BAILIWICK_MASTER_KEYS or the key file.")]
    except (WrongSettings, *UNMADE):
        return []
    return [Finding("key check", "the master secrets are those of this data")]


async def _demo(connection: "Connection[Record]", settings: Settings) -> Finding:
    """Passwords of a demo are printed for everybody to see, so nobody else may reach it."""
    try:
        is_demo = await connection.fetchval(IS_DEMO)
    except (*UNMADE, asyncpg.InsufficientPrivilegeError):
        is_demo = False
    if is_demo and not settings.is_local:
        remedy = "Leave BAILIWICK_HOST out, or let DATABASE_URL name another database."
        return Finding("demo", f"this is a demo's database, and {settings.host} is reached by others", remedy)
    if is_demo:
        return Finding("data", "of a demo, for this machine only")
    return Finding("data", "not of a demo")


async def _durability(connection: "Connection[Record]", role: Role) -> list[Finding]:
    """What was answered as done is still done after a crash."""
    said = {row["name"]: row["setting"] for row in await connection.fetch(KEEPS)}
    if said["synchronous_commit"] == "off":
        words = f"synchronous_commit is off for {address_of(role)}: a crash forgets what was answered"
        return [
            Finding("durability", words, "alter system set synchronous_commit = on, or the same for this database or role; then reload.")
        ]
    if loose := [name for name in ("fsync", "full_page_writes") if said[name] == "off"]:
        words = f"{' and '.join(loose)} off: a crash of the machine destroys the database"
        return [Finding("durability", words, f"alter system set {loose[0]} = on; then reload.", is_warning=True)]
    return [Finding("durability", "what is committed is kept")]
