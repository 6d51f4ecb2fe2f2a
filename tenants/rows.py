"""Light rows: what a model's row is when nothing is to be done with it."""

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg
from tortoise.models import Model

from engine.rows import Layout, Prefetched
from models.base import Owned
from models.money import MoneyFact

Reads = frozenset[str] | None  # the attributes that will be looked at, so that no other columns are read; `None` is any
KEPT = 2_000  # sets of columns: one for each way in which a list is asked for
CONSTANTS = ("PREFIX", "TYPENAME", "TYPENAMES")  # of a model, that its facts speak of
CURSORS = frozenset(("cursor", "start_cursor", "end_cursor"))  # attributes of a page that are made of the columns it is sorted by


@lru_cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that a read brings: neither the tenant, of which there is one, nor what the model says nobody reads of a row."""
    unread = {"tenant_id", *getattr(model, "UNREAD", ())}
    return tuple(name for name in model._meta.fields_db_projection if name not in unread)


@lru_cache(KEPT)
def columns_for(
    model: type[Model], reads: frozenset[str] | None, order: tuple[str, ...] = (), *, is_sorted: bool = False
) -> tuple[str, ...]:
    """Those of a read whose rows will be asked for these attributes only: what they are made of, and what cursors are made of. `is_sorted`
    says that the statement itself sorts what it has read.

    A column that is not needed costs as much as one that is: two thirds of an installment's were never looked at, and a key costs as
    much as three numbers. `None`, and a fact of which nobody says what it is made of, bring them all.
    """
    if reads is None:
        return columns(model)
    facts, said = _facts(model), getattr(model, "READS", {})
    wanted = set(said.get("typename", ()))
    if is_sorted or CURSORS & reads:
        wanted |= {name.lstrip("-") for name in order}
    for name in reads:
        fact = facts.get(name)
        if isinstance(fact, MoneyFact):
            wanted.add(fact.column)
        elif name in said:
            wanted |= set(said[name])
        elif isinstance(fact, property):
            return columns(model)
        else:
            wanted.add(name)
    return tuple(name for name in columns(model) if name in wanted) or columns(model)[:1]  # a row of nothing is no row


class Prefetch(NamedTuple):
    """What rows belong to and bring along: the field that gives it, the column that points there, and what is read of it."""

    field: str
    model: type[Model]
    by: str
    reads: Reads
    columns: tuple[str, ...]  # the key besides what is looked at


@lru_cache(KEPT)
def prefetched(field: str, model: type[Model], by: str, reads: Reads = None) -> Prefetch:
    """These parents, as far as they will be looked at."""
    return Prefetch(field, model, by, reads, columns_for(model, None if reads is None else reads | {"id"}))


class PrefetchedParents(NamedTuple):
    """Where a row has the one that it belongs to."""

    parent: Prefetch
    start: int
    key: int  # the place that is `None` where there is none in reach
    kind: type[Any]

    def of(self, row: Any) -> Any:
        """The parent of this row, as a row of its own; `None` where there is none."""
        return None if row[self.key] is None else self.kind(row[self.start :])


@lru_cache(KEPT)
def row_class(
    model: type[Model], read: tuple[str, ...] | None = None, parents: tuple[Prefetch, ...] = (), base: type[Any] = asyncpg.Record
) -> type[Any]:
    """A record with the columns of the model, or these of them, and those of its properties that are facts about one row.

    Behind its own columns it has those of the first of its `parents`, then those of that one's own parent, and so on. A parent that is
    made a row of its own is a tuple.

    `property(itemgetter(i))` stays in C: reading a column costs the same as indexing. A column that was not read is no attribute.
    """
    read = columns(model) if read is None else read
    named = {name: property(itemgetter(i)) for i, name in enumerate(read)}
    facts = {name: _of_tuple(fact, read) for name, fact in _facts(model).items()}
    if facts.get("gid") is vars(Owned)["gid"] and "id" in read:
        facts["gid"] = _gid(facts["PREFIX"] + "_", read.index("id"))
    made = {
        "__slots__": (),
        "LAYOUT": _layout(model, read, 0, parents),
        "CARRIER": _prefetched_parents(len(read), parents),
        **facts,
        **named,
    }
    return type(f"{model.__name__}Row", (base,), made)


def prefetched_parents_in(rows: Sequence[Any], model: type[Model], by: str, reads: Reads) -> PrefetchedParents | None:
    """Where all of these rows have what they point at by this column, with all that will be looked at."""
    kinds = set(map(type, rows))
    prefetched_parents: PrefetchedParents | None = getattr(kinds.pop(), "CARRIER", None) if len(kinds) == 1 else None
    return prefetched_parents if prefetched_parents is not None and prefetched_parents.parent[1:4] == (model, by, reads) else None


def _prefetched_parents(start: int, parents: tuple[Prefetch, ...]) -> PrefetchedParents | None:
    if not parents:
        return None
    first, *rest = parents
    return PrefetchedParents(first, start, start + first.columns.index("id"), row_class(first.model, first.columns, tuple(rest), tuple))


def _layout(model: type[Model], read: tuple[str, ...], start: int, parents: tuple[Prefetch, ...]) -> Layout:
    """Where the columns are, which of them each amount stands for, what ids and types are made of, and where the parent is: by this the
    engine writes all of it without asking the row. `start` is the place of the first column.
    """
    facts = _facts(model)
    currency = {"currency": "currency"} if "currency" in read else {}
    amounts = {name: fact.column for name, fact in facts.items() if isinstance(fact, MoneyFact) and fact.column in read}
    has_gid = "id" in read and facts.get("gid") is vars(Owned)["gid"]
    by, names = getattr(model, "TYPENAMES", ("", {}))
    return Layout(
        {name: i for i, name in enumerate(read, start)},
        {name: {"amount": column} | currency for name, column in amounts.items()},
        {"gid": (facts["PREFIX"] + "_", "id")} if has_gid else {},
        (by, names) if by in read else None,
        _prefetched(start + len(read), parents),
    )


def _prefetched(start: int, parents: tuple[Prefetch, ...]) -> dict[str, Prefetched]:
    if not parents:
        return {}
    first, *rest = parents
    name = _facts(first.model)["typename"]
    layout = _layout(first.model, first.columns, start, tuple(rest))
    return {first.field: Prefetched(layout, start + first.columns.index("id"), name if isinstance(name, str) else None)}


def _gid(prefix: str, at: int) -> property:
    """The id that clients see, of a record that has its key in this place."""
    return property(lambda row: prefix + row[at].hex)


def _of_tuple(fact: Any, read: tuple[str, ...]) -> Any:
    """The fact as it is cheapest for a record with these columns."""
    return fact.of_tuple(read) if isinstance(fact, MoneyFact) and fact.column in read else fact


@lru_cache
def _facts(model: type[Model]) -> dict[str, Any]:
    """What our own classes, not the ORM's, say of a row without asking anything else."""
    said = {name: value for kind in reversed(model.__mro__) if kind.__module__.startswith("models") for name, value in vars(kind).items()}
    facts = {name: value for name, value in said.items() if isinstance(value, property) or name in CONSTANTS}
    if facts.get("typename") is vars(Owned)["typename"]:
        facts["typename"] = facts["TYPENAME"]  # one for all rows: whoever has many of them need not ask each
    return facts
