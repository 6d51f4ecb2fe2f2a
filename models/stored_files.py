"""What is known of the differences between the rows that name bytes and the bytes that there are. Written by housekeeping."""

from models import columns
from models.base import Keyed


class UnusedFile(Keyed):
    """Bytes that no row names, and when that was seen first, by the database's clock."""

    tenant_id = columns.key()
    storage_key = columns.text_key()
    seen_at = columns.instant()

    class Meta:
        table = "unused_file"


class MissingFile(Keyed):
    """A document whose bytes are gone. The same export, imported again, brings them back."""

    tenant_id = columns.key()
    document_id = columns.parent_id()
    seen_at = columns.instant()

    class Meta:
        table = "missing_file"
