"""Who is in the demo, and how operators name people: whoever the issue asks for is there, at the portal of every preset."""

from typing import Any

import pytest

from models import AuditEvent
from models.base import Invalid
from models.connecting import writing_to
from models.passwords import new_secret, secret_faults
from models.portal_rules import SecretRules
from models.presets import DEFAULT, PRESETS
from server.commands.operations import Unwilling
from server.commands.people import find, give_secret, unlock
from server.demo.people import STAFF, doors, is_typed, people_at
from server.generator import PEOPLE
from tests.demo import Demo

SIGN_IN = "mutation($i: String!, $p: String!, $at: String!) { sessionCreate(input: {identifier: $i, password: $p, portal: $at}) { token errors { code } } }"


def test_every_preset_has_its_portal_and_every_portal_its_people():
    assert {door.preset for _, door in doors()} == set(PRESETS) - {DEFAULT}
    for house, door in doors():
        people = people_at(house, door)
        assert any(right.role == "ADMINISTRATOR" for person in people for right in person.rights), door.key
        assert any(right.role == "VIEWER" for person in people for right in person.rights), door.key
        assert any(len(person.rights) > 1 and {right.role for right in person.rights} == {"VIEWER"} for person in people), door.key
        own = [person for person in PEOPLE[house.key] if person.portal == door.key]
        numbers = {person.key: {r.customer for r in person.rights if r.role == "ADMINISTRATOR"} for person in own}
        joined = {person.joined_with: numbers[person.key] for person in own if person.joined_with}
        assert any(len(customers | joined.get(key, set())) > 1 for key, customers in numbers.items()), door.key
        assert STAFF[house.key]


async def test_a_new_password_takes_the_place_of_the_one_before(demo: Demo):
    name, secret = await give_secret(demo.settings, "elise@valdesenne.example", None, None)

    old = await demo.ask("nobody", SIGN_IN, {"i": "111111111", "p": "Open-Sesame-42", "at": "valdesenne"})
    new = await demo.ask("nobody", SIGN_IN, {"i": "111111111", "p": secret, "at": "valdesenne"})

    assert name == "Élise Vanderelst"
    assert old["data"]["sessionCreate"] == {"token": None, "errors": [{"code": "INVALID_CREDENTIALS"}]}
    assert new["data"]["sessionCreate"]["token"].startswith("valdesenne.")


STAFF_SIGN_IN = """mutation($i: String!, $p: String!, $at: String!) {
  staffSessionCreate(input: {email: $i, password: $p, tenant: $at}) { token errors { code } } }"""
SEEN = {"customer": (SIGN_IN, "sessionCreate", "111111111"), "staff": (STAFF_SIGN_IN, "staffSessionCreate", "katrien@valdesenne.example")}


async def sign_in(demo: Demo, realm: str, password: str) -> dict[str, Any]:
    document, field, who = SEEN[realm]
    answer = await demo.ask("nobody", document, {"i": who, "p": password, "at": "valdesenne"})
    return dict(answer["data"][field])


async def codes(demo: Demo, realm: str, password: str) -> list[str]:
    return [error["code"] for error in (await sign_in(demo, realm, password))["errors"]]


async def reads(demo: Demo, token: str) -> bool:
    demo.tokens["somebody"] = token
    return "errors" not in await demo.ask("somebody", "{ viewer { session { id } } }", {})


@pytest.mark.parametrize("realm", SEEN)
async def test_a_new_password_ends_every_session_and_every_lock(demo: Demo, realm: str):
    tokens = [(await sign_in(demo, realm, "Open-Sesame-42"))["token"] for _ in range(2)]
    for _ in range(5):
        assert await codes(demo, realm, "wrong") == ["INVALID_CREDENTIALS"]
    assert await codes(demo, realm, "Open-Sesame-42") == ["LOCKED"]
    assert [await reads(demo, token) for token in tokens] == [True, True]

    _, secret = await give_secret(demo.settings, SEEN[realm][2], "valdesenne", None)

    assert [await reads(demo, token) for token in tokens] == [False, False]
    assert await codes(demo, realm, secret) == []
    assert await events(demo, "secret.set") == [("OPERATOR", "User" if realm == "customer" else "Staff")]


