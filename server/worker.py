"""`bailiwick work`: takes jobs from the queue, one after the other, each for its one tenant."""

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import structlog

from channels.files import FileStore
from models.imports import ImportMode
from models.jobs import HOUSEKEEPING, IMPORT
from models.queue import LEASE, Queue, Taken
from models.secrets import KeyRing
from server.importing import run_import
from server.troubles import trouble

SETTINGS = {"search_path": "bailiwick", "application_name": "bailiwick work"}
PAUSE_SECONDS = 1.0  # between two looks at an empty queue
A_DAY = timedelta(days=1)
log = structlog.get_logger("bailiwick.worker")


@dataclass(frozen=True)
class Work:
    """What a job is done with. `connection` is of the jobs role and the job's alone."""

    job: Taken
    connection: "asyncpg.Connection[asyncpg.Record]"
    store: FileStore
    keys: KeyRing
    now: datetime


async def import_run(work: Work) -> None:
    """Reads an export that staff have uploaded."""
    [run_id] = work.job.ids
    async with work.connection.transaction():
        await enter(work.connection, work.job.tenant_id)
        run = await work.connection.fetchrow("select mode, is_dry_run, storage_key, state from import_run where id = $1", run_id)
    if run is None or run["state"] not in ("QUEUED", "RUNNING"):
        return  # an earlier attempt ended it
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "export.zip"
        with archive.open("wb") as file:
            async for block in work.store.get(work.job.tenant_id, run["storage_key"]):
                file.write(block)
        await run_import(
            work.connection, tenant_id=work.job.tenant_id, export=archive, mode=ImportMode(run["mode"]), dry_run=run["is_dry_run"],
            at=work.now, keys=work.keys, store=work.store, run_id=run_id,
        )  # fmt: skip


async def keep_house(work: Work) -> None:
    """Forgets what need not be kept, and comes again tomorrow."""
    tomorrow = work.now + A_DAY
    async with work.connection.transaction():
        await enter(work.connection, work.job.tenant_id)
        await work.connection.execute("delete from idempotency_record where expires_at <= $1", work.now)
        await Queue(work.connection, "").add(
            uuid5(work.job.tenant_id, f"{HOUSEKEEPING} {tomorrow:%Y-%m-%d}"), work.job.tenant_id, HOUSEKEEPING, [], tomorrow, work.now
        )


KINDS: dict[str, Callable[[Work], Awaitable[None]]] = {IMPORT: import_run, HOUSEKEEPING: keep_house}


class Worker:
    """One process at the queue. It ends after the job at hand when it is asked to."""

    def __init__(self, url: str, store: FileStore, keys: KeyRing, now: Callable[[], datetime], only: str | None = None) -> None:
        """`only` takes jobs of one kind."""
        self.url, self.store, self.keys, self.now, self.only = url, store, keys, now, only
        self.name = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Until it is stopped."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stopping.set)
        log.info("worker started", worker=self.name)
        while not self.stopping.is_set():
            try:
                if await self.drain() == 0:
                    await self.pause()
            except (OSError, asyncpg.PostgresError) as error:
                log.error("the queue cannot be read", **trouble(error))
                await self.pause()
        log.info("worker stopped", worker=self.name)

    async def pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), PAUSE_SECONDS)

    async def drain(self) -> int:
        """Does what is due now. How many jobs that were."""
        queue_connection = await asyncpg.connect(self.url, server_settings=SETTINGS)
        done = 0
        try:
            queue = Queue(queue_connection, self.name)
            while not self.stopping.is_set() and (job := await queue.take(self.now(), self.only)):
                await self.do(queue, job)
                done += 1
        finally:
            await queue_connection.close()
        return done

    async def do(self, queue: Queue, job: Taken) -> None:
        """One job. Its failure is written down, and ends nothing else."""
        told: dict[str, Any] = {"job": str(job.id), "kind": job.kind, "attempt": job.attempts}
        beating = asyncio.create_task(self.beat(queue, job))
        connection = await asyncpg.connect(self.url, server_settings=SETTINGS)
        try:
            await KINDS[job.kind](Work(job, connection, self.store, self.keys, self.now()))
            await self.calm(beating)
            log.info("job done", **told, is_ours=await queue.finish(job, self.now()))
        except Exception as error:
            await self.calm(beating)
            log.error("job failed", **told, is_last=job.is_last_attempt, **trouble(error))
            await queue.fail(job, type(error).__qualname__, self.now())
        finally:
            await connection.close()

    async def beat(self, queue: Queue, job: Taken) -> None:
        """Keeps the job while the work goes on."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            await queue.renew(job, self.now())

    async def calm(self, beating: "asyncio.Task[None]") -> None:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating


async def enter(connection: "asyncpg.Connection[asyncpg.Record]", tenant_id: UUID) -> None:
    """The scope of a job, for the length of the transaction."""
    await connection.execute("select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', 'JOB', true)", str(tenant_id))
