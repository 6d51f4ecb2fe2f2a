"""The reference numbers of `tests/vectors/finance`, as its README describes them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "vectors" / "finance"


def each(kind: str) -> pytest.MarkDecorator:
    """Run the test once for each vector of this kind, under its id."""
    vectors = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))["vectors"]
    return pytest.mark.parametrize("vector", vectors, ids=[vector["id"] for vector in vectors])


def day(text: str) -> date:
    return date.fromisoformat(text)


Vector = dict[str, Any]