@pytest.mark.parametrize("realm", SEEN)
async def test_an_operator_ends_a_lock_and_sessions_go_on(demo: Demo, realm: str):
    token = (await sign_in(demo, realm, "Open-Sesame-42"))["token"]
    for _ in range(5):
        await codes(demo, realm, "wrong")
    assert await codes(demo, realm, "Open-Sesame-42") == ["LOCKED"]

    _, counts = await unlock(demo.settings, SEEN[realm][2], "valdesenne")

    assert counts > 0
    assert await codes(demo, realm, "Open-Sesame-42") == []
    assert await reads(demo, token)
    assert await events(demo, "sign_in.unlock") == [("OPERATOR", "User" if realm == "customer" else "Staff")]


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("a", ["secret.min_length", "secret.upper", "secret.digits", "secret.punctuation", "secret.common"]),
        ("Vanderelst-42", ["secret.identifier", "secret.common"]),
        ("X-111111111-y", ["secret.identifier"]),
        ("Password11!", ["secret.common"]),
        ("A1!" * 50 + "2", ["secret.too_long", "secret.common"]),
    ],
)
async def test_an_operator_gives_no_password_that_breaks_the_rules_of_the_portal(demo: Demo, password: str, rules: list[str]):
    with pytest.raises(Invalid) as refused:
        await give_secret(demo.settings, "elise@valdesenne.example", None, password)

    assert [fault.rule for fault in refused.value.faults] == rules
    assert password not in str(refused.value) or len(password) == 1
    assert await codes(demo, "customer", "Open-Sesame-42") == []
    assert await events(demo, "secret.set") == []


async def test_staff_have_the_rules_of_the_safe_preset(demo: Demo):
    with pytest.raises(Invalid) as refused:
        await give_secret(demo.settings, "katrien@valdesenne.example", "valdesenne", "Kq7#vPz2")
    assert [fault.rule for fault in refused.value.faults] == ["secret.min_length"]
    await give_secret(demo.settings, "katrien@valdesenne.example", "valdesenne", "é" * 3 + "Kq7#vPz2" + "x1Z!y" * 23 + "ab")  # 128


async def events(demo: Demo, action: str) -> list[tuple[str, str]]:
    async with writing_to(demo.settings.url("owner")):
        return [(event.realm.value, str(event.target_type)) for event in await AuditEvent.filter(action=action)]


@pytest.mark.parametrize("who", ["hugo", "lina", "kari"])
async def test_a_portal_without_passwords_is_not_bent(demo: Demo, who: str):
    with pytest.raises(Unwilling, match="a portal that has no passwords"):
        await give_secret(demo.settings, who, None, None)


async def test_whoever_comes_in_by_a_token_sees_what_is_behind_all_their_portals(demo: Demo):
    answer = await demo.ask("Hugo Marchetti", "{ accounts { nodes { number portal { key } } } }", {})
    assert [(row["number"], row["portal"]["key"]) for row in answer["data"]["accounts"]["nodes"]] == [
        ("800100", "orvanne"),
        ("800200", "nordelis"),
    ]


@pytest.mark.parametrize(
    "who", ["marc", "333333331", "marc@valdesenne.example", "Marc Dewinter", "Anke Willems", "anke@valdesenne.example"]
)
async def test_somebody_is_found_by_whatever_they_go_by(demo: Demo, who: str):
    async with writing_to(demo.settings.url("owner")):
        found = await find(who, None)
    assert (found.tenant.key, found.person.display_name) == (
        "valdesenne",
        "Anke Willems" if who.lower().startswith("anke") else "Marc Dewinter",
    )


@pytest.mark.parametrize(
    ("who", "tenant", "says"), [("marc", "orvanne", "Nobody here is called marc."), ("marc", "nowhere", "There is no house nowhere.")]
)
async def test_nobody_is_found_elsewhere(demo: Demo, who: str, tenant: str, says: str):
    async with writing_to(demo.settings.url("owner")):
        with pytest.raises(Invalid) as refused:
            await find(who, tenant)
    assert refused.value.faults[0].message.startswith(says)


def test_a_password_that_is_made_meets_the_rules_of_every_portal():
    presets = [preset.secret_rules for preset in PRESETS.values() if preset.secret_rules.exact_digits is None]
    assert not any(secret_faults(new_secret(), presets) for _ in range(200))
    strictest = SecretRules(min_length=128, upper=10, lower=10, digits=10, punctuation=10)
    assert not any(secret_faults(new_secret([strictest]), [strictest]) for _ in range(200))
    assert len({new_secret() for _ in range(200)}) == 200
    assert {door.preset for _, door in doors() if is_typed(door)} == {"customer-corner", "cofidis"}
