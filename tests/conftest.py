"""What all tests share: a server for the run, a world of people in it, and a way to ask as any of them."""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import hypothesis
import pytest

from channels.error_reports import SELDOM
from server.process.embedded_postgres import Urls
from tenants.passwords import SCHEMES
from tests.database import FOLDER, Cluster, stop_server
from tests.demo import Demo, demo_folder, fill_demo, opened_demo, settings_of
from tests.world import World, contents, fill, opened_world


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle", metavar="SEED", help="run the tests in a random order: the same one for the same seed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The files, and the tests of each. Every worker of a run finds the same order: that of the seed."""
    if seed := config.getoption("shuffle"):
        drawn = random.Random(seed)
        places = {item.path: drawn.random() for item in items}
        drawn.shuffle(items)
        items.sort(key=lambda item: places[item.path])


# The same examples each time, so that a run says something about the change it runs on; `make test-explored` draws others. No durations.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explored", deadline=None, print_blob=True)
hypothesis.settings.load_profile("explored" if os.environ.get("BAILIWICK_EXPLORED") else "repeatable")

# A run starts many processes, of its own and of the product: what one has compiled the others read, whatever the surroundings ask for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A hash that costs an attacker much would cost a run minutes. `tests/tenants/test_passwords.py` looks at the costs of the product.
SCHEMES.update(argon2__memory_cost=64, argon2__time_cost=1)

LONGEST = 60  # characters of a temporary folder in which a socket of PostgreSQL may lie: its whole path has about a hundred


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="bailiwick-tests-")
        # Processes that tests start, and kill, leave their temporary files where the run takes them away.
        temporary = Path(os.environ[FOLDER]) / "tmp"
        temporary.mkdir()
        if len(str(temporary)) <= LONGEST:
            os.environ["TMPDIR"] = str(temporary)
        config.add_cleanup(clean_up)


def clean_up() -> None:
    folder = Path(os.environ.pop(FOLDER))
    stop_server(folder)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def nothing_said_before() -> None:
    """Lines that come only now and then begin anew in each test."""
    SELDOM.forget()


@pytest.fixture(autouse=True)
def nobody_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """A world that tests share forgets after each of them who has asked it, and is at its own time again: what a test has
    changed for itself, such as a limit, must not reach the next one in a remembered standing.
    """
    yield
    for given in request.node.funcargs.values():
        if isinstance(given, World):
            given.forget()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The embedded server of this run."""
    return Cluster.of_this_run()


@pytest.fixture(scope="session")
def empty_template(cluster: Cluster) -> str:
    """A migrated database with nothing in it, to be cloned."""
    return cluster.template("empty")


@pytest.fixture(scope="session")
def world_template(cluster: Cluster) -> str:
    """A database with the people of requirements/conventions.md, to be cloned."""
    return cluster.template("world", fill)


@pytest.fixture
async def empty_urls(cluster: Cluster, empty_template: str) -> AsyncIterator[Urls]:
    """A migrated database of the test's own."""
    urls = await cluster.clone(empty_template)
    yield urls
    await cluster.drop(urls)


@pytest.fixture(scope="session")
async def world(cluster: Cluster, world_template: str, anyio_backend: str) -> AsyncIterator[World]:
    """For tests that only read: at the end it holds the rows it began with."""
    urls = await cluster.clone(world_template)
    async with opened_world(urls) as world:
        before = await contents(world)
        yield world
        assert await contents(world) == before


@pytest.fixture
async def own_world(cluster: Cluster, world_template: str) -> AsyncIterator[World]:
    """For tests that write, or bend something: a world that nobody else sees."""
    urls = await cluster.clone(world_template)
    async with opened_world(urls) as world:
        yield world
    await cluster.drop(urls)


@pytest.fixture(scope="session")
def demo_template(cluster: Cluster) -> str:
    """A database with the houses and people of the demo, to be cloned."""
    return cluster.template("demo", lambda urls: fill_demo(settings_of(urls, demo_folder())))


@pytest.fixture
async def demo(cluster: Cluster, demo_template: str) -> AsyncIterator[Demo]:
    """The demo, for this test alone."""
    urls = await cluster.clone(demo_template)
    async with opened_demo(settings_of(urls, demo_folder())) as demo:
        yield demo
    await cluster.drop(urls)


@pytest.fixture
async def superuser(cluster: Cluster, empty_urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Whom no policy holds back, in the test's own empty database."""
    connection = await asyncpg.connect(
        cluster.superuser_url.replace("/postgres?", f"/{empty_urls.owner.partition('?')[0].rpartition('/')[2]}?")
    )
    yield connection
    await connection.close()
