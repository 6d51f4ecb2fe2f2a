"""What the format takes, the database takes: no well-formed row breaks a run off, whatever stands in it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from channels.export_format import TYPES, Column, Kind, RowType
from channels.export_values import SIZES
from tests.imports.conftest import House, Rows
from tests.imports.exports import PAPER, mill

ROWS_OF_A_TYPE = 25
LETTERS = "aZ9 .,-/\\'\"%_$;:|#{}()[]<>=+*?!éßŁøЖ语ع🙂\u200d\u0301\u202e"
FORMS = {
    "[0-9]{4}": "0000",
    "[0-9A-Z]{4}": "Z9Z9",
    "[a-z]+/[a-z0-9][a-z0-9.+-]*": "application/vnd.x+xml",
}
ADDRESS = "ü@ö.example"
IBANS = ("BE68539007547034", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "FR1420041010050500013M02606")


class Dice:
    """Values of each kind, mostly at the edges of what it takes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, longest: int) -> str:
        length = self.random.choice([1, longest, self.random.randint(1, longest)])
        return "x" + "".join(self.random.choice(LETTERS) for _ in range(length - 2)) + "y" if length > 1 else "x"

    def number(self, column: Column) -> str:
        digits, decimals = SIZES[column.kind]
        highest = "9" * digits + "." + "9" * decimals
        if column.minimum is not None or column.is_positive:
            return self.random.choice([highest, "1", "0." + "0" * (decimals - 1) + "1"])
        return self.random.choice([highest, "-" + highest, "0", "-0", "-0." + "0" * (decimals - 1) + "1"])

    def integer(self, column: Column) -> str:
        return str(self.random.choice([column.minimum, column.maximum]))

    def day(self) -> str:
        return self.random.choice(
            ["1900-01-02", "2199-12-31", "2024-02-29", (date(2026, 1, 1) + timedelta(self.random.randrange(3000))).isoformat()]
        )

    def instant(self) -> str:
        return self.random.choice(
            ["1900-01-02T00:00:00Z", "2199-12-31T23:59:59.999999Z", "2024-02-29T23:59:59+14:00", "2026-10-25T02:30:00+01:00"]
        )

    def value(self, column: Column) -> str:
        if column.form:
            return FORMS[column.form.pattern]
        if column.values:
            return self.random.choice(column.values)
        if column.kind in SIZES:
            return self.number(column)
        makers = {
            Kind.TEXT: lambda: self.text(column.max_length or 100), Kind.INTEGER: lambda: self.integer(column), Kind.DATE: self.day, Kind.INSTANT: self.instant,
            Kind.BOOLEAN: lambda: self.random.choice(["true", "false"]), Kind.CURRENCY: lambda: "EUR", Kind.COUNTRY: lambda: self.random.choice(["BE", "XK"]),
            Kind.LOCALE: lambda: self.random.choice(["nl", "nl-BE", "gsw"]), Kind.IBAN: lambda: self.random.choice(IBANS), Kind.PORTAL: lambda: "main",
        }  # fmt: skip
        return makers[column.kind]()


PARENTS = {"party": "P1", "holder": "P1", "account": "A1", "user": "U1", "bank_account": "B1", "mandate": "M1", "contract": "C1", "contracts": "C1", "parent": "C1", "payment": "Y1", "document": "D1", "structured_document": "D1", "supersedes": "D1"}  # fmt: skip
# Given by other columns, or by the bytes of a paper.
LEFT_OUT = {"deleted", "account_number", "contract_number"}


def row(type_: RowType, dice: Dice, n: int) -> dict[str, str]:
    found = {}
    for column in type_.columns:
        is_there = column.required or dice.random.random() < 0.7
        if column.name in LEFT_OUT or not is_there:
            continue
        if column.name == "external_id":
            found["external_id"] = f"{n}-" + dice.text(90)
        elif column.kind in (Kind.REFERENCE, Kind.REFERENCES):
            found[column.name] = PARENTS[column.name]
        elif column.kind in (Kind.PATH, Kind.SHA256):
            found[column.name] = mill()["documents"][0][column.name]
        else:
            found[column.name] = dice.value(column)
    if type_.name == "documents":
        found["account"] = "A1"
    return apart(type_, found, n)


def apart(type_: RowType, row: dict[str, str], n: int) -> dict[str, str]:
    """What only one row may have is its own: rules about that are tested elsewhere, and would hide what is looked for here."""
    for group in type_.unique:
        name = group[-1]
        row[name] = str(99_000 + n) if type_.column(name).kind is Kind.INTEGER and name == "number" else row[name]
        row[name] = str(9_000 + n) if name == "revision" else row[name]
        if type_.column(name).kind is Kind.TEXT:
            row[name] = f"{n}{row[name]}"[: type_.column(name).max_length].rstrip()
    if type_.name == "users" and "email" in row:
        row["email"] = ADDRESS
    if type_.name == "contact_points" and row["kind"] == "EMAIL":
        row["value"] = ADDRESS
    if type_.name == "login_identities":
        value = {"EMAIL": f"{n}{ADDRESS}", "PHONE": f"+3247012{n:04}"}.get(row["kind"], f"{n}{row['value']}")
        row["value"] = value[:254].rstrip()
    if type_.name == "profiles":
        row["state"] = "REVOKED"
    return row


def drawn(seed: int) -> Rows:
    dice = Dice(seed)
    rows: Rows = {type_.name: [row(type_, dice, n) for n in range(ROWS_OF_A_TYPE)] for type_ in TYPES if not type_.set_of}
    most = "9" * 15 + ".99"
    rows["amortization_schedules"].append(
        {"external_id": "S-9", "contract": "C1", "status": "FINAL", "revision": "9999", "currency": "EUR"}
    )
    rows["amortization_lines"] = [{"schedule": "S-9", "number": "1", "due_on": "2199-12-31", "opening_balance_amount": most, "payment_amount": most, "principal_amount": most, "interest_amount": "0", "closing_balance_amount": "0"}]  # fmt: skip
    for n, net in enumerate((most, "-" + most)):
        rows["invoices"].append({"external_id": f"F-{n}", "account": "A1", "number": f"F-{n}", "kind": "INVOICE", "issued_on": "2026-01-01", "currency": "EUR", "net_amount": net, "vat_amount": net, "paid_amount": net.removeprefix("-"), "state": "DUE"})  # fmt: skip
        line = {"invoice": f"F-{n}", "number": "1", "vat_category": "S", "vat_percent": "100", "net_amount": net, "vat_amount": net}
        rows.setdefault("invoice_lines", []).append({**line, "description": dice.text(500), "nature": "RENT", "quantity": "-" + "9" * 12 + ".999999", "unit_price_amount": "9" * 12 + ".999999"})  # fmt: skip
        rows.setdefault("invoice_vat_totals", []).append(line)
    rows["payment_allocations"] = [{"payment": "Y1", "number": "1", "invoice": "F1", "amount": most}]
    return rows


@pytest.mark.parametrize("seed", range(4))
async def test_no_well_formed_row_breaks_the_run_off(north: House, seed: int):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())

    taken = await north.take_rows(drawn(seed))

    assert taken.result.state in ("COMPLETED", "COMPLETED_WITH_REJECTIONS")
    refused: dict[Any, Any] = {(row["type"], row["rule"]): row["message"] for row in taken.report if row["result"] == "REJECTED"}
    # Each value fits by itself; what is drawn need not fit together.
    assert {rule for _, rule in refused} <= {"dates.order", "payment_allocation.sum"}, refused
    assert taken.result.counts["CREATED"] > 12 * ROWS_OF_A_TYPE  # type: ignore[index]  # counted by words
