"""A stretch of a long list, with a cursor for every row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha512
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from tortoise.models import Model

from models.base import BadInput
from models.base64url import decoded, encoded
from models.sentences import Sentence
from tenants.scope import Scope
from tenants.select import Condition, Order, Select

FEWEST, USUAL, MOST = 1, 25, 100


@dataclass(frozen=True)
class PageArgs:
    """Which stretch of a list: the first rows after a cursor, or the last ones before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @cached_property
    def is_backward(self) -> bool:
        return self.last is not None or self.before is not None

    @cached_property
    def size(self) -> int:
        """How many rows. Raises `BadInput` on both directions at once, and on a size out of range; never clamps."""
        if self.is_backward and (self.first is not None or self.after is not None):
            raise BadInput("Page in one direction: `first` and `after`, or `last` and `before`.", rule="page.direction")
        size = self.last if self.is_backward else self.first
        if size is None:
            return USUAL
        if not FEWEST <= size <= MOST:
            raise BadInput(Sentence("A page has from {least} to {most} rows.", least=FEWEST, most=MOST), rule="page.size")
        return size

    @property
    def cursor(self) -> str | None:
        return self.before if self.is_backward else self.after

    def turned(self, order: Order) -> Order:
        """The order in which the rows of this stretch are read: from behind when the last ones are wanted."""
        if not self.is_backward:
            return order
        return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


@dataclass(frozen=True)
class CursorCodec:
    """Writes and reads cursors. A cursor holds its list, its order and its place, encrypted: no client can make one up, and none reads in
    it what the row itself does not show, such as a number that is masked. The same place is the same cursor (AES-SIV, RFC 5297).
    """

    key: bytes

    def write(self, row: Any, model: type[Model], order: Order) -> str:
        """The place of a row."""
        values = orjson.dumps([str(getattr(row, name.lstrip("-"))) for name in order])
        return encoded(self._cipher.encrypt(values, _list_of(model, order)))

    def read(self, cursor: str, model: type[Model], order: Order) -> list[Any]:
        """The values a cursor stands for. Raises `BadInput` for one of another list or order, or none of ours."""
        try:
            values = self._cipher.decrypt(decoded(cursor), _list_of(model, order))
        except (ValueError, InvalidTag):
            raise _foreign_cursor() from None
        kinds = [model._meta.fields_map[name.lstrip("-")] for name in order]
        return [kind.to_python_value(value) for kind, value in zip(kinds, orjson.loads(values), strict=True)]

    @cached_property
    def _cipher(self) -> AESSIV:
        return AESSIV(sha512(self.key).digest())


def _list_of(model: type[Model], order: Order) -> list[bytes]:
    return [model.__name__.encode(), ",".join(order).encode()]


@dataclass(slots=True)
class Edge:
    """A row and its place in the order. The cursor is written only where it is asked for."""

    node: Any
    page: "Page"

    @property
    def cursor(self) -> str:
        return self.page.cursor_of(self.node)


@dataclass(frozen=True)
class PageSource:
    """The list that pages are of, with no ends: what their cursors and their counts are about. `keys` are the parents that rows point at
    by `column`, where the list belongs to some.
    """

    scope: Scope
    model: type[Model]
    conditions: Sequence[Condition]
    order: Order
    cursors: CursorCodec
    column: str | None = None
    keys: Sequence[Any] = (None,)

    def counting(self) -> tuple[str, list[Any]]:
        """The statement that says how long the list of each key is, and its values."""
        of = [] if self.column is None else [(self.column, "any", self.keys)]
        select = Select(self.scope, self.model, [*self.conditions, *of], by_key=bool(of))
        return select.count_of_each(self.column), select.values


@dataclass(slots=True)
class Page:
    """What a connection shows: a stretch of the list of one key."""

    nodes: Sequence[Any]
    whole: PageSource
    key: Any
    has_next_page: bool
    has_previous_page: bool

    @classmethod
    def of_each(cls, groups: Sequence[list[Any]], page_args: PageArgs, whole: PageSource) -> "list[Page]":
        """From what was read for each key: one row more than the page holds, where there is one."""
        size, is_backward, has_behind = page_args.size, page_args.is_backward, page_args.cursor is not None
        pages = []
        for group, key in zip(groups, whole.keys, strict=True):
            has_more = len(group) > size
            nodes = group[:size] if has_more else group
            if is_backward:
                pages.append(cls(nodes[::-1], whole, key, has_behind, has_more))
            else:
                pages.append(cls(nodes, whole, key, has_more, has_behind))
        return pages

    def cursor_of(self, row: Any) -> str:
        return self.whole.cursors.write(row, self.whole.model, self.whole.order)

    @property
    def edges(self) -> list[Edge]:
        return [Edge(row, self) for row in self.nodes]

    @property
    def page_info(self) -> "Page":
        return self

    @property
    def start_cursor(self) -> str | None:
        return self.cursor_of(self.nodes[0]) if self.nodes else None

    @property
    def end_cursor(self) -> str | None:
        return self.cursor_of(self.nodes[-1]) if self.nodes else None


def _foreign_cursor() -> BadInput:
    return BadInput("This cursor does not belong to this list.", rule="page.cursor")
