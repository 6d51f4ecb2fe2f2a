"""The process that does what was left to be done later. Killed at any point, it leaves its job to the next one."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from typing import Self

import asyncpg
import structlog

from channels.error_reports import SELDOM, error_report, first_of, is_unanswered
from jobs.kinds import GIVEN_UP_KINDS, KINDS, ROUTINE, Doing, NotYet, Tools
from models.connecting import hang_up
from models.days import exact_days
from models.queue import LEASE, Claimed, Queue
from server.process.clock import Clock, now
from server.process.serving import heard
from server.process.settings import Settings

LOOK_SECONDS = 1.0  # between two looks at an empty queue
AWAY_SECONDS = 5.0  # before the database is tried again
CONNECT_SECONDS = 5.0
PATIENCE_SECONDS = 20.0  # between being told to stop and giving back what is not done: most platforms kill after 30
SETTINGS = {"search_path": "bailiwick", "application_name": "bailiwick-worker", "lock_timeout": "10000"}
log = structlog.get_logger("bailiwick.worker")


@dataclass
class Worker:
    """Several jobs at once, each for one tenant on connections of its own."""

    url: str
    tools: Tools
    size: int = 2
    kinds: Mapping[str, Doing] = field(default_factory=lambda: KINDS)
    given_up: Mapping[str, Doing] = field(default_factory=lambda: GIVEN_UP_KINDS)
    routine: Mapping[str, timedelta] = field(default_factory=lambda: ROUTINE)
    lease: timedelta = LEASE
    clock: Clock = now
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}")
    is_stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, settings: Settings, kind: str | None = None) -> Self:
        """The worker of an installation: for all kinds of jobs, or one. Raises `WrongSettings`."""
        kinds = {kind: KINDS[kind]} if kind else KINDS
        return cls(settings.url("jobs"), Tools(settings.keys.ring, settings.store, settings.url("jobs")), settings.workers, kinds)

    async def work(self) -> None:
        """Until told to stop, and the jobs at hand are done."""
        log.info("working", worker=self.name, kinds=sorted(self.kinds), at_once=self.size)
        async with asyncio.TaskGroup() as slots:
            for n in range(self.size):
                slots.create_task(self._slot(f"{self.name}/{n}"))
        log.info("stopped", worker=self.name)

    async def run_dry(self) -> int:
        """Do what is due now, and no more. Gives how many jobs were begun."""
        done = 0
        async with self._queue(self.name) as queue:
            while job := await queue.claim(self.kinds, self.clock()):
                await self._do(queue, job)
                done += 1
        return done

    async def _slot(self, name: str) -> None:
        """One job after the other. Without a database it waits for one."""
        while not self.is_stopping.is_set():
            try:
                async with self._queue(name) as queue:
                    await self._serve(queue)
            except Exception as error:  # a slot that ended would take the other one's job down with it
                if is_unanswered(error):
                    SELDOM.unanswered(error, worker=self.name)
                else:
                    log.error("cannot look for work", worker=name, **error_report(error))
                await self._rest(AWAY_SECONDS)

    async def _serve(self, queue: Queue) -> None:
        while not self.is_stopping.is_set():
            for kind, every in self.routine.items():
                await queue.plan(kind, every, self.clock())
            job = await queue.claim(self.kinds, self.clock())
            if job is None:
                await self._rest(LOOK_SECONDS)
            else:
                await self._do(queue, job)

    async def _do(self, queue: Queue, job: Claimed) -> None:
        """One attempt, and what came of it."""
        log.info("begun", job=str(job.id), kind=job.kind, attempt=job.attempts)
        if job.is_worn_out:
            await self._give_up(queue, job, "begun too often")
            return
        try:
            await self._held(queue, job)
        except asyncio.CancelledError:
            with suppress(Exception):  # without its connection it keeps its lease until that runs out; whoever stops us is obeyed anyway
                await queue.give_back(job)
                log.info("given back", job=str(job.id), kind=job.kind)
            raise
        except NotYet as busy:
            await queue.put_off(job, self.clock() + busy.wait)
            log.info("put off", job=str(job.id), kind=job.kind)
        except Lost:
            log.warning("lost", job=str(job.id), kind=job.kind)
        except Exception as error:
            said = {"error": type(error).__qualname__} if is_unanswered(error) else error_report(error)
            log.error("failed", job=str(job.id), kind=job.kind, attempt=job.attempts, **said)
            if job.is_last_attempt:
                await self._give_up(queue, job, reason_of(error))
            else:
                await queue.fail(job, reason_of(error), self.clock())
        else:
            is_ours = await queue.finish(job, self.clock())
            log.info("done" if is_ours else "done twice", job=str(job.id), kind=job.kind)

    async def _give_up(self, queue: Queue, job: Claimed, reason: str) -> None:
        """What the kind does then comes first: whoever is killed between the two does it again, and then the job is dead."""
        if job.kind in self.given_up:
            connection = await asyncpg.connect(self.url, server_settings=SETTINGS, timeout=CONNECT_SECONDS)
            try:
                await exact_days(connection)
                await self.given_up[job.kind](connection, job, self.tools, self.clock())
            finally:
                await hang_up(connection)
        await queue.fail(job, reason, self.clock())
        log.error("dead", job=str(job.id), kind=job.kind)

    async def _held(self, queue: Queue, job: Claimed) -> None:
        """The job, while its lease is renewed beside it. Stops it when the lease has gone to somebody else."""
        connection = await asyncpg.connect(self.url, server_settings=SETTINGS, timeout=CONNECT_SECONDS)
        await exact_days(connection)
        doing = asyncio.create_task(self.kinds[job.kind](connection, job, self.tools, self.clock()))
        try:
            while not (await asyncio.wait([doing], timeout=self.lease.total_seconds() / 3))[0]:
                if not await queue.hold(job, self.clock()):
                    raise Lost
            await doing
        finally:
            if not doing.done():
                doing.cancel()
                with suppress(BaseException):
                    await doing
            await hang_up(connection)

    @asynccontextmanager
    async def _queue(self, name: str) -> AsyncIterator[Queue]:
        connection = await asyncpg.connect(self.url, server_settings=SETTINGS, timeout=CONNECT_SECONDS)
        try:
            yield Queue(connection, name, self.lease)
        finally:
            await hang_up(connection)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_stopping.wait(), seconds)


class Lost(Exception):
    """The lease ran out, and somebody else has the job."""


def reason_of(error: BaseException) -> str:
    """What is kept of a failure. Never its words: they may hold what a row says."""
    error = first_of(error)
    state = getattr(error, "sqlstate", None)
    return type(error).__qualname__ + (f" {state}" if state else "")


async def work(worker: Worker, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """As a process: TERM, HUP and Ctrl+C let it finish the jobs at hand for a while, then it gives them back; a second one at once."""
    loop, own = asyncio.get_running_loop(), asyncio.current_task()
    assert own is not None

    def stop() -> None:
        if worker.is_stopping.is_set():
            own.cancel()
        log.info("stopping", worker=worker.name)
        worker.is_stopping.set()
        loop.call_later(patience_seconds, own.cancel)

    for sig in heard(signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sig, stop)
    with suppress(asyncio.CancelledError):
        await worker.work()
