"""The only door from an operation to rows that are read. Writing has its own: `tenants/writing.py`."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from tortoise.models import Model

from models.base import Owned
from tenants.database import Database, Snapshot
from tenants.pages import CursorCodec, Page, PageArgs, PageSource
from tenants.rows import Prefetch, Reads, columns_for, prefetched_parents_in, row_class
from tenants.scope import Scope
from tenants.select import Condition, Order, Select, Spans, lookup, scoped
from tenants.tallies import Tally

M = TypeVar("M", bound=Model)
O = TypeVar("O", bound=Owned)  # noqa: E741  a letter, like the other type variable
Rows = Sequence[Any]
SCOPE_CHANGED = "SC001"
LAST = itemgetter(-1)


class ScopeChanged(Exception):
    """The remembered standing is not the current one: nothing was read with it."""


class Gate:
    """Rows for one scope and one operation.

    Types speak of models, because a row has their columns and facts; it has none of their verbs.
    """

    def __init__(
        self, scope: Scope, database: Database | Snapshot, cursors: CursorCodec, is_current: bool = False, tally: Tally | None = None
    ) -> None:
        self.scope, self.database, self.cursors, self.tally = scope, database, cursors, tally or Tally()
        is_sure = is_current or not scope.is_signed_in  # a stranger has nothing that could have changed
        self.is_checked = is_sure  # the database has said that this standing is the current one
        self.is_asked = is_sure  # or has been asked to
        self.has_changed = False

    async def one(self, model: type[O], gid: str, reads: Reads = None, prefetch: tuple[Prefetch, ...] = ()) -> O | None:
        """The row with this client id; `None` when there is none in reach.

        It carries what it belongs to, and what that belongs to, as far as `bring` says; `parents` then asks nobody.
        """
        key = model.id_in(gid)
        if key is None:
            return None
        wanted = lookup(model, reads, prefetch)
        sql, values = wanted.statement(self.scope, key)
        rows = await self._fetch(values, sql, wanted.kind)
        return rows[0] if rows else None

    async def by_ids(self, model: type[O], keys: Sequence[UUID], reads: Reads = None) -> dict[UUID, O]:
        """The rows with these keys that are in reach, by their key."""
        if not (wanted := list(set(keys))):
            return {}
        needed = columns_for(model, None if reads is None else reads | {"id"})
        select = Select(self.scope, model, [("id", "any", wanted)], needed, by_key=True)
        return {row.id: row for row in await self._fetch(select.values, select.sql(), row_class(model, select.read))}

    async def parents(self, model: type[O], of: Rows, by: str, reads: Reads = None) -> list[O | None]:
        """For each row the one that its column `by` points at."""
        if (prefetched_parents := prefetched_parents_in(of, model, by, reads)) is not None:
            return list(map(prefetched_parents.of, of))
        keys = [getattr(row, by) for row in of]
        found = await self.by_ids(model, [key for key in keys if key is not None], reads)
        return [found.get(key) for key in keys]

    async def children(self, model: type[M], of: Rows, by: str, order: Order, conditions: Sequence[Condition] = ()) -> list[list[M]]:
        """For each row all those that point at it with their column `by`: for short lists that the model bounds."""
        return await self._of_each(model, [row.id for row in of], by, order, conditions)

    async def beside(
        self, model: type[M], keys: Sequence[UUID | None], by: str, order: Order, conditions: Sequence[Condition] = ()
    ) -> list[list[M]]:
        """For each key all those that have it in their column `by`: children of a row that is known by its key only."""
        known = [key for key in keys if key is not None]
        groups = iter(await self._of_each(model, known, by, order, conditions) if known else [])
        return [next(groups) if key is not None else [] for key in keys]

    async def first_within(self, model: type[M], keys: Sequence[UUID], by: str, spans: Spans, order: Order, first: int) -> list[list[M]]:
        """For each key the first few of those that have it in their column `by`, and lie within days of its own."""
        select = Select(self.scope, model, by_key=True)
        sql = select.of_each_span(by, keys, spans, order, PageArgs(first=first).size)
        return _grouped(await self._fetch(select.values, sql, row_class(model)), len(keys))

    async def first_child(self, model: type[M], of: Rows, by: str, order: Order, conditions: Sequence[Condition] = ()) -> list[M | None]:
        """For each row the first of those that point at it."""
        groups = await self._of_each(model, [row.id for row in of], by, order, conditions, limit=1)
        return [group[0] if group else None for group in groups]

    async def first_children(
        self, model: type[M], of: Rows, by: str, order: Order, first: int, conditions: Sequence[Condition] = ()
    ) -> list[list[M]]:
        """For each row the first few of those that point at it, without a cursor."""
        return await self._of_each(model, [row.id for row in of], by, order, conditions, limit=PageArgs(first=first).size)

    async def page(
        self,
        model: type[M],
        conditions: Sequence[Condition],
        order: Order,
        page_args: PageArgs,
        reads: Reads = None,
        prefetch: tuple[Prefetch, ...] = (),
        by_account: bool = False,
    ) -> Page:
        """A stretch of all rows in reach, which carry of what they belong to what `bring` says. `by_account`: see `Select`."""
        read = page_args.turned(order)
        place = self._place(model, page_args, order)
        needed = columns_for(model, reads, tuple(order), is_sorted=bool(prefetch) or by_account)
        cut = Select(self.scope, model, conditions, needed, by_account=by_account)
        cut.where += cut.beyond(read, place)
        sql = cut.page_with_parents(prefetch, read, page_args.size + 1) if prefetch else cut.sql(read, page_args.size + 1)
        rows = await self._fetch(cut.values, sql, row_class(model, needed, prefetch))
        return Page.of_each([rows], page_args, PageSource(self.scope, model, conditions, order, self.cursors))[0]

    async def child_pages(
        self,
        model: type[M],
        of: Rows,
        by: str,
        order: Order,
        page_args: PageArgs,
        conditions: Sequence[Condition] = (),
        reads: Reads = None,
    ) -> list[Page]:
        """For each row a stretch of those that point at it."""
        keys, read, needed = [row.id for row in of], page_args.turned(order), columns_for(model, reads, tuple(order))
        cut = Select(self.scope, model, conditions, needed, by_key=True)
        sql = cut.of_each(by, keys, read, page_args.size + 1, self._place(model, page_args, order))
        groups = _grouped(await self._fetch(cut.values, sql, row_class(model, needed)), len(of))
        return Page.of_each(groups, page_args, PageSource(self.scope, model, conditions, order, self.cursors, by, keys))

    async def every(self, model: type[M], conditions: Sequence[Condition], order: Order, most: int = 1000) -> list[M]:
        """All rows in reach, for short lists that belong to nobody in particular."""
        select = Select(self.scope, model, conditions)
        return await self._fetch(select.values, select.sql(order, most), row_class(model))

    async def counts(self, pages: Sequence[Page]) -> list[int]:
        """How long the whole list of each page is: one statement a field, not a page."""
        wholes = {id(page.whole): page.whole for page in pages}
        counted = dict(zip(wholes, await asyncio.gather(*map(self._counted, wholes.values())), strict=True))
        return [counted[id(page.whole)].get(page.key, 0) for page in pages]

    async def tallies(
        self,
        model: type[M],
        by: Sequence[str],
        conditions: Sequence[Condition] = (),
        sums: Sequence[str] = (),
        least: Sequence[str] = (),
        most: int = 1000,
    ) -> list[Any]:
        """For each value of the columns `by`: how many rows there are (`count`), what these columns come to, and the least of those.

        Columns keep their names. The groups whose least value is the smallest come first.
        """
        select = Select(self.scope, model, conditions)
        return await self._fetch(select.values, select.tallies(by, sums, least, most), asyncpg.Record)

    @asynccontextmanager
    async def consistent(self) -> AsyncIterator["Gate"]:
        """A gate whose statements all see one state of the database. Ask nothing of another gate inside: this one holds a connection."""
        assert isinstance(self.database, Database)  # no moment within a moment
        async with self.database.snapshot() as still:
            gate = Gate(self.scope, still, self.cursors, tally=self.tally)
            gate.is_checked, gate.is_asked, self.is_asked = self.is_checked, self.is_asked, True
            try:
                yield gate
            finally:
                self.is_checked |= gate.is_checked
                self.has_changed |= gate.has_changed

    async def settle(self) -> None:
        """Checks the standing of an operation that read nothing, or whose check was lost in a failure. Raises `ScopeChanged`."""
        if not self.is_checked:
            self.is_asked = False
            await self._fetch((), scoped(self.scope, "select 1"), asyncpg.Record)
        if self.has_changed:
            raise ScopeChanged

    async def _of_each(
        self, model: type[M], keys: list[Any], by: str, order: Order, conditions: Sequence[Condition], limit: int | None = None
    ) -> list[list[M]]:
        select = Select(self.scope, model, conditions, by_key=True)
        sql = select.of_each(by, keys, order, limit)
        return _grouped(await self._fetch(select.values, sql, row_class(model)), len(keys))

    def _place(self, model: type[Model], page_args: PageArgs, order: Order) -> list[Any] | None:
        return None if page_args.cursor is None else self.cursors.read(page_args.cursor, model, order)

    async def _counted(self, whole: PageSource) -> dict[Any, int]:
        sql, values = whole.counting()
        rows = await self._fetch(values, sql, asyncpg.Record)
        return dict(map(tuple, rows))

    async def _fetch(self, values: Sequence[Any], sql: str, row: type[asyncpg.Record]) -> list[Any]:
        """Every statement passes here. The first one of an operation carries the check of the standing."""
        auth, first = self.scope.auth, not self.is_asked
        self.is_asked = True
        check = (auth.token_hash, auth.version, self.scope.now) if first else (None, None, None)
        try:
            rows = await self.database.fetch(sql, *auth.settings, *check, *values, row=row)
        except asyncpg.PostgresError as error:
            if error.sqlstate != SCOPE_CHANGED:
                raise
            self.has_changed = True
            raise ScopeChanged from error
        self.is_checked |= first
        self.tally.add(len(rows))
        return rows


def _grouped(rows: list[Any], parents: int) -> list[list[Any]]:
    """The rows under their parents: the statement tells with every row, in its last column, which key it was found by.

    They come key by key, though nothing promises it; so that is looked at, and then each group is a slice.
    """
    numbers = list(map(LAST, rows))
    if (ordered := sorted(numbers)) != numbers:
        rows, numbers = sorted(rows, key=LAST), ordered
    ends = [bisect_right(numbers, number) for number in range(parents + 1)]
    return [rows[start:end] for start, end in pairwise(ends)]
