"""The page on money says what is so: its examples are run, and its file of figures is read."""

import doctest
from pathlib import Path

from models.legal_figures import legal_figures

PAGE = Path(__file__).parents[2] / "docs" / "money.md"


def test_the_examples_of_the_page_are_so():
    found = doctest.testfile(str(PAGE), module_relative=False)

    assert found.failed == 0 and found.attempted > 30


def test_the_entry_that_the_page_shows_is_one(tmp_path: Path):
    shown = PAGE.read_text("utf-8").partition("    [[figure]]\n")[2].partition("\n\n")[0]
    path = tmp_path / "figures.toml"
    path.write_text("format = 1\n[[figure]]\n" + "\n".join(line.strip() for line in shown.splitlines()), "utf-8")

    assert [figure.subject.kind for figure in legal_figures(path)] == ["average_bond_yield"]
