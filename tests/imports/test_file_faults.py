"""A file that is not what it says refuses the whole run, in both modes, and leaves the data as it was."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from models.imports import ImportMode
from server.process.embedded_postgres import Urls
from tests.imports.conftest import House, Rows, open_house
from tests.imports.exports import PAPER, mill

Spoil = Callable[[Path], Path | None]


def rewritten(name: str, change: Callable[[bytes], bytes], rows: int | None = None) -> Spoil:
    """Other bytes in a file, which the manifest knows of."""

    def spoil(folder: Path) -> None:
        file = folder / name
        file.write_bytes(change(file.read_bytes()))
        manifest = json.loads((folder / "manifest.json").read_text())
        for entry in manifest["files"]:
            if entry["path"] == name:
                entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
                entry["rows"] = entry["rows"] if rows is None else rows
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return spoil


def behind_its_back(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Other bytes in a file, which the manifest knows nothing of."""

    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return spoil


def said(**changed: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text()) | changed
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return spoil


def said_of(name: str, **changed: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["files"] = [entry | (changed if entry["path"] == name else {}) for entry in manifest["files"]]
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return spoil


def cut_archive(folder: Path) -> Path:
    archive = Path(shutil.make_archive(str(folder), "zip", folder))
    archive.write_bytes(archive.read_bytes()[:-200])
    return archive


def slipping_archive(folder: Path) -> Path:
    archive = folder.with_suffix(".tar.gz")
    with tarfile.open(archive, "w:gz") as file:
        file.add(folder / "manifest.json", "../manifest.json")
    return archive


def no_archive(folder: Path) -> Path:
    return folder / "parties.csv"


def nothing(folder: Path) -> Path:
    return folder / "nothing"


# What is spoiled, and the file, line, column and rule that the report names.
CASES: dict[str, tuple[Spoil, str, int | None, str | None, str]] = {
    "Latin 1 where UTF-8 is said": (rewritten("parties.csv", lambda raw: raw.replace(b"Anna Molen", "Zoë".encode("latin-1"))), "parties.csv", 3, None, "file.encoding"),
    "another encoding": (said_of("parties.csv", encoding="iso-8859-1"), "parties.csv", None, None, "file.encoding"),
    "a column that is missing": (rewritten("contracts.csv", lambda raw: raw.replace(b",number,", b",nummer,", 1)), "contracts.csv", 1, "number", "column.missing"),
    "a column it does not know": (rewritten("contracts.csv", lambda raw: raw.replace(b",number,", b",nummer,", 1)), "contracts.csv", 1, "nummer", "column.unknown"),
    "a column twice": (rewritten("contracts.csv", lambda raw: raw.replace(b",state,", b",number,", 1)), "contracts.csv", 1, "number", "column.twice"),
    "no header": (rewritten("cases.csv", lambda raw: b"", rows=0), "cases.csv", 1, None, "file.header"),
    "semicolons": (rewritten("cases.csv", lambda raw: raw.replace(b",", b";")), "cases.csv", 1, None, "file.separator"),
    "a quote that is not closed": (rewritten("invoice_lines.csv", lambda raw: raw.replace(b"Rent", b'"Rent', 1)), "invoice_lines.csv", None, None, "file.csv"),
    "a line without end": (rewritten("cases.csv", lambda raw: raw + b"K" * 1_000_000), "cases.csv", 3, None, "file.line"),
    "another hash": (behind_its_back("parties.csv", lambda raw: raw.replace(b"Mill NV", b"Kiln NV")), "parties.csv", None, None, "file.sha256"),
    "a file cut short": (behind_its_back("installments.csv", lambda raw: raw[:-40]), "installments.csv", None, None, "file.sha256"),
    "fewer rows than it says": (rewritten("installments.csv", lambda raw: raw, rows=4), "installments.csv", None, None, "file.rows"),
    "more rows than it says": (rewritten("installments.csv", lambda raw: raw, rows=2), "installments.csv", None, None, "file.rows"),
    "a file that is not there": (lambda folder: (folder / "cases.csv").unlink(), "cases.csv", None, None, "file.missing"),
    "a file twice": (lambda folder: said(files=[json.loads((folder / "manifest.json").read_text())["files"][0]] * 2)(folder), "parties.csv", None, None, "manifest.files"),
    "a type it does not know": (said_of("cases.csv", type="claims"), "cases.csv", None, None, "type.unknown"),
    "a path that leads out": (said_of("cases.csv", path="../cases.csv"), "manifest.json", None, None, "path.escape"),
    "a spreadsheet": (said_of("cases.csv", path="cases.xlsx"), "cases.xlsx", None, None, "file.kind"),
    "another tenant": (said(tenant="south"), "manifest.json", None, None, "manifest.tenant"),
    "no source": (said(source=""), "manifest.json", None, None, "manifest.source"),
    "an older sequence": (said(sequence=1), "manifest.json", None, None, "sequence.older"),
    "no files": (said(files=[]), "manifest.json", None, None, "manifest.files"),
    "another version": (said(format_version=9), "manifest.json", None, None, "manifest.version"),
    "half a manifest": (behind_its_back("manifest.json", lambda raw: raw[:40]), "manifest.json", None, None, "manifest.json"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest.json", None, None, "manifest.missing"),
    "an archive cut short": (cut_archive, "{}.zip", None, None, "archive.truncated"),
    "an archive that leads out": (slipping_archive, "{}.tar.gz", None, None, "path.escape"),
    "no archive": (no_archive, "parties.csv", None, None, "archive.kind"),
    "nothing at all": (nothing, "nothing", None, None, "archive.missing"),
}  # fmt: skip


def changed_mill() -> Rows:
    """Rows that would change everything, were they taken."""
    rows = mill()
    rows["parties"][0]["legal_name"] = "Mill NV"
    rows["contracts"][0]["product"] = "Lease plus"
    rows["cases"][0]["state"] = "PAID"
    return rows


@pytest.fixture(scope="module")
async def filled(house_urls: Urls, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[House]:
    """A house with the mill in it, taken as export 5."""
    owner = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    jobs = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})
    house = await open_house(owner, jobs, tmp_path_factory.mktemp("filled"), "filled")
    house.files = {"papers/welcome.pdf": PAPER}
    assert (await house.take(house.export(mill(), sequence=5))).result.is_completed
    yield house
    await owner.close()
    await jobs.close()


@pytest.mark.parametrize("mode", ImportMode)
@pytest.mark.parametrize("what", CASES)
async def test_the_run_is_refused_and_nothing_changed_by(filled: House, what: str, mode: ImportMode):
    spoil, file, line, column, rule = CASES[what]
    folder = filled.export(changed_mill(), sequence=6)
    place = spoil(folder) or folder
    before, kept = await filled.contents(), await filled.stored("import_sync", "source, type, synced_at")

    taken = await filled.take(place, mode=mode)

    file = file.format(folder.name)
    assert taken.result.state == "REJECTED"
    assert set(taken.counts) <= {"REJECTED"}
    assert (file, column, rule) in {(row["file"], row["field"], row["rule"]) for row in taken.report}
    assert line is None or (file, line, rule) in {(row["file"], row["line"], row["rule"]) for row in taken.report}
    assert {row["result"] for row in taken.report} == {"REJECTED"}
    assert await filled.contents() == before
    assert await filled.stored("import_sync", "source, type, synced_at") == kept


async def test_a_refused_run_says_all_its_faults_to_whoever_asks_later(filled: House):
    folder = filled.export(changed_mill(), sequence=6)
    rewritten("contracts.csv", lambda raw: raw.replace(b",number,", b",nummer,", 1))(folder)

    taken = await filled.take(folder)

    run = await filled.run(taken.result.run_id)
    assert (run["state"], run["source"], run["sequence"]) == ("REJECTED", "erp", 6)
    assert (run["fault_rule"], run["fault_file"]) == ("column.unknown", "contracts.csv")
    assert [(f["file"], f["line"], f["column"], f["rule"]) for f in json.loads(run["faults"])] == [
        ("contracts.csv", 1, "nummer", "column.unknown"),
        ("contracts.csv", 1, "number", "column.missing"),
    ]
    assert run["finished_at"] >= run["started_at"]


async def test_all_files_and_all_rows_that_are_wrong_are_told_at_once(filled: House):
    """Six attempts, each ended by a new first fault, are a day's work."""
    rows = changed_mill()
    rows["assets"][0]["category"] = "PLANT"
    rows["statements"][0]["period_to_on"] = "2025-02-29"
    folder = filled.export(rows, sequence=6)
    rewritten("contracts.csv", lambda raw: raw.replace(b",number,", b",nummer,", 1))(folder)
    rewritten("cases.csv", lambda raw: raw.replace(b",", b";"))(folder)
    rewritten("parties.csv", lambda raw: raw.replace(b"Anna", "Zo\xeb".encode("latin-1")))(folder)
    behind_its_back("statements.csv", lambda raw: raw + b"ST2,C1,x,2025-01-31,EUR,1,1\r\n")(folder)
    said_of("operations.csv", encoding="cp1252")(folder)
    (folder / "invoices.csv").unlink()
    before = await filled.contents()

    taken = await filled.take(folder)

    assert {(row["file"], row["rule"]) for row in taken.report if row["type"] is None} == {
        ("contracts.csv", "column.unknown"), ("contracts.csv", "column.missing"), ("cases.csv", "file.separator"), ("parties.csv", "file.encoding"),
        ("statements.csv", "file.sha256"), ("statements.csv", "file.rows"), ("operations.csv", "file.encoding"), ("invoices.csv", "file.missing"),
    }  # fmt: skip
    assert [
        (row["type"], row["file"], row["line"], row["external_id"], row["rule"], row["field"]) for row in taken.report if row["type"]
    ] == [
        ("assets", "assets.csv", 2, "AS1", "enum", "category"),
        ("statements", "statements.csv", 2, "ST1", "date", "period_to_on"),
        ("statements", "statements.csv", 3, "ST2", "date", "period_from_on"),
    ]
    assert await filled.contents() == before
    run = await filled.run(taken.result.run_id)
    assert (run["state"], run["rejected_count"], len(json.loads(run["faults"]))) == ("REJECTED", 3, 8)
    assert await filled.owner.fetchval("select count(*) from import_row where run_id = $1", taken.result.run_id) == 3


async def test_nothing_is_read_of_the_export_of_another_house(filled: House):
    folder = filled.export(changed_mill(), sequence=6)
    said(tenant="south")(folder)
    rewritten("cases.csv", lambda raw: raw.replace(b",", b";"))(folder)

    taken = await filled.take(folder)

    assert [row["rule"] for row in taken.report] == ["manifest.tenant"]


async def test_a_paper_is_found_whatever_system_wrote_its_name(north: House):
    north.files = {"Papers/Cafe\u0301.PDF": PAPER}
    rows = mill()
    rows["documents"][0]["file"] = "papers\\caf\u00e9.pdf"

    taken = await north.take_rows(rows)

    assert set(taken.counts) == {"CREATED"}
    again = await north.take_rows(rows)
    assert set(again.counts) == {"UNCHANGED"}


async def test_names_that_look_alike_are_told_apart(north: House):
    north.files = {"papers/w\u0435lcome.pdf": PAPER}  # a Cyrillic letter

    taken = await north.take_rows(mill())

    [missing] = [row for row in taken.report if row["rule"] == "document.missing"]
    [unmatched] = [row for row in taken.report if row["rule"] == "document.unmatched"]
    assert "papers/welcome.pdf" in missing["message"]
    assert "w\\u0435lcome" in unmatched["message"]


async def test_an_export_of_no_rows_is_taken_and_changes_nothing(north: House):
    await north.take_rows(mill())
    before = await north.contents()

    taken = await north.take_rows({"parties": [], "cases": []})

    assert taken.result.state == "COMPLETED"
    assert (taken.counts, taken.report) == ({}, [])
    assert await north.contents() == before


async def test_the_same_sequence_may_come_again_and_none_may_come_at_any_time(north: House):
    rows = {"parties": mill()["parties"]}
    await north.take(north.export(rows, sequence=17))

    again = await north.take(north.export(rows, sequence=17))
    without = await north.take(north.export(rows, sequence=None))
    other = await north.take(north.export(rows, sequence=3, source="crm"))

    assert [taken.counts for taken in (again, without, other)] == [{"UNCHANGED": 2}, {"UNCHANGED": 2}, {"CREATED": 2}]


@pytest.mark.parametrize("how", ["tried", "refused"])
async def test_what_was_not_taken_is_no_newer_export(north: House, how: str):
    rows = {"parties": mill()["parties"]}
    spoiled = {"parties": [mill()["parties"][0] | {"country": "Belgium"}]}
    await north.take(north.export(spoiled, sequence=9), mode=ImportMode.ALL_OR_NOTHING, dry_run=how == "tried")

    taken = await north.take(north.export(rows, sequence=8))

    assert taken.counts == {"CREATED": 2}
