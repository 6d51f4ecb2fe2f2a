"""The bytes of a document, for the session that a link was signed for, as long as it lives and reaches the document.

Everything else is answered alike: a ticket that was bent, one whose time is over, a session that has ended, a document out of reach or
gone. So a link says nothing to whoever may not have it.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from channels.error_reports import SELDOM, is_unanswered
from channels.files import FileStore, StoreFailed
from models import Document
from models.base import NotFound, Unauthenticated
from server.http.hosts import Hosts
from server.http.plain_texts import plain_text
from server.http.signed_links import Forged, SignedLinks, key_in
from tenants import ClientInfo, Scope, Tenancy
from tenants.policy import Action
from tenants.writing import writing

# What a browser may show by itself: nothing that runs scripts.
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# A browser's viewer of PDF is a page of its own in an isolated place, and Safari shows nothing where that page is in a sandbox.
SHOWN_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors {}"
SHOWN_PICTURE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {}"
PLAIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~ ()")
log = structlog.get_logger("bailiwick.downloads")


class Absent(Exception):
    """There is no such file for whoever asks."""


@dataclass(frozen=True)
class Downloads:
    """GET /documents/{ticket}."""

    tenancy: Tenancy
    links: SignedLinks
    store: FileStore
    clock: Callable[[], datetime]
    hosts: Hosts

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answered(request)
        except Absent:
            return plain_text(request, 404, "There is no such file.")
        except StoreFailed as error:
            log.error("store failed", errno=error.errno, reason=error.strerror)
            return plain_text(request, 503, "The store of files gives nothing now. Try again later.", {"retry-after": "60"})
        except Exception as error:
            if not is_unanswered(error):
                raise
            SELDOM.unanswered(error, request_id=request.scope["request_id"])
            return plain_text(request, 503, "Try again in a moment.", {"retry-after": "1"})

    async def _answered(self, request: Request) -> Response:
        said = self._said(request.path_params["ticket"])
        scope = await self._scope(said, ClientInfo(request.scope["request_id"]))
        document = await self.tenancy.gate(scope, is_current=True).one(Document, f"{Document.PREFIX}_{key_in(said).hex}")
        if document is None:
            raise Absent
        blocks = await self._begun(scope.tenant_id, document)
        if document.is_identity_paper:
            await self._audit(scope, document)
        return StreamingResponse(
            blocks,
            200,
            headers_of(document, is_shown=said["as"] == "inline", frames=self.hosts.frames(scope.auth.rules.official_hosts)),
        )

    def _said(self, ticket: str) -> dict[str, str]:
        try:
            return self.links.read("documents", ticket, self.clock())
        except Forged:
            raise Absent from None

    async def _scope(self, said: dict[str, str], client: ClientInfo) -> Scope:
        """What the session that the link was signed for may see now."""
        now = self.clock()
        try:
            auth = await self.tenancy.sessions.behind(said["tenant"], bytes.fromhex(said["session"]), now)
        except Unauthenticated:
            raise Absent from None
        return Scope(auth, now, client)

    async def _audit(self, scope: Scope, document: Document) -> None:
        """Write down who reads an identity paper, before the first byte of it goes out. No event, no bytes."""
        try:
            async with writing(scope, self.tenancy) as gate:
                await gate.note("document.download", await gate.parent(Document, document.gid, to=Action.READ))
        except (Unauthenticated, NotFound):
            raise Absent from None

    async def _begun(self, tenant_id: UUID, document: Document) -> AsyncIterator[bytes]:
        """The first block is read before the answer begins, so that bytes that are gone are a 404 and not an answer that breaks off."""
        blocks = self.store.get(tenant_id, document.storage_key)
        try:
            first = await anext(blocks, b"")
        except FileNotFoundError:
            log.error("bytes missing", document=document.gid)
            raise Absent from None
        return _chained(first, blocks)


def headers_of(document: Document, *, is_shown: bool, frames: str) -> dict[str, str]:
    """What a browser is told of a file. It never guesses, keeps nothing, and runs nothing. `frames` says which pages may show it."""
    is_inline = is_shown and document.content_type in SHOWN
    return {
        "content-type": document.content_type,
        "content-length": str(document.byte_size),
        "content-disposition": disposition("inline" if is_inline else "attachment", document.file_name),
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": _policy(document.content_type, frames) if is_inline else SANDBOX,
        "cross-origin-resource-policy": "same-site",
    }


def _policy(content_type: str, frames: str) -> str:
    return (SHOWN_PDF if content_type == "application/pdf" else SHOWN_PICTURE).format(frames)


def disposition(how: str, name: str) -> str:
    """The header of RFC 6266: a name in ASCII for old programs, and where that loses something the real one, as RFC 8187 spells it."""
    plain = "".join(letter if letter in PLAIN_NAME else "_" for letter in name)
    return f'{how}; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}")


async def _chained(first: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in blocks:
        yield block
