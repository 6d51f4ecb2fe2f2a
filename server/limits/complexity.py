"""How much an operation asks for, found in one linear pass over its document, before it is validated.

Validation itself is quadratic in places, and a document of 1 kB whose fragments double can ask for a million fields: so nothing may look
at a document for longer than it is long. Every fragment is weighed once, whoever spreads it. What depends on variables stays open in a
`Price` and is settled for each request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
)
from graphql.execution.values import VariableValues

from models.sentences import Sentence
from server.http.error_codes import Code
from server.limits.costliest_field import Finder
from server.limits.field_cost import Asks, Price, Tariff
from server.limits.introspection_cost import DEEPEST, MOST_SCHEMAS, MOST_TYPES, ROOTS, Parts, Sizes

NO_PARTS = Parts()
LONGEST_TEXT, LONGEST_LIST = 1_000, 100  # of literals; the same hold for variables


@dataclass(frozen=True)
class Limits:
    """The most that a document may ask for."""

    operations: int = 10
    depth: int = 12  # of fields in one another, not counted inside of introspection
    schema_depth: int = DEEPEST  # the same inside of introspection
    schemas: int = MOST_SCHEMAS  # times that an operation asks for `__schema`
    types: int = MOST_TYPES  # and for `__type`
    fields: int = 1_000  # after fragments are spread
    aliases: int = 30  # `__typename` is free
    same_name: int = 10  # of one response name in one selection set, as it is merged when it runs
    mutations: int = 1  # root fields of one
    cost: int = 10_000


@dataclass(frozen=True, slots=True)
class MeasuredOperation:
    """One operation of a document: the root fields it names, and its price."""

    roots: frozenset[str]
    price: Price

    @property
    def asks_schema(self) -> bool:
        return bool(self.roots & {"__schema", "__type"})

    def cost(self, variables: VariableValues) -> int:
        """For these variables, as resolvers read them, in O(number of lists whose size they decide)."""
        return self.price.constant if not self.price.parts else self.price.settled(variables)


@dataclass(slots=True)
class Weight:
    """What was found. `visited` counts the nodes that were looked at, which is what tests of linearity count too."""

    operations: dict[str | None, MeasuredOperation]
    visited: int = 0
    refusal: GraphQLError | None = None


class ComplexityRules:
    """Weighs the documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits | None = None) -> None:
        self.schema, self.limits = schema, limits or Limits()
        self.tariff, self.sizes = Tariff(schema), Sizes(schema)
        self.last: tuple[DocumentNode | None, Weight] = None, Weight({})

    def weigh(self, tree: DocumentNode) -> Weight:
        """All operations of a document. Never raises: what cannot be weighed is refused.

        Whoever lets a document in asks whether it is refused, and right after what it costs: it is weighed once for both.
        """
        if self.last[0] is not tree:
            weight = Weight({})
            try:
                _Weighing(self, tree, weight).whole()
            except GraphQLError as error:
                weight.refusal = error
            self.last = tree, weight
        return self.last[1]

    def too_dear(self, tree: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues, cost: int) -> GraphQLError:
        """Why an operation of a document that was let in is refused with these variables."""
        fragments = {d.name.value: d for d in tree.definitions if isinstance(d, FragmentDefinitionNode)}
        facts = Finder(self.schema, self.tariff, fragments, variables).facts(operation, self.limits.cost)
        return too_dear(cost, self.limits.cost, facts)


