"""`bailiwick manifest`: writes the manifest of a folder, and says what it could not tell."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from channels.export_files import MANIFEST, SOURCE, ExportFile
from channels.export_format import FORMAT_VERSION
from channels.export_manifests import described_files
from server.commands.operations import Unwilling
from server.commands.terminal import Ends, console, errors, example

Folder = Annotated[
    Path, typer.Argument(help="The folder with the files of the export.", metavar="FOLDER", exists=True, file_okay=False, readable=True)
]
Tenant = Annotated[str, typer.Option("--tenant", help="The key of the house that the export is for.")]
Source = Annotated[str, typer.Option("--source", help="The system that the rows come from: small letters, digits and dashes.")]
Sequence = Annotated[int | None, typer.Option("--sequence", help="Its number; an older export is refused later.", min=0, max=2**63 - 1)]
Force = Annotated[bool, typer.Option("--force", help="Write it anew where there is one.")]
EPILOG = "\n\n".join([
    example("bailiwick manifest var/export/north-lease --tenant north-lease --source lease-erp --sequence 17"),
    "A file's type is told by its name (contracts.csv, contracts-2026-11.csv) or, where only one type has them, by its columns.",
    "Ends with 0 when every table is in the manifest; 1 when it could not be told of some, which are named and left out; 2 when there is a "
    "manifest already; 4 when there was nothing to write.",
])  # fmt: skip


def write_manifest(folder: Path, tenant: str, source: str, sequence: int | None, force: bool) -> int:
    """Says how the command ends; 0 is well. Raises `Unwilling`."""
    if SOURCE.fullmatch(source) is None:
        raise Unwilling("A source is a word of small letters, digits and dashes, 32 at most.")
    there = [entry for entry in folder.iterdir() if entry.name.casefold() == MANIFEST]
    if there and not force:
        raise Unwilling(f"{there[0]} is there already. With --force it is written anew.")
    found = list(described_files(folder))
    files = [one.file for one in found if one.file is not None]
    for one in found:
        if one.file is None:
            errors.print(f"{one.path}: left out. {one.why}", highlight=False, markup=False, soft_wrap=True)
    if not files:
        errors.print("Nothing was written: of no file it could be told what it is.", highlight=False)
        return Ends.REFUSED
    head = {"format_version": FORMAT_VERSION, "tenant": tenant, "source": source} | ({} if sequence is None else {"sequence": sequence})
    put(
        there[0] if there else folder / MANIFEST,
        json.dumps(head | {"files": [entry(file) for file in files]}, indent=1, ensure_ascii=False),
    )
    show_files(files)
    return 0 if len(files) == len(found) else Ends.FAULTY


def entry(file: ExportFile) -> dict[str, object]:
    return {"path": file.path, "type": file.type.name, "rows": file.rows, "sha256": file.sha256, "encoding": "utf-8"}


def put(place: Path, text: str) -> None:
    """Whole or not at all."""
    beside = place.with_name(f".{place.name}.new")
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, place)


def show_files(files: list[ExportFile]) -> None:
    table = Table("File", "Type", "Rows")
    for file in files:
        table.add_row(file.path, file.type.name, f"{file.rows or 0:,}")
    console.print(table)
