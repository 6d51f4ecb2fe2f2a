"""`make demo`: the product on data of its own, filled through the importer that customers use, on a PostgreSQL that comes along."""

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table
from tortoise import Tortoise
from uuid_utils.compat import uuid7

from channels.files import FileStore
from models import CredentialState, Installation, Portal, PortalUser, Staff, StaffRole, Tenant
from models.connecting import writing_to
from models.imports import ImportMode
from models.migrating import make_database, make_roles, migrate
from server.generator import HOUSES, PEOPLE, ROLES, House, Person, generate
from server.importing import import_folder
from server.installing import clock, product
from server.logs import set_up
from server.postgres import Embedded, as_role
from server.serving import listen, serve
from server.settings import Settings
from tenants.passwords import SCHEMES
from tenants.sessions import hashed, new_token

FOLDER = Path("var/demo")
DATABASE = "bailiwick"
PASSWORD = "Open-Sesame-42"  # of everybody in the demo, printed by it
SEED = 1
Bar = Callable[[], "contextlib.AbstractContextManager[Callable[[int, int, str], None]]"]


class NoDemo(Exception):
    """This database is not the demo's, or the demo is not running. Its text is for the operator."""


def run(reset: bool, contracts: int, prepare_only: bool, out: Console, bar: Bar) -> None:
    """Fills what is missing, says who can sign in, and answers until told to stop."""
    with started(reset) as settings, contextlib.ExitStack() as stack:
        if not asyncio.run(is_filled(settings)):
            out.print("Filling the demo: a few finance houses, through the importer.")
            asyncio.run(fill(settings, contracts, bar))
        listening = None if prepare_only else listen(settings.host, settings.port)
        port = listening.getsockname()[1] if listening else settings.port
        settings = settings.model_copy(update={"port": port})
        tell(out, f"http://{settings.host}:{port}", asyncio.run(token_for(settings, PEOPLE[0])))
        if listening is None:
            return
        set_up()
        stack.enter_context(working(settings))
        made = product(settings)
        serve(made.app, made.health, listening, trusted_proxies=settings.trusted_proxies, notice_seconds=0)


@contextlib.contextmanager
def started(reset: bool) -> Iterator[Settings]:
    """The demo's database, migrated. `DATABASE_URL` names a server of the caller's own, as somebody who may make roles there."""
    given = os.environ.get("DATABASE_URL")
    if reset and not given:
        forget_embedded()
    server = None if given else Embedded((FOLDER / "postgres").resolve())
    url = given or (server.start() if server else "")
    try:
        asyncio.run(prepare(url, given is not None, reset))
        yield settings_for(url, given is not None)
    finally:
        if server:
            server.stop()


def forget_embedded() -> None:
    """Stops the demo's server, if it still runs, and removes all it has."""
    if (FOLDER / "postgres" / "postmaster.pid").exists():
        server = Embedded((FOLDER / "postgres").resolve())
        server.start()
        server.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


async def prepare(url: str, is_given: bool, reset: bool) -> None:
    """Roles, database and tables. Raises `NoDemo` on a database that holds something else."""
    await make_roles(url)
    if not is_given:
        await make_database(url, DATABASE)
        await migrate(as_role(url, "bailiwick_owner", DATABASE))
        return
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("select to_regclass('bailiwick.tenant') is not null"):
            if await connection.fetchval("select coalesce(bool_and(is_demo), false) from bailiwick.installation") is not True:
                raise NoDemo("DATABASE_URL names a database with data of its own: the demo leaves it alone.")
            if reset:
                await connection.execute("drop schema bailiwick cascade")
    finally:
        await connection.close()
    await migrate(url)


def settings_for(url: str, is_given: bool) -> Settings:
    """The demo's settings; the environment still decides about port and host."""
    secret = FOLDER / "secret"
    if not secret.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        secret.write_text(secrets.token_urlsafe(32), encoding="ascii")
    urls: dict[str, object] = {"database_url": url, "single_role": True}
    if not is_given:
        owner, app, jobs = (as_role(url, f"bailiwick_{name}", DATABASE) for name in ("owner", "app", "jobs"))
        urls = {"database_url": app, "owner_database_url": owner, "jobs_database_url": jobs}
    return Settings.read(secret=secret.read_text("ascii"), files=FOLDER / "files", **urls)


async def is_filled(settings: Settings) -> bool:
    """Staff come last into a house, so where every house has some, all is there."""
    async with writing_to(settings.owner_url):
        return await Staff.all().count() >= len(HOUSES)


async def fill(settings: Settings, contracts: int, bar: Bar) -> None:
    """Every house with its portals, its export and its people. What an earlier, interrupted attempt has brought in stays."""
    async with writing_to(settings.owner_url):
        await Installation.note(clock(), is_demo=True)
        for house in HOUSES:
            if not await Tenant.exists(key=house.key):
                tenant = await Tenant.add(house.key, house.legal_name, house.country, house.currency, clock())
                for door in house.doors:
                    await Portal.add(tenant, door.key, door.brand, clock(), door.preset, hosts=[f"{door.key}.localhost"])
            await bring_in(settings, house, contracts, bar)
            await give_secrets(house)


