"""A small world of finance houses, brought in through the importer, and a way to ask the whole product as anyone in it.

The people are those of requirements/conventions.md: at T1 `admin1` and `view1` on account A1, `admin2` on A2, `acct`, an accountant with two
joined logins who views A1 and A2, and staff; A1b is a second account of A1's company. `narrow` views one contract and two kinds of documents
of A1. T2 repeats the numbers of T1, with `t2` as administrator. T3 and T4 (with two portals) are the other presets.

For what is read row by row there are two more accounts, with one of everything: A3 of T1, a lessee's, with `admin3` and `view3`
(`tests/world_leasing.py`), and A3 of T4, a borrower's, with `anna` (`tests/world_credit.py`). `noone` signs in and has no profile.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import orjson
from tortoise import Tortoise
from uuid_utils.compat import uuid7

from channels.files import FileStore
from jobs.imports import run_import
from models import Certificate, CertificateKind, Contract, Portal, PortalUser, Staff, StaffRole, Tenant
from models.base import Owned
from models.certified import certified
from models.connecting import writing_to
from models.imports import ImportMode
from models.secrets import Key, KeyRing
from server.http.signed_links import SignedLinks
from server.limits.bounds import Bounds
from server.limits.budgets import Budgets
from server.process import composition as installing
from server.process.composition import Parts
from server.process.embedded_postgres import Urls
from tenants import Tenancy
from tenants.database import Database
from tenants.passwords import SCHEMES
from tenants.sessions import hashed
from tests.database import FOLDER
from tests.executors import IS_PLANNED
from tests.world_credit import credit
from tests.world_leasing import leasing
from tests.world_rows import Rows, account, account_party, company, person, profile, together, user, write

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "Open-Sesame-42"
PRESETS = {"t1": ["customer-corner"], "t2": ["cofidis"], "t3": ["kredinor"], "t4": ["cofinoga", "norrsken"]}
KEYS = KeyRing(Key(b"seal" * 8), Key(b"find" * 8))
IBANS = ("BE68539007547034", "BE71096123456769", "BE43068999999501", "BE62510007547061")

T1: Rows = together(
    company("P1", "Mill SA", IBANS[0]),
    company("P2", "Farm SPRL", IBANS[1]),
    person("P3", "Anna Molen", IBANS[2]),
    account("A1", "100200300", "P1", "Mill", "customer-corner"),
    account("A1b", "100200301", "P1", "Mill two", "customer-corner", contracts=1),
    account("A2", "100200400", "P2", "Farm", "customer-corner"),
    {"account_parties": [account_party("AP1", "A1-ACC", "P3", "GUARANTOR", "A1-C1")]},
    user("admin1", ("LOGIN_ID", "111111111"), "P3"),
    user("view1", ("LOGIN_ID", "111111112")),
    user("admin2", ("LOGIN_ID", "222222221")),
    user("acct", ("LOGIN_ID", "333333331")),
    user("acct-of-a2", ("LOGIN_ID", "333333332")),
    user("narrow", ("LOGIN_ID", "444444441")),
    profile("admin1", "A1-ACC", "ADMINISTRATOR", "LEGAL_REPRESENTATIVE"),
    profile("view1", "A1-ACC", "VIEWER"),
    profile("admin2", "A2-ACC", "ADMINISTRATOR", "LEGAL_REPRESENTATIVE"),
    profile("acct", "A1-ACC", "VIEWER"),
    profile("acct-of-a2", "A2-ACC", "VIEWER"),
    profile("narrow", "A1-ACC", "VIEWER", contracts=["A1-C2"], document_kinds=["INVOICE", "WELCOME_LETTER"]),
    user("noone", ("LOGIN_ID", "666666661"), "P3"),
    leasing(),
)
T2: Rows = together(
    company("P1", "Mill SA", IBANS[3]),
    account("A1", "100200300", "P1", "Mill", "cofidis"),
    user("t2", ("EMAIL", "t2@example.com")),
    profile("t2", "A1-ACC", "ADMINISTRATOR", "HOLDER"),
)
T3: Rows = together(
    person("P1", "Kari Nordmann", IBANS[0]),
    account("A1", "900", "P1", "Kari", "kredinor", contracts=1),
    user("t3", ("FILE_NUMBER", "900")),
    profile("t3", "A1-ACC", "ADMINISTRATOR", "HOLDER"),
)
T4: Rows = together(
    person("P1", "Jean Dupont", IBANS[0]),
    account("A1", "800", "P1", "Jean", "cofinoga", contracts=1),
    account("A2", "801", "P1", "Jean", "norrsken", contracts=1),
    user("t4", ("LOGIN_ID", "800")),
    profile("t4", "A1-ACC", "ADMINISTRATOR", "HOLDER"),
    profile("t4", "A2-ACC", "ADMINISTRATOR", "HOLDER"),
    credit(),
)
HOUSES = {"t1": T1, "t2": T2, "t3": T3, "t4": T4}
STAFF = {"agent": StaffRole.AGENT, "supervisor": StaffRole.SUPERVISOR, "auditor": StaffRole.AUDITOR, "config": StaffRole.CONFIG, "security": StaffRole.SECURITY, "kyc": StaffRole.KYC}  # fmt: skip
CUSTOMERS = ("admin1", "view1", "admin2", "acct", "narrow", "admin3", "view3", "noone")
PEOPLE = {name: "t1" for name in (*CUSTOMERS, *STAFF)} | {"t2": "t2", "t3": "t3", "t4": "t4", "anna": "t4"}
PORTALS = {"t1": "customer-corner", "t2": "cofidis", "t3": "kredinor"}

PLENTY = Bounds(
    budgets=Budgets(capacity=10**12), strangers=Budgets(capacity=10**12)
)  # what a session may ask for in a time is tested at the door


def token_of(who: str) -> str:
    """The bearer token of somebody's open session."""
    return f"{PEOPLE[who]}.{who}-is-signed-in"


