"""Bills of other systems: one that is lawful is taken, one that contradicts itself is noted, and one that is wrong is refused."""

import re
from decimal import Decimal
from typing import Any

import pytest

from channels.export_format import TYPE_BY_NAME
from finance.vat_categories import ANY_RATE, CATEGORIES, MORE_THAN_ZERO, ZERO, right_rate
from models.importing.bills import STRANGE_RATE
from tests.imports.conftest import House, Taken
from tests.imports.exports import invoice_line, mill

Line = tuple[str, str, str, str]


def rows(net: str, vat: str, *lines: Line, totals: list[Line] | None = None, rounding: str = "PER_CATEGORY", **head: str) -> dict[str, Any]:
    """An invoice, each line and total of it as category, percent, net and VAT."""
    found = {name: mill()[name] for name in ("parties", "accounts")}
    found["invoices"] = [{
        "external_id": "F1", "account": "A1", "number": "1", "kind": "INVOICE", "issued_on": "2025-01-01", "currency": "EUR", "net_amount": net,
        "vat_amount": vat, "vat_rounding": rounding, "state": "DUE", **head}]  # fmt: skip
    found["invoice_lines"] = [invoice_line("F1", number, line[2], line[0], line[1], line[3]) for number, line in enumerate(lines, 1)]
    found["invoice_vat_totals"] = [
        {
            "invoice": "F1",
            "number": str(number),
            "vat_category": total[0],
            "vat_percent": total[1],
            "net_amount": total[2],
            "vat_amount": total[3],
        }
        for number, total in enumerate(totals or [], 1)
    ]
    return found


def said(taken: Taken) -> tuple[str, str | None, str | None]:
    row = taken.row("invoices", "F1")
    return row["result"], row["rule"], row["message"]


# Lawful, and without a word.
PLAIN: dict[str, dict[str, Any]] = {
    "a total of nothing at a rate that no line has": rows("100.00", "21.00", ("S", "21", "100.00", "21.00"), totals=[("S", "21", "100.00", "21.00"), ("S", "6", "0.00", "0.00"), ("E", "0", "0", "0")]),
    "two totals of one category": rows("100.00", "0.00", ("E", "0", "60.00", "0"), ("E", "0", "40.00", "0"), totals=[("E", "0", "60.00", "0"), ("E", "0", "40.00", "0")]),
    "a line and its reversal": rows("0.00", "0.00", ("S", "21", "10.00", "2.10"), ("S", "21", "-10.00", "-2.10"), totals=[("S", "21", "0.00", "0.00")]),
    "all categories": rows("100.00", "2.10", *[("S", "21", "10.00", "2.10"), *((c, "0", "10.00", "0") for c in ("Z", "E", "AE", "K", "G", "O", "L", "M")), ("E", "0", "10.00", "0")]),
    "a line that takes the cent of its category": rows("1.50", "0.32", ("S", "21", "0.50", "0.11"), ("S", "21", "0.50", "0.11"), ("S", "21", "0.50", "0.10")),
    "rounded per line": rows("0.10", "0.02", ("S", "21", "0.05", "0.01"), ("S", "21", "0.05", "0.01"), rounding="PER_LINE"),
}  # fmt: skip
# Lawful, or at least sent already: the rule that the note says, and words of it.
NOTED: dict[str, tuple[dict[str, Any], str]] = {
    "an agreed price with VAT in it": (rows("8.02", "2.00", ("S", "25", "8.02", "2.00")), "is 2.01, the invoice says 2.00"),
    "an agreed price with VAT in it, per line": (rows("8.02", "2.00", ("S", "25", "8.02", "2.00"), rounding="PER_LINE"), "is 2.01, not 2.00"),
    "an agreed price with VAT in it, and totals": (rows("8.02", "2.00", ("S", "25", "8.02", "2.00"), totals=[("S", "25", "8.02", "2.00")]), "2.01"),
    "three agreed prices": (rows("24.06", "6.00", *[("S", "25", "8.02", "2.00")] * 3), "VAT"),
    "a credited agreed price": (rows("-8.02", "-2.00", ("S", "25", "-8.02", "-2.00")), "is -2.01, the invoice says -2.00"),
    "VAT of a line that does not count": (rows("100.00", "21.00", ("S", "21", "100.00", "9999.00")), "Line 1: VAT of 21 % on 100.00 is 21.00, not 9999.00"),
    "reverse charge with a rate": (rows("100.00", "21.00", ("AE", "21", "100.00", "21.00")), "category AE goes with 0 %"),
    "exempt with a rate": (rows("100.00", "6.00", ("E", "6", "100.00", "6.00")), "category E goes with 0 %"),
    "standard at no rate": (rows("100.00", "0.00", ("S", "0", "100.00", "0.00")), "category S goes with more than 0 %"),
    "a rate of a total that its category has not": (rows("100.00", "0.00", ("E", "0", "100.00", "0"), totals=[("E", "0", "100.00", "0"), ("K", "6", "0", "0")]), "A total: category K goes with 0 %"),
}  # fmt: skip
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "more than a cent a line": (rows("100.00", "21.02", ("S", "21", "100.00", "21.00")), "invoice.vat"),
    "two cents of a line": (rows("100.00", "21.02", ("S", "21", "100.00", "21.02"), rounding="PER_LINE"), "invoice_line.vat"),
    "a cent of the net": (rows("100.01", "21.00", ("S", "21", "100.00", "21.00")), "invoice.net"),
    "totals that are not the invoice's": (rows("100.00", "21.00", ("S", "21", "100.00", "21.00"), totals=[("S", "21", "100.00", "21.01")]), "invoice.totals"),
    "a total that no line has": (rows("100.00", "21.00", ("S", "21", "100.00", "21.00"), totals=[("S", "21", "90.00", "21.00"), ("E", "0", "10.00", "0")]), "invoice.category"),
    "a total of VAT that no line has": (rows("100.00", "21.00", ("S", "21", "100.00", "21.00"), totals=[("S", "21", "100.00", "20.00"), ("S", "6", "0.00", "1.00")]), "invoice.category"),
    "a rate of more than all": (rows("100.00", "121.00", ("S", "121", "100.00", "121.00")), "invoice.vat"),
}  # fmt: skip


