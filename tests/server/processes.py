"""Commands as processes of their own, whose log is read line by line."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.executors import chosen

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Process:
    """One that runs, and everything it has said on standard error so far."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def event(self, name: str) -> dict[str, Any]:
        """The next line of the log with this event. Fails when the process ends before."""
        assert self.process.stderr is not None
        while line := (await self.process.stderr.readline()).decode():
            self.said.append(line)
            if (event := json.loads(line))["event"] == name:
                return dict(event)
        raise AssertionError(f"it ended without saying {name}: {self.said}")

    async def ended(self) -> int:
        """How it ended, after it has said all it had to say."""
        assert self.process.stderr is not None
        self.said += (await self.process.stderr.read()).decode().splitlines(keepends=True)
        return await self.process.wait()


@asynccontextmanager
async def running(
    folder: Path, *words: str, settings: dict[str, str], program: tuple[str, ...] = ("-m", "server.commands.main")
) -> AsyncIterator[Process]:
    """`bailiwick` with these words and settings, and no others, in this folder."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("BAILIWICK_") and name not in ("DATABASE_URL", "PORT")
    }
    said = {name if name in ("DATABASE_URL", "PORT") else f"BAILIWICK_{name}": value for name, value in settings.items() if value}
    environment = clean | chosen() | said | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        *words,
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        yield Process(started)
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()
