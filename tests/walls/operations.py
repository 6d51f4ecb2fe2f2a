"""Operations made from the schema itself, so that they grow as it grows: one that reaches a given field, one for everything, and random ones."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
)  # fmt: skip

Composite = GraphQLObjectType | GraphQLInterfaceType
Chosen = Callable[[str, str, str], str]  # for an argument that takes an id: type, field, argument -> the id, as written in a document
TEXTS = {
    "Date": '"2026-01-01"',
    "DateTime": '"2026-01-01T00:00:00Z"',
    "Decimal": '"1.00"',
    "Int": "3",
    "Boolean": "true",
    "Float": "1.0",
    "Locale": '"fr"',
    "CurrencyCode": '"EUR"',
    "URL": '"https://example.com"',
}


@dataclass(frozen=True)
class Step:
    """One field on the way down, and the type it is asked of where that is narrower than what is at hand."""

    of: str
    name: str
    fragment: bool = False


@dataclass
class Maker:
    """Writes operations for one schema. `ids` says which id to write where one is taken, `few` how many rows of a list to walk over."""

    schema: GraphQLSchema
    ids: Chosen
    texts: dict[str, str] = field(default_factory=lambda: dict(TEXTS))
    few: int = 20

    def type(self, name: str) -> Any:
        return self.schema.type_map[name]

    def call(self, of: str, name: str, definition: GraphQLField, extra: str = "") -> str:
        """The field with the arguments it cannot do without."""
        given = [
            f"{a}: {self.value(of, name, a, argument.type)}" for a, argument in definition.args.items() if is_required_argument(argument)
        ]
        written = ", ".join([*given, extra]) if extra else ", ".join(given)
        return f"{name}({written})" if written else name

    def value(self, of: str, name: str, argument: str, type_: Any) -> str:
        """Something that fits."""
        nullable = get_nullable_type(type_)
        if isinstance(nullable, GraphQLList):
            return f"[{self.value(of, name, argument, nullable.of_type)}]"
        if isinstance(nullable, GraphQLEnumType):
            return str(next(iter(nullable.values)))
        if isinstance(nullable, GraphQLInputObjectType):
            given = [f"{n}: {self.value(of, name, n, f.type)}" for n, f in nullable.fields.items() if is_required_input_field(f)]
            return "{" + ", ".join(given) + "}"
        written = self.ids(of, name, argument) if nullable.name == "ID" else self.texts.get(nullable.name, '"x"')
        return str(written)

    def paths(self) -> dict[str, list[Step]]:
        """The shortest way from the query to every type with fields, through lists of everything where there are any.

        A field that takes one id finds one kind of row: `node(id:)` with a contract's would be a short way to every type, on which nothing
        is ever found. And what hangs on the viewer is the viewer's own, so that way is taken to what is found on no other.
        """
        root = self.schema.query_type
        assert root is not None
        found: dict[str, list[Step]] = {root.name: []}
        self._explore(root.name, found, lambda name, has_duties: not has_duties and name != "viewer")
        self._explore(root.name, found, lambda name, has_duties: not has_duties)
        self._explore(root.name, found, lambda name, has_duties: name not in ("node", "nodes"))
        return found

    def _explore(self, root: str, found: dict[str, list[Step]], is_open: Callable[[str, bool], bool]) -> None:
        """Goes on from what is found. `is_open` says of a field, and of whether it has required arguments, if it may be taken."""
        waiting = deque(found)
        while waiting:
            here = waiting.popleft()
            for name, definition in self.type(here).fields.items():
                if not is_open(name if here == root else "", any(map(is_required_argument, definition.args.values()))):
                    continue
                for target in self.possible(get_named_type(definition.type)):
                    if target.name not in found:
                        found[target.name] = [*found[here], Step(here, name)]
                        waiting.append(target.name)

    def possible(self, type_: GraphQLNamedType) -> Iterator[Composite]:
        """The types with fields that a value of this one may have, itself first."""
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield type_
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            yield from self.schema.get_possible_types(type_)

    def leaf_call(self, of: str, name: str) -> str:
        """One field, with something below it where it needs that."""
        definition = self.type(of).fields[name]
        below = "" if self.is_leaf(definition) else " { __typename }"
        return self.call(of, name, definition) + below

    def is_leaf(self, definition: GraphQLField) -> bool:
        return isinstance(get_named_type(definition.type), GraphQLScalarType | GraphQLEnumType)

    def reaching(self, of: str, name: str, path: list[Step]) -> str:
        """An operation that names this field, on its shortest way."""
        return self.wrapped(self.leaf_call(of, name), of, path)

    def wrapped(self, text: str, of: str, path: list[Step]) -> str:
        """What is asked of a type, on the way to it. Every object on the way says its id."""
        for step in reversed(path):
            definition = self.type(step.of).fields[step.name]
            few = f"first: {self.few}" if "first" in definition.args else ""
            text = f"{self.call(step.of, step.name, definition, few)} {{ ... on {of} {{ {self.id_of(of)}{text} }} }}"
            of = step.of
        return f"{{ {text} }}"

    def id_of(self, of: str) -> str:
        return "id " if "id" in self.type(of).fields else ""


@dataclass(frozen=True)
class Taker:
    """A place in the schema that takes an id: an argument, or a field of an input below one."""

    of: str
    name: str
    argument: str
    within: tuple[tuple[str, str], ...] = ()  # input fields on the way to the id, and what has to stand beside each
    is_list: bool = False

    def written(self, gids: list[str]) -> str:
        """The argument with these ids in it: one, unless it takes a list."""
        quoted = ", ".join(f'"{gid}"' for gid in gids)
        text = f"[{quoted}]" if self.is_list else quoted
        for name, beside in reversed(self.within):
            text = f"{{{name}: {text}{beside}}}"
        return f"{self.argument}: {text}"


def takers(schema: GraphQLSchema) -> list[Taker]:
    """Every place that takes an id, but for those of mutations."""
    found = []
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__") and type_ is not schema.mutation_type:
            for name, definition in type_.fields.items():
                for argument, taken in definition.args.items():
                    found += [Taker(type_.name, name, argument, within, is_list) for within, is_list in _ids_in(taken)]
    return found


def _ids_in(taken: GraphQLArgument | Any, depth: int = 3) -> Iterator[tuple[tuple[tuple[str, str], ...], bool]]:
    nullable = get_nullable_type(taken.type)
    is_list = isinstance(nullable, GraphQLList)
    named = get_named_type(nullable)
    if named.name == "ID":
        yield (), is_list
    elif isinstance(named, GraphQLInputObjectType) and depth:
        for name, field_ in named.fields.items():
            required = [f", {n}: {_fitting(f.type)}" for n, f in named.fields.items() if n != name and is_required_input_field(f)]
            for within, is_list in _ids_in(field_, depth - 1):
                yield ((name, "".join(required)), *within), is_list


def _fitting(type_: Any) -> str:
    """Something that an input field of this type takes."""
    nullable = get_nullable_type(type_)
    if isinstance(nullable, GraphQLList):
        return f"[{_fitting(nullable.of_type)}]"
    if isinstance(nullable, GraphQLEnumType):
        return str(next(iter(nullable.values)))
    if isinstance(nullable, GraphQLInputObjectType):
        return "{" + ", ".join(f"{n}: {_fitting(f.type)}" for n, f in nullable.fields.items() if is_required_input_field(f)) + "}"
    return TEXTS.get(nullable.name, '"x"')
