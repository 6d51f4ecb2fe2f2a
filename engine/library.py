"""Documents, parsed and validated once, with the plans made from them. Bounded, and shared by all clients."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from inspect import isawaitable
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
    execute,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from engine.plan import Plan, Unsupported
from engine.run import run

KEPT = 512  # documents, and plans of one document
KEPT_TEXT = 2_000_000  # characters of all kept documents
ERRORS = 5  # that validation reports
PARSING = {"max_tokens": 2000}
RULES = [*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule]

Weigh = Callable[[DocumentNode], GraphQLError | None]


class Document:
    """One text, and the plans of its operations for each set of `@skip` and `@include` conditions."""

    def __init__(self, schema: strawberry.Schema, tree: DocumentNode, text: str = "") -> None:
        self.schema, self.tree, self.text = schema, tree, text
        self.operations = {d.name.value if d.name else None: d for d in tree.definitions if isinstance(d, OperationDefinitionNode)}
        self.conditions = _condition_variables(tree)
        self.plans: dict[Any, Plan | None] = {}
        self.notes: dict[str, Any] = {}  # what others found out about this document, once

    def plan(self, operation: OperationDefinitionNode, variables: Any) -> Plan | None:
        """The plan, or `None` where graphql-core must run the operation."""
        key = (id(operation), *[variables.coerced.get(name, "absent") for name in self.conditions])
        if key not in self.plans:
            if len(self.plans) >= KEPT:
                self.plans.clear()
            try:
                self.plans[key] = Plan.of(self.schema, self.tree, operation, variables)
            except Unsupported:
                self.plans[key] = None
        return self.plans[key]


class Library:
    """The documents of one schema."""

    def __init__(
        self,
        schema: strawberry.Schema,
        weigh: Weigh | None = None,
        parse_options: Mapping[str, Any] | None = None,
        is_planned: bool = True,
        kept: int = KEPT,
        kept_text: int = KEPT_TEXT,
    ) -> None:
        self.schema, self.weigh, self.is_planned = schema, weigh, is_planned
        self.parse_options = PARSING if parse_options is None else parse_options
        self.kept, self.kept_text = kept, kept_text
        self.counts = {"planned": 0, "core": 0}
        self._documents: OrderedDict[str, Document | list[GraphQLError]] = OrderedDict()
        self._text = 0

    def read(self, text: str) -> Document | list[GraphQLError]:
        """The document, or why it is none."""
        document = self._documents.get(text)
        if document is not None:
            self._documents.move_to_end(text)
            return document
        document = self._documents[text] = self._read(text)
        self._text += len(text)
        while len(self._documents) > self.kept or self._text > self.kept_text:
            oldest, _ = self._documents.popitem(last=False)
            self._text -= len(oldest)
        return document

    def _read(self, text: str) -> Document | list[GraphQLError]:
        try:
            tree = parse(text, **self.parse_options)
        except GraphQLError as error:
            return [error]
        too_heavy = self.weigh(tree) if self.weigh else None
        if too_heavy:
            return [too_heavy]
        errors = validate(self.schema._schema, tree, RULES, max_errors=ERRORS, hide_suggestions=True)
        return errors[:ERRORS] or Document(self.schema, tree, text)

    async def execute(
        self, document: Document, operation: OperationDefinitionNode, values: dict[str, Any] | None, context: Any
    ) -> ExecutionResult:
        """The result of one operation of the document."""
        if self.is_planned:
            variables = get_variable_values(
                self.schema._schema, operation.variable_definitions or (), values or {}, max_errors=50, hide_suggestions=True
            )
            if isinstance(variables, list):
                return ExecutionResult(None, variables)
            plan = document.plan(operation, variables)
            if plan is not None:
                self.counts["planned"] += 1
                data, errors = await run(plan, context, variables)
                return ExecutionResult(data, errors or None)
        self.counts["core"] += 1
        return await self._by_core(document, operation, values, context)

    async def _by_core(
        self, document: Document, operation: OperationDefinitionNode, values: dict[str, Any] | None, context: Any
    ) -> ExecutionResult:
        result = execute(
            self.schema._schema,
            document.tree,
            context_value=context,
            variable_values=values,
            operation_name=operation.name.value if operation.name else None,
            executor_class=StrawberryGraphQLCoreExecutionContext,
            hide_suggestions=True,
        )
        return await result if isawaitable(result) else result


def _condition_variables(tree: DocumentNode) -> list[str]:
    """The variables that `@skip` and `@include` read anywhere: their values decide the plan."""
    names: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            names.update(
                a.value.name.value for a in node.arguments or () if isinstance(a, ArgumentNode) and isinstance(a.value, VariableNode)
            )

    visit(tree, Conditions())
    return sorted(names)
