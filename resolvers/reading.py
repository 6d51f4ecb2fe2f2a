"""What an operation reads of the rows it asks for, so that the database sends no more of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from resolvers.context import Info
from tenants.rows import KEYS

R = TypeVar("R")


def looks_at(*columns: str) -> Callable[[R], R]:
    """Says of a resolver what it reads of its parents. One that says nothing may read all of them."""

    def said(resolver: R) -> R:
        resolver.reads = columns  # type: ignore[attr-defined]  # a function carries what is put on it, and the engine looks for it
        return resolver

    return said


by_keys = looks_at(KEYS)


def reads(info: Info) -> frozenset[str] | None:
    """What is read of the rows that the field at hand gives; `None` is all, and what graphql-core's executor says, which cannot tell."""
    raw: Any = info._raw_info
    return getattr(raw, "reads", None)
