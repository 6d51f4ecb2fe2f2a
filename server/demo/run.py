"""The product on data of its own: a database, a few finance houses, people to sign in as, server and worker, in one process."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import fasteners
from rich.console import Console

from models.migrating import make_database, make_roles
from server.commands.operations import Unwilling, bring_up_to_date
from server.commands.people import token_for
from server.demo.data import Filling, forget, refuse_foreign
from server.demo.people import FIRST, PASSWORD, doors, is_typed, people_at, table
from server.demo.running_file import known
from server.http.landing_page import first_question
from server.process import checks, logs
from server.process.clock import now
from server.process.composition import opened
from server.process.embedded_postgres import Embedded, Urls
from server.process.health_findings import require
from server.process.keys import write_master
from server.process.serving import listen, serve
from server.process.settings import Settings
from server.process.worker import Worker

DATABASE = "bailiwick_demo"
STOPPING_SECONDS = 20  # for the job at hand; then it is given back
PORTS_TRIED = 10  # from the first one on, where nobody said which


@dataclass
class Demo:
    """One demo in one folder. `given` are the settings of the environment: its DATABASE_URL and PORT are honored."""

    given: Settings
    folder: Path
    console: Console
    contracts: int

    def run(self, *, is_reset: bool) -> None:
        """From nothing, or from what is there, to a server that answers until it is told to stop."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = fasteners.InterProcessLock(self.folder / "running")
        if not lock.acquire(blocking=False):
            raise Unwilling(f"A demo runs in {self.folder} already: stop it first, with Ctrl+C where it was started.")
        try:
            with obeying_term(), (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
                logs.speak(self.given.log_level, log)
                with self._database() as found, self._listening(found) as (listening, settings):
                    asyncio.run(self._filled(settings, is_reset))
                    self._serve(settings, listening)
        finally:
            lock.release()

    @contextmanager
    def _database(self) -> Iterator[Settings]:
        """The settings with a database behind them: the one that was named, or the embedded one."""
        write_master(self.folder / "keys" / "master")
        ours = {"key_file": self.folder / "keys" / "master", "files": str(self.folder / "files"), "host": "127.0.0.1"}
        if self.given.database_url:
            is_single = not self.given.owner_database_url
            addresses = {name: getattr(self.given, name) for name in ("database_url", "owner_database_url", "jobs_database_url")}
            with known(self.folder, ours | addresses | {"single_role": is_single}) as said:
                yield self.given.model_copy(update=said)
            return
        self.console.print("Starting PostgreSQL…", style="dim")
        embedded = Embedded(self.folder / "postgres")
        try:
            urls = asyncio.run(_made(embedded.start()))
            addresses = {"database_url": urls.app, "owner_database_url": urls.owner, "jobs_database_url": urls.jobs}
            with known(self.folder, ours | addresses) as said:
                yield self.given.model_copy(update=said)
        finally:
            embedded.stop()

    @contextmanager
    def _listening(self, found: Settings) -> Iterator[tuple[socket.socket, Settings]]:
        """The port is taken before the long work, so that one that is in use is said at once."""
        is_said = "port" in self.given.model_fields_set
        with _free(found.host, [found.port] if is_said else range(found.port, found.port + PORTS_TRIED)) as listening:
            port = listening.getsockname()[1]
            if not is_said and port != found.port:
                self.console.print(f"Port {found.port} is in use, so this is {port}. PORT chooses another.", style="dim")
            yield listening, found.model_copy(update={"port": port})

    async def _filled(self, settings: Settings, is_reset: bool) -> None:
        """Migrated, and with data in it. What is there is kept, unless it is to be forgotten."""
        if await refuse_foreign(settings) and is_reset:
            await forget(settings)
            shutil.rmtree(self.folder / "files", ignore_errors=True)
        await bring_up_to_date(settings)
        await Filling(settings, now(), self.contracts, self.console).run()
        require(await checks.findings(settings))

    def _serve(self, settings: Settings, listening: socket.socket) -> None:
        asyncio.run(self._introduce(settings))
        app = opened(settings, is_demo=True, beside=lambda: working(Worker.of(settings)))
        serve(app, app.health, listening, trusted_proxies=settings.trusted_proxies, notice_seconds=0.0)

    async def _introduce(self, settings: Settings) -> None:
        """The people, the address, and a first query."""
        say = self.console.print
        say(table())
        say(f"Password of everybody who types one: {PASSWORD}", highlight=False)
        for house, door in doors():
            if not is_typed(door):
                person = people_at(house, door)[0]
                token = await token_for(settings, person.key, house.key)
                say(f"{person.name}: Authorization: Bearer {token}", highlight=False, soft_wrap=True)
        say(f"Anybody's token: {command()} token NAME", highlight=False, soft_wrap=True)
        token = await token_for(settings, FIRST)
        say(
            f"\nBailiwick answers at [bold]{settings.base}[/] until Ctrl+C. It logs to {self.folder / 'log.jsonl'}.",
            highlight=False,
            soft_wrap=True,
        )
        say(f"Ask as {FIRST}:\n")
        say(first_question(settings.base, token), markup=False, highlight=False, soft_wrap=True)


def command() -> str:
    """How to call this program again, from where it was called."""
    return sys.argv[0] if sys.argv[0].endswith("bailiwick") else "bailiwick"


def _free(host: str, ports: range | list[int]) -> socket.socket:
    for port in ports:
        try:
            return listen(host, port)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
    raise Unwilling(f"Port {ports[0]} cannot be had ({reason}): set PORT to another one.")


async def _made(superuser_url: str) -> Urls:
    await make_roles(superuser_url)
    await make_database(superuser_url, DATABASE)
    return Urls.of(superuser_url, DATABASE)


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """A worker beside the server, in its event loop: a demo that is killed leaves nothing behind that goes on working."""
    task = asyncio.create_task(worker.work())
    try:
        yield
    finally:
        worker.is_stopping.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(task, STOPPING_SECONDS)


@contextmanager
def obeying_term() -> Iterator[None]:
    """TERM ends the filling as Ctrl+C does; while the server runs, it has its own say."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
