"""The generated functions that write leaves: those of a list of objects as dicts, or a list of values.

Their source is one expression a field, made of templates below, of numbers (the field's, and the place of an attribute in its row), and of
text: the attribute, which is an identifier of the schema's own (any other is not read here); and, in quotes, the response key, which is a
GraphQL name, and what stands before a key in an id. Nothing that a client sends is in it but the response key. Each expression writes the
usual value of its type without a call, and hands anything else to the slow writer; if anything raises, the objects are written one by one
the slow way, so that only the failing values fail.

Why: reading and writing a value costs graphql-core's executor some 4.5 microseconds; these about 0.06 (`docs/engine.md` has the figures).
"""

import datetime
import keyword
import math
from collections.abc import Callable, Collection, Mapping, Sequence
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

from engine.leaves import Notes, Unsettled, Write, is_unusual, read, writer, written_late
from engine.rows import UNKNOWN, Layout, Prefetched

Build = Callable[[Sequence[Any], Notes], list[dict[str, Any]]]
Whole = Callable[[Sequence[Any], Notes], list[dict[str, Any]] | None]
Column = Callable[[Sequence[Any], Notes], list[Any]]

# {get} is the value, which the template reads once and then calls {v}; {slow} writes anything unusual.
# By the scalar itself and not by its name: a schema may have an `Int` of its own.
FAST: dict[Any, str] = {
    GraphQLString: "{v} if {get}.__class__ is str else {slow}",
    GraphQLID: "{v} if {get}.__class__ is str else {slow}",
    GraphQLInt: "{v} if {get}.__class__ is int and -2147483648 <= {v} <= 2147483647 else {slow}",
    GraphQLBoolean: "{v} if {get}.__class__ is bool else {slow}",
    GraphQLFloat: "{v} if {get}.__class__ is float and isfinite({v}) else {slow}",
}
# Scalars whose usual values may stay what they are, because whoever writes the JSON writes them as the scalar would: see `Library`. All
# other values go through the scalar.
NATIVE = {
    "Date": "{v} if {get}.__class__ is date",
    "DateTime": "{v} if {get}.__class__ is datetime and {v}.tzinfo is utc",
    # An amount with its two decimals, as a database writes it. One character is looked up in half the time that a slice takes; where there
    # is none, that raises, as everything does that has to be looked at closely.
    "Decimal": "{v} if {get}.__class__ is str and {v}[-3] == '.'",
}
FAST_ENUM = "names{i}[{get}]"  # raises for whatever has no name there: asking with `get` takes twice as long
FAST_SCALAR = "w if {get}.__class__ in usual and (w := coerce{i}({v})).__class__ in usual else {slow}"
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


MOST_KNOWN = 64  # classes of the values of one field


@dataclass(slots=True)
class Leaf:
    """What is written under one response key: a plain leaf, a place for what comes later, the name of the type, or an object that is
    written together with the one it belongs to, because it is small or has come within it.
    """

    key: str
    constant: Any = None
    attribute: str = ""
    type: GraphQLLeafType | None = None
    is_required: bool = False
    where: str = ""
    inner: "Sequence[Leaf] | None" = None  # the leaves of such an object
    prefetched: Prefetched | None = None  # how an object lies that has come within the one it belongs to
    told: tuple[str, Mapping[Any, str]] | None = None  # the attribute that tells the type of an object, and what its values tell


def is_readable(attribute: str) -> bool:
    """Whether the attribute can stand in source as it is."""
    return attribute.isidentifier() and not keyword.iskeyword(attribute)


def compile_build(leaves: Sequence[Leaf], native: Collection[str] = ()) -> Build:
    """The function from objects to dicts. Where there is nothing to read of them, it needs no code of its own."""
    if all(leaf.type is None for leaf in leaves):
        same = {leaf.key: leaf.constant for leaf in leaves}
        return lambda objects, notes: [same.copy() for _ in objects]
    scope: dict[str, Any] = dict(SCOPE)
    exec(source_of_build(_parts(leaves, scope, native, "o")), scope)
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


