"""Whatever comes first, the end is the same."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from channels.export_format import TYPE_BY_NAME, TYPES
from tests.imports.conftest import House, Rows
from tests.imports.exports import PAPER, invoice_line, mill, schedule_lines

Unit = tuple[str, list[dict[str, Any]]]
# What a run decides for itself: ids, instants, keys of bytes, ciphertext under a fresh nonce.
OWN = {"tenant_id", "id", "created_at", "updated_at", "storage_key", "iban_encrypted", "iban_index", "reach_version"}


async def contents(house: House) -> dict[str, list[str]]:
    """What is stored, with external ids in place of ours."""
    tables = {type_.table: await house.owner.fetch(f"select * from {type_.table} where tenant_id = $1", house.tenant_id) for type_ in TYPES}
    known = {
        row["id"]: f"{table} {row['external_id']}" for table, rows in tables.items() for row in rows if "id" in row and "external_id" in row
    }
    return {table: sorted(repr(plain(row, known)) for row in rows) for table, rows in tables.items()}


def plain(row: Any, known: dict[UUID, str]) -> dict[str, Any]:
    return {
        name: known.get(value, value) if isinstance(value, UUID) else value
        for name, value in row.items()
        if name not in OWN and name != "portal_id"
    }


def units(rows: Rows) -> list[Unit]:
    """What travels on its own: a row, or all lines of one parent."""
    found: list[Unit] = []
    for name, of_type in rows.items():
        parent = TYPE_BY_NAME[name].set_of
        groups = {row[parent]: [r for r in of_type if r[parent] == row[parent]] for row in of_type} if parent else {}
        found += [(name, group) for group in groups.values()] if parent else [(name, [row]) for row in of_type]
    return found


def of_version(rows: Rows, version: int) -> Rows:
    return {
        name: [{**row, "source_version": str(version)} if name != "login_identities" else row for row in of_type]
        for name, of_type in rows.items()
    }


def second_version() -> Rows:
    """Later words about some of the rows: one is gone, one invoice and one table have other lines."""
    rows = mill()
    rows["contracts"][0] |= {"product": "Lease plus", "state": "IN_ARREARS"}
    rows["invoices"][0] |= {"net_amount": "101.00", "paid_amount": "0"}
    rows["invoice_lines"] = [invoice_line("F1", 1, "101.00", "S", "21", "21.21", asset="AS1")]
    rows["invoice_vat_totals"] = rows["invoice_vat_totals"][:1]
    rows["amortization_schedules"][0] |= {"valid_from_on": "2025-01-15"}
    rows["amortization_lines"] = schedule_lines("S1", 2)
    rows["bank_accounts"][0] |= {"iban": "BE71096123456769"}
    rows["statements"] = [{"external_id": "ST1", "deleted": "true"}]
    kept = (
        "contracts",
        "invoices",
        "invoice_lines",
        "invoice_vat_totals",
        "amortization_schedules",
        "amortization_lines",
        "bank_accounts",
        "statements",
    )
    return {name: rows[name] for name in kept}


def shuffled(seed: int, runs: int) -> list[list[Unit]]:
    """Both versions dealt out to runs, never both of one row to the same run, and each run shuffled."""
    chance = random.Random(seed)
    first, second = units(of_version(mill(), 1)), units(of_version(second_version(), 2))
    dealt: list[list[Unit]] = [[] for _ in range(runs)]
    place: dict[tuple[str, str], int] = {}
    for unit in first:
        place[key(unit)] = chance.randrange(runs)
        dealt[place[key(unit)]].append(unit)
    for unit in second:
        dealt[chance.choice([run for run in range(runs) if run != place[key(unit)]])].append(unit)
    for run in dealt:
        chance.shuffle(run)
    return dealt


def key(unit: Unit) -> tuple[str, str]:
    type_ = TYPE_BY_NAME[unit[0]]
    return unit[0], str(unit[1][0][type_.set_of or type_.key[0]])


def as_rows(run: list[Unit]) -> Rows:
    rows: Rows = {}
    for name, of_unit in run:
        rows.setdefault(name, []).extend(deepcopy(of_unit))
    return rows


@pytest.mark.row("BO-5")
@pytest.mark.parametrize("seed", range(12))
async def test_the_final_state_is_equal_for_every_order_of_rows_and_versions(house: Callable[..., Any], seed: int):
    straight, mixed = await house("north"), await house("north")
    for one in (straight, mixed):
        one.files = {"papers/welcome.pdf": PAPER}
    for rows in (of_version(mill(), 1), of_version(second_version(), 2)):
        await straight.take_rows(rows)

    for run in shuffled(seed, runs=2 + seed % 5):
        if run:
            taken = await mixed.take_rows(as_rows(run), form=random.Random(seed).choice(["csv", "jsonl"]))
            assert taken.counts.get("REJECTED", 0) == 0, [row for row in taken.report if row["result"] == "REJECTED"]

    assert await contents(mixed) == await contents(straight)
    assert await mixed.stored("parked_row", "type, external_id, missing_type") == [("statements", "ST1", "deleted")]


@pytest.mark.row("BO-5")
async def test_a_child_before_its_parent_is_parked_and_attached_by_the_run_that_brings_the_parent(north: House):
    rows = mill()
    early = await north.take_rows({"installments": rows["installments"]})

    late = await north.take_rows({name: rows[name] for name in ("parties", "bank_accounts", "accounts", "mandates", "contracts")})

    assert early.counts == {"PARKED": 3}
    assert early.row("installments", "I1")["message"] == "Waits for C1 of contracts."
    assert late.of("installments") == {"I1": "CREATED", "I2": "CREATED", "I3": "CREATED"}
    assert await north.stored("installment") == ["I1", "I2", "I3"]
    assert await north.stored("parked_row") == []


@pytest.mark.row("BO-5")
async def test_an_older_version_is_ignored(north: House):
    newer = {"parties": [{**mill()["parties"][0], "source_version": "7", "legal_name": "Mill NV"}]}
    older = {"parties": [{**mill()["parties"][0], "source_version": "6"}]}
    await north.take_rows(newer)

    taken = await north.take_rows(older)

    assert taken.row("parties", "P1")["result"] == "UNCHANGED"
    assert taken.row("parties", "P1")["rule"] == "source_version.older"
    assert await north.stored("party", "legal_name, source_version") == [("Mill NV", 7)]


async def test_files_may_come_in_any_order_within_a_run(north: House):
    north.files = {"papers/welcome.pdf": PAPER}

    taken = await north.take_rows(dict(reversed(mill().items())))

    assert taken.counts == {"CREATED": sum(len(rows) for rows in mill().values())}


async def test_a_chain_of_agreements_may_come_upside_down(north: House):
    rows = mill()
    chain = [{**rows["contracts"][1], "external_id": f"N{n}", "number": f"N{n}", "parent": f"N{n - 1}" if n else ""} for n in range(6)]

    taken = await north.take_rows({"contracts": chain[::-1], "parties": rows["parties"], "accounts": rows["accounts"]})

    assert set(taken.of("contracts").values()) == {"CREATED"}
