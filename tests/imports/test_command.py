"""`bailiwick import` and `bailiwick generate` as an operator and a nightly script run them: processes, exit codes and what they print."""

import asyncio
import csv
import json
import os
import pty
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill
from tests.processes import Ended, bailiwick, begun, ended, environment


@dataclass
class Desk:
    """A house, and the command line of its installation."""

    house: House
    env: dict[str, str]

    async def run(self, *arguments: str | Path) -> Ended:
        return await bailiwick(self.env, "import", *arguments)


@pytest.fixture
async def desk(north: House, house_urls) -> AsyncIterator[Desk]:
    north.files = {"papers/welcome.pdf": PAPER}
    yield Desk(north, environment(house_urls, north.folder / "files"))


def faulty() -> dict[str, list[dict[str, str]]]:
    rows = mill()
    rows["cases"] = [*rows["cases"], {**rows["cases"][0], "external_id": "K2", "number": "K-2", "state": "=LOST()"}]
    return rows


async def test_an_export_goes_in_is_counted_and_exits_with_0_and_again_changes_nothing(desk: Desk):
    export = desk.house.export(mill())
    total = sum(len(rows) for rows in mill().values())

    first = await desk.run(export)
    before = await desk.house.contents()
    again = await desk.run(export, "--tenant", desk.house.key)

    assert (first.code, again.code) == (0, 0)
    assert f"│ CREATED   │ {total:<4} │" in first.out
    assert f"│ UNCHANGED │ {total:<4} │" in again.out
    assert first.out.rstrip().endswith("COMPLETED.")
    assert first.err == ""  # a pipe gets no bars and no colors
    assert "\x1b" not in first.out
    assert await desk.house.contents() == before


@pytest.mark.row("BO-3", part="exit codes of the command line")
async def test_refused_rows_exit_with_1_and_are_named_and_reported(desk: Desk, tmp_path: Path):
    over = await desk.run(desk.house.export(faulty()), "--report", tmp_path / "rows.csv")

    assert over.code == 1
    assert "cases.csv:3:state: K2: '=LOST()' is none of OPEN, " in over.err
    assert over.err.rstrip().endswith("(enum)")
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
    assert len(rows) == sum(len(of_type) for of_type in faulty().values())


@pytest.mark.row("BO-3", part="exit codes of the command line")
async def test_all_or_nothing_exits_with_3_and_takes_nothing(desk: Desk, tmp_path: Path):
    before = await desk.house.contents()

    over = await desk.run(desk.house.export(faulty()), "--mode", "all-or-nothing", "--report", tmp_path / "rows.jsonl")

    assert over.code == 3
    assert over.out.rstrip().endswith(f"REJECTED. Each row is in {tmp_path / 'rows.jsonl'}.")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["result"] for row in rows} == {"HELD_BACK", "REJECTED"}
    assert await desk.house.contents() == before


@pytest.mark.row("BO-4", part="the command line")
async def test_a_dry_run_exits_like_the_real_one_and_writes_nothing(desk: Desk):
    before = await desk.house.contents()

    over = await desk.run(desk.house.export(faulty()), "--dry-run")

    assert over.code == 1
    assert "Nothing was written: this was a dry run." in over.out
    assert await desk.house.contents() == before


async def test_a_broken_export_exits_with_3_and_says_where(desk: Desk, tmp_path: Path):
    export = desk.house.export(mill())
    (export / "cases.csv").write_bytes(b"external_id;number\r\n")

    over = await desk.run(export, "--report", tmp_path / "rows.csv")

    assert over.code == 3
    assert over.err == "cases.csv: The file is not the one that was exported: its hash differs. (file.sha256)\n"
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()[1].startswith(",cases.csv,,,REJECTED,,file.sha256,")


async def test_an_archive_says_whose_it_is(desk: Desk, tmp_path: Path):
    folder = desk.house.export(mill())
    archives = [shutil.make_archive(str(tmp_path / "export"), form, folder) for form in ("zip", "gztar")]

    over = [await desk.run(archive) for archive in archives]

    assert [one.code for one in over] == [0, 0]
    assert "UNCHANGED" in over[1].out


def without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def of_nobody(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"tenant": "nobody"}))


