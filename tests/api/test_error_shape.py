"""Errors of the real schema: each has a code of the closed list, names its field or input, has a request id, and none has words of ours."""

import re

import httpx2
import pytest

from server.http.error_codes import Code
from tests.world import World, token_of

OURS = re.compile(r"asyncpg|tortoise|strawberry|graphql-core|Traceback|File \"|\.py\b|site-packages|select |insert |bailiwick\.|psycopg|<class|object at 0x", re.IGNORECASE)  # fmt: skip
REFUSED = [
    (None, "{ contracts { totalCount } }", "UNAUTHENTICATED"),
    ("admin1", "{ backOffice { importRuns { totalCount } } }", "FORBIDDEN"),
    ("admin1", "{ contracts(first: 0) { totalCount } }", "BAD_USER_INPUT"),
    ("admin1", '{ contracts(after: "x") { totalCount } }', "BAD_USER_INPUT"),
    ("admin1", '{ invoices(filter: {issuedOn: {from: "2026-03-02", to: "2026-03-01"}}) { totalCount } }', "BAD_USER_INPUT"),
    ("admin1", '{ invoices(filter: {issuedOn: {from: "yesterday"}}) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
    ("admin1", 'query ($day: Date = "9999-12-30") { invoices(filter: {issuedOn: {from: $day}}) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
    ("admin1", '{ invoices(filter: {number: "a\\u0000"}) { totalCount } }', "BAD_REQUEST"),
    ("admin1", "{ contracts(first: 1) { nodes { nothing } } }", "GRAPHQL_VALIDATION_FAILED"),
    ("admin1", "{ contracts(first: 1) ", "GRAPHQL_PARSE_FAILED"),
    ("admin1", "query a { viewer { __typename } } query b { viewer { __typename } }", "OPERATION_RESOLUTION_FAILURE"),
    ("admin1", "{ contracts(first: 100) { nodes { invoices(first: 100) { nodes { lines(first: 100) { number } } } } } }", "OPERATION_TOO_LARGE"),
]  # fmt: skip


async def asked(world: World, who: str | None, query: str) -> httpx2.Response:
    headers = {"accept": "application/graphql-response+json"} | ({"authorization": f"Bearer {token_of(who)}"} if who else {})
    async with world.client() as client:
        return await client.post("/graphql", json={"query": query}, headers=headers)


@pytest.mark.row("X-22")
@pytest.mark.parametrize("who, query, code", REFUSED)
async def test_a_refusal_has_a_code_a_request_id_and_no_words_of_ours(world: World, who: str | None, query: str, code: str):
    answer = await asked(world, who, query)

    errors = answer.json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {code} <= set(Code.__members__)
    assert answer.headers["x-request-id"]
    assert OURS.search(answer.text) is None
    at_field = code in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_REQUEST")
    assert not at_field or all(error.get("path") or error.get("locations") for error in errors)


@pytest.mark.row("X-22")
async def test_what_a_person_can_correct_names_its_field(own_world: World):
    query = "mutation ($input: CertificateCreateInput!) { certificateCreate(input: $input) { errors { code path rule message } } }"
    answer = await own_world.ask("admin1", query, input={"contract": "x", "kind": "SCHEDULE", "idempotencyKey": " "})

    [error] = answer.data["certificateCreate"]["errors"]
    assert (error["code"], error["path"], error["rule"]) == ("INVALID", ["input", "idempotencyKey"], "idempotency.key")
    assert answer.headers["x-request-id"]


@pytest.mark.row("X-22")
async def test_a_mistake_of_ours_repeats_the_request_id_in_the_body_and_says_nothing_else(own_world: World):
    """The table is gone, as after a migration that went wrong."""
    await own_world.owner.execute("alter table asset rename to asset_elsewhere")

    answer = await asked(own_world, "admin1", "{ viewer { user { displayName } } assets(first: 1) { nodes { id } } }")

    [error] = answer.json()["errors"]
    assert error["message"] == "Unexpected error."
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": answer.headers["x-request-id"]}
    assert error["path"] == ["assets"]
    assert OURS.search(answer.text) is None
