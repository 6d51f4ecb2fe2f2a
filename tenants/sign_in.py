"""From a secret to a session, the same way and the same work whether or not the identifier is known."""

from dataclasses import dataclass
from datetime import timedelta
from hmac import digest
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from models.base import ActivationRequired, InvalidCredentials, Locked, NotOffered
from models.policies import PortalRules, PrimaryFactor
from models.users import IdentifierKind, counted_as, normalized
from tenants.database import Database
from tenants.passwords import Passwords
from tenants.portals import Door
from tenants.scope import Asking, Realm, Scope
from tenants.sessions import hashed, new_token

RESERVE = "select * from reserve_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9)"
OPEN = "select open_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
FIND_TENANT = "select find_tenant($1)"
# However slowly someone guesses: after this many failures without a success an identifier stays shut until its secret is renewed.
MOST_FAILURES_IN_ALL = 100


@dataclass(frozen=True)
class Opened:
    """A session that was just opened. The token is shown this once; what is kept is its hash."""

    token: str
    session_id: UUID


@dataclass(frozen=True)
class House:
    """Where someone signs in: a tenant, and the portal he came through, which staff have none of."""

    tenant_id: UUID
    tenant_key: str
    portal_id: UUID | None
    realm: Realm
    rules: PortalRules


class SignIn:
    """Passwords against what is kept of them. `desk` writes: its statements commit on their own, so an attempt is never forgotten."""

    def __init__(self, desk: Database, passwords: Passwords, bucket_key: bytes) -> None:
        self.desk, self.passwords, self.bucket_key = desk, passwords, bucket_key

    async def customer(self, door: Door, scope: Scope, identifier: str, secret: str, device: str | None) -> Opened:
        """A customer's user, at a portal. Raises what `_opened` raises, and `NotOffered` where the portal has no passwords."""
        rules = scope.rules
        if PrimaryFactor.PASSWORD not in rules.primary_factors:
            raise NotOffered
        house = House(door.tenant_id, door.tenant_key, door.portal_id, Realm.CUSTOMER, rules)
        return await self._opened(house, list(rules.identifier_kinds), scope, identifier, secret, device)

    async def staff(self, tenant_key: str, scope: Scope, email: str, secret: str, device: str | None) -> Opened:
        """A member of staff, at his house. An unknown house answers as a wrong secret does."""
        [row] = await self.desk.fetch(FIND_TENANT, tenant_key)
        if row[0] is None:
            await self.passwords.verify(secret, None)
            raise InvalidCredentials
        house = House(row[0], tenant_key, None, Realm.STAFF, PortalRules.default())
        return await self._opened(house, [IdentifierKind.EMAIL], scope, email, secret, device)

    async def _opened(
        self, house: House, kinds: list[IdentifierKind], scope: Scope, identifier: str, secret: str, device: str | None
    ) -> Opened:
        """Raises `Locked`, `InvalidCredentials` and `ActivationRequired`: each only after the whole work, so that time tells nothing."""
        attempt = await self._reserved(house, kinds, scope, identifier)
        is_right, stronger = await self.passwords.verify(secret, attempt["secret_hash"])
        if attempt["is_locked"]:
            raise Locked
        if not is_right:
            raise InvalidCredentials
        if attempt["is_provisional"]:
            raise ActivationRequired
        opened = Opened(new_token(house.tenant_key), uuid7())
        if not await self._written(house, opened, attempt, stronger, scope, self._bucket(house, identifier), device):
            raise InvalidCredentials
        return opened

    async def _reserved(self, house: House, kinds: list[IdentifierKind], scope: Scope, identifier: str) -> Any:
        """The attempt, counted before anything is compared, and whom it is about."""
        values = [normalized(kind, identifier) for kind in kinds]
        [row] = await self.desk.fetch(
            RESERVE,
            house.tenant_id,
            self._bucket(house, identifier),
            house.realm.value,
            [kind.value for kind in kinds],
            values,
            scope.now,
            house.rules.max_failures,
            house.rules.lock_minutes,
            MOST_FAILURES_IN_ALL,
        )
        return row

    async def _written(
        self, house: House, opened: Opened, attempt: Any, stronger: str | None, scope: Scope, bucket: bytes, device: str | None
    ) -> bool:
        rules, asking = house.rules, scope.asking
        [row] = await self.desk.fetch(
            OPEN,
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
            device,
            asking.address,
            _short(asking),
            bucket,
            attempt["credential_id"],
            stronger,
            uuid7(),
            asking.request_id,
        )
        return bool(row[0])

    def _bucket(self, house: House, identifier: str) -> bytes:
        """Where the failures of this identifier are counted: a keyed hash, so that what was typed is not kept."""
        spelled = counted_as(identifier)
        return digest(self.bucket_key, f"{house.tenant_id}\0{house.realm}\0{spelled}".encode("utf-8", "surrogatepass"), "sha256")


def _short(asking: Asking) -> str | None:
    return asking.user_agent[:300] if asking.user_agent else None
