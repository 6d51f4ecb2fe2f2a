"""Runs that bring rows from a finance house's own systems."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.exceptions import IntegrityError
from uuid_utils.compat import uuid7

from models import columns
from models.base import Conflict, Keyed, Owned
from models.uploads import Upload
from models.words import Described

UNREAD_SOURCE = "unread"  # stands where the source will, until the manifest has been read


class ImportMode(Described):
    """What a faulty row does to its run."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING", "One faulty row, and nothing is taken."
    PER_ROW = "PER_ROW", "Faulty rows are left out, the others taken."


class ImportState(Described):
    """Where a run is."""

    QUEUED = "QUEUED", "Waits for its turn."
    RUNNING = "RUNNING", "Is being read."
    COMPLETED = "COMPLETED", "Done: every row is in, or waits for a row that it names."
    COMPLETED_WITH_REJECTIONS = "COMPLETED_WITH_REJECTIONS", "Done, and rows were left out because they break rules."
    REJECTED = "REJECTED", "Refused: nothing was taken."
    FAILED = "FAILED", "Broke off by a mistake of ours: nothing was taken."


TAKEN = (ImportState.COMPLETED, ImportState.COMPLETED_WITH_REJECTIONS)
"""How a run ends of which rows are in."""


class ImportResult(Described):
    """What became of one row of a file."""

    CREATED = "CREATED", "New."
    UPDATED = "UPDATED", "Known, and changed."
    UNCHANGED = "UNCHANGED", "Known, and the same."
    PARKED = "PARKED", "Kept aside until the row that it names has come."
    HELD_BACK = "HELD_BACK", "Good, and left out with the others: the run takes all or nothing."
    UNMATCHED = "UNMATCHED", "A file of the export that no row names: it was left out."
    REJECTED = "REJECTED", "Left out, because it breaks a rule."


class ImportRun(Owned):
    """One export that was read, or is about to be."""

    PREFIX = "imp"
    TYPENAME = "ImportRun"
    IS_NODE = True
    UNREAD = ("storage_key",)
    MOST_FAULTS = 100  # of its files, as many as are kept

    source = columns.text()
    sequence = columns.maybe_big()
    mode = columns.one_of(ImportMode)
    is_dry_run = columns.flag()
    state = columns.one_of(ImportState)
    staff_id = columns.maybe_key()
    storage_key = columns.maybe_text()
    started_at = columns.maybe_instant()
    finished_at = columns.maybe_instant()
    created_at = columns.instant()
    created_count = columns.whole(0)
    updated_count = columns.whole(0)
    unchanged_count = columns.whole(0)
    parked_count = columns.whole(0)
    held_back_count = columns.whole(0)
    unmatched_count = columns.whole(0)
    rejected_count = columns.whole(0)
    progress_percent = columns.maybe_whole()
    faults = columns.documents()
    fault_rule = columns.maybe_text()
    fault_message = columns.maybe_text()
    fault_file = columns.maybe_text()

    class Meta:
        table = "import_run"

    @property
    def known_source(self) -> str | None:
        """Which system the export came from, once its manifest has been read."""
        return None if self.source == UNREAD_SOURCE else self.source

    @classmethod
    async def queue(cls, upload: Upload, *, staff_id: UUID, mode: ImportMode, is_dry_run: bool, at: datetime) -> Self:
        """Have this upload read. It may be tried as often as somebody likes, and is imported once.

        Raises `Invalid` before its bytes have come, and `Conflict` when it has been imported.
        """
        upload.must_be_received()
        if await cls.filter(tenant_id=upload.tenant_id, id=upload.id).exists():
            raise Conflict("This upload has been imported already.", rule="upload.used")
        try:
            return await cls.create(
                id=uuid7() if is_dry_run else upload.id,
                tenant_id=upload.tenant_id,
                source=UNREAD_SOURCE,
                mode=mode,
                is_dry_run=is_dry_run,
                state=ImportState.QUEUED,
                staff_id=staff_id,
                storage_key=upload.storage_key,
                created_at=at,
            )
        except IntegrityError:  # its key is taken: the database decides, so that of two at the same time one loses
            raise Conflict("This upload has been imported already.", rule="upload.used") from None


class ImportRow(Keyed):
    """What became of a row worth reading about afterwards. Its key is its run and its number."""

    UNREAD = ("run_id",)

    tenant_id = columns.key()
    run_id = columns.parent_id()
    number = columns.whole()
    type = columns.text()
    file = columns.text()
    line = columns.whole()
    external_id = columns.maybe_text()
    result = columns.one_of(ImportResult)
    field = columns.maybe_text()
    rule = columns.maybe_text()
    message = columns.maybe_text()
    later_result = columns.maybe_one_of(ImportResult)
    later_at = columns.maybe_instant()

    class Meta:
        table = "import_row"

    @property
    def field_name(self) -> str | None:
        """The column of the file that is at fault."""
        return self.field


class ImportSync(Keyed):
    """When a type of row of a source was last read completely. Its key is source and type."""

    tenant_id = columns.key()
    source = columns.text_key()
    type = columns.text()
    synced_at = columns.instant()

    class Meta:
        table = "import_sync"


class ParkedRow(Keyed):
    """A row whose parent has not come yet, as it was read. Its key is source, type and external id."""

    tenant_id = columns.key()
    source = columns.text()
    type = columns.text()
    external_id = columns.external_text_key()
    missing_type = columns.text()
    missing_external_id = columns.external_key()
    payload = columns.document()
    parked_at = columns.instant()

    class Meta:
        table = "parked_row"
