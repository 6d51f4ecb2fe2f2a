"""Who is in the demo, and how operators name people: whoever the issue asks for is there, at the portal of every preset."""

import pytest

from models.base import Invalid
from models.connecting import writing_to
from models.presets import DEFAULT, PRESETS
from server.demo_people import STAFF, doors, is_typed, people_at
from server.generator import PEOPLE
from server.operating import Unwilling
from server.people import find, give_secret, new_secret
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
    for secret in {new_secret() for _ in range(200)}:
        for rules in (preset.secret_rules for preset in PRESETS.values() if preset.secret_rules.exact_digits is None):
            assert len(secret) >= rules.min_length
            assert sum(map(str.isupper, secret)) >= rules.upper
            assert sum(map(str.islower, secret)) >= rules.lower
            assert sum(map(str.isdigit, secret)) >= rules.digits
            assert sum(not sign.isalnum() for sign in secret) >= rules.punctuation
    assert len({new_secret() for _ in range(200)}) == 200
    assert {door.preset for _, door in doors() if is_typed(door)} == {"customer-corner", "cofidis"}
