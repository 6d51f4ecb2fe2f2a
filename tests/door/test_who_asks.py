"""Who a request is for: a session, remembered but never trusted, or a stranger at a portal."""

import pytest

from server.limits.bounds import Bounds
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import NORTH, Small, auth

SIGN_IN = 'mutation { signIn(name: "me") }'
RENAME = 'mutation { rename(name: "new") }'
ANYTHING_BUT_A_TOKEN = ["Bearer", "Bearer ", "Bearer a b", "Basic dXNlcjpwYXNz", "north.customer", "Bearer \x7f", "Bearer " + "x" * 501]


async def test_a_session_is_who_asks(ask: Asker):
    assert (await ask("{ who secret }")).json()["data"] == {"who": "CUSTOMER", "secret": "for those who are signed in"}
    assert (await ask("{ staffSecret }", token="north.agent")).json()["data"] == {"staffSecret": "for staff"}


async def test_the_scheme_is_read_as_http_says(ask: Asker):
    for scheme in ("bearer ", "BEARER", "bEaReR"):  # RFC 9110, 11.1: the name of a scheme has no case
        assert (await ask("{ who }", headers={"authorization": f"{scheme} north.customer"})).json()["data"] == {"who": "CUSTOMER"}


async def test_without_a_token_a_stranger_asks(ask: Asker):
    assert (await ask("{ who number }", token=None)).json()["data"] == {"who": "STRANGER", "number": 1}


@pytest.mark.parametrize("accept, status", [(GRAPHQL, 401), (JSON, 200)])
async def test_what_strangers_may_not_see_is_refused_as_a_whole(ask: Asker, accept, status):
    answer = await ask("{ number secret }", token=None, headers={"accept": accept})

    assert (answer.status_code, code(answer)) == (status, "UNAUTHENTICATED")
    assert "data" not in answer.json()


@pytest.mark.parametrize("accept, status", [(GRAPHQL, 403), (JSON, 200)])
async def test_what_no_profile_may_do_is_refused_as_a_whole(ask: Asker, accept, status):
    answer = await ask("{ number staffSecret }", headers={"accept": accept})

    assert (answer.status_code, code(answer)) == (status, "FORBIDDEN")
    assert "data" not in answer.json()


async def test_roles_are_judged_before_input_is(ask: Asker):
    answer = await ask("query ($n: Int!) { echo(number: $n) staffSecret }", variables={"n": "nonsense"})

    assert code(answer) == "FORBIDDEN"


async def test_a_refusal_at_a_field_is_no_refusal_of_the_request(ask: Asker):
    answer = await ask("mutation { refuse }")

    assert (answer.status_code, answer.json()["data"]) == (200, {"refuse": None})
    assert answer.json()["errors"][0]["path"] == ["refuse"]
    assert code(answer) == "FORBIDDEN"


@pytest.mark.parametrize("authorization", [f"Bearer {token}" for token in ("north.dead", "x", "south.customer ")] + ANYTHING_BUT_A_TOKEN)
async def test_a_dead_or_malformed_token_refuses_even_what_strangers_may_see(ask: Asker, authorization):
    for text in ("{ number }", "{ __typename }", "{ __schema { queryType { name } } }", RENAME):
        answer = await ask(text, headers={"authorization": authorization.strip(" ") if authorization.endswith(" ") else authorization})

        assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["Bearer north.dead", *ANYTHING_BUT_A_TOKEN])
async def test_signing_in_is_possible_whatever_token_is_left_over(ask: Asker, authorization):
    assert (await ask(SIGN_IN, headers={"authorization": authorization})).json()["data"] == {"signIn": "me"}


async def test_a_query_beside_a_sign_in_is_no_sign_in(ask: Asker):
    answer = await ask(f"{SIGN_IN.replace('mutation', 'mutation a')} query b {{ number }}", operationName="b", token="north.dead")

    assert code(answer) == "UNAUTHENTICATED"


async def test_two_tokens_are_none(small: Small):
    async with small.client() as client:
        headers = [("authorization", "Bearer north.customer"), ("authorization", "Bearer north.agent")]
        answer = await client.post("/graphql", json={"query": "{ who }"}, headers=headers)

    assert code(answer) == "UNAUTHENTICATED"