async def fill(urls: Urls) -> None:
    """The houses, their exports, their staff, and an open session for everybody."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        async with writing_to(urls.owner):
            for key, presets in PRESETS.items():
                await _house(key, presets)
        jobs = await asyncpg.connect(urls.jobs, server_settings={"search_path": "bailiwick"})
        try:
            for key, rows in HOUSES.items():
                await bring_in(jobs, key, write(folder / key, key, rows), FileStore.in_folder(files_folder()))
        finally:
            await jobs.close()
        async with writing_to(urls.owner):
            await _join_logins()
            await _certify()
            await _give_secrets()
            for who in PEOPLE:
                await _open_session(who)


async def bring_in(jobs: "asyncpg.Connection[asyncpg.Record]", key: str, export: Path, store: FileStore) -> None:
    """One export, every row of which must be taken."""
    tenant_id = await jobs.fetchval("select find_tenant($1)", key)
    report = export.parent / f"{export.name}.report"
    result = await run_import(
        jobs,
        tenant_id=tenant_id,
        export=export,
        mode=ImportMode.ALL_OR_NOTHING,
        dry_run=False,
        at=NOW,
        keys=KEYS,
        store=store,
        report_to=report,
    )
    if set(name for name, count in result.counts.items() if count) != {"CREATED"}:
        raise AssertionError([line for line in report.read_text().splitlines() if "CREATED" not in line][:5], result)


async def _house(key: str, presets: list[str]) -> None:
    tenant = await Tenant.add(key, f"House {key}", "BE", "EUR", NOW)
    for preset in presets:
        await Portal.add(tenant, preset, preset.title(), NOW, preset, hosts=[f"{preset}.example.com"])
    for name, role in STAFF.items() if key == "t1" else ():
        await Staff.add(tenant.id, name, f"{name}@house.example", [role], NOW)


async def _join_logins() -> None:
    """The accountant's two logins are one person's."""
    await PortalUser.filter(external_id__in=["acct", "acct-of-a2"]).update(link_group_id=uuid7())


async def _certify() -> None:
    """Certificates that wait to be printed, so that no list of documents is longer for it."""
    for number in ("A1/2026/001", "A1/2026/002", "A2/2026/001", "A1b/2026/001"):
        for contract in await Contract.filter(number=number).order_by("tenant_id"):
            for kind in (CertificateKind.SCHEDULE, CertificateKind.CERTIFICATE_BALANCE):
                paper = await certified(kind, contract, as_of_on=NOW.date(), today=NOW.date(), at=NOW, locale="fr")
                await Certificate.ask(paper, on=NOW.date(), at=NOW)


async def _give_secrets() -> None:
    secret = SCHEMES.hash(PASSWORD)
    for customer in await PortalUser.filter(external_id__in=["admin1", "view1", "t2"]):
        await customer.set_secret(secret, NOW)
    for agent in await Staff.filter(display_name="agent"):
        await agent.set_secret(secret, NOW)


async def _open_session(who: str) -> None:
    """As signing in does; the token is known to the tests."""
    tenant = await Tenant.get(key=PEOPLE[who])
    staff = await Staff.filter(tenant_id=tenant.id, display_name=who).first()
    person = staff or await PortalUser.get(tenant_id=tenant.id, external_id=who)
    portal = await Portal.filter(tenant_id=tenant.id, key=PORTALS.get(tenant.key, "")).first()
    await Tortoise.get_connection("default").execute_query(
        """insert into session (tenant_id, id, realm, user_id, staff_id, portal_id, token_hash, assurance, created_at, last_seen_at,
           idle_minutes, ends_at, device_name) values ($1, $2, $3, $4, $5, $6, $7, 'PASSWORD', $8, $8, 600, $9, $10)""",
        [tenant.id, uuid7(), "STAFF" if staff else "CUSTOMER", None if staff else person.id, staff.id if staff else None,
         portal.id if portal and not staff else None, hashed(token_of(who)), NOW, NOW + timedelta(hours=12), f"Phone of {who}"],
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP, and how many statements it took."""

    status: int
    raw: bytes
    headers: dict[str, str]
    statements: int

    @property
    def json(self) -> Any:
        return orjson.loads(self.raw)

    @property
    def data(self) -> Any:
        return self.json.get("data")

    @property
    def errors(self) -> list[Any]:
        return list(self.json.get("errors", []))

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


