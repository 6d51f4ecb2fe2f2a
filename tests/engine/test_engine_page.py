"""The page on the engine says what is so: its example is run, and its tables are those of the code."""

import doctest
import re
from pathlib import Path

from engine import Bounds, Reason
from engine.compiler import DEEPEST, MOST_FIELDS
from engine.library import CHARACTER, FIELD, LEAST, PLANS, SELECTION, TOKEN
from server.limits.execution_stats import EVERY_SECONDS

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
TEXT = PAGE.read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables under a heading, without the heads."""
    part = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in part.splitlines() if line.startswith("|")]


def test_the_example_of_the_page_is_so():
    found = doctest.testfile(str(PAGE), module_relative=False)

    assert found.failed == 0 and found.attempted > 10


def test_the_page_has_every_reason_and_no_other():
    assert {row[0].strip("`") for row in rows("What is handed over")[2:]} == {reason.value for reason in Reason}
    assert f"more than {DEEPEST} levels" in TEXT and f"more than {MOST_FIELDS:,} fields" in TEXT
    assert EVERY_SECONDS == 600 and "every ten minutes" in TEXT


def test_the_page_has_the_bounds_and_the_weights_of_the_library():
    shelves = {row[0].strip("`"): row[2:] for row in rows("What is kept")[2:6]}
    bounds = Bounds()

    for name in ("new", "proven", "refused"):
        assert shelves[name] == [str(getattr(bounds, name)), f"{getattr(bounds, f'{name}_bytes') // 1_000_000} million"]
    assert shelves["of each document"][0] == str(PLANS)
    said = [
        int(number.replace(",", ""))
        for number in re.findall(r"[\d,]*\d", TEXT.partition("**says what it weighs**")[2].partition("These")[0])
    ]
    assert said == [LEAST, CHARACTER, TOKEN, LEAST, FIELD, SELECTION]
