"""Money that moved: two years of it, and what is odd about it."""

from typing import Any

import pytest

from models import Contract, Payment
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_credit import CARD, PAYMENTS

LIST = "query ($filter: PaymentFilter) { payments(filter: $filter, first: 100) { totalCount nodes { id valueOn amount { amount } state anomalies } } }"
ONE = "query ($id: ID!) { payment(id: $id) { valueOn anomalies allocations { amount case { number } invoice { number } installment { number } } } }"


async def listed(world: World, **filter: Any) -> dict[str, Any]:
    """The payments by their external ids."""
    rows = (await read(world, "anna", LIST, filter=filter or None))["payments"]
    assert rows["totalCount"] == len(rows["nodes"])
    known = {world.gid("t4", Payment, key): key for key in PAYMENTS}
    return {known[row["id"]]: row for row in rows["nodes"]}


@pytest.mark.row("CO-18")
async def test_the_history_goes_back_two_years_and_marks_what_is_odd(world: World):
    await shows(world, "anna", "payments", "A3")
    usual, everything = await listed(world), await listed(world, valueOn={"from": None})

    assert set(everything) == set(PAYMENTS)
    assert set(PAYMENTS) - set(usual) == {"A3-P-OLD"}  # of 24 months and a day ago; the one of 24 months ago is there
    assert set(await listed(world, valueOn={"from": "2024-03-01", "to": "2024-03-01"})) == {"A3-P-OLD"}
    assert {key: row["anomalies"] for key, row in everything.items() if row["anomalies"]} == {
        "A3-P-BACK": ["RETURNED"],
        "A3-P-TWICE1": ["DOUBLE_DEBIT"],
        "A3-P-TWICE2": ["DOUBLE_DEBIT"],
        "A3-P-BARE1": ["DOUBLE_DEBIT"],
        "A3-P-BARE2": ["DOUBLE_DEBIT"],
        "A3-P-OTHER": ["AMOUNT_DIFFERS"],
    }
    await hidden(world, ONE, world.gid("t4", Payment, "A3-P-BACK"), neighbors=("t4", "t2"))
    card = world.gid("t4", Contract, CARD)
    await found_by_nobody_else(world, LIST, neighbors=("t4", "t2"), filter={"contracts": [card], "valueOn": {"from": None}})


async def test_a_double_is_seen_though_its_twin_is_on_another_page(world: World):
    query = "query ($after: String) { payments(first: 1, after: $after, filter: {valueOn: {from: null}}) { nodes { id anomalies } pageInfo { endCursor } } }"
    twins, after = [], None
    for _ in PAYMENTS:
        page = (await read(world, "anna", query, after=after))["payments"]
        twins += [row["anomalies"] for row in page["nodes"] if "DOUBLE_DEBIT" in row["anomalies"]]
        after = page["pageInfo"]["endCursor"]

    assert twins == [["DOUBLE_DEBIT"]] * 4


async def test_a_payment_says_what_it_has_paid_and_what_was_paid_says_by_which(world: World):
    back = """query ($id: ID!) { payment(id: $id) { allocations { amount
      invoice { number payments { amount payment { id } } } installment { number payments { amount payment { id } } } case { id } } } }"""
    gid = world.gid("t1", Payment, "A1-C1-P")

    bare = (await read(world, "anna", ONE, id=world.gid("t4", Payment, "A3-P-BARE")))["payment"]
    paid = (await read(world, "view1", back, id=gid))["payment"]["allocations"]

    assert bare["allocations"] == [{"amount": "9.99", "case": {"number": "K/2025-1"}, "invoice": None, "installment": None}]
    assert paid == [
        {"amount": "100.00", "invoice": {"number": "A1-F1", "payments": [{"amount": "100.00", "payment": {"id": gid}}]}, "installment": None, "case": None},
        {"amount": "22.21", "invoice": None, "installment": {"number": 1, "payments": [{"amount": "22.21", "payment": {"id": gid}}]}, "case": None},
    ]  # fmt: skip
