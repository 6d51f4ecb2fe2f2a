"""`bailiwick preview`: the first rows of an export as they would be read. It needs no database, and changes nothing."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from channels.export_faults import BrokenExport, RowFault
from channels.export_files import Export, ExportFile, check_export, opened_export
from channels.export_inspection import rows_of
from channels.export_private import is_private
from channels.export_rows import Row
from server.commands.import_command import show_faults
from server.commands.terminal import Ends, console, example

Rows = Annotated[int, typer.Option("--rows", help="So many rows of each type in each file.", min=1, max=1_000)]
EPILOG = "\n\n".join([
    example("bailiwick preview var/old-erp --profile old-erp.toml --rows 5"),
    "Ends with 0 when nothing was wrong with these rows; 1 when some of them would be refused; 4 when the export would be.",
])  # fmt: skip


def show_preview(place: Path, profile: Path | None, count: int) -> int:
    """Says how the command ends; 0 is well."""
    try:
        with opened_export(place, profile) as export:
            is_broken, is_faulty = False, False
            try:
                check_export(export)
            except BrokenExport as broken:
                show_faults(broken.faults)
                is_broken = True
            for file in export.files:
                ends = show_file(export, file, count)
                is_broken, is_faulty = is_broken or ends == Ends.REFUSED, is_faulty or ends == Ends.FAULTY
    except BrokenExport as broken:
        show_faults(broken.faults)
        return Ends.REFUSED
    return Ends.REFUSED if is_broken else Ends.FAULTY if is_faulty else 0


def show_file(export: Export, file: ExportFile, count: int) -> int:
    """The first rows of one type in one file."""
    is_faulty = False
    try:
        with export.open(file.path) as stream:
            for row in islice(rows_of(export, file, stream), count):
                is_faulty = is_faulty or isinstance(row, RowFault)
                show_row(file, row)
    except FileNotFoundError:
        return Ends.REFUSED  # told already
    except BrokenExport as broken:
        show_faults(broken.faults)
        return Ends.REFUSED
    return Ends.FAULTY if is_faulty else 0


def show_row(file: ExportFile, row: Row | RowFault) -> None:
    tell(f"{file.path}:{row.line}: {file.type.name}")
    if isinstance(row, RowFault):
        tell(f"    refused: {called(file, row.field)}{row.message} ({row.rule})")
        return
    for column, value in zip(file.type.columns, row.values, strict=True):
        if value is not None:
            tell(f"    {column.name} = {value_shown(value)}{origin(file, column.name)}")
    for note in row.notes:
        tell(f"    noted: {called(file, note.field)}{note.message} ({note.rule})")


def value_shown(value: str | tuple[str, ...]) -> str:
    """A terminal is read over shoulders: of the number of an account or a card, its end is enough to find it again."""
    text = value if isinstance(value, str) else " ".join(value)
    return f"…{text.strip()[-4:]}" if is_private(text) else text


def called(file: ExportFile, column: str | None) -> str:
    """The column as the file calls it, before what is said of it."""
    name = file.reading.original(column) if file.reading and column else column
    return f"{name}: " if name else ""


def origin(file: ExportFile, column: str) -> str:
    if file.reading is None:
        return ""
    name = file.reading.original(column)
    mapped = file.reading.row.columns.get(column)
    if mapped is None:
        return "  (by default)"
    return f"  (from {name})" if mapped.column else "  (constant)"


def tell(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
