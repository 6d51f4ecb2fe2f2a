"""`bailiwick import` and `bailiwick generate`: what they print, what they write, and how they end."""

import asyncio
import csv
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from server.process.settings import Settings
from tests.imports.conftest import House, open_house
from tests.imports.exports import PAPER, mill
from tests.server.conftest import Ended, Terminal, said_of

T = TypeVar("T")
Rows = dict[str, list[dict[str, Any]]]
TOTAL = sum(len(rows) for rows in mill().values())


@dataclass
class Desk:
    """A house, and the command line of its installation. Commands have an event loop of their own, so whoever looks has one too."""

    terminal: Terminal
    settings: Settings
    folder: Path
    house: House = field(init=False)

    def __post_init__(self) -> None:
        async def made(house: Any) -> House:
            return await open_house(house.owner, house.jobs, self.folder, "north")

        self.house = House("", None, None, None, self.folder, None, None)  # type: ignore[arg-type]  # until there is one
        self.house = self.looked(made)
        self.house.files = {"papers/welcome.pdf": PAPER}

    def looked(self, look: Callable[[House], Awaitable[T]]) -> T:
        """What somebody sees who looks into the database."""

        async def looking() -> T:
            self.house.owner = await asyncpg.connect(self.settings.url("owner"), server_settings={"search_path": "bailiwick"})
            try:
                return await look(self.house)
            finally:
                await self.house.owner.close()

        return asyncio.run(looking())

    def contents(self) -> dict[str, str]:
        return self.looked(lambda house: house.contents())

    def run(self, *words: str | Path, **settings: str) -> Ended:
        return self.terminal("import", *map(str, words), **(said_of(self.settings) | settings))


@pytest.fixture
def desk(bailiwick: Terminal, installed: Settings, tmp_path: Path) -> Desk:
    return Desk(bailiwick, installed, tmp_path)


def faulty() -> Rows:
    """The mill, and a case in a state that there is not, which a spreadsheet would take for a formula."""
    rows = mill()
    rows["cases"] = [*rows["cases"], {**rows["cases"][0], "external_id": "K2", "number": "K-2", "state": "=LOST()"}]
    return rows


def test_an_export_goes_in_is_counted_and_ends_with_0_and_again_changes_nothing(desk: Desk):
    export = desk.house.export(mill())

    first = desk.run(export)
    before = desk.contents()
    again = desk.run(export, "--tenant", desk.house.key)

    assert (first.status, again.status) == (0, 0)
    assert f"│ CREATED   │ {TOTAL:<4} │" in first.out
    assert f"│ UNCHANGED │ {TOTAL:<4} │" in again.out
    assert first.out.rstrip().endswith("COMPLETED.")
    assert (first.err, again.err) == ("", "")  # what is no terminal gets no bars
    assert desk.contents() == before


@pytest.mark.row("BO-3", part="the command line ends with no success on errors")
def test_refused_rows_end_with_1_and_are_named_and_reported(desk: Desk, tmp_path: Path):
    over = desk.run(desk.house.export(faulty()), "--report", tmp_path / "rows.csv")

    assert over.status == 1
    assert over.err == "cases.csv:3:state: K2: '=LOST()' is none of OPEN, ON_PLAN, DEFERRED, DISPUTED, PAID, CLOSED. (enum)\n"
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    [refused] = [row for row in rows if row["result"] == "REJECTED"]
    assert (refused["type"], refused["file"], refused["line"], refused["external_id"], refused["field"]) == (
        "cases",
        "cases.csv",
        "3",
        "K2",
        "state",
    )
    assert refused["message"].startswith("'=LOST()' is")
    assert len(rows) == TOTAL + 1
    assert not (tmp_path / "rows.csv.part").exists()


def test_what_a_spreadsheet_would_run_stands_as_text_in_the_report(desk: Desk, tmp_path: Path):
    rows = mill()
    rows["cases"][0]["external_id"] = "=1+1"

    desk.run(desk.house.export(rows), "--report", tmp_path / "rows.csv")
    desk.run(desk.house.export(rows), "--report", tmp_path / "rows.jsonl")

    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        assert "'=1+1" in {row["external_id"] for row in csv.DictReader(file)}
    assert "=1+1" in {json.loads(line)["external_id"] for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()}


@pytest.mark.row("BO-3", part="the command line ends with no success on errors")
def test_all_or_nothing_ends_with_4_and_takes_nothing(desk: Desk, tmp_path: Path):
    before = desk.contents()

    over = desk.run(desk.house.export(faulty()), "--mode", "all-or-nothing", "--report", tmp_path / "rows.jsonl")

    assert over.status == 4
    assert over.out.rstrip().endswith(f"REJECTED. Each row is in {tmp_path / 'rows.jsonl'}.")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["result"] for row in rows} == {"HELD_BACK", "REJECTED"}
    assert desk.contents() == before


