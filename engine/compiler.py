"""Compiles one operation into a plan: collects the fields of each type as graphql-core would, and decides how each is answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute_of
from inspect import iscoroutinefunction
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNameMetaFieldDef,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_directive_values
from strawberry.types.field import StrawberryField

from engine.arguments import Arguments
from engine.describing import DESCRIBING
from engine.fields import BATCH, ONCE, reads_of
from engine.generated import Leaf, compile_column, is_readable
from engine.leaves import writer
from engine.plan import Field, Judged, Kind, Plan, Reason, Selection, Shape, Unsupported, all_of
from engine.rows import is_by_typename
from engine.shapes import nullable

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
CONDITIONS = (GraphQLSkipDirective.name, GraphQLIncludeDirective.name)

# A run goes down three frames a level and Python stops at a thousand; graphql-core answers what is deeper, as far as it can.
DEEPEST = 100
# Fields of one plan. An interface of n types has each of its fields n times, so a short document can ask for a long plan.
MOST_FIELDS = 2_000


def compiled(
    schema: strawberry.Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: VariableValues,
    native: Collection[str],
) -> Plan:
    """The plan of `operation`. `conditions` has the variables that `@skip` and `@include` read. Raises `Unsupported`."""
    if operation.operation is OperationType.SUBSCRIPTION:
        raise Unsupported(Reason.SUBSCRIPTION)
    if operation.directives:
        raise Unsupported(Reason.DIRECTIVE)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    if any(fragment.variable_definitions for fragment in fragments.values()):
        raise Unsupported(Reason.FRAGMENT_ARGUMENTS)
    root = schema._schema.get_root_type(operation.operation)
    assert root is not None  # validation refuses an operation that the schema does not have
    compiler = _Compiler(schema, fragments, conditions, native)
    try:
        selection = compiler.selection(root, [operation.selection_set], is_root=True)
    except RecursionError:
        raise Unsupported(Reason.DEPTH) from None
    return Plan(schema, operation, fragments, selection, compiler.size, len(compiler.made))


@dataclass(slots=True)
class _Compiler:
    schema: strawberry.Schema
    fragments: dict[str, FragmentDefinitionNode]
    conditions: VariableValues
    native: Collection[str]
    size: int = 0
    # A type under the same selection sets is the same selection, wherever it stands. Without this, each level of an interface of n
    # types would multiply the plan by n.
    made: dict[tuple[Any, ...], Selection] = attribute_of(default_factory=dict)

    def selection(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode], is_root: bool = False) -> Selection:
        key = (type_.name, *map(id, sets))
        if key not in self.made:
            self.made[key] = self.new_selection(type_, sets, is_root)
        return self.made[key]

    def new_selection(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode], is_root: bool) -> Selection:
        chosen: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()  # shared by all sets: a fragment counts once for a type, however many merged fields spread it
        for selection_set in sets:
            self.collect(type_, selection_set, chosen, spread)
        self.size += len(chosen)
        if self.size > MOST_FIELDS:
            raise Unsupported(Reason.SIZE)
        fields = [self.field(type_, key, nodes, is_root) for key, nodes in chosen.items()]
        steps = [field for field in fields if not _is_built(field)]
        leaves = [_leaf(field, type_) for field in fields]
        height = 1 + max((s.height for field in steps for s in field.below.values()), default=0)
        if height > DEEPEST:
            raise Unsupported(Reason.DEPTH)
        small = {field.key: inner for field in steps if (inner := _small(field)) is not None}
        all_leaves = [small.get(leaf.key, leaf) for leaf in leaves]
        others = [field for field in steps if field.key not in small]
        may_prefetch, reads = any(field.may_be_prefetched for field in others), _reads(fields)
        return Selection(type_, fields, steps, leaves, height, all_leaves, reads, self.native, bool(small), others, may_prefetch)

    def collect(self, type_: GraphQLObjectType, chosen: SelectionSetNode, out: dict[str, list[FieldNode]], spread: set[str]) -> None:
        """The field nodes of this type under their response keys, fragments resolved."""
        for node in chosen.selections:
            if not self.is_included(node):
                continue
            if isinstance(node, FieldNode):
                out.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if self.applies(node.type_condition, type_):
                    self.collect(type_, node.selection_set, out, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                fragment = self.fragments[node.name.value]
                if self.applies(fragment.type_condition, type_):
                    spread.add(node.name.value)
                    self.collect(type_, fragment.selection_set, out, spread)

    def is_included(self, node: Any) -> bool:
        """By `@skip`, and where that lets it through by `@include`."""
        if not node.directives:
            return True
        if any(directive.name.value not in CONDITIONS for directive in node.directives):
            raise Unsupported(Reason.DIRECTIVE)
        try:
            skip = get_directive_values(GraphQLSkipDirective, node, self.conditions)
            if skip and skip["if"]:
                return False
            include = get_directive_values(GraphQLIncludeDirective, node, self.conditions)
        except GraphQLError:  # a nullable variable that is null
            raise Unsupported(Reason.CONDITION) from None
        return not include or bool(include["if"])

    def applies(self, condition: Any, type_: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        named = self.schema._schema.get_type(condition.name.value)
        return is_abstract_type(named) and self.schema._schema.is_sub_type(named, type_)

    def field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], is_root: bool) -> Field:
        name = nodes[0].name.value
        if name == "__typename":
            return Field(key, nodes, parent, "typename", TypeNameMetaFieldDef, None, parent)
        definition = parent.fields.get(name) or DESCRIBING[name]
        made = definition.extensions.get("strawberry-definition")
        field = Field(key, nodes, parent, self.kind(definition, made, is_root), definition, made, get_named_type(definition.type))
        field.where, field.attribute = f"{parent.name}.{name}", made.python_name if made else name
        field.is_list, item_type = _items(definition.type)
        if made and field.kind in ("batch", "once"):
            field.arguments = Arguments(self.schema, definition, nodes[0], made.arguments)
        if is_leaf_type(field.named):
            self.complete_leaf(field, item_type)
        else:
            field.below = self.below(field.named, [node.selection_set for node in nodes if node.selection_set])
            field.shape, field.judged, field.alike = _shape(field, item_type), _judged(field), _alike(list(field.below.values()))
            field.reads = all_of(selection.reads for selection in field.below.values())
        return field

    def complete_leaf(self, field: Field, item_type: Any) -> None:
        """Compiles how the values, or the items of the innermost lists, are written, where `build` does not do it."""
        field.is_leaf = True
        if iscoroutinefunction(field.leaf.coerce_output_value):
            raise Unsupported(Reason.ASYNC_SCALAR)
        if not _is_built(field):
            while isinstance(nullable(item_type), GraphQLList):
                item_type = nullable(item_type).of_type
            is_required = isinstance(item_type, GraphQLNonNull)
            field.column = compile_column(field.leaf, is_required, field.where, self.native)
            field.write = writer(field.leaf, is_required, field.where)

    def below(self, named: Composite, sets: Sequence[SelectionSetNode]) -> dict[str, Selection]:
        """The selection for each object type that a value may have."""
        types: Any = self.schema._schema.get_possible_types(named) if is_abstract_type(named) else [named]
        return {type_.name: self.selection(type_, sets) for type_ in types}

    def kind(self, definition: GraphQLField, made: StrawberryField | None, is_root: bool) -> Kind:
        """Only what strawberry itself would do without a second thought is done without strawberry."""
        if definition in DESCRIBING.values():
            return "schema"
        if made is None or made.extensions or self.schema.schema_converter.exception_handlers:
            return "other"
        if made.is_basic_field:
            is_attribute = type(made).get_result is StrawberryField.get_result and made.default_resolver is getattr
            return "plain" if is_attribute and getattr(definition.resolve, "_is_default", False) else "other"
        if BATCH in made.metadata:
            return "batch"
        return "once" if ONCE in made.metadata and is_root else "other"


def _is_built(field: Field) -> bool:
    """Whether `build` writes it: the name of the type, and attributes that are leaves."""
    if field.kind == "typename":
        return True
    return field.kind == "plain" and field.is_leaf and not field.is_list and is_readable(field.attribute)


def _leaf(field: Field, type_: GraphQLObjectType) -> Leaf:
    if field.kind == "typename":
        return Leaf(field.key, type_.name)
    if not _is_built(field):
        return Leaf(field.key)
    return Leaf(field.key, None, field.attribute, field.leaf, isinstance(field.type, GraphQLNonNull), field.where)


def _reads(fields: Sequence[Field]) -> frozenset[str] | None:
    """The attributes that these fields look at; `None` where one of them may look at any."""
    return all_of(map(_read_by, fields))


def _read_by(field: Field) -> frozenset[str] | None:
    if field.kind == "typename":
        return frozenset()
    if field.kind == "plain":
        own = frozenset((field.attribute,))
        return own if field.is_leaf else all_of((own, field.reads))
    return reads_of(field.strawberry) if field.kind == "batch" and field.strawberry else None


def _small(field: Field) -> Leaf | None:
    """The leaf that stands for an object of one type that is nothing but plain leaves and such objects."""
    if (
        field.kind != "plain"
        or field.shape != "one"
        or field.judged != "freely"
        or len(field.below) != 1
        or not is_readable(field.attribute)
    ):
        return None
    [selection] = field.below.values()
    if selection.others:
        return None
    return Leaf(field.key, None, field.attribute, None, isinstance(field.type, GraphQLNonNull), field.where, selection.all_leaves)


def _alike(selections: Sequence[Selection]) -> Selection | None:
    """One of several selections, if all of them write the same leaves of the same attributes, and nothing else."""
    if len(selections) < 2 or any(selection.others for selection in selections):
        return None
    first, *rest = [_written_by(selection) for selection in selections]
    return selections[0] if all(leaves == first for leaves in rest) else None


def _written_by(selection: Selection) -> list[Any]:
    """What tells the leaves of selections apart, besides the name of the type and where failures of theirs would be."""
    return [
        replace(_anywhere(leaf), constant=None) if field.kind == "typename" else _anywhere(leaf)
        for field, leaf in zip(selection.fields, selection.all_leaves, strict=True)
    ]


def _anywhere(leaf: Leaf) -> Leaf:
    return replace(leaf, where="", inner=None if leaf.inner is None else [_anywhere(inner) for inner in leaf.inner])


def _items(type_: Any) -> tuple[bool, Any]:
    """Whether the type is a list, and the type of its items, else itself."""
    inner = nullable(type_)
    return (True, inner.of_type) if isinstance(inner, GraphQLList) else (False, type_)


def _shape(field: Field, item_type: Any) -> Shape:
    """The two shapes that nearly all have are put together fastest: see `run.py`."""
    if isinstance(nullable(item_type), GraphQLList):
        return "any"
    return "list" if field.is_list else "one"


def _judged(field: Field) -> Judged:
    """How it is known which type a value has."""
    checks = [selection.type.is_type_of for selection in field.below.values()]
    if isinstance(field.named, GraphQLObjectType) and checks == [None]:
        return "freely"
    is_told = isinstance(field.named, GraphQLObjectType) or is_by_typename(field.named.resolve_type)
    return "by typename" if is_told and all(map(is_by_typename, checks)) else "by asking"
