"""Our server as `bailiwick serve` starts it, but that a session's budget does not stop the load, nor a limit of seconds the slow executor.

What a session may ask for in a while is still counted for every request; it is only never used up.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from server.limits.bounds import Bounds
from server.limits.budgets import Budgets
from server.process import logs
from server.process.composition import app_over, parts_of
from server.process.serving import listen, serve
from server.process.settings import settings

NEVER_USED_UP = 10**12
LONGEST_SECONDS = 60.0


def main() -> None:
    found = settings()
    logs.speak(found.log_level)
    parts = replace(parts_of(found), bounds=Bounds(budgets=Budgets(capacity=NEVER_USED_UP), operation_seconds=LONGEST_SECONDS))

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        await parts.tenancy.open()
        yield
        await parts.tenancy.close()

    with listen(found.host, found.port) as listening:
        others: list[int] = []
        for _ in range(int(os.environ.get("BENCH_WORKERS", "1")) - 1):
            if (pid := os.fork()) == 0:
                others.clear()
                break
            others.append(pid)
        app = app_over(parts, running)
        serve(app, app.health, listening, notice_seconds=0)
        for pid in others:  # whoever stops the first one stops them all
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
