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
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from channels.export_faults import BrokenExport
from channels.export_files import named_tenant
from models.importing.records import FileFault, ImportOutcome, SourceBusy
from models.importing.reporting import ReportRow
from models.imports import ImportMode, ImportResult, ImportState
from server.import_progress import Progress as Told
from server.importing import unseen
from server.operating import Unwilling, bring_in
from server.settings import Settings

TAKEN, LEFT_OUT, REFUSED, STOPPED = 0, 1, 3, 143  # 2 is wrong use, as of every command, and 130 Ctrl+C
MOST_SHOWN = 20
EPILOG = """
Examples:

bailiwick import var/export/north-lease --dry-run

bailiwick import north-lease.zip --report rows.csv

bailiwick import north-lease.tar.gz --tenant north-lease --mode all-or-nothing

Exit codes: 0, every row is in, or waits for a row that it names. 1, rows were refused, and the others are in. 2, it could not be tried:
wrong use, no database, no such house. 3, the export was refused, and nothing was changed. 130 and 143, it was interrupted, and nothing was
changed. A dry run exits with the code of the real one.
"""


class Mode(StrEnum):
    """What a faulty row does, as it is typed."""

    PER_ROW = "per-row"
    ALL_OR_NOTHING = "all-or-nothing"


MODES = {Mode.PER_ROW: ImportMode.PER_ROW, Mode.ALL_OR_NOTHING: ImportMode.ALL_OR_NOTHING}
Export = Annotated[Path, typer.Argument(help="A folder, .zip or .tar.gz in the format of docs/import-format.md.", metavar="FOLDER")]
Tenant = Annotated[str | None, typer.Option("--tenant", help="The key of the house. Without it, the one that the manifest names.")]
How = Annotated[Mode, typer.Option("--mode", help="Whether a faulty row is left out alone, or nothing is taken.")]
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
    out: Console,
    err: Console,
) -> int:
    """Brings the export in and says how it went. Gives the exit code."""
    try:
        house = tenant or named_tenant(export)
    except BrokenExport as broken:
        show_faults(broken.faults, err)
        return REFUSED
    try:
        with bars(err) as told:
            outcome = asyncio.run(
                until_stopped(
                    bring_in(
                        found, house, export, mode=MODES[mode], is_dry_run=is_dry_run, report=report, progress=told,
                        waits=None if no_wait else lambda: err.print("Another import of this source is under way: waiting for it."),
                    )
                )
            )  # fmt: skip
    except SourceBusy:
        raise Unwilling("Another import of this source is under way. Without --no-wait this one waits for it.") from None
    except Interrupted:
        err.print("Interrupted: nothing was changed.")
        return STOPPED
    show(outcome, report, out, err)
    return code_of(outcome)


def code_of(outcome: ImportOutcome) -> int:
    """What a script is told."""
    if outcome.state is not ImportState.COMPLETED:
        return REFUSED
    return LEFT_OUT if outcome.counts[ImportResult.REJECTED] else TAKEN


@contextmanager
def bars(err: Console) -> Iterator[Told]:
    """Progress, for somebody who looks at it. A file or a pipe gets none."""
    if not err.is_terminal:
        yield unseen
        return
    columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
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


def show(outcome: ImportOutcome, report: Path | None, out: Console, err: Console) -> None:
    """How the run ended, and the first of what has to be mended."""
    show_faults(outcome.faults, err)
    for row in outcome.refused[:MOST_SHOWN]:
        err.print(spelled(row), highlight=False, markup=False, soft_wrap=True)
    more = outcome.counts[ImportResult.REJECTED] - len(outcome.refused[:MOST_SHOWN])
    if more > 0:
        err.print(f"... and {more:,} more.", highlight=False)
    table = Table("Result", "Rows")
    for result, count in outcome.counts.items():
        table.add_row(result.value, f"{count:,}")
    out.print(table)
    tried = " Nothing was written: this was a dry run." if outcome.is_dry_run else ""
    out.print(
        f"{outcome.state.value}.{tried}" + (f" Each row is in {report}." if report else ""), highlight=False, markup=False, soft_wrap=True
    )


def show_faults(faults: tuple[FileFault, ...], err: Console) -> None:
    """Why an export was refused as a whole."""
    for fault in islice(faults, MOST_SHOWN):
        where = ":".join(str(part) for part in (fault.file, fault.line, fault.column) if part)
        err.print(f"{where}{': ' if where else ''}{fault.message} ({fault.rule})", highlight=False, markup=False, soft_wrap=True)


def spelled(row: ReportRow) -> str:
    """A refused row on one line: where it stands, what it is called and what is wrong with it."""
    where = ":".join(str(part) for part in (row.file, row.line, row.field) if part)
    return f"{where}: {row.external_id or '-'}: {row.message} ({row.rule})"
