"""Financed equipment: what a customer's contracts pay for."""

import pytest

from models import Asset, Contract
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_leasing import LEASE

LIST = """query ($filter: AssetFilter) { assets(filter: $filter) { totalCount nodes {
  designation manufacturer model serialNumber contract { number } } } }"""
OF_CONTRACT = "query ($id: ID!) { contract(id: $id) { assets { totalCount nodes { designation manufacturer model serialNumber } } } }"
ONE = "query ($id: ID!) { asset(id: $id) { designation contract { number } account { number } } }"


@pytest.mark.row("CC-2")
async def test_all_equipment_is_listed_each_with_its_contract(world: World):
    found = (await read(world, "view3", LIST))["assets"]

    assert [(asset["designation"], asset["contract"]["number"]) for asset in found["nodes"]] == [
        ("Chairs", "RE-0004"),
        ("Crane", "LE 2025/0001-A"),
        ("Hook", "LE 2025/0001-A"),
    ]
    assert found["totalCount"] == 3
    await hidden(world, ONE, world.gid("t1", Asset, "A3-CRANE"))
    await found_by_nobody_else(world, LIST, filter={"contracts": [world.gid("t1", Contract, LEASE)]})


@pytest.mark.row("CC-23")
@pytest.mark.parametrize("typed", ["LH-103/0.7788 b", "lh10307788B", "LH103", "lh-10"])
async def test_a_contract_shows_its_equipment_and_is_found_by_a_serial_number(world: World, typed: str):
    await shows(world, "admin3", "assets", "A3")
    crane = {"designation": "Crane", "manufacturer": "Liebherr", "model": "LTM 1030", "serialNumber": "LH-103/0.7788 b"}

    of_contract = (await read(world, "view3", OF_CONTRACT, id=world.gid("t1", Contract, LEASE)))["contract"]["assets"]
    found = (await read(world, "view3", LIST, filter={"search": typed}))["assets"]

    assert of_contract["nodes"] == [crane, {"designation": "Hook", "manufacturer": None, "model": None, "serialNumber": None}]
    assert found == {"totalCount": 1, "nodes": [crane | {"contract": {"number": "LE 2025/0001-A"}}]}
    await hidden(world, OF_CONTRACT, world.gid("t1", Contract, LEASE))
    await found_by_nobody_else(world, LIST, filter={"search": typed})


@pytest.mark.parametrize("typed", ["H-103", "LH_103", "%", "7788"])
async def test_a_serial_number_is_searched_from_its_beginning_and_signs_stand_for_themselves(world: World, typed: str):
    assert (await read(world, "view3", LIST, filter={"search": typed}))["assets"]["totalCount"] == 0
