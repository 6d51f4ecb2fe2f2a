"""The servers that are compared: how each is started, and how it is asked. One process each, the same number of connections, no logs."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.ground import ROOT, Caller, Ground
from bench.operations import OURS, PLAIN, Dialect
from bench.postgraphile import POSTGRAPHILE
from bench.processes import cpu_seconds
from server.process.keys import new_master

POOL = 8  # connections of every server
STARTED_WITHIN = 60.0  # seconds
MASTER = new_master()
PEERS = ROOT / "bench" / "peers"
NODE = PEERS / "node_modules" / "node" / "bin" / "node"


@dataclass(frozen=True)
class Server:
    """One of them. `walled`: its requests carry a token, and it is held by row-level security; else they name a tenant, and nothing is
    checked.
    """

    name: str
    command: tuple[str, ...]
    dialect: Dialect
    walled: bool
    environment: dict[str, str] = field(default_factory=dict)
    needs_node: bool = False

    def headers(self, caller: Caller) -> dict[str, str]:
        who = {"authorization": f"Bearer {caller.token}"} if self.walled else {"x-tenant": caller.tenant_id}
        return {"content-type": "application/json", "accept": "application/json", **who}


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    server: Server
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @cached_property
    def cpu(self) -> Callable[[], float]:
        return lambda: cpu_seconds(self.pid)


def _python(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", module


def _uvicorn(app: str) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "uvicorn", app, "--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log",
        "--no-server-header", "--no-date-header", "--host", "127.0.0.1", "--port", "PORT",
    )  # fmt: skip


def _node(script: str) -> tuple[str, ...]:
    return str(NODE), str(PEERS / script)


GUARDS = {"BENCH_GUARDS": "1"}
SERVERS = (
    Server("ours", _python("bench.ours"), OURS, walled=True),
    Server("limit", _uvicorn("bench.limit:app"), PLAIN, walled=False),
    Server("core", _python("bench.ours"), OURS, walled=True, environment={"BAILIWICK_ENGINE": "core"}),
    Server("plain", _uvicorn("bench.plain:app"), PLAIN, walled=False),
    Server("postgraphile", _node("postgraphile.mjs"), POSTGRAPHILE, walled=False, needs_node=True),
    Server("postgraphile+", _node("postgraphile.mjs"), POSTGRAPHILE, walled=True, environment=GUARDS, needs_node=True),
    Server("mercurius", _node("mercurius.mjs"), PLAIN, walled=False, needs_node=True),
    Server("mercurius+", _node("mercurius.mjs"), PLAIN, walled=True, environment=GUARDS, needs_node=True),
)


def has_node(say: Callable[[str], None]) -> bool:
    """Whether the peers of npm can run: they are installed where npm is at hand, from their lock."""
    if NODE.exists():
        return True
    npm = shutil.which("npm")
    if npm is None:
        say("There is no npm here: PostGraphile and Mercurius are left out.")
        return False
    say("Installing PostGraphile and Mercurius from bench/peers/package-lock.json...")
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, capture_output=True, text=True)
    if done.returncode != 0 or not NODE.exists():
        say(f"PostGraphile and Mercurius could not be installed, and are left out: {done.stderr.strip().splitlines()[-1:]}")
        return False
    return True


@contextmanager
def running(server: Server, ground: Ground, workers: int = 1) -> Iterator[Running]:
    """Starts a server, waits until it listens, and stops it at the end of the block."""
    port = _free_port()
    environment = _environment(server, ground, port) | {"BENCH_WORKERS": str(workers)}
    log = ground.folder / f"{server.name}.log"
    with log.open("w") as out:
        command = [part.replace("PORT", str(port)) for part in server.command]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _wait_for(process, port, log)
            yield Running(server, port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment(server: Server, ground: Ground, port: int) -> dict[str, str]:
    """Ours gets its settings as an operator writes them; the others an address and the size of their pool."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ours = {
        "DATABASE_URL": ground.urls.app,
        "BAILIWICK_OWNER_DATABASE_URL": ground.urls.owner,
        "BAILIWICK_MASTER_KEYS": MASTER,
        "BAILIWICK_FILES": str(ground.folder / "files"),
        "BAILIWICK_READERS": str(POOL),
        "BAILIWICK_LOG_LEVEL": "error",
    }
    theirs = {
        "BENCH_URL": ground.urls.app if server.walled else ground.unwalled_url,
        "BENCH_POOL": str(POOL),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
    return {**kept, **ours, **theirs, "PORT": str(port), "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", **server.environment}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"A server did not start: see {log}")
