"""Bytes of documents, kept under names that nobody can guess: written once, never changed, checked against their hash on the way in."""

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID, uuid4

import obstore
from obstore.store import LocalStore, ObjectStore

BLOCK = 1 << 20
MOST_BYTES = 50 << 20
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{32}")


class WrongBytes(Exception):
    """These are not the bytes that were announced, or more of them than a document may have. `rule` is stable for programs."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


class Stored(NamedTuple):
    """Where the bytes are now, and how many."""

    storage_key: str
    byte_size: int


class Scales:
    """Counts and hashes bytes that go by."""

    def __init__(self, stream: BinaryIO, sha256: str) -> None:
        self.stream, self.sha256, self.size = stream, sha256, 0

    async def weighed(self) -> AsyncIterator[bytes]:
        """The bytes, block by block. Raises `WrongBytes`, after the last where they are others."""
        digest = hashlib.sha256()
        while block := self.stream.read(BLOCK):
            self.size += len(block)
            if self.size > MOST_BYTES:
                raise WrongBytes("document.size", f"The document has more than {MOST_BYTES >> 20} MiB.")
            digest.update(block)
            yield block
        if digest.hexdigest() != self.sha256:
            raise WrongBytes("document.sha256", "The bytes are not those of the hash.")


class FileStore:
    """A place for bytes: a folder, or a bucket that obstore speaks to."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder))

    async def put(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Stored:
        """Keeps the bytes under a new key of the tenant. Raises `WrongBytes`, and then nothing is kept."""
        key, scales = f"{tenant_id}/{uuid4().hex}", Scales(stream, sha256)
        await obstore.put_async(self.store, key, scales.weighed(), mode="create")
        return Stored(key, scales.size)

    async def look(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Stored:
        """What `put` would say, and nothing is kept."""
        scales = Scales(stream, sha256)
        async for _ in scales.weighed():
            pass
        return Stored(f"{tenant_id}/{UUID(int=0).hex}", scales.size)

    async def get(self, tenant_id: UUID, storage_key: str) -> AsyncIterator[bytes]:
        """The bytes, block by block. Raises `FileNotFoundError`, also for a key of another tenant."""
        found = await obstore.get_async(self.store, self.own(tenant_id, storage_key))
        async for block in found.stream(min_chunk_size=BLOCK):
            yield bytes(block)

    async def delete(self, tenant_id: UUID, storage_key: str) -> None:
        await obstore.delete_async(self.store, self.own(tenant_id, storage_key))

    def own(self, tenant_id: UUID, storage_key: str) -> str:
        if KEY.fullmatch(storage_key) is None or not storage_key.startswith(f"{tenant_id}/"):
            raise FileNotFoundError(storage_key)
        return storage_key
