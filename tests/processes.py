"""The product as processes: the command line as an operator runs it, told where its database is by the environment alone."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import NamedTuple

from server.process.embedded_postgres import Urls
from server.process.keys import new_master
from tests.executors import chosen

MASTER = new_master()
LONGEST_SECONDS = 120


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def environment(urls: Urls, files: Path, **more: str) -> dict[str, str]:
    """Settings of an installation, and nothing of the surroundings that could change how things look."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BAILIWICK_", "DATABASE_", "COLUMNS", "FORCE_COLOR", "NO_COLOR"))
    }
    return kept | chosen() | {
        "DATABASE_URL": urls.app, "BAILIWICK_OWNER_DATABASE_URL": urls.owner, "BAILIWICK_JOBS_DATABASE_URL": urls.jobs, "BAILIWICK_MASTER_KEYS": MASTER,
        "BAILIWICK_FILES": str(files), "TERM": "dumb", "COLUMNS": "20", "PYTHONUNBUFFERED": "1", **more,
    }  # fmt: skip


async def begun(env: dict[str, str], *arguments: str | Path) -> Process:
    """`bailiwick ...`, running."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.commands.main", *map(str, arguments), env=env, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE,
        preexec_fn=_interruptible,
    )  # fmt: skip


def _interruptible() -> None:
    """A shell starts what runs in its background deaf to Ctrl-C, and children inherit that: the tests may be such a child."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


async def ended(process: Process) -> Ended:
    """When it has ended. A test that would wait for ever fails instead."""
    async with asyncio.timeout(LONGEST_SECONDS):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def bailiwick(env: dict[str, str], *arguments: str | Path) -> Ended:
    """One command, from its beginning to its end."""
    return await ended(await begun(env, *arguments))
