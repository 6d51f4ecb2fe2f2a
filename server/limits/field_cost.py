"""What a field costs: a scalar nothing, an object one, a list its size times what is asked of each of its items, and work what it takes.

What variables decide stays open, so a document is priced once and each request settles only that. It is settled from the values that
resolvers will read: graphql-core's coercion is the only reading of an argument that there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import ceil
from typing import Any, Protocol

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    VariableNode,
    coerce_input_literal,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema.schema_converter import GraphQLCoreConverter

from engine import SIZE, USUAL, WORK, Work

PAGE, BIGGEST_PAGE = 25, 100
UNDECLARED = 25  # a closed list whose field declares no size
LEAVES = 50  # scalars of one object that come with its point; as many again take another
PAGING, KEYS = ("first", "last"), "ids"


class Open(Protocol):
    """A number that variables decide. `least` is what it is at least, whatever they say."""

    @property
    def least(self) -> int: ...

    def size(self, variables: VariableValues) -> int:
        """What it is for these variables, which are coerced."""


@dataclass(frozen=True, slots=True)
class Given:
    """A size that variables decide: the largest of them, and of what is written; `otherwise` when none says anything."""

    variables: tuple[str, ...]
    written: int
    otherwise: int
    least: int

    def size(self, variables: VariableValues) -> int:
        """For these variables. A page that is out of bounds is refused when it is read, so it counts as the nearest that is not."""
        return max([self.written, *[_counted(variables.coerced.get(name)) for name in self.variables]]) or self.otherwise


@dataclass(frozen=True, slots=True)
class Working:
    """What a field takes besides what it gives: its declared work for the arguments of one node."""

    work: Work
    definition: GraphQLField
    node: FieldNode

    @property
    def least(self) -> int:
        return ceil(self.work.points)

    def size(self, variables: VariableValues) -> int:
        """In points."""
        try:
            given = get_argument_values(self.definition, self.node, variables)
        except GraphQLError:  # it will be refused where it is asked
            return self.least
        return ceil(self.work.points + sum(each.points * _amount(given, each.path.split("."), each.most) for each in self.work.by))


@dataclass(slots=True)
class Price:
    """A sum: what is certain, and other prices times sizes."""

    constant: int = 0
    parts: list[tuple["int | Open", "Price"]] = field(default_factory=list)
    least: int = 0  # whatever the variables say

    def add(self, other: "Price", size: int | Open = 1) -> None:
        """`size` times the other. A shared price is referred to, not copied, so that this takes no longer for a large one."""
        self.least += other.least * (size if isinstance(size, int) else size.least)
        if isinstance(size, int) and not other.parts:
            self.constant += size * other.constant
        elif size == 1 and len(other.parts) == 1:  # so that a long chain of fragments does not become a deep one
            self.constant += other.constant
            self.parts += other.parts
        else:
            self.parts.append((size, other))

    @property
    def is_nothing(self) -> bool:
        return not self.constant and not self.parts

    def settled(self, variables: VariableValues, known: dict[int, int] | None = None) -> int:
        """For these variables. Each price that is shared is settled once."""
        known = {} if known is None else known
        if id(self) not in known:
            sizes = [(size if isinstance(size, int) else size.size(variables), part) for size, part in self.parts]
            known[id(self)] = self.constant + sum(size * part.settled(variables, known) for size, part in sizes)
        return known[id(self)]


class Kind(Enum):
    """How a field counts."""

    FREE = "a scalar, or what describes the schema"
    OBJECT = "one object"
    CONNECTION = "an object whose rows are as many as its page"
    NODES = "the rows of the connection that it stands in"
    EDGES = "the same: an edge is only the place of its node, and costs nothing itself"
    LIST = "as many objects as its size"


@dataclass(frozen=True, slots=True)
class Rate:
    """How one field of the schema is priced, and the type of what it gives."""

    kind: Kind
    type: Any = None
    definition: GraphQLField | None = None
    declared: int | None = None
    work: Work | None = None

    def charge(self, node: FieldNode, below: "Asks", leaves: int, total: "Asks") -> None:
        """Adds to `total` what this node asks for. `leaves` are the scalars that it asks of each of its objects."""
        if self.work is not None and self.definition is not None:
            total.once.add(POINT, Working(self.work, self.definition, node))
        if self.kind is Kind.FREE:
            return
        constant = (self.kind is not Kind.EDGES) + leaves // LEAVES
        each = Price(constant, least=constant)
        each.add(below.once)
        if self.kind is Kind.CONNECTION:  # its rows are read, whatever is asked of them
            each.add(POINT if below.rows.is_nothing else below.rows, self.size(node))
        else:
            each.add(below.rows)
        if self.kind in (Kind.NODES, Kind.EDGES):
            total.rows.add(each)
        else:
            total.once.add(each, self.size(node) if self.kind is Kind.LIST else 1)

    def size(self, node: FieldNode) -> int | Given:
        """How many rows this node asks for."""
        values = {
            a.name.value: a.value for a in node.arguments or () if a.name.value in self.sizing and not isinstance(a.value, NullValueNode)
        }
        otherwise = 0 if self.sizing == [KEYS] else self.unasked
        written = max([_written(value, self.arguments[name].type) for name, value in values.items()], default=0)
        if variables := tuple(value.name.value for value in values.values() if isinstance(value, VariableNode)):
            return Given(variables, written, otherwise, max(written, min(otherwise, 1)))
        return written or otherwise

    @property
    def arguments(self) -> Mapping[str, Any]:
        return self.definition.args if self.definition is not None else {}

    @property
    def sizing(self) -> list[str]:
        """The arguments that say how many rows there will be."""
        return [name for name in (*PAGING, KEYS) if name in self.arguments]

    @property
    def pages(self) -> list[str]:
        """Those of them that are the size of a page."""
        return [name for name in self.sizing if name in PAGING]

    @property
    def unasked(self) -> int:
        """How many where nothing is asked: the default, what the field declares, else a page."""
        default = self.arguments[self.pages[0]].default_value if self.pages else None
        page = default if isinstance(default, int) else PAGE
        if self.declared is None:
            return page if self.pages else UNDECLARED
        return min(self.declared, page) if self.pages else self.declared


@dataclass(slots=True)
class Asks:
    """What a selection set costs: once, and once more for each row of the connection that it stands in."""

    once: Price = field(default_factory=Price)
    rows: Price = field(default_factory=Price)

    def add(self, other: "Asks") -> None:
        self.once.add(other.once)
        self.rows.add(other.rows)


FREE, POINT = Rate(Kind.FREE), Price(1, least=1)


class Tariff:
    """The rates of all fields of a schema, made when they are first asked for."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.rates: dict[tuple[str, str], Rate] = {}

    def rate(self, parent: Any, name: str) -> Rate:
        """Of a field; one that does not exist is free, and refused by validation. What describes the schema has prices of its own."""
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return FREE
        key = (parent.name, name)
        if (rate := self.rates.get(key)) is None:
            definition = self.schema.get_field(parent, name)
            if definition is None:
                return FREE  # not kept: names that clients make up are endless
            rate = self.rates[key] = _rate(parent, name, definition)
        return rate


