"""Contracts: all of a customer's, each as its house has exported it, and nobody else's."""

import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from channels.files import FileStore
from models import Contract
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World, bring_in, files_folder
from tests.world_credit import CARD, COVER, GATHERED, LOAN, OVER
from tests.world_leasing import FACILITY, LEASE, RENTAL
from tests.world_rows import contract, write

LIST = "query ($filter: ContractFilter) { contracts(filter: $filter) { totalCount nodes { id number kind account { number } } } }"
ONE = """query ($id: ID!) { contract(id: $id) {
  number kind state startsOn endsOn durationMonths periodicityMonths nextDueOn currency nominalRatePercent aprPercent
  financedAmount { amount currency } overdueAmount { amount } outstandingPrincipal { amount }
  terms { __typename durationMonths
    ... on LeaseTerms { rentExclVat { amount } rentInclVat { amount } residualValue { amount } }
    ... on LoanTerms { installment { amount } nominalRatePercent aprPercent }
    ... on RevolvingTerms { creditLimit { amount } drawn { amount } available { amount } cardLast4 aprPercent installment { amount } nominalRatePercent }
    ... on InsuranceTerms { insurer coverage premium { amount } } } } }"""


async def listed(world: World, who: str, **filter: Any) -> Any:
    return (await read(world, who, LIST, filter=filter or None))["contracts"]


async def one(world: World, who: str, house: str, external_id: str) -> Any:
    return (await read(world, who, ONE, id=world.gid(house, Contract, external_id)))["contract"]


@pytest.mark.row("CC-1")
async def test_a_customer_sees_all_their_contracts_of_every_kind_and_no_others(world: World):
    everything = await listed(world, "admin3")
    rentals = await listed(world, "admin3", kinds=["RENTAL"])

    assert sorted(row["kind"] for row in everything["nodes"]) == ["CREDIT_FACILITY", "FINANCE_LEASE", "LOAN", "RENTAL"]
    assert {row["account"]["number"] for row in everything["nodes"]} == {"100 200-500"}
    assert (everything["totalCount"], rentals["totalCount"]) == (4, 1)
    assert [row["number"] for row in rentals["nodes"]] == ["RE-0004"]
    await hidden(world, ONE, world.gid("t1", Contract, RENTAL))
    await found_by_nobody_else(world, LIST, filter={"number": "RE-0004"})


@pytest.mark.row("CC-3")
async def test_a_contract_is_shown_as_it_was_exported_and_what_is_unknown_is_null(world: World):
    await shows(world, "admin3", "contracts", "A3")
    lease, rental = await one(world, "view3", "t1", LEASE), await one(world, "view3", "t1", RENTAL)

    assert lease | {"terms": None} == {
        "number": "LE 2025/0001-A", "kind": "FINANCE_LEASE", "state": "ACTIVE", "startsOn": "2025-01-15", "endsOn": "2030-01-14", "durationMonths": 60,
        "periodicityMonths": 1, "nextDueOn": "2026-04-02", "currency": "EUR", "nominalRatePercent": "3.60", "aprPercent": "3.66",
        "financedAmount": {"amount": "50000.00", "currency": "EUR"}, "overdueAmount": {"amount": "0.00"}, "outstandingPrincipal": {"amount": "41000.12"}, "terms": None,
    }  # fmt: skip
    assert lease["terms"] == {"__typename": "LeaseTerms", "durationMonths": 60, "rentExclVat": {"amount": "904.21"}, "rentInclVat": {"amount": "1094.09"}, "residualValue": {"amount": "500.00"}}  # fmt: skip
    known = {"number": "RE-0004", "kind": "RENTAL", "state": "ACTIVE", "startsOn": "2025-09-01", "currency": "EUR"}
    assert rental == {name: None for name in rental} | known | {"terms": {"__typename": "LeaseTerms", "durationMonths": None, "rentExclVat": None, "rentInclVat": None, "residualValue": None}}  # fmt: skip
    await hidden(world, ONE, world.gid("t1", Contract, LEASE))


