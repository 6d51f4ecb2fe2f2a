"""What anyone may know of a portal before signing in: whose it is, how it looks, what it speaks, and whether it is open."""

import pytest

from tests.api.asking import read
from tests.world import World

SHOWN = """query ($key: String) { portal(key: $key) { key brand status maintenanceNotice locales senders officialHosts timeZone
  financeHouse { legalName } signIn { identifierKinds primaryFactors } features } }"""


@pytest.mark.row("CF-26")
async def test_two_portals_of_one_house_show_two_brands_and_one_legal_entity(world: World):
    first, second = [(await read(world, None, SHOWN, key=key))["portal"] for key in ("cofinoga", "norrsken")]

    assert (first["brand"], second["brand"]) == ("Cofinoga", "Norrsken")
    assert first["financeHouse"] == second["financeHouse"] == {"legalName": "House t4"}
    assert (await read(world, None, SHOWN, key="cofidis"))["portal"]["financeHouse"] == {"legalName": "House t2"}


@pytest.mark.row("CF-10", part="whether it is open, and the notice when it is not")
async def test_a_portal_says_whether_it_is_open_and_what_is_to_be_known_when_it_is_not(own_world: World):
    before = (await read(own_world, None, SHOWN, key="cofidis"))["portal"]
    await own_world.owner.execute("update portal set maintenance_notice = 'Back at noon.' where key = 'cofidis'")

    after = (await read(own_world, None, SHOWN, key="cofidis"))["portal"]

    assert (before["status"], before["maintenanceNotice"]) == ("OPEN", None)
    assert (after["status"], after["maintenanceNotice"]) == ("MAINTENANCE", "Back at noon.")


@pytest.mark.row("CC-47", part="the languages and the hosts of the Belgian portal; senders and mails come with their issue")
async def test_the_belgian_portal_speaks_french_first_and_names_its_own_addresses(world: World):
    portal = (await read(world, None, SHOWN, key="customer-corner"))["portal"]

    assert portal["locales"] == ["fr", "nl", "en"]
    assert portal["officialHosts"] == ["customer-corner.example.com"]
    assert portal["timeZone"] == "Europe/Brussels"


@pytest.mark.row("CC-47", part="the language somebody is answered in")
async def test_somebody_is_answered_in_the_language_that_they_ask_for_where_the_portal_speaks_it(world: World):
    """Else in their own, which is English here."""
    async with world.client() as client:
        for wanted, answered in (("nl-BE, fr;q=0.5", "nl"), ("fr-CA", "fr"), ("sv, fr;q=0.1", "fr"), ("sv", "en"), ("", "en")):
            response = await client.post(
                "/graphql",
                json={"query": "{ viewer { locale } }"},
                headers={"authorization": "Bearer t1.admin1-is-signed-in", "accept-language": wanted},
            )
            assert (response.json()["data"]["viewer"]["locale"], response.headers["content-language"]) == (answered, answered)


async def test_a_portal_that_is_none_is_null(world: World):
    for key in ("nowhere", "", "cofidis ", "x" * 200):
        assert await read(world, None, SHOWN, key=key) == {"portal": None}