@dataclass(repr=False)
class World:
    """The product over one database, and what tests turn at it."""

    urls: Urls
    tenancy: Tenancy
    owner: "asyncpg.Connection[asyncpg.Record]"
    now: datetime = NOW
    app: Any = None
    ids: dict[tuple[str, str, str], UUID] = field(default_factory=dict)  # by house, table and external id
    tenants: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    profiles: list[tuple[UUID, UUID]] = field(default_factory=list)  # user, account

    def users_of(self, accounts: Iterable[UUID]) -> set[UUID]:
        """Who has a profile on one of these."""
        return {user for user, account in self.profiles if account in set(accounts)}

    def gid(self, house: str, model: type[Owned], external_id: str) -> str:
        """The id that clients see of an imported row: `gid("t1", Contract, "A1-C1")`."""
        key = self.ids[house, model._meta.db_table, external_id]
        prefix = (
            ("com" if HOUSES[house]["parties"][_place(house, external_id)]["kind"] == "COMPANY" else "per")
            if model.__name__ == "Party"
            else model.PREFIX
        )
        return f"{prefix}_{key.hex}"

    async def ask(self, who: str | None, query: str, *, token: str | None = None, host: str | None = None, **variables: Any) -> Answer:
        """POST an operation as somebody (`None`: nobody), or with a token."""
        token = token or (token_of(who) if who else None)
        headers = {"accept": "application/graphql-response+json"} | ({"authorization": f"Bearer {token}"} if token else {})
        before = self.statements()
        async with self.client(host) as client:
            response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        return Answer(response.status_code, response.content, dict(response.headers), self.statements() - before)

    def client(self, host: str | None = None) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=f"https://{host or 'portal.test'}")

    def forget(self) -> None:
        """Who has asked before, and every other time than its own."""
        self.tenancy.sessions.kept.clear()
        self.now = NOW

    def statements(self) -> int:
        """SQL statements that were run for reading, since the start."""
        return self.tenancy.database.statements

    @contextmanager
    def at(self, now: datetime) -> Iterator[None]:
        """Another time for the length of the block."""
        before, self.now = self.now, now
        try:
            yield
        finally:
            self.now = before


