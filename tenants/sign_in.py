"""From a secret to a session, the same way and the same work whether or not the identifier is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from models.base import InvalidCredentials, Locked, NotOffered, TooManyAttempts
from models.portal_rules import PortalRules, PrimaryFactor
from models.users import IdentifierKind
from tenants.database import Database
from tenants.passwords import Passwords
from tenants.portals import Door
from tenants.scope import ClientInfo, Realm, Scope
from tenants.sessions import hashed, new_device_token, new_token
from tenants.sign_in_budgets import (
    ALARM_ATTEMPTS,
    DEVICE_DAYS,
    LONGEST_LOCK_MINUTES,
    MOST_DEVICES,
    MOST_SESSIONS,
    QUIET_MINUTES,
    Buckets,
    spellings,
)

BEGIN = "select * from begin_sign_in(" + ", ".join(f"${n}" for n in range(1, 21)) + ")"
COMPLETE = "select complete_sign_in(" + ", ".join(f"${n}" for n in range(1, 25)) + ")"
FIND_TENANT = "select find_tenant($1)"
ALARM_EVERY = timedelta(minutes=1)
log = structlog.get_logger("bailiwick.sign_in")


@dataclass(frozen=True)
class Typed:
    """What somebody signs in with. `device_token` is what an earlier sign-in on the same device gave."""

    identifier: str
    secret: str
    device_name: str | None = None
    device_token: str | None = None


@dataclass(frozen=True)
class Opened:
    """A session that was just opened. The tokens are shown this once; what is kept are their hashes."""

    token: str
    device_token: str
    session_id: UUID


@dataclass(frozen=True)
class House:
    """Where someone signs in: a tenant (none, where the name is nobody's), and the portal he came through, which staff have none of."""

    tenant_id: UUID | None
    tenant_key: str
    portal_id: UUID | None
    realm: Realm
    rules: PortalRules
    kinds: list[IdentifierKind]


class SignIn:
    """Passwords against what is kept of them. `desk` writes: its statements commit on their own, so an attempt is never forgotten."""

    def __init__(self, desk: Database, passwords: Passwords, bucket_key: bytes) -> None:
        self.desk, self.passwords, self.buckets = desk, passwords, Buckets(bucket_key)
        self.alarmed_at: datetime | None = None

    async def customer(self, door: Door, scope: Scope, typed: Typed) -> Opened:
        """A customer's user, at a portal. Raises what `_opened` raises, and `NotOffered` where the portal has no passwords."""
        rules = scope.rules
        if PrimaryFactor.PASSWORD not in rules.primary_factors:
            raise NotOffered
        house = House(door.tenant_id, door.tenant_key, door.portal_id, Realm.CUSTOMER, rules, list(rules.identifier_kinds))
        return await self._opened(house, scope, typed)

    async def staff(self, tenant_key: str, scope: Scope, typed: Typed) -> Opened:
        """A member of staff, at his house. An unknown house answers as a wrong secret does."""
        [row] = await self.desk.fetch(FIND_TENANT, tenant_key)
        house = House(row[0], tenant_key, None, Realm.STAFF, PortalRules.default(), [IdentifierKind.EMAIL])
        return await self._opened(house, scope, typed)

    async def _opened(self, house: House, scope: Scope, typed: Typed) -> Opened:
        """Raises `TooManyAttempts` and `Locked` before anybody is looked for, and `InvalidCredentials` after the whole work: so neither
        the answer nor its time says whether there is somebody of this identifier.
        """
        attempt = await self._begun(house, scope, typed)
        if attempt["outcome"] != "VERIFY":
            self._log("refused", house, scope, typed, attempt, reason=attempt["outcome"])
            raise TooManyAttempts(attempt["wait_seconds"]) if attempt["outcome"] == "RATE_LIMITED" else Locked
        is_right, stronger = await self.passwords.verify(typed.secret, attempt["secret_hash"])
        opened = Opened(new_token(house.tenant_key), _device_token(attempt, typed), uuid7())
        if not is_right or not await self._completed(house, opened, attempt, stronger, scope, typed):
            self._log("refused", house, scope, typed, attempt, reason="INVALID_CREDENTIALS", begins_lock=attempt["begins_lock"])
            raise InvalidCredentials
        return opened

    async def _begun(self, house: House, scope: Scope, typed: Typed) -> Any:
        """The attempt, counted before anything is compared, and whom it is about."""
        kinds, values = house.kinds, spellings(house.kinds, typed.identifier, scope.auth.country)
        pairs = list(zip(kinds, values, strict=True))
        wanted = [(kind, value) for kind, value in pairs if house.rules.accepts(kind, value)]
        budgets, device = self.buckets.address(scope.client.address), _hash_of(typed.device_token)
        [row] = await self.desk.fetch(
            BEGIN,
            house.tenant_id,
            house.realm.value,
            [kind.value for kind, _ in wanted],
            [value for _, value in wanted],
            [self.buckets.identifier(house.tenant_id, house.realm, kind, value) for kind, value in pairs],
            device,
            self.buckets.device(house.tenant_id, device) if device else None,
            budgets.buckets,
            budgets.per_minute,
            self.buckets.alarm,
            ALARM_ATTEMPTS,
            scope.now,
            house.rules.max_failures,
            house.rules.lock_minutes,
            LONGEST_LOCK_MINUTES,
            QUIET_MINUTES,
            DEVICE_DAYS,
            uuid7(),
            scope.client.address,
            scope.client.request_id,
        )
        if row["is_alarming"]:
            self._alarm(scope.now)
        return row

    async def _completed(self, house: House, opened: Opened, attempt: Any, stronger: str | None, scope: Scope, typed: Typed) -> bool:
        rules, client = house.rules, scope.client
        failures = self.buckets.address(client.address).failures
        [row] = await self.desk.fetch(
            COMPLETE,
            house.tenant_id,
            opened.session_id,
            attempt["user_id"],
            attempt["staff_id"],
            house.portal_id,
            hashed(opened.token),
            "PASSWORD",
            scope.now,
            rules.idle_minutes,
            scope.now + timedelta(minutes=rules.absolute_minutes),
            typed.device_name,
            client.address,
            _short(client),
            attempt["counted"],
            None if attempt["is_known_device"] else failures.bucket,
            failures.per_minute,
            attempt["credential_id"],
            stronger,
            None if attempt["is_known_device"] else uuid7(),
            hashed(opened.device_token),
            MOST_DEVICES,
            MOST_SESSIONS,
            uuid7(),
            client.request_id,
        )
        return bool(row[0])

    def _alarm(self, now: datetime) -> None:
        """At most once a minute: an attack must not fill the log."""
        if self.alarmed_at is None or not timedelta(0) <= now - self.alarmed_at < ALARM_EVERY:
            self.alarmed_at = now
            log.warning("many sign-ins", more_than=ALARM_ATTEMPTS, per="minute")

    def _log(self, what: str, house: House, scope: Scope, typed: Typed, attempt: Any, **facts: Any) -> None:
        """One line without personal data: who was tried and from where are keyed hashes, by which the lines of one attack are found."""
        kind, value = house.kinds[0], spellings(house.kinds[:1], typed.identifier, scope.auth.country)[0]
        who = self.buckets.identifier(house.tenant_id, house.realm, kind, value).hex()[:16]
        source = self.buckets.address(scope.client.address).attempts.bucket.hex()[:16]
        log.info(
            f"sign-in {what}",
            tenant_id=str(house.tenant_id),
            realm=house.realm.value,
            identifier=who,
            source=source,
            is_known_device=attempt["is_known_device"],
            request_id=scope.client.request_id,
            **facts,
        )


def _device_token(attempt: Any, typed: Typed) -> str:
    """The token that a known device came with; a new one for any other."""
    return typed.device_token if attempt["is_known_device"] and typed.device_token else new_device_token()


def _hash_of(token: str | None) -> bytes | None:
    return hashed(token) if token else None


def _short(client: ClientInfo) -> str | None:
    return client.user_agent[:300] if client.user_agent else None
