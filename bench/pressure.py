"""Load on one server for a moment: by `wrk` where it is installed, else by a client of our own. Only ever on this machine."""

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import press
from bench.ground import Caller
from bench.servers import Running

SCRIPT = Path(__file__).with_name("wrk.lua")
QUIET_AFTER = 0.05  # seconds without work


class Broken(Exception):
    """Under load a server answered something else than before it."""


@dataclass(frozen=True)
class Pressed:
    """What a client saw: answers, how long it asked, and how long half and nearly all answers took at most. `begun` are the requests that
    it left before they were answered.
    """

    answers: int
    begun: int
    bytes: int
    errors: int
    seconds: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Requests:
    """What is sent, in turn: the same operation for different callers."""

    operation: str
    all: tuple[tuple[str, dict[str, str]], ...]  # body and headers
    file: Path

    @classmethod
    def of(cls, running: Running, operation: str, callers: Sequence[Caller], turns: int, folder: Path) -> "Requests":
        server = running.server
        asked = tuple(
            (json.dumps(server.dialect.body(operation, caller, turn), separators=(",", ":")), server.headers(caller))
            for turn in range(turns)
            for caller in callers
        )
        file = folder / f"{server.name}-{operation}.json"
        file.write_text("\n".join(json.dumps({"headers": headers, "body": body}) for body, headers in asked), "utf-8")
        return cls(operation, asked, file)


def pressed(running: Running, requests: Requests, connections: int, seconds: float, is_slow: bool = False) -> Pressed:
    """Asks for so long over so many connections.

    `wrk` leaves when its time is over, whatever is on its way; of a slow server that would be most of the work, so there our own client
    asks, which waits for what has begun.
    """
    if is_slow or shutil.which("wrk") is None:
        return Pressed(**press(running.port, requests.all, connections, seconds))
    said = _wrk(running, requests, connections, seconds)
    errors = sum(said["errors"].values())
    return Pressed(said["answers"], connections, said["bytes"], errors, said["duration"] / 1e6, said["p50"] / 1e3, said["p99"] / 1e3)


def settle(running: Running) -> None:
    """Waits until a server has nothing left to do."""
    before = running.cpu()
    for _ in range(200):
        time.sleep(QUIET_AFTER)
        after = running.cpu()
        if after - before < QUIET_AFTER / 5:
            return
        before = after


def _wrk(running: Running, requests: Requests, connections: int, seconds: float) -> Any:
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "60s",
        "-s",
        str(SCRIPT),
        running.url,
        "--",
        str(requests.file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 90, check=True)
    return json.loads(done.stdout.rpartition("RESULT ")[2])
