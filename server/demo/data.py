"""What is in the demo's database: generated houses, brought in by the importer that customers use, and secrets for their people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from uuid_utils.compat import uuid7

from models import Installation, Portal, PortalUser, Staff, Tenant
from models.connecting import transaction, writing_to
from models.imports import ImportResult
from server.commands.operations import Unwilling, bring_in
from server.demo.people import PASSWORD, STAFF, doors, is_typed
from server.generator import HOUSES, PEOPLE, House, generate
from server.process.settings import Settings, one_line
from tenants.passwords import hash_password

SEED = 7
HOLDS_ANYTHING = """select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')"""


@dataclass
class Filling:
    """Four houses, on the day it is. A house that is whole is left as it is, so a filling that was killed goes on where it was."""

    settings: Settings
    at: datetime
    contracts: int
    console: Console

    async def run(self) -> None:
        """Raises `Unwilling` when the importer refuses what the generator wrote."""
        missing = [house for house in HOUSES if not await self._is_whole(house)]
        if not missing:
            return
        async with self._models():
            await Installation.get_or_create(id=1, defaults={"is_demo": True, "created_at": self.at})
        columns = (TextColumn("{task.description:36}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as bar:
            for house in missing:
                await self._fill(house, bar, bar.add_task(house.legal_name, total=None))

    async def _fill(self, house: House, bar: Progress, task: TaskID) -> None:
        """One house: its doors, its export, then those who come in by them."""

        def told(done: int, total: int, type_: str = "writing its export") -> None:
            bar.update(task, completed=done, total=total, description=f"{house.legal_name}: {type_.replace('_', ' ')}")

        async with self._models():
            await self._open(house)
        with TemporaryDirectory(prefix="bailiwick-demo-") as place:
            export = generate(Path(place) / "export", house, SEED, self.contracts, self.at.date(), told)
            outcome = await bring_in(self.settings, house.key, export.folder, progress=told, at=self.at)
        if not outcome.is_completed or outcome.counts[ImportResult.REJECTED]:
            raise Unwilling(f"The export of {house.legal_name} was not taken: {outcome.faults or dict(outcome.counts)}.")
        async with self._models(), transaction():
            await self._let_in(house)
        bar.update(task, description=f"{house.legal_name}: {sum(export.rows.values()):,} rows")

    async def _is_whole(self, house: House) -> bool:
        """Staff come last."""
        async with self._models():
            tenant = await Tenant.filter(key=house.key).first()
            return tenant is not None and await Staff.filter(tenant_id=tenant.id).exists()

    async def _open(self, house: House) -> None:
        """The house and its portals, unless they are there."""
        tenant = await Tenant.filter(key=house.key).first()
        tenant = tenant or await Tenant.add(house.key, house.legal_name, house.country, house.currency, self.at)
        for door in house.portals:
            if not await Portal.filter(tenant_id=tenant.id, key=door.key).exists():
                await Portal.add(tenant, door.key, door.brand, self.at, door.preset, hosts=[door.host])

    async def _let_in(self, house: House) -> None:
        """Passwords where the portal has them, two logins of one person joined, and staff."""
        tenant, secret = await Tenant.get(key=house.key), hash_password(PASSWORD)
        typed = {door.key for _, door in doors() if is_typed(door)}
        users = {user.external_id: user for user in await PortalUser.filter(tenant_id=tenant.id)}
        for person in PEOPLE[house.key]:
            if person.portal in typed:
                await users[person.key].set_secret(secret, self.at)
            if person.joined_with:
                pair = [users[person.key].id, users[person.joined_with].id]
                await PortalUser.filter(tenant_id=tenant.id, id__in=pair).update(link_group_id=uuid7())
        for colleague in STAFF[house.key]:
            staff = await Staff.add(tenant.id, colleague.name, colleague.email(house.key), [colleague.role], self.at)
            await staff.set_secret(secret, self.at)

    @asynccontextmanager
    async def _models(self) -> AsyncIterator[None]:
        async with writing_to(self.settings.url("owner")):
            yield


async def refuse_foreign(settings: Settings) -> bool:
    """Whether the database is a demo's already. Raises `Unwilling` when it holds anything else."""
    connection = await asyncpg.connect(settings.superuser_url)
    try:
        if await connection.fetchval("select to_regclass('bailiwick.installation') is not null"):
            await connection.execute("set role bailiwick_owner")
            if await connection.fetchval("select exists (select from bailiwick.installation where is_demo)"):
                return True
            is_foreign = await connection.fetchval(
                "select exists (select from bailiwick.tenant) or exists (select from bailiwick.installation)"
            )
        else:
            is_foreign = await connection.fetchval(HOLDS_ANYTHING)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unwilling(f"DATABASE_URL: {one_line(error)}. A demo is for whoever owns the database and may make roles.") from None
    finally:
        await connection.close()
    if is_foreign:
        raise Unwilling("This database is not a demo's, so the demo does not touch it: let DATABASE_URL name an empty one.")
    return False


async def forget(settings: Settings) -> None:
    """All rows of a demo. Whoever calls has asked `refuse_foreign` whether it is one."""
    connection = await asyncpg.connect(settings.superuser_url)
    try:
        await connection.execute("drop schema bailiwick cascade")
    finally:
        await connection.close()
