"""What a resolver may ask of the operation it is part of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql.pyutils import is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from engine.plan import Asked, Field, Plan
from engine.tasks import dropped, together


async def _together(waiting: Sequence[Any]) -> list[Any]:
    return await together(waiting)


@dataclass(slots=True)
class Info:
    """graphql-core's `GraphQLResolveInfo`, one a field and level and not one an object, so there is no `path`."""

    context: Any
    plan: Plan
    field: Field
    variable_values: dict[str, Any]
    root_value: None = None
    abort_signal: None = None
    operation_extensions: None = None

    @property
    def path(self) -> Any:
        """Raises: breadth first, one call stands for many places."""
        raise AttributeError("info.path does not exist here: a field is resolved for all objects of its level at once.")

    @property
    def reads(self) -> frozenset[str] | None:
        """The attributes that the operation looks at of the objects that the field gives, and of plain ones inside; `None` is any."""
        return self.field.reads

    def asked(self, *paths: tuple[str, ...]) -> Asked:
        """Whether the operation asks for what is at the end of one of these paths of attributes, from an object of this field on, and what
        it looks at there. So a resolver can bring what belongs to its rows together with them.
        """
        return self.field.asked_at(paths)

    @property
    def kept(self) -> dict[Any, Any]:
        """What resolvers have found out about this field, once for all who send its document: nothing of whoever asks may be here."""
        return self.field.kept

    @property
    def field_name(self) -> str:
        return self.field.name

    @property
    def field_nodes(self) -> list[Any]:
        return self.field.nodes

    @property
    def return_type(self) -> Any:
        return self.field.type

    @property
    def parent_type(self) -> Any:
        return self.field.parent

    @property
    def schema(self) -> Any:
        return self.plan.schema._schema

    @property
    def operation(self) -> Any:
        return self.plan.operation

    @property
    def fragments(self) -> Any:
        return self.plan.fragments

    @property
    def is_awaitable(self) -> Any:
        return is_awaitable

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        return GraphQLResolveInfoHelpers(gather=_together, track=dropped)
