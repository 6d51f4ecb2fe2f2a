"""Every place of the schema that takes a value from a client, and odd values to put there. Both grow with the schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import strategies as st

from tests.walls.operations import Maker, Step


@dataclass(frozen=True)
class Place:
    """An argument of a field, or a field of the input object below one."""

    of: str
    field: str
    way: tuple[str, ...]  # the argument, then input fields

    def __str__(self) -> str:
        return f"{self.of}.{self.field}({'.'.join(self.way)})"


@dataclass(frozen=True)
class Spelled:
    """A value that is written in the document like this, and in JSON like that."""

    literal: str
    json: str


@dataclass(frozen=True)
class Word:
    """An enum value."""

    name: str


@dataclass(frozen=True)
class Known:
    """An id that something has, whatever it is: drawn before there is a world, so by its number."""

    number: int


ODD_NUMBERS = [0, 1, -1, 12, 100, 101, 480, 481, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, 10**30]
ODD_DECIMALS = [
    "0", "-0", "0.00", "-5", "0.000001", "0.0000001", "0.005", "1000", "1000.00", "1e2", "1E999999", "1e-999999", "NaN", "Infinity", "-Infinity", "1_000",
    "9" * 12, "-" + "9" * 12, "9" * 13, "9" * 16, "9" * 18, "9" * 30, "9" * 12 + "." + "9" * 6, "9" * 16 + ".99", "0." + "9" * 18, "\u0663", "\uff11\uff10", "+1", ".5", "5.", "01",
]  # fmt: skip
ODD_DAYS = [
    "0000-00-00", "0001-01-01", "0001-01-02", "1582-10-10", "1899-12-31", "1900-01-01", "1970-01-01", "2024-02-29", "2025-02-29", "2026-03-01", "2026-03-02", "2026-03-31",
    "2027-01-31", "2038-01-20", "2199-12-31", "2200-01-01", "9999-11-30", "9999-12-01", "9999-12-30", "9999-12-31", "10000-01-01", "2026-W01-1", "2026-3-2", "2026-03-02T00:00:00Z",
]  # fmt: skip
ODD_INSTANTS = [
    f"{day}T{time}" for day in ODD_DAYS for time in ("00:00:00Z", "23:59:59.999999999+14:00", "24:00:00Z", "00:00:00-23:59", "00:00:00")
]
ODD_TEXTS = [
    "", " ", "\t\n", "a", "x" * 100, "x" * 101, "x" * 200, "x" * 201, "x" * 1_000, "x" * 1_001, "x" * 20_000, "\0", "a\0", "\0a", "a\0b", "\x01\x1b\x7f",
    "\u200e", "a\u200bb", "\u2011", "\u00ad", "\ufeff", "\u202e", "É", "e\u0301", "\uff21\uff22\uff11", "\ufb03", "ß", "\u0131", "\u0130" * 200, "\u212a", "😀" * 50, "\u0301" * 90, "\U0010ffff",
    "\ud800", "a\udfff", "\ud83d", "'", '"', "\\", "%", "_", "';--", "{}", "[]", "null", "NULL", "true", "$1", "{{1}}", "../..", "a@b", "A@EXAMPLE.ORG", "9" * 30, "-1", "1e999",
    "0" * 64, "f" * 64, "F" * 64, "é" * 33, "fr", "nl-BE", "FR-" + "x" * 200, "xx", "customer-corner", "portal:customer-corner", "localhost", "t1",
]  # fmt: skip
ODD_IDS = [
    "con_" + "0" * 32, "con_" + "f" * 32, "con_" + "F" * 32, "con_", "con", "_" * 36, "zzz_" + "0" * 32, "con_" + "0" * 31, "con_" + "0" * 33, "con_" + "\u0663" * 32, "con_" + "0" * 32 + "\n",
]  # fmt: skip
WRONG = [
    Spelled("null", "null"), Spelled("true", "true"), Spelled("1.5", "1.5"), Spelled("100.0", "100.0"), Spelled("1e2", "1e2"), Spelled("1e999", "1e999"), Spelled("-0", "-0"),
    Spelled("9" * 400, "9" * 400), Spelled("[]", "[]"), Spelled("[null]", "[null]"), Spelled("[[]]", "[[]]"), Spelled("{}", "{}"), Spelled('{x: "y"}', '{"x": "y"}'),
    Spelled("{from: null, to: null}", '{"from": null, "to": null}'), Spelled("NONSENSE", '"NONSENSE"'), Spelled('""', '""'), Spelled('"x"', '"x"'), Spelled("0", "0"),
    Spelled('"\\u{0}"', '"\\u0000"'), Spelled('"""\\u0000"""', '"\\u0000"'), Spelled('"\\u{110000}"', '"\\udc00\\ud800"'),
]  # fmt: skip
BY_TYPE: dict[str, list[Any]] = {
    "Int": ODD_NUMBERS,
    "Decimal": ODD_DECIMALS,
    "Date": ODD_DAYS,
    "DateTime": ODD_INSTANTS,
    "ID": [*ODD_IDS, *ODD_TEXTS],
    "Boolean": [True, False],
}
# What fits in by the name of the place, where any text would not do.
FITTING: dict[str, Any] = {
    "portal": "customer-corner", "key": "customer-corner", "tenant": "t1", "identifier": "111111111", "password": "Open-Sesame-42", "email": "agent@house.example", "locale": "fr",
    "sha256": "a" * 64, "byteSize": 1_000, "installments": 12, "months": 24, "day": 12, "expectedVersion": 1, "first": 3, "revision": 1,
}  # fmt: skip
FITTING_BY_TYPE: dict[str, Any] = {"Int": 3, "Decimal": "1000.00", "Date": "2026-04-02", "DateTime": "2026-03-02T09:00:00Z", "Boolean": True, "Locale": "fr", "CurrencyCode": "EUR"}  # fmt: skip
MOST_DEEP = 4


def places(schema: GraphQLSchema) -> list[Place]:
    """Every one of them."""
    return [
        Place(type_.name, name, way)
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__")
        for name, definition in type_.fields.items()
        for argument, taken in definition.args.items()
        for way in _ways(argument, taken.type)
    ]


def _ways(name: str, type_: Any, deep: int = MOST_DEEP) -> Iterator[tuple[str, ...]]:
    yield (name,)
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType) and deep:
        for below, taken in named.fields.items():
            yield from ((name, *way) for way in _ways(below, taken.type, deep - 1))


def type_at(definition: GraphQLField, way: tuple[str, ...]) -> Any:
    """What the schema takes at this place."""
    found: Any = definition.args[way[0]].type
    for name in way[1:]:
        found = get_named_type(found).fields[name].type
    return found


def odd_values(type_: Any) -> st.SearchStrategy[Any]:
    """What nobody sends who means well, and what fits beside it: for this type."""
    nullable, named = get_nullable_type(type_), get_named_type(type_)
    if isinstance(nullable, GraphQLList):
        one = odd_values(nullable.of_type)
        several = st.lists(one, max_size=3)
        return several | one.map(lambda value: [value, value]) | one.map(lambda value: [value] * 101) | one | st.sampled_from(WRONG)
    if isinstance(named, GraphQLEnumType):
        return st.sampled_from([*map(Word, named.values), *WRONG])
    usual = BY_TYPE.get(named.name, ODD_TEXTS) + ([FITTING_BY_TYPE[named.name]] if named.name in FITTING_BY_TYPE else [])
    drawn = {
        "Int": st.integers(-(2**33), 2**33),
        "Decimal": st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12).map(
            lambda d: f"{d:f}"
        ),
        "Date": st.dates().map(str),
        "DateTime": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "ID": st.integers(0, 1_000).map(Known),
    }.get(named.name, st.text(max_size=40))
    return st.sampled_from(usual) | st.sampled_from(usual) | drawn | st.sampled_from(WRONG)


@dataclass
class Writer:
    """Writes an operation around one odd value. `ids`: by the type that they are of."""

    schema: GraphQLSchema
    ids: Mapping[str, list[str]]

    def __post_init__(self) -> None:
        self.maker = Maker(self.schema, lambda of, name, argument: self._literal(self._id(argument, of, name)))
        self.ways = self.maker.paths()
        self.keys = self.turn = 0

    def reached(self, place: Place) -> list[Step] | None:
        """The way to the place; none for what is on no way."""
        return [] if place.of == "Mutation" else self.ways.get(place.of)

    def written(self, place: Place, value: Any, *, is_variable: bool, is_raw: bool) -> bytes:
        """The body of a request: the value in the document, or in the variables (escaped, or in raw UTF-8)."""
        definition: GraphQLField = self.maker.type(place.of).fields[place.field]
        argument = place.way[0]
        given = self._around(definition.args[argument].type, place.way[1:], value, place)
        others = [
            f"{name}: {self._literal(self._fitting(name, taken.type, place))}"
            for name, taken in definition.args.items()
            if name != argument and is_required_argument(taken)
        ]
        written = "$v" if is_variable else self._literal(given)
        below = "" if self.maker.is_leaf(definition) else f" {{ {self._below(definition)} }}"
        call = f"{place.field}({', '.join([*others, f'{argument}: {written}'])}){below}"
        text = self.maker.wrapped(call, place.of, self.reached(place) or [])
        head = "mutation" if place.of == "Mutation" else "query"
        if not is_variable:
            return json.dumps({"query": f"{head} {text}"}).encode()
        query = json.dumps(f"{head} ($v: {definition.args[argument].type}) {text}")
        return f'{{"query": {query}, "variables": {{"v": {self._json(given, is_raw)}}}}}'.encode("utf-8", "surrogatepass")

    def _below(self, definition: GraphQLField) -> str:
        """Something of what is answered: all that is plain, and what a list or a payload holds."""
        type_ = get_named_type(definition.type)
        fields = self.maker.type(type_.name).fields
        plain = [name for name, f in fields.items() if not f.args and self.maker.is_leaf(f)]
        lists = [f"{name} {{ __typename }}" for name in ("nodes", "errors", "simulation") if name in fields]
        if "simulation" in fields:
            lists[-1] = f"simulation {{ {self._below(fields['simulation'])} }}"
        return " ".join(["__typename", *plain, *lists])

    def _around(self, type_: Any, way: tuple[str, ...], value: Any, place: Place) -> Any:
        """The value, in inputs whose other fields are what they must be."""
        if not way:
            return value
        named = get_named_type(type_)
        fitting = {n: self._fitting(n, f.type, place) for n, f in named.fields.items() if n != way[0] and is_required_input_field(f)}
        inside = fitting | {way[0]: self._around(named.fields[way[0]].type, way[1:], value, place)}
        return [inside] if isinstance(get_nullable_type(type_), GraphQLList) else inside

    def _fitting(self, name: str, type_: Any, place: Place) -> Any:
        nullable, named = get_nullable_type(type_), get_named_type(type_)
        if isinstance(nullable, GraphQLList):
            return [self._fitting(name, nullable.of_type, place)]
        if isinstance(named, GraphQLInputObjectType):
            return {n: self._fitting(n, f.type, place) for n, f in named.fields.items() if is_required_input_field(f)}
        if isinstance(named, GraphQLEnumType):
            return Word(next(iter(named.values)))
        if named.name == "ID":
            return self._id(name, place.of, place.field)
        if name == "idempotencyKey":
            self.keys += 1
            return f"key {self.keys}"
        return FITTING.get(name, FITTING_BY_TYPE.get(named.name, "x"))

    def _id(self, name: str, of: str, field: str) -> str:
        """An id by what it is called: `contract`, `quote`; `id` is of what the field gives."""
        if name in ("id", "ids"):
            given = get_named_type(self.maker.type(of).fields[field].type).name
            possible = [given, *(t.name for t in self.maker.possible(self.maker.type(given)))]
            kinds = [kind for kind in possible if self.ids.get(kind)]
        else:
            kinds = [kind for kind in self.ids if kind.lower().endswith(name.rstrip("s").lower())]
        self.turn += 1
        return self.ids[kinds[0]][self.turn % len(self.ids[kinds[0]])] if kinds else "con_" + "0" * 32

    def fitting(self, of: str, field: str) -> bytes:
        """The body of a request with nothing odd in it."""
        definition: GraphQLField = self.maker.type(of).fields[field]
        argument = next(iter(definition.args))
        place = Place(of, field, (argument,))
        return self.written(place, self._fitting(argument, definition.args[argument].type, place), is_variable=False, is_raw=False)

    def _known(self, value: Known) -> str:
        known = [gid for gids in self.ids.values() for gid in gids]
        return known[value.number % len(known)]

    def _literal(self, value: Any) -> str:
        if isinstance(value, Spelled):
            return value.literal
        if isinstance(value, Word):
            return value.name
        if isinstance(value, Known):
            return f'"{self._known(value)}"'
        if isinstance(value, list):
            return f"[{', '.join(map(self._literal, value))}]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{name}: {self._literal(below)}" for name, below in value.items()) + "}"
        return json.dumps(value)

    def _json(self, value: Any, is_raw: bool) -> str:
        if isinstance(value, Spelled):
            return value.json
        if isinstance(value, Word):
            return f'"{value.name}"'
        if isinstance(value, Known):
            return f'"{self._known(value)}"'
        if isinstance(value, list):
            return f"[{', '.join(self._json(one, is_raw) for one in value)}]"
        if isinstance(value, dict):
            return "{" + ", ".join(f'"{name}": {self._json(below, is_raw)}' for name, below in value.items()) + "}"
        return json.dumps(value, ensure_ascii=not is_raw)
