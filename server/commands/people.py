"""Somebody, as operators name them: by identifier, e-mail address, name or external id. And what is handed to them: a password, a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from tortoise.expressions import Q
from uuid_utils.compat import uuid7

from models import LoginIdentity, Portal, PortalUser, Profile, SignInBucket, Staff, Tenant
from models.accounts import Account
from models.base import Fault, Invalid
from models.connecting import transaction, writing_to
from models.passwords import new_secret, secret_faults
from models.portal_rules import PortalRules, PrimaryFactor, SecretRules
from models.users import IdentifierKind, normalized
from server.commands.operations import Unwilling, house, is_demo, noted
from server.process.clock import now
from server.process.settings import Settings
from tenants.passwords import hash_password
from tenants.sessions import hashed, new_token
from tenants.sign_in import COMPLETE
from tenants.sign_in_budgets import MOST_DEVICES, MOST_SESSIONS

DEMO_SESSION = timedelta(hours=12)
IDLE_MINUTES = 720


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

    All their sessions end, and they may try to sign in again. Raises `Unwilling` where none of the user's portals lets people in by a
    password, and `Invalid` for one that breaks the rules of their portals.
    """
    async with writing_to(settings.url("owner")), transaction():
        somebody = await find(who, tenant_key)
        rules = await _secret_rules(somebody)
        secret = password or new_secret(rules)
        if faults := secret_faults(secret, rules, await _known_about(somebody)):
            raise Invalid(faults)
        ended = await somebody.person.set_secret(hash_password(secret), now())
        await noted(somebody.tenant, "secret.set", somebody.person, {"sessions_ended": ended})
        return str(somebody.person.display_name), secret


async def unlock(settings: Settings, who: str, tenant_key: str | None) -> tuple[str, int]:
    """End the locks of a user or a member of staff. Gives their name, and how many counts of failures there were. Raises `Invalid`."""
    async with writing_to(settings.url("owner")), transaction():
        somebody = await find(who, tenant_key)
        counts = await SignInBucket.forgive(somebody.tenant.id, somebody.person.id)
        await noted(somebody.tenant, "sign_in.unlock", somebody.person, {})
        return str(somebody.person.display_name), counts


async def _secret_rules(somebody: Somebody) -> list[SecretRules]:
    """What a password of theirs must be: at all their portals that have passwords. Staff have the rules of the safe preset."""
    if isinstance(somebody.person, Staff):
        return [PortalRules.default().secret_rules]
    rules = [await portal.rules(now()) for portal in await somebody.portals()]
    typed = [rule.secret_rules for rule in rules if PrimaryFactor.PASSWORD in rule.primary_factors]
    if not typed:
        raise Unwilling(f"{somebody.person.display_name} comes in by a portal that has no passwords.")
    return typed


async def _known_about(somebody: Somebody) -> list[str]:
    """What others know of somebody, and would try first."""
    person, tenant = somebody.person, somebody.tenant
    whose = {"staff_id": person.id} if isinstance(person, Staff) else {"user_id": person.id}
    identifiers = await LoginIdentity.filter(tenant_id=tenant.id, **whose).values_list("value", flat=True)
    mails = [str(mail) for mail in (person.email, *identifiers) if mail and "@" in str(mail)]
    brands = [portal.brand for portal in await Portal.filter(tenant_id=tenant.id)]
    plain = [str(identifier) for identifier in identifiers if "@" not in str(identifier)]
    return [person.display_name, *(mail.partition("@")[0] for mail in mails), *mails, *plain, tenant.key, *brands]


async def token_for(settings: Settings, who: str, tenant_key: str | None = None, at: datetime | None = None) -> str:
    """A session for somebody in a demo, opened now or as if it were then. Raises `Unwilling` and `Invalid`."""
    if not await is_demo(settings):
        raise Unwilling("Tokens are handed out in a demo only. Elsewhere people sign in: see sessionCreate and staffSessionCreate.")
    async with writing_to(settings.url("owner")):
        somebody = await find(who, tenant_key)
        portals = await somebody.portals() if isinstance(somebody.person, PortalUser) else []
    # Whoever comes in by several portals is shown what lies behind all of them.
    return await _session(settings, somebody, portals[0].id if len(portals) == 1 else None, at or now())


async def _in(tenant: Tenant, who: str) -> Somebody | None:
    """Whoever of a house goes by this; two logins of one name are one person's, and the first stands for both."""
    spelled = Q(*[Q(kind=kind, value=normalized(kind, who, tenant.country)) for kind in IdentifierKind], join_type="OR")
    named = await LoginIdentity.filter(spelled, tenant_id=tenant.id).order_by("created_at", "id").first()
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
    connection = await asyncpg.connect(settings.url("app"), server_settings={"search_path": "bailiwick"})
    try:
        is_open = await connection.fetchval(
            COMPLETE, tenant.id, session, user, staff, portal, hashed(token), "PASSWORD", at, IDLE_MINUTES, at + DEMO_SESSION,
            "bailiwick token", None, None, [], None, 1, None, None, None, None, MOST_DEVICES, MOST_SESSIONS, uuid7(), None,
        )  # fmt: skip
    finally:
        await connection.close()
    if not is_open:
        raise Unwilling("This person may not sign in.")
    return token
