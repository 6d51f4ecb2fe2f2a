"""Bytes that staff hand over: put under a signed address, once, within the size and with the hash that were announced."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import obstore
import structlog
from obstore.exceptions import AlreadyExistsError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from channels.files import FileStore
from models.base import Unauthenticated
from server.links import Forged, SignedLinks, key_in
from server.troubles import is_database_away, trouble
from tenants import Tenancy

MOST_SECONDS = 600
log = structlog.get_logger("bailiwick.uploads")


class Refused(Exception):
    """These bytes are not taken. Nothing of them is kept."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Uploads:
    """Where they lie until they have been read: beside the documents, under names that nobody can guess."""

    store: FileStore

    async def keep(self, key: str, file: Path) -> None:
        """Raises `Refused` when there is something already."""
        try:
            await obstore.put_async(self.store.store, key, file, mode="create")
        except AlreadyExistsError:
            raise Refused(409, "This was uploaded already.") from None

    async def fetch(self, tenant_id: UUID, key: str, to: Path) -> None:
        """Into a file. Raises `FileNotFoundError`."""
        with to.open("wb") as file:
            async for block in self.store.get(tenant_id, key):
                await asyncio.to_thread(file.write, block)

    async def older_than(self, tenant_id: UUID, instant: datetime) -> AsyncIterator[list[str]]:
        """The keys of all bytes of a house that lie there since before, some at a time."""
        async for found in obstore.list(self.store.store, f"{tenant_id}/", chunk_size=500):
            if keys := [one["path"] for one in found if one["last_modified"] < instant]:
                yield keys


def upload_key(tenant_id: UUID, upload: UUID) -> str:
    """Where the bytes of an upload lie."""
    return f"{tenant_id}/{upload.hex}"


@dataclass(frozen=True)
class Receiving:
    """PUT /uploads/{ticket}."""

    tenancy: Tenancy
    links: SignedLinks
    uploads: Uploads
    clock: Callable[[], datetime]

    async def answer(self, request: Request) -> Response:
        try:
            await self._received(request)
        except Refused as refused:
            return PlainTextResponse(f"{refused}\n", refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if not is_database_away(error):
                raise
            log.error("database away", request_id=request.scope["request_id"], **trouble(error))
            return PlainTextResponse("Try again in a moment.\n", 503, {"retry-after": "1"})
        return Response(status_code=201)

    async def _received(self, request: Request) -> None:
        said, tenant_id = await self._said(request.path_params["ticket"])
        told = request.headers.get("content-length")
        if told is not None and told != str(said["size"]):
            raise Refused(413 if told.isdigit() and int(told) > said["size"] else 422, f"{said['size']} bytes were announced.")
        with tempfile.TemporaryDirectory(prefix="bailiwick-upload-") as folder:
            file = Path(folder) / "bytes"
            await asyncio.wait_for(_written(request, file, said), MOST_SECONDS)
            await self.uploads.keep(upload_key(tenant_id, key_in(said)), file)

    async def _said(self, ticket: str) -> tuple[dict[str, Any], UUID]:
        """What the ticket allows, and to which house, if the session that it was signed for still lives."""
        try:
            said = self.links.read("uploads", ticket, self.clock())
            standing = await self.tenancy.sessions.behind(said["tenant"], bytes.fromhex(said["session"]), self.clock())
        except (Forged, Unauthenticated):
            raise Refused(404, "There is no such upload.") from None
        assert standing.tenant_id is not None
        return said, standing.tenant_id


async def _written(request: Request, file: Path, said: dict[str, Any]) -> None:
    """The body, in a file, as announced: never more of it on the disk than that. Raises `Refused`."""
    size, digest = 0, hashlib.sha256()
    with file.open("wb") as target:
        async for block in request.stream():
            size += len(block)
            if size > said["size"]:
                raise Refused(413, f"{said['size']} bytes were announced.")
            digest.update(block)
            await asyncio.to_thread(target.write, block)
    if size != said["size"] or digest.hexdigest() != said["sha256"]:
        raise Refused(422, "These are not the bytes that were announced.")
