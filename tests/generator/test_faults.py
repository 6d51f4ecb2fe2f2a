"""The export with deliberate errors: each is found where it was put, and nothing else is refused but what hangs on it."""

import json
from pathlib import Path

from server.generator import BREAKS, HOUSES, House, break_export, spoil
from server.generator.faults import SPOILS
from tests.generator.conftest import Take

HANGS_ON_IT = {"parent.rejected", "schedule.closing", "invoice.net", "lines.incomplete", "invoice.totals"}


async def test_every_error_is_reported_where_it_was_put_and_no_other(house: House, export: Path, take: Take, tmp_path: Path) -> None:
    await take(house, export)
    spoiled = spoil(export, tmp_path / "faults")

    taken = await take(house, tmp_path / "faults")

    assert taken.result.is_completed
    reported = {
        (row["type"], row["file"], row["line"], row["external_id"], row["field"], row["rule"], row["result"]) for row in taken.report
    }
    for error in spoiled:
        assert (error.type, error.file, error.line, error.external_id, error.field, error.rule, error.result) in reported, error
    places = {(error.file, error.line) for error in spoiled}
    others = {row["rule"] for row in taken.report if row["result"] in ("REJECTED", "PARKED") and (row["file"], row["line"]) not in places}
    assert others <= HANGS_ON_IT
    assert "CREATED" not in taken.counts


async def test_every_break_refuses_the_export_as_a_whole(house: House, export: Path, take: Take, tmp_path: Path) -> None:
    await take(house, export)
    for how in BREAKS:
        rule = break_export(export, tmp_path / how, how)

        taken = await take(house, tmp_path / how)

        assert (taken.result.state, set(taken.counts) <= {"REJECTED"}) == ("REJECTED", True)
        assert rule in {row["rule"] for row in taken.report if row["type"] is None}


def test_every_error_can_be_put_into_some_house(exports, tmp_path: Path) -> None:
    found = {(error.type, error.rule) for house in HOUSES for error in spoil(exports(house), tmp_path / house.key)}

    assert found == {(one.type, one.rule) for one in SPOILS}


def test_the_same_export_is_spoiled_alike_and_its_other_rows_are_left_as_they_were(exports, tmp_path: Path) -> None:
    export = exports(HOUSES[0])
    spoiled = spoil(export, tmp_path / "one")

    assert spoil(export, tmp_path / "two") == spoiled
    manifests = [json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8")) for name in ("one", "two")]
    assert manifests[0] == manifests[1]
    assert manifests[0]["sequence"] == 2
    lines = {error.line for error in spoiled if error.file == "parties.csv"}
    before, after = ((place / "parties.csv").read_bytes().splitlines() for place in (export, tmp_path / "one"))
    assert [line for line, (one, other) in enumerate(zip(before, after, strict=True), 1) if one != other] == sorted(lines)
