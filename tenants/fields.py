"""Who may name which field of a schema: the lines of the table, and what follows from them.

A type has lines of its own, except:

1. A connection, its edge and a payload have none. Whoever may name a field that returns one may name all of it; of a connection and its
   edge only those who may name something of the rows.
2. A field that an interface declares follows the line of the interface.
3. Fields with one meaning on every type have one line for all types, under `SHARED`.

What follows by 2 and 3 never opens a type further than its own lines do. A field that nothing covers is an error, and so is a line that
covers nothing.
"""

from collections.abc import Iterable
from functools import reduce

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from tenants.table import ROOTS, SHARED, FieldLines, Principals

Composite = GraphQLInterfaceType | GraphQLObjectType
Place = tuple[str, str]  # a type and one of its fields

CONNECTION = {"edges", "nodes", "pageInfo", "totalCount"}
EDGE = {"cursor", "node"}
NOBODY: Principals = frozenset()


class Undeclared(Exception):
    """A field that nothing in the table covers, or a line that covers nothing."""


def compiled(schema: GraphQLSchema, lines: FieldLines) -> dict[Place, Principals]:
    """Who may name each field. Raises `Undeclared`."""
    return _Compiler(schema, lines).compiled()


class _Compiler:
    """One reading of the table for one schema."""

    def __init__(self, schema: GraphQLSchema, lines: FieldLines) -> None:
        self.types = [t for t in schema.type_map.values() if isinstance(t, Composite) and not t.name.startswith("__")]
        self.declared = {(type_name, name): who for type_name, by in lines.items() for who, names in by for name in names.split()}
        self.openers = {type_name: _union(who for who, _ in by) for type_name, by in lines.items()}
        self.leading: dict[str, list[Place]] = {}
        for type_, name, field in ((t, name, field) for t in self.types for name, field in t.fields.items()):
            self.leading.setdefault(get_named_type(field.type).name, []).append((type_.name, name))
        self.used: set[Place] = set()
        self.found: dict[Place, Principals] = {}

    def compiled(self) -> dict[Place, Principals]:
        for type_ in self.types:
            if not is_derived(type_):
                self.found |= {(type_.name, name): who for name in type_.fields if (who := self.line(type_, name)) is not None}
        for is_kind in (is_payload, is_connection, is_edge):  # edges last: they are reached through their connections
            for type_ in filter(is_kind, self.types):
                self.found |= {(type_.name, name): who for name in type_.fields if (who := self.following(type_))}
        self.check()
        return self.found

    def line(self, type_: Composite, name: str) -> Principals | None:
        """The line of the type itself, else the one of its interfaces, else the one for all types."""
        if (type_.name, name) in self.declared:
            return self.taken(type_.name, name)
        above = [who for interface in type_.interfaces if name in interface.fields and (who := self.line(interface, name)) is not None]
        own = self.openers.get(type_.name)
        if not above and own and type_.name not in ROOTS and (SHARED, name) in self.declared:
            above = [self.taken(SHARED, name)]
        return reduce(frozenset.intersection, above, own or above[0]) if above else None

    def taken(self, type_name: str, name: str) -> Principals:
        self.used.add((type_name, name))
        return self.declared[type_name, name]

    def following(self, type_: Composite) -> Principals:
        """Who may name a field that returns this type; of a connection and an edge only those who may name something of the row."""
        leading = _union(self.found.get(place, NOBODY) for place in self.leading.get(type_.name, ()))
        if is_payload(type_):
            return leading
        row = get_named_type(type_.fields["nodes" if is_connection(type_) else "node"].type).name
        return leading & _union(who for (type_name, _), who in self.found.items() if type_name == row)

    def check(self) -> None:
        """Raises `Undeclared` for what no line covers, and for lines that cover nothing."""
        missing = sorted(f"{t.name}.{name}" for t in self.types for name in t.fields if (t.name, name) not in self.found)
        if missing:
            raise Undeclared(f"no line for {', '.join(missing)}")
        if unused := sorted(".".join(line) for line in self.declared.keys() - self.used):
            raise Undeclared(f"nothing in the schema needs a line for {', '.join(unused)}")


def is_derived(type_: Composite) -> bool:
    """Whether who may name its fields follows from the fields that return it."""
    return is_payload(type_) or is_connection(type_) or is_edge(type_)


def is_payload(type_: Composite) -> bool:
    """Whether this is what a mutation or a simulation returns."""
    return type_.name.endswith("Payload") and "errors" in type_.fields


def is_connection(type_: Composite) -> bool:
    """Whether this is a page of a list, and nothing besides."""
    return type_.name.endswith("Connection") and type_.fields.keys() == CONNECTION


def is_edge(type_: Composite) -> bool:
    """Whether this is a row with its cursor, and nothing besides."""
    return type_.name.endswith("Edge") and type_.fields.keys() == EDGE


def _union(some: Iterable[Principals]) -> Principals:
    return reduce(frozenset.union, some, NOBODY)
