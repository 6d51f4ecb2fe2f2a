"""All that is wrong with an export that is refused, found in one reading: file by file and row by row, as far as each can be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from channels.export_faults import BrokenExport, FileFault, RowFault
from channels.export_files import Export, ExportFile
from channels.export_profiled import profiled_rows
from channels.export_rows import Row, read_rows

MOST_ROWS = 10_000  # faulty rows that are told, of all files together


@dataclass
class Findings:
    """What was found so far. `count` is of all faulty rows; `rows` are the first of them, each with its file."""

    faults: list[FileFault] = field(default_factory=list)
    rows: list[tuple[ExportFile, RowFault]] = field(default_factory=list)
    count: int = 0


def inspect_file(export: Export, file: ExportFile, findings: Findings) -> None:
    """Reads one file to its end, or to where it cannot be read on."""
    count = 0
    try:
        with export.open(file.path) as stream:
            for row in rows_of(export, file, stream):
                count += 1
                if isinstance(row, RowFault):
                    findings.count += 1
                    if len(findings.rows) < MOST_ROWS:
                        findings.rows.append((file, row))
    except BrokenExport as broken:
        findings.faults += broken.faults
    except FileNotFoundError:
        pass  # found before its first row was looked for
    else:
        findings.faults += count_faults(file, count)


def rows_of(export: Export, file: ExportFile, stream: BinaryIO) -> Iterator[Row | RowFault]:
    """The rows of a file, as the format or the profile reads them."""
    if file.reading is None:
        return read_rows(file.type, stream, file.path, export.names.find)
    return profiled_rows(file.type, file.reading, stream, file.path, export.names.find)


def count_faults(file: ExportFile, count: int) -> list[FileFault]:
    """Whether the file has as many rows as the manifest says."""
    if file.rows is None or count == file.rows:
        return []
    return [FileFault("file.rows", f"The file has {count} rows, and the manifest says {file.rows}.", file.path)]
