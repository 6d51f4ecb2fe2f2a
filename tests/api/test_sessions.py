"""Signing in and out over HTTP, and the sessions that somebody has: on which devices, until when, and how one is ended."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.asking import missing, read, seen
from tests.world import NOW, PASSWORD, World

SIGN_IN = """mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) {
  token session { id deviceName isCurrent assurance createdAt endsAt } errors { message code path } } }"""
SESSIONS = "{ viewer { session { id } sessions { totalCount nodes { id deviceName isCurrent allowedActions } } } }"
REVOKE = "mutation ($id: ID!) { sessionRevoke(input: {session: $id}) { session { id } errors { code } } }"
SIGN_OUT = "mutation { sessionEnd { session { id } errors { code } } }"
ME = "{ viewer { user { displayName } session { id isCurrent } } }"
HOST = "customer-corner.example.com"


async def sign_in(world: World, identifier: str = "111111111", password: str = PASSWORD, **more: Any) -> Any:
    """The payload of signing in at the portal's own host."""
    given = {"identifier": identifier, "password": password, **more}
    answer = await world.ask(None, SIGN_IN, host=HOST, input=given)
    assert "errors" not in answer.json, answer.errors
    return answer.data["sessionCreate"]


async def signed_in(world: World, **more: Any) -> str:
    """The token of a new session."""
    token: str = (await sign_in(world, **more))["token"]
    return token


async def mine(world: World, token: str) -> Any:
    answer = await world.ask(None, SESSIONS, token=token)
    return answer.data["viewer"]


async def test_a_customer_signs_in_with_what_the_portal_asks_for_and_is_who_asks_from_then_on(own_world: World):
    payload = await sign_in(own_world, deviceName="Kitchen tablet")

    assert payload["errors"] == []
    assert payload["session"] | {"id": ""} == {
        "id": "", "deviceName": "Kitchen tablet", "isCurrent": True, "assurance": "PASSWORD", "createdAt": "2026-03-02T09:30:00Z",
        "endsAt": payload["session"]["endsAt"],
    }  # fmt: skip
    answer = await own_world.ask(None, ME, token=payload["token"])
    assert answer.data["viewer"]["session"] == {"id": payload["session"]["id"], "isCurrent": True}


@pytest.mark.row("CC-12")
async def test_a_session_on_a_lost_device_is_ended_from_another_and_the_other_goes_on(own_world: World):
    phone = await signed_in(own_world, deviceName="Phone")
    tablet = await signed_in(own_world, deviceName="Tablet")
    listed = await mine(own_world, phone)
    [lost] = [row for row in listed["sessions"]["nodes"] if row["deviceName"] == "Tablet"]
    assert [row["deviceName"] for row in listed["sessions"]["nodes"]] == ["Tablet", "Phone", "Phone of admin1"]
    assert [row["isCurrent"] for row in listed["sessions"]["nodes"]] == [False, True, False]
    assert lost["allowedActions"] == ["REVOKE"]

    ended = await own_world.ask(None, REVOKE, token=phone, id=lost["id"])

    assert ended.data["sessionRevoke"] == {"session": {"id": lost["id"]}, "errors": []}
    gone, stays = await own_world.ask(None, ME, token=tablet), await own_world.ask(None, ME, token=phone)
    assert (gone.status, gone.codes, gone.data) == (401, ["UNAUTHENTICATED"], None)
    assert stays.data["viewer"]["session"]["id"] == listed["session"]["id"]
    assert [row["deviceName"] for row in (await mine(own_world, phone))["sessions"]["nodes"]] == ["Phone", "Phone of admin1"]


async def test_signing_out_ends_the_session_that_asks_and_no_other(own_world: World):
    first, second = await signed_in(own_world), await signed_in(own_world)

    ended = await own_world.ask(None, SIGN_OUT, token=first)

    assert ended.data["sessionEnd"]["errors"] == []
    assert (await own_world.ask(None, ME, token=first)).codes == ["UNAUTHENTICATED"]
    assert (await own_world.ask(None, SIGN_OUT, token=first)).codes == ["UNAUTHENTICATED"]
    assert (await own_world.ask(None, ME, token=second)).status == 200


