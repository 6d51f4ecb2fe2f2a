"""The product on data of its own: a database, a few finance houses, people to sign in as, server and worker, in one process tree."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import fasteners
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from uuid_utils.compat import uuid7

from models import CredentialState, Installation, Portal, PortalUser, Staff, StaffRole, Tenant
from models.connecting import writing_to
from models.imports import ImportResult
from models.migrating import make_database, make_roles
from models.policies import PrimaryFactor
from models.presets import PRESETS
from server.demo_export import House, Person, houses
from server.installing import now, opened
from server.keys import write_master
from server.landing import first_question
from server.operating import Unwilling, bring_in, bring_up_to_date, refuse_foreign, token_for
from server.postgres import Embedded, Urls
from server.serving import listen, serve
from server.settings import Settings
from tenants.passwords import hash_password

FOLDER = Path("var/demo")
DATABASE = "bailiwick_demo"
PASSWORD = "Open-Sesame-42"  # of everybody in the demo whose portal has passwords; the table prints it
STAFF_ROLES = {"agent": StaffRole.AGENT, "auditor": StaffRole.AUDITOR}
STOPPING_SECONDS = 25


@dataclass
class Demo:
    """One demo in one folder. `given` are the settings of the environment: its DATABASE_URL, PORT and host are honored."""

    given: Settings
    folder: Path
    console: Console

    def run(self, *, is_reset: bool) -> None:
        """From nothing, or from what is there, to a server that answers until it is told to stop."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = fasteners.InterProcessLock(self.folder / "running")
        if not lock.acquire(blocking=False):
            raise Unwilling(f"A demo in {self.folder} runs already.")
        try:
            with obeying_term(), self._database() as found, self._listening(found) as (listening, settings):
                asyncio.run(self._filled(settings, is_reset))
                with working(settings):
                    self._serve(settings, listening)
        finally:
            lock.release()

    @contextmanager
    def _database(self) -> Iterator[Settings]:
        """The settings with a database behind them: the one that was named, or the embedded one."""
        write_master(self.folder / "keys" / "master")
        ours = {"key_file": self.folder / "keys" / "master", "files": str(self.folder / "files")}
        if self.given.database_url:
            with known(self.folder, ours | {"database_url": self.given.database_url, "single_role": True}) as said:
                yield self.given.model_copy(update=said)
            return
        self.console.print("Starting PostgreSQL…", style="dim")
        embedded = Embedded(self.folder / "postgres")
        try:
            urls = asyncio.run(_made(embedded.start()))
            addresses = {"database_url": urls.app, "owner_database_url": urls.owner, "jobs_database_url": urls.jobs}
            with known(self.folder, ours | addresses) as said:
                yield self.given.model_copy(update=said)
        finally:
            embedded.stop()

    @contextmanager
    def _listening(self, found: Settings) -> Iterator[tuple[socket.socket, Settings]]:
        """The port is taken before the long work, so that one that is in use is said at once."""
        try:
            listening = listen(found.host, found.port)
        except OSError as error:
            raise Unwilling(f"Port {found.port} cannot be had ({error.strerror}): set PORT to another one.") from None
        with listening:
            yield listening, found.model_copy(update={"port": listening.getsockname()[1]})

    async def _filled(self, settings: Settings, is_reset: bool) -> None:
        """Migrated, and with data in it. What is there is kept, unless it is to be forgotten."""
        if await refuse_foreign(settings) and is_reset:
            await forget(settings)
            shutil.rmtree(self.folder / "files", ignore_errors=True)
        await bring_up_to_date(settings)
        async with writing_to(settings.url("owner")):
            is_filled = await Installation.filter(is_demo=True).exists() and await is_complete()
        if not is_filled:
            await self._fill(settings)

    async def _fill(self, settings: Settings) -> None:
        async with writing_to(settings.url("owner")):
            await Installation.get_or_create(id=1, defaults={"is_demo": True, "created_at": now()})
        for house in houses(now().date()):
            async with writing_to(settings.url("owner")):
                await open_house(house)
            await self._import(settings, house)
            async with writing_to(settings.url("owner")):
                await let_in(house)

    async def _import(self, settings: Settings, house: House) -> None:
        """Through the importer that customers use."""
        columns = (TextColumn("{task.description:28}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with TemporaryDirectory() as place, Progress(*columns, console=self.console) as bar:
            task = bar.add_task(house.legal_name, total=None)

            def told(done: int, total: int, type_: str) -> None:
                bar.update(task, completed=done, total=total, description=f"{house.legal_name}: {type_}")

            outcome = await bring_in(settings, house.key, house.write(Path(place) / "export"), progress=told)
            bar.update(task, description=house.legal_name)
        if not outcome.is_completed or outcome.counts[ImportResult.REJECTED]:
            raise Unwilling(f"The export of {house.legal_name} was not taken: {outcome.faults or dict(outcome.counts)}.")

    def _serve(self, settings: Settings, listening: socket.socket) -> None:
        asyncio.run(self._introduce(settings))
        app = opened(settings, is_demo=True)
        serve(app, app.state.health, listening, trusted_proxies=settings.trusted_proxies, notice_seconds=0.0)

    async def _introduce(self, settings: Settings) -> None:
        """The address, the people, and a first query."""
        table = Table("Who", "What", "Portal", Column("Signs in with", overflow="fold"), title="People of this demo", title_justify="left")
        for house in houses(now().date()):
            for person in house.people:
                table.add_row(person.name, person.what, person.portal, person.identifier if is_typed(person) else "bailiwick token")
        first = next(person for house in houses(now().date()) for person in house.people)
        token = await token_for(settings, first.name)
        self.console.print(table)
        self.console.print(f"Everybody's password: {PASSWORD}. Staff sign in at their house: north-lease.", highlight=False)
        self.console.print(f"\nBailiwick answers at [bold]{settings.base}[/] (GraphQL at {settings.base}/graphql). Ctrl+C stops it.")
        self.console.print(f"Ask as {first.name}:\n", style="dim")
        self.console.print(first_question(settings.base, token), markup=False, highlight=False, soft_wrap=True)
        self.console.print("\nAnybody else: bailiwick token NAME\n", style="dim")


def is_typed(person: Person) -> bool:
    """Whether they sign in with a password: this step has no other way, so the others come in by a token."""
    return person.external_id is None or PrimaryFactor.PASSWORD in PRESETS[person.portal].primary_factors


class NoDemo(Exception):
    """None runs in this folder."""


@contextmanager
def known(folder: Path, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Written down for as long as the demo runs, so that other commands find it. Its addresses hold no password of ours."""
    place = folder / "running.json"
    place.touch(0o600)
    place.write_text(json.dumps(said, default=str), "utf-8")
    try:
        yield said
    finally:
        place.unlink(missing_ok=True)


def running_in(folder: Path) -> dict[str, Any]:
    """The settings of the demo that runs in this folder. Raises `NoDemo`."""
    try:
        said: dict[str, Any] = json.loads((folder / "running.json").read_text("utf-8"))
    except FileNotFoundError:
        raise NoDemo from None
    return said | {"key_file": Path(said["key_file"])}


async def _made(superuser_url: str) -> Urls:
    await make_roles(superuser_url)
    await make_database(superuser_url, DATABASE)
    return Urls.of(superuser_url, DATABASE)


async def is_complete() -> bool:
    """Whether the last thing that filling does was done: a demo that was stopped half way is filled again."""
    last = list(houses(now().date()))[-1]
    tenant = await Tenant.filter(key=last.key).first()
    return tenant is not None and await PortalUser.filter(tenant_id=tenant.id).exists()


async def open_house(house: House) -> None:
    """The house, its portals and its staff, unless they are there."""
    at = now()
    tenant = await Tenant.filter(key=house.key).first() or await Tenant.add(house.key, house.legal_name, house.country, house.currency, at)
    for portal in house.portals:
        if not await Portal.filter(tenant_id=tenant.id, key=portal.key).exists():
            await Portal.add(tenant, portal.key, portal.brand, at, portal.key, hosts=[f"{portal.key}.example.com"])
    for person in house.people:
        if person.external_id is None and not await Staff.filter(tenant_id=tenant.id, email=person.identifier).exists():
            role = STAFF_ROLES[person.what.rpartition(" ")[2]]
            staff = await Staff.add(tenant.id, person.name, person.identifier, [role], at)
            await staff.set_secret(hash_password(PASSWORD), CredentialState.ACTIVE, at)


async def let_in(house: House) -> None:
    """Passwords for its people, and two logins of one person joined."""
    tenant, at = await Tenant.get(key=house.key), now()
    for person in house.people:
        if person.external_id and is_typed(person):
            user = await PortalUser.get(tenant_id=tenant.id, external_id=person.external_id)
            await user.set_secret(hash_password(PASSWORD), CredentialState.ACTIVE, at)
    for pair in house.joined:
        await PortalUser.filter(tenant_id=tenant.id, external_id__in=pair, link_group_id=None).update(link_group_id=uuid7())


async def forget(settings: Settings) -> None:
    """All rows of a demo. Whoever calls has asked `refuse_foreign` whether it is one."""
    connection = await asyncpg.connect(settings.superuser_url)
    try:
        await connection.execute("drop schema bailiwick cascade")
    finally:
        await connection.close()


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A worker beside the server, which ends when the server does."""
    process = subprocess.Popen([sys.executable, "-m", "server.command", "work"], env=os.environ | settings.environment())
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPPING_SECONDS)
        process.kill()
        process.wait()


@contextmanager
def obeying_term() -> Iterator[None]:
    """TERM ends the filling as Ctrl+C does; while the server runs, it has its own say."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
