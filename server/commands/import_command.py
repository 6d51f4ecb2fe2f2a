"""`bailiwick import`: how an operator or a nightly script brings the data of a house in, and how they are told what became of it."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from channels.export_faults import BrokenExport
from channels.export_files import named_tenant
from jobs.import_progress import Progress as Told
from jobs.imports import unseen
from models.importing.records import FileFault, ImportOutcome, SourceBusy
from models.importing.reporting import ReportRow
from models.imports import ImportMode, ImportResult
from server.commands.operations import Unwilling, bring_in
from server.commands.terminal import Ends, console, errors, example, run
from server.process.settings import Settings

MOST_SHOWN = 20
EPILOG = "\n\n".join([
    example("bailiwick import var/export/north-lease --dry-run"),
    example("bailiwick import north-lease.zip --report rows.csv"),
    example("bailiwick import north-lease.tar.gz --tenant north-lease --mode all-or-nothing"),
    example("bailiwick import var/old-erp --profile old-erp.toml"),
    "Ends with 0 when every row is in, or waits for a row that it names; 1 when rows were refused, and the others are in; 2 when it was "
    "asked for what is not done; 3 when the database or a file was away; 4 when the export was refused, and nothing was changed; 130 or "
    "143 when it was interrupted, and nothing was changed. A dry run ends like the real one.",
])  # fmt: skip


class Mode(StrEnum):
    """What a faulty row does, as it is typed."""

    PER_ROW = "per-row"
    ALL_OR_NOTHING = "all-or-nothing"


MODES = {Mode.PER_ROW: ImportMode.PER_ROW, Mode.ALL_OR_NOTHING: ImportMode.ALL_OR_NOTHING}
Export = Annotated[
    Path,
    typer.Argument(
        help="A folder, .zip or .tar.gz in the format of docs/import-format.md, or of another system with a profile.",
        metavar="FOLDER",
        exists=True,
        readable=True,
    ),
]
Tenant = Annotated[str | None, typer.Option("--tenant", help="The key of the house. Without it, the one that the manifest names.")]
How = Annotated[Mode, typer.Option("--mode", help="Whether a faulty row is left out alone, or nothing is taken.")]
ProfileFile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        help="How another system's files are read, in TOML. Without it, profile.toml in the folder.",
        exists=True,
        dir_okay=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Judge every row and write none.")]
ReportTo = Annotated[
    Path | None,
    typer.Option("--report", help="A file that says of every row what became of it: CSV where it ends in .csv, else JSON lines."),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Give up at once when another import of the same source is under way.")]


class Interrupted(Exception):
    """TERM came before it was done."""


def import_export(
    found: Settings,
    export: Path,
    tenant: str | None,
    mode: Mode,
    is_dry_run: bool,
    report: Path | None,
    no_wait: bool,
    profile: Path | None,
) -> int:
    """Brings the export in and says how it went. Gives how the command ends; 0 is well."""
    try:
        house = tenant or named_tenant(export, profile)
    except BrokenExport as broken:
        show_faults(broken.faults)
        return Ends.REFUSED
    try:
        with bars() as told:
            outcome = run(
                until_stopped(
                    bring_in(
                        found, house, export, mode=MODES[mode], is_dry_run=is_dry_run, report=report, progress=told, profile=profile,
                        waits=None if no_wait else lambda: errors.print("Another import of this source is under way: waiting for it."),
                    )
                )
            )  # fmt: skip
    except SourceBusy:
        raise Unwilling("Another import of this source is under way. Without --no-wait this one waits for it.") from None
    except Interrupted:
        errors.print("Interrupted: nothing was changed.")
        return Ends.STOPPED
    show(outcome, report)
    return end_of(outcome)


def end_of(outcome: ImportOutcome) -> int:
    """What a script is told."""
    if not outcome.is_completed:
        return Ends.REFUSED
    return Ends.FAULTY if outcome.counts[ImportResult.REJECTED] else 0


@contextmanager
def bars() -> Iterator[Told]:
    """Progress, for somebody who looks at it. A file or a pipe gets none."""
    if not errors.is_terminal:
        yield unseen
        return
    columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def told(done: int, total: int, type_name: str) -> None:
            bar.update(task, completed=done, total=total, description=type_name)

        yield told


async def until_stopped(work: Coroutine[Any, Any, ImportOutcome]) -> ImportOutcome:
    """TERM takes it back as Ctrl+C does. Raises `Interrupted`."""
    loop, doing = asyncio.get_running_loop(), asyncio.ensure_future(work)
    is_told = asyncio.Event()

    def stop() -> None:
        is_told.set()
        doing.cancel()

    loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        return await doing
    except asyncio.CancelledError:
        if is_told.is_set():
            raise Interrupted from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def show(outcome: ImportOutcome, report: Path | None) -> None:
    """How the run ended, and the first of what has to be mended."""
    show_faults(outcome.faults)
    for row in outcome.refused[:MOST_SHOWN]:
        errors.print(spelled(row), highlight=False, markup=False, soft_wrap=True)
    more = outcome.counts[ImportResult.REJECTED] - len(outcome.refused[:MOST_SHOWN])
    if more > 0:
        errors.print(f"... and {more:,} more.", highlight=False)
    table = Table("Result", "Rows")
    for result, count in outcome.counts.items():
        table.add_row(result.value, f"{count:,}")
    console.print(table)
    tried = " Nothing was written: this was a dry run." if outcome.is_dry_run else ""
    console.print(
        f"{outcome.state.value}.{tried}" + (f" Each row is in {report}." if report else ""), highlight=False, markup=False, soft_wrap=True
    )


def show_faults(faults: tuple[FileFault, ...]) -> None:
    """Why an export was refused as a whole."""
    for fault in islice(faults, MOST_SHOWN):
        where = ":".join(str(part) for part in (fault.file, fault.line, fault.column) if part)
        errors.print(f"{where}{': ' if where else ''}{fault.message} ({fault.rule})", highlight=False, markup=False, soft_wrap=True)


def spelled(row: ReportRow) -> str:
    """A refused row on one line: where it stands, what it is called and what is wrong with it."""
    where = ":".join(str(part) for part in (row.file, row.line, row.field) if part)
    return f"{where}: {row.external_id or '-'}: {row.message} ({row.rule})"