@pytest.mark.row("CF-1")
async def test_each_kind_of_contract_has_the_terms_of_its_kind(world: World):
    card, loan, gathered, cover = [(await one(world, "anna", "t4", key))["terms"] for key in (CARD, LOAN, GATHERED, COVER)]

    assert card == {
        "__typename": "RevolvingTerms", "durationMonths": None, "creditLimit": {"amount": "3000.00"}, "drawn": {"amount": "650.00"}, "available": {"amount": "2350.00"},
        "cardLast4": "0123", "installment": {"amount": "57.56"}, "nominalRatePercent": "12.50", "aprPercent": "13.25",
    }  # fmt: skip
    assert loan == gathered == {"__typename": "LoanTerms", "durationMonths": 24, "installment": {"amount": "437.82"}, "nominalRatePercent": "4.80", "aprPercent": "5.94"}  # fmt: skip
    assert cover == {"__typename": "InsuranceTerms", "durationMonths": None, "insurer": "Cardif", "coverage": "Death, disability and the loss of work", "premium": {"amount": "12.30"}}  # fmt: skip


@pytest.mark.row("CF-3", part="a contract that is over stays readable, with nothing more to do; the request forms come with requests")
async def test_a_closed_contract_stays_readable(world: World):
    query = """query ($id: ID!) { contract(id: $id) { state endsOn allowedActions nextDueOn latestInstallments { id }
      documents { totalCount } invoices { totalCount } } }"""

    closed = (await read(world, "anna", query, id=world.gid("t4", Contract, OVER)))["contract"]

    assert closed["state"] == "CLOSED" and closed["endsOn"] == "2020-01-31"
    assert closed["allowedActions"] == [] and closed["nextDueOn"] is None
    assert [row["number"] for row in (await listed(world, "anna", states=["CLOSED"]))["nodes"]] == ["PP-01"]


@pytest.mark.row("CO-11")
async def test_a_credit_says_what_was_lent_for_how_long_at_which_rates_and_when_it_is_paid_back(world: World):
    query = """query ($id: ID!) { contract(id: $id) { financedAmount { amount } durationMonths nominalRatePercent aprPercent
      terms { ... on LoanTerms { installment { amount } } }
      amortizationSchedule { status lines { number dueOn payment principal interest closingBalance } } } }"""

    loan = (await read(world, "anna", query, id=world.gid("t4", Contract, LOAN)))["contract"]

    assert (loan["financedAmount"], loan["durationMonths"], loan["terms"]) == (
        {"amount": "10000.00"},
        24,
        {"installment": {"amount": "437.82"}},
    )
    assert (loan["nominalRatePercent"], loan["aprPercent"]) == ("4.80", "5.94")  # requirements/numbers.md, with a fee of 100.00
    lines = loan["amortizationSchedule"]["lines"]
    assert (len(lines), lines[0]["dueOn"]) == (24, "2025-02-15")
    assert (lines[0]["principal"], lines[0]["interest"], lines[0]["closingBalance"]) == ("397.82", "40.00", "9602.18")
    assert (lines[23]["payment"], lines[23]["principal"], lines[23]["interest"], lines[23]["closingBalance"]) == (
        "437.80",
        "436.06",
        "1.74",
        "0.00",
    )
    await hidden(world, query, world.gid("t4", Contract, LOAN), neighbors=("t4", "t2"))


DIRECT = """query ($number: String!) { contracts(filter: {number: $number}, first: 1) { totalCount nodes {
  number assets { nodes { designation } } invoices(first: 5) { nodes { number issuedOn } } } } }"""


@pytest.mark.row("CC-16", part="contract, assets and last invoices in one call; the forms come with requests")
@pytest.mark.parametrize("spelling", ["LE 2025/0001-A", "le20250001a", "  LE-2025 0001.a"])
async def test_one_call_by_number_brings_the_contract_its_equipment_and_its_last_invoices(world: World, spelling: str):
    found = (await read(world, "view3", DIRECT, number=spelling))["contracts"]

    assert found["totalCount"] == 1
    [lease] = found["nodes"]
    assert lease["number"] == "LE 2025/0001-A"
    assert [asset["designation"] for asset in lease["assets"]["nodes"]] == ["Crane", "Hook"]
    assert [invoice["number"] for invoice in lease["invoices"]["nodes"]] == ["CN-1", "INV-2026/0001"]
    await found_by_nobody_else(world, DIRECT, number=spelling)


