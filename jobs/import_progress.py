"""How far an import is: counted by rows, and written down where others can read it while the run itself shows nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg
import structlog

from channels.error_reports import error_report
from channels.export_faults import RowFault
from channels.export_files import Export, ExportFile
from channels.export_rows import Row

Progress = Callable[[int, int, str], None]
"""Told how many rows are done, of how many, and of which type. Every row counts twice: when it is read and when it is merged."""
EVERY_SECONDS = 1.0
ENTER = "select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', 'JOB', true)"
NOTE = "update bailiwick.import_run set progress_percent = $3 where tenant_id = $1 and id = $2 and state = 'RUNNING'"
log = structlog.get_logger("bailiwick.imports")


class Counter:
    """Counts the rows of a run, and tells whoever listens."""

    def __init__(self, export: Export, *told: Progress) -> None:
        self.told = told
        self.total = 2 * export.rows
        self.done = 0
        self.by_type: dict[str, int] = {}
        for file in export.files:
            self.by_type[file.type.name] = self.by_type.get(file.type.name, 0) + (file.rows or 0)

    async def read(self, chunks: AsyncIterator[Sequence[Row | RowFault]], file: ExportFile) -> AsyncIterator[Sequence[Row | RowFault]]:
        async for chunk in chunks:
            yield chunk
            self._add(len(chunk), file.type.name)

    def merged(self, type_name: str) -> None:
        self._add(self.by_type.get(type_name, 0), type_name)

    def _add(self, rows: int, type_name: str) -> None:
        self.done += rows
        for told in self.told:
            told(self.done, self.total, type_name)


class Percent:
    """The last that was told, in percent."""

    def __init__(self) -> None:
        self.value = 0

    def __call__(self, done: int, total: int, type_name: str) -> None:
        # An export that has more rows than it says is refused, and never more than done.
        self.value = min(100 * done // total, 99) if total else 0


@asynccontextmanager
async def published(url: str | None, tenant_id: UUID, run_id: UUID) -> AsyncIterator[Percent]:
    """Writes down how far the run is, every second and on a connection of its own: what the run writes is seen when it commits."""
    percent = Percent()
    if url is None:
        yield percent
        return
    writing = asyncio.create_task(_write(url, tenant_id, run_id, percent))
    try:
        yield percent
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


async def _write(url: str, tenant_id: UUID, run_id: UUID, percent: Percent) -> None:
    """An import does not end because nobody can see how far it is."""
    try:
        connection = await asyncpg.connect(url)
        try:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                async with connection.transaction():
                    await connection.execute(ENTER, str(tenant_id))
                    await connection.execute(NOTE, tenant_id, run_id, percent.value)
        finally:
            connection.terminate()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        log.warning("progress unseen", run=str(run_id), **error_report(error))
