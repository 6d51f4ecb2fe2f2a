"""The command line, as operators meet it: what each command says of itself, what it does, and how it ends where something is wrong."""

import asyncio
import io
import shlex
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import typer
import typer.main
from rich.table import Table
from typer.testing import CliRunner

from models.migrations import ORDER
from schema import exported
from server.commands.main import app
from server.commands.terminal import Output
from server.process.keys import Keys
from server.process.settings import Settings
from tests.server.conftest import Terminal, said_of

ROOT = Path(__file__).parent.parent.parent
PROGRAM: Any = typer.main.get_command(app)
SOMEWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in command.list_commands(None):
        found = command.get_command(None, name)
        yield (*path, name), found
        if hasattr(found, "list_commands"):
            yield from commands(found, (*path, name))


ALL = dict(commands(PROGRAM))
LEAVES = {path: command for path, command in ALL.items() if not hasattr(command, "list_commands")}
# What each needs to get as far as the settings.
WORDS = {
    ("import",): [".", "--tenant", "x"],
    ("token",): ["somebody"],
    ("tenant", "add"): ["north", "--name", "North"],
    ("portal", "add"): ["corner", "--tenant", "north", "--brand", "Corner"],
    ("staff", "add"): ["a@b.example", "--tenant", "north", "--name", "A", "--role", "AGENT"],
    ("user", "secret"): ["somebody"],
    ("user", "unlock"): ["somebody"],
    ("staff", "unlock"): ["somebody", "--tenant", "north"],
    ("staff", "secret"): ["somebody", "--tenant", "north"],
    ("jobs", "run"): ["housekeeping"],
    ("jobs", "retry"): ["01a20e8d-aff1-73f5-9594-1d52d5289a5b"],
    ("outbox", "list"): ["--tenant", "north"],
    ("audit", "verify"): ["--tenant", "north"],
    ("audit", "export"): ["--tenant", "north"],
}
WITHOUT_SETTINGS = {("schema",), ("policy",), ("keys", "new"), ("generate",), ("manifest",), ("preview",)}
WITHOUT_DATABASE = {*WITHOUT_SETTINGS, ("demo",), ("doctor",)}
WITH_DATABASE = sorted(set(LEAVES) - WITHOUT_DATABASE)


def parsed(words: list[str]) -> Any:
    """The command of a line that was written somewhere, all of whose options and arguments there are. Raises click's `UsageError`."""
    command: Any = PROGRAM
    context = command.context_class(command, info_name="bailiwick")
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(context, words)
        context = command.context_class(command, parent=context, info_name=name)
    command.make_parser(context).parse_args(list(words))
    return command


def test_the_commands_are_those_that_were_asked_for():
    asked_for = {"serve", "work", "migrate", "tenant add", "portal add", "staff add", "user secret", "doctor", "generate", "import", "schema",
                 "policy", "token", "demo"}  # fmt: skip
    assert asked_for <= {" ".join(path) for path in LEAVES}


@pytest.mark.parametrize("path", sorted(ALL), ids=" ".join)
def test_every_command_says_what_it_does(bailiwick: Terminal, path: tuple[str, ...]):
    ended = bailiwick(*path, "--help")

    assert ended.status == 0
    assert f"Usage: bailiwick {' '.join(path)}" in " ".join(ended.out.split())
    assert ended.err == ""


@pytest.mark.parametrize("path", sorted(LEAVES), ids=" ".join)
def test_every_command_has_examples_that_it_would_take(bailiwick: Terminal, path: tuple[str, ...]):
    epilog = LEAVES[path].epilog or ""
    assert epilog.startswith("Example:  ")
    for line in epilog.splitlines():
        if line.startswith("Example:  "):
            program, *words = shlex.split(line.removeprefix("Example:  ").removeprefix("(umask 077; ").partition(" > ")[0])
            assert (program, parsed(words).name) == ("bailiwick", path[-1])
    assert "Example:" in bailiwick(*path, "--help").out


@pytest.mark.parametrize("path", WITH_DATABASE, ids=" ".join)
def test_a_command_without_a_database_says_in_one_line_which_setting_is_missing(bailiwick: Terminal, path: tuple[str, ...]):
    ended = bailiwick(*path, *WORDS.get(path, []))

    assert ended.status in (1, 2)
    assert "DATABASE_URL is not set" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