@pytest.mark.parametrize("number", ["LE 2025/0001", "LE 2025/0001-AB", "E 2025/0001-A", "%", "LE_2025/0001-A", "", " "])
async def test_a_number_is_found_whole_or_not_at_all(world: World, number: str):
    assert (await listed(world, "admin3", number=number))["totalCount"] == 0


async def test_a_search_begins_like_the_number_and_puts_an_exact_one_first(world: World):
    for typed, numbers in {"pp": ["PP-01", "PP-77"], "PP 77": ["PP-77"], "3060": ["3060 1234"], "77": [], "%": [], "_": []}.items():
        assert [row["number"] for row in (await listed(world, "anna", search=typed))["nodes"]] == numbers, typed
    assert (await listed(world, "anna", search="  "))["totalCount"] == 5  # an empty search field asks for nothing


@pytest.mark.row("CC-42", part="reading")
async def test_a_new_contract_under_a_known_customer_number_is_simply_there(own_world: World, tmp_path: Any):
    before = await listed(own_world, "admin1")
    sessions = await own_world.owner.fetchval("select count(*) from session")
    rows = {name: found for name, found in contract("A1", 9, "Mill").items() if name in ("contracts", "assets")}

    jobs = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    try:
        await bring_in(jobs, "t1", write(tmp_path / "next", "t1", rows, sequence=2), FileStore.in_folder(files_folder()))
    finally:
        await jobs.close()

    after = await listed(own_world, "admin1")
    assert after["totalCount"] == before["totalCount"] + 1
    assert {row["number"] for row in after["nodes"]} - {row["number"] for row in before["nodes"]} == {"A1/2026/009"}
    assert await own_world.owner.fetchval("select count(*) from session") == sessions  # nobody had to sign in again
    assert await own_world.owner.fetchval("select count(*) from outbox_message where template like '%invit%'") == 0
    assert "A1/2026/009" not in {row["number"] for row in (await listed(own_world, "admin2"))["nodes"]}


async def test_a_master_agreement_and_what_was_made_under_it_lead_to_each_other(world: World):
    query = "query ($id: ID!) { contract(id: $id) { number parent { number } subcontracts { totalCount nodes { number } } } }"

    master = (await read(world, "admin3", query, id=world.gid("t1", Contract, FACILITY)))["contract"]
    under = (await read(world, "admin3", query, id=world.gid("t1", Contract, LEASE)))["contract"]

    assert master["subcontracts"] == {"totalCount": 1, "nodes": [{"number": "LE 2025/0001-A"}]} and master["parent"] is None
    assert under["parent"] == {"number": "FA-2024-0003"} and under["subcontracts"]["totalCount"] == 0


@pytest.mark.row("X-14", part="the number of statements does not grow with the rows")
async def test_contracts_with_all_that_hangs_on_them_take_as_many_statements_as_one(world: World):
    query = """query ($first: Int) { contracts(first: $first) { totalCount nodes { number
      account { number holder { __typename } profiles(first: 2) { totalCount nodes { role user { displayName } } } }
      assets(first: 3) { totalCount nodes { designation contract { number } } }
      invoices(first: 2) { nodes { number document { title } } }
      installments(first: 2) { nodes { number payments { amount } } }
      amortizationSchedule { revision }
      mandate { reference } documents(first: 2) { nodes { title } } nextInstallment { number } deadlines { kind } allowedActions syncedAt } } }"""
    for who in ("acct", "agent"):
        await read(world, who, query, first=1)
        few, many = await world.ask(who, query, first=2), await world.ask(who, query, first=20)

        assert "errors" not in many.json, many.errors
        assert len(many.data["contracts"]["nodes"]) > len(few.data["contracts"]["nodes"]) == 2
        assert few.statements == many.statements


CARD_NUMBERS = ("30601234567890123", "3060 9876 5432 10987", "3060-1111.2222/33334")


