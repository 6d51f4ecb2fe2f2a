"""Compiles one operation: which fields of which types, in which order, answered how. Holds no tenant, role or client data."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute_of
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSkipDirective,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import get_directive_values
from strawberry.types.field import StrawberryField

from engine.fields import BATCH, ONCE
from engine.leaves import Build, compile_writer

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Unsupported(Exception):
    """This operation is left to graphql-core: introspection, subscriptions, directives of others."""


@dataclass(slots=True, eq=False)
class Field:
    """One field of one selection.

    `kind` says how it is answered: `typename`; `plain`, an attribute of the object; `batch`, a function of all objects; `other`, what
    strawberry built, called for each object.
    """

    key: str
    nodes: list[FieldNode]
    parent: GraphQLObjectType
    kind: str
    definition: GraphQLField | None = None
    strawberry: StrawberryField | None = None
    below: dict[str, "Selection"] = attribute_of(default_factory=dict)
    is_simple_list: bool = False
    is_simple_object: bool = False

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def attribute(self) -> str:
        return self.strawberry.python_name  # type: ignore[union-attr]  # only planned fields have it

    @property
    def type(self) -> GraphQLOutputType:
        return self.definition.type  # type: ignore[union-attr]  # only planned fields have it

    @property
    def named(self) -> GraphQLLeafType:
        return get_named_type(self.type)  # type: ignore[return-value]  # fields are of output types

    @property
    def is_required(self) -> bool:
        return isinstance(self.type, GraphQLNonNull)

    @property
    def where(self) -> str:
        return f"{self.parent.name}.{self.name}"

    def simplify(self) -> None:
        """Notes the two shapes that nearly all have: one object of one type, and a list of those. They are put together fastest."""
        inner = _nullable(self.type)
        is_list = isinstance(inner, GraphQLList)
        self.is_simple_object = len(self.below) == 1 and not is_list
        self.is_simple_list = len(self.below) == 1 and is_list and not isinstance(_nullable(inner.of_type), GraphQLList)


@dataclass(slots=True, eq=False)
class Selection:
    """The fields chosen of one object type. `build` writes the plain leaves, `steps` are the rest, in order."""

    type: GraphQLObjectType
    fields: list[Field]
    steps: list[Field]
    build: Build
    waits: bool


@dataclass(slots=True)
class Plan:
    """An operation, ready to run any number of times."""

    schema: strawberry.Schema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Selection

    @classmethod
    def of(cls, schema: strawberry.Schema, document: DocumentNode, operation: OperationDefinitionNode, variables: Any) -> "Plan":
        """Compiles `operation`. `variables` matter only where `@skip` and `@include` read them. Raises `Unsupported`."""
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Unsupported("subscription")
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        root = schema._schema.get_root_type(operation.operation)
        assert root is not None
        return cls(schema, operation, fragments, _Compiler(schema, fragments, variables).selection(root, [operation.selection_set]))

    @property
    def is_serial(self) -> bool:
        return self.operation.operation is OperationType.MUTATION


@dataclass(slots=True)
class _Compiler:
    schema: strawberry.Schema
    fragments: dict[str, FragmentDefinitionNode]
    variables: Any

    def selection(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Selection:
        chosen: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self.collect(type_, selection_set, chosen, set())
        declared = self.declared(type_)
        fields = [self.field(type_, key, nodes, declared) for key, nodes in chosen.items()]
        steps = [f for f in fields if f.kind in ("batch", "once", "other") or (f.kind == "plain" and not is_leaf_type(_nullable(f.type)))]
        waits = any(f.kind in ("batch", "once", "other") or any(s.waits for s in f.below.values()) for f in steps)
        return Selection(type_, fields, steps, compile_writer(type_.name, fields, steps), waits)

    def collect(self, type_: GraphQLObjectType, chosen: SelectionSetNode, out: dict[str, list[FieldNode]], seen: set[str]) -> None:
        """The field nodes of this type under their response keys, fragments resolved, each fragment once."""
        for node in chosen.selections:
            if not self.is_included(node):
                continue
            if isinstance(node, FieldNode):
                out.setdefault((node.alias or node.name).value, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in seen:
                    continue
                seen.add(node.name.value)
                fragment: Any = self.fragments[node.name.value]
            else:
                fragment = node
            if self.applies(fragment.type_condition, type_):
                self.collect(type_, fragment.selection_set, out, seen)

    def is_included(self, node: Any) -> bool:
        if not node.directives:
            return True
        if any(d.name.value not in ("skip", "include") for d in node.directives):
            raise Unsupported("directive")
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and next(iter(skip.values()))) and not (include and not next(iter(include.values())))

    def applies(self, condition: Any, type_: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        named = self.schema._schema.get_type(condition.name.value)
        return is_abstract_type(named) and self.schema._schema.is_sub_type(named, type_)

    def declared(self, type_: GraphQLObjectType) -> dict[str, StrawberryField]:
        """What strawberry knows of the type's fields, by their GraphQL names."""
        definition = type_.extensions.get("strawberry-definition")
        name = self.schema.config.name_converter.get_graphql_name
        return {name(f): f for f in definition.fields} if definition else {}

    def field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], declared: dict[str, StrawberryField]) -> Field:
        name = nodes[0].name.value
        if name == "__typename":
            return Field(key, nodes, parent, "typename")
        if name not in declared:
            raise Unsupported(name)
        made = declared[name]
        kind = _kind(made)
        field = Field(key, nodes, parent, kind, parent.fields[name], made)
        if not is_leaf_type(field.named):
            field.below = self.below(get_named_type(field.type), [n.selection_set for n in nodes if n.selection_set])
            field.simplify()
        return field

    def below(self, named: Any, sets: list[SelectionSetNode]) -> dict[str, Selection]:
        """The selection for each object type that a value may have."""
        types = self.schema._schema.get_possible_types(named) if is_abstract_type(named) else [named]
        return {t.name: self.selection(t, sets) for t in types}


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _kind(made: StrawberryField) -> str:
    if made.is_basic_field:
        return "plain"
    if made.extensions:
        return "other"
    return "batch" if BATCH in made.metadata else "once" if ONCE in made.metadata else "other"
