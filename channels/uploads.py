"""The files that staff upload for an import, between the upload and the import."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from channels.files import FileStore


@dataclass(frozen=True)
class Uploads:
    """Stored beside the documents until an import has read them, under keys that cannot be guessed."""

    store: FileStore

    async def keep(self, tenant_id: UUID, key: str, file: Path) -> None:
        """Store the file. An existing one stays: its bytes are the same, since only bytes with the announced hash are stored."""
        await self.store.put_file(tenant_id, key, file)

    async def fetch(self, tenant_id: UUID, key: str, to: Path) -> None:
        """Copy the upload into the file `to`. Raises `FileNotFoundError`."""
        with to.open("wb") as file:
            async for block in self.store.get(tenant_id, key):
                await asyncio.to_thread(file.write, block)