@pytest.mark.row("CF-17", part="shown masked everywhere")
async def test_of_a_card_or_credit_number_only_the_last_four_digits_are_shown(own_world: World, tmp_path: Path):
    """Not in a field, not in a cursor of a list that is sorted by it; and whoever has the number in hand still finds the contract."""
    cards = [
        {"external_id": f"CARD{i}", "account": "A1-ACC", "number": number, "kind": "REVOLVING_CREDIT", "state": "ACTIVE", "currency": "EUR", "starts_on": "2026-01-01"}
        for i, number in enumerate(CARD_NUMBERS)
    ]  # fmt: skip
    jobs = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    await bring_in(jobs, "t4", write(tmp_path / "next", "t4", {"contracts": cards}, sequence=2), FileStore.in_folder(files_folder()))
    await jobs.close()
    query = "{ contracts(first: 100, orderBy: {field: NUMBER}) { pageInfo { endCursor } edges { cursor node { number } } } }"
    answer = await own_world.ask("t4", query)
    shown = {edge["node"]["number"] for edge in answer.data["contracts"]["edges"]}
    assert {"•••• 0123", "•••• 0987", "•••• 3334"} <= shown
    cursors = b"".join(urlsafe_b64decode(edge["cursor"] + "==") for edge in answer.data["contracts"]["edges"])
    for number in CARD_NUMBERS:
        digits = re.sub(r"\D", "", number).encode()
        assert digits not in answer.raw + cursors
        assert number.encode() not in answer.raw + cursors
        assert [node["number"] for node in (await listed(own_world, "t4", number=number))["nodes"]] == [f"•••• {digits[-4:].decode()}"]
        assert [node["number"] for node in (await listed(own_world, "t4", search=number))["nodes"]] == [f"•••• {digits[-4:].decode()}"]
        for known in range(1, 17):  # nobody finds it out digit by digit
            assert (await listed(own_world, "t4", search=digits[:known].decode()))["totalCount"] == 0


async def prefetched(own_world: World, tmp_path: Path, number: str) -> None:
    """A contract with this number, from the house's next export."""
    row = {
        "external_id": "OTHER",
        "account": "A1-ACC",
        "number": number,
        "kind": "LOAN",
        "state": "ACTIVE",
        "currency": "EUR",
        "starts_on": "2026-01-01",
    }
    jobs = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    await bring_in(jobs, "t4", write(tmp_path / "next", "t4", {"contracts": [row]}, sequence=2), FileStore.in_folder(files_folder()))
    await jobs.close()


SPELLINGS = ("3060 1234 5678 90123", "3060\u00a01234567890123", "\uff13\uff10\uff16\uff10 1234567890123", "3060\u20111234567890123", "3060\u200b1234567890123", "(3060) 1234567890123")  # fmt: skip


@pytest.mark.row("CF-17", part="shown masked everywhere")
@pytest.mark.parametrize("number", SPELLINGS)
async def test_no_spelling_of_a_masked_number_is_shown_nor_spelled_out_by_a_search_digit_by_digit(
    own_world: World, tmp_path: Path, number: str
):
    """A search for a beginning would answer for each digit in turn whether it is the right one."""
    await prefetched(own_world, tmp_path, number)
    whole = "30601234567890123"
    for length in range(1, len(whole)):
        assert "•••• 0123" not in [node["number"] for node in (await listed(own_world, "t4", search=whole[:length]))["nodes"]]
    assert "•••• 0123" in [node["number"] for node in (await listed(own_world, "t4", number=number))["nodes"]]
    if "(" not in number:
        assert [node["number"] for node in (await listed(own_world, "t4", search=number))["nodes"]] == ["•••• 0123"]
        assert [node["number"] for node in (await listed(own_world, "t4", search=whole))["nodes"]] == ["•••• 0123"]


@pytest.mark.parametrize("number", ["3060123456789012", "306012345678901234", "40601234567890123", "K-3060"])
async def test_any_other_number_is_shown_as_printed(own_world: World, tmp_path: Path, number: str):
    await prefetched(own_world, tmp_path, number)
    assert [node["number"] for node in (await listed(own_world, "t4", number=number))["nodes"]] == [number]
