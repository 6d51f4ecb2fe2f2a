"""The kinds of jobs, and what each does: for one tenant, on a connection of the jobs role that is its own meanwhile."""

import tempfile
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from asyncpg import Connection, Record

from channels.files import FileStore
from channels.uploads import Uploads
from jobs.audit import audit_seal
from jobs.certificates import print_certificate
from jobs.file_housekeeping import reconcile_files
from jobs.imports import run_import
from jobs.sign_in_housekeeping import sweep_sign_in
from jobs.transaction import scoped
from models.importing.records import SourceBusy
from models.imports import ImportMode
from models.queue import Claimed
from models.secrets import KeyRing

HOUSEKEEPING, IMPORT, CERTIFICATE, SEAL = "housekeeping", "import.run", "certificate.print", "audit.seal"
EXPIRED = "delete from idempotency_record where tenant_id = $1 and expires_at <= $2"
FORGOTTEN = "delete from job where tenant_id = $1 and state = 'DONE' and finished_at < $2"
# Routine work that runs every minute would otherwise be most of the table.
FORGOTTEN_ROUTINE = "delete from job where tenant_id = $1 and state = 'DONE' and kind = any($3) and finished_at < $2"
QUEUED_RUN = "select mode, is_dry_run, state, storage_key from import_run where tenant_id = $1 and id = $2"
MISSING_UPLOAD = """update import_run set state = 'REJECTED', finished_at = $3, fault_rule = 'import.upload',
  fault_message = 'Nothing was uploaded under this id.' where tenant_id = $1 and id = $2 and state in ('QUEUED', 'RUNNING', 'FAILED')"""
GIVEN_UP = """update import_run set state = 'FAILED', finished_at = $3, fault_rule = 'import.failed',
  fault_message = 'The import failed too often, and has changed nothing.'
  where tenant_id = $1 and id = $2 and state in ('QUEUED', 'RUNNING')"""
UNUSED_SETS = "delete from reach_set where tenant_id = $1 and used_at < $2"
UNUSED_UPLOADS = "delete from upload where tenant_id = $1 and created_at < $2"
# Of a run that is over, rows that were simply taken are of no use after a while; those that somebody had to work on stay.
OLD_ROWS = """delete from import_row r where r.tenant_id = $1 and r.result in ('CREATED', 'UPDATED', 'UNCHANGED') and r.rule is null
  and r.run_id in (select u.id from import_run u where u.tenant_id = $1 and u.finished_at < $2 and exists (select from import_row x
    where x.tenant_id = u.tenant_id and x.run_id = u.id and x.result in ('CREATED', 'UPDATED', 'UNCHANGED') and x.rule is null)
    order by u.finished_at limit 20)"""
NOT_AHEAD = "select least($1::timestamptz, now())"
IMPORT_ROWS_KEPT = timedelta(days=90)
DONE_JOBS_KEPT = timedelta(days=30)
ROUTINE_JOBS_KEPT = timedelta(hours=6)
SETS_KEPT = timedelta(days=7)  # who still needs one has it stored again
UPLOADS_KEPT = timedelta(days=1)  # until an import of them is started
BUSY_FOR = timedelta(seconds=30)  # before it is asked again whether another run of the source is over
log = structlog.get_logger("bailiwick.worker")


@dataclass(frozen=True)
class Tools:
    """What jobs work with. `url` is the address of the jobs role, for whoever needs a second connection."""

    keys: KeyRing
    store: FileStore
    url: str | None = None