@pytest.mark.row("BO-4", part="the command line")
@pytest.mark.parametrize("rows,mode,status", [(mill(), "per-row", 0), (faulty(), "per-row", 1), (faulty(), "all-or-nothing", 4)])
def test_a_dry_run_ends_like_the_real_one_and_writes_nothing(desk: Desk, rows: Rows, mode: str, status: int):
    before = desk.contents()

    over = desk.run(desk.house.export(rows), "--mode", mode, "--dry-run")

    assert over.status == status
    assert "Nothing was written: this was a dry run." in over.out
    assert desk.contents() == before


def test_a_broken_export_ends_with_4_and_says_where(desk: Desk, tmp_path: Path):
    export = desk.house.export(mill())
    (export / "cases.csv").write_bytes(b"external_id;number\r\n")

    over = desk.run(export, "--report", tmp_path / "rows.csv")

    assert over.status == 4
    assert over.err.splitlines() == [
        "cases.csv: The file is not the one that was exported: its hash differs. (file.sha256)",
        "cases.csv:1: The columns stand apart by ';', and commas are expected. (file.separator)",
    ]
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()[1].startswith(",cases.csv,,,REJECTED,,file.sha256,")


@pytest.mark.parametrize("form", ["zip", "gztar"])
def test_an_archive_says_whose_it_is(desk: Desk, tmp_path: Path, form: str):
    archive = shutil.make_archive(str(tmp_path / "export"), form, desk.house.export(mill()))

    assert desk.run(archive).status == 0


def without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def of_nobody(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"tenant": "nobody"}))


def as_it_is(folder: Path) -> None:
    """Nothing is wrong with it."""


WRONG: dict[str, tuple[Callable[[Path], None], list[str], int, str]] = {
    "no manifest": (without_manifest, [], 4, "manifest.json: There is no manifest.json at the top of the export, nor in the one folder that it has there. (manifest.missing)"),
    "a house that is not there": (of_nobody, [], 2, "tenant: There is no house nobody."),
    "another house": (of_nobody, ["--tenant", "{key}"], 4, "manifest.json: The export is for 'nobody', not for '{key}'. (manifest.tenant)"),
    "no such mode": (as_it_is, ["--mode", "some"], 2, "Invalid value for '--mode'"),
    "a report that cannot be written": (as_it_is, ["--report", "/nowhere/rows.csv"], 3, "/nowhere/rows.csv.part: No such file or directory."),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_a_line(desk: Desk, what: str):
    spoil, more, status, words = WRONG[what]
    export = desk.house.export(mill())
    spoil(export)

    over = desk.run(export, *(word.format(key=desk.house.key) for word in more))

    assert over.status == status
    assert words.format(key=desk.house.key) in over.err
    assert "Traceback" not in over.err
    assert desk.looked(lambda house: house.stored("party")) == []


def test_a_file_that_is_no_archive_is_refused(desk: Desk, tmp_path: Path):
    (tmp_path / "rows.csv").write_text("external_id\n")

    over = desk.run(tmp_path / "rows.csv")

    assert (over.status, over.err) == (
        4,
        "rows.csv: An export is a folder, a .zip or a .tar.gz, and this is none of them. (archive.kind)\n",
    )


def test_only_the_first_refused_rows_are_shown(desk: Desk):
    rows = {"parties": [{"external_id": f"P{n}", "kind": "COMPANY", "legal_name": "Mill", "country": "?"} for n in range(50)]}

    over = desk.run(desk.house.export(rows))

    lines = over.err.splitlines()
    assert (len(lines), lines[0].split(":")[1], lines[-1]) == (21, "2", "... and 30 more.")


@pytest.mark.parametrize("command", ["import", "generate"])
def test_help_has_examples_and_says_how_it_ends(bailiwick: Terminal, command: str):
    over = bailiwick(command, "--help")

    assert over.status == 0
    assert over.out.count(f"Example:  bailiwick {command} ") == 4
    assert "Ends with 0 when " in over.out


def test_what_is_generated_is_written_counted_and_the_same_again(bailiwick: Terminal, tmp_path: Path):
    options = ["--house", "skjaervik", "--contracts", "12", "--seed", "7", "--today", "2026-11-24", "--faults"]

    first = bailiwick("generate", "one", *options)
    second = bailiwick("generate", "two", *options)
    again = bailiwick("generate", "one", *options)
    unknown = bailiwick("generate", "three", "--house", "nobody")

    assert (first.status, second.status, first.err) == (0, 0, "")
    assert "Skjærvik Inkasso AS" in first.out
    manifests = [(tmp_path / place / "skjaervik" / "manifest.json").read_bytes() for place in ("one", "two")]
    assert manifests[0] == manifests[1]
    assert json.loads(manifests[0])["tenant"] == "skjaervik"
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        "skjaervik", "skjaervik-faults", "skjaervik-faults.expected.csv", "skjaervik-latin-1", "skjaervik-other-house", "skjaervik-cut-short",
        "skjaervik-missing-column",
    }  # fmt: skip
    assert (again.status, unknown.status) == (2, 2)
    assert "is not empty" in again.err
    assert unknown.err.startswith("There is no house nobody. There are: valdesenne, ")
