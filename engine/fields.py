"""Declares a field that is answered for all its parents at once.

The same function serves both executors: a plan calls it once a level, graphql-core through a loader that gathers the parents.
"""

from collections.abc import Awaitable, Callable, Sequence
from inspect import Parameter, Signature, signature
from typing import Any

import strawberry

from engine.loaders import loader

BATCH = "engine.batch"  # the function of all parents
ONCE = "engine.once"  # the function of a root field
SIZE = "engine.size"  # how many items a closed list has at most

Batch = Callable[..., Awaitable[Sequence[Any]]]
Once = Callable[..., Awaitable[Any]]


def answered_by(
    batch: Batch, description: str, *, name: str | None = None, size: int | None = None, deprecation_reason: str | None = None
) -> Any:
    """A field of many parents: `batch(parents, info, **arguments)` answers one value for each, in their order.

    The type is the annotation of the attribute, the arguments are the parameters of `batch` after its first two. `size` is how many
    items a closed list has at most, for those who weigh operations: they find it in the field's metadata under `SIZE`. The result is
    `Any`, because rows stand where the schema says types.
    """

    async def resolve(root: Any, info: strawberry.Info[Any, Any], **arguments: Any) -> Any:
        return await loader(batch, info, arguments).load((root,))

    _, _, *arguments = signature(batch).parameters.values()
    shown = _shown_as(resolve, batch, [_parameter("root", object), _parameter("info", strawberry.Info), *arguments])
    return _declared(shown, {BATCH: batch}, description, name, size, deprecation_reason)


def answered_once_by(
    resolver: Once, description: str, *, name: str | None = None, size: int | None = None, deprecation_reason: str | None = None
) -> Any:
    """A field of a root type: `resolver(info, **arguments)` answers its one value."""

    async def resolve(info: strawberry.Info[Any, Any], **arguments: Any) -> Any:
        return await resolver(info, **arguments)

    _, *arguments = signature(resolver).parameters.values()
    shown = _shown_as(resolve, resolver, [_parameter("info", strawberry.Info), *arguments])
    return _declared(shown, {ONCE: resolver}, description, name, size, deprecation_reason)


def _declared(
    resolve: Any, metadata: dict[str, Any], description: str, name: str | None, size: int | None, deprecation_reason: str | None
) -> Any:
    if size is not None:
        metadata[SIZE] = size
    return strawberry.field(resolver=resolve, name=name, description=description, deprecation_reason=deprecation_reason, metadata=metadata)


def _parameter(name: str, annotation: Any) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)


def _shown_as(function: Any, original: Any, parameters: list[Parameter]) -> Any:
    """`function`, which strawberry reads as having these parameters, and the name and module of the original.

    The type that the original returns is left out: it is a row's, and the schema declares its own.
    """
    function.__signature__ = Signature(parameters)
    function.__annotations__ = {p.name: p.annotation for p in parameters}
    function.__name__, function.__module__ = original.__name__, original.__module__
    return function
