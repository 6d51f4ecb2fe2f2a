"""What a field costs: a scalar nothing, an object one, a list its size times what is asked of each of its items.

Sizes that variables decide stay open, so a document is priced once and each request settles only those.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from engine import SIZE

PAGE, BIGGEST_PAGE = 25, 100
UNDECLARED = 25  # a closed list whose field declares no size
PAGING, KEYS = ("first", "last"), "ids"


@dataclass(frozen=True, slots=True)
class Given:
    """A size that variables decide: the largest of them, and of what is written; `otherwise` when none says anything."""

    variables: tuple[str, ...]
    written: int
    otherwise: int
    least: int

    def size(self, variables: Mapping[str, Any]) -> int:
        """For these variables. A page that is out of bounds is refused when it is read, so it counts as the nearest that is not."""
        return max([self.written, *[_counted(variables.get(name)) for name in self.variables]]) or self.otherwise


@dataclass(slots=True)
class Price:
    """A sum: what is certain, and other prices times sizes."""

    constant: int = 0
    parts: list[tuple["int | Given", "Price"]] = field(default_factory=list)
    least: int = 0  # whatever the variables say

    def add(self, other: "Price", size: int | Given = 1) -> None:
        """`size` times the other. A shared price is referred to, not copied, so that this takes no longer for a large one."""
        self.least += other.least * (size.least if isinstance(size, Given) else size)
        if isinstance(size, int) and not other.parts:
            self.constant += size * other.constant
        elif size == 1 and len(other.parts) == 1:  # so that a long chain of fragments does not become a deep one
            self.constant += other.constant
            self.parts += other.parts
        else:
            self.parts.append((size, other))

    def settled(self, variables: Mapping[str, Any], known: dict[int, int] | None = None) -> int:
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

    def charge(self, node: FieldNode, below: "Asks", total: "Asks") -> None:
        """Adds to `total` what this node asks for."""
        if self.kind is Kind.FREE:
            return
        each = Price(self.kind is not Kind.EDGES, least=self.kind is not Kind.EDGES)
        each.add(below.once)
        if self.kind is Kind.CONNECTION:
            each.add(below.rows, self.size(node))
        else:
            each.add(below.rows)
        if self.kind in (Kind.NODES, Kind.EDGES):
            total.rows.add(each)
        else:
            total.once.add(each, self.size(node) if self.kind is Kind.LIST else 1)

    def size(self, node: FieldNode) -> int | Given:
        """How many rows this node asks for."""
        assert self.definition is not None
        sizing = [name for name in (*PAGING, KEYS) if name in self.definition.args]
        values = [a.value for a in node.arguments or () if a.name.value in sizing and not isinstance(a.value, NullValueNode)]
        otherwise = 0 if sizing == [KEYS] else self.unasked
        written = max([_written(value) for value in values], default=0)
        if variables := tuple(value.name.value for value in values if isinstance(value, VariableNode)):
            return Given(variables, written, otherwise, max(written, min(otherwise, 1)))
        return written or otherwise

    @property
    def unasked(self) -> int:
        """How many where nothing is asked."""
        assert self.definition is not None
        pages = [name for name in PAGING if name in self.definition.args]
        default = self.definition.args[pages[0]].default_value if pages else None
        if isinstance(default, int):
            return default
        return self.declared if self.declared is not None else PAGE if pages else UNDECLARED


@dataclass(slots=True)
class Asks:
    """What a selection set costs: once, and once more for each row of the connection that it stands in."""

    once: Price = field(default_factory=Price)
    rows: Price = field(default_factory=Price)

    def add(self, other: "Asks") -> None:
        self.once.add(other.once)
        self.rows.add(other.rows)


FREE = Rate(Kind.FREE)


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
    if is_leaf_type(named) or name.startswith("__"):
        return Rate(Kind.FREE, named)
    declaration = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    declared = declaration.metadata.get(SIZE) if declaration is not None else None
    nullable = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    return Rate(_kind(parent, name, named, isinstance(nullable, GraphQLList)), named, definition, declared)


def _kind(parent: Any, name: str, named: Any, is_list: bool) -> Kind:
    if is_list:
        return {"nodes": Kind.NODES, "edges": Kind.EDGES}.get(name, Kind.LIST) if _is_connection(parent) else Kind.LIST
    return Kind.CONNECTION if _is_connection(named) else Kind.OBJECT


def _is_connection(type_: Any) -> bool:
    fields = getattr(type_, "fields", {})
    return "pageInfo" in fields and ("nodes" in fields or "edges" in fields)


def _written(value: Any) -> int:
    if isinstance(value, ListValueNode):
        return len(value.values)
    if isinstance(value, IntValueNode):
        return _counted(int(value.value[:20]))
    return 0


def _counted(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, 1), BIGGEST_PAGE)
    return 1 if isinstance(value, str) else 0
