"""Statements and contracts that contradict themselves are taken, and noted in the report."""

from typing import Any

import pytest

from tests.imports.conftest import House, Rows, Taken
from tests.imports.exports import mill


def statement(key: str, start: str, end: str, opening: str, closing: str) -> dict[str, str]:
    return {"external_id": key, "contract": "C1", "period_from_on": start, "period_to_on": end, "currency": "EUR", "opening_balance_amount": opening, "closing_balance_amount": closing}  # fmt: skip


def operation(key: str, day: str, amount: str, value_on: str | None = None) -> dict[str, str]:
    return {"external_id": key, "contract": "C1", "booked_on": day, "value_on": value_on or day, "kind": "DRAWDOWN", "description": "Drawn", "currency": "EUR", "amount": amount}  # fmt: skip


def line(*statements: dict[str, str], operations: tuple[dict[str, str], ...] = ()) -> Rows:
    contract = {
        "external_id": "C1",
        "account": "A1",
        "number": "1",
        "kind": "REVOLVING_CREDIT",
        "state": "ACTIVE",
        "currency": "EUR",
        "starts_on": "2025-01-01",
    }
    return {"parties": mill()["parties"], "accounts": mill()["accounts"], "contracts": [contract], "statements": list(statements), "operations": list(operations)}  # fmt: skip


def notes(taken: Taken) -> list[tuple[str, str, str]]:
    return [
        (row["external_id"], row["field"], row["message"])
        for row in taken.report
        if row["rule"] in ("statement.differs", "contract.differs")
    ]


JANUARY = ("2025-01-01", "2025-01-31")
FEBRUARY = ("2025-02-01", "2025-02-28")
RIGHT: dict[str, Rows] = {
    "a chain": line(statement("S1", *JANUARY, "0", "50"), statement("S2", *FEBRUARY, "50", "20")),
    "a gap": line(statement("S1", *JANUARY, "0", "50"), statement("S3", "2025-03-01", "2025-03-31", "70", "70")),
    "operations by day of booking": line(
        statement("S1", *JANUARY, "0", "50"), operations=(operation("O1", "2025-01-31", "50", "2025-02-01"),)
    ),
    "operations by day of value": line(
        statement("S1", *JANUARY, "0", "50"), operations=(operation("O1", "2025-02-01", "50", "2025-01-31"),)
    ),
    "operations of later days only": line(statement("S1", *JANUARY, "0", "50"), operations=(operation("O1", "2025-03-01", "5"),)),
}
WRONG: dict[str, tuple[Rows, tuple[str, str, str]]] = {
    "a chain that breaks": (line(statement("S1", *JANUARY, "0", "50"), statement("S2", *FEBRUARY, "60", "20")), ("S2", "opening_balance_amount", "It opens at 60.00, and S1 closes at 50.00.")),
    "an overlap": (line(statement("S1", *JANUARY, "0", "50"), statement("S2", "2025-01-31", "2025-02-28", "50", "20")), ("S2", "period_from_on", "It begins on 2025-01-31, and S1 ends on 2025-01-31.")),
    "operations that are not its own": (line(statement("S1", *JANUARY, "0", "50"), operations=(operation("O1", "2025-01-02", "40"), operation("O2", "2025-01-31", "9"))), ("S1", "closing_balance_amount", "It closes at 50.00; 0.00 and its operations are 49.00.")),
    "no operation for a movement": (line(statement("S2", *FEBRUARY, "5", "50"), operations=(operation("O1", "2025-01-02", "5"),)), ("S2", "closing_balance_amount", "It closes at 50.00; 5.00 and its operations are 5.00.")),
}  # fmt: skip


@pytest.mark.parametrize("what", RIGHT)
async def test_a_credit_line_is_taken_without_a_word_that_has(north: House, what: str):
    assert notes(await north.take_rows(RIGHT[what])) == []


@pytest.mark.parametrize("what", WRONG)
async def test_a_credit_line_is_taken_and_noted_that_has(north: House, what: str):
    rows, note = WRONG[what]

    taken = await north.take_rows(rows)
    again = await north.take_rows(rows)

    assert set(taken.counts) == {"CREATED"}
    assert (notes(taken), notes(again)) == ([note], [])


async def test_operations_that_come_later_are_held_against_their_statement(north: House):
    await north.take_rows(line(statement("S1", *JANUARY, "0", "50")))

    taken = await north.take_rows({"operations": [operation("O1", "2025-01-02", "40")]})

    assert notes(taken) == [("O1", "closing_balance_amount", "Statement S1: It closes at 50.00; 0.00 and its operations are 40.00.")]


@pytest.mark.parametrize(
    "cells,field",
    [
        ({"credit_limit_amount": "100", "drawn_amount": "100.01"}, "drawn_amount"),
        ({"rent_excl_vat_amount": "100", "rent_incl_vat_amount": "112", "vat_percent": "21"}, "rent_incl_vat_amount"),
        ({"credit_limit_amount": "100", "drawn_amount": "100"}, None),
        ({"rent_excl_vat_amount": "8.02", "rent_incl_vat_amount": "10.02", "vat_percent": "25"}, None),
    ],
)
async def test_a_contract_that_contradicts_itself_is_noted(north: House, cells: dict[str, Any], field: str | None):
    rows = line()
    rows["contracts"][0] |= cells

    assert [note[:2] for note in notes(await north.take_rows(rows))] == ([("C1", field)] if field else [])