@pytest.mark.parametrize("what", PLAIN)
async def test_a_lawful_bill_is_taken_without_a_word(north: House, what: str):
    assert said(await north.take_rows(PLAIN[what])) == ("CREATED", None, None)


@pytest.mark.parametrize("what", NOTED)
async def test_a_bill_is_taken_and_noted_that_has(north: House, what: str):
    bill, words = NOTED[what]

    taken = await north.take_rows(bill)
    again = await north.take_rows(bill)

    result, rule, message = said(taken)
    assert (result, rule) == ("CREATED", "invoice.differs")
    assert words in str(message)
    assert said(again) == ("UNCHANGED", None, None)


@pytest.mark.parametrize("what", REFUSED)
async def test_a_bill_is_refused_that_has(north: House, what: str):
    bill, rule = REFUSED[what]

    taken = await north.take_rows(bill)

    assert said(taken)[:2] == ("REJECTED", rule)
    assert await north.stored("invoice") == []
    assert set(taken.of("invoice_lines").values()) == {"REJECTED"}


async def test_lines_that_come_later_are_noted_at_the_first_of_them(north: House):
    bill, _ = NOTED["an agreed price with VAT in it"]
    await north.take_rows({name: of for name, of in bill.items() if name != "invoice_lines"})

    taken = await north.take_rows({"invoice_lines": bill["invoice_lines"]})

    row = taken.row("invoice_lines", "F1#1")
    assert (row["result"], row["rule"]) == ("CREATED", "invoice.differs")


async def test_a_category_that_is_none_is_refused(north: House):
    taken = await north.take_rows(rows("100.00", "21.00", ("NORMAAL", "21", "100.00", "21.00")))

    row = taken.row("invoice_lines", "F1#1")
    assert (row["result"], row["rule"], row["field"]) == ("REJECTED", "enum", "vat_category")
    assert said(taken)[:2] == ("REJECTED", "lines.incomplete")


def test_the_categories_are_the_same_wherever_they_are_named():
    for type_ in ("invoice_lines", "invoice_vat_totals"):
        assert set(TYPE_BY_NAME[type_].column("vat_category").values) == CATEGORIES
    zero, more = (set(re.findall("'([A-Z]+)'", part)) for part in STRANGE_RATE.split(" or ")[:2])
    assert zero == ZERO
    assert more == MORE_THAN_ZERO
    assert not any(right_rate(category, Decimal(rate)) for category in ANY_RATE for rate in (0, 7))
