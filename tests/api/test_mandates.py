"""What may be collected, and what has been."""

from typing import Any

import pytest

from models import Contract, DirectDebit, Mandate
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_credit import DEBITS, LOAN

DEBIT = """id state amount { amount currency } collectionOn prenotifiedOn submittedOn settledOn returnedOn returnReasonCode returnReason
  mandate { reference } payment { state valueOn }"""
LIST = f"query ($filter: DirectDebitFilter) {{ directDebits(filter: $filter, first: 100) {{ totalCount nodes {{ {DEBIT} }} }} }}"
ONE = f"query ($id: ID!) {{ directDebit(id: $id) {{ {DEBIT} }} }}"


@pytest.mark.row("NO-23")
async def test_direct_debits_are_followed_step_by_step(world: World):
    await shows(world, "anna", "direct_debits", "A3")

    rows = (await read(world, "anna", LIST))["directDebits"]

    days = ("prenotifiedOn", "submittedOn", "settledOn", "returnedOn")
    assert [(row["state"], row["collectionOn"], *(row[day] for day in days)) for row in rows["nodes"]] == [
        ("SCHEDULED", "2026-05-05", None, None, None, None),
        ("PRENOTIFIED", "2026-04-05", "2026-03-01", None, None, None),
        ("SUBMITTED", "2026-03-05", "2026-02-10", "2026-03-02", None, None),
        ("SETTLED", "2026-02-05", "2026-01-10", "2026-02-02", "2026-02-06", None),
        ("RETURNED", "2026-01-05", "2025-12-10", "2026-01-02", "2026-01-06", "2026-01-09"),
        ("CANCELLED", "2025-12-05", None, None, None, None),
    ]
    assert rows["totalCount"] == len(DEBITS)
    assert {row["mandate"]["reference"] for row in rows["nodes"]} == {"A3-MANDATE"}
    [back] = [row for row in rows["nodes"] if row["state"] == "RETURNED"]
    assert (back["returnReasonCode"], back["returnReason"]) == ("AM04", "Insufficient funds")
    assert back["payment"] == {"state": "RETURNED", "valueOn": "2026-01-06"}
    for row in DEBITS:
        await hidden(world, ONE, world.gid("t4", DirectDebit, row["external_id"]), neighbors=("t4", "t2"))
    await found_by_nobody_else(world, LIST, neighbors=("t4", "t2"), filter={"contracts": [world.gid("t4", Contract, LOAN)]})


async def test_debits_are_found_by_state_mandate_contract_and_days(world: World):
    async def found(**filter: Any) -> list[str]:
        return [row["state"] for row in (await read(world, "anna", LIST, filter=filter))["directDebits"]["nodes"]]

    mandate = world.gid("t4", Mandate, "A3-MND")
    assert await found(states=["RETURNED", "SCHEDULED"]) == ["SCHEDULED", "RETURNED"]
    assert await found(contracts=[world.gid("t4", Contract, LOAN)]) == ["RETURNED"]
    assert await found(mandates=[mandate], collectionOn={"from": "2026-02-05", "to": "2026-03-05"}) == ["SUBMITTED", "SETTLED"]
    assert await found(mandates=[world.gid("t4", Mandate, "A1-MND")]) == []


async def test_a_mandate_shows_as_much_of_its_bank_account_as_is_ever_shown(world: World):
    query = """{ mandates(orderBy: {field: REFERENCE}) { nodes { reference maskedIban debitDay maxAmount { amount } state contracts { number } directDebits { totalCount } } } }"""
    await shows(world, "admin3", "mandates", "A3")

    works = (await read(world, "admin3", query))["mandates"]["nodes"]
    annas = (await read(world, "anna", query))["mandates"]["nodes"]

    assert works[0] == {"reference": "A3-MANDATE", "maskedIban": "BE** **** **** 6870", "debitDay": 2, "maxAmount": {"amount": "2500.00"}, "state": "ACTIVE", "contracts": [{"number": "LE 2025/0001-A"}], "directDebits": {"totalCount": 0}}  # fmt: skip
    assert works[1]["maskedIban"] is None and works[1]["contracts"] == []
    assert annas[0]["maskedIban"] == "**** **** **** 2606" and annas[0]["directDebits"] == {"totalCount": len(DEBITS)}
    await hidden(world, "query ($id: ID!) { mandate(id: $id) { reference maskedIban } }", world.gid("t1", Mandate, "A3-MND"))


async def test_a_profile_that_is_limited_to_a_contract_sees_its_debits_without_the_mandate(world: World):
    rows = (await read(world, "narrow", LIST))["directDebits"]["nodes"]

    assert [row["mandate"] for row in rows] == [None]  # the mandate collects for other contracts too
    assert (await read(world, "narrow", "{ mandates { totalCount } }")) == {"mandates": {"totalCount": 0}}
