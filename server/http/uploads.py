"""Bytes that staff hand over: put under a signed address, once, within the size and with the hash that were announced."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from channels.error_reports import SELDOM, is_unanswered
from channels.export_archives import is_archive
from channels.files import StoreFailed
from channels.uploads import Uploads
from models import Upload
from models.base import Forbidden, NotFound, Unauthenticated
from models.sentences import Sentence
from models.uploads import storage_key
from server.http.plain_texts import plain_text
from server.http.signed_links import Forged, SignedLinks, key_in
from tenants import Action, ClientInfo, Scope, Tenancy
from tenants.writing import writing

MOST_SECONDS = 600
BEGINNING = 4  # bytes that say what a file is
log = structlog.get_logger("bailiwick.uploads")


NO_UPLOAD = "There is no such upload."


class Refused(Exception):
    """These bytes are not taken. Nothing of them is kept."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Absent(Refused):
    """There is no such upload for whoever asks: why not is told to nobody."""

    def __init__(self) -> None:
        super().__init__(404, NO_UPLOAD)


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
            return plain_text(request, refused.status, refused.message)
        except ClientDisconnect:
            return Response(status_code=400)
        except StoreFailed as error:
            log.error("store failed", errno=error.errno, reason=error.strerror)
            return plain_text(request, 503, "The store of files takes nothing now. Try again later.", {"retry-after": "60"})
        except Exception as error:
            if not is_unanswered(error):
                raise
            SELDOM.unanswered(error, request_id=request.scope["request_id"])
            return plain_text(request, 503, "Try again in a moment.", {"retry-after": "1"})
        return Response(status_code=201)

    async def _received(self, request: Request) -> None:
        said, scope = await self._said(request.path_params["ticket"], ClientInfo(request.scope["request_id"]))
        gid = f"{Upload.PREFIX}_{key_in(said).hex}"
        upload = await self.tenancy.gate(scope, is_current=True).one(Upload, gid)
        tenant_id = scope.tenant_id
        if upload is None or tenant_id is None:
            raise Absent
        if upload.received_at is not None:
            raise Refused(409, "This was uploaded already.")
        told = request.headers.get("content-length")
        if told is not None and told != str(said["size"]):
            raise Refused(
                413 if told.isdigit() and int(told) > said["size"] else 422, Sentence("{size} bytes were announced.", size=said["size"])
            )
        with tempfile.TemporaryDirectory(prefix="bailiwick-upload-") as folder:
            file = Path(folder) / "bytes"
            await asyncio.wait_for(_written(request, file, said), MOST_SECONDS)
            await self.uploads.keep(tenant_id, storage_key(tenant_id, upload.id), file)
        await self._note(scope, gid)

    async def _note(self, scope: Scope, gid: str) -> None:
        """The bytes are kept first, then the row says so: whoever is stopped between the two may send them again."""
        try:
            async with writing(scope, self.tenancy) as gate:
                await (await gate.one(Upload, gid, to=Action.START)).receive(gate.scope.now)
        except (NotFound, Forbidden, Unauthenticated):
            raise Absent from None

    async def _said(self, ticket: str, client: ClientInfo) -> tuple[dict[str, Any], Scope]:
        """What the ticket allows, and to whom, if the session that it was signed for still lives."""
        now = self.clock()
        try:
            said = self.links.read("uploads", ticket, now)
            auth = await self.tenancy.sessions.behind(said["tenant"], bytes.fromhex(said["session"]), now)
        except (Forged, Unauthenticated):
            raise Absent from None
        return said, Scope(auth, now, client)


async def _written(request: Request, file: Path, said: dict[str, Any]) -> None:
    """The body, in a file, as announced: never more of it on the disk than that. Raises `Refused`."""
    size, digest, beginning = 0, hashlib.sha256(), b""
    with file.open("wb") as target:
        async for block in request.stream():
            size += len(block)
            if size > said["size"]:
                raise Refused(413, Sentence("{size} bytes were announced.", size=said["size"]))
            if len(beginning) < BEGINNING and len(beginning := beginning + block[:BEGINNING]) >= BEGINNING:
                _must_be_archive(beginning)
            digest.update(block)
            await asyncio.to_thread(target.write, block)
    if size != said["size"] or digest.hexdigest() != said["sha256"]:
        raise Refused(422, "These are not the bytes that were announced.")
    _must_be_archive(beginning)


def _must_be_archive(beginning: bytes) -> None:
    if not is_archive(beginning):
        raise Refused(415, "An export is a .zip or a .tar.gz, and this is neither.")
