"""How fast one worker prints schedules, and in how much memory.

    python bench/papers.py [--count 1000] [--lines 60] [--threads 1]

Beside the figures it prints what a loop of plain Python takes on the same machine, so that figures of two machines can be compared.
"""

import argparse
import json
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from channels.papers import House, Line, Press, Schedule

HOUSE = House(brand="North Lease", legal_name="North Lease SA", country="BE", contact=("+32 2 555 01 00",), verify_at="north.example")
LETTER: dict[str, Any] = {
    "language": "fr", "house": HOUSE, "addressee": ("Moulins de la Meuse SA", "Rue des Brasseurs 12", "5000 Namur"), "account_number": "100200300",
    "contract_kind": "LOAN", "product": "Équipement Pro", "currency": "EUR", "as_of_on": date(2026, 3, 2), "issued_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "time_zone": "Europe/Brussels", "code": "K7QF-2M9X-PB4T-HJ6W-ZC3D", "status": "FINAL", "revision": 1,
}  # fmt: skip


def paper(number: int, lines: int) -> Schedule:
    """A table of so many months, that no other paper of the run equals."""
    owed, rows = Decimal(1_000) * lines + number, []
    part = (owed / lines).quantize(Decimal("0.01"))
    for n in range(1, lines + 1):
        principal = part if n < lines else owed
        interest = (owed * Decimal("0.004")).quantize(Decimal("0.01"))
        month = divmod(n - 1, 12)
        rows.append(Line(number=n, due_on=date(2026 + month[0], month[1] + 1, 28), opening_balance_amount=owed, payment_amount=principal + interest,
                         principal_amount=principal, interest_amount=interest, closing_balance_amount=owed - principal))  # fmt: skip
        owed -= principal
    return Schedule(**LETTER, contract_number=f"L-{number:06d}", lines=tuple(rows))


def calibration() -> float:
    """Seconds for a loop that has nothing to do with papers."""
    started = time.perf_counter()
    sum(n * n % 7 for n in range(3_000_000))
    return time.perf_counter() - started


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("--count", 1_000), ("--lines", 60), ("--threads", 1)):
        asked.add_argument(name, type=int, default=usual)
    given = asked.parse_args()
    own = threading.local()

    def print_one(number: int) -> int:
        if not hasattr(own, "press"):
            own.press = Press()
        return len(own.press.printed(paper(number, given.lines)))

    before, started, spent = calibration(), time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(given.threads) as pool:
        sizes = list(pool.map(print_one, range(given.count)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - spent
    print(json.dumps({
        "papers": given.count, "lines": given.lines, "threads": given.threads, "per_second": round(given.count / seconds, 1),
        "cpu_ms_each": round(cpu / given.count * 1000, 1), "bytes_each": sum(sizes) // given.count,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "calibration_seconds": round(before, 2),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
