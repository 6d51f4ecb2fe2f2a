"""One export of one house, customer by customer, so that ten thousand contracts take no more memory than ten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from server.generator.customers import write_demo, write_drawn
from server.generator.desk import Desk
from server.generator.houses import House
from server.generator.writing import Export

SEQUENCE = 1
Progress = Callable[[int, int], None]
"""Told how many contracts are written, of how many."""


@dataclass(frozen=True)
class Generated:
    """What was written. A claim of a collection house counts as a contract."""

    folder: Path
    house: House
    contracts: int
    rows: dict[str, int]
    papers: int


def generate(
    folder: Path, house: House, seed: int, contracts: int, today: date, progress: Progress = lambda done, total: None
) -> Generated:
    """Writes an export of the house into a folder, which it makes and which must hold nothing.

    The people of the demo come first, so there are never fewer contracts than theirs. Raises `FileExistsError`.
    """
    out = Export(folder, house.key, house.source)
    desk = Desk(house, out, seed, today)
    done = write_demo(desk)
    progress(done, max(done, contracts))
    while done < contracts:
        done += write_drawn(desk, contracts - done)
        progress(done, contracts)
    return Generated(folder, house, done, out.close(SEQUENCE), out.papers.total())
