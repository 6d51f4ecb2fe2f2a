"""One embedded server for a run of tests, whoever starts it first, and databases cloned from templates in it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import fasteners

from models.migrating import make_database, make_roles, migrate
from server.process.embedded_postgres import Embedded, Urls

FOLDER = "TESTS_OF_BAILIWICK"  # where this run keeps its server; said by whoever starts the workers
# A crash of the machine may lose what the tests wrote; a crash of a process may not, so nothing else is relaxed.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "400", "shared_buffers": "256MB", "autovacuum": "off"}
Fill = Callable[[Urls], Awaitable[None]]


@dataclass(frozen=True)
class Cluster:
    """The server of this run."""

    folder: Path
    superuser_url: str

    @classmethod
    def of_this_run(cls) -> "Cluster":
        """Starts it, unless another worker has."""
        folder = Path(os.environ[FOLDER])
        with fasteners.InterProcessLock(folder / "starting"):
            url = Embedded(folder / "server", SETTINGS).start(is_kept=True)
            if not (folder / "roles").exists():
                asyncio.run(make_roles(url))
                (folder / "roles").touch()
        return cls(folder, url)

    def template(self, name: str, fill: Fill | None = None) -> str:
        """A migrated database, filled once in a run, to be cloned: nobody may be connected to it."""
        with fasteners.InterProcessLock(self.folder / f"making-{name}"):
            if not (self.folder / name).exists():
                asyncio.run(self._make(name, fill))
                (self.folder / name).touch()
        return name

    async def _make(self, name: str, fill: Fill | None) -> None:
        await make_database(self.superuser_url, name)
        urls = Urls.of(self.superuser_url, name)
        await migrate(urls.owner)
        if fill:
            await fill(urls)

    async def clone(self, template: str) -> Urls:
        """A database like this one, of the caller's own."""
        name = f"{template}_{uuid4().hex[:12]}"
        await self._run(f'create database "{name}" template "{template}" owner bailiwick_owner')
        return Urls.of(self.superuser_url, name)

    async def drop(self, urls: Urls) -> None:
        """With whoever is still connected to it."""
        await self._run(f'drop database if exists "{urls.owner.partition("?")[0].rpartition("/")[2]}" with (force)')

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def stop_server(folder: Path) -> None:
    """Stops what the workers of this run have left running."""
    if (folder / "server" / "postmaster.pid").exists():
        with suppress(Exception):  # the folder goes away next, and with it what could not be stopped
            embedded = Embedded(folder / "server", SETTINGS)
            embedded.start()
            embedded.stop()
