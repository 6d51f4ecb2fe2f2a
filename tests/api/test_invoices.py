"""Bills: found by their number, line by line, on paper and as data."""

from typing import Any

import pytest

from models import Document, Invoice
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World
from tests.world_leasing import NATURES
from tests.world_rows import paper

SEARCH = "query ($filter: InvoiceFilter) { invoices(filter: $filter) { totalCount nodes { number } } }"
ONE = """query ($id: ID!, $natures: [InvoiceNature!], $first: Int! = 100, $after: Int) { invoice(id: $id) { number kind
  lines(natures: $natures, first: $first, afterNumber: $after) { number nature quantity unitPrice net vatCategory vatPercent vat contract { number } asset { designation } }
  vatTotals { vatCategory vatPercent net vat } net { amount } vat { amount } total { amount } paid { amount } outstanding { amount } } }"""


async def found(world: World, who: str, **filter: Any) -> list[str]:
    answer = (await read(world, who, SEARCH, filter=filter))["invoices"]
    assert answer["totalCount"] == len(answer["nodes"])
    return [row["number"] for row in answer["nodes"]]


@pytest.mark.row("CC-36")
async def test_an_invoice_is_found_by_its_number_however_it_is_typed(world: World):
    for typed in ("INV-2026/0001", "inv 2026 0001", "Inv20260001", " inv-2026.0001 "):
        assert await found(world, "view3", search=typed) == ["INV-2026/0001", "INV-2026/00011", "inv 2026.00012"], typed
        assert await found(world, "view3", number=typed) == ["INV-2026/0001"], typed
    # Signs of a pattern language stand for themselves.
    assert await found(world, "view3", search="100%") == ["100%"]
    assert await found(world, "view3", search="10_") == ["10_0"]
    assert (
        await found(world, "view3", search="%")
        == await found(world, "view3", search="_")
        == await found(world, "view3", number="100\\%")
        == []
    )
    assert sorted(await found(world, "view3", search="1 0")) == ["10-50", "100%", "100X", "10_0"]
    # What belongs to A2 is not there, whichever way it is asked for.
    assert await found(world, "admin2", search="A2-F1") == ["A2-F1"]
    assert (
        await found(world, "view3", search="A2-F1")
        == await found(world, "view3", number="A2-F1")
        == await found(world, "view3", search="A2")
        == []
    )
    await found_by_nobody_else(world, SEARCH, filter={"search": "INV-2026/0001"})
    await hidden(world, ONE, world.gid("t1", Invoice, "A3-F1"))


async def test_an_exact_number_comes_first_in_whatever_order_it_was_issued(world: World):
    ordered = """query { invoices(filter: {search: "inv20260001"}, orderBy: {field: ISSUED_ON}) { nodes { number } } }"""

    assert (await found(world, "view3", search="inv20260001"))[0] == "INV-2026/0001"  # though it was issued last
    assert [row["number"] for row in (await read(world, "view3", ordered))["invoices"]["nodes"]][-1] == "INV-2026/0001"


DOWNLOAD = """query ($number: String!, $as: Disposition! = ATTACHMENT) { invoices(filter: {search: $number}) { nodes { number
  document { file(disposition: $as) { url name } } } } }"""


@pytest.mark.row("CC-28", part="found by number, downloaded, shown inline; exports come with their issue")
async def test_a_viewer_finds_an_invoice_saves_it_and_prints_it(world: World):
    got = {}
    for disposition in ("ATTACHMENT", "INLINE"):
        nodes = (await read(world, "view3", DOWNLOAD, number="inv-2026/0001", **{"as": disposition}))["invoices"]["nodes"]
        assert nodes[0]["number"] == "INV-2026/0001"
        async with world.client() as client:
            got[disposition] = await client.get(nodes[0]["document"]["file"]["url"])

    assert {answer.status_code for answer in got.values()} == {200}
    assert {answer.content for answer in got.values()} == {paper("A3-F1-PDF")}
    assert got["ATTACHMENT"].headers["content-disposition"] == 'attachment; filename="invoice_INV-2026-0001_2026-02-20.pdf"'
    assert got["INLINE"].headers["content-disposition"] == 'inline; filename="invoice_INV-2026-0001_2026-02-20.pdf"'


async def test_lines_are_told_apart_by_what_they_are_for(world: World):
    await shows(world, "admin3", "invoice_lines", "A3")
    gid = world.gid("t1", Invoice, "A3-F1")

    every = (await read(world, "view3", ONE, id=gid))["invoice"]
    two = (await read(world, "view3", ONE, id=gid, natures=["INSURANCE", "RENT"]))["invoice"]
    rest = (await read(world, "view3", ONE, id=gid, first=2, after=3))["invoice"]

    assert [line["nature"] for line in every["lines"]] == list(NATURES)
    assert [line["number"] for line in two["lines"]] == [1, 5]
    assert [line["number"] for line in rest["lines"]] == [4, 5]
    assert every["lines"][0] == {
        "number": 1, "nature": "RENT", "quantity": "1.50", "unitPrice": "10.333333", "net": "15.50", "vatCategory": "S", "vatPercent": "21.00", "vat": "3.26",
        "contract": {"number": "LE 2025/0001-A"}, "asset": {"designation": "Crane"},
    }  # fmt: skip


async def test_a_bill_leads_to_its_paper_and_its_data_and_each_of_them_back(world: World):
    query = """query ($id: ID!) { invoice(id: $id) { number
      document { id kind ... on InvoiceDocument { invoice { number } } }
      structuredDocument { id kind ... on InvoiceDocument { invoice { number } } } } }"""

    bill = (await read(world, "view3", query, id=world.gid("t1", Invoice, "A3-F1")))["invoice"]

    assert bill["document"] == {"id": world.gid("t1", Document, "A3-F1-PDF"), "kind": "INVOICE", "invoice": {"number": "INV-2026/0001"}}
    assert bill["structuredDocument"] == {"id": world.gid("t1", Document, "A3-F1-XML"), "kind": "E_INVOICE_XML", "invoice": {"number": "INV-2026/0001"}}  # fmt: skip


async def test_a_credit_note_takes_back(world: World):
    note = (await read(world, "view3", ONE, id=world.gid("t1", Invoice, "A3-NOTE")))["invoice"]

    assert (note["kind"], note["net"], note["vat"], note["total"]) == (
        "CREDIT_NOTE",
        {"amount": "-10.05"},
        {"amount": "-2.11"},
        {"amount": "-12.16"},
    )
