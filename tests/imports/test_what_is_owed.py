"""What an export says of an installment in two places, and what payments and credit notes say: read one way, noted or refused."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from models.claims import FALLEN_AWAY, STILL_OWED, claims_of
from tests.imports.conftest import NOW, House, Rows
from tests.imports.exports import invoice_line, mill

OWED = "external_id, paid_amount, returned_amount, outstanding_amount, standing"


def with_installments(**more: Any) -> Rows:
    rows = mill()
    for row in rows["installments"]:
        row.update(more)
    return rows


@pytest.mark.parametrize("without", ["no column", "an empty one"])
async def test_an_installment_that_is_paid_and_does_not_say_how_much_was_paid_in_full(north: House, without: str):
    rows = with_installments(paid_amount="")
    if without == "no column":
        for row in rows["installments"]:
            del row["paid_amount"]

    taken = await north.take_rows(rows)

    assert taken.row("installments", "I1")["rule"] is None
    assert await north.stored("installment", OWED) == [(f"I{n}", Decimal("122.21"), 0, 0, "PAID") for n in (1, 2, 3)]
    assert set((await north.take_rows(rows)).of("installments").values()) == {"UNCHANGED"}


@pytest.mark.parametrize(
    ("more", "is_noted"),
    [
        ({"state": "PAID", "paid_amount": "0.00"}, True),
        ({"state": "PAID", "paid_amount": "122.20"}, True),
        ({"state": "OVERDUE", "paid_amount": "122.22"}, True),
        ({"state": "OVERDUE", "paid_amount": "-0.01"}, True),
        ({"state": "OVERDUE", "paid_amount": "122.21"}, False),
        ({"state": "WAIVED", "paid_amount": "0.00"}, False),
    ],
)
async def test_an_installment_whose_state_and_amounts_contradict_one_another_is_noted(north: House, more: Any, is_noted: bool):
    taken = await north.take_rows(with_installments(**more))

    assert taken.row("installments", "I1")["rule"] == ("installment.paid.differs" if is_noted else None)
    assert taken.row("installments", "I1")["result"] == "CREATED"


@pytest.mark.parametrize(
    ("amount", "rule"),
    [("-50.00", "payment_allocation.amount"), ("0.00", "payment_allocation.amount"), ("50.01", "payment_allocation.sum"), ("50.00", None)],
)
async def test_allocations_have_the_sign_of_their_payment_and_come_to_no_more(north: House, amount: str, rule: str | None):
    rows = mill()
    rows["payment_allocations"][0]["amount"] = amount

    taken = await north.take_rows(rows)

    refused = [row["rule"] for row in taken.report if row["type"] == "payments" and row["result"] == "REJECTED"]
    assert refused == ([rule] if rule else [])
    assert len(await north.stored("payment_allocation", "number")) == (0 if rule else 2)


async def test_allocations_that_come_alone_are_held_against_the_payment_that_is_stored(north: House):
    rows = mill()
    await north.take_rows(rows)
    lines = [row | {"amount": "100.00"} for row in rows["payment_allocations"]]

    taken = await north.take_rows({"payment_allocations": lines})

    assert {row["rule"] for row in taken.report} >= {"payment_allocation.sum"}
    assert sum(await north.stored("payment_allocation", "amount")) == Decimal("172.21")


@pytest.mark.parametrize("sign", ["", "-"])
async def test_a_credit_note_reduces_what_is_owed_whichever_sign_its_house_writes(north: House, sign: str):
    rows = mill()
    rows["invoices"].append(
        rows["invoices"][0]
        | {"external_id": "N1", "number": "N-1", "kind": "CREDIT_NOTE", "net_amount": f"{sign}100.00", "vat_amount": f"{sign}21.00", "state": "ISSUED", "paid_amount": "0"}
    )  # fmt: skip
    rows["invoice_lines"].append(invoice_line("N1", 1, f"{sign}100.00", "S", "21", f"{sign}21.00"))
    rows["invoice_vat_totals"].append(
        {
            "invoice": "N1",
            "number": "1",
            "vat_category": "S",
            "vat_percent": "21",
            "net_amount": f"{sign}100.00",
            "vat_amount": f"{sign}21.00",
        }
    )

    taken = await north.take_rows(rows)

    assert taken.of("invoices")["N1"] == "CREATED"
    assert ("N1", -121, -121) in await north.stored("invoice", "external_id, total_amount, outstanding_amount")
    assert sorted(await north.stored("invoice_line", "net_amount"))[0] == -100
    assert sorted(await north.stored("invoice_vat_total", "net_amount"))[0] == -100
    assert (await north.take_rows(rows)).of("invoices")["N1"] == "UNCHANGED"


def sent_back(rows: Rows, how: str) -> Rows:
    if how == "the payment":
        rows["payments"][0]["state"] = "RETURNED"
    else:
        rows["direct_debits"][0].update({"state": "RETURNED", "returned_on": "2025-01-09"})
    return rows


@pytest.mark.row("CO-48", part="a debit that comes back puts what it had paid into arrears at once")
@pytest.mark.parametrize("how", ["the payment", "its collection"])
async def test_what_had_paid_an_installment_and_went_back_is_owed_again_until_the_house_says_more(north: House, how: str):
    rows = sent_back(mill(), how)
    await north.take_rows(mill())
    owed_again = [("I1", Decimal("122.21"), Decimal("122.21"), Decimal("122.21"), "OVERDUE")]
    paid = [(f"I{n}", Decimal("122.21"), 0, 0, "PAID") for n in (2, 3)]

    await north.take_rows(rows, at=NOW + timedelta(days=1))  # all rows again: the house still calls the installment paid
    assert await north.stored("installment", OWED) == [*owed_again, *paid]

    rows["installments"][0].update({"state": "OVERDUE", "paid_amount": "0.00"})
    await north.take_rows(rows, at=NOW + timedelta(days=2))
    assert await north.stored("installment", OWED) == [("I1", 0, 0, Decimal("122.21"), "OVERDUE"), *paid]

    rows["installments"][0].update({"state": "PAID", "paid_amount": "122.21"})
    await north.take_rows(rows, at=NOW + timedelta(days=3))  # paid in another way: the house has said it since
    assert await north.stored("installment", OWED) == [("I1", Decimal("122.21"), 0, 0, "PAID"), *paid]


BILL = "external_id, paid_amount, returned_amount, outstanding_amount, standing"


@pytest.mark.parametrize("how", ["the payment", "its collection"])
async def test_what_had_paid_a_bill_and_went_back_is_owed_again_until_the_house_says_more(north: House, how: str):
    rows = mill()
    total = Decimal(rows["invoices"][0]["net_amount"]) + Decimal(rows["invoices"][0]["vat_amount"])
    rows["invoices"][0].update({"state": "PAID", "paid_amount": str(total)})
    rows["payments"][0]["amount"] = str(total)
    rows["direct_debits"][0]["amount"] = str(total)
    rows["payment_allocations"] = [{"payment": rows["payments"][0]["external_id"], "number": "1", "invoice": "F1", "amount": str(total)}]
    await north.take_rows(rows)
    assert await north.stored("invoice", BILL) == [("F1", total, 0, 0, "PAID")]

    await north.take_rows(sent_back(rows, how), at=NOW + timedelta(days=1))
    assert await north.stored("invoice", BILL) == [("F1", total, total, total, "OVERDUE")]

    again = {**rows["payments"][0], "external_id": "Y2", "amount": "10.00", "state": "SETTLED"}
    part = {"payment": "Y2", "number": "1", "invoice": "F1", "amount": "10.00"}
    await north.take_rows({"payments": [again], "payment_allocations": [part]}, at=NOW + timedelta(days=2))
    assert await north.stored("invoice", BILL) == [("F1", total, total - 10, total - 10, "PARTIALLY_PAID")]

    rows["invoices"][0].update({"state": "OVERDUE", "paid_amount": "0.00"})
    await north.take_rows(rows, at=NOW + timedelta(days=3))
    assert await north.stored("invoice", BILL) == [("F1", 0, 0, total, "OVERDUE")]


async def test_a_collection_without_allocations_is_that_of_the_installment_of_its_amount(north: House):
    rows = mill()
    del rows["payment_allocations"], rows["payments"]
    rows["direct_debits"][0].update({"payment": "", "amount": "122.21", "collection_on": "2025-02-03"})
    await north.take_rows(rows)

    await north.take_rows(sent_back(rows, "its collection"), at=NOW + timedelta(days=1))

    assert [row[0] for row in await north.stored("installment", OWED) if row[2]] == ["I2"]


async def test_a_first_export_with_an_old_return_leaves_what_was_paid_since(north: House):
    await north.take_rows(sent_back(mill(), "its collection"))

    assert {row[4] for row in await north.stored("installment", OWED)} == {"PAID"}


@pytest.mark.parametrize(
    ("state", "outstanding"),
    [("SCHEDULED", "100.00"), ("DUE", "100.00"), ("PARTIALLY_PAID", "100.00"), ("OVERDUE", "100.00"), ("DEFERRED", "100.00"), ("PAID", "0.00"), ("CANCELLED", "0.00"), ("WAIVED", "0.00")],
)  # fmt: skip
async def test_the_database_and_the_rule_say_the_same_of_each_state(north: House, state: str, outstanding: str):
    await north.take_rows(with_installments(state=state, paid_amount="22.21"))

    [row, *_] = await north.owner.fetch("select * from installment where tenant_id = $1 order by external_id", north.tenant_id)
    of_it = SimpleNamespace(**dict(row))
    assert (row["outstanding_amount"], row["standing"]) == (Decimal(outstanding), state)
    assert [claim.outstanding_amount for claim in claims_of([of_it], of_it.due_on)] == (
        [] if state in FALLEN_AWAY else [Decimal(outstanding)]
    )
    is_owed = state in STILL_OWED
    assert is_owed == (row["outstanding_amount"] > 0)
