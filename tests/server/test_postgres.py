"""The server that comes along: who stops it, where its socket lies, and what is said when it does not start."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4

import asyncpg
import pytest

from server.process.embedded_postgres import Embedded, NotStarted, is_living, socket_folder
from tests.database import FOLDER, SETTINGS, Cluster
from tests.server.processes import ROOT

STARTING = "import sys; from pathlib import Path; from server.process.embedded_postgres import Embedded; print(Embedded(Path(sys.argv[1])).start(), flush=True); input()"


@pytest.fixture
def folder(cluster: Cluster) -> Iterator[Path]:
    """A place of the test's own, beside the server of the run, where that server's user may go."""
    place = cluster.folder / f"own-{uuid4().hex[:8]}"
    place.mkdir()
    yield place
    rmtree(place, ignore_errors=True)


def is_running(data: Path) -> bool:
    return (data / "postmaster.pid").exists()


def test_whoever_was_killed_leaves_a_server_that_the_next_one_joins_and_then_stops(folder: Path):
    data = folder / "with blank" / "postgres"
    data.parent.mkdir()
    command = [sys.executable, "-c", STARTING, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        address = killed.stdout.readline().strip()
        killed.kill()
    assert is_running(data)

    embedded = Embedded(data, SETTINGS)
    joined = embedded.start()
    mode = asyncio.run(answers(joined))
    embedded.stop()

    assert (joined, mode) == (address, "0700")
    assert not is_running(data)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Beside the folder of this run, not in it: the path of a socket may not be long."""
    place = Path(mkdtemp(prefix="own-", dir=Path(os.environ[FOLDER]).parent))
    place.chmod(0o755)
    yield place
    rmtree(place, ignore_errors=True)


def test_a_run_of_tests_leaves_no_folder_and_no_server_behind(short_folder: Path):
    """The run of one test, which starts servers, kills a process and leaves a socket elsewhere."""
    own = {name: value for name, value in os.environ.items() if name not in (FOLDER, "PYTEST_XDIST_WORKER")} | {"TMPDIR": str(short_folder)}
    one = f"{Path(__file__).relative_to(ROOT)}::{test_whoever_was_killed_leaves_a_server_that_the_next_one_joins_and_then_stops.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", one]
    ended = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
    # pytest's own, of which it keeps the last three.
    assert [place.name for place in short_folder.iterdir() if not place.name.startswith("pytest-of-")] == []
    assert str(short_folder) not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


async def answers(address: str) -> str:
    connection = await asyncpg.connect(address)
    try:
        return str(await connection.fetchval("show unix_socket_permissions"))
    finally:
        await connection.close()


def test_a_folder_that_holds_something_else_is_told_in_one_line(folder: Path):
    (folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(NotStarted, match="found version 12") as refused:
        Embedded(folder, SETTINGS).start()
    assert "\n" not in str(refused.value)


def test_a_server_that_does_not_start_is_told_with_its_own_last_words(folder: Path):
    data = folder / "postgres"
    embedded = Embedded(data, SETTINGS)
    embedded.start()
    embedded.stop()
    (data / "global" / "pg_control").unlink()

    with pytest.raises(NotStarted, match="The embedded PostgreSQL did not start: ") as refused:
        Embedded(data, SETTINGS).start()
    assert "\n" not in str(refused.value)
    assert str(data) in str(refused.value)


@pytest.mark.parametrize(("name", "is_inside"), [("plain-1.0_x", True), ("with blank", False), ("quo'te", False), ("dollar$HOME", False)])
def test_a_socket_lies_with_the_data_unless_a_shell_would_misread_its_path(folder: Path, name: str, is_inside: bool):
    data, elsewhere = folder / name, folder / "elsewhere"
    data.mkdir()
    found = socket_folder(data, elsewhere)
    assert (found == data) is is_inside
    assert is_inside or (found.parent == elsewhere and found.stat().st_mode & 0o777 == 0o700)


def test_a_process_lives_until_it_has_ended():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_living(process.pid)
        process.kill()
    assert not is_living(process.pid)
    assert is_living(1)
