"""What the public audit suite of GraphQL over HTTP asks, check by check: each parameter id is the audit's own."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx2
import pytest

from tests.door.asking import GRAPHQL, JSON, Asker

TYPENAME = "{ __typename }"
BY_NAME = "query Type($name: String!) { __type(name: $name) { name } }"
NAMED = {"query": BY_NAME, "variables": {"name": "sometype"}}
UNKNOWN = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
COERCED = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}
INVALID = [{"obj": "ect"}, 0, False, ["array"]]
INVALID_MAPS = ["string", 0, False, ["array"]]


class Audit(NamedTuple):
    """One request, and what the answer must be."""

    id: str
    says: str
    then: list[Callable[[httpx2.Response], bool]]
    accept: str = ""
    sent: Any = None  # the parameters of a POST
    raw: bytes | None = None
    get: Mapping[str, str] | None = None
    content_type: str = JSON


def status(*codes: int) -> Callable[[httpx2.Response], bool]:
    return lambda response: response.status_code in codes


def of_type(media: str) -> Callable[[httpx2.Response], bool]:
    return lambda response: media in response.headers["content-type"]


def refused(response: httpx2.Response) -> bool:
    return 400 <= response.status_code <= 499


def failed(response: httpx2.Response) -> bool:
    return 400 <= response.status_code <= 599


def anything(response: httpx2.Response) -> bool:
    return 200 <= response.status_code <= 299 or failed(response)


def without_errors(response: httpx2.Response) -> bool:
    return "errors" not in response.json()


def without_data(response: httpx2.Response) -> bool:
    return "data" not in response.json()


def in_utf8(response: httpx2.Response) -> bool:
    return bool(response.content.decode())


OK = status(200)
QUERY = {"query": TYPENAME}
AUDITS = [
    Audit("22EB", "graphql-response+json is accepted and answered", [OK, of_type(GRAPHQL)], GRAPHQL, QUERY),
    Audit("4655", "json is accepted and answered", [OK, of_type(JSON)], JSON, QUERY),
    Audit("47DE", "anything is answered in json", [OK, of_type(JSON)], "*/*", QUERY),
    Audit("80D8", "nothing accepted is answered in json", [OK, of_type(JSON)], "", QUERY),
    Audit("82A3", "answers are UTF-8", [OK, in_utf8], "", QUERY),
    Audit("BF61", "requests may be UTF-8", [OK], "", {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, content_type=f"{JSON}; charset=utf-8"),
    Audit("78D5", "requests are UTF-8 when they do not say", [OK], "", QUERY),
    Audit("2C94", "POST is accepted", [OK], "", QUERY),
    Audit("5A70", "GET is accepted", [OK], "", get=QUERY),
    Audit("9C48", "mutations are not accepted by GET", [refused], GRAPHQL, get={"query": "mutation { __typename }"}),
    Audit("9ABE", "a body without a type is refused", [refused], "", QUERY, content_type=""),
    Audit("03D4", "a body of json is accepted", [OK], "", QUERY),
    Audit("A5BF", "no body at all is refused", [status(400)], "", raw=b""),
    Audit("423L", "no query is refused", [status(400)], GRAPHQL, {"notquery": TYPENAME}),
    *[Audit(f"LKJ{i}", f"{value} is no query", [status(400)], "", {"query": value}) for i, value in enumerate(INVALID)],
    Audit("34A2", "a query is a string, under graphql-response+json", [OK], GRAPHQL, QUERY),
    Audit("13EE", "a query is a string, under json", [OK, without_errors], JSON, QUERY),
    *[Audit(f"6C0{i}", f"{value} is no operationName", [status(400)], "", {**QUERY, "operationName": value}) for i, value in enumerate(INVALID)],
    Audit("8161", "an operationName is a string, under graphql-response+json", [OK], GRAPHQL, {"operationName": "Query", "query": "query Query { __typename }"}),
    Audit("B8B3", "an operationName is a string, under json", [OK, without_errors], JSON, {"operationName": "Query", "query": "query Query { __typename }"}),
    *[Audit(f"94B{i}", f"{name} may be null, under graphql-response+json", [OK, without_errors], GRAPHQL, {**QUERY, name: None}) for i, name in enumerate(("variables", "operationName", "extensions"))],
    *[Audit(f"022{i}", f"{name} may be null, under json", [OK, without_errors], JSON, {**QUERY, name: None}) for i, name in enumerate(("variables", "operationName", "extensions"))],
    *[Audit(f"476{i}", f"{value} is no variables", [status(400)], "", {**QUERY, "variables": value}) for i, value in enumerate(INVALID_MAPS)],
    Audit("2EA1", "variables are a map, under graphql-response+json", [OK], GRAPHQL, NAMED),
    Audit("28B9", "variables are a map, under json", [OK, without_errors], JSON, NAMED),
    Audit("D6D5", "variables in an address, under graphql-response+json", [OK, without_errors], GRAPHQL, get={"query": BY_NAME, "variables": '{"name":"sometype"}'}),
    Audit("6A70", "variables in an address, under json", [OK, without_errors], JSON, get={"query": BY_NAME, "variables": '{"name":"sometype"}'}),
    *[Audit(f"58B{i}", f"{value} is no extensions", [status(400)], "", {**QUERY, "extensions": value}) for i, value in enumerate(INVALID_MAPS)],
    Audit("428F", "extensions are a map, under graphql-response+json", [OK], GRAPHQL, {**QUERY, "extensions": {"some": "value"}}),
    Audit("1B7A", "extensions are a map, under json", [OK, without_errors], JSON, {**QUERY, "extensions": {"some": "value"}}),
    Audit("B6DC", "what is no JSON has any status, under json", [anything], JSON, raw=b'{ "not a JSON'),
    Audit("BCF8", "what is no JSON is refused, under json", [status(400)], JSON, raw=b'{ "not a JSON'),
    Audit("B7N8", "what is no JSON is refused, under graphql-response+json", [status(400)], GRAPHQL, raw=b'{ "not a JSON'),
    Audit("8764", "a misspelled parameter fails", [failed], "", {"qeury": TYPENAME}),
    Audit("3E3A", "a misspelled parameter is refused", [status(400)], "", {"qeury": TYPENAME}),
    Audit("572B", "what does not parse has status 200, under json", [OK], JSON, {"query": "{"}),
    Audit("FDE2", "what does not validate has status 200, under json", [OK], JSON, {"query": UNKNOWN}),
    Audit("7B9B", "a wrong variable has status 200, under json", [OK], JSON, COERCED),
    Audit("865D", "what does not parse fails, under graphql-response+json", [failed], GRAPHQL, {"query": "{"}),
    Audit("556A", "what does not parse is refused, under graphql-response+json", [status(400)], GRAPHQL, {"query": "{"}),
    Audit("D586", "what does not parse has no data", [without_data], GRAPHQL, {"query": "{"}),
    Audit("51FE", "what does not validate fails, under graphql-response+json", [failed], GRAPHQL, {"query": UNKNOWN}),
    Audit("74FF", "what does not validate is refused, under graphql-response+json", [status(400)], GRAPHQL, {"query": UNKNOWN}),
    Audit("5E5B", "what does not validate has no data", [without_data], GRAPHQL, {"query": UNKNOWN}),
    Audit("86EE", "a wrong variable is refused, under graphql-response+json", [status(400)], GRAPHQL, COERCED),
]  # fmt: skip


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.id)
async def test_the_server_does_what_the_specification_asks(ask: Asker, audit: Audit):
    headers = {"accept": audit.accept, "content-type": audit.content_type}
    if audit.get is not None:
        answer = await ask(method="GET", headers=headers | {"content-type": ""}, params=dict(audit.get))
    else:
        answer = await ask(headers=headers, body=audit.raw, **(audit.sent or {}))

    assert [check for check in audit.then if not check(answer)] == [], f"{audit.says}: {answer.status_code} {answer.text}"


def test_all_sixty_one_checks_are_here():
    assert len({audit.id for audit in AUDITS}) == len(AUDITS) == 61
