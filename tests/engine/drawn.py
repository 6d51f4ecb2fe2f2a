"""Strategies: what may happen in a field of a type, and operations on the schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.engine.happenings import Awaited, Many, Object, Trouble, Value
from tests.engine.schema import Color, Shade, World

INSTANT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
# First what is usual, then what is not, per scalar.
USUAL: dict[str, list[Any]] = {
    "String": ["a", "", "é\u2028"],
    "Int": [0, 1, -5, 2_147_483_647],
    "Float": [0.5, -0.0],
    "Boolean": [True, False],
    "ID": ["1", "x"],
    "Date": [date(2026, 1, 2)],
    "DateTime": [INSTANT],
    "Decimal": [Decimal("1.50")],
    "Code": ["ok", "fine"],
    "Color": [Color.RED, Color.BLUE, "red"],
    "Shade": [Shade.LIGHT, Shade.DARK],
    "JSON": [{"a": [1, None]}, "text", [1, [2]]],
}
STRANGE: dict[str, list[Any]] = {
    "String": [5, True, 1.5, float("nan"), Color.RED, [1], {"a": 1}, ("a",)],
    "Int": [True, "12", "x", 2_147_483_648, 2**70, 1.0, 1.5, float("nan"), Decimal(3), "", [1]],
    "Float": [float("nan"), float("inf"), 3, "2.5", True, 2**2000, Decimal("0.1")],
    "Boolean": [1, 0, "x", 0.5, float("nan"), []],
    "ID": [7, 2.0, True, 1.5, [1], 2**70],
    "Date": [INSTANT, "2026-01-02", 5],
    "DateTime": [INSTANT.replace(tzinfo=None), INSTANT.astimezone(timezone(timedelta(hours=2))), date(2026, 1, 2), "x"],
    "Decimal": ["1.5", 3, 1.5, float("nan")],
    "Code": ["bad", "none", "undefined", 5, ["bad"], Color.RED],
    "Color": ["AZURE", "blue", "BLUE", Color.NONE, 5, ["red"], Shade.LIGHT],
    "Shade": [["#000", "#111"], 1, True, "DARK", {}, Color.RED],
    "JSON": [5, False, float("nan"), date(2026, 1, 2), ()],
}
NOTHING = st.sampled_from([Value(None), Value(Undefined)])
KINDS = st.sampled_from(["plain", "coded", "graphql", "type"])
TROUBLES = st.builds(Trouble, KINDS, st.integers(0, 9), st.booleans())


def mostly(usual: st.SearchStrategy[Any], *others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual thing five times of six."""
    other = st.one_of(*others)
    return st.integers(0, 5).flatmap(lambda n: usual if n < 5 else other)


@cache  # building a strategy costs more than drawing from it
def happenings(schema: GraphQLSchema, type_: Any, is_item: bool = False) -> st.SearchStrategy[Any]:
    """What may happen where a value of this type is expected."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        items = st.lists(st.deferred(lambda: happenings(schema, inner.of_type, is_item=True)), max_size=3).map(tuple)
        usual: st.SearchStrategy[Any] = st.builds(Many, items)
        ways = st.sampled_from(["tuple", "generator", "async"])
        strange = [st.builds(Many, items, ways, st.booleans()), st.sampled_from([Value("text"), Value(5), Value({"a": 1}), Value({1})])]
    elif is_leaf_type(inner):
        usual, strange = st.sampled_from(USUAL[inner.name]).map(Value), [st.sampled_from(STRANGE[inner.name]).map(Value)]
    else:
        names = [t.name for t in schema.get_possible_types(inner)] if is_abstract_type(inner) else [inner.name]
        usual = st.builds(Object, st.sampled_from(names), st.integers(0, 4))
        wrong = st.sampled_from(["Car", "Boat", "Rock", "Spot", "Node", "Nothing", ""])
        strange = [st.builds(Object, wrong, st.integers(0, 2)), st.sampled_from([Value("row"), Value(5), Value({})])]
    if is_item:
        strange.append(st.builds(Awaited, usual, st.integers(0, 2)))
    elif not isinstance(type_, GraphQLNonNull):
        usual = mostly(usual, NOTHING)
    return mostly(usual, NOTHING, TROUBLES, TROUBLES, *strange)


BATCHES = st.sampled_from(["well"] * 8 + ["waits", "waits", "tuple", "raises", "short", "long", "none", "dict"])


def worlds(schema: GraphQLSchema, operation: "Operation") -> st.SearchStrategy[World]:
    """What happens in the fields that an operation names."""
    names = [name for name in operation.names if "_" in name and not name.endswith("_echo")]
    drawn = {name: _a_few(schema, name) for name in names}
    batches = {name: BATCHES for name in names if name.startswith("batch_")}
    return st.builds(World, st.fixed_dictionaries(drawn), st.fixed_dictionaries(batches))


@cache
def _a_few(schema: GraphQLSchema, name: str) -> st.SearchStrategy[Any]:
    """What happens in a field, for rows of one number and another. Attributes and what strawberry calls may also be awaited."""
    [type_, *_] = [fields[name].type for t in ("Query", "Mutation", "Thing", "Rock", "Spot") if name in (fields := fields_in(schema, t))]
    what = happenings(schema, type_)
    if name.startswith(("plain_", "sync_", "guarded_")):
        what = mostly(what, st.builds(Awaited, what, st.integers(0, 2)))
    return st.lists(what, min_size=1, max_size=3).map(tuple)


def fields_in(schema: GraphQLSchema, name: str) -> dict[str, Any]:
    """The fields of a type."""
    fields: dict[str, Any] = schema.type_map[name].fields  # type: ignore[attr-defined]  # of one that has fields
    return fields


@dataclass(frozen=True)
class Operation:
    """A document of one operation, its variables, and the names of its fields."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()