@pytest.mark.row("X-5")
async def test_the_host_of_another_house_refuses_a_token(ask: Asker):
    for host in ("south.example", "SOUTH.example:443"):
        assert code(await ask("{ number }", headers={"host": host})) == "UNAUTHENTICATED"
    for host in ("north.example", "www.north.example", "localhost:8000", "elsewhere.example"):
        assert (await ask("{ number }", headers={"host": host})).json()["data"] == {"number": 1}


async def test_a_host_is_looked_up_once_in_a_while(ask: Asker, small: Small):
    for _ in range(5):
        await ask("{ number }")

    assert small.memory.asked_hosts == ["north.example"]


@pytest.mark.parametrize("host", ["", "a b", "x'; drop table", "[::1]:8000", "-", "a" * 300, "portal:north"])
async def test_names_that_are_none_are_not_looked_up(small: Small, host):
    assert await small.endpoint.hosts.door(host) is None
    assert [name for name in small.memory.asked_hosts if name != "portal"] == []


async def test_the_portal_of_the_host_is_handed_to_resolvers(small: Small, ask: Asker):
    await ask("{ number }", token=None)
    await ask("{ number }", token=None, headers={"host": "elsewhere.example"})

    assert [door and door.tenant_id for door in small.doors] == [NORTH, None]


async def test_a_remembered_standing_is_used_until_it_has_changed(ask: Asker, small: Small):
    await ask("{ who }")
    await ask("{ who }")
    assert small.memory.reads == 1

    small.change("north.customer")

    assert (await ask("{ who }")).json()["data"] == {"who": "CUSTOMER"}
    assert small.memory.reads == 2


async def test_a_session_that_ended_is_noticed_by_a_query_that_reads_nothing(ask: Asker, small: Small):
    await ask("{ number }")

    del small.memory.living["north.customer"]

    assert code(await ask("{ __typename }")) == "UNAUTHENTICATED"


async def test_a_right_that_was_just_given_is_had_at_once(ask: Asker, small: Small):
    assert code(await ask("{ staffSecret }")) == "FORBIDDEN"

    small.memory.living["north.customer"] = auth("north.agent", realm=small.memory.living["north.agent"].realm)

    assert (await ask("{ staffSecret }")).json()["data"] == {"staffSecret": "for staff"}


async def test_a_mutation_never_runs_on_what_is_remembered(ask: Asker, small: Small):
    await ask("{ number }")
    small.change("north.customer")
    reads = small.memory.reads

    assert (await ask(RENAME)).json()["data"] == {"rename": "new"}
    assert small.done == ["new"]
    assert small.memory.reads == reads + 1


async def test_a_query_that_runs_again_pays_once(small: Small):
    ask = Asker(small)
    await ask("{ things { totalCount } }")
    small.change("north.customer")

    answer = await ask("{ things { totalCount } }")

    assert answer.json()["extensions"]["cost"]["remaining"] >= Bounds().budgets.capacity - 2 * 26


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ ...f } fragment f on Query { __schema { queryType { name } } }",
    ],
)
async def test_the_schema_is_shown_to_those_who_are_signed_in(ask: Asker, text):
    assert "errors" not in (await ask(text)).json()

    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        answer = await ask(text, token=None, headers={"accept": accept})
        assert (answer.status_code, code(answer)) == (status, "INTROSPECTION_DISABLED")


async def test_strangers_may_ask_for_the_name_of_a_type(ask: Asker):
    assert (await ask("{ __typename thing { __typename } }", token=None)).json()["data"] == {
        "__typename": "Query",
        "thing": {"__typename": "Thing"},
    }


async def test_the_languages_a_client_reads_are_told_in_their_order(ask: Asker, small: Small):
    answer = await ask("{ number }", headers={"accept-language": "nl;q=0.5, fr-BE, *;q=0.1, de;q=0"})

    assert small.languages == [("fr-be", "nl")]
    assert answer.headers["content-language"]
    assert "accept-language" in answer.headers["vary"]
