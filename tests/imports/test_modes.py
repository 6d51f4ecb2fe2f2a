"""What a faulty row does to the others, and what a dry run does to nothing."""

from datetime import timedelta
from typing import Any

import pytest

from models.imports import ImportMode
from tests.imports.conftest import NOW, House, Rows, Taken
from tests.imports.exports import PAPER, mill


def thousand(bad: int | None) -> Rows:
    """A thousand parties, of which one has no country: the row in line `bad`."""
    rows = [{"external_id": f"P{n:04}", "kind": "COMPANY", "legal_name": f"Mill {n}", "country": "BE"} for n in range(1_000)]
    if bad is not None:
        rows[bad - 2]["country"] = "Belgium"
    return {"parties": rows}


def without_run(taken: Taken) -> tuple[Any, ...]:
    return taken.report, taken.result.counts, taken.result.state, taken.result.faults


@pytest.mark.row("BO-3")
async def test_one_bad_row_of_a_thousand_leaves_999_in_and_is_reported_with_its_line(north: House):
    taken = await north.take_rows(thousand(bad=500))

    assert taken.counts == {"CREATED": 999, "REJECTED": 1}
    assert [row for row in taken.report if row["result"] == "REJECTED"] == [{
        "type": "parties", "file": "parties.csv", "line": 500, "external_id": "P0498", "result": "REJECTED", "field": "country", "rule": "country",
        "message": "'Belgium' is no country of ISO 3166-1, such as BE.",
    }]  # fmt: skip
    assert len(await north.stored("party")) == 999


@pytest.mark.row("BO-3")
async def test_all_or_nothing_takes_none_of_them(north: House):
    before = await north.contents()

    taken = await north.take_rows(thousand(bad=500), mode=ImportMode.ALL_OR_NOTHING)

    assert taken.result.state == "REJECTED"
    assert taken.counts == {"HELD_BACK": 999, "REJECTED": 1}
    assert {row["result"] for row in taken.report} == {"HELD_BACK", "REJECTED"}
    assert await north.contents() == before
    run = await north.run(taken.result.run_id)
    assert (run["state"], run["created_count"], run["rejected_count"], run["held_back_count"]) == ("REJECTED", 0, 1, 999)


async def test_all_or_nothing_takes_all_where_nothing_is_wrong(north: House):
    taken = await north.take_rows(thousand(bad=None), mode=ImportMode.ALL_OR_NOTHING)

    assert (taken.result.state, taken.counts) == ("COMPLETED", {"CREATED": 1_000})


async def test_a_row_that_waits_is_no_faulty_row(north: House):
    taken = await north.take_rows({"installments": mill()["installments"]}, mode=ImportMode.ALL_OR_NOTHING)

    assert (taken.result.state, taken.counts) == ("COMPLETED", {"PARKED": 3})


@pytest.mark.row("BO-4")
@pytest.mark.parametrize("mode", ImportMode)
@pytest.mark.parametrize("bad", [None, 500])
async def test_a_dry_run_gives_the_report_of_the_real_one_and_changes_nothing(north: House, mode: ImportMode, bad: int | None):
    north.files = {"papers/welcome.pdf": PAPER, "papers/stray.pdf": PAPER}
    export = north.export(mill() | thousand(bad))
    before = await north.contents()

    tried = await north.take(export, mode=mode, dry_run=True)
    after = await north.contents()
    real = await north.take(export, mode=mode)

    assert without_run(tried) == without_run(real)
    assert tried.result.is_dry_run and not real.result.is_dry_run
    assert after == before
    assert (await north.contents() == before) == (real.result.state == "REJECTED")


@pytest.mark.row("BO-4")
async def test_a_dry_run_keeps_no_bytes_and_notes_no_freshness(north: House):
    north.files = {"papers/welcome.pdf": PAPER}

    await north.take_rows(mill(), dry_run=True)

    assert [path for path in (north.folder / "files").rglob("*") if path.is_file()] == []
    assert await north.stored("import_sync", "type") == []


@pytest.mark.row("BO-4")
async def test_a_dry_run_over_stored_rows_counts_changes_and_makes_none(north: House):
    await north.take_rows(thousand(None))
    rows = thousand(None)
    rows["parties"][7]["legal_name"] = "Mill seven"
    before = await north.contents()

    taken = await north.take_rows(rows, dry_run=True)

    assert taken.counts == {"UPDATED": 1, "UNCHANGED": 999}
    assert await north.contents() == before


async def test_bytes_of_a_run_that_took_nothing_are_not_kept(north: House):
    north.files = {"papers/welcome.pdf": PAPER}
    rows = mill()
    rows["cases"][0]["state"] = "LOST"

    await north.take_rows(rows, mode=ImportMode.ALL_OR_NOTHING)

    assert [path for path in (north.folder / "files").rglob("*") if path.is_file()] == []


async def test_the_report_is_in_the_order_of_the_files_with_good_and_bad_rows_among_each_other(north: House):
    rows = thousand(None)["parties"][:6]
    rows[1]["country"] = rows[4]["country"] = "Belgium"

    taken = await north.take_rows({"parties": rows})

    assert [row["line"] for row in taken.report] == [2, 3, 4, 5, 6, 7]
    assert await north.stored("import_row", "number, line") == [(line - 1, line) for line in range(2, 8)]


async def test_when_there_is_too_much_to_keep_refused_rows_are_kept_first(north: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.importing.reporting.MOST_KEPT", 3)
    parked = mill()["installments"]
    bad = [{**mill()["statements"][0], "external_id": f"ST{n}", "currency": "?"} for n in range(2)]

    taken = await north.take_rows({"installments": parked, "statements": bad})

    assert taken.counts == {"PARKED": 3, "REJECTED": 2}
    assert await north.stored("import_row", "number, type, result") == [
        (1, "installments", "PARKED"),
        (2, "statements", "REJECTED"),
        (3, "statements", "REJECTED"),
    ]


@pytest.mark.parametrize("spoil", [{"country": "Belgium"}, {"kind": "COMPANY", "born_on": "nonsense"}])
async def test_figures_are_as_fresh_as_the_last_run_that_took_all_rows_of_their_type(north: House, spoil: dict[str, str]):
    """Else a type whose rows were refused would look as if it had just been brought up to date."""
    north.files = {"papers/welcome.pdf": PAPER}
    await north.take_rows(mill())
    first = dict(await north.stored("import_sync", "type, synced_at"))
    rows = mill()
    rows["parties"][0] |= spoil

    later = NOW + timedelta(days=1)
    assert (await north.take_rows(rows, at=later)).counts["REJECTED"] == 1

    second = dict(await north.stored("import_sync", "type, synced_at"))
    assert second["parties"] == first["parties"] == NOW
    assert second["contracts"] == later


async def test_a_type_of_which_rows_wait_for_others_is_not_complete(north: House):
    rows = {"accounts": mill()["accounts"]}
    assert (await north.take_rows(rows)).counts == {"PARKED": 1}
    assert await north.stored("import_sync", "type") == []
