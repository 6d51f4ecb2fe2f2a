"""Addresses that work for a few minutes, for one session and one purpose: signed, so that nobody else can make or bend one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest
from typing import Any
from uuid import UUID

import orjson

from models import Document
from models.base import Unauthenticated
from models.base64url import decoded, encoded
from resolvers.context import Link
from server.http.hosts import address_of, is_local
from tenants import Scope
from tenants.portals import Door

GOOD_FOR = timedelta(minutes=5)
SEAL_BYTES = 24
LONGEST = 2_000


class Forged(Exception):
    """The ticket is none of ours, or its time is over. Which of the two is told to nobody."""


@dataclass(frozen=True)
class SignedLinks:
    """Writes and reads tickets.

    `base` is where they are opened. Each operation has links of its own (`LinksOfOne`); the first `base`, which an operator may set, is
    for portals that have no hosts.
    """

    key: bytes
    base: str

    def reached(self, scope: Scope, door: Door | None) -> "SignedLinks":
        """Links to the host that was asked, if it is one of the session's portal, else to the first official host of that portal.

        Never to a host of another house: nobody learns who else shares this server.
        """
        asked = door is not None and scope.auth.portal_id in (None, door.portal_id) and scope.auth.tenant_id == door.tenant_id
        official = (address_of(host) for host in scope.auth.rules.official_hosts if not is_local(host))
        base = _asked_at(scope) if asked else next(official, self.base)
        return replace(self, base=base or self.base)

    def document(self, scope: Scope, document: Document, disposition: str) -> Link:
        """Where the bytes of a document are fetched."""
        return self._link(scope, "documents", {"id": document.id.hex, "as": disposition.lower()})

    def upload(self, scope: Scope, ticket: str, byte_size: int, sha256: str) -> Link:
        """Where the bytes of an upload are put, once."""
        return self._link(scope, "uploads", {"id": ticket, "size": byte_size, "sha256": sha256})

    def read(self, purpose: str, ticket: str, now: datetime) -> dict[str, Any]:
        """What a ticket says. Raises `Forged`."""
        try:
            raw = decoded(ticket) if len(ticket) <= LONGEST else b""
        except ValueError:
            raise Forged from None
        seal, said = raw[:SEAL_BYTES], raw[SEAL_BYTES:]
        if not compare_digest(seal, self._seal(purpose, said)):
            raise Forged
        found: dict[str, Any] = orjson.loads(said)
        if found["until"] <= int(now.timestamp()):
            raise Forged
        return found

    def _link(self, scope: Scope, purpose: str, what: dict[str, Any]) -> Link:
        auth = scope.auth
        if auth.token_hash is None or auth.tenant_key is None:
            raise Unauthenticated
        until = int((scope.now + GOOD_FOR).timestamp())
        said = orjson.dumps(what | {"until": until, "tenant": auth.tenant_key, "session": auth.token_hash.hex()})
        ticket = encoded(self._seal(purpose, said) + said)
        return Link(f"{self.base}/{purpose}/{ticket}", datetime.fromtimestamp(until, UTC))

    def _seal(self, purpose: str, said: bytes) -> bytes:
        return blake2b(purpose.encode() + b"\0" + said, digest_size=SEAL_BYTES, key=self.key).digest()


@dataclass(slots=True)
class LinksOfOne:
    """Those of one operation. Where they lead is found out with the first of them: most operations make none."""

    links: SignedLinks
    scope: Scope
    door: Door | None
    found: SignedLinks | None = None

    def document(self, scope: Scope, document: Document, disposition: str) -> Link:
        """As `SignedLinks.document`."""
        return self._reached().document(scope, document, disposition)

    def upload(self, scope: Scope, ticket: str, byte_size: int, sha256: str) -> Link:
        """As `SignedLinks.upload`."""
        return self._reached().upload(scope, ticket, byte_size, sha256)

    def _reached(self) -> SignedLinks:
        if self.found is None:
            self.found = self.links.reached(self.scope, self.door)
        return self.found


def _asked_at(scope: Scope) -> str:
    return address_of(scope.client.host, scope.client.scheme) if scope.client.host else ""


def key_in(found: dict[str, Any]) -> UUID:
    """The row that a ticket is about."""
    return UUID(found["id"])
