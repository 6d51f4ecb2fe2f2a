"""The report of an import as a file: one line for each row of the export, in JSON or in CSV."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from models.importing.records import FileFault
from models.importing.reporting import ReportRow

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ReportFile:
    """Written beside its place and put there when it is whole, so that nobody reads half a report. Used with `with`.

    A name that ends in `.csv` makes it CSV, any other JSON lines.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unfinished = path.with_name(path.name + ".part")
        self.is_csv = path.suffix.lower() == ".csv"

    def __enter__(self) -> Self:
        self.file = self.unfinished.open("w", encoding="utf-8", newline="")
        self.csv = csv.writer(self.file)
        if self.is_csv:
            self.csv.writerow(ReportRow._fields)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.file.close()
        if kind is None:
            os.replace(self.unfinished, self.path)
        else:
            self.unfinished.unlink(missing_ok=True)

    def row(self, row: ReportRow) -> None:
        """What became of one row."""
        if self.is_csv:
            self.csv.writerow([plain(cell) for cell in row])
        else:
            self._line(row._asdict())

    def fault(self, fault: FileFault) -> None:
        """Why nothing was taken."""
        row: dict[str, Any] = dict.fromkeys(ReportRow._fields)
        said = {
            "file": fault.file,
            "line": fault.line,
            "result": "REJECTED",
            "field": fault.column,
            "rule": fault.rule,
            "message": fault.message,
        }
        if self.is_csv:
            self.csv.writerow([plain(cell) for cell in (row | said).values()])
        else:
            self._line(row | said)

    def begin_anew(self) -> None:
        """Forget what was written: the run is refused after all."""
        self.file.seek(0)
        self.file.truncate()
        if self.is_csv:
            self.csv.writerow(ReportRow._fields)

    def _line(self, row: Mapping[str, Any]) -> None:
        self.file.write(orjson.dumps(row).decode() + "\n")


def plain(cell: object) -> object:
    """A cell that no spreadsheet runs: what an export says is somebody else's text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