@pytest.mark.parametrize("path", WITH_DATABASE, ids=" ".join)
def test_a_command_whose_database_is_away_says_so_in_one_line_without_a_traceback(
    bailiwick: Terminal, path: tuple[str, ...], tmp_path: Path
):
    (tmp_path / "key").write_text(bailiwick("keys", "new").out)
    (tmp_path / "key").chmod(0o600)
    said = {"DATABASE_URL": SOMEWHERE, "OWNER_DATABASE_URL": SOMEWHERE, "JOBS_DATABASE_URL": SOMEWHERE, "KEY_FILE": str(tmp_path / "key")}

    ended = bailiwick(*path, *WORDS.get(path, []), **said)

    assert ended.status == 3
    assert "Connect call failed" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


@pytest.mark.parametrize("path", sorted(set(LEAVES) - {*WITHOUT_SETTINGS, ("doctor",)}), ids=" ".join)
def test_a_setting_that_nobody_knows_stops_every_command(bailiwick: Terminal, path: tuple[str, ...]):
    ended = bailiwick(*path, *WORDS.get(path, []), DATABASE_URL=SOMEWHERE, OWNER_DATABASE_URI="x")

    assert ended.status == 2
    assert ended.err.strip() == "BAILIWICK_OWNER_DATABASE_URI is no setting. Is BAILIWICK_OWNER_DATABASE_URL meant?"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["serve", "--now"], "No such option"),
        (["conquer"], "No such command"),
        (["tenant", "add"], "Missing argument"),
        (["jobs", "retry", "7"], "Invalid value for 'job'"),
        (["staff", "add", "a@b.example", "--tenant", "x", "--name", "A", "--role", "KING"], "'KING' is not one of"),
        (["import", "nowhere", "--tenant", "x"], "'nowhere' does not exist"),
    ],
)
def test_wrong_use_is_told_with_the_right_one(bailiwick: Terminal, words: list[str], says: str):
    ended = bailiwick(*words)

    assert ended.status == 2
    assert says in ended.err
    assert "Usage: bailiwick" in ended.err


def test_a_house_is_opened_with_four_commands(bailiwick: Terminal, installed: Settings):
    said = said_of(installed)

    house = bailiwick("tenant", "add", "north", "--name", "North Lease SA", **said)
    door = bailiwick("portal", "add", "corner", "--tenant", "north", "--brand", "Corner", "--preset", "customer-corner", **said)
    agent = bailiwick("staff", "add", "sofie@north.example", "--tenant", "north", "--name", "Sofie", "--role", "AGENT", **said)
    renewed = bailiwick("user", "secret", "Sofie", **said)

    assert [ended.status for ended in (house, door, agent, renewed)] == [0, 0, 0, 0]
    assert house.out.startswith("North Lease SA is ten_")
    assert door.out.startswith("Corner is por_")
    first, second = (ended.out.strip().rpartition(": ")[2] for ended in (agent, renewed))
    assert first != second
    assert agent.out == f"Sofie may sign in at north. Password, shown this once: {first}\n"
    assert renewed.out == f"Sofie has a new password. Shown this once: {second}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tenant", "add", "North!", "--name", "N"], "key: A key is 2 to 32 small letters"),
        (["tenant", "add", "north", "--name", " ", "--country", "Belgium"], "legal_name: Give the legal name. country: A country is two"),
        (["portal", "add", "corner", "--tenant", "south", "--brand", "C"], "There is no house south. There are: none yet."),
        (["staff", "add", "a@b.example", "--tenant", "south", "--name", "A", "--role", "AGENT"], "There is no house south."),
        (["user", "secret", "nobody"], "Nobody here is called nobody."),
        (["user", "unlock", "nobody"], "Nobody here is called nobody."),
        (["import", ".", "--tenant", "south"], "There is no house south."),
        (["outbox", "list", "--tenant", "south"], "There is no house south."),
        (["audit", "verify", "--tenant", "south"], "There is no house south."),
        (["jobs", "run", "conquest"], "There is no job conquest. There are: "),
        (["jobs", "retry", "01a20e8d-aff1-73f5-9594-1d52d5289a5b"], "There is no dead job with this id."),
        (["token", "anna"], "Tokens are handed out in a demo only."),
    ],
)
def test_what_is_not_done_is_said_in_one_line_with_what_there_is(bailiwick: Terminal, installed: Settings, words: list[str], says: str):
    ended = bailiwick(*words, **said_of(installed))

    assert ended.status == 2
    assert says in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_migrating_twice_applies_nothing_the_second_time(bailiwick: Terminal, installed: Settings):
    ended = bailiwick("migrate", **said_of(installed))
    assert (ended.status, ended.out) == (0, "The database is up to date.\n")


