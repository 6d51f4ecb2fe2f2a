"""The same export twice changes nothing the second time."""

import pytest

from models.importing.context import ImportContext, judged
from models.importing.sets import merge_lines
from models.importing.shapes import RowType
from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill, schedule_lines


async def test_a_whole_export_goes_in(north: House):
    north.files = {"papers/welcome.pdf": PAPER}

    taken = await north.take_rows(mill())

    assert {row["result"] for row in taken.report} == {"CREATED"}, [row for row in taken.report if row["result"] != "CREATED"]
    assert taken.counts == {"CREATED": sum(len(rows) for rows in mill().values())}
    assert taken.result.state == "COMPLETED"


@pytest.mark.row("BO-2")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_the_same_export_twice_writes_no_row_and_no_message(north: House, form: str):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill(), form=form)
    before = await north.written()

    again = await north.take_rows(mill(), form=form)

    assert again.counts == {"UNCHANGED": sum(len(rows) for rows in mill().values())}
    assert await north.written() == before
    assert await north.stored("outbox_message", "id") == []


async def test_parked_rows_that_come_again_are_not_written_again(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    rows = {name: of_type for name, of_type in mill().items() if name not in ("parties", "accounts")}
    await north.take_rows(rows)
    before = await north.written()
    parked = await north.stored("parked_row", "type || ' ' || external_id")

    again = await north.take_rows(rows)

    assert len(parked) == sum(len(of_type) for of_type in rows.values())
    assert again.counts == {"PARKED": len(parked)}
    assert await north.written() == before


async def test_a_changed_column_updates_its_row_and_no_other(north: House):
    await north.take_rows({name: mill()[name] for name in ("parties", "accounts", "contracts", "mandates", "bank_accounts")})
    rows = mill()
    rows["contracts"][0]["product"] = "Lease plus"
    rows["contracts"][0]["starts_on"] = "2025-01-02"

    taken = await north.take_rows({"contracts": rows["contracts"]})

    assert taken.of("contracts") == {"C1": "UPDATED", "C2": "UNCHANGED"}
    assert await north.stored("contract", "external_id, product, starts_on::text") == [
        ("C1", "Lease plus", "2025-01-02"),
        ("C2", None, "2025-02-01"),
    ]


async def test_lines_that_are_no_more_are_removed_and_the_report_says_so(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())
    fewer = mill()["amortization_lines"][:2]

    taken = await north.take_rows({"amortization_lines": fewer})

    assert taken.row("amortization_lines", "S1#1")["rule"] == "lines.removed"
    assert await north.stored("amortization_line", "number") == [1, 2]


async def test_the_freshness_of_each_type_is_noted(north: House):
    await north.take_rows({"parties": mill()["parties"]})

    assert await north.stored("import_sync", "source, type") == [("erp", "parties")]


async def test_lines_that_come_again_are_not_compared_each_with_all(north: House, monkeypatch: pytest.MonkeyPatch):
    """A house whose first import is just over has no statistics: the server takes its tables for small ones, and plans for those."""
    north.files = {"papers/welcome.pdf": PAPER}
    rows = mill() | {"amortization_lines": schedule_lines("S1", 360)}
    await north.take_rows(rows)
    read = []

    async def merging(context: ImportContext, type_: RowType) -> None:
        await merge_lines(context, type_)
        if type_.name == "amortization_lines":
            read.append(await context.connection.fetchval("select pg_stat_get_xact_tuples_returned($1::text::regclass)", judged(type_)))

    monkeypatch.setattr("models.importing.run.merge_lines", merging)
    again = await north.take_rows(rows)

    assert set(again.counts) == {"UNCHANGED"}
    assert 360 <= read[0] <= 20 * 360, read
