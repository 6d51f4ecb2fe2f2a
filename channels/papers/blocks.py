"""What papers are made of: the blocks that the layout can set."""

from collections.abc import Iterable
from typing import Any

from channels.papers.fitting import fitted
from channels.papers.wording import Wording

Block = dict[str, Any]
Rows = Iterable[tuple[str, str | None]]


def said(rows: Rows) -> list[list[str]]:
    """Those that there is something to say of."""
    return [[label, value] for label, value in rows if value is not None]


def facts(wording: Wording, rows: Rows) -> Block:
    """Names and what they are; the names are keys of the catalogue."""
    return {"kind": "facts", "rows": [[wording.say(key), value] for key, value in said(rows)]}


def figure(label: str, value: str | None) -> Block:
    """What the paper is about, to be seen at first sight."""
    return {"kind": "figure", "label": label, "value": value}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def paragraph(text: str) -> Block:
    return {"kind": "text", "text": text}


def table(head: list[str], rows: list[list[str]], foot: list[str] | None, align: str) -> Block:
    """A head that is repeated on every page, rows, and sums beneath. `align` has an l or an r for each column."""
    fit = fitted(head, [*rows, foot] if foot else rows)
    return {"kind": "table", "head": head, "rows": rows, "foot": foot, "align": list(align), "fit": fit}
