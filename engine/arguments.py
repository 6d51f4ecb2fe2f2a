"""The arguments of a field, and the variables of an operation: what a document says of them is found out once, not for every request.

A list field of ours has seven arguments, of which a client writes one; converting all of them for each request took 40 microseconds, a
tenth of what a small operation costs. Only values that nobody can change are kept, and only builtin scalars are handed on as they are;
whatever else there is goes the way of graphql-core and strawberry each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry
from graphql import (
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_argument_values, get_variable_values
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryOptional

UNCHANGING = (type(None), str, int, float, bool, Decimal, date, Enum)
AS_THEY_ARE = (str, int, bool, strawberry.ID)
LEAST_INT, GREATEST_INT = -(2**31), 2**31 - 1
COERCION_ERRORS = 50  # that variables report, as graphql-core does


class Arguments:
    """Of one field in one document."""

    def __init__(self, schema: strawberry.Schema, definition: Any, node: Any, arguments: Sequence[StrawberryArgument]) -> None:
        self.schema, self.definition, self.node, self.arguments = schema, definition, node, arguments
        self.by_variable = self._by_variable()
        self.constants: dict[str, Any] | None = None
        self.is_tried = self.by_variable is None  # then nothing is kept

    def values(self, variables: VariableValues, info: Any) -> dict[str, Any]:
        """By their names in Python. Raises what graphql-core and strawberry raise."""
        if self.constants is not None and self.by_variable is not None:
            given = dict(self.constants)
            for name, variable in self.by_variable.items():
                given[name] = value = variables.coerced.get(variable)
                if value.__class__ not in AS_THEY_ARE:
                    break
            else:
                return given
        found = self._converted(variables, info)
        if not self.is_tried and self.by_variable is not None:
            constants = {name: value for name, value in found.items() if name not in self.by_variable}
            self.is_tried = True
            if all(isinstance(value, UNCHANGING) for value in constants.values()):
                self.constants = constants
        return found

    def _converted(self, variables: VariableValues, info: Any) -> dict[str, Any]:
        if not self.definition.args:
            return {}
        given = get_argument_values(self.definition, self.node, variables, hide_suggestions=True)
        converter, config = self.schema.schema_converter, self.schema.config
        return convert_arguments(given, list(self.arguments), converter.scalar_registry, config, info)

    def _by_variable(self) -> dict[str, str] | None:
        """The arguments that are nothing but a variable, and need no conversion; `None` when variables are in anything else."""
        known = {self.schema.config.name_converter.from_argument(argument): argument for argument in self.arguments}
        found = {}
        for node in self.node.arguments or ():
            argument = known.get(node.name.value)
            if isinstance(node.value, VariableNode) and argument is not None and _is_as_it_is(argument.type):
                found[argument.python_name] = node.value.name.value
            elif _has_variables(node.value):
                return None
        return found


def _is_as_it_is(type_: Any) -> bool:
    return (type_.of_type if type(type_) is StrawberryOptional else type_) in AS_THEY_ARE


def _has_variables(value: Any) -> bool:
    found: list[Any] = []

    class Variables(Visitor):
        def enter_variable(self, node: Any, *_: Any) -> None:
            found.append(node)

    visit(value, Variables())
    return bool(found)


@dataclass(slots=True)
class Variables:
    """Of one operation. `classes` are there when all of them are texts, ids and whole numbers that must be given: those that their scalars
    hand on as they are.
    """

    schema: GraphQLSchema
    nodes: Sequence[VariableDefinitionNode]
    signatures: Mapping[str, GraphQLVariableSignature]
    classes: Mapping[str, type] | None

    @classmethod
    def of(cls, schema: GraphQLSchema, nodes: Sequence[VariableDefinitionNode]) -> "Variables":
        signatures: dict[str, GraphQLVariableSignature] = {}
        classes: dict[str, type] = {}
        for node in nodes:
            signature = get_variable_signature(schema, node)
            if not isinstance(signature, GraphQLVariableSignature) or (kind := _class_of(signature.type)) is None:
                return cls(schema, nodes, {}, None)
            signatures[signature.name], classes[signature.name] = signature, kind
        return cls(schema, nodes, signatures, classes)

    def values(self, given: Mapping[str, Any], *, hide_suggestions: bool = True) -> Any:
        """The coerced values, or the errors, as graphql-core has them."""
        if self.classes is not None:
            values = {name: given.get(name) for name in self.classes}
            for name, kind in self.classes.items():
                value = values[name]
                if value.__class__ is not kind or (kind is int and not LEAST_INT <= value <= GREATEST_INT):  # type: ignore[operator]  # an int by then
                    break
            else:
                return VariableValues({name: VariableValueSource(self.signatures[name], values[name]) for name in values}, values)
        return get_variable_values(self.schema, self.nodes, dict(given), max_errors=COERCION_ERRORS, hide_suggestions=hide_suggestions)


def _class_of(type_: Any) -> type | None:
    """The class of the values that a type takes and hands on as they are; `None` where there is none, or null is one."""
    if not isinstance(type_, GraphQLNonNull):
        return None
    return int if type_.of_type is GraphQLInt else str if type_.of_type in (GraphQLID, GraphQLString) else None
