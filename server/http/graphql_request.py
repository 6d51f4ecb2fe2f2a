"""The first stage: the parameters of GraphQL over HTTP, from a body or an address."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from models.sentences import Sentence
from server.http.content_negotiation import is_json
from server.http.error_codes import Code, Declined
from server.http.json_body import LONGEST_LIST, UNSTORABLE, Receive, bad, bounded, is_storable, read_body, read_json
from server.http.request_head import RequestHead

Headers = Mapping[bytes, bytes]
TEXTS, MAPS = ("query", "documentId", "operationName"), ("variables", "extensions")
PARAMETERS = (*TEXTS, *MAPS)
METHODS = (b"allow", b"GET, HEAD, POST")


class GraphQLRequest(NamedTuple):
    """One GraphQL request. Of `query`, `document_id` and `persisted` one is there, or `query` beside `persisted`.

    `persisted` is the hash that clients with persisted queries send in `extensions`, alone at first.
    """

    query: str | None
    document_id: str | None
    persisted: str | None
    operation_name: str | None
    variables: dict[str, Any]
    is_get: bool


async def parse(head: RequestHead, receive: Receive) -> GraphQLRequest:
    """The GraphQL request that an HTTP request holds. Raises `Declined` where it holds none."""
    if head.method == "POST":
        return await by_post(head.headers, receive)
    if head.method in ("GET", "HEAD"):
        return by_get(head.query_string)
    raise Declined(Code.METHOD_NOT_ALLOWED, "Use POST, or GET for queries.", headers=(METHODS,))


async def by_post(headers: Headers, receive: Receive) -> GraphQLRequest:
    """From a JSON body."""
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise Declined(Code.UNSUPPORTED_MEDIA_TYPE, "Compressed bodies are not read.")
    if not is_json(headers.get(b"content-type", b"").decode("latin-1")):
        raise Declined(Code.UNSUPPORTED_MEDIA_TYPE, "The request body must be application/json, in UTF-8.")
    body = await read_body(receive, headers.get(b"content-length"))
    value = read_json(body)
    if not isinstance(value, dict):
        raise bad("The request body must be one JSON object.")
    asked = _asked(value, is_get=False)
    if len(body) > 2 * LONGEST_LIST:  # a shorter one has no room for what is refused here
        bounded(asked.variables)
    return asked


def by_get(query_string: bytes) -> GraphQLRequest:
    """From the address."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise bad("The parameters cannot be read.") from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given and name in PARAMETERS:
            raise bad(Sentence("The parameter {name} stands twice.", name=name))
        given[name] = value
    if not all(map(is_storable, given.values())):
        raise bad(UNSTORABLE)
    for name in MAPS:
        if given.get(name):
            given[name] = read_json(given[name].encode())
        else:
            given.pop(name, None)
    asked = _asked({name: value for name, value in given.items() if value != ""}, is_get=True)
    bounded(asked.variables)
    return asked


def _asked(value: dict[str, Any], is_get: bool) -> GraphQLRequest:
    for name in TEXTS:
        if (text := value.get(name)) is not None and not isinstance(text, str):
            raise bad(Sentence("{name} must be a string.", name=name))
    for name in MAPS:
        if (map_ := value.get(name)) is not None and not isinstance(map_, dict):
            raise bad(Sentence("{name} must be an object.", name=name))
    query, document_id, persisted = value.get("query"), value.get("documentId"), _persisted(value.get("extensions") or {})
    if (query is None and persisted is None) == (document_id is None):
        raise bad("A request has either a query or a documentId.")
    return GraphQLRequest(query, document_id, persisted, value.get("operationName") or None, value.get("variables") or {}, is_get)


def _persisted(extensions: dict[str, Any]) -> str | None:
    """The hash in `extensions.persistedQuery`, where there is one."""
    sent = extensions.get("persistedQuery")
    if sent is None:
        return None
    if not isinstance(sent, dict) or not isinstance(hashed := sent.get("sha256Hash"), str):
        raise bad("extensions.persistedQuery must be an object with a sha256Hash.")
    return hashed
