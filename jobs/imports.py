"""An export goes in: the reading of files, the merging of rows and the writing of the report, put together.

The command line and the worker both come through here. Nothing is committed before the last row was judged, so a run that is killed has
changed nothing and can be started again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from uuid import UUID

import structlog
from asyncpg import Connection, Record, connect
from uuid_utils.compat import uuid7

from channels.export_faults import BrokenExport, FileFault, RowFault
from channels.export_files import Export, ExportFile, check_export, check_tenant, opened_export
from channels.export_format import TYPE_BY_NAME
from channels.export_inspection import Findings, count_faults, inspect_file, rows_of
from channels.export_rows import Row
from jobs.import_progress import Counter, Progress, published
from jobs.import_reports import ReportFile
from models.byte_locks import keeping_bytes
from models.importing.context import ImportContext
from models.importing.encryption import Sealer
from models.importing.papers import Papers
from models.importing.records import (
    INTERRUPTED,
    ImportOutcome,
    alone,
    begin_run,
    end_run,
    newest_sequence,
    note_interrupted,
    note_sync,
    put_back,
)
from models.importing.reporting import Report, ReportRow, complete_types, count_results, held_back
from models.importing.run import Importing
from models.importing.shapes import Store
from models.importing.staging import printable
from models.imports import UNREAD_SOURCE, ImportMode, ImportResult, ImportState
from models.secrets import KeyRing

ROWS_AT_ONCE = 2_000
FAILED = "import.failed"
ASKING_SECONDS = 15
STATE = "select state from import_run where tenant_id = $1 and id = $2 for no key update"
log = structlog.get_logger("bailiwick.imports")


TAKEN = {ImportState.COMPLETED.value, ImportState.COMPLETED_WITH_REJECTIONS.value}  # how a run ends that has committed rows


class OldExport(BrokenExport):
    """A newer one was taken before: it is not read."""


class OutcomeUnknown(ConnectionError):
    """The database was told to commit, and nobody knows whether it did: nothing is taken back, and the same export may be read again."""

    def __init__(self) -> None:
        super().__init__(
            "it did not say whether the import was committed. Import the same export again: rows that are in are unchanged then"
        )


class Undone(Exception):
    """Ends a transaction that must leave nothing behind."""


def unseen(done: int, total: int, type_name: str) -> None:
    """Nobody watches."""


def silently() -> None:
    """Waits without a word."""


async def run_import(
    connection: "Connection[Record]",
    *,
    tenant_id: UUID,
    export: Path,
    mode: ImportMode,
    dry_run: bool,
    at: datetime,
    keys: KeyRing,
    store: Store,
    report_to: Path | None = None,
    progress: Progress = unseen,
    publish_to: str | None = None,
    waits: Callable[[], None] | None = silently,
    run_id: UUID | None = None,
    is_tried_again: bool = False,
    profile: Path | None = None,
) -> ImportOutcome:
    """Imports a folder or archive for one tenant, on a connection of the jobs role that is the caller's alone.

    `report_to` becomes a file with a line for each row, of JSON or, by its name, of CSV. `publish_to` is an address of the jobs role,
    where the run's progress is written while it runs. `waits` is told when another run of the source is under way, and then this one
    waits; with `None` it raises `SourceBusy`. `run_id` is that of a queued run, and `is_tried_again` says that its job will come back
    if this attempt breaks off; without one a new run is written down. A broken file is a result too: REJECTED, with its faults.
    `profile` says how the files of another system are read; without it, a `profile.toml` beside them does.
    """
    context = ImportContext(connection, tenant_id, UNREAD_SOURCE, at, TYPE_BY_NAME)
    run = Run(context, run_id, mode, dry_run, keys, store, progress, publish_to, is_tried_again)
    with ReportFile(report_to) if report_to else nullcontext() as run.report:
        try:
            async with opened(export, profile) as opened_one:
                run.know(opened_one)
                check_tenant(opened_one, tenant=await tenant_key(context))
                try:
                    await asyncio.to_thread(check_export, opened_one)
                    async with alone(connection, tenant_id, opened_one.source, waits), keeping_bytes(connection, tenant_id):
                        return await run.over(opened_one)
                except OldExport:
                    raise
                except BrokenExport as broken:
                    return await run.refused(broken, await inspected(opened_one))
        except BrokenExport as broken:
            return await run.refused(broken)


async def tenant_key(context: ImportContext) -> str:
    async with context.connection.transaction():
        await context.open()
        return str(await context.connection.fetchval("select key from tenant where id = $1", context.tenant_id))


@asynccontextmanager
async def opened(place: Path, profile: Path | None) -> AsyncIterator[Export]:
    """Unpacking takes its time, and not that of the event loop."""
    context = opened_export(place, profile)
    export = await asyncio.to_thread(context.__enter__)
    try:
        yield export
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


class Run:
    """One import from its beginning to its end."""

    report: ReportFile | None

    def __init__(
        self,
        context: ImportContext,
        queued_id: UUID | None,
        mode: ImportMode,
        is_dry_run: bool,
        keys: KeyRing,
        store: Store,
        progress: Progress,
        publish_to: str | None,
        is_tried_again: bool,
    ) -> None:
        self.context = context
        self.is_queued = queued_id is not None
        self.id = queued_id or uuid7()
        self.mode, self.is_dry_run = mode, is_dry_run
        self.keys, self.store = keys, store
        self.progress, self.publish_to = progress, publish_to
        self.is_tried_again = is_tried_again
        self.is_committing = False
        self.sequence: int | None = None
        self.export: Export | None = None
        self.began = monotonic()
        self.rows: list[ReportRow] = []
        self.result = ImportOutcome(self.id, ImportState.REJECTED, is_dry_run)

    def know(self, export: Export) -> None:
        """Which source it is from, and the how manieth of it."""
        self.context = replace(self.context, source_name=export.source or UNREAD_SOURCE)
        self.sequence = export.sequence
        self.export = export

    def as_in_file(self, row: ReportRow) -> ReportRow:
        """With the column as the file calls it: people look for it there."""
        return row._replace(field=self.export.original(row.type, row.file, row.field)) if self.export else row

    async def over(self, export: Export) -> ImportOutcome:
        await self.begin()
        with closing(Papers(self.context, self.store, export.open, export.papers(), is_dry_run=self.is_dry_run)) as papers:
            importing = Importing(self.context, Sealer(self.context.tenant_id, self.keys), papers)
            try:
                async with published(self.publish_to, self.context.tenant_id, self.id) as percent, self.entered():
                    await self.merge(export, importing, Counter(export, self.progress, percent))
                    await papers.settle()
                    self.is_committing = True
            except Undone:
                await forget(papers)
                await self.end()
            except BrokenExport:
                await forget(papers)
                raise
            except BaseException as error:
                if self.is_committing and await self.is_committed():
                    return self.result
                await forget(papers)
                await self.broke_off(error)
                raise
        return self.result

    async def is_committed(self) -> bool:
        """Asks what became of a COMMIT whose answer did not come. Raises `OutcomeUnknown`, and then nothing may be deleted.

        The run's row is locked by the transaction that ends it: who gets the lock knows that it is over, one way or the other.
        """
        try:
            async with asyncio.timeout(ASKING_SECONDS), self.asking() as connection, connection.transaction():
                await replace(self.context, connection=connection).open()
                state = await connection.fetchval(STATE, self.context.tenant_id, self.id)
        except Exception as error:
            log.warning("commit unknown", run=str(self.id), error=type(error).__name__)
            raise OutcomeUnknown from error
        log.warning("commit asked", run=str(self.id), state=state)
        return state in TAKEN

    @asynccontextmanager
    async def asking(self) -> "AsyncIterator[Connection[Record]]":
        """Another connection where there may be one: that of the run may be gone, or wait for an answer that does not come."""
        if self.publish_to is None:
            yield self.context.connection
            return
        connection = await connect(self.publish_to, timeout=ASKING_SECONDS, server_settings={"search_path": "bailiwick"})
        try:
            yield connection
        finally:
            connection.terminate()

    async def begin(self) -> None:
        """Raises `OldExport` for an export that is older than one that was taken: its rows would undo what came since."""
        async with self.entered():
            newest = await newest_sequence(self.context)
            if self.sequence is not None and newest is not None and self.sequence < newest:
                message = f"Export {self.sequence} of {self.context.source_name} is older than {newest}, which was taken before."
                raise OldExport(FileFault("sequence.older", message))
            await note_interrupted(self.context)
            await self.note_begun()

    async def note_begun(self) -> None:
        await begin_run(self.context, self.id, sequence=self.sequence, mode=self.mode, is_dry_run=self.is_dry_run)

    async def merge(self, export: Export, importing: Importing, counter: Counter) -> None:
        """Everything of the run in one transaction. Raises `Undone` after the report, where nothing may stay."""
        await importing.prepare({file.type.name for file in export.files})
        for file in export.files:
            await self.stage(export, importing, file, counter)
        await importing.merge(counter.merged)
        await self.judge(importing)
        if self.is_dry_run or not self.result.is_completed:
            raise Undone
        brought = {file.type.name for file in export.files}
        await note_sync(self.context, await complete_types(self.context, [type_ for type_ in importing.types if type_.name in brought]))
        await end_run(self.context, self.result, self.rows, self.now())

    async def stage(self, export: Export, importing: Importing, file: ExportFile, counter: Counter) -> None:
        with export.open(file.path) as stream:
            rows = rows_of(export, file, stream)
            count = await importing.stage(file.type, file.path, counter.read(chunks(rows), file))
        if faults := count_faults(file, count):
            raise BrokenExport(*faults)

    async def judge(self, importing: Importing) -> None:
        """Counts and reports, and decides whether the run stands."""
        counts = await count_results(self.context, importing.types)
        is_refused = self.mode is ImportMode.ALL_OR_NOTHING and counts[ImportResult.REJECTED] > 0
        report = Report(self.context, importing.types, is_refused=is_refused)
        self.rows = [self.as_in_file(row) for row in await report.worth_keeping()]
        if self.report is not None:
            async for row in report.rows():
                self.report.row(self.as_in_file(row))
        state = ImportState.COMPLETED_WITH_REJECTIONS if counts[ImportResult.REJECTED] else ImportState.COMPLETED
        state = ImportState.REJECTED if is_refused else state
        refused = tuple(row for row in self.rows if row.result == ImportResult.REJECTED)
        self.result = ImportOutcome(self.id, state, self.is_dry_run, held_back(counts) if is_refused else counts, refused=refused)

    async def refused(self, broken: BrokenExport, found: Findings | None = None) -> ImportOutcome:
        """The export as a whole: nothing of it was written, and the report says why, with all that could be read of its faults."""
        found = found or Findings()
        faults = tuple(tellable(fault) for fault in dict.fromkeys([*broken.faults, *found.faults]))
        self.rows = [self.as_in_file(refused_row(file, row)) for file, row in found.rows]
        counts = dict.fromkeys(ImportResult, 0) | {ImportResult.REJECTED: found.count}
        self.result = ImportOutcome(self.id, ImportState.REJECTED, self.is_dry_run, counts, faults, tuple(self.rows))
        if self.report is not None:
            self.report.begin_anew()
            for fault in faults:
                self.report.fault(fault)
            for row in self.rows:
                self.report.row(row)
        async with self.entered():
            await self.note_begun()
            await end_run(self.context, self.result, self.rows, self.now())
        return self.result

    async def broke_off(self, error: BaseException) -> None:
        """Nothing was written. A run whose job comes back is queued again; of any other it is said that it failed."""
        if self.context.connection.is_closed():
            return
        is_stopped = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
        if self.is_queued and (is_stopped or self.is_tried_again):
            async with self.entered():
                await put_back(self.context, self.id)
            return
        rule, what = (INTERRUPTED, "was interrupted") if is_stopped else (FAILED, "failed")
        fault = FileFault(rule, f"The run {what}, and has changed nothing.", "")
        self.result = ImportOutcome(self.id, ImportState.FAILED, self.is_dry_run, faults=(fault,))
        self.rows = []
        await self.end()

    async def end(self) -> None:
        async with self.entered():
            await end_run(self.context, self.result, self.rows, self.now())

    def now(self) -> datetime:
        """The instant the run was given, and the time it took since."""
        return self.context.at_instant + timedelta(seconds=monotonic() - self.began)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        async with self.context.connection.transaction():
            await self.context.open()
            yield


async def forget(papers: Papers) -> None:
    """What cannot be deleted now is swept later: it must not hide why the run ended."""
    try:
        await papers.forget()
    except Exception as error:
        log.warning("bytes left", error=type(error).__name__)


async def inspected(export: Export) -> Findings:
    """All that is wrong with its files. A run that is stopped does not wait for more than one of them."""
    findings = Findings()
    for file in export.files:
        await asyncio.to_thread(inspect_file, export, file, findings)
    return findings


def tellable(fault: FileFault) -> FileFault:
    """Without the characters that no database takes: what is wrong may be these."""
    return replace(fault, file=printable(fault.file), message=printable(fault.message), column=fault.column and printable(fault.column))


def refused_row(file: ExportFile, row: RowFault) -> ReportRow:
    key = row.key and printable(row.key)
    return ReportRow(file.type.name, file.path, row.line, key, ImportResult.REJECTED, row.field, row.rule, printable(row.message))


async def chunks(rows: Iterator[Row | RowFault]) -> AsyncIterator[Sequence[Row | RowFault]]:
    """Rows by the thousand, read and checked beside the event loop."""
    while chunk := await asyncio.to_thread(lambda: list(islice(rows, ROWS_AT_ONCE))):
        yield chunk
