"""The generated functions that write leaves: those of a list of objects as dicts, or a list of values.

Their source is one expression a field, made of templates below, of the field's number, and of two kinds of names: the attribute, which
is an identifier of the schema's own (any other is not read here), and the response key, which is a GraphQL name and stands in quotes.
Nothing that a client sends is in it but that name. Each expression writes the usual value of its type without a call, and hands anything
else to the slow writer; if anything raises, the objects are written one by one the slow way, so that only the failing values fail.

Why: reading and writing a value costs graphql-core's executor some 4.5 microseconds; these about 0.06 (`docs/engine.md` has the figures).
"""

import datetime
import keyword
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import CodeType
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)
from graphql.pyutils import is_awaitable

from engine.leaves import Notes, Unsettled, Write, read, writer, written_late

Build = Callable[[Sequence[Any], Notes], list[dict[str, Any]]]
Column = Callable[[Sequence[Any], Notes], list[Any]]

# {get} is the value, which the template reads once and then calls v; {slow} writes anything unusual.
# By the scalar itself and not by its name: a schema may have an `Int` of its own.
FAST: dict[Any, str] = {
    GraphQLString: "v if {get}.__class__ is str else {slow}",
    GraphQLID: "v if {get}.__class__ is str else {slow}",
    GraphQLInt: "v if {get}.__class__ is int and -2147483648 <= v <= 2147483647 else {slow}",
    GraphQLBoolean: "v if {get}.__class__ is bool else {slow}",
    GraphQLFloat: "v if {get}.__class__ is float and isfinite(v) else {slow}",
}
# Scalars that whoever writes the JSON writes himself, as the scalar would: see `Library`.
NATIVE = {
    "Date": "v if {get}.__class__ is date else {slow}",
    "DateTime": "v if {get}.__class__ is datetime and v.tzinfo is utc else {slow}",
}
FAST_ENUM = "w if (w := names{i}.get({get})) is not None else {slow}"
FAST_SCALAR = "w if {get}.__class__ in usual and (w := coerce{i}(v)).__class__ in usual else {slow}"
# Classes that are no exceptions, no nulls, and that nobody can await: their values pass through a custom scalar without a closer look.
USUAL = frozenset(
    (str, int, float, bool, bytes, Decimal, UUID, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, dict, list, tuple)
)
SCOPE = {
    "date": datetime.date,
    "datetime": datetime.datetime,
    "utc": datetime.UTC,
    "isfinite": math.isfinite,
    "usual": USUAL,
}


@dataclass(slots=True)
class Leaf:
    """What is written under one response key: a plain leaf, or a place for what comes later, or the name of the type."""

    key: str
    constant: Any = None
    attribute: str = ""
    type: GraphQLLeafType | None = None
    is_required: bool = False
    where: str = ""


def is_readable(attribute: str) -> bool:
    """Whether the attribute can stand in source as it is."""
    return attribute.isidentifier() and not keyword.iskeyword(attribute)


def compile_build(leaves: Sequence[Leaf], native: Collection[str] = ()) -> Build:
    """The function from objects to dicts."""
    scope: dict[str, Any] = dict(SCOPE)
    parts = [f"{leaf.key!r}: {_expression(i, leaf, scope, native)}" for i, leaf in enumerate(leaves)]
    exec(source_of_build(parts), scope)
    fast: Build = scope["build"]
    slow = [writer(leaf.type, leaf.is_required, leaf.where) if leaf.type else None for leaf in leaves]

    def build(objects: Sequence[Any], notes: Notes) -> list[dict[str, Any]]:
        before = len(notes.failures)
        try:
            return fast(objects, notes)
        except Exception:
            del notes.failures[before:]
            return [_slowly(o, leaves, slow, notes) for o in objects]

    return build


def compile_column(leaf: GraphQLLeafType, is_required: bool, where: str, native: Collection[str] = ()) -> Column:
    """The function from values to what is written for them. Raises `Unsettled`, as a writer does."""
    slow = writer(leaf, is_required, where)
    scope: dict[str, Any] = SCOPE | {"write0": slow}
    exec(_code_of_column(_written(0, leaf, scope, native, "v")), scope)
    fast: Column = scope["build"]

    def column(values: Sequence[Any], notes: Notes) -> list[Any]:
        before = len(notes.failures)
        try:
            return fast(values, notes)
        except Exception:
            del notes.failures[before:]
            return [slow(value, notes) for value in values]

    return column


def source_of_build(parts: Sequence[str]) -> str:
    """The source of the function from objects to dicts."""
    return f"def build(objects, notes):\n return [{{{', '.join(parts)}}} for o in objects]"


@lru_cache(64)
def _code_of_column(expression: str) -> CodeType:
    """The code of the function from values to values. There are few, since what they call is not in it."""
    return compile(f"def build(values, notes):\n return [{expression} for v in values]", "<column>", "exec")


def _expression(i: int, leaf: Leaf, scope: dict[str, Any], native: Collection[str]) -> str:
    """The source that reads and writes leaf number `i` of the object `o`; what it calls is put in `scope`."""
    if leaf.type is None:
        return repr(leaf.constant)
    scope[f"write{i}"] = _settled(writer(leaf.type, leaf.is_required, leaf.where))
    return _written(i, leaf.type, scope, native, f"(v := o.{leaf.attribute})")


def _written(i: int, leaf: GraphQLLeafType, scope: dict[str, Any], native: Collection[str], get: str) -> str:
    template = FAST.get(leaf)
    if isinstance(leaf, GraphQLEnumType):
        scope[f"names{i}"] = names_of(leaf)
        template = FAST_ENUM
    elif template is None:
        scope[f"coerce{i}"] = leaf.coerce_output_value
        template = NATIVE[leaf.name] if leaf.name in native else FAST_SCALAR
    return template.format(i=i, get=get, slow=f"write{i}(v, notes)")


def names_of(enum: GraphQLEnumType) -> dict[Any, str]:
    """The names of what can be looked up: the values, and strawberry's members of the enum. Anything else goes the slow way."""
    values = [value.value for value in enum.values.values()]
    names: dict[Any, str] = {}
    for value in [*values, *(getattr(enum, "wrapped_cls", None) or ())]:
        try:
            if value is not None:
                names.setdefault(value, enum.coerce_output_value(value))
        except Exception:  # it cannot be looked up, or not be written
            continue
    return names


def _settled(write: Write) -> Write:
    """`write` for values that nobody has looked at yet."""

    def look(value: Any, notes: Notes) -> Any:
        if is_awaitable(value):
            raise Unsettled
        return write(value, notes)

    return look


def _slowly(o: Any, leaves: Sequence[Leaf], slow: Sequence[Write | None], notes: Notes) -> dict[str, Any]:
    """One object, value by value. What has to be awaited gets its place, and is filled in later."""
    row: dict[str, Any] = {}
    for leaf, write in zip(leaves, slow, strict=True):
        row[leaf.key] = leaf.constant
        if leaf.type is not None and write is not None:
            value = read(o, leaf.attribute)
            try:
                row[leaf.key] = _settled(write)(value, notes)
            except Unsettled:
                notes.late.append(_late(value, row, leaf.key, leaf.type, write, notes))
    return row


async def _late(value: Any, row: dict[str, Any], key: str, type_: GraphQLLeafType, write: Write, notes: Notes) -> None:
    if is_awaitable(value):
        try:
            value = await value
        except Exception as error:
            value = error
    row[key] = await written_late(type_, value, write, notes)
