"""Data of the finance house coming in."""

from datetime import datetime

import strawberry

from engine import USUAL, answered_by, answered_once_by
from models import ImportMode, ImportResult, ImportState
from resolvers import imports as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.errors import UserError
from schema.node import Node
from schema.scalars import URL

shown(ImportMode, "What a faulty row does to its run.")
shown(ImportState, "Where a run is.")
shown(ImportResult, "What became of a row.")


@strawberry.type(description="What is wrong with a file of an export, so that nothing of it was taken.")
class ImportFault:
    file: str = strawberry.field(description="Which file; empty when it is the upload itself.")
    line: int | None = strawberry.field(description="In which line, from 1; null for the file as a whole.")
    field_name: str | None = strawberry.field(name="column", description="Which column.")
    rule: str = strawberry.field(description="The stable name of the rule that is broken.")
    message: str = strawberry.field(description="What is wrong, for people.")


@strawberry.type(description="A row of a file and what became of it, or a file that no row names.")
class ImportRow:
    number: int = strawberry.field(description="Its place in the report, from 1.")
    type: str = strawberry.field(description="What kind of row it is, as the export calls it: contracts.")
    file: str = strawberry.field(description="In which file it stands.")
    line: int = strawberry.field(description="In which line, from 1; 0 for a file that no row names.")
    external_id: str | None = strawberry.field(description="What the source calls it.")
    result: ImportResult = strawberry.field(description="What became of it.")
    field_name: str | None = strawberry.field(name="column", description="The column at fault.")
    rule: str | None = strawberry.field(description="The stable name of the rule that it breaks.")
    message: str | None = strawberry.field(description="What is wrong, or what is noted of a row that was taken, for people.")
    later_result: ImportResult | None = strawberry.field(
        description="Of a row that was kept aside: what became of it in a later run; null while it waits."
    )
    later_at: datetime | None = strawberry.field(description="When that was.")


@strawberry.type(description="One export that was read, or is about to be.")
class ImportRun(Node):
    known_source: str | None = strawberry.field(
        name="source", description="Which of the house's systems it came from; null until its manifest has been read."
    )
    sequence: int | None = strawberry.field(description="Its place among the exports of its source.")
    mode: ImportMode = strawberry.field(description="What a faulty row does.")
    is_dry_run: bool = strawberry.field(description="Whether it only tried, and wrote nothing.")
    state: ImportState = strawberry.field(description="Where it is.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    created_count: int = strawberry.field(description="How many rows were new.")
    updated_count: int = strawberry.field(description="How many were known and have changed.")
    unchanged_count: int = strawberry.field(description="How many were known and are the same.")
    parked_count: int = strawberry.field(description="How many wait for a row that they name.")
    rejected_count: int = strawberry.field(description="How many were left out, because they break a rule.")
    held_back_count: int = strawberry.field(description="How many were good, and left out because the run takes all or nothing.")
    unmatched_count: int = strawberry.field(description="How many files of the export no row names.")
    progress_percent: int | None = strawberry.field(description="How far it is, from 0 to 100; null until it has begun.")
    fault_rule: str | None = strawberry.field(description="Why the export as a whole was refused: the stable name of the rule.")
    fault_message: str | None = strawberry.field(description="Why, for people.")
    fault_file: str | None = strawberry.field(description="Which file is at fault.")
    faults: list[ImportFault] = answered_by(
        resolve.faults, "Why the export as a whole was refused: all that was found.", size=100, usual=10
    )
    rows: Connection[ImportRow] = answered_by(
        resolve.rows,
        "What became of each row, in the order of the files. At most 10,000 are kept of a run: refused rows before all others, then "
        "those that are noted, held back, kept aside or unmatched, new, changed, and unchanged. Rows without a note are deleted 90 days "
        "after the run. The counts are of all rows.",
    )


@strawberry.type(description="What only staff of the finance house ask for.")
class BackOffice:
    import_runs: Connection[ImportRun] = answered_by(resolve.import_runs, "What came in, the newest first.")
    import_run: ImportRun | None = answered_by(resolve.import_run, "One run; null when there is none with this id.")


@strawberry.type
class BackOfficeQuery:
    back_office: BackOffice = answered_once_by(resolve.back_office, "What only staff of the finance house ask for.")


@strawberry.type(description="A place for the bytes of an export.")
class Upload:
    gid: strawberry.ID = strawberry.field(name="id", description="Names it in `importStart`.")
    url: URL = strawberry.field(description="Send the bytes of a .zip or .tar.gz here by PUT, once.")
    expires_at: datetime = strawberry.field(description="Until when they may be sent.")


@strawberry.type(description="Where to send an export.")
class ImportUploadCreatePayload:
    upload: Upload | None = strawberry.field(description="The place for it.")
    errors: list[UserError] = strawberry.field(description="Why there is none; empty when there is.", metadata={USUAL: 1})


@strawberry.type(description="What became of asking for an import.")
class ImportStartPayload:
    import_run: ImportRun | None = strawberry.field(description="The run: it waits for its turn, so ask again.")
    errors: list[UserError] = strawberry.field(description="Why there is none; empty when there is.", metadata={USUAL: 1})


@strawberry.type
class ImportMutation:
    import_upload_create: ImportUploadCreatePayload = answered_once_by(
        resolve.import_upload_create, "Get a place for an export: an archive with its manifest. Needs the permission IMPORT."
    )
    import_start: ImportStartPayload = answered_once_by(
        resolve.import_start, "Have an export read that was uploaded. Needs the permission IMPORT."
    )
