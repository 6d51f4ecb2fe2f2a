"""`make bench`: everything side by side, in one go. `python -m bench --help` says what can be chosen."""

import argparse
import json
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from bench.ground import FOLDER, ROOT, Ground
from bench.inside import inside
from bench.loading import Size
from bench.machine import calibrated, machine
from bench.operations import DOCUMENTS
from bench.rounds import Fair, Results
from bench.servers import SERVERS, has_node, running
from bench.table import ratios, show
from bench.workers import workers

RESULT = ROOT / "var" / "bench.json"
NAMES = [server.name for server in SERVERS]
QUICK = Size(houses=8)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m bench", description="Measures our server beside others. The default takes about 13 minutes."
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured; medians are shown (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of load for each figure, in whole seconds where wrk is used (2)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help=f"some servers ({', '.join(NAMES)}), operations "
                        f"({', '.join(DOCUMENTS)}), or parts (servers, inside, workers)")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a smaller database, one round of a second: whether it works, not how fast")
    return parser.parse_args()


def main() -> None:
    asked, console = arguments(), Console(width=140)
    if asked.quick:
        asked.rounds, asked.seconds = 1, 1.0
    parts = [part for part in ("servers", "inside", "workers") if part in asked.only] or ["servers", "inside", "workers"]
    began = time.perf_counter()
    console.print(f"Calibration: {calibrated():.1f} ms. Machine: {machine()}.")
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "machine": machine(), "calibration_ms": calibrated()}
    with Ground(QUICK if asked.quick else Size(), FOLDER, console.print) as ground:
        operations = [name for name in DOCUMENTS if name in asked.only] or list(DOCUMENTS)
        if "inside" in parts:
            found["inside"] = inside(ground, console)
        if "servers" in parts:
            results = compared(ground, [name for name in NAMES if name in asked.only] or NAMES, operations, asked, console)
            show(results, console)
            found |= {"servers": results.as_json(), "ratios": {goal.name: values for goal, values in ratios(results)}}
        if "workers" in parts:
            found["workers"] = workers(ground, operations, asked.rounds, asked.seconds, console)
    found["took_seconds"] = time.perf_counter() - began
    console.print(f"Calibration: {calibrated():.1f} ms. Took {found['took_seconds']:.0f} s; all figures are in {RESULT.relative_to(ROOT)}.")
    RESULT.write_text(json.dumps(found, indent=1), "utf-8")


def compared(ground: Ground, names: list[str], operations: list[str], asked: argparse.Namespace, console: Console) -> Results:
    """The servers of these names, round by round."""
    with_node = has_node(console.print) if any(server.needs_node for server in SERVERS if server.name in names) else False
    chosen = [server for server in SERVERS if server.name in names and (with_node or not server.needs_node)]
    with ExitStack() as stack:
        fair = Fair(ground, [stack.enter_context(running(server, ground)) for server in chosen], operations, console.print)
        fair.compare()
        console.print(f"{len(chosen)} servers answer alike.")
        return fair.rounds(asked.rounds, asked.seconds)


if __name__ == "__main__":
    main()
