"""Compares stored files with the rows that name them: unused files are deleted after a day, missing ones are reported.

The store's timestamps are not used, so no two clocks are compared. An unused file is noted with the time of the database, and deleted if no
row names it a day later, at a moment when nobody is writing files (`models/byte_locks.py`).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from asyncpg import Connection, Record

from channels.files import FileStore
from jobs.transaction import scoped
from models.byte_locks import is_sweepable

KEPT = timedelta(days=1)
SWEPT_AT_ONCE = 200  # files deleted in one transaction, during which writers of files wait
MOST_MISSING = 1_000  # reported at once; the others are reported when these are mended
# A parked document has its bytes already: the archive that brought them will be gone when its parent comes.
NAMED = """select storage_key from document where tenant_id = $1
  union all select payload->>'_storage_key' from parked_row where tenant_id = $1 and type = 'documents' and payload ? '_storage_key'
  union all select storage_key from import_run where tenant_id = $1 and storage_key is not null and state in ('QUEUED', 'RUNNING')
  union all select tenant_id || '/' || replace(id::text, '-', '') from upload where tenant_id = $1"""
NOTE_UNUSED = f"""insert into unused_file (tenant_id, storage_key)
  select $1, k.storage_key from stored_key k where not exists (select from ({NAMED}) n where n.storage_key = k.storage_key)
  on conflict do nothing"""
FORGET_USED = f"""delete from unused_file u where u.tenant_id = $1
  and (exists (select from ({NAMED}) n where n.storage_key = u.storage_key)
    or not exists (select from stored_key k where k.storage_key = u.storage_key))"""
DUE = f"""select u.storage_key from unused_file u where u.tenant_id = $1 and u.seen_at <= clock_timestamp() - $2::interval
  and not exists (select from ({NAMED}) n where n.storage_key = u.storage_key) order by u.seen_at limit $3"""
SWEPT = "delete from unused_file where tenant_id = $1 and storage_key = any($2)"
LOST = """select d.id, d.storage_key from document d where d.tenant_id = $1
  and not exists (select from stored_key k where k.storage_key = d.storage_key) order by d.id limit $2"""
NOTE_MISSING = "insert into missing_file (tenant_id, document_id) select $1, unnest($2::uuid[]) on conflict do nothing"
FORGET_FOUND = """delete from missing_file m using document d where m.tenant_id = $1 and d.tenant_id = m.tenant_id and d.id = m.document_id
  and exists (select from stored_key k where k.storage_key = d.storage_key)"""
log = structlog.get_logger("bailiwick.files")


@dataclass(frozen=True)
class Reconciled:
    """How many files were deleted, how many are unused so far, and which documents (at most `MOST_MISSING`) have no file."""

    swept: int = 0
    unused: int = 0
    missing: tuple[UUID, ...] = ()


async def reconcile_files(
    connection: "Connection[Record]", tenant_id: UUID, store: FileStore, kept: timedelta = KEPT, *, may_delete: bool = True
) -> Reconciled:
    """Compares all files of a tenant once, in bounded memory: their keys go into a temporary table. An unused file stays for `kept`."""
    await _list(connection, tenant_id, store)
    try:
        async with scoped(connection, tenant_id):
            await connection.execute(NOTE_UNUSED, tenant_id)
            await connection.execute(FORGET_USED, tenant_id)
            unused = await connection.fetchval("select count(*) from unused_file where tenant_id = $1", tenant_id)
        missing = await _missing(connection, tenant_id, store)
        swept = await _sweep(connection, tenant_id, store, kept) if may_delete else 0
    finally:
        await connection.execute("drop table if exists stored_key")
    return Reconciled(swept, unused - swept, missing)


async def _list(connection: "Connection[Record]", tenant_id: UUID, store: FileStore) -> None:
    await connection.execute("drop table if exists stored_key")
    await connection.execute("create temp table stored_key (storage_key text not null)")
    async for keys in store.keys(tenant_id):
        await connection.copy_records_to_table("stored_key", records=[(key,) for key in keys])
    await connection.execute("analyze stored_key")


async def _missing(connection: "Connection[Record]", tenant_id: UUID, store: FileStore) -> tuple[UUID, ...]:
    """Documents whose file is missing. Each is looked up once more, because it may have been written after the listing."""
    async with scoped(connection, tenant_id):
        await connection.execute(FORGET_FOUND, tenant_id)
        lost = await connection.fetch(LOST, tenant_id, MOST_MISSING)
    present = await store.present(tenant_id, [row["storage_key"] for row in lost])
    gone = tuple(row["id"] for row in lost if row["storage_key"] not in present)
    if gone:
        async with scoped(connection, tenant_id):
            await connection.execute(NOTE_MISSING, tenant_id, list(gone))
        log.error("bytes missing", tenant=str(tenant_id), documents=len(gone), first=str(gone[0]))
    return gone


async def _sweep(connection: "Connection[Record]", tenant_id: UUID, store: FileStore, kept: timedelta) -> int:
    """Deletes files that have been unused for long enough. While somebody writes files, the rest waits for the next run."""
    swept = 0
    while True:
        async with scoped(connection, tenant_id):
            if not await is_sweepable(connection, tenant_id):
                log.info("sweep put off", tenant=str(tenant_id))
                return swept
            keys = [row["storage_key"] for row in await connection.fetch(DUE, tenant_id, kept, SWEPT_AT_ONCE)]
            for key in keys:
                await store.delete(tenant_id, key)
            await connection.execute(SWEPT, tenant_id, keys)
        swept += len(keys)
        if len(keys) < SWEPT_AT_ONCE:
            return swept