WRONG: dict[str, tuple[Callable[[Path], None], list[str], int, str]] = {
    "no manifest": (without_manifest, [], 3, "manifest.json: There is no manifest.json at the top of the export. (manifest.missing)"),
    "a house that is not there": (of_nobody, [], 2, "tenant: There is no house nobody."),
    "another house": (of_nobody, ["--tenant", "{key}"], 3, "manifest.json: The export is for 'nobody', not for '{key}'. (manifest.tenant)"),
    "no such mode": (lambda folder: None, ["--mode", "some"], 2, "Invalid value for '--mode'"),
    "a report that cannot be written": (lambda folder: None, ["--report", "/nowhere/rows.csv"], 2, "No such file or directory"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_wrong_is_said_in_a_line(desk: Desk, what: str):
    spoil, more, code, words = WRONG[what]
    export = desk.house.export(mill())
    spoil(export)

    over = await desk.run(export, *(word.format(key=desk.house.key) for word in more))

    assert over.code == code
    assert words.format(key=desk.house.key) in over.err
    assert "Traceback" not in over.err
    assert await desk.house.stored("party") == []


async def test_what_is_not_there_is_said(desk: Desk, tmp_path: Path):
    over = await desk.run(tmp_path / "nothing.zip")

    assert (over.code, over.err) == (3, "nothing.zip: There is no such file or folder. (archive.missing)\n")


async def test_without_a_database_it_exits_with_2(desk: Desk):
    env = desk.env | {"BAILIWICK_JOBS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    over = await bailiwick(env, "import", desk.house.export(mill()))

    assert over.code == 2
    assert len(over.err.splitlines()) == 1


async def until(desk: Desk, statement: str) -> None:
    """Looks until it is so."""
    async with asyncio.timeout(90):
        while not await desk.house.owner.fetchval(statement):
            pass


WAITING = (
    "select exists (select from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database())"
)


@pytest.mark.parametrize("sign,code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_interrupted_it_changes_nothing_and_says_so_of_its_run(desk: Desk, house_urls, sign: signal.Signals, code: int):
    """Somebody holds a row that the run must change, so that it stands still in the middle."""
    await desk.house.take_rows({"parties": mill()["parties"]})
    rows = mill()
    rows["parties"][0]["legal_name"] = "Mill NV"
    before = await desk.house.contents()
    holder = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("select from party where tenant_id = $1 for update", desk.house.tenant_id)
    process = await begun(desk.env, "import", desk.house.export(rows))
    await until(desk, WAITING)

    process.send_signal(sign)
    over = await ended(process)
    await transaction.rollback()
    await holder.close()

    assert over.code == code
    assert await desk.house.contents() == before
    assert await desk.house.stored("import_run", "state, fault_rule", "started_at, id") == [
        ("COMPLETED", None),
        ("FAILED", "import.interrupted"),
    ]


async def test_a_second_import_of_a_source_waits_and_says_so_or_gives_up_where_it_is_told_to(desk: Desk, house_urls):
    holder = await asyncpg.connect(house_urls.jobs)
    await holder.execute("select pg_advisory_lock(hashtextextended($1, 0))", f"import {desk.house.tenant_id} erp")
    export = desk.house.export(mill())

    hasty = await desk.run(export, "--no-wait")
    process = await begun(desk.env, "import", export)
    await until(desk, WAITING)
    before = await desk.house.stored("import_run", "id")
    await holder.close()
    patient = await ended(process)

    assert (hasty.code, hasty.err) == (2, "Another import of this source is under way. Without --no-wait this one waits for it.\n")
    assert before == []
    assert (patient.code, patient.err) == (0, "Another import of this source is under way: waiting for it.\n")


async def test_somebody_at_a_terminal_sees_how_far_it_is(desk: Desk):
    export = desk.house.export(mill())
    ours, theirs = pty.openpty()
    env = desk.env | {"TERM": "xterm", "COLUMNS": "120"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.command", "import", str(export), env=env, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = await asyncio.to_thread(all_of, ours)

    assert await process.wait() == 0
    assert "100%" in seen
    assert "CREATED" in seen


def all_of(terminal: int) -> str:
    """Everything that is printed on it, to its end."""
    found = b""
    try:
        while block := os.read(terminal, 65_536):
            found += block
    except OSError:  # nobody holds the other end any more
        pass
    os.close(terminal)
    return found.decode(errors="replace")


async def test_help_has_examples_and_says_what_each_exit_code_means():
    for command in ("import", "generate"):
        over = await bailiwick(environment_of_nobody(), command, "--help")

        assert over.code == 0
        assert f"bailiwick {command} " in over.out
        assert "Exit codes: 0, " in over.out


def environment_of_nobody() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {"COLUMNS": "200", "TERM": "dumb"}


async def test_what_is_generated_is_written_counted_and_the_same_again(tmp_path: Path):
    env = environment_of_nobody()
    options = ["--house", "skjaervik", "--contracts", "12", "--seed", "7", "--today", "2026-11-24", "--faults"]

    first = await bailiwick(env, "generate", tmp_path / "one", *options)
    second = await bailiwick(env, "generate", tmp_path / "two", *options)
    again = await bailiwick(env, "generate", tmp_path / "one", *options)
    unknown = await bailiwick(env, "generate", tmp_path / "three", "--house", "nobody")

    assert (first.code, second.code, first.err) == (0, 0, "")
    assert "Skjærvik Inkasso AS" in first.out
    manifests = [(tmp_path / place / "skjaervik" / "manifest.json").read_bytes() for place in ("one", "two")]
    assert manifests[0] == manifests[1]
    assert json.loads(manifests[0])["tenant"] == "skjaervik"
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        "skjaervik", "skjaervik-faults", "skjaervik-faults.expected.csv", "skjaervik-latin-1", "skjaervik-other-house", "skjaervik-cut-short",
        "skjaervik-missing-column",
    }  # fmt: skip
    assert (again.code, unknown.code) == (2, 2)
    assert "is not empty" in again.err
    assert unknown.err.startswith("There is no house nobody. There are: valdesenne, ")
