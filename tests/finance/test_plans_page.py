"""The page on plans, tables and rates says what is so."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "money-plans.md"


def test_the_examples_of_the_page_are_true():
    run = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")

    assert run.attempted > 30
    assert run.failed == 0