@pytest.fixture
def behind(installed: Settings) -> Settings:
    """A database that the code is ahead of."""

    async def forget() -> None:
        connection = await asyncpg.connect(installed.owner_database_url)
        await connection.execute("drop schema bailiwick cascade")
        await connection.close()

    asyncio.run(forget())
    return installed


@pytest.mark.parametrize("command", ["serve", "work"])
def test_a_database_that_is_behind_is_not_served_and_not_migrated_in_passing(bailiwick: Terminal, behind: Settings, command: str):
    ended = bailiwick(command, **said_of(behind))

    assert ended.status == 1
    assert ended.err == f"migrations: {len(ORDER)} to be applied: {', '.join(ORDER)}. Run: bailiwick migrate\n"
    assert bailiwick("migrate", **said_of(behind)).out == f"Applied: {', '.join(ORDER)}.\n"


def test_the_doctor_is_content_with_what_may_start_and_says_so_by_its_status(bailiwick: Terminal, installed: Settings):
    well = bailiwick("doctor", **said_of(installed))
    ill = bailiwick("doctor", **{**said_of(installed), "DATABASE_URL": installed.owner_database_url})
    confused = bailiwick("doctor", **{**said_of(installed), "ENGINE": "warp"})

    assert (well.status, ill.status, confused.status) == (0, 1, 1)
    assert "skip  houses" in well.out and "6 not checked: there was nothing to judge." in well.out
    assert "is, or may become, the owner of the tables" in ill.out
    assert "Let DATABASE_URL name bailiwick_app." in ill.out
    assert "BAILIWICK_ENGINE: input should be 'planned' or 'core'" in confused.out


def test_a_trusted_document_that_is_wrong_is_told_by_the_doctor_and_stops_the_start(
    bailiwick: Terminal, installed: Settings, tmp_path: Path
):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "mine.graphql").write_text("{ contract }")
    said = said_of(installed) | {"TRUSTED_DOCUMENTS": str(tmp_path / "documents")}

    doctor, serve = bailiwick("doctor", **said), bailiwick("serve", **said)

    words = "BAILIWICK_TRUSTED_DOCUMENTS: mine.graphql:1:3: Field 'contract' of type 'Contract' must have a selection of subfields."
    assert (doctor.status, serve.status) == (1, 1)
    assert "FAIL  documents" in doctor.out and words in doctor.out
    assert serve.err.startswith(f"documents: not all of them fit this schema. {words}")


def test_the_doctor_prints_what_an_administrator_runs_without_being_told_of_a_database(bailiwick: Terminal):
    ended = bailiwick("doctor", "--sql")
    assert ended.status == 0
    assert ended.out.count("create role bailiwick_") == 4


def test_what_is_printed_to_be_kept_is_printed_whole(bailiwick: Terminal):
    assert bailiwick("schema").out == exported()
    assert bailiwick("policy").out == (ROOT / "tests" / "policy.txt").read_text("utf-8")
    Keys.written(bailiwick("keys", "new").out)


def test_no_line_is_broken_in_what_is_no_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """A pipe, a file: whatever the width that the environment claims."""
    monkeypatch.setenv("COLUMNS", "20")
    output = Output(sys.stdout)
    table = Table("A heading of some length", "Another heading of some length")
    table.add_row("what stands here " * 20, "x" * 300)
    output.print("word " * 200)
    output.print(table)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "word " * 200
    assert any(line.count("x") == 300 and line.count("what stands here") == 20 for line in lines)


class Narrow(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_texts_keep_their_lines_so_that_they_can_be_copied(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "20")
    stream = Narrow()
    Output(stream, file=stream).print("bailiwick portal add --tenant north --preset norrsken --host portal.north.example")
    assert stream.getvalue().rstrip("\n").count("\n") == 0


def test_a_release_says_its_name():
    said = CliRunner().invoke(app, ["--version"])

    assert (said.exit_code, said.output) == (0, f"bailiwick {version('bailiwick')}\n")
