"""The reference numbers of what happens to a contract, one test for each vector."""

from datetime import date
from typing import Any

import pytest

from tests.finance.vectors import read

Vector = dict[str, Any]


def each(kind: str) -> pytest.MarkDecorator:
    """Run the test once for each vector of this kind, under its id."""
    found = read(kind)["vectors"]
    assert found
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


def day(text: str) -> date:
    return date.fromisoformat(text)