@dataclass(slots=True)
class _Load:
    """What a selection set asks for, with all its fragments spread."""

    fields: int = 0
    leaves: int = 0  # of one object
    aliases: int = 0
    depth: int = 0
    schema_depth: int = 0
    schemas: int = 0
    types: int = 0
    parts: Parts = NO_PARTS  # of the schema
    asks: Asks = field(default_factory=Asks)

    def add(self, other: "_Load") -> None:
        self.count(other)
        self.leaves += other.leaves
        self.depth, self.schema_depth = max(self.depth, other.depth), max(self.schema_depth, other.schema_depth)
        self.parts = self.parts.plus(other.parts)
        self.asks.add(other.asks)

    def count(self, other: "_Load") -> None:
        """What counts the same wherever it stands."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.schemas += other.schemas
        self.types += other.types


class _Weighing:
    def __init__(self, scales: ComplexityRules, tree: DocumentNode, weight: Weight) -> None:
        self.schema, self.tariff, self.sizes = scales.schema, scales.tariff, scales.sizes
        self.limits, self.weight = scales.limits, weight
        self.fragments = _by_name(d for d in tree.definitions if isinstance(d, FragmentDefinitionNode))
        self.operations = [d for d in tree.definitions if isinstance(d, OperationDefinitionNode)]
        self.loads: dict[str, _Load] = {}

    def whole(self) -> None:
        self.hold("operations", len(self.operations), self.limits.operations)
        for name in in_order(self.fragments, self.operations):
            node = self.fragments[name]
            self.loads[name] = self.load(node.selection_set, self.schema.get_type(node.type_condition.name.value))
        for operation in self.operations:
            self.operation(operation)

    def operation(self, node: OperationDefinitionNode) -> None:
        load = self.load(node.selection_set, self.schema.get_root_type(node.operation))
        self.hold("depth", load.depth, self.limits.depth, node)
        self.hold("schemaDepth", load.schema_depth, self.limits.schema_depth, node)
        self.hold("schemas", load.schemas, self.limits.schemas, node)
        self.hold("types", load.types, self.limits.types, node)
        self.hold("fields", load.fields, self.limits.fields, node)
        self.hold("aliases", load.aliases, self.limits.aliases, node)
        for definition in node.variable_definitions or ():
            self.literal(definition.default_value)
        roots = self.merged(node)
        found = MeasuredOperation(frozenset(roots.values()), load.asks.once)
        if found.price.least > self.limits.cost:
            raise too_dear(
                found.price.least, self.limits.cost, Finder(self.schema, self.tariff, self.fragments).facts(node, self.limits.cost)
            )
        self.weight.operations[node.name.value if node.name else None] = found
        if node.operation is OperationType.MUTATION:
            self.hold("mutations", sum(name != "__typename" for name in roots.values()), self.limits.mutations, node)

    def load(self, selected: SelectionSetNode, parent: Any) -> _Load:
        """Of one selection set. Its depth is bounded by the parser's, at 200."""
        load, is_description = _Load(), parent is not None and parent.name.startswith("__")
        for node in selected.selections:
            self.weight.visited += 1
            if isinstance(node, FieldNode):
                self.field(node, parent, load, is_description)
            elif isinstance(node, FragmentSpreadNode):
                if node.name.value in self.loads:  # one that is not there is for validation to say
                    load.add(self.loads[node.name.value])
            elif isinstance(node, InlineFragmentNode):
                named = node.type_condition
                load.add(self.load(node.selection_set, self.schema.get_type(named.name.value) if named else parent))
            self.directives(node)
        return load

    def field(self, node: FieldNode, parent: Any, load: _Load, is_description: bool) -> None:
        name = node.name.value
        load.fields += 1
        load.aliases += node.alias is not None and name != "__typename"
        for argument in node.arguments or ():
            self.literal(argument.value)
        rate = self.tariff.rate(parent, name)
        below = self.load(node.selection_set, rate.type) if node.selection_set else _Load()
        load.count(below)
        load.leaves += node.selection_set is None
        if is_description:
            load.schema_depth = max(load.schema_depth, below.schema_depth + 1)
            if node.selection_set:
                load.parts = load.parts.plus(self.sizes.parts(parent.name, name, below.parts))
        else:
            load.depth = max(load.depth, below.depth + 1)
            load.schema_depth = max(load.schema_depth, below.schema_depth)
            rate.charge(node, below.asks, below.leaves, load.asks)
            self.description(name, below, load)

    def description(self, name: str, below: _Load, load: _Load) -> None:
        """What a root of introspection asks for."""
        if name in ROOTS:
            load.schemas += name == "__schema"
            load.types += name == "__type"
            load.asks.once.add(Price(below.parts.points + 1, least=below.parts.points + 1))

    def merged(self, operation: OperationDefinitionNode) -> dict[str, str]:
        """Holds each selection set to its limit, as fields of one response name are merged: two times `a` with two `b` each is four `b`.

        This is what validation compares pairwise. There are at most as many nodes to look at as fields, which are counted already.
        Gives the root fields by response name.
        """
        roots: dict[str, str] | None = None
        todo = [[operation.selection_set]]
        while todo:
            fields = self.same(todo.pop())
            for nodes in fields.values():
                self.hold("sameName", len(nodes), self.limits.same_name, nodes[0])
                if below := [node.selection_set for node in nodes if node.selection_set]:
                    todo.append(below)
            if roots is None:
                roots = {key: nodes[0].name.value for key, nodes in fields.items()}
        return roots or {}

    def same(self, sets: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields of some selection sets by their response names, each fragment spread once."""
        fields: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selected in sets:  # grows while it is read
            for node in selected.selections:
                self.weight.visited += 1
                if isinstance(node, FieldNode):
                    fields.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    sets.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread and node.name.value in self.fragments:
                    spread.add(node.name.value)
                    sets.append(self.fragments[node.name.value].selection_set)
        return fields

    def directives(self, node: Any) -> None:
        for directive in node.directives or ():
            for argument in directive.arguments or ():
                self.literal(argument.value)

    def literal(self, value: Any) -> None:
        """Holds what is written in the document to the limits of what comes in variables."""
        todo = [value]
        while todo:
            node = todo.pop()
            self.weight.visited += 1
            if isinstance(node, StringValueNode) and len(node.value) > LONGEST_TEXT:
                raise _input("text.length", Sentence("A text is longer than {most} characters.", most=LONGEST_TEXT), node)
            if isinstance(node, ListValueNode):
                if len(node.values) > LONGEST_LIST:
                    raise _input("list.length", Sentence("A list has more than {most} items.", most=LONGEST_LIST), node)
                todo += node.values
            elif isinstance(node, ObjectValueNode):
                todo += [field.value for field in node.fields]

    def hold(self, what: str, requested: int, limit: int, node: Any = None) -> None:
        if requested > limit:
            facts = {"code": Code.OPERATION_TOO_LARGE.value, "limit": limit, "requested": requested, "measure": what}
            raise GraphQLError(f"The {SAID[what]} {requested}, at most {limit} is allowed.", node, extensions=facts)


SAID = {
    "operations": "number of operations is",
    "depth": "depth of the operation is",
    "fields": "number of fields is",
    "schemaDepth": "depth of what is asked of the schema is",
    "schemas": "number of times that `__schema` is asked for is",
    "types": "number of times that `__type` is asked for is",
    "aliases": "number of aliases is",
    "sameName": "number of times that one name stands in a selection set is",
    "mutations": "number of mutation fields is",
    "cost": "cost of the operation is",
}


def too_dear(requested: int, limit: int, dearest: Mapping[str, Any]) -> GraphQLError:
    """The refusal of an operation that costs too much, which names what makes it so."""
    facts = {"code": Code.OPERATION_TOO_LARGE.value, "limit": limit, "requested": requested, "measure": "cost", **dearest}
    words = [f"The cost of the operation is {requested}, at most {limit} is allowed."]
    if dearest:
        words.append(f"The dearest field is {dearest['field']}, at {dearest['cost']}.")
    if "first" in dearest:
        words.append(f"With a page of {dearest['first']} it would pass.")
    return GraphQLError(" ".join(words), extensions=facts)


def _by_name(fragments: Iterable[FragmentDefinitionNode]) -> dict[str, FragmentDefinitionNode]:
    """Raises for a name that stands twice: only one of the two would be weighed, and validation would look at both."""
    found: dict[str, FragmentDefinitionNode] = {}
    for node in fragments:
        if node.name.value in found:
            raise _invalid(f"There can be only one fragment named '{node.name.value}'.", node)
        found[node.name.value] = node
    return found


def in_order(fragments: Mapping[str, FragmentDefinitionNode], operations: Iterable[OperationDefinitionNode]) -> list[str]:
    """The fragments, each after those it spreads. Raises for one that spreads itself, or that no operation reaches.

    Both are refused here and not by validation, whose way there is not linear.
    """
    spreads = {name: _spread(node.selection_set) for name, node in fragments.items()}
    order: list[str] = []
    open_, done = set[str](), set[str]()
    todo = [(name, False) for operation in operations for name in _spread(operation.selection_set)]
    while todo:
        name, is_left = todo.pop()
        if is_left:
            open_.discard(name)
            done.add(name)
            order.append(name)
        elif name in open_:
            raise _invalid(f"Cannot spread fragment '{name}' within itself.", fragments[name])
        elif name in fragments and name not in done:
            open_.add(name)
            todo.append((name, True))
            todo += [(other, False) for other in spreads[name]]
    if unused := fragments.keys() - done:
        raise _invalid(f"Fragment '{min(unused)}' is never used.", fragments[min(unused)])
    return order


def _spread(selected: SelectionSetNode) -> list[str]:
    """The fragments that a selection set names, at any depth."""
    found: dict[str, None] = {}
    sets = [selected]
    for each in sets:  # grows while it is read
        for node in each.selections:
            if isinstance(node, FragmentSpreadNode):
                found[node.name.value] = None
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                sets.append(node.selection_set)
    return list(found)


def _invalid(message: str, node: Any) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": Code.GRAPHQL_VALIDATION_FAILED.value})


def _input(rule: str, message: str, node: Any) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": Code.BAD_USER_INPUT.value, "rule": rule})
