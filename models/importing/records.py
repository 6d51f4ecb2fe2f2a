"""What is written down about a run itself: that it began, how it ended, and the rows worth reading afterwards."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from asyncpg import Connection, Record

from models.importing.ground import Ground
from models.importing.reporting import ReportRow
from models.imports import ImportMode, ImportResult, ImportState

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
    """How a run ended: COMPLETED, or REJECTED with nothing written. A dry run counts what would have been."""

    run_id: UUID
    state: ImportState
    is_dry_run: bool
    counts: Mapping[ImportResult, int] = field(default_factory=lambda: dict.fromkeys(ImportResult, 0))
    faults: tuple[FileFault, ...] = ()

    @property
    def is_completed(self) -> bool:
        return self.state is ImportState.COMPLETED


@asynccontextmanager
async def alone(connection: "Connection[Record]", tenant_id: UUID, source: str) -> AsyncIterator[None]:
    """Waits for another run of the same source: two at once would judge by each other's past. Whoever dies lets go."""
    key = f"import {tenant_id} {source}"
    await connection.execute("select pg_advisory_lock(hashtextextended($1, 0))", key)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("select pg_advisory_unlock(hashtextextended($1, 0))", key)


async def note_interrupted(ground: Ground) -> None:
    """Whoever is alone with a source knows that a run of it which still says it runs was killed. It has written nothing."""
    await ground.connection.execute(
        "update import_run set state = 'FAILED', finished_at = $3, fault_rule = $4, fault_message = 'The run was interrupted.' "
        "where tenant_id = $1 and source = $2 and state = 'RUNNING'",
        ground.tenant_id, ground.source_name, ground.at_instant, INTERRUPTED,
    )  # fmt: skip


async def begin_run(ground: Ground, run_id: UUID, *, sequence: int | None, mode: ImportMode, is_dry_run: bool) -> None:
    """Writes that the run has begun."""
    await ground.connection.execute(
        "insert into import_run (tenant_id, id, source, sequence, mode, is_dry_run, state, started_at, created_at) "
        "values ($1, $2, $3, $4, $5, $6, 'RUNNING', $7, $7) on conflict (tenant_id, id) do update set source = excluded.source, "
        "sequence = excluded.sequence, state = excluded.state, started_at = excluded.started_at",
        ground.tenant_id, run_id, ground.source_name, sequence, mode, is_dry_run, ground.at_instant,
    )  # fmt: skip


async def end_run(ground: Ground, result: ImportOutcome, rows: Sequence[ReportRow], finished_at: datetime) -> None:
    """Writes how it ended."""
    fault = result.faults[0] if result.faults else None
    await ground.connection.execute(
        "update import_run set state = $3, finished_at = $4, created_count = $5, updated_count = $6, unchanged_count = $7, parked_count = $8, "
        "rejected_count = $9, fault_rule = $10, fault_message = $11, fault_file = $12 where tenant_id = $1 and id = $2",
        ground.tenant_id, result.run_id, result.state, finished_at, *(result.counts[name] for name in ImportResult),
        fault and fault.rule, fault and fault.message, fault and fault.file,
    )  # fmt: skip
    await ground.connection.executemany(
        "insert into import_row (tenant_id, run_id, number, type, file, line, external_id, result, field, rule, message) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [(ground.tenant_id, result.run_id, number, *row) for number, row in enumerate(rows, 1)],
    )


async def note_sync(ground: Ground, types: Sequence[str]) -> None:
    """From now on every row of these types and this source is as fresh as this run."""
    await ground.connection.executemany(
        "insert into import_sync (tenant_id, source, type, synced_at) values ($1, $2, $3, $4) "
        "on conflict (tenant_id, source, type) do update set synced_at = excluded.synced_at",
        [(ground.tenant_id, ground.source_name, type_, ground.at_instant) for type_ in types],
    )
