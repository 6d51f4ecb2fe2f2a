"""The queue of jobs: who is at what, for how long, and how often it was tried.

A job is taken for a while only. Whoever dies with it lets go by time, and what it had written was in a transaction that died as well; so
every job may be run again. Nobody finishes a job that was taken from them.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from asyncpg import Connection, Record

LEASE = timedelta(minutes=2)  # renewed while the work goes on
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=10)  # doubled with every attempt

TAKE = """update job set state = 'RUNNING', attempts = attempts + 1, leased_until_at = $1 + $3::interval, leased_by = $2
where id = (select id from job
            where (state = 'QUEUED' and run_at <= $1 or state = 'RUNNING' and leased_until_at <= $1) and ($4::text is null or kind = $4)
            order by run_at, id limit 1 for update skip locked)
returning id, tenant_id, kind, ids, attempts"""
RENEW = "update job set leased_until_at = $1 + $4::interval where id = $2 and leased_by = $3 and state = 'RUNNING'"
FINISH = "update job set state = 'DONE', finished_at = $1, leased_by = null, leased_until_at = null, last_error = null"
RETRY = "update job set state = 'QUEUED', run_at = $4, leased_by = null, leased_until_at = null, last_error = $5"
BURY = "update job set state = 'DEAD', finished_at = $1, leased_by = null, leased_until_at = null, last_error = $4"
MINE = " where id = $2 and leased_by = $3 and state = 'RUNNING'"
ADD = "insert into job (id, tenant_id, kind, ids, run_at, created_at) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing"


class Taken(NamedTuple):
    """A job that somebody is at."""

    id: UUID
    tenant_id: UUID
    kind: str
    ids: list[UUID]
    attempts: int

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts >= MOST_ATTEMPTS

    @property
    def wait(self) -> timedelta:
        """How long to wait before the next attempt."""
        return FIRST_WAIT * int(2 ** (self.attempts - 1))


class Queue:
    """The queue, as one worker sees it. Each call is a statement of its own."""

    def __init__(self, connection: "Connection[Record]", worker: str) -> None:
        self.connection, self.worker = connection, worker

    async def take(self, now: datetime, kind: str | None = None) -> Taken | None:
        """The job that has waited longest, or was let go of by somebody who died; `None` when there is none."""
        row = await self.connection.fetchrow(TAKE, now, self.worker, LEASE, kind)
        return Taken(*row) if row else None

    async def renew(self, job: Taken, now: datetime) -> bool:
        """Keep it for another while. Whether it was still ours."""
        return await self._is_done(RENEW, now, job.id, self.worker, LEASE)

    async def finish(self, job: Taken, now: datetime) -> bool:
        """It is done. Whether it was still ours."""
        return await self._is_done(FINISH + MINE, now, job.id, self.worker)

    async def fail(self, job: Taken, why: str, now: datetime) -> bool:
        """It did not work: later again, or never more. `why` holds no data. Whether it was still ours."""
        if job.is_last_attempt:
            return await self._is_done(BURY + MINE, now, job.id, self.worker, why)
        # the last condition: a statement has to use all it is given
        return await self._is_done(RETRY + MINE + " and $1::timestamptz is not null", now, job.id, self.worker, now + job.wait, why)

    async def add(self, job_id: UUID, tenant_id: UUID, kind: str, ids: list[UUID], run_at: datetime, now: datetime) -> None:
        """Leave a job for later. The same id twice is one job."""
        await self.connection.execute(ADD, job_id, tenant_id, kind, ids, run_at, now)

    async def _is_done(self, statement: str, *values: Any) -> bool:
        return bool((await self.connection.execute(statement, *values)).endswith(" 1"))
