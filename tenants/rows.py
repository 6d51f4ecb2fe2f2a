"""Light rows: what a model's row is when nothing is to be done with it."""

from functools import lru_cache
from operator import itemgetter
from typing import Any

import asyncpg
from tortoise.models import Model


@lru_cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that a read brings: neither the tenant, of which there is one, nor what the model says nobody reads of a row."""
    unread = {"tenant_id", *getattr(model, "UNREAD", ())}
    return tuple(name for name in model._meta.fields_db_projection if name not in unread)


@lru_cache
def row_class(model: type[Model]) -> type[asyncpg.Record]:
    """A record with the columns of the model, and those of its properties that are facts about one row.

    `property(itemgetter(i))` stays in C: reading a column costs the same as indexing.
    """
    named = {name: property(itemgetter(i)) for i, name in enumerate(columns(model))}
    return type(f"{model.__name__}Row", (asyncpg.Record,), {"__slots__": (), **_facts(model), **named})


@lru_cache
def beside(model: type[Model], offset: int) -> type[Any]:
    """The same for a row that came in one record with another, behind its first `offset` columns."""

    def column(i: int) -> property:
        return property(lambda self: self.record[i])

    def __init__(self: Any, record: asyncpg.Record) -> None:
        self.record = record

    named = {name: column(i) for i, name in enumerate(columns(model), offset)}
    return type(f"{model.__name__}Row", (), {"__slots__": ("record",), "__init__": __init__, **_facts(model), **named})


def _facts(model: type[Model]) -> dict[str, Any]:
    """What our own classes, not the ORM's, say of a row without asking anything else."""
    said = {name: value for kind in reversed(model.__mro__) if kind.__module__.startswith("models") for name, value in vars(kind).items()}
    return {name: value for name, value in said.items() if isinstance(value, property) or name in ("PREFIX", "TYPENAME", "typename")}
