"""Which requirement rows are proven: `make rows`. A map, not a score."""

import re
import sys
from collections import defaultdict
from typing import Any

import pytest


class Collected:
    """The rows that the collected tests name."""

    def __init__(self) -> None:
        self.whole: dict[str, set[str]] = defaultdict(set)
        self.parts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        for item in items:
            for mark in item.iter_markers("row"):
                self.note(mark.args, mark.kwargs.get("part"), item.nodeid.split("[")[0])

    def note(self, rows: tuple[str, ...], part: str | None, test: str) -> None:
        for row in rows:
            if part is None:
                self.whole[row].add(test)
            else:
                self.parts[row][part].add(test)


def main() -> int:
    """Print the rows proven whole, then those proven in part, each with its number of tests."""
    rows = Collected()
    status = pytest.main(["--collect-only", "-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "tests"], plugins=[rows])
    print(f"Proven whole ({len(rows.whole)} rows):")
    for row in sorted(rows.whole, key=_by_number):
        print(f"  {row:<7} {len(rows.whole[row])} tests")
    partly = sorted(rows.parts.keys() - rows.whole.keys(), key=_by_number)
    print(f"Proven in part ({len(partly)} rows):")
    for row in partly:
        print(f"  {row:<7} {'; '.join(f'{part} ({len(tests)})' for part, tests in sorted(rows.parts[row].items()))}")
    return int(status)


def _by_number(row: str) -> tuple[str, int]:
    kind, _, number = row.partition("-")
    return kind, int(re.sub(r"\D", "", number) or 0)


if __name__ == "__main__":
    sys.exit(main())