# Arguments and the variables that some of them read: name, type, values that fit, values that do not.
LITERALS = [
    "",
    "first: 3",
    "color: AZURE",
    "color: null",
    "filter: {since: null}",
    'filter: {colors: [RED], deeper: {since: "2026-01-02", maybe: 4}}',
    'filter: {either: {text: "t"}, code: "x"}',
    "filter: null",
    "first: $int",
    "first: $optional",
    "color: $color",
    "filter: $filter",
    "filter: {colors: $colors, since: $since}",
    "filter: {either: {number: $number}}",
]
VARIABLES: dict[str, tuple[str, list[Any], list[Any]]] = {
    "int": ("Int!", [1, 2], ["x", 2**40, None, 1.5]),
    "optional": ("Int = 7", [3], [None, "x"]),
    "color": ("Color", ["RED", "AZURE", "NONE", None], ["BLUE", 5]),
    "filter": (
        "Filter",
        [{"since": "2026-01-02"}, {"colors": ["RED"], "maybe": None}, {"deeper": {"either": {"number": 1}}}, None],
        [
            {"since": "x"},
            {"nothing": 1},
            {"either": {"number": 1, "text": "t"}},
            {"either": {}},
            {"code": "bad"},
            {"either": {"number": None}},
        ],
    ),
    "colors": ("[Color!]", [["RED"], "AZURE", [], None], [[None], ["x"]]),
    "since": ("Date", ["2026-01-02", None], ["2026-13-02", 5]),
    "number": ("Int!", [5], [None]),
    "yes": ("Boolean!", [True, False], ["x"]),
    "no": ("Boolean! = false", [True, False], [None]),
    "maybe": ("Boolean = true", [True, False], [None]),
}
CONDITIONS = ["", "@skip(if: $yes)", "@include(if: $yes)", "@skip(if: $no) @include(if: $yes)", "@include(if: $maybe)", "@skip(if: true)", "@include(if: false)", "@include(if: true)"]  # fmt: skip


Arguments = Callable[[str, str, GraphQLField], st.SearchStrategy[str]]  # what stands between the parentheses of a field of a type


def literals(type_: str, name: str, definition: GraphQLField) -> st.SearchStrategy[str]:
    """Of a field of `tests.engine.schema`."""
    return _LITERALS if definition.args else _NO_LITERALS


_NO_LITERALS = st.just("")
_LITERALS = st.integers(0, 2).flatmap(lambda n: st.sampled_from(LITERALS) if n == 2 else _NO_LITERALS)


@st.composite
def operations(
    draw: Any,
    schema: GraphQLSchema,
    arguments: Arguments = literals,
    kinds: tuple[str, ...] = ("query", "query", "query", "mutation"),
    depth: int = 3,
) -> Operation:
    """A valid operation, most of the time with variables that fit."""
    maker = _Maker(draw, schema, arguments)
    kind = draw(st.sampled_from(kinds))
    root = schema.query_type if kind == "query" else schema.mutation_type
    assert root is not None
    body = maker.selection(root, depth)
    everything = body + "".join(maker.fragments.values())
    used = [name for name in VARIABLES if f"${name}" in everything.replace(f"${name}s", "")]
    declared = ", ".join(f"${name}: {VARIABLES[name][0]}" for name in used)
    text = f"{kind} Q{f'({declared})' if declared else ''} {body}" + "".join(f" fragment {n} {b}" for n, b in maker.fragments.items())
    return Operation(text, {name: value for name in used for value in draw(_given(name))}, tuple(sorted(maker.names)))


