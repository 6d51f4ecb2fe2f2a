"""What the pages for readers say is so: every question is asked, every command is one, every link leads somewhere."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse

from server.process.settings import Settings, variable
from tests.database import Cluster
from tests.demo import demo_folder, opened_demo, settings_of
from tests.docs.examples import ROOT, Block, blocks, comparable, examples, files, fits, pages
from tests.docs.parts import with_parts
from tests.server.test_commands import parsed

PAGES = pages()
TEXTS = [*PAGES, *sorted((ROOT / "tests").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
WITH_EXAMPLES = [page for page in PAGES if list(examples(page))]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
# A file of the tree that a page names; `x` stands for any module.
NAMED = re.compile(r"`((?:[\w.-]+/)+(?!x\.)[\w.-]+\.(?:py|md|toml|graphql|txt|sql|lock))`")
# What else the pages tell people to run. It is run by a test of its own, or is everybody's.
OTHERS = {"psql", "pg_dump", "pg_restore", "grep", "export", "curl", "umask", "cat", "cp", "sha256sum"}


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=[str(page.relative_to(ROOT)) for page in WITH_EXAMPLES])
async def test_every_question_of_a_page_is_answered_as_the_page_shows(page: Path, cluster: Cluster, demo_template: str):
    urls = await cluster.clone(demo_template)
    async with opened_demo(settings_of(urls, demo_folder()), files(page)) as demo:
        earlier: list[object] = []
        for example in examples(page):
            given = await demo.answer(example, earlier)
            earlier.append(given)
            if example.answer is None:
                assert "errors" not in given, f"{example.place}: {given['errors']}"
            else:
                compared = comparable(example.shown, given)
                assert fits(example.shown, compared), f"{example.place} is answered\n{json.dumps(compared, indent=1, ensure_ascii=False)}"
    await cluster.drop(urls)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_operation_of_a_page_says_who_asks(page: Path):
    """So that none is left out of the test above."""
    graphql = [block for block in blocks(page.read_text("utf-8")) if block.language == "graphql"]
    for block in graphql:
        parse(block.text)
    assert [block.text for block in graphql if not block.words.startswith(("as ", "sketch", "file "))] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_of_a_page_is_one(page: Path):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets, variables = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)), set(re.findall(r"\$\(([A-Z]+)\)", makefile))
    for block in blocks(page.read_text("utf-8")):
        for words in commands(block) if block.language == "sh" else ():
            if words[0] == "make":
                assert all(word in targets or word.partition("=")[0] in variables for word in words[1:]), words
            elif words[0] == "bailiwick":
                parsed(words[1:])
            else:
                assert words[0] in OTHERS, words


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_code_writes_into_a_page_is_up_to_date(page: Path):
    text = page.read_text("utf-8")
    assert with_parts(text) == text, "Run: make examples"


def test_every_setting_is_said_in_the_page_for_operators():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [name for name, field in Settings.model_fields.items() if not field.description or f"| `{variable(name)}` |" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_file_that_a_page_names_is_there(page: Path):
    text = page.read_text("utf-8")
    assert [name for name in NAMED.findall(text) if not (ROOT / name).exists() and not (page.parent / name).exists()] == []


@pytest.mark.parametrize("page", TEXTS, ids=[str(page.relative_to(ROOT)) for page in TEXTS])
def test_every_link_of_a_page_leads_somewhere(page: Path):
    lost = []
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            lost.append(path)
        elif anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            lost += [] if anchor in {slug(heading) for heading in headings} else [f"{path}#{anchor}"]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_names_no_other_place_on_the_network_than_its_own_machine_and_examples(page: Path):
    hosts = set(re.findall(r"https?://([^/\s:`\"')>]+)", page.read_text("utf-8")))
    assert {host for host in hosts if host != "127.0.0.1" and not host.endswith((".example", ".example.com", "localhost"))} == set()


def test_a_difference_anywhere_in_an_answer_is_noticed():
    shown = {"data": {"a": [{"id": "con_…", "n": 1}], "b": None}}
    assert fits(shown, {"data": {"a": [{"id": "con_7", "n": 1}], "b": None}})
    for given in (
        {"data": {"a": [{"id": "inv_7", "n": 1}], "b": None}},
        {"data": {"a": [{"id": "con_7", "n": 2}], "b": None}},
        {"data": {"a": [{"id": "con_7", "n": True}], "b": None}},
        {"data": {"a": [{"id": "con_7", "n": 1}, {"id": "con_8", "n": 1}], "b": None}},
        {"data": {"a": [{"id": "con_7", "n": 1}]}},
        {"data": {"a": [{"id": "con_7", "n": 1}], "b": None}, "errors": []},
    ):
        assert not fits(shown, given)


def commands(block: Block) -> Iterator[list[str]]:
    """The commands of a block, each as its words, without settings before them and without where its output goes."""
    for line in block.text.replace("\\\n", " ").splitlines():
        reader = shlex.shlex(line, posix=True, punctuation_chars=True)
        reader.whitespace_split = True
        words: list[str] = []
        is_target = False  # of a redirection: a file, and no command
        for word in [*reader, ";"]:
            if word in (";", "&&", "|", "(", ")", ">", ">>"):
                if words and not is_target:
                    yield words
                words, is_target = [], word.startswith(">")
            elif words or not re.match(r"[A-Z_]+=", word):
                words.append(word)


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
