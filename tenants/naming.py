"""What an operation names, and who may name it. Naming a field is not seeing a row: those are decided where rows are read.

Every field that an operation asks for is judged by its own line of the table. There are two exceptions, and no others:

1. What `@skip` and `@include` leave out, for the variables of the request, is not asked for.
2. What hangs under an object that is never there for a caller may be named, because the answer is null: an object of a type of which the
   caller may name nothing at all. It may be missing only where the schema says so, so the way there is a field that may be null, or a
   fragment on one of several types. A field that may not be null has no such way around it, and a list neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
)

from tenants.table import Principals

MayName = Mapping[tuple[str, str], Principals]
Openers = frozenset[Principals]
NOBODY: Principals = frozenset()


class Demand(NamedTuple):
    """One field at one place: who may name it, and on the way there, whoever is none of these finds nothing."""

    allowed: Principals
    openers: Openers

    def is_met(self, principals: Principals) -> bool:
        """Whether somebody who is all of these may name it."""
        return not principals.isdisjoint(self.allowed) or any(principals.isdisjoint(some) for some in self.openers)


class Names:
    """What operations of one schema name."""

    def __init__(self, schema: GraphQLSchema, may_name: MayName) -> None:
        self.schema, self.may_name = schema, may_name
        self.openers: dict[str, Principals] = {}  # by type: who may name anything of it
        for (type_name, _), allowed in may_name.items():
            self.openers[type_name] = self.openers.get(type_name, NOBODY) | allowed

    def demanded(self, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, Any]) -> frozenset[Demand]:
        """What a caller has to meet. A condition that is not known leaves nothing out."""
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        walk = _Walk(self, fragments, conditions)
        return frozenset(walk.selected(operation.selection_set, self.schema.get_root_type(operation.operation), frozenset()))

    def beyond(self, parent: Any, field: Any, openers: Openers) -> Openers:
        """The openers below a field: its object may be missing where it may be null."""
        is_required = isinstance(field.type, GraphQLNonNull) or is_list_type(get_nullable_type(field.type))
        return openers if is_required else self.narrowed(get_named_type(field.type), openers)

    def narrowed(self, type_: Any, openers: Openers) -> Openers:
        """With those who find objects of this type, where somebody has to be one of a few for that."""
        known = self.openers.get(type_.name)
        return openers if known is None else openers | {known}


class _Walk(NamedTuple):
    """Through one operation, which has been weighed: with all fragments spread it has at most a thousand fields."""

    names: Names
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Mapping[str, Any]

    def selected(self, chosen: SelectionSetNode, parent: Any, openers: Openers) -> Iterator[Demand]:
        for node in chosen.selections:
            if self.is_left_out(node):
                continue
            if isinstance(node, FieldNode):
                yield from self.field(node, parent, openers)
            elif isinstance(node, InlineFragmentNode):
                yield from self.fragment(node.type_condition, node.selection_set, parent, openers)
            elif isinstance(node, FragmentSpreadNode):
                spread = self.fragments[node.name.value]
                yield from self.fragment(spread.type_condition, spread.selection_set, parent, openers)

    def field(self, node: FieldNode, parent: Any, openers: Openers) -> Iterator[Demand]:
        allowed = self.names.may_name.get((parent.name, node.name.value))
        if allowed is not None:
            yield Demand(allowed, openers)
        if node.selection_set and (field := self.names.schema.get_field(parent, node.name.value)) is not None:
            yield from self.selected(node.selection_set, get_named_type(field.type), self.names.beyond(parent, field, openers))

    def fragment(self, named: Any, chosen: SelectionSetNode, parent: Any, openers: Openers) -> Iterator[Demand]:
        type_: Any = self.names.schema.get_type(named.name.value) if named else parent
        if type_ is not parent and is_abstract_type(parent):
            openers = self.names.narrowed(type_, openers)
        yield from self.selected(chosen, type_, openers)

    def is_left_out(self, node: Any) -> bool:
        return any(self.value(directive) is (directive.name.value == "skip") for directive in _conditions(node))

    def value(self, directive: Any) -> bool | None:
        """The condition of a `@skip` or `@include`; `None` where nobody knows it."""
        given = directive.arguments[0].value if directive.arguments else None
        found = given.value if isinstance(given, BooleanValueNode) else None
        if isinstance(given, VariableNode):
            found = self.conditions.get(given.name.value)
        return found if isinstance(found, bool) else None


def _conditions(node: Any) -> Iterable[Any]:
    return (directive for directive in node.directives or () if directive.name.value in ("skip", "include"))
