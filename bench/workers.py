"""Several processes of ours behind one port, beside a single one. More of them than cores gain nothing; that they lose little is the point."""

import os
import statistics
from typing import Any

from rich.console import Console

from bench.ground import Ground
from bench.rounds import CALLERS, Fair, Results
from bench.servers import SERVERS, running

WORKERS = 4
CONNECTIONS = 16


def workers(ground: Ground, operations: list[str], rounds: int, seconds: float, console: Console) -> dict[str, Any]:
    """Requests per second with one process and with four, in turns."""
    ours = SERVERS[0]
    found: dict[str, Any] = {"cores": os.cpu_count()}
    with running(ours, ground) as single, running(ours, ground, WORKERS) as several:
        fairs = [Fair(ground, [each], operations, lambda text: None) for each in (single, several)]
        for _ in range(2):  # so that every worker has met every caller
            for fair in fairs:
                fair.compare()
        samples: list[list[Results]] = [[], []]
        for _ in range(rounds):
            for fair, kept in zip(fairs, samples, strict=True):
                kept.append(fair.rounds(1, seconds, [CONNECTIONS]))
    for operation in operations:
        one, four = [statistics.median(r.median(operation, "ours", CONNECTIONS, "per_second") for r in kept) for kept in samples]
        found[operation] = {"one": one, "four": four}
        console.print(
            f"{operation}: {WORKERS} workers answer {four:,.0f} a second, one {one:,.0f}: {four / one:.2f} times as many, on {os.cpu_count()} cores that "
            f"PostgreSQL and the client use as well ({CALLERS} callers)"
        )
    return found
