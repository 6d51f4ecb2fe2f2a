"""Fills the bench's database: houses, doors and people by the models' own verbs, the millions of rows by `load.sql`."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from uuid_utils.compat import uuid7

from models import Account, IdentifierKind, Portal, PortalUser, Profile, ProfileBasis, ProfileRole, ProfileState, Tenant, UserState
from models.connecting import writing_to
from server.process.embedded_postgres import Urls
from tenants.sessions import hashed, new_token
from tenants.sign_in import COMPLETE
from tenants.sign_in_budgets import MOST_DEVICES, MOST_SESSIONS

SQL = Path(__file__).with_name("load.sql")
PARTS = 2  # connections that load at once
IDLE_MINUTES, SESSION = 720, timedelta(hours=12)


@dataclass(frozen=True)
class Size:
    """How many houses; accounts and contracts of each; assets, documents and installments of each contract."""

    houses: int = 200
    accounts: int = 10
    contracts: int = 100
    assets: int = 3
    documents: int = 12
    installments: int = 60

    @property
    def installments_in_all(self) -> int:
        return self.houses * self.contracts * self.installments


async def load(urls: Urls, size: Size, say: Callable[[str], None]) -> None:
    """Everything but the sessions."""
    began = time.perf_counter()
    async with writing_to(urls.owner):
        for n in range(size.houses):
            await _house(n)
    say(f"  {size.houses} houses after {time.perf_counter() - began:.0f} s")
    await asyncio.gather(*[_rows(urls.owner, size, part) for part in range(PARTS)])
    say(f"  {size.installments_in_all:,} installments and all that they hang on after {time.perf_counter() - began:.0f} s")
    async with writing_to(urls.owner):
        for tenant in await Tenant.all().order_by("key"):
            await _accountant(tenant)
    say(f"  {size.houses} accountants after {time.perf_counter() - began:.0f} s")


async def _house(n: int) -> None:
    at = datetime.now(UTC)
    country, currency = [("BE", "EUR"), ("NO", "NOK")][n % 2]
    tenant = await Tenant.add(f"house-{n:03}", f"House {n}", country, currency, at)
    await Portal.add(tenant, f"door-{n:03}", f"Door of house {n}", at, "customer-corner")


async def _rows(url: str, size: Size, part: int) -> None:
    """Those of some of the houses, in one transaction."""
    share = -(-size.houses // PARTS)
    said = {**size.__dict__, "first": part * share, "last": (part + 1) * share - 1}
    connection = await asyncpg.connect(url, server_settings={"search_path": "bailiwick"})
    try:
        async with connection.transaction():
            for name, value in said.items():
                await connection.execute("select set_config($1, $2, true)", f"bench.{name}", str(value))
            await connection.execute(SQL.read_text("utf-8"))
    finally:
        await connection.close()


async def _accountant(tenant: Tenant) -> None:
    """Somebody who works on every account of the house: an administrator of every second one."""
    at = datetime.now(UTC)
    who = f"accountant-of-{tenant.key}"
    user = await PortalUser.create(
        tenant_id=tenant.id, display_name=who, email=f"{who}@example.com", locale="en", state=UserState.ACTIVE, source="erp", external_id=who,
        created_at=at, updated_at=at,
    )  # fmt: skip
    await user.identify(IdentifierKind.LOGIN_ID, "123456789", at)
    roles = (ProfileRole.ADMINISTRATOR, ProfileRole.VIEWER)
    profiles = [
        Profile(
            tenant_id=tenant.id, account_id=account.id, user_id=user.id, role=roles[i % 2], basis=ProfileBasis.DELEGATED, state=ProfileState.ACTIVE,
            source="erp", external_id=f"{who}-{i}", created_at=at, updated_at=at,
        )
        for i, account in enumerate(await Account.filter(tenant_id=tenant.id).order_by("id"))
    ]  # fmt: skip
    await Profile.bulk_create(profiles)


async def signed_in(urls: Urls) -> dict[str, str]:
    """A new session of every accountant, in place of the one of the last run: tokens by tenant."""
    owner = await asyncpg.connect(urls.owner, server_settings={"search_path": "bailiwick"})
    door = await asyncpg.connect(urls.app, server_settings={"search_path": "bailiwick"})
    try:
        await owner.execute("delete from session")
        users = await owner.fetch("select t.key, u.tenant_id, u.id from portal_user u join tenant t on t.id = u.tenant_id order by t.key")
        return {str(tenant): await _session(door, key, tenant, user) for key, tenant, user in users}
    finally:
        await owner.close()
        await door.close()


async def _session(door: "asyncpg.Connection[asyncpg.Record]", key: str, tenant: object, user: object) -> str:
    """Opened as signing in opens one."""
    token, session, at = new_token(key), uuid7(), datetime.now(UTC)
    is_open = await door.fetchval(
        COMPLETE, tenant, session, user, None, None, hashed(token), "PASSWORD", at, IDLE_MINUTES, at + SESSION, "bench", None, None, [], None, 1,
        None, None, None, None, MOST_DEVICES, MOST_SESSIONS, uuid7(), None,
    )  # fmt: skip
    assert is_open
    return token
