"""What one house hands over is seen and touched in that house only, though another has rows of the same names."""

import pytest

from models.imports import ImportMode
from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill


@pytest.mark.row("X-6", part="an import touches the house of its manifest only")
async def test_the_same_numbers_at_another_house_are_left_alone(north: House, south: House):
    for house in (north, south):
        house.files = {"papers/welcome.pdf": PAPER}
        await house.take_rows(mill())
    before = await south.written()
    rows = mill()
    rows["parties"][0]["legal_name"] = "Mill NV"
    rows["contracts"][0]["state"] = "IN_ARREARS"
    rows["operations"] = [rows["operations"][0] | {"deleted": "true"}]

    taken = await north.take_rows(rows)

    assert (taken.counts["UPDATED"], taken.counts.get("REJECTED", 0)) == (3, 0)
    assert await south.written() == before
    assert await south.stored("party", "legal_name") == ["Anna Molen", "Mill SA"]


@pytest.mark.row("X-6", part="a number of another house is no parent")
async def test_what_only_another_house_has_is_missing_here(north: House, south: House):
    await south.take_rows(mill())

    taken = await north.take_rows({"assets": mill()["assets"], "documents": mill()["documents"][:0]})

    assert taken.counts == {"PARKED": 1}
    assert await north.stored("asset") == []
    assert await north.stored("parked_row", "missing_type, missing_external_id") == [("contracts", "C1")]


async def test_what_is_parked_at_one_house_is_not_freed_by_another(north: House, south: House):
    await north.take_rows({"assets": mill()["assets"]})

    await south.take_rows({name: rows for name, rows in mill().items() if name != "assets"})

    assert await north.stored("parked_row") == ["AS1"]
    assert await south.stored("asset") == []


@pytest.mark.parametrize("mode", ImportMode)
async def test_the_export_of_another_house_is_refused(north: House, south: House, mode: ImportMode):
    export = south.export(mill())
    before = await north.contents(), await south.contents()

    taken = await north.take(export, mode=mode)

    assert [row["rule"] for row in taken.report] == ["manifest.tenant"]
    assert (await north.contents(), await south.contents()) == before
    assert await south.stored("import_run", "id") == []


async def test_two_systems_of_one_house_have_names_of_their_own(north: House):
    await north.take_rows(mill())

    other = await north.take_rows({"parties": mill()["parties"], "accounts": mill()["accounts"]}, source="crm")

    assert other.counts == {"CREATED": 3}
    assert await north.stored("account", "source, external_id, number") == [("crm", "A1", "100200"), ("erp", "A1", "100200")]
