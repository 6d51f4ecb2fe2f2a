"""Whether an installation is what it should be: asked by `/ready`, by `serve` before it listens, and by `doctor`, which knows remedies."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import uuid4

from channels.files import FileStore
from models.migrations import ORDER
from schema import build
from server.http.persisted_documents import NoDocument
from server.http.preparation import library_of
from server.limits.complexity import ComplexityRules
from server.process.byte_checks import of_bytes
from server.process.content_checks import of_contents
from server.process.database_checks import UNREACHABLE, of_database
from server.process.health_findings import Finding, unchecked
from server.process.joint_checks import ONE_OF_EACH, Processes, connected, of_installation
from server.process.settings import ROLES, Role, Settings, WrongSettings
from tenants import Tenancy
from tenants.database import Database
from tenants.fields import Undeclared
from tenants.policy import Policy
from tenants.table import LINES

APPLIED = "select name from bailiwick.migration"
Check = Callable[[], Awaitable[bool]]


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


def for_readiness(tenancy: Tenancy) -> dict[str, Check]:
    """What `/ready` asks."""
    return {
        "database": lambda: is_reachable(tenancy.probe),
        "migrations": lambda: is_current(tenancy.probe),
        "connections": tenancy.database.is_working,
    }


def for_degraded(store: FileStore) -> dict[str, Check]:
    """What `/ready` asks, too: without it uploads, imports and certificates wait, and all reading goes on."""
    return {"files": lambda: is_writable(store)}


async def examine(settings: Settings, processes: Processes = ONE_OF_EACH, *, is_deep: bool = False) -> list[Finding]:
    """What `doctor` finds: all checks over all addresses, and then what the settings are together."""
    found = await findings(settings)
    try:
        async with connected(_given(settings)) as connections:
            found += [*await of_installation(settings, connections, processes), *await of_contents(connections)]
            return [*found, *await of_bytes(settings, connections, is_deep=is_deep)]
    except (WrongSettings, *UNREACHABLE):
        return [
            *found,
            unchecked("addresses", "not all of them lead to a database, so neither what they are together nor what the tables hold"),
        ]


async def findings(settings: Settings, roles: Sequence[Role] = ()) -> list[Finding]:
    """All checks, in the order in which one would mend things: over the addresses of these roles, or of all that there are."""
    around = [_keys(settings), await _files(settings), _documents(settings), _figures(settings), _policy()]
    try:
        urls = {role: settings.url(role) for role in roles} if roles else _given(settings)
    except WrongSettings as wrong:
        return [Finding("settings", "incomplete", str(wrong)), *around]
    return [*around, *_addresses(settings), *await of_database(settings, urls)]


def _given(settings: Settings) -> dict[Role, str]:
    """The addresses that there are. Raises `WrongSettings` where there is none."""
    return {role: settings.url(role) for role in ROLES[1:] + ROLES[:1] if getattr(settings.urls, role)}


def _addresses(settings: Settings) -> list[Finding]:
    """What is weaker than it could be, and works."""
    found = []
    if settings.single_role:
        words = "one address for all roles: whoever takes over the web process can take on another role"
        found.append(Finding("roles", words, "Give owner, web role and worker an address each: see docs/operations.md.", is_warning=True))
    if not settings.public_url:
        words = f"links to files of portals without hosts begin with {settings.base}"
        found.append(Finding("address", words, "Say in BAILIWICK_PUBLIC_URL where clients reach this server.", is_warning=True))
    return found


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
    """The trusted documents are there, and each is one that could be asked for."""
    try:
        trusted = settings.trusted
    except WrongSettings as wrong:
        return Finding("documents", "cannot be read", str(wrong))
    only = ", nothing else from browsers" if trusted.is_required else ""
    if not trusted.texts:
        return unchecked("documents", f"no trusted documents are given{only}")
    schema = build()
    try:
        trusted.register(library_of(schema, ComplexityRules(schema._schema)))
    except NoDocument as wrong:
        return Finding("documents", "not all of them fit this schema", f"BAILIWICK_TRUSTED_DOCUMENTS: {wrong}")
    return Finding("documents", f"{len(trusted.texts)} trusted documents{only}")


def _figures(settings: Settings) -> Finding:
    try:
        _ = settings.figures
    except WrongSettings as wrong:
        return Finding("figures", "cannot be read", str(wrong))
    return Finding("figures", f"of {settings.legal_figures}" if settings.legal_figures else "those that come along")


def _policy() -> Finding:
    """Every field of the schema has its line in the policy table, and every line its field."""
    try:
        lines = len(Policy(build()._schema, LINES).may_name)
    except Undeclared as wrong:
        return Finding("policy", str(wrong), "Say in tenants/table.py who may name it, then read what moved: make policy")
    return Finding("policy", f"{lines} fields, each with who may name it")
