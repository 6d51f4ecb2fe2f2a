"""An operator's terminal, and an installation that nothing is wrong with."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import structlog

from server.commands import main as command
from server.process.embedded_postgres import Urls
from server.process.keys import write_master
from server.process.settings import Settings
from tests.database import Cluster


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


Terminal = Callable[..., Ended]


@pytest.fixture
def bailiwick(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Terminal]:
    """Runs a command as its entry point does, in an empty folder, with these settings and no others."""
    for name in [name for name in os.environ if name.startswith("BAILIWICK_") or name in ("DATABASE_URL", "PORT")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **settings: str) -> Ended:
        with monkeypatch.context() as here:
            for name, value in settings.items():
                here.setenv(name if name in ("DATABASE_URL", "PORT") else f"BAILIWICK_{name}", value)
            here.setattr(sys, "argv", ["bailiwick", *words])
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                command.main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    yield run
    # `serve` and `work` log to the standard error of their command, which is no more.
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture
def empty_urls(cluster: Cluster, empty_template: str) -> Iterator[Urls]:
    """A migrated database of the test's own, also for tests that have no event loop, as commands have one of their own."""
    urls = asyncio.run(cluster.clone(empty_template))
    yield urls
    asyncio.run(cluster.drop(urls))


@pytest.fixture
def installed(empty_urls: Urls, tmp_path: Path) -> Settings:
    """An installation over a database of the test's own: migrated, with a key, a place for files, and an address for each role."""
    key = tmp_path / "keys" / "master"
    write_master(key)
    return Settings(
        database_url=empty_urls.app,
        owner_database_url=empty_urls.owner,
        jobs_database_url=empty_urls.jobs,
        key_file=key,
        files=str(tmp_path / "files"),
        public_url="https://portal.example.com",
        port=0,
    )


def said_of(settings: Settings) -> dict[str, str]:
    """The settings of an installation as a terminal is told them."""
    return {
        "DATABASE_URL": settings.database_url,
        "OWNER_DATABASE_URL": settings.owner_database_url,
        "JOBS_DATABASE_URL": settings.jobs_database_url,
        "KEY_FILE": str(settings.key_file),
        "FILES": settings.files,
        "PUBLIC_URL": settings.public_url,
        "PORT": str(settings.port),
    }


@pytest.fixture
async def passing_role(cluster: Cluster) -> AsyncIterator[Callable[[str], object]]:
    """Makes a role of the cluster for the length of a test: `passing_role("login in role bailiwick_app")` gives its name."""
    connection, made = await asyncpg.connect(cluster.superuser_url), []

    async def make(how: str) -> str:
        name = f"passing_{uuid4().hex[:8]}"
        await connection.execute(f"create role {name} {how}")
        made.append(name)
        return name

    yield make
    for name in made:
        await connection.execute(f"drop role {name}")
    await connection.close()