def compile_whole(leaves: Sequence[Leaf], native: Collection[str] = (), layout: Layout = UNKNOWN) -> Whole:
    """The same with the objects in it that are small or carried, in one go: one expression, however many levels it writes.

    A level of its own for the amounts of a list costs 1.3 microseconds an amount, the expression 0.4, and 0.1 where the objects say by
    their class how they are laid out, so that none has to be made. It gives `None` as soon as anything fails or has to be awaited; then
    nothing has been noted, and the levels are taken one by one.
    """
    scope: dict[str, Any] = dict(SCOPE)
    exec(source_of_build(_parts(leaves, scope, native, "o", layout)), scope)
    fast: Build = scope["build"]

    def build(objects: Sequence[Any], notes: Notes) -> list[dict[str, Any]] | None:
        before = len(notes.failures)
        try:
            rows = fast(objects, notes)
            if len(notes.failures) == before:
                return rows
        except Exception:  # said again, and noted, where it is looked at closely
            pass
        del notes.failures[before:]
        return None

    return build


def compile_column(leaf: GraphQLLeafType, is_required: bool, where: str, native: Collection[str] = ()) -> Column:
    """The function from values to what is written for them. Raises `Unsettled`, as a writer does."""
    slow = writer(leaf, is_required, where)
    scope: dict[str, Any] = SCOPE | {"write0": slow}
    exec(_code_of_column(_written(0, leaf, scope, native, "v", "v", is_required)), scope)
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


def _parts(leaves: Sequence[Leaf], scope: dict[str, Any], native: Collection[str], of: str, layout: Layout = UNKNOWN) -> list[str]:
    """The source of each key and value of an object that goes by the name `of`."""
    return [f"{leaf.key!r}: {_expression(leaf, scope, native, of, layout)}" for leaf in leaves]


def _expression(leaf: Leaf, scope: dict[str, Any], native: Collection[str], of: str, layout: Layout) -> str:
    """The source that reads and writes a leaf; what it calls is put in `scope`, under numbers that nothing else has there."""
    i = len(scope)
    if leaf.prefetched is not None:
        return _from_prefetched(leaf, leaf.prefetched, scope, native, of)
    if leaf.told is not None:
        return _type_told(leaf.told, scope, of, layout)
    if leaf.inner is not None and (own := layout.parts.get(leaf.attribute)) and _is_made_of(leaf.inner, own, layout):
        return _from_parts(leaf, scope, native, of, own, layout)
    if leaf.inner is not None:
        scope[f"known{i}"], scope[f"other{i}"] = known_and_other(leaf)
        inner = ", ".join(_parts(leaf.inner, scope, native, f"m{i}"))
        return f"{{{inner}}} if (m{i} := {of}.{leaf.attribute}).__class__ in known{i} else other{i}(m{i}, notes)"
    if leaf.type is None:
        return repr(leaf.constant)
    if _is_prefixed(leaf, layout):
        prefix, key = layout.prefixed[leaf.attribute]
        return f"{prefix!r} + {of}[{layout.places[key]}].hex"
    read_by = f"[{layout.places[leaf.attribute]}]" if leaf.attribute in layout.places else f".{leaf.attribute}"
    return _plain(leaf, scope, native, "v", f"(v := {of}{read_by})")


def _from_parts(leaf: Leaf, scope: dict[str, Any], native: Collection[str], of: str, own: Mapping[str, str], layout: Layout) -> str:
    """The source that writes a small object out of the attributes `own` of what it belongs to."""
    i, written = len(scope), []
    scope[f"other{i}"] = known_and_other(leaf)[1]
    first = next(iter(own.values()))
    for part in leaf.inner or ():
        if part.type is None:
            written.append(f"{part.key!r}: {part.constant!r}")
            continue
        place = own[part.attribute]
        v, get = (f"m{i}", f"m{i}") if place == first else ("v", f"(v := {of}[{layout.places[place]}])")
        written.append(f"{part.key!r}: {_plain(part, scope, native, v, get)}")
    return f"{{{', '.join(written)}}} if (m{i} := {of}[{layout.places[first]}]) is not None else other{i}(None, notes)"


