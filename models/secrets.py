"""How bank details are kept: encrypted, bound to their place, and found again by a keyed hash.

The keys come from outside and are passed along; no module holds them. A record says which key sealed it, so that keys can be changed
while old records stay readable.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class Unreadable(Exception):
    """The record was changed, moved to another place, or sealed by a key that is not on the ring."""


class Place(NamedTuple):
    """Where a sealed value belongs. It opens nowhere else."""

    tenant_id: UUID
    table: str
    row_id: UUID
    column: str

    @property
    def associated_data(self) -> bytes:
        return f"{self.tenant_id}|{self.table}|{self.row_id}|{self.column}".encode()


@dataclass(frozen=True)
class Key:
    """A secret of 32 bytes. Its id follows from it, so two keys never share one by mistake."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError("a key has 32 bytes")

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(32))

    @property
    def id(self) -> bytes:
        return sha256(b"bailiwick key id" + self.secret).digest()[:KEY_ID_BYTES]

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose, which says nothing about the others."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(self.secret)


@dataclass(frozen=True)
class KeyRing:
    """The keys of an installation: one that seals, older ones that still open, and one that indexes and never changes."""

    current: Key
    index: Key
    previous: tuple[Key, ...] = ()

    @classmethod
    def new(cls) -> Self:
        return cls(Key.new(), Key.new())

    def seal(self, value: str, place: Place) -> bytes:
        """The value, readable with this ring and in this place only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = cipher(self.current).encrypt(nonce, value.encode(), place.associated_data)
        return FORMAT + self.current.id + nonce + sealed

    def open(self, record: bytes, place: Place) -> str:
        """The sealed value. Raises `Unreadable`."""
        head, rest = record[: 1 + KEY_ID_BYTES], record[1 + KEY_ID_BYTES :]
        key = next((key for key in (self.current, *self.previous) if FORMAT + key.id == head), None)
        if key is None:
            raise Unreadable("no key of the ring sealed this")
        try:
            return cipher(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.associated_data).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable("this was changed, or belongs elsewhere") from error

    def blind_index(self, value: str, tenant_id: UUID) -> bytes:
        """32 bytes that are equal for equal values of one tenant, and say nothing without the key."""
        return hmac.digest(self.index.derived(f"blind index {tenant_id}"), value.encode(), "sha256")


def cipher(key: Key) -> AESGCM:
    return AESGCM(key.derived("sealed values"))
