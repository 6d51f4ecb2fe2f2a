"""Rounds of load, the servers in turn, so that whatever else the machine does hits all of them alike."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.asking import agree, asked
from bench.ground import Ground
from bench.pressure import Broken, Pressed, Requests, pressed, settle
from bench.processes import cpu_seconds
from bench.servers import Running

CONNECTIONS = (1, 16)
CALLERS = 40  # of as many houses
CHECKED = 5  # callers whose answers are compared
FEWEST = 80  # answers at 16 connections: a server that gives fewer is slow


@dataclass(frozen=True)
class Sample:
    """One server under load for a moment. CPU is milliseconds for each request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    database_ms: float


@dataclass
class Results:
    """All samples, by operation, server and connections."""

    samples: dict[tuple[str, str, int], list[Sample]] = field(default_factory=dict)

    def median(self, operation: str, server: str, connections: int, what: str) -> float:
        values = [getattr(sample, what) for sample in self.samples[operation, server, connections]]
        return float(statistics.median(values))

    def spread(self, operation: str, server: str, connections: int, what: str) -> float:
        """From the lowest to the highest sample, as a share of the median."""
        values = [getattr(sample, what) for sample in self.samples[operation, server, connections]]
        return float((max(values) - min(values)) / statistics.median(values))

    def has(self, operation: str, server: str) -> bool:
        return any(key[:2] == (operation, server) for key in self.samples)

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"operation": operation, "server": server, "connections": connections, "samples": [sample.__dict__ for sample in samples]}
            for (operation, server, connections), samples in self.samples.items()
        ]


@dataclass(frozen=True)
class Fair:
    """Servers that run, and what they are asked."""

    ground: Ground
    servers: Sequence[Running]
    operations: Sequence[str]
    say: Callable[[str], None]

    def compare(self) -> None:
        """Raises where two of them do not answer alike; and lets each see every operation of every caller once."""
        callers = self.ground.callers[:: max(1, len(self.ground.callers) // CALLERS)]
        for operation in self.operations:
            agree(list(self.servers), operation, callers[:CHECKED])
            for running in self.servers:
                for turn, caller in enumerate(callers):
                    asked(running, operation, caller, turn)

    def rounds(self, rounds: int, seconds: float, connections: Iterable[int] = CONNECTIONS) -> Results:
        """Every server with every operation, round by round."""
        callers = self.ground.callers[:: max(1, len(self.ground.callers) // CALLERS)]
        results, counts = Results(), tuple(connections)
        ready = {
            (operation, running.server.name): self.requests(running, operation, callers)
            for operation in self.operations
            for running in self.servers
        }
        for number in range(1, rounds + 1):
            for operation in self.operations:
                for count in counts:
                    for running in self.servers:
                        requests, bytes_ = ready[operation, running.server.name]
                        sample = self.sample(running, requests, bytes_, count, seconds)
                        results.samples.setdefault((operation, running.server.name, count), []).append(sample)
            self.say(f"  round {number} of {rounds}")
        return results

    def requests(self, running: Running, operation: str, callers: Any) -> tuple[Requests, int]:
        """What is sent, and how many bytes an answer has."""
        turns = 25 if operation == "one" else 1
        _, size = asked(running, operation, callers[0])
        return Requests.of(running, operation, callers, turns, self.ground.folder), size

    def sample(self, running: Running, requests: Requests, size: int, connections: int, seconds: float) -> Sample:
        """Raises `Broken` when a server answers with errors, or with something of another size than before."""
        settle(running)
        seen, server, database = self.watched(running, requests, connections, seconds)
        if seen.answers < FEWEST * connections / CONNECTIONS[-1] or seen.answers < connections:
            settle(running)
            seen, server, database = self.watched(running, requests, connections, seconds, is_slow=True)
        if seen.errors or not 0.8 * size < seen.bytes / max(seen.answers, 1) < 1.2 * size + 2000:
            raise Broken(f"{running.server.name} under {requests.operation}: {seen}, where an answer has {size} bytes")
        done = seen.answers + seen.begun / 2  # what was begun and not finished is half done
        return Sample(seen.answers / seen.seconds, seen.p50_ms, seen.p99_ms, server * 1e3 / done, database * 1e3 / done)

    def watched(
        self, running: Running, requests: Requests, connections: int, seconds: float, is_slow: bool = False
    ) -> tuple[Pressed, float, float]:
        """The load, and the CPU time that server and database took for it."""
        server, database = running.cpu(), cpu_seconds(self.ground.postmaster)
        seen = pressed(running, requests, connections, seconds, is_slow)
        return seen, running.cpu() - server, cpu_seconds(self.ground.postmaster) - database
