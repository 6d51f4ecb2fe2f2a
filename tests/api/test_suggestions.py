"""Suggestions of names in the real schema: for callers with a session, in documents and in variables, and for no stranger."""

from typing import Any

import pytest

from tests.world import World, token_of

CREATE = "mutation ($input: CertificateCreateInput!) { certificateCreate(input: $input) { errors { code } } }"
SIGN_IN = "mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) { token } }"
IN_DOCUMENTS: list[tuple[str, dict[str, Any], str]] = [
    ("{ contrats { totalCount } }", {}, "'contracts'"),
    ("{ contracts(frst: 1) { totalCount } }", {}, "'first'"),
    ("{ contracts(filter: {nmber: {}}) { totalCount } }", {}, "'number'"),
    ("{ contracts(filter: {states: [ACTVE]}) { totalCount } }", {}, "'ACTIVE'"),
]
IN_VARIABLES: list[tuple[str, dict[str, Any], str]] = [
    (CREATE, {"input": {"contract": "x", "kind": "SCHEDULES", "idempotencyKey": "k"}}, "'SCHEDULE'"),
    (CREATE, {"input": {"contrat": "x", "kind": "SCHEDULE", "idempotencyKey": "k"}}, "'contract'"),
]
OF_STRANGERS: list[tuple[str, dict[str, Any], str]] = [(SIGN_IN, {"input": {"identifer": "x"}}, "'identifier'")]


async def refused(world: World, token: str | None, query: str, variables: dict[str, Any], **headers: str) -> Any:
    if token:
        headers["authorization"] = f"Bearer {token}"
    async with world.client() as client:
        return (await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()["errors"]


@pytest.mark.parametrize(("query", "variables", "name"), [*IN_DOCUMENTS, *IN_VARIABLES])
@pytest.mark.parametrize("who", ["admin1", "admin2"])
async def test_a_caller_with_a_session_reads_the_name_that_was_meant(
    world: World, who: str, query: str, variables: dict[str, Any], name: str
):
    messages = [error["message"] for error in await refused(world, token_of(who), query, variables)]

    assert any(name in message.partition("Did you mean")[2] for message in messages), messages


@pytest.mark.parametrize(("query", "variables", "name"), [*IN_DOCUMENTS, *IN_VARIABLES, *OF_STRANGERS])
@pytest.mark.parametrize("token", [None, "", "t1.nobody", "x"])
async def test_a_stranger_reads_none_in_documents_or_variables(
    world: World, token: str | None, query: str, variables: dict[str, Any], name: str
):
    await refused(world, token_of("admin1"), query, variables)  # whose errors are kept

    errors = await refused(world, token, query, variables)

    assert "Did you mean" not in str(errors)
    assert name not in str([error["message"] for error in errors])


async def test_a_suggestion_is_in_the_language_of_the_caller_and_repeats_no_value(world: World):
    [(_, _, _), (query, variables, _)] = IN_VARIABLES

    errors = await refused(world, token_of("admin1"), query, variables, **{"accept-language": "nl"})

    assert "Bedoelde u 'contract'?" in " ".join(error["message"] for error in errors)
    secret = {"contrat. Did you mean 'Secret1'? Found: ": "x", "kind": "Did you mean the enum value 'Secret2'?"}
    assert "Secret" not in str(await refused(world, token_of("admin1"), query, {"input": secret}))
