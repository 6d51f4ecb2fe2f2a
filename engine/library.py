"""Documents, parsed and validated once, with the plans made from them. Bounded, and shared by all clients."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import strawberry
from graphql import (
    ArgumentNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.execution.values import VariableValues

from engine.arguments import Variables
from engine.compiler import CONDITIONS, compiled
from engine.describing import Descriptions
from engine.fallback import by_core
from engine.generated import NATIVE
from engine.lru import LRU
from engine.plan import Plan, Reason, Unsupported
from engine.rules import rules_for
from engine.run import run

ERRORS = 5  # that validation reports
PARSING = {"max_tokens": 2000}
PLANS = 16  # of one document, kept: one for each operation and for each set of conditions
MOST_CONDITIONS = 4  # up to which a document that is known beforehand is planned for all their values

Coerced = VariableValues | list[GraphQLError]
Weigh = Callable[[DocumentNode], GraphQLError | None]


@dataclass(frozen=True)
class Bounds:
    """How much a library keeps: documents, and about how many bytes they hold. `docs/engine.md` says how the weights were measured."""

    proven: int = 512  # documents that were asked for twice
    proven_bytes: int = 64_000_000
    new: int = 128  # documents that were asked for once
    new_bytes: int = 16_000_000
    refused: int = 64  # texts that are no valid documents
    refused_bytes: int = 2_000_000


# Bytes, measured with tracemalloc on operations of many kinds (tests measure them again). The least is what anything takes. A selection of
# one field takes more than a field: it has functions of its own, and an interface has one for each type.
LEAST, CHARACTER, TOKEN, FIELD, SELECTION, ERROR = 11_000, 4, 650, 2_600, 3_500, 600


class Document:
    """One text, and the plans of its operations for each set of `@skip` and `@include` conditions."""

    def __init__(self, schema: strawberry.Schema, tree: DocumentNode, text: str = "", native: Collection[str] = ()) -> None:
        self.schema, self.tree, self.text, self.native = schema, tree, text, native
        self.operations = {d.name.value if d.name else None: d for d in tree.definitions if isinstance(d, OperationDefinitionNode)}
        self.conditions = _condition_variables(tree)
        self.plans: OrderedDict[Any, Plan | Reason] = OrderedDict()
        self.declared: dict[int, Variables] = {}
        self.compiled = 0
        self.notes: dict[Any, Any] = {}  # what others found out about this document, once

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        plans = [LEAST + plan.size * FIELD + plan.selections * SELECTION for plan in self.plans.values() if isinstance(plan, Plan)]
        return LEAST + len(self.text) * CHARACTER + self.tree.token_count * TOKEN + sum(plans)

    def variables(self, operation: OperationDefinitionNode) -> Variables:
        """What an operation says of its variables."""
        found = self.declared.get(id(operation))
        if found is None:
            found = self.declared[id(operation)] = Variables.of(self.schema._schema, operation.variable_definitions or ())
        return found

    def plan(self, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | Reason:
        """The plan, or why graphql-core must run the operation."""
        conditions = {name: variables.coerced[name] for name in self.conditions if name in variables.coerced}
        key = (id(operation), *conditions.items())
        found = self.plans.get(key)
        if found is None:
            self.compiled += 1
            try:
                found = compiled(self.schema, self.tree, operation, VariableValues({}, conditions), self.native)
            except Unsupported as error:
                found = error.reason
            self.plans[key] = found
            if len(self.plans) > PLANS:
                self.plans.popitem(last=False)
        else:
            self.plans.move_to_end(key)
        return found

    def plan_ahead(self) -> None:
        """Makes the plans that can be made before anybody asks, with their code."""
        if len(self.conditions) <= MOST_CONDITIONS:
            for operation in self.operations.values():
                for values in product((False, True), repeat=len(self.conditions)):
                    plan = self.plan(operation, VariableValues({}, dict(zip(self.conditions, values, strict=True))))
                    if isinstance(plan, Plan):
                        plan.generate()


class Refused:
    """One text that is no valid document, and why."""

    def __init__(self, errors: list[GraphQLError], text: str) -> None:
        self.errors = [_bare(error) for error in errors]
        self.suggesting: list[GraphQLError] = []  # the same errors with suggestions of names, once a caller has wanted them
        self.text_weight = LEAST + len(text) * CHARACTER

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        return self.text_weight + (len(self.errors) + len(self.suggesting)) * ERROR


class Library:
    """The documents of one schema.

    `weigh` may refuse a document before it is validated. `native` names the scalars, of those in `generated.NATIVE`, whose usual values
    may stay what they are in Python, because whoever writes the JSON writes them exactly as the scalar would. `counts` tells how many
    operations had a plan, and for which reasons the others had none.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        weigh: Weigh | None = None,
        parse_options: Mapping[str, Any] | None = None,
        is_planned: bool = True,
        native: Collection[str] = (),
        bounds: Bounds | None = None,
    ) -> None:
        if schema.extensions:
            raise ValueError("This executor does not run schema extensions: what they guard or change would be left out.")
        if unknown := set(native) - NATIVE.keys():
            raise ValueError(f"No writer of JSON is known to write {', '.join(sorted(unknown))}.")
        self.schema, self.weigh, self.is_planned, self.native = schema, weigh, is_planned, frozenset(native)
        self.parse_options = PARSING if parse_options is None else parse_options
        self.counts: Counter[str] = Counter()
        self.descriptions = Descriptions()
        bounds = bounds or Bounds()
        self.pinned: dict[str, Document] = {}
        self.proven: LRU[Document] = LRU(bounds.proven, bounds.proven_bytes)
        self.new: LRU[Document] = LRU(bounds.new, bounds.new_bytes)
        self.refused: LRU[Refused] = LRU(bounds.refused, bounds.refused_bytes)

    def read(self, text: str) -> Document | list[GraphQLError]:
        """The document, or why it is none.

        What is asked for a second time moves to a shelf of its own, so that a flood of documents that nobody asks for twice cannot push
        out those that everybody uses; and texts that are no documents have a shelf of theirs.
        """
        found = self.pinned.get(text) or self.proven.get(text)
        if found is not None:
            return found
        if (document := self.new.take(text)) is not None:
            self.proven.put(text, document)
            return document
        if (refused := self.refused.get(text)) is not None:
            return refused.errors
        made = self._read(text)
        if isinstance(made, Document):
            self.new.put(text, made)
            return made
        refused = Refused(made, text)
        self.refused.put(text, refused)
        return refused.errors

    def suggesting(self, text: str) -> list[GraphQLError]:
        """Why this text is no valid document, with suggestions of names: for callers who may know the names of the schema.

        That takes a second validation, of refused texts only. Its errors are kept apart from those without suggestions.
        """
        refused = self.refused.get(text)
        if refused is not None and refused.suggesting:
            return refused.suggesting
        found = self._read(text, hide_suggestions=False)
        errors = found if isinstance(found, list) else []
        if refused is not None:
            refused.suggesting = [_bare(error) for error in errors]
            self.refused.put(text, refused)  # which weighs it again
        return errors

    def keep(self, text: str) -> Document | list[GraphQLError]:
        """Reads a document that is known beforehand, plans it as far as that can be done, and keeps it for good."""
        document = self._read(text)
        if isinstance(document, Document):
            document.plan_ahead()
            self.pinned[text] = document
        return document

    def _read(self, text: str, *, hide_suggestions: bool = True) -> Document | list[GraphQLError]:
        try:
            tree = parse(text, **self.parse_options)
        except GraphQLError as error:
            return [error]
        too_heavy = self.weigh(tree) if self.weigh else None
        if too_heavy:
            return [too_heavy]
        errors = validate(self.schema._schema, tree, rules_for(text), max_errors=ERRORS, hide_suggestions=hide_suggestions)
        return errors[:ERRORS] or Document(self.schema, tree, text, self.native)

    def coerced(
        self, document: Document, operation: OperationDefinitionNode, values: Mapping[str, Any] | None, *, hide_suggestions: bool = True
    ) -> Coerced:
        """The variables as resolvers will read them, or why they cannot be read. Whoever weighs them weighs the same values."""
        return document.variables(operation).values(values or {}, hide_suggestions=hide_suggestions)  # type: ignore[no-any-return]  # graphql-core leaves it open

    async def execute(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        values: dict[str, Any] | None,
        context: Any,
        coerced: Coerced | None = None,
    ) -> ExecutionResult:
        """The result of one operation of the document. `coerced` are the values where they have been coerced already."""
        if not self.is_planned:
            return await self._by_core(Reason.SWITCHED_OFF, document, operation, values, context)
        variables = self.coerced(document, operation, values) if coerced is None else coerced
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        plan = self._plan(document, operation, variables)
        if isinstance(plan, Reason):
            return await self._by_core(plan, document, operation, values, context)
        self.counts["planned"] += 1
        data, errors = await run(plan, context, variables, self.descriptions)
        return ExecutionResult(data, errors or None)

    def is_left(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> bool:
        """Whether there is no plan, so that graphql-core will run it, which takes several times as long."""
        return self.is_planned and isinstance(self._plan(document, operation, variables), Reason)

    def _plan(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | Reason:
        """The plan; the shelf is told when the document has grown by it."""
        before = document.compiled
        plan = document.plan(operation, variables)
        if document.compiled != before:
            for lru in (self.new, self.proven):
                if lru.take(document.text) is not None:
                    lru.put(document.text, document)
        return plan

    async def _by_core(
        self, reason: Reason, document: Document, operation: OperationDefinitionNode, values: dict[str, Any] | None, context: Any
    ) -> ExecutionResult:
        self.counts[reason.value] += 1
        return await by_core(self.schema, document.tree, operation, values, context)


def _condition_variables(tree: DocumentNode) -> list[str]:
    """The variables that `@skip` and `@include` read anywhere: their values decide the plan."""
    names: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            if node.name.value in CONDITIONS:
                names.update(
                    a.value.name.value for a in node.arguments or () if isinstance(a, ArgumentNode) and isinstance(a.value, VariableNode)
                )

    visit(tree, Conditions())
    return sorted(names)


def _bare(error: GraphQLError) -> GraphQLError:
    """The error without the document and the frames that it hangs on, so that keeping it keeps only its words."""
    if error.nodes:
        error = GraphQLError(error.message, source=error.source, positions=error.positions, extensions=error.extensions)
    return error.with_traceback(None)
