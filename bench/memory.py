"""`make bench-memory`: what a worker holds while it answers a hundred thousand requests, and whether it goes on growing."""

import argparse
import json
import time

from rich.console import Console

from bench.ground import ROOT, Ground
from bench.loading import Size
from bench.pressure import Broken, Requests, pressed
from bench.processes import resident_bytes
from bench.rounds import Fair
from bench.servers import SERVERS, Running, running

STEPS = 20
MIXED = {"one": 0.7, "list": 0.2, "deep": 0.1}  # shares of the time
WARM = 0.25  # of the requests: until then caches fill
FLAT_MIB = 5.0
MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.memory", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000, help="how many (100,000)")
    parser.add_argument("--seconds", type=float, default=900, help="stop after so long, whatever was reached (900)")
    asked, console = parser.parse_args(), Console()
    with Ground(Size(), say=console.print) as ground, running(SERVERS[0], ground) as ours:
        fair = Fair(ground, [ours], list(MIXED), console.print)
        fair.compare()
        ready = {operation: fair.requests(ours, operation, ground.callers)[0] for operation in MIXED}
        held = _held(ours.pid, ready, ours, asked.requests, asked.seconds, console)
    grown = (held[-1][1] - next(at for done, at in held if done >= WARM * held[-1][0])) / MIB
    console.print(
        f"After {held[-1][0]:,} requests: {held[-1][1] / MIB:.1f} MiB, {grown:+.1f} MiB since {WARM:.0%} of them: "
        f"{'flat' if grown <= FLAT_MIB else 'NOT FLAT'} (goal: at most {FLAT_MIB:.0f})"
    )
    (ROOT / "var" / "bench-memory.json").write_text(json.dumps({"held_bytes": held, "grown_mib": grown}), "utf-8")


def _held(pid: int, ready: dict[str, Requests], ours: Running, requests: int, seconds: float, console: Console) -> list[tuple[int, int]]:
    """Requests that were answered, and the memory held then, step by step."""
    done, shown, until = 0, 0, time.monotonic() + seconds
    held = [(0, resident_bytes(pid))]
    while done < requests and time.monotonic() < until:
        for operation, share in MIXED.items():
            seen = pressed(ours, ready[operation], 16, 10 * share)
            if seen.errors:
                raise Broken(f"{operation}: {seen}")
            done += seen.answers
        held.append((done, resident_bytes(pid)))
        if done >= shown:
            console.print(f"  {done:7,} requests: {held[-1][1] / MIB:.1f} MiB")
            shown += requests // STEPS
    return held


if __name__ == "__main__":
    main()
