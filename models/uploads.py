"""Bytes that staff hand over, to be imported."""

from datetime import datetime
from typing import Self
from uuid import UUID

from models import columns
from models.base import Fault, Invalid, Owned


class Upload(Owned):
    """One file on its way in: announced, then received as announced, once. The run that imports it has its key, so it is imported once."""

    PREFIX = "upl"
    TYPENAME = "Upload"

    staff_id = columns.key()
    byte_size = columns.big()
    sha256 = columns.sha256()
    created_at = columns.instant()
    received_at = columns.maybe_instant()

    class Meta:
        table = "upload"

    @property
    def storage_key(self) -> str:
        """Where the store keeps the bytes: nobody names those of another tenant."""
        return storage_key(self.tenant_id, self.id)

    @classmethod
    async def announce(cls, *, tenant_id: UUID, staff_id: UUID, byte_size: int, sha256: str, at: datetime) -> Self:
        """Expect a file of this size and hash."""
        return await cls.create(tenant_id=tenant_id, staff_id=staff_id, byte_size=byte_size, sha256=sha256, created_at=at)

    async def receive(self, at: datetime) -> None:
        """Its bytes have come, and are the announced ones."""
        self.received_at = at
        await self.keep("received_at")

    def must_be_received(self) -> None:
        """Raises `Invalid` while its bytes have not come."""
        if self.received_at is None:
            raise Invalid((Fault(("upload",), "upload.awaited", "Its bytes have not come yet: send them first."),))


def storage_key(tenant_id: UUID, upload_id: UUID) -> str:
    """Where the store keeps the bytes of an upload."""
    return f"{tenant_id}/{upload_id.hex}"
