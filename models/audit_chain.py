"""The chain of audit events. A seal covers an event and the seal before it, so a changed, removed or inserted event is found.

Events are sealed by a job, in the order in which it finds them: no request waits for another one. A seal is the SHA-256 of the seal before,
the tenant and the event as JSON, without the columns that are null: a column that is added later leaves earlier seals as they are.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from asyncpg import Connection, Record

START = bytes(32)  # what the first event of a tenant has as the seal before it
AT_ONCE = 1_000
COLUMNS = (
    "id", "account_id", "realm", "user_id", "staff_id", "session_id", "action", "target_type", "target_id", "address", "request_id",
    "at", "sequence",
)  # fmt: skip
# JSON as PostgreSQL writes it: read as numbers, amounts could lose digits.
EVENT = f"{', '.join(COLUMNS)}, changes::text as changes, previous_hash, hash"
LOCK = "select pg_advisory_xact_lock(hashtextextended('audit.seal:' || $1::text, 0))"
HEAD = "select sequence, hash from audit_event where tenant_id = $1 and sequence is not null order by sequence desc limit 1"
UNSEALED = f"select {EVENT} from audit_event where tenant_id = $1 and sequence is null order by at, id limit $2"
SEAL = """update audit_event e set sequence = s.sequence, previous_hash = s.previous_hash, hash = s.hash
  from unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[]) s (id, sequence, previous_hash, hash)
  where e.tenant_id = $1 and e.id = s.id"""
SEALED = f"select {EVENT} from audit_event where tenant_id = $1 and sequence is not null order by sequence"
WAITING = "select count(*) as waiting, min(at) as since_at from audit_event where tenant_id = $1 and sequence is null"


@dataclass(frozen=True)
class Head:
    """The last sealed event of a tenant: its place, counted from 1, and its seal. 0 and `START` when nothing is sealed yet."""

    sequence: int = 0
    hash: bytes = START

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """From "sequence:hash", as it is printed. Raises `ValueError`."""
        sequence, _, digits = text.partition(":")
        if len(hash_ := bytes.fromhex(digits)) != len(START):
            raise ValueError("a seal has 64 hexadecimal digits")
        return cls(int(sequence), hash_)


@dataclass(frozen=True)
class Break:
    """The first event that does not fit the one before it. `event_id` is null where it is missing."""

    sequence: int
    event_id: UUID | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What was found of one tenant's chain. `waiting` events are not sealed yet, the oldest of them since `waiting_since_at`."""

    head: Head
    count: int
    waiting: int
    waiting_since_at: datetime | None
    broken: Break | None = None


def sealed(previous: bytes, tenant_id: UUID, event: Record, sequence: int) -> bytes:
    """The seal of an event at this place."""
    facts = {name: written(event[name]) for name in (*COLUMNS, "changes") if name != "sequence" and event[name] is not None}
    body = orjson.dumps(facts | {"sequence": sequence}, option=orjson.OPT_SORT_KEYS)
    return sha256(previous + tenant_id.bytes + body).digest()


def written(value: Any) -> str:
    """A value as the seal covers it: instants in UTC to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


async def seal(connection: "Connection[Record]", tenant_id: UUID, most: int = AT_ONCE) -> tuple[int, Head]:
    """Seal the oldest events that have no seal, at most so many, in the transaction that is open. Gives how many, and the new head."""
    await connection.execute(LOCK, str(tenant_id))
    last = await connection.fetchrow(HEAD, tenant_id)
    head = Head(last["sequence"], last["hash"]) if last else Head()
    seals: list[tuple[UUID, int, bytes, bytes]] = []
    for event in await connection.fetch(UNSEALED, tenant_id, most):
        following = Head(head.sequence + 1, sealed(head.hash, tenant_id, event, head.sequence + 1))
        seals.append((event["id"], following.sequence, head.hash, following.hash))
        head = following
    if seals:
        await connection.execute(SEAL, tenant_id, *map(list, zip(*seals, strict=True)))
    return len(seals), head


async def verified(connection: "Connection[Record]", tenant_id: UUID, known: Head | None = None) -> Verdict:
    """Whether the chain of a tenant is whole, in the transaction that is open.

    `known` is a head that was noted earlier, elsewhere: with it, events that were removed from the end are found, too.
    """
    head, broken = Head(), None
    async for event in events_of(connection, tenant_id):
        following = Head(head.sequence + 1, sealed(head.hash, tenant_id, event, head.sequence + 1))
        if broken := _break(event, head, following, known):
            break
        head = following
    if broken is None and known is not None and known.sequence > head.sequence:
        broken = Break(head.sequence + 1, None, "Events were removed from the end: this one was there when the head was noted.")
    waiting = await connection.fetchrow(WAITING, tenant_id)
    assert waiting is not None
    return Verdict(head, head.sequence, waiting["waiting"], waiting["since_at"], broken)


def _break(event: Record, head: Head, following: Head, known: Head | None) -> Break | None:
    if event["sequence"] != following.sequence:
        return Break(following.sequence, None, "An event is missing here.")
    if event["previous_hash"] != head.hash:
        return Break(following.sequence, event["id"], "This event does not follow the one before it.")
    if event["hash"] != following.hash:
        return Break(following.sequence, event["id"], "This event was changed after it was sealed.")
    if known is not None and known.sequence == following.sequence and known.hash != following.hash:
        return Break(following.sequence, event["id"], "The seal here is not the one that was noted: events were replaced.")
    return None


async def events_of(connection: "Connection[Record]", tenant_id: UUID) -> AsyncIterator[Record]:
    """The sealed events in order, a thousand at a time, in the transaction that is open."""
    async for event in connection.cursor(SEALED, tenant_id, prefetch=AT_ONCE):
        yield event
