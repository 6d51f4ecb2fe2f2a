"""What was read in another way than it is spelled stands in the report, beside what became of the row."""

from models.imports import ImportMode
from tests.imports.conftest import House
from tests.imports.exports import mill


async def test_a_day_that_means_never_is_noted_and_no_contract_ends_on_it(north: House):
    rows = mill()
    rows["contracts"][0] |= {"ends_on": "9999-12-31", "signed_on": "0001-01-01"}
    wanted = {name: rows[name] for name in ("parties", "bank_accounts", "accounts", "mandates", "contracts")}

    taken = await north.take_rows(wanted, mode=ImportMode.ALL_OR_NOTHING)

    row = taken.row("contracts", "C1")
    assert (taken.result.state, row["result"], row["rule"], row["field"]) == ("COMPLETED", "CREATED", "date.none", "signed_on")
    assert "signed_on" in row["message"] or "0001-01-01" in row["message"]
    assert "ends_on: 9999-12-31" in row["message"]
    assert await north.stored("contract", "external_id, ends_on, signed_on") == [("C1", None, None), ("C2", None, None)]
    assert [(found["external_id"], found["rule"]) for found in await north.owner.fetch(
        "select external_id, rule from import_row where run_id = $1 and rule is not null", taken.result.run_id)] == [("C1", "date.none")]  # fmt: skip


async def test_a_note_stands_beside_what_else_is_said_of_a_row(north: House):
    rows = {"parties": [mill()["parties"][1] | {"born_on": "1900-01-01", "source_version": "2"}]}
    await north.take_rows(rows)

    older = await north.take_rows({"parties": [rows["parties"][0] | {"source_version": "1"}]})

    row = older.row("parties", "P2")
    assert (row["result"], row["rule"]) == ("UNCHANGED", "source_version.older")
    assert row["message"].endswith("1900-01-01 stands for nothing, and is read as no day.")