async def test_nobody_ends_the_session_of_somebody_else_nor_learns_that_there_is_one(own_world: World):
    theirs = (await read(own_world, "admin2", SESSIONS))["viewer"]["session"]["id"]

    for who in ("admin1", "t2", "agent"):
        await own_world.ask(who, "{ __typename }")
        foreign, none = await own_world.ask(who, REVOKE, id=theirs), await own_world.ask(who, REVOKE, id=missing(theirs))
        assert seen(foreign) == seen(none)
        assert [error["code"] for error in foreign.data["sessionRevoke"]["errors"]] == ["NOT_FOUND"]
    assert (await own_world.ask("admin2", ME)).status == 200


async def test_a_session_ends_when_it_is_not_used_and_when_its_time_is_over(own_world: World):
    token, busy = await signed_in(own_world), await signed_in(own_world)
    portal = (await own_world.ask(None, "{ portal { idleMinutes absoluteMinutes } }", token=token)).data["portal"]
    idle, absolute = (timedelta(minutes=portal[name]) for name in ("idleMinutes", "absoluteMinutes"))

    with own_world.at(NOW + idle - timedelta(minutes=1)):
        assert (await own_world.ask(None, ME, token=busy)).status == 200
    with own_world.at(NOW + idle + timedelta(minutes=1)):
        assert (await own_world.ask(None, ME, token=token)).codes == ["UNAUTHENTICATED"]
        assert (await own_world.ask(None, ME, token=busy)).status == 200
    used = NOW + idle + timedelta(minutes=1)
    while used < NOW + absolute:
        with own_world.at(used):
            assert (await own_world.ask(None, ME, token=busy)).status == 200
        used += idle - timedelta(minutes=1)
    with own_world.at(NOW + absolute + timedelta(minutes=1)):
        assert (await own_world.ask(None, ME, token=busy)).codes == ["UNAUTHENTICATED"]


PASSIVE = {
    "the session": "{ __typename viewer { __typename session { id idleExpiresAt lastSeenAt allowedActions } } }",
    "the portal beside it": "{ viewer { locale ...Mine } portal { status signIn { identifierKinds } } } fragment Mine on Viewer { session { endsAt } }",
    "one of two operations": "query A { viewer { session { id } } } query B { viewer { user { id } } }",
}
ACTIVE = {
    "who it is": "{ viewer { session { id } user { displayName } } }",
    "the list of sessions": "{ viewer { session { id } sessions { totalCount } } }",
    "contracts": "{ viewer { session { id } } contracts { totalCount } }",
    "in a fragment": "{ viewer { ...Mine } } fragment Mine on Viewer { session { id } ...Me } fragment Me on Viewer { user { id } }",
    "the session as a node": "query ($id: ID!) { node(id: $id) { id } }",
    "another operation": "query A { viewer { user { id } } } query B { viewer { session { id } } }",
}


@pytest.mark.row("CO-26")
@pytest.mark.parametrize("what", [*PASSIVE, *ACTIVE])
async def test_asking_only_how_long_a_session_still_has_does_not_keep_it_alive(own_world: World, what: str):
    document = (PASSIVE | ACTIVE)[what]
    payload = await sign_in(own_world)
    idle = timedelta(minutes=15)
    body = {"query": document, "variables": {"id": payload["session"]["id"]} if "$id" in document else {}}
    more = {"operationName": "A"} if "query A" in document else {}
    asked: list[Any] = []

    for at in (NOW + timedelta(minutes=7), NOW + idle - timedelta(seconds=1)):
        with own_world.at(at):
            async with own_world.client() as client:
                answer = await client.post("/graphql", json=body | more, headers={"authorization": f"Bearer {payload['token']}"})
            asked.append(answer.json())
    with own_world.at(NOW + idle):
        last = await own_world.ask(None, ME, token=payload["token"])

    assert not any("errors" in answer for answer in asked)
    assert (last.codes == ["UNAUTHENTICATED"]) is (what in PASSIVE)
    if what == "the session":
        assert asked[1]["data"]["viewer"]["session"]["idleExpiresAt"] == "2026-03-02T09:45:00Z"


