"""Whether the keys at hand are those that the data was sealed with: for each a keyed hash of a fixed text, which does not reveal it."""

import hmac

from asyncpg import Connection, Record

from models import columns
from models.base import Keyed
from models.secrets import Key, KeyRing

TEXT = b"bailiwick key check"
KNOWN = "select purpose, key_id, value from bailiwick.key_check"
NOTE = "insert into bailiwick.key_check (purpose, key_id, value) values ($1, $2, $3) on conflict do nothing"


class KeyCheck(Keyed):
    """A key that was used on this database. Keys are never retired: what one of them sealed stays sealed by it."""

    purpose = columns.text()
    key_id = columns.octets_key()
    value = columns.octets()
    first_used_at = columns.instant()

    class Meta:
        table = "key_check"


class WrongKeys(Exception):
    """The master secrets at hand are not those of this data. The message says which are missing, and never what they are."""


async def check_keys(connection: "Connection[Record]", ring: KeyRing) -> None:
    """Raises `WrongKeys` where a key that was used before is not on the ring, or the index was made with another one."""
    held = {("seal", key.id): _value(key) for key in (ring.current, *ring.previous)} | {("index", ring.index.id): _value(ring.index)}
    for row in await connection.fetch(KNOWN):
        if held.get((row["purpose"], row["key_id"])) != row["value"]:
            done, key_id = "sealed" if row["purpose"] == "seal" else "indexed", bytes(row["key_id"]).hex()
            raise WrongKeys(f"bank details in this database were {done} with a master secret that is not among those given (key {key_id})")


async def note_keys(connection: "Connection[Record]", ring: KeyRing) -> None:
    """Remembers that these keys are used from now on. Raises `WrongKeys`, also where another process began with others at the same time."""
    await check_keys(connection, ring)
    await connection.execute(NOTE, "index", ring.index.id, _value(ring.index))
    await connection.execute(NOTE, "seal", ring.current.id, _value(ring.current))
    await check_keys(connection, ring)


def _value(key: Key) -> bytes:
    return hmac.digest(key.secret, TEXT, "sha256")
