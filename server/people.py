"""Somebody, as operators name them: by identifier, e-mail address, name or external id. And what is handed to them: a password, a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import choice
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from models import CredentialState, LoginIdentity, Portal, PortalUser, Profile, Staff, Tenant
from models.accounts import Account
from models.base import Fault, Invalid
from models.connecting import writing_to
from models.policies import PrimaryFactor
from server.clock import now
from server.operating import Unwilling, house, is_demo
from server.settings import Settings
from tenants.passwords import hash_password
from tenants.sessions import hashed, new_token
from tenants.sign_in import OPEN

DEMO_SESSION = timedelta(hours=12)
IDLE_MINUTES = 720
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"  # none that is taken for another when it is read out


@dataclass(frozen=True)
class Somebody:
    """A user of a house, or a member of its staff."""

    tenant: Tenant
    person: PortalUser | Staff

    async def portals(self) -> list[Portal]:
        """The portals of all accounts of a user; the default one of the house for accounts that name none."""
        accounts = await Profile.filter(tenant_id=self.tenant.id, user_id=self.person.id).values_list("account_id", flat=True)
        named = await Account.filter(tenant_id=self.tenant.id, id__in=list(accounts)).values_list("portal_id", flat=True)
        keys = {key or self.tenant.default_portal_id for key in named} or {self.tenant.default_portal_id}
        return await Portal.filter(tenant_id=self.tenant.id, id__in=[key for key in keys if key]).order_by("key")


async def find(who: str, tenant_key: str | None) -> Somebody:
    """The only one who goes by this, in the house of this key or in any. Raises `Invalid`."""
    tenants = [await house(tenant_key)] if tenant_key else await Tenant.all().order_by("key")
    found = [somebody for tenant in tenants if (somebody := await _in(tenant, who))]
    if len(found) != 1:
        several = ", ".join(somebody.tenant.key for somebody in found)
        say = f"Several houses know {who}: say which with --tenant ({several})." if found else f"Nobody here is called {who}."
        raise Invalid((Fault(("who",), "who.unknown", say),))
    return found[0]


async def give_secret(settings: Settings, who: str, tenant_key: str | None, password: str | None) -> tuple[str, str]:
    """A password for a user or a member of staff, in place of the one before. Gives their name and it.

    Raises `Unwilling` where none of the user's portals lets people in by a password, and `Invalid`.
    """
    secret = password or new_secret()
    async with writing_to(settings.url("owner")):
        somebody = await find(who, tenant_key)
        if isinstance(somebody.person, PortalUser):
            rules = [await portal.rules(now()) for portal in await somebody.portals()]
            if not any(PrimaryFactor.PASSWORD in rule.primary_factors for rule in rules):
                raise Unwilling(f"{somebody.person.display_name} comes in by a portal that has no passwords.")
        await somebody.person.set_secret(hash_password(secret), CredentialState.ACTIVE, now())
        return str(somebody.person.display_name), secret


async def token_for(settings: Settings, who: str, tenant_key: str | None = None, at: datetime | None = None) -> str:
    """A session for somebody in a demo, opened now or as if it were then. Raises `Unwilling` and `Invalid`."""
    if not await is_demo(settings):
        raise Unwilling("Tokens are handed out in a demo only. Elsewhere people sign in: see sessionCreate and staffSessionCreate.")
    async with writing_to(settings.url("owner")):
        somebody = await find(who, tenant_key)
        portals = await somebody.portals() if isinstance(somebody.person, PortalUser) else []
    # Whoever comes in by several portals is shown what lies behind all of them.
    return await _session(settings, somebody, portals[0].id if len(portals) == 1 else None, at or now())


def new_secret() -> str:
    """A password that all portals' rules take, and that can be read out: 74 bits."""
    groups = ["".join(choice(LETTERS) for _ in range(5)) for _ in range(3)]
    return "-".join([groups[0].capitalize(), *groups[1:], "".join(choice(DIGITS) for _ in range(2))])


async def _in(tenant: Tenant, who: str) -> Somebody | None:
    """Whoever of a house goes by this; two logins of one name are one person's, and the first stands for both."""
    named = await LoginIdentity.filter(tenant_id=tenant.id, value=who.casefold()).first()
    if named and named.staff_id:
        return Somebody(tenant, await Staff.get(tenant_id=tenant.id, id=named.staff_id))
    if named and named.user_id:
        return Somebody(tenant, await PortalUser.get(tenant_id=tenant.id, id=named.user_id))
    for field in ("external_id", "email", "display_name"):
        if user := await PortalUser.filter(tenant_id=tenant.id, **{field: who}).order_by("external_id").first():
            return Somebody(tenant, user)
    staff = await Staff.filter(tenant_id=tenant.id, display_name=who).first()
    return Somebody(tenant, staff) if staff else None


async def _session(settings: Settings, somebody: Somebody, portal: UUID | None, at: datetime) -> str:
    """Opened by the same function as signing in is, so it is in the audit like any other."""
    tenant, person = somebody.tenant, somebody.person
    user, staff = (person.id, None) if isinstance(person, PortalUser) else (None, person.id)
    token, session = new_token(tenant.key), uuid7()
    nobody = sha256(session.bytes).digest()  # a bucket that nobody's attempts are counted in
    connection = await asyncpg.connect(settings.url("app"), server_settings={"search_path": "bailiwick"})
    try:
        is_open = await connection.fetchval(
            OPEN, tenant.id, session, user, staff, portal, hashed(token), "PASSWORD", at, IDLE_MINUTES, at + DEMO_SESSION,
            "bailiwick token", None, None, nobody, None, None, uuid7(), None,
        )  # fmt: skip
    finally:
        await connection.close()
    if not is_open:
        raise Unwilling("This person may not sign in.")
    return token
