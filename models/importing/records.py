"""What is written down about a run itself: that it began, how it ended, and the rows worth reading afterwards."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

import orjson
from asyncpg import Connection, Record

from models.importing.context import ImportContext
from models.importing.reporting import ReportRow
from models.imports import TAKEN, ImportMode, ImportResult, ImportRun, ImportState

INTERRUPTED = "import.interrupted"


class FileFault(Protocol):
    """Why nothing of an export was read."""

    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...


@dataclass(frozen=True)
class ImportOutcome:
    """How a run ended: COMPLETED, with rejections or without, or REJECTED with nothing written. A dry run counts what would have been.

    `refused` are the first of the refused rows, as many as are kept.
    """

    run_id: UUID
    state: ImportState
    is_dry_run: bool
    counts: Mapping[ImportResult, int] = field(default_factory=lambda: dict.fromkeys(ImportResult, 0))
    faults: tuple[FileFault, ...] = ()
    refused: tuple[ReportRow, ...] = ()

    @property
    def is_completed(self) -> bool:
        return self.state in TAKEN


class SourceBusy(Exception):
    """Another run of the same source is under way, and this one was not to wait for it."""


@asynccontextmanager
async def alone(connection: "Connection[Record]", tenant_id: UUID, source: str, waits: Callable[[], None] | None) -> AsyncIterator[None]:
    """Keeps two runs of one source apart: they would judge by each other's past. Whoever dies lets go.

    `waits` is told when another one is under way, and then this one waits for it; without it, raises `SourceBusy`.
    """
    key = f"import {tenant_id} {source}"
    if not await connection.fetchval("select pg_try_advisory_lock(hashtextextended($1, 0))", key):
        if waits is None:
            raise SourceBusy
        waits()
        await wait_for_lock(connection, key)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("select pg_advisory_unlock(hashtextextended($1, 0))", key)


async def wait_for_lock(connection: "Connection[Record]", key: str) -> None:
    """However long that takes. The lock outlives the transaction, which is there for its settings."""
    async with connection.transaction():
        await connection.execute("set local lock_timeout = 0; set local statement_timeout = 0")
        await connection.execute("select pg_advisory_lock(hashtextextended($1, 0))", key)


async def newest_sequence(context: ImportContext) -> int | None:
    """The highest sequence of this source that was taken."""
    found = await context.connection.fetchval(
        "select max(sequence) from import_run where tenant_id = $1 and source = $2 and state in ('COMPLETED', 'COMPLETED_WITH_REJECTIONS') and not is_dry_run",
        context.tenant_id, context.source_name,
    )  # fmt: skip
    return None if found is None else int(found)


async def note_interrupted(context: ImportContext) -> None:
    """Whoever is alone with a source knows that a run of it which still says it runs was killed. It has written nothing.

    Uploads are left alone: their jobs come back by themselves.
    """
    await context.connection.execute(
        "update import_run set state = 'FAILED', finished_at = $3, fault_rule = $4, fault_message = 'The run was interrupted.' "
        "where tenant_id = $1 and source = $2 and state = 'RUNNING' and storage_key is null",
        context.tenant_id, context.source_name, context.at_instant, INTERRUPTED,
    )  # fmt: skip


async def begin_run(context: ImportContext, run_id: UUID, *, sequence: int | None, mode: ImportMode, is_dry_run: bool) -> None:
    """Writes that the run has begun, and forgets how an earlier attempt at it ended."""
    await context.connection.execute(
        "insert into import_run (tenant_id, id, source, sequence, mode, is_dry_run, state, started_at, created_at, progress_percent) "
        "values ($1, $2, $3, $4, $5, $6, 'RUNNING', $7, $7, 0) on conflict (tenant_id, id) do update set source = excluded.source, "
        "sequence = excluded.sequence, state = excluded.state, started_at = excluded.started_at, progress_percent = 0, finished_at = null, "
        "fault_rule = null, fault_message = null, fault_file = null, faults = '[]'",
        context.tenant_id, run_id, context.source_name, sequence, mode, is_dry_run, context.at_instant,
    )  # fmt: skip


async def end_run(context: ImportContext, result: ImportOutcome, rows: Sequence[ReportRow], finished_at: datetime) -> None:
    """Writes how it ended."""
    fault = result.faults[0] if result.faults else None
    kept = [
        {"file": f.file, "line": f.line, "column": f.column, "rule": f.rule, "message": f.message}
        for f in result.faults[: ImportRun.MOST_FAULTS]
    ]
    await context.connection.execute(
        f"update import_run set state = $3, finished_at = $4, fault_rule = $5, fault_message = $6, fault_file = $7, faults = $8::text::jsonb, "
        f"progress_percent = case when $3 in ('COMPLETED', 'COMPLETED_WITH_REJECTIONS') then 100 else progress_percent end, "
        f"{', '.join(f'{name.lower()}_count = ${place}' for place, name in enumerate(ImportResult, 9))} where tenant_id = $1 and id = $2",
        context.tenant_id, result.run_id, result.state, finished_at, fault and fault.rule, fault and fault.message, fault and fault.file,
        orjson.dumps(kept).decode(), *(result.counts[name] for name in ImportResult),
    )  # fmt: skip
    await context.connection.executemany(
        "insert into import_row (tenant_id, run_id, number, type, file, line, external_id, result, field, rule, message) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [(context.tenant_id, result.run_id, number, *row) for number, row in enumerate(rows, 1)],
    )


async def put_back(context: ImportContext, run_id: UUID) -> None:
    """As if it had not begun: its job will be tried again."""
    await context.connection.execute(
        "update import_run set state = 'QUEUED', started_at = null, progress_percent = null where tenant_id = $1 and id = $2 and state = 'RUNNING'",
        context.tenant_id, run_id,
    )  # fmt: skip


async def note_sync(context: ImportContext, types: Sequence[str]) -> None:
    """From now on every row of these types and this source is as fresh as this run."""
    await context.connection.executemany(
        "insert into import_sync (tenant_id, source, type, synced_at) values ($1, $2, $3, $4) "
        "on conflict (tenant_id, source, type) do update set synced_at = excluded.synced_at",
        [(context.tenant_id, context.source_name, type_, context.at_instant) for type_ in types],
    )