def _from_prefetched(leaf: Leaf, prefetched: Prefetched, scope: dict[str, Any], native: Collection[str], of: str) -> str:
    """The source that writes an object out of the row that it has come within. A type that is none of the field's raises."""
    i, layout = len(scope), prefetched.layout
    scope[f"other{i}"] = known_and_other(leaf)[1]
    written = f"{{{', '.join(_parts(leaf.inner or (), scope, native, of, layout))}}}"
    if leaf.told is not None:
        written = f"({written} if {_type_told(leaf.told, scope, of, layout)} else None)"
    return f"{written} if {of}[{prefetched.key}] is not None else other{i}(None, notes)"


def _type_told(told: tuple[str, Mapping[Any, str]], scope: dict[str, Any], of: str, layout: Layout) -> str:
    """The source that looks the type of an object up, by the attribute that tells it."""
    i, (by, names) = len(scope), told
    scope[f"told{i}"] = names
    return f"told{i}[{of}[{layout.places[by]}]]"


def is_written_from(leaf: Leaf, layout: Layout) -> bool:
    """Whether a row that is laid out like this has all that the leaf is written of, so that nothing is asked of the row itself."""
    if leaf.prefetched is not None or (leaf.type is None and leaf.inner is None):
        return True
    if leaf.inner is not None:
        return leaf.attribute in layout.parts and _is_made_of(leaf.inner, layout.parts[leaf.attribute], layout)
    return leaf.attribute in layout.places or _is_prefixed(leaf, layout)


def _is_prefixed(leaf: Leaf, layout: Layout) -> bool:
    """Whether the leaf is an id that is made of a key which the row has."""
    _, key = layout.prefixed.get(leaf.attribute, ("", ""))
    return key in layout.places and leaf.type in (GraphQLID, GraphQLString)


def _plain(leaf: Leaf, scope: dict[str, Any], native: Collection[str], v: str, get: str) -> str:
    """The source that writes a plain leaf: `get` reads its value, which goes by the name `v` from then on."""
    assert leaf.type is not None
    i = len(scope)
    scope[f"write{i}"] = _settled(writer(leaf.type, leaf.is_required, leaf.where))
    return _written(i, leaf.type, scope, native, v, get, leaf.is_required)


def _is_made_of(leaves: Sequence[Leaf], own: Mapping[str, str], layout: Layout) -> bool:
    """Whether all that is written of a small object is in the one it belongs to."""
    is_there = layout.places.keys() >= set(own.values())
    return is_there and all(leaf.inner is None and (leaf.type is None or leaf.attribute in own) for leaf in leaves)


def known_and_other(leaf: Leaf) -> tuple[set[type], Write]:
    """The classes of the small objects that were met, and what is written for a value of any other: null, or for the first of its class
    nothing, so that a closer look is taken.
    """
    known: set[type] = set()

    def other(value: Any, notes: Notes) -> Any:
        if value is None:
            return notes.null(leaf.where) if leaf.is_required else None
        kind: type = type(value)
        if not is_unusual(kind) and len(known) < MOST_KNOWN:
            known.add(kind)
        raise Unsettled

    return known, other


def _written(i: int, leaf: GraphQLLeafType, scope: dict[str, Any], native: Collection[str], v: str, get: str, is_required: bool) -> str:
    slow = f"write{i}({v}, notes)" if is_required else f"None if {v} is None else write{i}({v}, notes)"
    template = FAST.get(leaf)
    if isinstance(leaf, GraphQLEnumType):
        scope[f"names{i}"] = names_of(leaf) if is_required else names_of(leaf) | {None: None}
        template = FAST_ENUM
    elif template is None:
        scope[f"coerce{i}"] = leaf.coerce_output_value
        template = FAST_SCALAR
        if leaf.name in native:
            return f"{NATIVE[leaf.name].format(v=v, get=get)} else {template.format(i=i, v=v, get=v, slow=slow)}"
    return template.format(i=i, v=v, get=get, slow=slow)


@lru_cache(512)
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