def _rate(parent: Any, name: str, definition: GraphQLField) -> Rate:
    named = get_named_type(definition.type)
    declaration = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    declared: Mapping[Any, Any] = declaration.metadata if declaration is not None else {}
    if is_leaf_type(named) or name.startswith("__"):
        return Rate(Kind.FREE, named, definition, work=declared.get(WORK))
    nullable = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    kind = _kind(parent, name, named, isinstance(nullable, GraphQLList))
    return Rate(kind, named, definition, declared.get(USUAL, declared.get(SIZE)), declared.get(WORK))


def _kind(parent: Any, name: str, named: Any, is_list: bool) -> Kind:
    if is_list:
        return {"nodes": Kind.NODES, "edges": Kind.EDGES}.get(name, Kind.LIST) if _is_connection(parent) else Kind.LIST
    return Kind.CONNECTION if _is_connection(named) else Kind.OBJECT


def _is_connection(type_: Any) -> bool:
    fields = getattr(type_, "fields", {})
    return "pageInfo" in fields and ("nodes" in fields or "edges" in fields)


def _written(value: Any, type_: GraphQLInputType) -> int:
    """How many rows a literal asks for; nothing for one that will be refused, or that is a variable."""
    if isinstance(value, ListValueNode):
        return len(value.values)
    return 0 if isinstance(value, VariableNode) else _counted(coerce_input_literal(value, type_))


def _counted(value: Any) -> int:
    """How many rows a coerced value asks for: a page size, or a list of ids."""
    if isinstance(value, list):
        return len(value)
    return min(max(value, 1), BIGGEST_PAGE) if isinstance(value, int) else 0


def _amount(given: Any, path: list[str], most: int) -> int:
    """How many items, or units, stand at the end of a path through coerced arguments."""
    if isinstance(given, list) and path:
        return sum(_amount(item, path, most) for item in given)
    if path:
        return _amount(given.get(path[0]), path[1:], most) if isinstance(given, dict) else 0
    if isinstance(given, list):
        return min(len(given), most)
    return min(max(given, 0), most) if isinstance(given, int) else 0
