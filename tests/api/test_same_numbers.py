"""Two houses have customers, contracts and logins of the same numbers: each request touches those of one."""

import tempfile
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from channels.files import FileStore
from models import Portal, PortalUser, Tenant
from models.connecting import writing_to
from tenants.passwords import SCHEMES
from tests.api.asking import read
from tests.world import World, bring_in, files_folder
from tests.world_rows import Rows, account, profile, together, user, write

SIGN_IN = """mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) { token errors { code } } }"""
WHO = "{ accounts { nodes { id number } } }"
SEARCH = """query ($n: String!) { accounts(filter: {search: $n}) { totalCount nodes { id } } contracts(filter: {search: "A1/2026/001"}) { nodes { id account { id } } } }"""  # fmt: skip


async def handed_over(world: World, house: str, rows: Rows) -> None:
    jobs = await asyncpg.connect(world.urls.jobs, server_settings={"search_path": "bailiwick"})
    with tempfile.TemporaryDirectory() as folder:
        await bring_in(jobs, house, write(Path(folder) / "more", house, rows, sequence=2), FileStore.in_folder(files_folder()))
    await jobs.close()


@pytest.mark.row("X-6")
async def test_a_search_finds_the_customer_of_the_callers_house_only(world: World):
    found = {who: await read(world, who, SEARCH, n="100200300") for who in ("admin1", "agent", "t2")}

    ids = {who: {node["id"] for node in data["accounts"]["nodes"]} for who, data in found.items()}
    assert {who: data["accounts"]["totalCount"] for who, data in found.items()} == {"admin1": 1, "agent": 1, "t2": 1}
    assert ids["admin1"] == ids["agent"] != ids["t2"]
    for who, data in found.items():
        assert {node["account"]["id"] for node in data["contracts"]["nodes"]} == ids[who]


@pytest.mark.row("X-6")
async def test_one_login_at_two_houses_is_two_people(own_world: World):
    """Each signs in at the portal of their house, with their own secret, and with no other."""
    await handed_over(own_world, "t4", together(user("twin", ("LOGIN_ID", "111111111")), profile("twin", "A1-ACC", "VIEWER")))
    async with writing_to(own_world.urls.owner):
        await Portal.add(await Tenant.get(key="t4"), "corner-of-the-fourth", "Corner", own_world.now, "customer-corner")
        for name, secret in (("twin", "Of-The-Fourth-44"), ("admin1", "Of-The-First-11")):
            await (await PortalUser.get(external_id=name)).set_secret(SCHEMES.hash(secret), own_world.now)

    async def signed_in(portal: str, password: str) -> Any:
        given = {"identifier": "111111111", "password": password, "portal": portal}
        return (await read(own_world, None, SIGN_IN, input=given))["sessionCreate"]

    first, fourth = await signed_in("customer-corner", "Of-The-First-11"), await signed_in("corner-of-the-fourth", "Of-The-Fourth-44")
    crossed = [await signed_in("corner-of-the-fourth", "Of-The-First-11"), await signed_in("customer-corner", "Of-The-Fourth-44")]

    assert (first["token"].partition(".")[0], fourth["token"].partition(".")[0]) == ("t1", "t4")
    assert [[error["code"] for error in one["errors"]] for one in crossed] == [["INVALID_CREDENTIALS"]] * 2
    seen = [
        {node["number"] for node in (await own_world.ask(None, WHO, token=one["token"])).data["accounts"]["nodes"]}
        for one in (first, fourth)
    ]
    assert "100200300" in seen[0] and "100200300" not in seen[1]


@pytest.mark.row("X-14")
@pytest.mark.row("CC-2")
async def test_fifty_contracts_take_as_many_statements_as_two(own_world: World):
    """With their assets, invoices, the head of their schedule, and who may see them."""
    many = [account(f"A5{n}", f"10020050{n}", "P1", "Many", "customer-corner", contracts=28) for n in (0, 1)]
    seen = [profile("admin1", f"A5{n}-ACC", "ADMINISTRATOR", "HOLDER") for n in (0, 1)]
    await handed_over(own_world, "t1", together(*many, *seen))
    query = """query ($first: Int) { contracts(first: $first) { nodes { number assets(first: 2) { nodes { designation } } invoices(first: 5) { nodes { number } }
      amortizationSchedule { revision status } account { profiles(first: 2) { nodes { role user { displayName } } } } } } }"""

    await read(own_world, "admin1", query, first=1)
    few, all_ = await own_world.ask("admin1", query, first=2), await own_world.ask("admin1", query, first=50)

    assert "errors" not in all_.json, all_.errors
    assert (len(few.data["contracts"]["nodes"]), len(all_.data["contracts"]["nodes"])) == (2, 50)
    assert all(
        node["assets"]["nodes"] and node["invoices"]["nodes"] for node in all_.data["contracts"]["nodes"] if "-" not in node["number"][:1]
    )
    assert few.statements == all_.statements
