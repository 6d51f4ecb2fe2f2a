"""What falls due: the latest first, and what comes next."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models import Contract, Installment
from tests.api.asking import at, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_leasing import LEASE, LOAN, RENTAL

LATEST = """query ($id: ID!) { contract(id: $id) { nextDueOn nextInstallment { number dueOn state }
  latestInstallments { number dueOn state amountExclVat { amount } vat { amount } amountInclVat { amount } } } }"""
LIST = "query ($filter: InstallmentFilter, $orderBy: InstallmentOrder) { installments(filter: $filter, orderBy: $orderBy, first: 100) { totalCount nodes { dueOn state contract { number } } } }"
OF_CONTRACT = "query ($id: ID!) { contract(id: $id) { installments { totalCount nodes { number dueOn } } } }"


async def latest(world: World, external_id: str) -> Any:
    return (await read(world, "view3", LATEST, id=world.gid("t1", Contract, external_id)))["contract"]


async def listed(world: World, **asked: Any) -> Any:
    return (await read(world, "admin3", LIST, **asked))["installments"]


@pytest.mark.row("CC-6", part="lists, latest and next")
async def test_the_latest_due_dates_come_newest_first_and_the_next_one_beside_them(world: World):
    lease = await latest(world, LEASE)

    assert lease["latestInstallments"] == [
        {"number": n, "dueOn": day, "state": state, "amountExclVat": {"amount": "904.21"}, "vat": {"amount": "189.88"}, "amountInclVat": {"amount": "1094.09"}}
        for n, day, state in ((14, "2026-03-02", "DUE"), (13, "2026-02-02", "PARTIALLY_PAID"), (12, "2026-01-02", "PAID"))
    ]  # fmt: skip
    assert (lease["nextDueOn"], lease["nextInstallment"]) == ("2026-04-02", {"number": 15, "dueOn": "2026-04-02", "state": "SCHEDULED"})
    everything = await listed(world, orderBy={"field": "DUE_ON", "direction": "DESC"})
    assert [row["dueOn"] for row in everything["nodes"]] == sorted((row["dueOn"] for row in everything["nodes"]), reverse=True)
    await hidden(world, LATEST, world.gid("t1", Contract, LEASE))
    await hidden(world, "query ($id: ID!) { installment(id: $id) { dueOn } }", world.gid("t1", Installment, "A3-LEASE-I14"))


async def test_what_was_called_off_is_not_next_and_where_nothing_is_due_there_is_nothing(world: World):
    loan, rental = await latest(world, LOAN), await latest(world, RENTAL)

    assert (loan["nextDueOn"], loan["nextInstallment"]["state"]) == ("2026-05-01", "DEFERRED")
    assert [row["number"] for row in loan["latestInstallments"]] == [1]
    assert rental == {"nextDueOn": None, "nextInstallment": None, "latestInstallments": []}


@pytest.mark.parametrize("first, numbers", [(1, [14]), (2, [14, 13]), (100, [14, 13, 12])])
async def test_as_many_of_the_latest_as_are_asked_for(world: World, first: int, numbers: list[int]):
    query = f"query ($id: ID!) {{ contract(id: $id) {{ latestInstallments(first: {first}) {{ number }} }} }}"

    found = (await read(world, "view3", query, id=world.gid("t1", Contract, LEASE)))["contract"]["latestInstallments"]

    assert [row["number"] for row in found] == numbers


async def test_over_all_contracts_what_fell_due_until_today_comes_first_unless_days_or_states_are_named(world: World):
    usual, all_of_them = await listed(world), await listed(world, filter={"dueOn": {"from": None}})
    scheduled, in_april = await listed(world, filter={"states": ["SCHEDULED"]}), await listed(world, filter={"dueOn": {"from": "2026-04-01", "to": "2026-04-30"}})  # fmt: skip
    by_contract = await listed(world, filter={"contracts": [world.gid("t1", Contract, LEASE)]})

    assert [row["dueOn"] for row in usual["nodes"]] == ["2026-03-02", "2026-03-01", "2026-02-02", "2026-01-02"]
    assert (usual["totalCount"], all_of_them["totalCount"], scheduled["totalCount"], by_contract["totalCount"]) == (4, 8, 2, 3)
    assert [row["dueOn"] for row in in_april["nodes"]] == ["2026-04-02", "2026-04-01"]


async def test_under_its_contract_everything_is_listed_what_is_to_come_too(world: World):
    found = (await read(world, "view3", OF_CONTRACT, id=world.gid("t1", Contract, LEASE)))["contract"]["installments"]

    assert [row["number"] for row in found["nodes"]] == [16, 15, 14, 13, 12]
    assert found["totalCount"] == 5
    await hidden(world, OF_CONTRACT, world.gid("t1", Contract, LEASE))


async def test_under_the_account_the_same_window_holds_as_over_all(world: World):
    query = "{ accounts { nodes { installments { totalCount } all: installments(filter: {dueOn: {from: null}}) { totalCount } } } }"

    [account] = (await read(world, "admin3", query))["accounts"]["nodes"]

    assert account == {"installments": {"totalCount": 4}, "all": {"totalCount": 8}}


async def test_what_is_paid_and_what_is_left_make_the_whole(world: World):
    await shows(world, "admin3", "installments", "A3")
    query = "{ installments(filter: {dueOn: {from: null}}) { nodes { number paid { amount } outstanding { amount } } } }"

    found = (await read(world, "admin3", query))["installments"]["nodes"]

    assert {(row["paid"]["amount"], row["outstanding"]["amount"]) for row in found if row["number"] in (12, 13, 14)} == {
        ("1094.09", "0.00"),
        ("94.09", "1000.00"),
        ("0.00", "1094.09"),
    }


async def test_tomorrow_is_another_day(own_world: World):
    await at(own_world, datetime(2026, 4, 1, 21, 59, 59, tzinfo=UTC))  # a second before midnight in Brussels
    before = await latest(own_world, LEASE)
    await at(own_world, datetime(2026, 4, 1, 22, 0, 0, tzinfo=UTC))
    after = await latest(own_world, LEASE)

    assert (before["nextDueOn"], after["nextDueOn"]) == ("2026-04-02", "2026-05-02")
    assert [row["number"] for row in before["latestInstallments"]] == [14, 13, 12]
    assert [row["number"] for row in after["latestInstallments"]] == [15, 14, 13]
