"""What is kept to be searched and what is looked for are spelled alike: by SQL and by Python, letter by letter."""

import sys
import unicodedata
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from models.searching import folded, search_key, spelled_out
from server.process.embedded_postgres import Urls

# As ICU 74 sorts them by its root (`new Intl.Collator("und")` of Node 20).
ROOT_ORDER = ["_x", "-x", "(x)", "1 x", "10 x", "2 x", "alice", "Alice", "alicea", "\xc5ngstr\xf6m", "co-op", "coop", "\xe9lan", "\xc9lise", "resume", "r\xe9sum\xe9", "R\xe9sum\xe9", "sch\xf6n", "zebra", "Zo\xeb"]  # fmt: skip


@pytest.fixture
async def owner(empty_urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(empty_urls.owner, server_settings={"search_path": "bailiwick"})
    yield connection
    await connection.close()


@pytest.mark.parametrize("function", [search_key, folded, spelled_out], ids=lambda function: function.__name__)
async def test_every_letter_is_folded_alike_in_sql_and_in_python(owner: Any, function: Callable[[str], str]):
    letters = [chr(n) for n in range(1, sys.maxunicode + 1) if unicodedata.category(chr(n)) not in ("Cs", "Cn", "Co")]
    texts = [f"x{letter}9" for letter in letters] + ["a\u0308b", "A\u030ab", "\u0130stanbul", "1\u201311\u00a0\uff12"]

    rows = await owner.fetch(f"select {function.__name__}(x) from unnest($1::text[]) with ordinality t(x, n) order by n", texts)

    wrong = {text: (row[0], function(text)) for text, row in zip(texts, rows, strict=True) if row[0] != function(text)}
    assert wrong == {}


async def test_names_are_sorted_as_dictionaries_do(owner: Any):
    rows = await owner.fetch('select x from unnest($1::text[]) x order by sort_key(x) collate "C"', sorted(ROOT_ORDER, reverse=True))
    assert [row[0] for row in rows] == ROOT_ORDER
