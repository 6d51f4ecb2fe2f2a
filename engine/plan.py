"""What is known of an operation before it runs: which fields of which types, in which order, answered how.

A plan is made once and runs any number of times, for anybody. It holds the schema's and the document's parts, and no tenant, role or
variable: of the variables it knows only which fields `@skip` and `@include` left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as attribute_of
from enum import StrEnum
from typing import Any, Literal

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    OperationType,
)
from strawberry.types.field import StrawberryField

from engine.arguments import Arguments
from engine.generated import Build, Column, Leaf
from engine.leaves import Write

Kind = Literal["typename", "plain", "batch", "once", "other"]
Shape = Literal["one", "list", "any"]
Judged = Literal["freely", "by typename", "by asking"]


class Reason(StrEnum):
    """Why an operation is left to graphql-core."""

    SWITCHED_OFF = "switched off"
    SUBSCRIPTION = "subscription"
    INTROSPECTION = "introspection"
    DIRECTIVE = "directive"  # another than @skip and @include
    CONDITION = "condition"  # one of theirs that has no value
    FRAGMENT_ARGUMENTS = "fragment arguments"
    ASYNC_SCALAR = "async scalar"
    DEPTH = "depth"
    SIZE = "size"


class Unsupported(Exception):
    """This operation is left to graphql-core."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True, eq=False)
class Field:
    """One field of one selection.

    `kind` says how it is answered: `typename`; `plain`, an attribute of the object; `batch`, one function of all objects; `once`, a
    function of a root field; `other`, whatever strawberry built, called for each object.

    `shape` says how its objects are put together: nearly all fields have `one` object, or a `list` of them; `any` is the rest: lists of
    lists. `below` has the selection for each object type that a value may have, and `judged` says how it is known that a value is of one:
    nobody asks; `ByTypename` says; or the types' own functions are asked.

    `reads` are the attributes that will be looked at of the objects that the field gives, and of those inside of them; `None` is any.

    A leaf that `Selection.build` does not write has a `column`, which writes many values at once, and its slow way, `write`.
    """

    key: str
    nodes: list[FieldNode]
    parent: GraphQLObjectType
    kind: Kind
    definition: GraphQLField
    strawberry: StrawberryField | None
    named: Any
    attribute: str = ""
    is_leaf: bool = False
    is_list: bool = False
    shape: Shape = "any"
    judged: Judged = "by asking"
    below: dict[str, "Selection"] = attribute_of(default_factory=dict)
    column: Column | None = None
    write: Write | None = None
    where: str = ""
    reads: frozenset[str] | None = None
    arguments: Arguments | None = None

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def type(self) -> GraphQLOutputType:
        return self.definition.type

    @property
    def leaf(self) -> GraphQLLeafType:
        assert self.is_leaf
        return self.named  # type: ignore[no-any-return]  # a leaf type where the field is one


@dataclass(slots=True, eq=False)
class Selection:
    """The fields chosen of one object type. `build` writes the plain leaves, `steps` are the rest, in order.

    `waits` says whether anything at or below it has to be awaited; `height` is how many levels it has. Where there are small objects that
    are nothing but plain leaves, `whole` writes them in the same go, unless one of them is unusual, and `others` are the steps
    that are left. `reads` are the attributes that are looked at of the objects, and of plain ones inside of them; `None` is any.
    """

    type: GraphQLObjectType
    fields: list[Field]
    steps: list[Field]
    build: Build
    waits: bool
    height: int
    leaves: list[Leaf]
    reads: frozenset[str] | None
    whole: Callable[..., list[dict[str, Any]] | None] | None = None
    others: list[Field] = attribute_of(default_factory=list)


@dataclass(slots=True, eq=False)
class Plan:
    """An operation, ready to run any number of times.

    `size` counts its fields, those of each possible type apart, and `selections` the places where they stand.
    """

    schema: strawberry.Schema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Selection
    size: int
    selections: int

    @property
    def is_serial(self) -> bool:
        return self.operation.operation is OperationType.MUTATION
