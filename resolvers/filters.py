"""Which rows of a list: what a client narrows it by, as conditions for the gate.

An id that is malformed, of another kind or out of reach matches nothing: it reads as an id that does not exist.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry
from tortoise.models import Model

from models import searching
from models.base import BadInput, Owned
from models.sentences import Sentence

Conditions = list[tuple[str, str, Any]]
MOST_ITEMS, LONGEST_TEXT = 100, 1_000


@strawberry.input(description="From one day to another, both included.")
class DateRange:
    from_: date | None = strawberry.field(default=None, name="from", description="The first day; null for no bound.")
    to: date | None = strawberry.field(default=None, description="The last day; null for no bound.")


@strawberry.input(description="From one amount to another, both included, in the currency of each row.")
class MoneyRange:
    from_: Decimal | None = strawberry.field(default=None, name="from", description="The smallest amount; null for no bound.")
    to: Decimal | None = strawberry.field(default=None, description="The largest amount; null for no bound.")


def one_of(column: str, values: Sequence[Any] | None) -> Conditions:
    """Those with one of these words; no word matches nothing."""
    return [] if values is None else [(column, "any", _few(values))]


def spelled(column: str, texts: Sequence[str] | None) -> Conditions:
    """Those with one of these very texts."""
    return [] if texts is None else [(column, "any", [_short(text) for text in _few(texts)])]


def named(column: str, model: type[Owned], gids: Sequence[str] | None) -> Conditions:
    """Those that point at one of these rows, as far as the rows are in reach themselves."""
    if gids is None:
        return []
    keys = [model.id_in(gid) for gid in _few(gids)]
    return [(column, "among", (model, [key for key in keys if key]))]


def within(column: str, bounds: DateRange | MoneyRange | None) -> Conditions:
    """Those between two bounds. Raises `BadInput` where the first lies behind the second."""
    if bounds is None:
        return []
    low, high = bounds.from_, bounds.to
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both are of one kind
        raise BadInput("`from` lies behind `to`.", rule="range.order")
    return [*_bound(column, ">=", low), *_bound(column, "<=", high)]


def equal(column: str, value: str | None) -> Conditions:
    """Those with this very text."""
    return [] if value is None else [(column, "=", _short(value))]


def numbered(column: str, printed: str | None) -> Conditions:
    """Those with this printed number, however it is spelled."""
    return [] if printed is None else [(column, "=", search_key(printed))]


def beginning(column: str, printed: str | None) -> Conditions:
    """Those whose printed number begins like this. Blanks alone, as an empty search field sends, ask for nothing."""
    key = search_key(printed or "")
    return [(column, "prefix", key)] if key else []


def search_key(printed: str) -> str:
    """A printed number as it is searched for. Raises `BadInput` for one that is too long."""
    return searching.search_key(_short(printed))


def worded(model: type[Model], pointing: str, typed: str | None) -> Conditions:
    """Those of whose words `model` has one that begins like each of the words that were typed, in any order."""
    sought = searching.words_sought(_short(typed or ""))
    if len(sought) > searching.MOST_WORDS:
        raise BadInput(Sentence("A search has at most {most} words.", most=searching.MOST_WORDS), rule="search.words")
    return [("id", "worded", (model, pointing, word.beginnings)) for word in sought]


def together(*parts: Iterable[tuple[str, str, Any]]) -> Conditions:
    """All of them."""
    return [condition for part in parts for condition in part]


def _bound(column: str, operator: str, value: date | Decimal | None) -> Conditions:
    return [] if value is None else [(column, operator, value)]


def _few(values: Sequence[Any]) -> list[Any]:
    if len(values) > MOST_ITEMS:
        raise BadInput(Sentence("A list has at most {most} items.", most=MOST_ITEMS), rule="list.length")
    return list(values)


def _short(text: str) -> str:
    """Text that the database can be asked for: of bounded length, and without the one character that it has not."""
    if len(text) > LONGEST_TEXT:
        raise BadInput(Sentence("A text has at most {most} characters.", most=LONGEST_TEXT), rule="text.length")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
