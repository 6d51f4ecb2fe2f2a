"""The queue of jobs, in PostgreSQL: whoever claims a job has it for as long as they say that they live.

A worker that is killed says nothing more, its lease runs out, and the next one takes the job. So a job may be begun more than once, and
whatever it does has to be all or nothing, or harmless the second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record
from uuid_utils.compat import uuid7

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
LONGEST_ERROR = 500

# `skip locked`: several workers claim at once without waiting for each other. Whoever had it before is told by the heartbeat that failed.
CLAIM = """update bailiwick.job j set state = 'RUNNING', attempts = attempts + 1, leased_by = $1, leased_until_at = $2::timestamptz + $3
where j.id = (select id from bailiwick.job where run_at <= $2 and kind = any($4)
    and (state = 'QUEUED' or state = 'RUNNING' and leased_until_at < $2) order by run_at, id for update skip locked limit 1)
returning j.id, j.tenant_id, j.kind, j.ids, j.attempts"""
HOLD = """update bailiwick.job set leased_until_at = $3::timestamptz + $4
where id = $1 and leased_by = $2 and state = 'RUNNING' returning id"""
FINISH = """update bailiwick.job set state = 'DONE', finished_at = $3, leased_by = null, leased_until_at = null, last_error = null
where id = $1 and leased_by = $2 and state = 'RUNNING' returning id"""
FAIL = """update bailiwick.job set state = $3, run_at = $4, finished_at = $5, last_error = $6, leased_by = null, leased_until_at = null
where id = $1 and leased_by = $2 and state = 'RUNNING' returning id"""
GIVE_BACK = """update bailiwick.job set state = 'QUEUED', attempts = attempts - 1, leased_by = null, leased_until_at = null
where id = $1 and leased_by = $2 and state = 'RUNNING' returning id"""
PUT_OFF = """update bailiwick.job set state = 'QUEUED', attempts = attempts - 1, run_at = $3, leased_by = null, leased_until_at = null
where id = $1 and leased_by = $2 and state = 'RUNNING' returning id"""
# Hosts are known before there is a tenant, so they are the one list of all houses that a worker may read. A house without a portal has no
# customers, and nothing to be done for.
ROUTINE = """insert into bailiwick.job (id, tenant_id, kind, run_at, created_at)
select ($1::uuid[])[n], t.tenant_id, $2::text, $3::timestamptz, $3 from (select tenant_id, row_number() over (order by tenant_id) as n
  from (select distinct tenant_id from bailiwick.portal_host) h) t
where not exists (select from bailiwick.job j where j.tenant_id = t.tenant_id and j.kind = $2
  and (j.state in ('QUEUED', 'RUNNING') or j.created_at > $3::timestamptz - $4::interval))"""
HOUSES = "select count(distinct tenant_id) from bailiwick.portal_host"
ROUTINE_LOCK = 0x726F7574  # "rout": one worker at a time looks whether routine work is due


@dataclass(frozen=True)
class Claimed:
    """A job that is this worker's until its lease runs out."""

    id: UUID
    tenant_id: UUID
    kind: str
    ids: tuple[UUID, ...]
    attempts: int

    @property
    def is_last_attempt(self) -> bool:
        """Whether it is tried no more if this attempt fails."""
        return self.attempts >= MOST_ATTEMPTS

    @property
    def is_worn_out(self) -> bool:
        """Whether it was begun too often: what kills its workers every time is tried no more."""
        return self.attempts > MOST_ATTEMPTS


class Queue:
    """The jobs that one worker sees, over a connection of its own."""

    def __init__(self, connection: "Connection[Record]", worker: str, lease: timedelta = LEASE) -> None:
        self.connection, self.worker, self.lease = connection, worker, lease

    async def claim(self, kinds: Iterable[str], at: datetime) -> Claimed | None:
        """The one that has waited longest, of these kinds; `None` when none is due."""
        row = await self.connection.fetchrow(CLAIM, self.worker, at, self.lease, list(kinds))
        return Claimed(row["id"], row["tenant_id"], row["kind"], tuple(row["ids"]), row["attempts"]) if row else None

    async def hold(self, job: Claimed, at: datetime) -> bool:
        """Say that it is still being done. False when it has gone to somebody else."""
        return await self._changed(HOLD, job, at, self.lease)

    async def finish(self, job: Claimed, at: datetime) -> bool:
        """It is done. False when it had gone to somebody else."""
        return await self._changed(FINISH, job, at)

    async def fail(self, job: Claimed, reason: str, at: datetime) -> bool:
        """Try again later; after too many attempts, never: then it stays to be looked at."""
        is_over, again = job.is_last_attempt, at + wait_after(job.attempts)
        return await self._changed(FAIL, job, "DEAD" if is_over else "QUEUED", again, at if is_over else None, reason[:LONGEST_ERROR])

    async def give_back(self, job: Claimed) -> bool:
        """As if it had not been claimed."""
        return await self._changed(GIVE_BACK, job)

    async def put_off(self, job: Claimed, until: datetime) -> bool:
        """Not now, and no attempt of it: what it needs is with somebody else."""
        return await self._changed(PUT_OFF, job, until)

    async def plan(self, kind: str, every: timedelta, at: datetime) -> None:
        """Leave a job of this kind for each house that has had none for so long."""
        async with self.connection.transaction():
            if await self.connection.fetchval("select pg_try_advisory_xact_lock($1)", ROUTINE_LOCK):
                keys = [uuid7() for _ in range(await self.connection.fetchval(HOUSES))]
                await self.connection.execute(ROUTINE, keys, kind, at, every)

    async def _changed(self, statement: str, job: Claimed, *values: Any) -> bool:
        return await self.connection.fetchval(statement, job.id, self.worker, *values) is not None


def wait_after(attempts: int) -> timedelta:
    """How long a job rests after so many attempts: twice as long each time."""
    return min(SHORTEST_WAIT * int(2 ** min(attempts - 1, MOST_ATTEMPTS + 8)), LONGEST_WAIT)
