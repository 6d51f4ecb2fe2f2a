"""A manifest for a folder that has none: which file is which type, how many rows it has and its hash, as far as files tell it."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.export_faults import BrokenExport, FileFault
from channels.export_files import ExportFile, inside, sha256_of
from channels.export_format import TYPE_BY_NAME, TYPES, RowType
from channels.export_names import Names
from channels.export_private import shown
from channels.export_rows import LONGEST_LINE, bad_line, read_rows

SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Described:
    """What a file is, or why that cannot be said."""

    path: str
    file: ExportFile | None
    why: str = ""


def described_files(folder: Path) -> Iterator[Described]:
    """Every table of the folder. What is no table is a paper, and no manifest lists it."""
    for path in sorted(Names(folder).all()):
        if path.lower().endswith((".csv", ".jsonl")):
            yield described(folder, path)


def described(folder: Path, path: str) -> Described:
    with inside(folder, path).open("rb") as stream:
        if line := bad_line(stream):
            return Described(
                path, None, f"It is not in UTF-8 (line {line}). Have it written in UTF-8, or import the folder with a profile."
            )
    columns = columns_of(folder, path)
    if isinstance(columns, str):
        return Described(path, None, columns)
    fitting = fitting_types(columns)
    named = named_type(path)
    type_ = named if named in fitting else fitting[0] if len(fitting) == 1 and named is None else None
    if type_ is None:
        return Described(path, None, misfit(named, fitting, columns))
    try:
        return Described(path, counted(folder, path, type_))
    except BrokenExport as broken:
        return Described(path, None, "; ".join(said(fault) for fault in broken.faults))


def counted(folder: Path, path: str, type_: RowType) -> ExportFile:
    """Its rows, faulty ones too, counted as the import counts them."""
    with inside(folder, path).open("rb") as stream:
        rows = sum(1 for _ in read_rows(type_, stream, path))
    with inside(folder, path).open("rb") as stream:
        return ExportFile(path, type_, rows, sha256_of(stream))


def said(fault: FileFault) -> str:
    return f"line {fault.line}: {fault.message}" if fault.line else fault.message


def columns_of(folder: Path, path: str) -> set[str] | str:
    """The names of its columns in small letters, or a sentence that says why there are none."""
    with inside(folder, path).open(encoding="utf-8-sig", newline="") as text:
        line = next((line for line in iter(lambda: text.readline(LONGEST_LINE), "") if line.strip(" ,;\t|\r\n")), "")
    if not line:
        return "It is empty."
    if path.lower().endswith(".jsonl"):
        return json_columns(line)
    separator = max(SEPARATORS, key=line.count)
    if separator != "," and separator in line:
        return f"Its columns stand apart by {separator!r}, and commas are expected: import the folder with a profile."
    try:
        return {cell.strip().lower() for cell in next(csv.reader([line], strict=True)) if cell.strip()}
    except csv.Error:
        return "Its first line is not CSV."


def json_columns(line: str) -> set[str] | str:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    return {name.strip().lower() for name in row} if isinstance(row, dict) else "Its first line is no JSON object."


def named_type(path: str) -> RowType | None:
    """The type whose name the file bears, alone or with something that is no letter before or behind it."""
    stem = Path(path).stem.lower().replace("-", "_")
    found = [name for name in TYPE_BY_NAME if re.search(f"(?<![a-z]){name}(?![a-z])", stem)]
    return TYPE_BY_NAME[max(found, key=len)] if found else None


def fitting_types(columns: set[str]) -> list[RowType]:
    """Types that have all these columns, and whose required ones are all there."""
    return [
        type_
        for type_ in TYPES
        if columns <= {column.name for column in type_.columns}
        and {column.name for column in type_.columns if column.required and column.default is None} <= columns
    ]


def misfit(named: RowType | None, fitting: list[RowType], columns: set[str]) -> str:
    if named is not None:
        known = {column.name for column in named.columns}
        missing = sorted(column.name for column in named.columns if column.required and column.name not in columns)
        strange = sorted(columns - known)
        parts = [f"have no {', '.join(map(shown, strange[:5]))}"] if strange else []
        parts += [f"need {', '.join(missing)}"] if missing else []
        return f"Its name says {named.name}, which {' and '.join(parts)}."
    if fitting:
        return f"Its columns are those of {' and of '.join(type_.name for type_ in fitting)}: name the file after its type."
    return "Neither its name nor its columns are those of a type."
