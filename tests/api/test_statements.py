"""Credit lines: month by month, and movement by movement."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from models import Contract, Operation, Statement
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_credit import BALANCES, CARD, MOVES

BALANCE = "openingBalance { amount currency } closingBalance { amount currency }"
OF_CONTRACT = f"""query ($id: ID!) {{ contract(id: $id) {{ statements(orderBy: {{field: PERIOD_FROM_ON}}) {{ totalCount nodes {{ periodFromOn periodToOn {BALANCE}
  operations {{ bookedOn kind amount {{ amount }} }} }} }} }} }}"""
ONE = f"query ($id: ID!) {{ statement(id: $id) {{ periodFromOn {BALANCE} operations {{ id }} }} }}"
OPERATIONS = """query ($contracts: [ID!], $from: Date, $to: Date) { operations(filter: {contracts: $contracts, bookedOn: {from: $from, to: $to}}, first: 100) {
  totalCount nodes { bookedOn amount { amount } } } }"""


async def statements(world: World) -> list[Any]:
    return list((await read(world, "anna", OF_CONTRACT, id=world.gid("t4", Contract, CARD)))["contract"]["statements"]["nodes"])


def worth(rows: list[Any]) -> Decimal:
    return sum((Decimal(row["amount"]["amount"]) for row in rows), Decimal(0))


def change(statement: Any) -> Decimal:
    return Decimal(statement["closingBalance"]["amount"]) - Decimal(statement["openingBalance"]["amount"])


@pytest.mark.row("CF-4")
async def test_each_month_opens_where_the_one_before_has_closed_and_lists_what_was_booked_in_it(world: World):
    await shows(world, "anna", "statements", "A3")
    months = await statements(world)

    assert [(month["periodFromOn"], month["periodToOn"]) for month in months] == [("2025-12-01", "2025-12-31"), ("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28")]  # fmt: skip
    assert [month["openingBalance"]["amount"] for month in months] == list(BALANCES[:-1])
    assert all(before["closingBalance"] == after["openingBalance"] for before, after in pairwise(months))
    for month, moves in zip(months, MOVES.values(), strict=True):
        assert [(row["kind"], row["amount"]["amount"]) for row in month["operations"]] == [(kind, amount) for _, kind, amount in moves]
    assert {row["kind"] for row in (await read(world, "anna", "{ documents(filter: {kinds: [STATEMENT]}) { nodes { kind } } }"))["documents"]["nodes"]} == {"STATEMENT"}  # fmt: skip
    await hidden(world, ONE, world.gid("t4", Statement, "A3-ST1"), neighbors=("t4", "t2"))
    await hidden(world, OF_CONTRACT, world.gid("t4", Contract, CARD), neighbors=("t4", "t2"))


@pytest.mark.row("CF-6", part="consulting and checking; a dispute opens a request, which come with their issue")
async def test_the_operations_of_some_days_explain_how_the_balance_has_changed(world: World):
    await shows(world, "anna", "operations", "A3")
    contract = world.gid("t4", Contract, CARD)

    for month in await statements(world):
        by_days = (
            await read(world, "anna", OPERATIONS, contracts=[contract], **{"from": month["periodFromOn"], "to": month["periodToOn"]})
        )["operations"]
        assert worth(by_days["nodes"]) == worth(month["operations"]) == change(month)
    whole = (await read(world, "anna", OPERATIONS, contracts=[contract]))["operations"]
    assert worth(whole["nodes"]) == Decimal(BALANCES[-1]) - Decimal(BALANCES[0])
    assert [row["bookedOn"] for row in whole["nodes"]] == sorted((row["bookedOn"] for row in whole["nodes"]), reverse=True)
    await hidden(world, "query ($id: ID!) { operation(id: $id) { bookedOn amount { amount } } }", world.gid("t4", Operation, "A3-OP-2026-01-0"), neighbors=("t4", "t2"))  # fmt: skip
    await found_by_nobody_else(world, OPERATIONS, neighbors=("t4", "t2"), contracts=[contract])


async def test_the_days_of_a_period_belong_to_it_from_the_first_to_the_last(own_world: World):
    world = own_world
    await world.owner.execute("update operation set booked_on = '2025-11-30' where external_id = 'A3-OP-2025-12-0'")  # was the first day
    await world.owner.execute("update operation set booked_on = '2026-02-28' where external_id = 'A3-OP-2026-02-0'")
    await world.owner.execute("update operation set booked_on = '2026-03-01' where external_id = 'A3-OP-2026-02-2'")  # was the last day

    assert [len(month["operations"]) for month in await statements(world)] == [3, 3, 2]


async def test_a_statement_lists_no_more_operations_than_are_asked_for_the_oldest_first(world: World):
    query = "query ($id: ID!) { statement(id: $id) { operations(first: 2) { bookedOn } } }"

    found = (await read(world, "anna", query, id=world.gid("t4", Statement, "A3-ST0")))["statement"]["operations"]

    assert [row["bookedOn"] for row in found] == ["2025-12-01", "2025-12-15"]
    answer = await world.ask("anna", query.replace("first: 2", "first: 101"), id=world.gid("t4", Statement, "A3-ST0"))
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_operations_of_a_neighbor_are_not_counted_into_a_statement(world: World):
    """A1 of the same house has a card as well, with operations in January."""
    query = "{ statements { nodes { periodFromOn operations { description } } } }"

    assert [len(row["operations"]) for row in (await read(world, "t4", query))["statements"]["nodes"]] == [2, 2]