def _place(house: str, external_id: str) -> int:
    return next(i for i, row in enumerate(HOUSES[house]["parties"]) if row["external_id"] == external_id)


@asynccontextmanager
async def opened_world(urls: Urls) -> AsyncIterator[World]:
    """The product over a clone of the world's template."""
    secret = sha256(b"tests").digest()
    tenancy = Tenancy(Database(urls.app, 4), Database(urls.app, 2, is_writing=True), secret, secret)
    await tenancy.open()
    owner = await asyncpg.connect(urls.owner, server_settings={"search_path": "bailiwick"})
    world = World(urls, tenancy, owner)
    world.ids = await _ids(owner)
    world.tenants = dict(map(tuple, await owner.fetch("select key, id from tenant")))
    world.staff = dict(map(tuple, await owner.fetch("select display_name, id from staff")))
    world.profiles = [tuple(row) for row in await owner.fetch("select user_id, account_id from profile")]
    world.app = app_over(world)
    yield world
    await owner.close()
    await tenancy.close()


async def _ids(owner: "asyncpg.Connection[asyncpg.Record]") -> dict[tuple[str, str, str], UUID]:
    tables = await owner.fetch(
        "select table_name::text from information_schema.columns where table_schema = 'bailiwick' and column_name = 'external_id'"
    )
    found = {}
    for (table,) in tables:
        if table in ("import_row", "parked_row"):
            continue
        for key, external_id, row in await owner.fetch(
            f"select t.key, x.external_id, x.id from {table} x join tenant t on t.id = x.tenant_id where x.external_id is not null"
        ):
            found[key, table, external_id] = row
    for key, contract, kind, row in await owner.fetch(
        """select t.key, c.external_id, x.kind, x.id from certificate x join tenant t on t.id = x.tenant_id
           join contract c on c.tenant_id = x.tenant_id and c.id = x.contract_id"""
    ):
        found[key, "certificate", f"{contract}-{kind}"] = row  # ours: no source calls it anything
    return found


USE = ("session", "reach_set")  # what merely asking writes


async def contents(world: World) -> dict[str, tuple[int, int]]:
    """Of each table how many rows it has, and a sum that changes with any of them."""
    tables = await world.owner.fetch("select relname::text from pg_class where relnamespace = 'bailiwick'::regnamespace and relkind = 'r'")
    return {
        table: tuple(*await world.owner.fetch(f"select count(*), coalesce(sum(hashtext(x::text)), 0)::bigint from {table} x"))
        for (table,) in tables
        if table not in USE
    }


def app_over(world: World) -> Any:
    """The whole product on this world's database and clock."""
    links = SignedLinks(sha256(b"links").digest(), "https://portal.test")
    return installing.app_over(
        Parts(world.tenancy, links, FileStore.in_folder(files_folder()), lambda: world.now, IS_PLANNED, bounds=PLENTY)
    )


def files_folder() -> Path:
    """Where the documents of all worlds of this run lie: their keys are the worlds' own, and nobody changes them."""
    return Path(os.environ[FOLDER]) / "files"
