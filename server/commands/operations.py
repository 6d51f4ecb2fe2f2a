"""What operators do to an installation, each as one function: the command line asks and prints, these act."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from jobs.import_progress import Progress
from jobs.imports import run_import, silently, unseen
from models import AuditEvent, AuditRealm, Installation, Portal, Staff, StaffRole, Tenant
from models.base import Fault, Invalid, Owned
from models.connecting import hang_up, transaction, writing_to
from models.days import exact_days
from models.importing.records import ImportOutcome
from models.imports import ImportMode
from models.key_checks import WrongKeys, note_keys
from models.migrating import LOGIN_ROLES, OTHER_ROLES, make_roles, migrate, too_old
from models.passwords import new_secret, secret_faults
from models.portal_rules import PortalRules
from models.queue import Queue
from server.process.clock import now
from server.process.settings import Role, Settings
from server.process.worker import Worker
from tenants.passwords import hash_password

JOBS = """select id, kind, state, attempts, run_at, last_error from job where $1::text is null or state = $1
  order by created_at desc, id desc limit $2"""
RETRY = "update job set state = 'QUEUED', attempts = 0, run_at = $2, finished_at = null where id = $1 and state = 'DEAD' returning id"


class Unwilling(Exception):
    """An operator asked for something that is not done here. The message says why, and what to do instead."""


async def bring_up_to_date(settings: Settings) -> list[str]:
    """Apply what is missing, and make roles where one address does for all of them. Gives the names of the steps."""
    if settings.single_role and settings.urls:
        await prepare_roles(settings.superuser_url)
    return await migrate(settings.url("owner"))


async def prepare_roles(url: str) -> None:
    """Roles and their rights on the database, made by somebody who may. Raises `Unwilling` when whoever that is may not."""
    connection = await asyncpg.connect(url)
    try:
        await _prepare(connection, url)
    except asyncpg.InsufficientPrivilegeError:
        raise Unwilling(
            "This user may not make the roles, or use those that there are: `bailiwick doctor --sql` prints what the administrator of "
            "the database runs."
        ) from None
    finally:
        await hang_up(connection)


async def _prepare(connection: "asyncpg.Connection[Any]", url: str) -> None:
    names = [f"bailiwick_{name}" for name in (*LOGIN_ROLES, *OTHER_ROLES)]
    known = {row[0] for row in await connection.fetch("select rolname from pg_roles where rolname = any($1)", names)}
    if known != set(names):
        await make_roles(url)
    is_superuser = await connection.fetchval("select rolsuper from pg_roles where rolname = current_user")
    for name in names if not is_superuser else ():
        if not await connection.fetchval("select pg_has_role(current_user, $1, 'set')", name):
            await connection.execute(f"grant {name} to current_user")
    database = str(await connection.fetchval("select quote_ident(current_database())"))
    if not await connection.fetchval("select has_database_privilege('bailiwick_owner', current_database(), 'create')"):
        await connection.execute(f"grant connect, create, temporary on database {database} to bailiwick_owner")


async def add_tenant(settings: Settings, key: str, legal_name: str, country: str, currency: str) -> Tenant:
    """A finance house. Raises `Invalid`."""
    async with writing_to(settings.url("owner")):
        await Installation.get_or_create(id=1, defaults={"is_demo": False, "created_at": now()})
        async with transaction():
            tenant = await Tenant.add(key, legal_name, country, currency, now())
            await noted(tenant, "tenant.add", tenant, {})
        return tenant


async def add_portal(settings: Settings, tenant_key: str, key: str, brand: str, preset: str, hosts: list[str]) -> Portal:
    """A front door of a house. Raises `Invalid`."""
    async with writing_to(settings.url("owner")), transaction():
        tenant = await house(tenant_key)
        portal = await Portal.add(tenant, key, brand, now(), preset, hosts)
        await noted(tenant, "portal.add", portal, {"preset": preset, "hosts": hosts})
        return portal


async def add_staff(settings: Settings, tenant_key: str, name: str, email: str, roles: list[StaffRole], password: str | None) -> str:
    """A member of staff with this password, else with a new one. Gives the password. Raises `Invalid`."""
    rules = [PortalRules.default().secret_rules]
    secret = password or new_secret(rules)
    async with writing_to(settings.url("owner")), transaction():
        tenant = await house(tenant_key)
        if faults := secret_faults(secret, rules, [name, email, email.partition("@")[0], tenant.key]):
            raise Invalid(faults)
        staff = await Staff.add(tenant.id, name, email, roles, now())
        await staff.set_secret(hash_password(secret), now())
        await noted(tenant, "staff.add", staff, {"roles": [role.value for role in roles]})
    return secret


async def noted(tenant: Tenant, action: str, target: Owned, changes: dict[str, Any]) -> None:
    """Write down what an operator did, in the transaction of the change itself. `changes` holds no secret."""
    await AuditEvent.create(
        id=uuid7(),
        tenant_id=tenant.id,
        realm=AuditRealm.OPERATOR,
        action=action,
        target_type=target.typename,
        target_id=target.id,
        changes=changes,
        at=now(),
    )


async def house(key: str) -> Tenant:
    """By its key. Raises `Invalid`."""
    found = await Tenant.filter(key=key).first()
    if found is None:
        known = ", ".join(str(name) for name in await Tenant.all().order_by("key").limit(20).values_list("key", flat=True))
        raise Invalid((Fault(("tenant",), "tenant.unknown", f"There is no house {key}. There are: {known or 'none yet'}."),))
    return found


@asynccontextmanager
async def as_jobs(settings: Settings) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection of the jobs role, for one import or one look."""
    connection = await asyncpg.connect(settings.url("jobs"), server_settings={"search_path": "bailiwick"})
    try:
        if words := too_old(connection.get_server_version().major):
            raise Unwilling(words)
        await exact_days(connection)
        yield connection
    finally:
        await hang_up(connection)


