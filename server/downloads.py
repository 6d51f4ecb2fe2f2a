"""The bytes of documents, for the session that asked for the link, as long as it lives and still reaches them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as Message

from channels.files import FileStore
from models import Document
from models.base import Unauthenticated
from server.links import Forged, SignedLinks, key_in
from tenants import Asking, Scope, ScopeChanged, Tenancy

PURPOSE = "documents"
# A document is shown in a place of its own, where nothing of it can run.
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"


class Downloads:
    """An ASGI application for one path. Forged, expired, foreign and missing are one answer."""

    def __init__(self, tenancy: Tenancy, links: SignedLinks, store: FileStore, now: Callable[[], datetime]) -> None:
        self.tenancy, self.links, self.store, self.now = tenancy, links, store, now

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Use GET.", 405, {"allow": "GET, HEAD"})
        try:
            said = self.links.read(PURPOSE, request.path_params["ticket"], self.now())
            document, stored = await self.found(said, request)
        except (Forged, Unauthenticated, ScopeChanged, FileNotFoundError, LookupError):
            return PlainTextResponse("There is nothing here. Ask for a new link.", 404)
        headers = {
            "content-length": str(document.byte_size),
            "content-disposition": disposition(said["as"], document.file_name),
            "content-security-policy": CLOSED,
            "cache-control": "private, no-store",
        }
        return StreamingResponse(stored, media_type=document.content_type, headers=headers)

    async def found(self, said: dict[str, Any], request: Request) -> tuple[Any, Any]:
        """The document and its bytes, asked for by the session of the link as it is now."""
        now = self.now()
        standing = await self.tenancy.sessions.of_hash(said["tenant"], bytes.fromhex(said["session"]), now)
        asking = Asking(request.scope["request_id"], request.client.host if request.client else None)
        gate = self.tenancy.gate(Scope(standing, now, asking), is_current=True)
        document = (await gate.those(Document, [key_in(said)]))[key_in(said)]
        stored = self.store.get(gate.scope.tenant_id, document.storage_key)
        first = await anext(stored, b"")  # so that bytes which are not there are noticed before the answer begins

        async def stream() -> Any:
            yield first
            async for block in stored:
                yield block

        return document, stream()


def disposition(how: str, name: str) -> str:
    """The header, with the name in ASCII for old programs and whole for all others (RFC 8187)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
