"""What the request line and the headers of one HTTP request mean, read once."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, NamedTuple

from server.http.content_negotiation import answered_in, languages
from tenants import ClientInfo

BEARER = re.compile(rb"(?i:bearer) +([!-~]{1,500})")  # the name of a scheme has no case
# A page cannot leave out both: when it reads from its own host by GET, browsers send no Origin, and they always send where it comes from.
BROWSERS = frozenset((b"origin", b"sec-fetch-site"))


class RequestHead(NamedTuple):
    """One HTTP request without its body.

    `media` is the media type to answer in, `None` where the client accepts none of ours. `token` is the bearer token: `None` where none was
    sent, empty where what was sent is no bearer token.
    """

    method: str
    query_string: bytes
    headers: Mapping[bytes, bytes]
    media: str | None
    token: str | None
    is_browser: bool  # that sends it, for a page
    client: ClientInfo


def read_head(scope: MutableMapping[str, Any]) -> RequestHead:
    """From the ASGI scope. Refuses nothing: the stages that need a header refuse a wrong one."""
    headers = dict(scope["headers"])
    if len(headers) != len(scope["headers"]):
        headers = joined(scope["headers"])
    media = answered_in(headers.get(b"accept", b"").decode("latin-1"))
    is_browser = not BROWSERS.isdisjoint(headers)
    return RequestHead(scope["method"], scope["query_string"], headers, media, _token(headers), is_browser, _client(scope, headers))


def joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers some of which were sent in several lines. The lines of a list belong together; of any other header, none can be trusted."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def _token(headers: Mapping[bytes, bytes]) -> str | None:
    sent = headers.get(b"authorization")
    if sent is None:
        return None
    match = BEARER.fullmatch(sent.strip())
    return match[1].decode() if match else ""


def _client(scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> ClientInfo:
    address, agent = scope.get("client"), headers.get(b"user-agent")
    return ClientInfo(
        scope["request_id"],
        address[0] if address else None,
        agent.decode("latin-1") if agent else None,
        languages(headers.get(b"accept-language", b"").decode("latin-1")),
        headers.get(b"host", b"").decode("latin-1"),
        scope.get("scheme", "https"),
    )