async def test_passive_questions_end_with_the_session_too(own_world: World):
    token = await signed_in(own_world)
    with own_world.at(NOW + timedelta(minutes=15)):
        assert (await own_world.ask(None, PASSIVE["the session"], token=token)).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("identifier, password", [("111111111", "wrong"), ("999999999", "wrong"), ("222222221", PASSWORD), ("", ""), ("100200300", PASSWORD)])  # fmt: skip
async def test_known_and_unknown_people_are_refused_in_the_same_bytes(own_world: World, identifier: str, password: str):
    known = await own_world.ask(None, SIGN_IN, host=HOST, input={"identifier": "111111111", "password": "not this"})
    other = await own_world.ask(None, SIGN_IN, host=HOST, input={"identifier": identifier, "password": password})

    assert seen(known)[:3] == seen(other)[:3]
    assert known.data["sessionCreate"]["token"] is None
    assert [error["code"] for error in known.data["sessionCreate"]["errors"]] == ["INVALID_CREDENTIALS"]


async def test_a_device_that_is_known_signs_in_while_strangers_keep_its_owner_locked_out(own_world: World):
    document = SIGN_IN.replace("token session", "token deviceToken session")
    given = {"identifier": "111111111", "password": PASSWORD}
    first = (await own_world.ask(None, document, host=HOST, input=given)).data["sessionCreate"]
    for guess in range(6):
        await sign_in(own_world, password=f"guess {guess}")

    stranger = await sign_in(own_world)
    owner = (await own_world.ask(None, document, host=HOST, input=given | {"deviceToken": first["deviceToken"]})).data["sessionCreate"]

    assert [error["code"] for error in stranger["errors"]] == ["LOCKED"]
    assert (owner["errors"], owner["deviceToken"]) == ([], first["deviceToken"])


async def test_one_address_that_tries_many_people_is_told_to_wait_and_nobody_else_is(own_world: World):
    tried = [await sign_in(own_world, f"{500000000 + n}", "Spring-2026") for n in range(12)]
    assert [payload["errors"][0]["code"] for payload in tried] == ["INVALID_CREDENTIALS"] * 10 + ["RATE_LIMITED"] * 2
    with own_world.at(NOW + timedelta(minutes=1)):
        assert (await sign_in(own_world))["errors"] == []


@pytest.mark.row("X-11", part="a thousand sign-ins in one request are refused, and the allowed ones count each")
async def test_sign_ins_in_one_request_are_bounded_and_each_counts(own_world: World):
    one = 'm{}: sessionCreate(input: {{identifier: "111111111", password: "guess {}"}}) {{ token errors {{ code }} }}'

    many = await own_world.ask(None, f"mutation {{ {' '.join(one.format(i, i) for i in range(1_000))} }}", host=HOST)
    two = await own_world.ask(None, f"mutation {{ {one.format(1, 1)} {one.format(2, 2)} }}", host=HOST)

    assert (many.codes, two.codes) == (["OPERATION_TOO_LARGE"], ["OPERATION_TOO_LARGE"])
    assert await own_world.owner.fetchval("select coalesce(sum(failures), 0) from sign_in_bucket") == 0
    for guess in range(5):
        await sign_in(own_world, password=f"guess {guess}")
    assert [error["code"] for error in (await sign_in(own_world))["errors"]] == ["LOCKED"]


@pytest.mark.row("X-23")
async def test_a_user_without_a_profile_reaches_nothing_and_falls_back_on_nobody(world: World):
    everything = """{ contracts { totalCount nodes { id } } assets { totalCount } installments { totalCount } invoices { totalCount }
      documents { totalCount } payments { totalCount } directDebits { totalCount } mandates { totalCount } accounts { totalCount nodes { id } }
      companies { totalCount } cases { totalCount } statements { totalCount } operations { totalCount } }"""
    data = await read(world, "noone", everything)
    viewer = await read(world, "noone", "{ viewer { profiles { id } user { party { id } } } persons { nodes { id } } }")

    assert {name: found["totalCount"] for name, found in data.items()} == dict.fromkeys(data, 0)
    assert data["contracts"]["nodes"] == data["accounts"]["nodes"] == viewer["viewer"]["profiles"] == []
    assert viewer["persons"]["nodes"] == [viewer["viewer"]["user"]["party"]]  # of all people, they see themselves
