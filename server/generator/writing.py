"""The files of an export, written row by row: nothing is held but the row at hand."""

import csv
import hashlib
import io
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from channels.export_format import FORMAT_VERSION, TYPE_BY_NAME, TYPES, RowType

MANIFEST = "manifest.json"
# Both forms of the format are at work: lists read better in JSON.
JSON_LINES = frozenset({"users", "profiles", "operations"})
# What the first export of a house has no use for.
LEFT_OUT = frozenset({"deleted", "source_version"})


def spelled(value: object) -> str:
    """A value as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def spelled_in_json(value: object) -> object:
    if isinstance(value, bool | int):
        return value
    return list(value) if isinstance(value, tuple) else spelled(value)


class Sheet:
    """The file of one type, hashed as it is written."""

    def __init__(self, folder: Path, type_: RowType) -> None:
        self.type = type_
        self.columns = [column.name for column in type_.columns if column.name not in LEFT_OUT]
        self.is_json = type_.name in JSON_LINES
        self.path = f"{type_.name}.{'jsonl' if self.is_json else 'csv'}"
        self.rows = 0
        self._digest = hashlib.sha256()
        self._line = io.StringIO(newline="")
        self._csv = csv.writer(self._line, lineterminator="\r\n")
        self._file: BinaryIO = (folder / self.path).open("wb")
        if not self.is_json:
            self._put_cells(self.columns)

    def write(self, row: dict[str, object]) -> None:
        """Raises `KeyError` for a column that the type has not."""
        if unknown := row.keys() - set(self.columns):
            raise KeyError(f"{self.type.name} have no {', '.join(sorted(unknown))}.")
        self.rows += 1
        if self.is_json:
            present = {name: spelled_in_json(row[name]) for name in self.columns if row.get(name) is not None}
            self._put(json.dumps(present, ensure_ascii=False).encode() + b"\n")
        else:
            self._put_cells([spelled(row.get(name)) for name in self.columns])

    def close(self) -> dict[str, object]:
        """What the manifest says of it."""
        self._file.close()
        return {"path": self.path, "type": self.type.name, "rows": self.rows, "sha256": self._digest.hexdigest(), "encoding": "utf-8"}

    def _put_cells(self, cells: list[str]) -> None:
        self._csv.writerow(cells)
        self._put(self._line.getvalue().encode())
        self._line.seek(0)
        self._line.truncate()

    def _put(self, content: bytes) -> None:
        self._digest.update(content)
        self._file.write(content)


class Export:
    """A folder that becomes one export."""

    def __init__(self, folder: Path, tenant: str, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty.")
        self.folder = folder
        self.head: dict[str, object] = {"format_version": FORMAT_VERSION, "tenant": tenant, "source": source}
        self.sheets: dict[str, Sheet] = {}
        self.papers: Counter[str] = Counter()

    def row(self, type_name: str, **values: object) -> None:
        """Writes one row; values that are left out are empty."""
        if type_name not in self.sheets:
            self.sheets[type_name] = Sheet(self.folder, TYPE_BY_NAME[type_name])
        self.sheets[type_name].write(values)

    def paper(self, path: str, content: bytes) -> str:
        """Writes the bytes of a document and says their hash."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        self.papers[place.suffix] += 1
        return hashlib.sha256(content).hexdigest()

    def close(self, sequence: int) -> dict[str, int]:
        """Closes the files and writes the manifest. Says how many rows there are of each type."""
        sheets = [self.sheets[type_.name] for type_ in TYPES if type_.name in self.sheets]
        manifest = {**self.head, "sequence": sequence, "files": [sheet.close() for sheet in sheets]}
        (self.folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        return {sheet.type.name: sheet.rows for sheet in sheets}
