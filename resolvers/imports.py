"""Data of the finance house coming in: where to put it, having it read, and what became of it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import orjson
import strawberry

from models import ImportMode, ImportResult, ImportRow, ImportRun, ImportState, Upload
from models.base import Fault, Forbidden, Invalid
from models.sentences import Sentence
from resolvers.connections import After, Before, First, Last
from resolvers.context import Info
from resolvers.filters import one_of, spelled, together
from resolvers.mutations import KEY_DESCRIPTION, Outcome, correctable, done_before, writing
from tenants import Action, Page, PageArgs
from tenants.writing import WritingGate

NEWEST_FIRST = ("-created_at", "-id")
MOST_BYTES = 2_000_000_000
SHA256 = re.compile(r"[0-9a-f]{64}")
JOB = "import.run"


@strawberry.input(description="What is about to be sent.")
class ImportUploadCreateInput:
    byte_size: int = strawberry.field(description="How many bytes the archive has: at most 2,000,000,000.")
    sha256: str = strawberry.field(name="sha256", description="Their SHA-256, in 64 lower-case hexadecimal digits.")


@strawberry.input(description="What to import, and how.")
class ImportStartInput:
    upload: strawberry.ID = strawberry.field(description="From `importUploadCreate`, after its bytes have been sent.")
    mode: ImportMode = strawberry.field(default=ImportMode.PER_ROW, description="What a faulty row does.")
    is_dry_run: bool = strawberry.field(default=False, description="Whether only to try: the same report, and nothing is changed.")
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)


@strawberry.input(description="Which imports.")
class ImportRunFilter:
    sources: list[str] | None = strawberry.field(default=None, description="From one of these of the house's systems.")
    states: list[ImportState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="Which rows of an import.")
class ImportRowFilter:
    types: list[str] | None = strawberry.field(default=None, description="Of one of these types, as the export calls them: contracts.")
    results: list[ImportResult] | None = strawberry.field(default=None, description="That came to one of these.")


async def back_office(info: Info) -> str:
    """What only staff ask for. It has nothing of its own."""
    return "back office"


async def import_runs(
    offices: list[Any],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[ImportRunFilter | None, strawberry.argument(description="Which of them.")] = None,
) -> list[Page]:
    """All runs, the newest first."""
    which = together(spelled("source", filter.sources), one_of("state", filter.states)) if filter else []
    return [await info.context.gate.page(ImportRun, which, NEWEST_FIRST, PageArgs(first, after, last, before)) for _ in offices]


async def import_run(
    offices: list[Any], info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a run.")]
) -> list[ImportRun | None]:
    """One run."""
    return [await info.context.gate.one(ImportRun, id) for _ in offices]


async def rows(
    runs: list[ImportRun],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[ImportRowFilter | None, strawberry.argument(description="Which of them.")] = None,
) -> list[Page]:
    """The rows of each run that are worth reading about, in the order of the files."""
    which = together(spelled("type", filter.types), one_of("result", filter.results)) if filter else []
    return await info.context.gate.child_pages(ImportRow, runs, "run_id", ("number",), PageArgs(first, after, last, before), which)


class ImportFault(NamedTuple):
    """What is wrong with a file of an export, which refuses all of it."""

    file: str
    line: int | None
    field_name: str | None
    rule: str
    message: str


async def faults(runs: list[ImportRun], info: Info) -> list[list[ImportFault]]:
    """Why each run was refused as a whole."""
    return [
        [ImportFault(f["file"], f["line"], f["column"], f["rule"], f["message"]) for f in orjson.loads(str(run.faults))] for run in runs
    ]


class Target(NamedTuple):
    """Where bytes are sent, and what they are called afterwards."""

    gid: str
    url: str
    expires_at: datetime


@correctable
async def import_upload_create(
    info: Info, input: Annotated[ImportUploadCreateInput, strawberry.argument(description="What is about to be sent.")]
) -> Outcome:
    """A place for the bytes of an export."""
    async with writing(info) as gate:
        gate.allow(Upload, Action.START)
        if found := tuple(_upload_faults(input)):
            raise Invalid(found)
        tenant_id, staff_id = _of_staff(gate)
        upload = await Upload.announce(
            tenant_id=tenant_id, staff_id=staff_id, byte_size=input.byte_size, sha256=input.sha256, at=gate.scope.now
        )
    link = info.context.links.upload(info.context.scope, upload.id.hex, upload.byte_size, upload.sha256)
    return Outcome(upload=Target(upload.gid, link.url, link.expires_at))


@correctable
async def import_start(info: Info, input: Annotated[ImportStartInput, strawberry.argument(description="What to import.")]) -> Outcome:
    """A run that waits for its turn, and the job that reads it."""
    async with writing(info) as gate:
        gate.allow(ImportRun, Action.START)
        known = await done_before(gate, "importStart", input)
        if known is None:
            run_id = await _queued(gate, input)
            await gate.remember(input.idempotency_key, {"import_run": run_id.hex})
        else:
            run_id = UUID(known["import_run"])
    found = await info.context.gate.by_ids(ImportRun, [run_id])
    return Outcome(import_run=found.get(run_id))


async def _queued(gate: WritingGate, input: ImportStartInput) -> UUID:
    upload = await gate.one(Upload, input.upload, to=Action.START)
    _, staff_id = _of_staff(gate)
    run = await ImportRun.queue(upload, staff_id=staff_id, mode=input.mode, is_dry_run=input.is_dry_run, at=gate.scope.now)
    await gate.note("import.start", run, {"mode": input.mode, "is_dry_run": input.is_dry_run})
    await gate.enqueue(JOB, [run.id])
    return run.id


def _of_staff(gate: WritingGate) -> tuple[UUID, UUID]:
    """The caller's house, and the caller: the policy lets nobody but staff come so far."""
    scope = gate.scope
    if scope.tenant_id is None or scope.user_id is None or not scope.is_staff:
        raise Forbidden
    return scope.tenant_id, scope.user_id


def _upload_faults(input: ImportUploadCreateInput) -> Iterator[Fault]:
    if not 1 <= input.byte_size <= MOST_BYTES:
        yield Fault(("byteSize",), "upload.size", Sentence("An upload has from 1 to {most} bytes.", most=MOST_BYTES))
    if SHA256.fullmatch(input.sha256) is None:
        yield Fault(("sha256",), "upload.sha256", "A SHA-256 is 64 lower-case hexadecimal digits.")
