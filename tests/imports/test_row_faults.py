"""Every rule for rows: broken once, it refuses its row and says where and why, and the other rows are taken or not as the mode says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from channels.export_format import TYPE_BY_NAME
from models.imports import ImportMode
from server.process.embedded_postgres import Urls
from tests.imports.conftest import House, Rows, Taken, open_house
from tests.imports.exports import PAPER
from tests.imports.row_cases import CASES, good_rows, key_of, line_of, prefix, spoiled_rows


@dataclass(frozen=True)
class Spoiled:
    """All cases in one export, taken row by row by one house; `nothing` is how another mode ended it."""

    house: House
    rows: Rows
    tried: Taken
    refused: Taken
    before: dict[str, str]
    after_refusal: dict[str, str]
    taken: Taken


@pytest.fixture(scope="module")
async def spoiled(house_urls: Urls, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Spoiled]:
    owner = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    jobs = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})
    house = await open_house(owner, jobs, tmp_path_factory.mktemp("spoiled"), "spoiled")
    house.files = {"papers/welcome.pdf": PAPER}
    good = await house.take_rows(good_rows())
    assert set(good.counts) == {"CREATED"}, [row for row in good.report if row["result"] != "CREATED"][:3]
    before, rows = await house.contents(), spoiled_rows()
    export = house.export(rows)
    tried = await house.take(export, dry_run=True)
    refused = await house.take(export, mode=ImportMode.ALL_OR_NOTHING)
    after_refusal = await house.contents()
    yield Spoiled(house, rows, tried, refused, before, after_refusal, await house.take(export))
    await owner.close()
    await jobs.close()


def spelled_key(type_: str, row: dict[str, Any]) -> str:
    return "#".join(str(row[name]) for name in TYPE_BY_NAME[type_].key)


def of_case(taken: Taken, name: str) -> list[dict[str, Any]]:
    return [row for row in taken.report if (row["external_id"] or "").startswith(prefix(name))]


@pytest.mark.parametrize("name", CASES)
def test_the_report_says_where_and_why(spoiled: Spoiled, name: str):
    case = CASES[name]

    found = [row for row in of_case(spoiled.taken, name) if row["type"] == case.type and row["external_id"] == key_of(name)]

    assert {(row["result"], row["rule"], row["field"]) for row in found} == {(case.result, case.rule, case.column)}
    assert {row["line"] for row in found} == line_of(spoiled.rows, name, spelled_key)
    assert {row["file"] for row in found} == {f"{case.type}.csv"}
    for row in found:
        assert case.words in row["message"]
        assert row["message"].endswith(".")
        assert "7034" not in row["message"]  # the end of an IBAN


@pytest.mark.parametrize("name", CASES)
def test_no_other_row_is_refused_but_what_depends_on_it(spoiled: Spoiled, name: str):
    case = CASES[name]

    others = [row for row in of_case(spoiled.taken, name) if (row["type"], row["external_id"]) != (case.type, key_of(name))]

    assert {row["rule"] for row in others if row["result"] in ("REJECTED", "PARKED")} <= case.follows


@pytest.mark.row("BO-4", part="every rule is found in a dry run too, and nothing is changed")
def test_a_dry_run_finds_the_same(spoiled: Spoiled):
    assert spoiled.tried.report == spoiled.taken.report
    assert spoiled.tried.result.counts == spoiled.taken.result.counts


@pytest.mark.row("BO-3", part="all or nothing: every rule refuses the run")
def test_all_or_nothing_takes_nothing_and_says_the_same_of_the_faulty_rows(spoiled: Spoiled):
    def faulty(taken: Taken) -> list[Any]:
        return [row for row in taken.report if row["result"] == "REJECTED"]

    assert spoiled.refused.result.state == "REJECTED"
    assert faulty(spoiled.refused) == faulty(spoiled.taken)
    assert set(spoiled.refused.counts) == {"REJECTED", "UNCHANGED", "HELD_BACK"}
    assert spoiled.after_refusal == spoiled.before


async def test_what_is_refused_is_not_stored(spoiled: Spoiled):
    stored = {
        type_: set(await spoiled.house.stored(TYPE_BY_NAME[type_].table))
        for type_ in ("cases", "assets", "installments", "statements", "addresses")
    }
    for name, case in CASES.items():
        if case.type in stored and case.result == "REJECTED":
            assert (key_of(name) in stored[case.type]) == (case.before and not case.rule.endswith("taken")), name


def test_the_kept_rows_are_those_of_the_report(spoiled: Spoiled, tmp_path: Path):
    worth = [
        row
        for row in spoiled.taken.report
        if row["result"] in ("REJECTED", "PARKED")
        or row["rule"] in ("installment.schedule.differs", "invoice.lines.differ", "schedule.differs")
    ]

    assert len(worth) > 100
    assert spoiled.taken.result.counts["REJECTED"] == sum(row["result"] == "REJECTED" for row in worth)  # type: ignore[index]  # counted by words
