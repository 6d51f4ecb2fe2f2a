"""What an operation reads of the rows it asks for, so that the database sends no more of them."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from engine.info import Info as Planned
from models.base import Owned
from resolvers.context import Info
from tenants.rows import Prefetch, prefetched

R = TypeVar("R")


def looks_at(*columns: str) -> Callable[[R], R]:
    """Says of a resolver what it reads of its parents. One that says nothing may read all of them."""

    def said(resolver: R) -> R:
        resolver.reads = columns  # type: ignore[attr-defined]  # a function carries what is put on it, and the engine looks for it
        return resolver

    return said


def pointed_at(model: type[Owned], by: str) -> Callable[..., Any]:
    """The resolver of a field that gives what the column `by` of each row points at: a row of `model`, if there is one in reach."""

    @looks_at(by)
    async def rows_pointed_at(rows: list[Any], info: Info) -> list[Any]:
        return await info.context.gate.parents(model, of=rows, by=by, reads=reads(info))

    return rows_pointed_at


class Parent(NamedTuple):
    """What rows belong to, so that it may come with them: the field that gives it, whose rows it gives, and what points there."""

    field: str
    model: type[Owned]
    by: str


Paths = tuple[tuple[str, ...], ...]
ITSELF: Paths = ((),)
NODES: Paths = (("nodes",), ("edges", "node"))


def prefetch(info: Info, parents: tuple[Parent, ...], start: Paths = ITSELF) -> tuple[Prefetch, ...]:
    """Those of the parents, each one's field below that of the one before, that the operation asks for: from the rows of the field at
    hand on, or from those at the end of the paths of `start`.
    """
    raw: Any = info._raw_info
    if not isinstance(raw, Planned):
        return ()
    found: tuple[Prefetch, ...] | None = raw.kept.get(parents)
    if found is None:
        found = raw.kept[parents] = tuple(_asked_for(raw, parents, start))
    return found


def _asked_for(raw: Planned, parents: tuple[Parent, ...], paths: Paths) -> Iterator[Prefetch]:
    for parent in parents:
        paths = tuple((*path, parent.field) for path in paths)
        asked = raw.asked(*paths)
        if not asked.is_asked:
            return
        yield prefetched(parent.field, parent.model, parent.by, asked.reads)


def reads(info: Info) -> frozenset[str] | None:
    """What is read of the rows that the field at hand gives; `None` is all, and what graphql-core's executor says, which cannot tell."""
    raw: Any = info._raw_info
    return getattr(raw, "reads", None)