async def bring_in(settings: Settings, house: House, contracts: int, bar: Bar) -> None:
    """Its export, written and then imported as a customer would."""
    export = FOLDER / "exports" / house.key
    shutil.rmtree(export, ignore_errors=True)
    generate(export, house, SEED, contracts, clock().date())
    report, store = FOLDER / "exports" / f"{house.key}.jsonl", FileStore.in_folder(settings.files)
    with bar() as progress:

        def told(at: int, of: int, what: str) -> None:
            progress(at, of, f"{house.key}: {what}")

        outcome = await import_folder(
            settings.jobs_url,
            house.key,
            export,
            mode=ImportMode.ALL_OR_NOTHING,
            dry_run=False,
            keys=settings.keys,
            store=store,
            report_to=report,
            progress=told,
        )
    if not outcome.is_completed:
        raise NoDemo(f"The export of {house.key} was refused: see {report}.")


async def give_secrets(house: House) -> None:
    """The demo's password for everybody who signs in with one, and a member of staff."""
    tenant, secret = await Tenant.get(key=house.key), SCHEMES.hash(PASSWORD)
    for user in await PortalUser.filter(tenant_id=tenant.id):
        await user.set_secret(secret, CredentialState.ACTIVE, clock())
    agent = await Staff.add(tenant.id, "Agent", staff_email(house), [StaffRole.AGENT, StaffRole.SUPERVISOR], clock())
    await agent.set_secret(secret, CredentialState.ACTIVE, clock())


def staff_email(house: House) -> str:
    return f"agent@{house.key}.example"


def tell(out: Console, address: str, token: str) -> None:
    """The address, who can sign in, and one query that works."""
    table = Table("portal.name", "signs in with", "who", title=f"Bailiwick at {address}", title_justify="left")
    for place, person in enumerate(PEOPLE):
        if place % len(ROLES) == 0:
            table.add_section()
            table.add_row(
                f"[bold]{person.door.key}[/]", f"preset {person.door.preset}", f"{person.door.brand} of {person.house.legal_name}"
            )
        table.add_row(person.name, person.identifier if has_password(person) else "a token", person.words)
    table.add_section()
    for house in HOUSES:
        table.add_row(f"{house.key}.staff", staff_email(house), "agent and supervisor of the house")
    out.print(table)
    out.print(f"Password of all who have one: {PASSWORD}   A token: .venv/bin/bailiwick token {PEOPLE[-1].name}", markup=False)
    out.print("A query that works, as Anna of Meuse Leasing:", markup=False)
    query = '{"query": "{ viewer { user { displayName } } contracts(first: 3) { totalCount nodes { number state } } }"}'
    out.print(
        f"\ncurl {address}/graphql -H 'content-type: application/json' -H 'authorization: Bearer {token}' -d '{query}'\n", markup=False
    )


def has_password(person: Person) -> bool:
    """Whether the person's portal lets people in with a password; the other ways in come with the sign-in worlds."""
    return person.door.preset in ("customer-corner", "cofidis")


async def token_for(settings: Settings, person: Person | str) -> str:
    """A session of somebody of the demo, opened by the operator. Raises `NoDemo` anywhere else."""
    async with writing_to(settings.owner_url):
        known = await Installation.get_or_none(id=1)
        if known is None or not known.is_demo:
            raise NoDemo("Tokens are made in the demo only: here people sign in.")
        found = next((p for p in PEOPLE if person in (p, p.name)), None)
        house = next((h for h in HOUSES if f"{h.key}.staff" == person), None)
        if found is None and house is None:
            raise NoDemo(f"There is no {person} in the demo. There are: {', '.join(p.name for p in PEOPLE)}.")
        return await _opened(found, house)


async def _opened(person: Person | None, house: House | None) -> str:
    key = person.house.key if person else house.key if house else ""
    tenant, token, now = await Tenant.get(key=key), new_token(key), clock()
    user = await PortalUser.get(tenant_id=tenant.id, external_id=person.external_id) if person else None
    agent = None if person else await Staff.filter(tenant_id=tenant.id).first()
    portal = await Portal.get(tenant_id=tenant.id, key=person.door.key) if person else None
    await Tortoise.get_connection("default").execute_query(
        "insert into session (tenant_id, id, realm, user_id, staff_id, portal_id, token_hash, assurance, created_at, last_seen_at, "
        "idle_minutes, ends_at, device_name) values ($1, $2, $3, $4, $5, $6, $7, 'TOKEN', $8, $8, 720, $9, 'bailiwick token')",
        [
            tenant.id,
            uuid7(),
            "CUSTOMER" if user else "STAFF",
            user.id if user else None,
            agent.id if agent else None,
            portal.id if portal else None,
            hashed(token),
            now,
            now + timedelta(hours=12),
        ],
    )
    return token


async def token_of(who: str) -> str:
    """For the command line: the demo's server has to run, or `DATABASE_URL` to name it."""
    given = os.environ.get("DATABASE_URL")
    if not given and not (FOLDER / "postgres" / "postmaster.pid").exists():
        raise NoDemo("The demo is not running: start it with make demo.")
    if given and "BAILIWICK_OWNER_DATABASE_URL" in os.environ:
        return await token_for(Settings.read(), who)
    server = None if given else Embedded((FOLDER / "postgres").resolve())
    url = given or (server.start(is_kept=True) if server else "")
    return await token_for(settings_for(url, given is not None), who)


@contextlib.contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A worker beside the server, for as long as that runs."""
    said: dict[str, Any] = {
        "DATABASE_URL": settings.database_url,
        "BAILIWICK_JOBS_DATABASE_URL": settings.jobs_url,
        "BAILIWICK_SECRET": settings.secret.get_secret_value(),
        "BAILIWICK_FILES": str(settings.files),
    }
    worker = subprocess.Popen([sys.executable, "-m", "server", "work"], env=os.environ | said)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)