async def begin_with_keys(settings: Settings, role: Role) -> None:
    """Remembers which keys seal from now on. Raises `Unwilling` where the data was sealed with others."""
    connection = await asyncpg.connect(settings.url(role))
    try:
        await note_keys(connection, settings.keys.ring)
    except WrongKeys as wrong:
        raise Unwilling(f"{wrong}. Put that secret back behind the newest one in BAILIWICK_MASTER_KEYS or the key file.") from None
    finally:
        await connection.close()


async def bring_in(
    settings: Settings,
    tenant_key: str,
    export: Path,
    *,
    is_dry_run: bool = False,
    mode: ImportMode = ImportMode.PER_ROW,
    report: Path | None = None,
    progress: Progress = unseen,
    waits: Callable[[], None] | None = silently,
    at: datetime | None = None,
    profile: Path | None = None,
) -> ImportOutcome:
    """One export, for one house, now or as if it were then. Raises `Invalid` when there is no such house."""
    await begin_with_keys(settings, "jobs")
    async with as_jobs(settings) as connection:
        tenant_id = await tenant_id_of(connection, tenant_key)
        return await run_import(
            connection,
            tenant_id=tenant_id,
            export=export,
            mode=mode,
            dry_run=is_dry_run,
            at=at or now(),
            keys=settings.keys.ring,
            store=settings.store,
            report_to=report,
            progress=progress,
            publish_to=settings.url("jobs"),
            waits=waits,
            profile=profile,
        )


async def tenant_id_of(connection: "asyncpg.Connection[Any]", key: str) -> UUID:
    """Of a house, for whoever may not read the table of houses. Raises `Invalid`."""
    found: UUID | None = await connection.fetchval("select find_tenant($1)", key)
    if found is None:
        raise Invalid((Fault(("tenant",), "tenant.unknown", f"There is no house {key}."),))
    return found


async def outbox(settings: Settings, tenant_key: str, limit: int) -> list[dict[str, Any]]:
    """The newest messages of a house that were left to be sent, without what they say to whom in full. Raises `Invalid`."""
    async with as_jobs(settings) as connection, connection.transaction():
        tenant_id = await tenant_id_of(connection, tenant_key)
        await connection.execute("select set_config('bailiwick.tenant', $1, true)", str(tenant_id))
        rows = await connection.fetch(
            "select id, template, channel, recipient, locale, state, attempts, created_at, sent_at from outbox_message "
            "where tenant_id = $1 order by created_at desc, id desc limit $2",
            tenant_id,
            limit,
        )
    return [dict(row) | {"recipient": masked(row["recipient"])} for row in rows]


async def run_jobs(settings: Settings, worker: Worker, routine: str | None) -> int:
    """What is due of the worker's kinds, after routine work was left for every house. Gives how many were begun."""
    if routine:
        async with as_jobs(settings) as connection:
            await Queue(connection, worker.name).plan(routine, timedelta(0), now())
    return await worker.run_dry()


async def jobs(settings: Settings, state: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest jobs of all houses."""
    async with as_jobs(settings) as connection:
        return [dict(row) for row in await connection.fetch(JOBS, state, limit)]


async def retry(settings: Settings, job: UUID) -> bool:
    """Whether there was such a dead job: it is queued again, as if it were new."""
    async with as_jobs(settings) as connection:
        return await connection.fetchval(RETRY, job, now()) is not None


def masked(recipient: str) -> str:
    """Enough to recognize an address, too little to write to it."""
    name, at, domain = recipient.partition("@")
    return f"{name[:2]}…{at}{domain}" if at else f"{recipient[:3]}…{recipient[-2:]}"


async def is_demo(settings: Settings) -> bool:
    """Whether this database belongs to a demo."""
    connection = await asyncpg.connect(settings.url("app"))
    try:
        return bool(await connection.fetchval("select exists (select from bailiwick.installation where is_demo)"))
    finally:
        await hang_up(connection)
