"""Companies and persons are found as people type them, and by nobody who does not see what they are found by."""

import pytest

from tests.api.asking import read
from tests.world import World

SEARCH = "query ($search: String!) { companies(filter: {search: $search}) { nodes { legalName } } }"
NAMES = {
    "M\xfcller & S\xf6hne": ["M\xdcLLER", "Muller", "mueller", "sohne muller", "soehne"],
    "\xc9lectricit\xe9 H\xe9l\xe8ne Lef\xe8vre": ["electricite", "helene", "Lef\xe8vre", "LEFEVRE", "lef elec"],
    "\xd8ystein \u0141ukasz \u0130stanbul": ["oystein", "oeystein", "lukasz", "istanbul", "\u0130STANBUL"],
    "Stra\xdfe \xc6sir": ["strasse", "STRA\xdfE", "aesir", "\xe6sir"],
    "O'Brien-Smith S.A. 24 7": ["obrien", "o'brien", "brien", "smith", "sa", "24 7", "247", "brien\u200b"],
}
CONTACTS = {"EMAIL": ("jean.dupont@garage.example", ["jean.dupont@garage.example", "dupont", "garage.ex", "Dupont@Garage"]),
            "PHONE": ("+32470123456", ["0470 12 34 56", "0470/12", "+32 470", "0032470123456", "3456", "123456"])}  # fmt: skip


async def found(world: World, who: str, search: str) -> list[str]:
    return [row["legalName"] for row in (await read(world, who, SEARCH, search=search))["companies"]["nodes"]]


async def test_a_name_is_found_by_any_of_its_words_in_any_spelling(own_world: World):
    for name, searches in NAMES.items():
        await own_world.owner.execute("update party set legal_name = $2 where id = $1", own_world.ids["t1", "party", "P1"], name)
        for search in searches:
            assert name in await found(own_world, "agent", search), (name, search)
        assert name not in await found(own_world, "agent", f"{searches[0]} nowhere")


@pytest.mark.parametrize("number", ["0403.170.701", "0403170701", "403170701", "BE 0403.170.701", "170 701"])
async def test_a_company_is_found_by_its_number(own_world: World, number: str):
    key = own_world.ids["t1", "party", "P1"]
    await own_world.owner.execute("update party set enterprise_number = '0403.170.701', vat_number = 'BE0403170701' where id = $1", key)
    assert len(await found(own_world, "agent", number)) == 1


@pytest.mark.parametrize("kind", CONTACTS)
async def test_who_is_found_by_an_address_sees_the_address(own_world: World, kind: str):
    value, searches = CONTACTS[kind]
    key = own_world.ids["t1", "party", "P4"]
    name = await own_world.owner.fetchval("select legal_name from party where id = $1", key)
    await own_world.owner.execute(
        "update contact_point set value = $2, kind = $3 where party_id = $1 and external_id = 'P4-CALL'", key, value, kind
    )
    for search in searches:
        assert name in await found(own_world, "agent", search), search
        assert name not in await found(own_world, "admin2", search), search


async def test_words_go_with_what_had_them(own_world: World):
    key = own_world.ids["t1", "party", "P1"]
    await own_world.owner.execute("update party set legal_name = 'Formerly' where id = $1", key)
    await own_world.owner.execute("update party set legal_name = 'Nowadays' where id = $1", key)
    assert await found(own_world, "agent", "formerly") == []
    assert await found(own_world, "agent", "nowadays") == ["Nowadays"]


async def test_a_search_has_few_words(own_world: World):
    answer = await own_world.ask("agent", SEARCH, search="a b c d e f g h i")
    assert answer.errors[0]["extensions"]["rule"] == "search.words"