@cache
def _given(name: str) -> st.SearchStrategy[list[Any]]:
    """A value, or none."""
    type_, right, wrong = VARIABLES[name]
    absent: list[st.SearchStrategy[list[Any]]] = [st.just([])] if "!" not in type_ or "=" in type_ else []
    return mostly(st.sampled_from(right).map(lambda v: [v]), *absent, *absent, st.sampled_from(wrong).map(lambda v: [v]))


@dataclass
class _Maker:
    draw: Callable[[st.SearchStrategy[Any]], Any]
    schema: GraphQLSchema
    arguments: Arguments
    fragments: dict[str, str] = field(default_factory=dict)
    conditions_of: dict[str, str] = field(default_factory=dict)
    aliases: int = 0
    names: set[str] = field(default_factory=set)

    def chance(self, of: int) -> bool:
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def selection(self, type_: Any, depth: int) -> str:
        parts = [self.part(type_, depth) for _ in range(self.draw(st.integers(1, 3)))]
        return "{ " + " ".join(parts) + " }"

    def part(self, type_: Any, depth: int) -> str:
        if not hasattr(type_, "fields"):
            return self.fragment(type_, depth)
        what = self.draw(st.integers(0, 9))
        if what >= 8 and depth:
            return self.fragment(type_, depth)
        return f"{self.alias('kind')}__typename {self.condition()}" if what == 7 else self.field(type_, depth)

    def field(self, type_: Any, depth: int) -> str:
        leaves, objects = _sorted(type_)
        if not leaves and not depth:
            return "__typename"
        name, found = self.draw(st.sampled_from((objects if depth and not self.chance(3) else leaves) or leaves or objects))
        self.names.add(name)
        written = self.draw(self.arguments(type_.name, name, found))
        # Two fields of one name must be the same field with the same arguments: an argument always comes with an alias of its own.
        head = f"{self.alias('x') if written or self.chance(4) else ''}{name}{f'({written})' if written else ''} {self.condition()}"
        if (name, found) in leaves:
            return head
        below = get_named_type(found.type)
        again = f" {head}{self.selection(below, depth - 1)}" if self.chance(5) else ""
        return f"{head}{self.selection(below, depth - 1)}{again}"

    def alias(self, stem: str) -> str:
        self.aliases += 1
        return f"{stem}{self.aliases}: "

    def condition(self) -> str:
        return str(self.draw(st.sampled_from(CONDITIONS))) if self.chance(5) else ""

    def fragment(self, type_: Any, depth: int) -> str:
        on = self.draw(st.sampled_from(self.overlapping(type_)))
        known = sorted(n for n, c in self.conditions_of.items() if c == on)
        if known and self.chance(2):
            return f"...{self.draw(st.sampled_from(known))} {self.condition()}"
        body = self.selection(self.schema.type_map[on], depth - 1 if depth else 0)
        if self.chance(2):
            return f"... {f'on {on} ' if on != type_.name or self.chance(2) else ''}{self.condition()}{body}"
        name = f"F{len(self.fragments)}"
        self.fragments[name], self.conditions_of[name] = f"on {on} {body}", on
        return f"...{name} {self.condition()}"

    def overlapping(self, type_: Any) -> list[str]:
        """The types that a value of this one may also have."""
        own = self.possible(type_)
        composite = [t for n, t in sorted(self.schema.type_map.items()) if hasattr(t, "fields") or isinstance(t, GraphQLUnionType)]
        return [t.name for t in composite if not t.name.startswith("__") and self.possible(t) & own]

    def possible(self, type_: Any) -> set[str]:
        if isinstance(type_, GraphQLObjectType):
            return {type_.name}
        return {t.name for t in self.schema.get_possible_types(type_)} if is_abstract_type(type_) else set()


@cache
def _sorted(type_: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The fields of a type: leaves, and others."""
    fields = sorted(type_.fields.items())
    return [(n, f) for n, f in fields if is_leaf_type(get_named_type(f.type))], [
        (n, f) for n, f in fields if not is_leaf_type(get_named_type(f.type))
    ]
