"""An export goes in: the reading of files, the merging of rows and the writing of the report, put together.

The command line and the worker both come through here. Nothing is committed before the last row was judged, so a run that is killed has
changed nothing and can be started again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import orjson
from asyncpg import Connection, Record
from uuid_utils.compat import uuid7

from channels.export_faults import BrokenExport, FileFault, RowFault
from channels.export_files import Export, ExportFile, opened_export
from channels.export_format import TYPE_BY_NAME
from channels.export_rows import Row, read_rows
from models.importing.ground import Ground
from models.importing.papers import Papers
from models.importing.records import ImportOutcome, alone, begin_run, end_run, note_interrupted, note_sync
from models.importing.reporting import ReportRow, count_results, report, worth_keeping
from models.importing.run import Importing
from models.importing.sealing import Sealer
from models.importing.shapes import Store
from models.imports import UNREAD_SOURCE, ImportMode, ImportResult, ImportState
from models.secrets import KeyRing

ROWS_AT_ONCE = 2_000
Progress = Callable[[int, int, str], None]
"""Told how many rows are done, of how many, and of which type. Every row counts twice: when it is read and when it is merged."""


class Undone(Exception):
    """Ends a transaction that must leave nothing behind."""


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
    progress: Progress | None = None,
    run_id: UUID | None = None,
) -> ImportOutcome:
    """Imports a folder or archive for one tenant, on a connection of the jobs role that is the caller's alone.

    `report_to` becomes a file of JSON lines, one a row. `run_id` is that of a
    queued run; without one a new run is written down. A broken file is a result too: REJECTED, with its faults.
    """
    ground = Ground(connection, tenant_id, UNREAD_SOURCE, at, TYPE_BY_NAME)
    run = Run(ground, run_id or uuid7(), mode, dry_run, keys, store, report_to, progress or (lambda done, total, type_: None))
    try:
        async with opened(export, await tenant_key(ground)) as opened_one:
            run.ground = replace(ground, source_name=opened_one.source)
            async with alone(connection, tenant_id, opened_one.source):
                return await run.over(opened_one)
    except BrokenExport as broken:
        return await run.refused(broken)


async def tenant_key(ground: Ground) -> str:
    async with ground.connection.transaction():
        await ground.open()
        return str(await ground.connection.fetchval("select key from tenant where id = $1", ground.tenant_id))


@asynccontextmanager
async def opened(place: Path, tenant: str) -> AsyncIterator[Export]:
    """Unpacking and hashing take their time, and not that of the event loop."""
    context = opened_export(place, tenant=tenant)
    export = await asyncio.to_thread(context.__enter__)
    try:
        yield export
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


class Run:
    """One import from its beginning to its end."""

    def __init__(
        self,
        ground: Ground,
        run_id: UUID,
        mode: ImportMode,
        is_dry_run: bool,
        keys: KeyRing,
        store: Store,
        report_to: Path | None,
        progress: Progress,
    ) -> None:
        self.ground = ground
        self.id = run_id
        self.mode = mode
        self.is_dry_run = is_dry_run
        self.keys = keys
        self.store = store
        self.report_to = report_to
        self.progress = progress
        self.rows: list[ReportRow] = []
        self.result = ImportOutcome(run_id, ImportState.REJECTED, is_dry_run)

    async def over(self, export: Export) -> ImportOutcome:
        async with self.entered():
            await note_interrupted(self.ground)
            await begin_run(self.ground, self.id, sequence=export.sequence, mode=self.mode, is_dry_run=self.is_dry_run)
        papers = Papers(self.ground, self.store, export.open, is_dry_run=self.is_dry_run)
        importing = Importing(self.ground, Sealer(self.ground.tenant_id, self.keys), papers)
        try:
            async with self.entered():
                await self.merge(export, importing)
        except Undone:
            await papers.forget()
            await self.end()
        except BrokenExport:
            await papers.forget()
            raise
        except BaseException:
            await papers.forget()
            await self.failed()
            raise
        return self.result

    async def merge(self, export: Export, importing: Importing) -> None:
        """Everything of the run in one transaction. Raises `Undone` after the report, where nothing may stay."""
        counter = Counter(export, self.progress)
        await importing.prepare({file.type.name for file in export.files})
        for file in export.files:
            await self.stage(export, importing, file, counter)
        await importing.merge(counter.merged)
        await self.judge(importing)
        if self.is_dry_run or not self.result.is_completed:
            raise Undone
        await note_sync(self.ground, sorted({file.type.name for file in export.files}))
        await end_run(self.ground, self.result, self.rows, datetime.now(UTC))

    async def stage(self, export: Export, importing: Importing, file: ExportFile, counter: "Counter") -> None:
        with export.open(file.path) as stream:
            rows = read_rows(file.type, stream, file.path)
            count = await importing.stage(file.type, file.path, counter.read(chunks(rows), file))
        if count != file.rows:
            raise BrokenExport(FileFault("file.rows", f"The file has {count} rows, and the manifest says {file.rows}.", file.path))

    async def judge(self, importing: Importing) -> None:
        """Counts and reports, and decides whether the run stands."""
        counts = await count_results(self.ground, importing.types)
        self.rows = await worth_keeping(self.ground, importing.types)
        if self.report_to is not None:
            await self.write_report(importing)
        is_refused = self.mode is ImportMode.ALL_OR_NOTHING and counts[ImportResult.REJECTED] > 0
        if is_refused and not self.is_dry_run:
            counts |= dict.fromkeys((ImportResult.CREATED, ImportResult.UPDATED, ImportResult.PARKED), 0)
        self.result = ImportOutcome(self.id, ImportState.REJECTED if is_refused else ImportState.COMPLETED, self.is_dry_run, counts)

    async def write_report(self, importing: Importing) -> None:
        assert self.report_to is not None
        with self.report_to.open("wb") as file:
            async for row in report(self.ground, importing.types):
                file.write(orjson.dumps(row._asdict()) + b"\n")

    async def refused(self, broken: BrokenExport) -> ImportOutcome:
        """The export as a whole: nothing of it was written, and the report says why."""
        self.result = ImportOutcome(self.id, ImportState.REJECTED, self.is_dry_run, faults=broken.faults)
        if self.report_to is not None:
            lines = [{"result": "REJECTED", **vars(fault)} for fault in broken.faults]
            self.report_to.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        async with self.entered():
            await begin_run(self.ground, self.id, sequence=None, mode=self.mode, is_dry_run=self.is_dry_run)
        self.rows = []
        await self.end()
        return self.result

    async def failed(self) -> None:
        """Our own failure: nothing was written, the log has the rest."""
        if not self.ground.connection.is_closed():
            fault = FileFault("import.failed", "The import failed and has changed nothing.", "")
            self.result = ImportOutcome(self.id, ImportState.FAILED, self.is_dry_run, faults=(fault,))
            self.rows = []
            await self.end()

    async def end(self) -> None:
        async with self.entered():
            await end_run(self.ground, self.result, self.rows, datetime.now(UTC))

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        async with self.ground.connection.transaction():
            await self.ground.open()
            yield


async def chunks(rows: Iterator[Row | RowFault]) -> AsyncIterator[Sequence[Row | RowFault]]:
    """Rows by the thousand, read and checked beside the event loop."""
    while chunk := await asyncio.to_thread(lambda: list(islice(rows, ROWS_AT_ONCE))):
        yield chunk


class Counter:
    """Tells the progress of a run."""

    def __init__(self, export: Export, progress: Progress) -> None:
        self.progress = progress
        self.total = 2 * export.rows
        self.done = 0
        self.by_type: dict[str, int] = {}
        for file in export.files:
            self.by_type[file.type.name] = self.by_type.get(file.type.name, 0) + file.rows

    async def read(self, chunks: AsyncIterator[Sequence[Row | RowFault]], file: ExportFile) -> AsyncIterator[Sequence[Row | RowFault]]:
        async for chunk in chunks:
            yield chunk
            self.done += len(chunk)
            self.progress(self.done, self.total, file.type.name)

    def merged(self, type_name: str) -> None:
        self.done += self.by_type.get(type_name, 0)
        self.progress(self.done, self.total, type_name)
