"""Bytes of documents, kept under names that nobody can guess: written once, never changed, checked against their hash on the way in."""

import asyncio
import errno
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID, uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore

BLOCK = 1 << 20
LISTED_AT_ONCE = 1_000
MOST_BYTES = 50 << 20
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{32}")


ERRNO = re.compile(r"\(os error (\d+)\)")
ASKED_AT_ONCE = 32
FULL = (errno.ENOSPC, errno.EDQUOT)
LOCKED = (errno.EACCES, errno.EPERM)


class StoreFailed(OSError):
    """The store did not take or give bytes: it is full, read-only, closed to this user, or out of reach. The same may pass later."""

    @classmethod
    def of(cls, error: Exception) -> "StoreFailed":
        """From what the store said, with the number of the operating system where there is one."""
        spoken = ERRNO.search(str(error))
        number = getattr(error, "errno", None) or (int(spoken[1]) if spoken else 0)
        if number in FULL:
            return cls(number, "The document store is full: make room, then try again")
        if number == errno.EROFS:
            return cls(number, "The document store is read-only: mount it for writing, then try again")
        if number in LOCKED or isinstance(error, PermissionError | PermissionDeniedError | UnauthenticatedError):
            return cls(number or errno.EACCES, "The document store does not let this user in: correct the rights on it")
        return cls(number or errno.EIO, f"The document store did not do it ({type(error).__name__})")

    def __str__(self) -> str:
        return f"{self.strerror}."


@contextmanager
def telling() -> Iterator[None]:
    """What goes wrong in the store is told in one way, whatever store it is. Bytes that are not there stay `FileNotFoundError`."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, AlreadyExistsError, WrongBytes, StoreFailed):
        raise
    except (BaseError, OSError) as error:
        raise StoreFailed.of(error) from error


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
        self.folder = Path(store.prefix) if isinstance(store, LocalStore) and store.prefix else None

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder))

    async def put(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Stored:
        """Keeps the bytes under a new key of the tenant. Raises `WrongBytes`, and then nothing is kept; `StoreFailed`.

        They survive a power cut once `settle` has returned: call it before the row that names them is committed.
        """
        key, scales = f"{tenant_id}/{uuid4().hex}", Scales(stream, sha256)
        with telling():
            await obstore.put_async(self.store, key, scales.weighed(), mode="create")
            await self._force(key)
        return Stored(key, scales.size)

    async def put_file(self, tenant_id: UUID, storage_key: str, file: Path) -> None:
        """Keeps a file under this key, and forces it to disk. What lies there already stays. Raises `StoreFailed`."""
        with telling():
            with suppress(AlreadyExistsError):
                await obstore.put_async(self.store, self.own(tenant_id, storage_key), file, mode="create")
            await self._force(storage_key)
            await self.settle(tenant_id)

    async def settle(self, tenant_id: UUID) -> None:
        """Forces the names of what was put to disk: once for many files. A bucket keeps what it has taken without that."""
        if self.folder is not None:
            with telling():
                for folder in (self.folder / str(tenant_id), self.folder):
                    if folder.exists():
                        await asyncio.to_thread(forced, folder)

    async def _force(self, storage_key: str) -> None:
        if self.folder is not None:
            await asyncio.to_thread(forced, self.folder / storage_key)

    async def present(self, tenant_id: UUID, storage_keys: Sequence[str]) -> set[str]:
        """Those of these keys that have bytes. Raises `StoreFailed` where the store cannot be asked."""
        found: set[str] = set()
        for first in range(0, len(storage_keys), ASKED_AT_ONCE):
            some = storage_keys[first : first + ASKED_AT_ONCE]
            there = await asyncio.gather(*(self._is_there(tenant_id, key) for key in some))
            found.update(key for key, is_there in zip(some, there, strict=True) if is_there)
        return found

    async def _is_there(self, tenant_id: UUID, storage_key: str) -> bool:
        try:
            with telling():
                await obstore.head_async(self.store, self.own(tenant_id, storage_key))
        except FileNotFoundError:
            return False
        return True

    async def keys(self, tenant_id: UUID) -> AsyncIterator[list[str]]:
        """The keys of all bytes of a tenant, some at a time."""
        async for found in obstore.list(self.store, f"{tenant_id}/", chunk_size=LISTED_AT_ONCE):
            yield [one["path"] for one in found]

    async def look(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Stored:
        """What `put` would say, and nothing is kept."""
        scales = Scales(stream, sha256)
        async for _ in scales.weighed():
            pass
        return Stored(f"{tenant_id}/{UUID(int=0).hex}", scales.size)

    async def get(self, tenant_id: UUID, storage_key: str) -> AsyncIterator[bytes]:
        """The bytes, block by block. Raises `FileNotFoundError`, also for a key of another tenant."""
        with telling():
            found = await obstore.get_async(self.store, self.own(tenant_id, storage_key))
            async for block in found.stream(min_chunk_size=BLOCK):
                yield bytes(block)

    async def delete(self, tenant_id: UUID, storage_key: str) -> None:
        with telling():
            await obstore.delete_async(self.store, self.own(tenant_id, storage_key))

    def own(self, tenant_id: UUID, storage_key: str) -> str:
        if KEY.fullmatch(storage_key) is None or not storage_key.startswith(f"{tenant_id}/"):
            raise FileNotFoundError(storage_key)
        return storage_key


def forced(place: Path) -> None:
    """Forces a file, or the names in a folder, to disk. Folders of some network file systems cannot be forced, and say EINVAL."""
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL or not place.is_dir():
            raise
    finally:
        os.close(number)
