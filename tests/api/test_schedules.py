"""Amortization tables: the plan that holds, line by line."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from models import Contract
from tests.api.asking import hidden, read
from tests.api.importing import RUN, archive, run_of, started, worker
from tests.world import World
from tests.world_leasing import FACILITY, LEASE, LOAN, RENTAL, schedules

ONE = """query ($id: ID!, $status: ScheduleStatus, $revision: Int) { contract(id: $id) { financedAmount { amount }
  amortizationSchedule(status: $status, revision: $revision) { status revision currency
    lines { number dueOn openingBalance payment principal interest fees insurance vat closingBalance } } } }"""


async def plan(world: World, external_id: str, **which: Any) -> Any:
    return (await read(world, "view3", ONE, id=world.gid("t1", Contract, external_id), **which))["contract"]["amortizationSchedule"]


def total(lines: list[Any], column: str) -> Decimal:
    return sum((Decimal(line[column]) for line in lines), Decimal(0))


def assert_hangs_together(lines: list[Any], residual: str = "0.00") -> None:
    """The invariants of requirements/numbers.md."""
    parts = ("principal", "interest", "fees", "insurance", "vat")
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    for line, following in pairwise(lines):
        assert line["closingBalance"] == following["openingBalance"]
        assert line["dueOn"] < following["dueOn"]
    assert all(Decimal(line["payment"]) == sum(Decimal(line[part]) for part in parts) for line in lines)
    assert all(Decimal(line["closingBalance"]) == Decimal(line["openingBalance"]) - Decimal(line["principal"]) for line in lines)
    assert lines[-1]["closingBalance"] == residual


@pytest.mark.row("CC-5")
async def test_leases_and_facilities_have_a_table_and_rentals_have_none(world: World):
    lease, facility, rental = [await plan(world, key) for key in (LEASE, FACILITY, RENTAL)]

    assert_hangs_together(lease["lines"], residual="500.00")
    assert_hangs_together(facility["lines"])
    # requirements/numbers.md: 50,000.00 over 60 months at 3.60 % down to 500.00
    assert (total(lease["lines"], "principal"), total(lease["lines"], "interest")) == (Decimal("49500.00"), Decimal("4752.60"))
    assert {line["payment"] for line in lease["lines"]} == {"904.21"}
    first = lease["lines"][0]
    assert (first["principal"], first["interest"], first["closingBalance"]) == ("754.21", "150.00", "49245.79")
    assert total(facility["lines"], "principal") == Decimal("6000.00")
    assert {(line["fees"], line["insurance"], line["vat"]) for line in facility["lines"]} == {("1.10", "2.20", "0.30")}
    assert rental is None
    for key in (LEASE, FACILITY, RENTAL):
        await hidden(world, ONE, world.gid("t1", Contract, key))


async def test_the_loan_of_the_numbers_page_is_paid_back_to_the_cent(world: World):
    loan = await plan(world, LOAN)

    assert_hangs_together(loan["lines"])
    assert (total(loan["lines"], "interest"), total(loan["lines"], "payment")) == (Decimal("507.66"), Decimal("10507.66"))
    assert loan["lines"][1] | {"dueOn": ""} == loan["lines"][1] | {
        "principal": "399.41",
        "interest": "38.41",
        "closingBalance": "9202.77",
        "dueOn": "",
    }
    assert loan["lines"][11]["closingBalance"] == "5119.74"


async def test_the_final_plan_holds_before_the_provisional_and_the_newest_revision_before_the_others(world: World):
    chosen = {
        (): ("FINAL", 2), ("status",): ("PROVISIONAL", 3), ("revision",): ("FINAL", 1), ("status", "revision"): None,
    }  # fmt: skip
    asked: dict[str, Any] = {"status": "PROVISIONAL", "revision": 1}
    for names, expected in chosen.items():
        found = await plan(world, LEASE, **{name: asked[name] for name in names})
        assert (found and (found["status"], found["revision"])) == expected, names
    assert (await plan(world, FACILITY))["status"] == "PROVISIONAL"


async def test_all_plans_are_kept_the_one_that_holds_first(world: World):
    query = "query ($id: ID!) { contract(id: $id) { amortizationSchedules { status revision } } }"

    plans = (await read(world, "view3", query, id=world.gid("t1", Contract, LEASE)))["contract"]["amortizationSchedules"]

    assert [(plan["status"], plan["revision"]) for plan in plans] == [("FINAL", 2), ("FINAL", 1), ("PROVISIONAL", 3)]


async def test_a_table_on_paper_leads_to_its_lines(world: World):
    query = """{ documents(filter: {kinds: [FINAL_AMORTIZATION_TABLE, PROVISIONAL_AMORTIZATION_TABLE]}) { nodes { kind
      ... on ScheduleDocument { amortizationSchedule { status revision } } } } }"""

    found = (await read(world, "view3", query))["documents"]["nodes"]

    assert [(paper["kind"], paper["amortizationSchedule"]) for paper in found] == [
        ("FINAL_AMORTIZATION_TABLE", {"status": "FINAL", "revision": 2}),
        ("PROVISIONAL_AMORTIZATION_TABLE", {"status": "PROVISIONAL", "revision": 3}),
    ]


@pytest.mark.row("CC-5", part="what differs from the contract is told to the back office, and the customer's table is the lessor's")
async def test_a_table_that_differs_is_shown_as_it_came_and_only_staff_read_that_it_does(own_world: World, tmp_path: Path):
    lines = [line for line in schedules()["amortization_lines"] if line["schedule"] == "A3-LOAN-F1"]
    dearer = {"interest_amount": "38.61", "payment_amount": "438.02"}  # by 0.20, in the second line
    loan = own_world.gid("t1", Contract, LOAN)
    before = [await read(own_world, who, ONE, id=loan) for who in ("view3", "admin3")]

    run = await started(own_world, archive(tmp_path, {"amortization_lines": [lines[0], lines[1] | dearer, *lines[2:]]}))
    await worker(own_world).run_dry()

    for seen in before:
        seen["contract"]["amortizationSchedule"]["lines"][1] |= {"interest": "38.61", "payment": "438.02"}
    assert [await read(own_world, who, ONE, id=loan) for who in ("view3", "admin3")] == before
    [row] = [row for row in (await run_of(own_world, run))["rows"]["nodes"] if row["rule"]]
    assert (row["externalId"], row["result"], row["rule"], row["column"]) == (
        "A3-LOAN-F1#1",
        "UNCHANGED",
        "schedule.differs",
        "interest_amount",
    )
    assert row["message"] == "Line 2: interest is 38.61, at the agreed rate it would be 38.41."
    asked = await own_world.ask("admin3", RUN, id=run)
    assert asked.codes == ["FORBIDDEN"]
    assert await own_world.owner.fetchval("select count(*) from outbox_message") == 0


async def test_a_table_that_is_sent_ahead_is_not_the_one_that_holds(own_world: World, tmp_path: Path):
    lines = [line | {"schedule": "A3-LOAN-F2"} for line in schedules()["amortization_lines"] if line["schedule"] == "A3-LOAN-F1"]
    head = {"external_id": "A3-LOAN-F2", "contract": LOAN, "status": "FINAL", "revision": "2", "currency": "EUR"}
    rows = {"amortization_schedules": [head | {"valid_from_on": "2026-03-03"}], "amortization_lines": lines}

    await started(own_world, archive(tmp_path, rows))
    await worker(own_world).run_dry()

    assert (await plan(own_world, LOAN))["revision"] == 1
    assert (await plan(own_world, LOAN, revision=2))["revision"] == 2
