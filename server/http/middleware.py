"""What every answer wears: a request id, headers that close what browsers would leave open, and leave for pages of the same portal."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

import structlog
from uuid_utils import uuid7

from channels.error_reports import SELDOM, error_report, is_unanswered
from server.http.hosts import Hosts

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Any, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

SAFE: list[Header] = [
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"vary", b"accept, accept-language, origin"),
]
SHOWN: list[Header] = [(b"access-control-expose-headers", b"x-request-id, retry-after, content-language")]
OURS = frozenset((b"x-request-id", b"access-control-allow-origin", *dict(SAFE), *dict(SHOWN)))
# What our clients send, and what their tracing and their GraphQL libraries put beside it. Nothing here reads the latter.
ASKED_HEADERS = (
    "accept", "accept-language", "authorization", "content-type", "x-request-id",
    "traceparent", "tracestate", "baggage", "sentry-trace", "b3",
    "apollo-require-preflight", "apollographql-client-name", "apollographql-client-version",
    "x-apollo-operation-name", "x-apollo-operation-id", "x-apollo-operation-type", "graphql-require-preflight",
    "graphql-client-name", "graphql-client-version", "graphql-preflight",
    "x-graphql-client-name", "x-graphql-client-version", "x-requested-with",
)  # fmt: skip
PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT"),
    (b"access-control-allow-headers", ", ".join(ASKED_HEADERS).encode()),
    (b"access-control-max-age", b"600"),
]
JSON_TYPE: Header = (b"content-type", b"application/json; charset=utf-8")
NO_HOST = b'{"errors":[{"message":"A request names one host, in one Host header.","extensions":{"code":"BAD_REQUEST"}}]}'
HOST = re.compile(rb"([A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{0,5})?")
BY_PROXY = "is_by_trusted_proxy"  # said of a request by `serving`
REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,100}", re.ASCII)
UNEXPECTED = b'{"errors":[{"message":"Unexpected error.","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"%s"}}]}'
log = structlog.get_logger("bailiwick.server")


def header(scope: Message, name: bytes) -> str:
    """The first header of this name; empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


class Dressed:
    """The outermost of the app. An answer's own headers go before those of here.

    `direct` are apps at one address each that need nothing of what lies between: they are called from here, and the router, which would
    find them too, is spared for every request.
    """

    def __init__(self, app: Asgi, hosts: Hosts, direct: Mapping[str, Asgi] | None = None) -> None:
        self.app, self.hosts, self.direct = app, hosts, direct or {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id = scope["request_id"] = _request_id(scope)
        worn = [*SAFE, (b"x-request-id", request_id.encode())]
        has_started = False

        async def dressed(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                own = dict(message["headers"])
                message["headers"] = [
                    *message["headers"],
                    *(worn if OURS.isdisjoint(own) else [pair for pair in worn if pair[0] not in own]),
                ]
            await send(message)

        try:
            if not _names_one_host(scope):
                return await _answer(dressed, 400, [JSON_TYPE], NO_HOST)
            if origin := header(scope, b"origin"):
                worn += (leave := await self.leave(origin, scope))
                if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
                    return await _answer(dressed, 204, PREFLIGHT if leave else [], b"")
            await self.direct.get(scope["path"], self.app)(scope, receive, dressed)
        except Exception as error:
            log.error("unexpected", request_id=request_id, **error_report(error))
            if not has_started:
                await _answer(dressed, 500, [JSON_TYPE], UNEXPECTED % request_id.encode())

    async def leave(self, origin: str, scope: Message) -> list[Header]:
        """The headers by which a browser lets a page of another host of this portal read the answer. Without cookies: there are none."""
        try:
            is_allowed = await self.hosts.is_allowed(origin, header(scope, b"host"))
        except Exception as error:  # the database is away: the answer itself may need none
            if is_unanswered(error):
                SELDOM.unanswered(error, request_id=scope["request_id"])
            else:
                log.error("origin not looked up", request_id=scope["request_id"], **error_report(error))
            is_allowed = False
        if not is_allowed:
            return []
        return [(b"access-control-allow-origin", origin.encode("latin-1")), *SHOWN]


def _request_id(scope: Message) -> str:
    """A proxy that is trusted may have given the request its id, by which its own log knows it; anybody else's is not kept."""
    sent = header(scope, b"x-request-id") if scope.get(BY_PROXY) else ""
    return sent if REQUEST_ID.fullmatch(sent) else uuid7().hex


def _names_one_host(scope: Message) -> bool:
    """RFC 9112, 3.2: a request with several Host headers, with one that is no host, or of HTTP/1.1 and with none is answered with 400.

    A proxy in front may have chosen by the one, and the portal would be chosen by the other.
    """
    named = [value for name, value in scope["headers"] if name == b"host"]
    if not named:
        return scope.get("http_version") != "1.1"
    return len(named) == 1 and HOST.fullmatch(named[0]) is not None


async def _answer(send: Send, status: int, headers: Iterable[Header], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
