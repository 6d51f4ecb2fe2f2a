"""For whom an operation runs. Nothing in this room answers without it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from models.portal_rules import PortalRules
from models.profiles import ProfileRole
from tenants.zones import UNKNOWN, Zones

MOST_SAID = 50  # keys that travel with every statement; more of them stay in the database, which is faster from there on


class Realm(StrEnum):
    """Which world a caller comes from."""

    STRANGER = "STRANGER"
    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"


class Principal(StrEnum):
    """As whom something is done: what the lines of the policy table name."""

    STRANGER = "STRANGER"
    VIEWER = "VIEWER"
    ADMINISTRATOR = "ADMINISTRATOR"
    AGENT = "AGENT"
    SUPERVISOR = "SUPERVISOR"
    KYC = "KYC"
    SECURITY = "SECURITY"
    CONFIG = "CONFIG"
    AUDITOR = "AUDITOR"
    JOB = "JOB"


@dataclass(frozen=True)
class Grant:
    """One active profile: what its user may do on one account. `None` is no limit."""

    profile_id: UUID
    account_id: UUID
    role: ProfileRole
    contracts: tuple[UUID, ...] | None = None
    document_kinds: tuple[str, ...] | None = None
    documents_from_on: date | None = None

    @property
    def is_limited(self) -> bool:
        return self.contracts is not None or self.document_kinds is not None or self.documents_from_on is not None


@dataclass(frozen=True)
class AuthContext:
    """Who someone is and all they reach, as the database said at one moment: this much is remembered between requests.

    `version` changes with everything it is made of, and `good_until` is when the mere passing of time changes it.
    """

    tenant_id: UUID | None
    realm: Realm
    rules: PortalRules
    zones: Zones = UNKNOWN
    country: str | None = None  # of the house: how numbers without a country are read
    tenant_key: str | None = None
    portal_id: UUID | None = None
    session_id: UUID | None = None
    user_id: UUID | None = None  # of a customer's user, or of a member of staff
    token_hash: bytes | None = None
    version: int = 0
    locale: str | None = None
    last_seen_at: datetime | None = None
    strong_until_at: datetime | None = None  # until when a second proof of who asks is fresh
    good_until: datetime | None = None
    staff_roles: frozenset[Principal] = frozenset()
    grants: tuple[Grant, ...] = ()
    parties: frozenset[UUID] = frozenset()
    own_parties: frozenset[UUID] = frozenset()
    closed: dict[Any, list[UUID]] = field(default_factory=dict, compare=False)  # by model, found once: see `tenants/policy.py`

    whole: dict[Any, bool] = field(default_factory=dict, compare=False)  # the same, by models

    @cached_property
    def reach(self) -> dict[UUID, tuple[Grant, ...]]:
        """The accounts, and the grants on each: joined logins can give several."""
        found: dict[UUID, tuple[Grant, ...]] = {}
        for grant in self.grants:
            found[grant.account_id] = (*found.get(grant.account_id, ()), grant)
        return found

    @property
    def has_one_account(self) -> bool:
        """Whether all that is in reach hangs on one account."""
        return len(self.reach) == 1

    @cached_property
    def settings(self) -> tuple[str, str, str, str, str, str]:
        """What row-level security compares with: tenant, realm, user, accounts, parties, own parties."""
        user = str(self.user_id) if self.user_id else ""
        tenant = str(self.tenant_id) if self.tenant_id else ""
        accounts, parties, own_parties = map(_said, (self.reach, self.parties, self.own_parties))
        return tenant, self.realm.value, user, accounts, parties, own_parties

    @cached_property
    def sets(self) -> dict[UUID, list[UUID]]:
        """The keys that the settings only name, because they are many: the database has to have them before."""
        return {_id_of(keys): sorted(keys) for keys in (self.reach, self.parties, self.own_parties) if len(keys) > MOST_SAID}

    @property
    def is_wide(self) -> bool:
        """Whether some of the keys in reach stay in the database."""
        return bool(self.sets)

    @cached_property
    def principals(self) -> frozenset[Principal]:
        """As whom a document may be asked for. A user whose last profile has ended is let in as a viewer, and reaches nothing."""
        if self.realm is Realm.STAFF:
            return self.staff_roles
        if self.realm is Realm.STRANGER:
            return frozenset({Principal.STRANGER})
        return frozenset(Principal(grant.role.value) for grant in self.grants) or frozenset({Principal.VIEWER})

    @cached_property
    def restricted_accounts(self) -> list[UUID]:
        """The accounts on which every grant is limited to some contracts, document kinds or days."""
        return [account for account, grants in self.reach.items() if all(grant.is_limited for grant in grants)]


class ClientInfo(NamedTuple):
    """What is known of a request besides who sends it. Decides no right."""

    request_id: str
    address: str | None = None
    user_agent: str | None = None
    languages: tuple[str, ...] = ()
    host: str = ""  # that was asked, as the request named it
    scheme: str = "https"  # by which it came to us


@dataclass(frozen=True)
class Scope:
    """One operation of someone, at one instant."""

    auth: AuthContext
    now: datetime
    client: ClientInfo

    @property
    def tenant_id(self) -> UUID:
        assert self.auth.tenant_id is not None
        return self.auth.tenant_id

    @property
    def user_id(self) -> UUID:
        assert self.auth.user_id is not None
        return self.auth.user_id

    @property
    def realm(self) -> Realm:
        return self.auth.realm

    @property
    def is_staff(self) -> bool:
        return self.auth.realm is Realm.STAFF

    @property
    def is_signed_in(self) -> bool:
        return self.auth.session_id is not None

    @property
    def rules(self) -> PortalRules:
        """The policy record of the portal that the caller has come through."""
        return self.auth.rules

    @property
    def zones(self) -> Zones:
        """Where days begin and end at the portals of the house."""
        return self.auth.zones

    @cached_property
    def today(self) -> date:
        """The day it is at the portal that the caller has come through: what windows of days are counted from."""
        return self.today_in(ZoneInfo(self.rules.time_zone))

    def today_in(self, zone: ZoneInfo) -> date:
        """The day it is in a zone."""
        return self.now.astimezone(zone).date()

    def day_of(self, instant: datetime) -> date:
        """The day an instant was at the portal that the caller has come through."""
        return instant.astimezone(ZoneInfo(self.rules.time_zone)).date()

    @property
    def locale(self) -> str:
        """In which language messages are written: what the request asks for, else the user's, else the portal's first."""
        return chosen((*self.client.languages, self.auth.locale or ""), self.rules.locales)


@lru_cache(1_000)
def chosen(wanted: tuple[str, ...], offered: tuple[str, ...]) -> str:
    """The first wanted language that is offered, whatever its country; else the first that is offered."""
    for one in wanted:
        for locale in offered:
            if one.split("-")[0].lower() == locale.split("-")[0].lower():
                return locale
    return offered[0]


def _said(keys: Collection[UUID]) -> str:
    """The keys in PostgreSQL's spelling of an array, or where they are many the name of the set that the database has of them."""
    return f"@{_id_of(keys)}" if len(keys) > MOST_SAID else "{" + ",".join(map(str, keys)) + "}"


def _id_of(keys: Iterable[UUID]) -> UUID:
    """The same for the same keys, and for no others."""
    return UUID(bytes=sha256(b"".join(key.bytes for key in sorted(keys))).digest()[:16])
