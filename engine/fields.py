"""Declares a field that is answered for all its parents at once.

The same function serves both executors: a plan calls it once a level, graphql-core through a loader that gathers the parents.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any, NamedTuple

import strawberry
from strawberry.types.field import StrawberryField

from engine.loaders import loader

BATCH = "engine.batch"  # the function of all parents
ONCE = "engine.once"  # the function of a root field
# For those who weigh operations, in the metadata of a field:
SIZE = "engine.size"  # how many items a closed list has at most
USUAL = "engine.usual"  # how many items a list has usually, which may be far less
WORK = "engine.work"  # what it takes to answer, besides what it gives: a `Work`

Batch = Callable[..., Awaitable[Sequence[Any]]]
Once = Callable[..., Awaitable[Any]]


class Each(NamedTuple):
    """A part of the work that grows with an argument: `points` for each item of a list, or for each unit of a whole number up to `most`.

    `path` leads to the argument, through inputs and the items of lists: "input.externals.installments".
    """

    path: str
    points: float
    most: int = 100


@dataclass(frozen=True)
class Work:
    """What it takes to answer a field once, in the unit in which operations are weighed: `points`, and more by its arguments."""

    points: float
    by: tuple[Each, ...] = ()


def answered_by(
    batch: Batch,
    description: str,
    *,
    name: str | None = None,
    size: int | None = None,
    usual: int | None = None,
    work: Work | None = None,
    deprecation_reason: str | None = None,
) -> Any:
    """A field of many parents: `batch(parents, info, **arguments)` answers one value for each, in their order.

    The type is the annotation of the attribute, the arguments are the parameters of `batch` after its first two. `size` is how many
    items a closed list has at most, `usual` how many a list has usually, and `work` what it takes to answer. They are for those who weigh
    operations, in the field's metadata. The result is `Any`, because rows stand where the schema says types.

    A function that carries `reads` says which attributes of its parents it looks at; one that does not may look at any of them. From this
    and from the plain fields follows `info.reads`: all that an operation will look at of the objects that a field gives.
    """

    async def resolve(root: Any, info: strawberry.Info[Any, Any], **arguments: Any) -> Any:
        return await loader(batch, info, arguments).load((root,))

    _, _, *arguments = signature(batch).parameters.values()
    shown = _shown_as(resolve, batch, [_parameter("root", object), _parameter("info", strawberry.Info), *arguments])
    return _declared(shown, {BATCH: batch, SIZE: size, USUAL: usual, WORK: work}, description, name, deprecation_reason)


def answered_once_by(
    resolver: Once,
    description: str,
    *,
    name: str | None = None,
    size: int | None = None,
    usual: int | None = None,
    work: Work | None = None,
    deprecation_reason: str | None = None,
) -> Any:
    """A field of a root type: `resolver(info, **arguments)` answers its one value."""

    async def resolve(info: strawberry.Info[Any, Any], **arguments: Any) -> Any:
        return await resolver(info, **arguments)

    _, *arguments = signature(resolver).parameters.values()
    shown = _shown_as(resolve, resolver, [_parameter("info", strawberry.Info), *arguments])
    return _declared(shown, {ONCE: resolver, SIZE: size, USUAL: usual, WORK: work}, description, name, deprecation_reason)


def reads_of(made: StrawberryField) -> frozenset[str] | None:
    """Which attributes of its parents the batch function of a field looks at; `None` where it has not said."""
    said = getattr(made.metadata.get(BATCH), "reads", None)
    return None if said is None else frozenset(said)


def _declared(resolve: Any, metadata: dict[str, Any], description: str, name: str | None, deprecation_reason: str | None) -> Any:
    known = {key: value for key, value in metadata.items() if value is not None}
    return strawberry.field(resolver=resolve, name=name, description=description, deprecation_reason=deprecation_reason, metadata=known)


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
