"""`bailiwick generate`: exports of finance houses that do not exist, to try an installation with.

The generator itself is imported when it is asked for: it brings the names of half of Europe along, and no other command needs them.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.commands.operations import Unwilling
from server.commands.terminal import console, errors, example

if TYPE_CHECKING:
    from server.generator import Generated, House

EPILOG = "\n\n".join([
    example("bailiwick generate var/export"),
    example("bailiwick generate var/export --house valdesenne --size large"),
    example("bailiwick generate var/export --contracts 5000 --seed 7 --today 2026-11-24 --faults"),
    example("bailiwick generate var/export --house valdesenne --old-erp"),
    "Ends with 0 when the exports are written, and with 2 when a folder holds something already.",
])  # fmt: skip


class Size(StrEnum):
    """How many contracts each house has."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


OLD_ERP_HOUSE = "valdesenne"
SIZES = {Size.SMALL: 40, Size.MEDIUM: 1_000, Size.LARGE: 20_000}
MOST_CONTRACTS = 1_000_000
Folder = Annotated[Path, typer.Argument(help="Where they are written: a folder in it for each house, named by its key.", metavar="FOLDER")]
Houses = Annotated[list[str] | None, typer.Option("--house", help="Only this house. May be said several times.")]
HowLarge = Annotated[Size, typer.Option("--size", help="Contracts of each house: small 40, medium 1,000, large 20,000.")]
Contracts = Annotated[int | None, typer.Option("--contracts", help="So many instead.", min=1, max=MOST_CONTRACTS)]
Seed = Annotated[int, typer.Option("--seed", help="Another seed, other customers.", min=0, max=2**31)]
Today = Annotated[datetime | None, typer.Option("--today", help="The day of the export; today without it.", formats=["%Y-%m-%d"])]
Faults = Annotated[
    bool,
    typer.Option(
        "--faults", help="Write others beside them: one with deliberate errors and what to expect of it, and some that are broken."
    ),
]
OldErp = Annotated[
    bool,
    typer.Option(
        "--old-erp", help="Write customers and contracts of valdesenne as an old system has them, too, with a profile to read them."
    ),
]
Told = Callable[[int, int], None]


def write(
    folder: Path,
    keys: list[str] | None,
    size: Size,
    contracts: int | None,
    seed: int,
    today: date,
    faults: bool,
    old_erp: bool,
) -> None:
    """Writes them and says what there is. Raises `Unwilling`."""
    from server.generator import generate

    if old_erp and OLD_ERP_HOUSE not in (keys or [OLD_ERP_HOUSE]):
        raise Unwilling(f"Only {OLD_ERP_HOUSE} has an old system: leave --house out, or name it.")
    table = Table("House", "Contracts", "Rows", "Papers", "Folder")
    for house in chosen(keys):
        with bar(house.legal_name) as told:
            try:
                done = generate(folder / house.key, house, seed, contracts or SIZES[size], today, told)
            except FileExistsError as error:
                raise Unwilling(str(error)) from None
        table.add_row(house.legal_name, f"{done.contracts:,}", f"{sum(done.rows.values()):,}", f"{done.papers:,}", str(done.folder))
        if faults:
            write_faults(done, table)
        if old_erp and house.key == OLD_ERP_HOUSE:
            write_old(done, table, today)
    console.print(table)


def chosen(keys: list[str] | None) -> "list[House]":
    from server.generator import HOUSES

    known = {house.key: house for house in HOUSES}
    if unknown := sorted(set(keys or ()) - set(known)):
        raise Unwilling(f"There is no house {unknown[0]}. There are: {', '.join(known)}.")
    return [known[key] for key in dict.fromkeys(keys or known)]


def write_faults(done: "Generated", table: Table) -> None:
    """Beside a good export, those of a bad day."""
    from server.generator import BREAKS, break_export, spoil

    place = done.folder.with_name(f"{done.house.key}-faults")
    refuse_existing(place)
    spoiled = spoil(done.folder, place)
    expected = place.with_name(f"{place.name}.expected.csv")
    with expected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, asdict(spoiled[0]))
        writer.writeheader()
        writer.writerows(map(asdict, spoiled))
    table.add_row(f"  with {len(spoiled)} errors", "", "", "", f"{place}, expected in {expected.name}")
    for how in BREAKS:
        place = done.folder.with_name(f"{done.house.key}-{how}")
        refuse_existing(place)
        table.add_row(f"  refused: {break_export(done.folder, place, how)}", "", "", "", str(place))


def write_old(done: "Generated", table: Table, today: date) -> None:
    from server.generator import write_old_erp

    place = done.folder.with_name(f"{done.house.key}-old-erp")
    refuse_existing(place)
    write_old_erp(done.folder, place, done.house, today)
    table.add_row("  as an old system has them", "", "", "", str(place))


def refuse_existing(place: Path) -> None:
    if place.exists():
        raise Unwilling(f"{place} is there already.")


@contextmanager
def bar(name: str) -> Iterator[Told]:
    """Progress, for somebody who looks at it. A file or a pipe gets none."""
    if not errors.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