class NotYet(Exception):
    """What the job needs is with somebody else: put it off, for so long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


Doing = Callable[["Connection[Record]", Claimed, Tools, datetime], Coroutine[Any, Any, None]]


async def import_run(connection: "Connection[Record]", job: Claimed, tools: Tools, at: datetime) -> None:
    """Read what staff uploaded. A run that has ended is left alone: the worker that ended it was killed before it could say so.

    One that failed is read again: an operator has given its dead job another try.
    """
    [run_id] = job.ids
    async with scoped(connection, job.tenant_id):
        run = await connection.fetchrow(QUEUED_RUN, job.tenant_id, run_id)
    if run is None or run["state"] in ("COMPLETED", "COMPLETED_WITH_REJECTIONS", "REJECTED"):
        return
    uploads = Uploads(tools.store)
    with tempfile.TemporaryDirectory(prefix="bailiwick-upload-") as folder:
        export = Path(folder) / "export"
        try:
            await uploads.fetch(job.tenant_id, run["storage_key"], export)
        except FileNotFoundError:
            return await _without_upload(connection, job.tenant_id, run_id, at)
        try:
            outcome = await run_import(
                connection,
                tenant_id=job.tenant_id,
                export=export,
                mode=ImportMode(run["mode"]),
                dry_run=run["is_dry_run"],
                at=at,
                keys=tools.keys,
                store=tools.store,
                publish_to=tools.url,
                waits=None,
                run_id=run_id,
                is_tried_again=not job.is_last_attempt,
            )
        except SourceBusy:
            raise NotYet(BUSY_FOR) from None
    log.info("import ended", run=str(run_id), state=outcome.state.value, counts={k.value: n for k, n in outcome.counts.items()})
    if not run["is_dry_run"]:  # else the same bytes are there for the run in earnest
        await tools.store.delete(job.tenant_id, run["storage_key"])


async def import_given_up(connection: "Connection[Record]", job: Claimed, tools: Tools, at: datetime) -> None:
    """Say of the run that nobody will read it any more."""
    async with scoped(connection, job.tenant_id):
        await connection.execute(GIVEN_UP, job.tenant_id, job.ids[0], at)


async def _without_upload(connection: "Connection[Record]", tenant_id: UUID, run_id: UUID, at: datetime) -> None:
    async with scoped(connection, tenant_id):
        await connection.execute(MISSING_UPLOAD, tenant_id, run_id, at)


async def certificate_print(connection: "Connection[Record]", job: Claimed, tools: Tools, at: datetime) -> None:
    """Print what somebody had certified."""
    [certificate_id] = job.ids
    await print_certificate(connection, job.tenant_id, certificate_id, tools.store, at)


async def housekeeping(connection: "Connection[Record]", job: Claimed, tools: Tools, at: datetime) -> None:
    """Delete what is no longer needed: expired idempotency records, old jobs, uploads, stored reaches and import rows, traces of sign-ins,
    and files that no row names. A worker whose clock is ahead of the database's deletes nothing earlier.
    """
    async with scoped(connection, job.tenant_id):
        at = await connection.fetchval(NOT_AHEAD, at)
        expired = await connection.execute(EXPIRED, job.tenant_id, at)
        await connection.execute(FORGOTTEN, job.tenant_id, at - DONE_JOBS_KEPT)
        await connection.execute(FORGOTTEN_ROUTINE, job.tenant_id, at - ROUTINE_JOBS_KEPT, list(ROUTINE))
        await connection.execute(UNUSED_UPLOADS, job.tenant_id, at - UPLOADS_KEPT)
        await connection.execute(UNUSED_SETS, job.tenant_id, at - SETS_KEPT)
        await connection.execute(OLD_ROWS, job.tenant_id, at - IMPORT_ROWS_KEPT)
    await sweep_sign_in(connection, job.tenant_id, at)
    files = await reconcile_files(connection, job.tenant_id, tools.store)
    log.info(
        "kept house",
        tenant=str(job.tenant_id),
        expired=expired.rpartition(" ")[2],
        swept=files.swept,
        unused=files.unused,
        missing=len(files.missing),
    )


KINDS: Mapping[str, Doing] = {IMPORT: import_run, CERTIFICATE: certificate_print, HOUSEKEEPING: housekeeping, SEAL: audit_seal}
# What is done when a job was tried too often.
GIVEN_UP_KINDS: Mapping[str, Doing] = {IMPORT: import_given_up}
ROUTINE: Mapping[str, timedelta] = {HOUSEKEEPING: timedelta(hours=1), SEAL: timedelta(minutes=1)}
