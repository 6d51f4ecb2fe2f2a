"""What the figures were measured on, and a loop that says how fast it was at that moment."""

import os
import platform
import time

LOOPS = 200_000


def calibrated() -> float:
    """Milliseconds for a loop that does what our servers do most: read attributes, make dicts, make text. The best of five."""
    return min(_loop() for _ in range(5)) * 1e3


def machine() -> str:
    """In a line: cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {_processor()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


class _Row:
    def __init__(self, n: int) -> None:
        self.n, self.name = n, "row"


def _loop() -> float:
    rows = [_Row(n) for n in range(100)]
    began = time.perf_counter()
    for turn in range(LOOPS // 100):
        [{"id": f"row_{row.n}", "name": row.name, "turn": turn} for row in rows]
    return time.perf_counter() - began
