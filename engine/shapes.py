"""Values of any shape: lists of lists, nulls and failures among them, generators, things to be awaited. All of it without the executor.

A value goes through three steps, of which the second is rare: `listed` makes real lists of whatever is iterable, `settled` awaits what
has to be awaited, `shaped` replaces each object by its number in one flat list, so that all objects of a level can go down together;
`filled` puts their results back in place.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import GeneratorType
from typing import Any

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, Undefined, UndefinedType
from graphql.pyutils import is_async_iterable, is_awaitable, is_iterable

from engine.leaves import Notes, written_late
from engine.plan import Field
from engine.tasks import dropped, together


@lru_cache(1024)
def is_unusual(kind: type) -> bool:
    """Whether values of this class need a closer look: nulls, exceptions, things to be awaited."""
    return kind in (type(None), UndefinedType) or issubclass(kind, Exception) or hasattr(kind, "__await__")


def are_usual(kinds: Iterable[type]) -> bool:
    """Whether none of these classes is unusual.

    A level has many values and few classes: `set(map(type, values))` costs 17 ns a value, asking each value whether it is None or an
    exception 65.
    """
    return not any(map(is_unusual, kinds))


@lru_cache(1024)
def may_be_awaited(kind: type) -> bool:
    """Whether values of this class have to be looked at one by one: some generators can be awaited, most cannot."""
    return hasattr(kind, "__await__") or issubclass(kind, GeneratorType)


def have_awaitables(values: Sequence[Any]) -> bool:
    """Whether any of the values has to be awaited."""
    return any(map(may_be_awaited, set(map(type, values)))) and any(map(is_awaitable, values))


def nullable(type_: Any) -> Any:
    """The type without its exclamation mark."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def listed(type_: Any, value: Any, where: str) -> Any:
    """The value with real lists in it where the type has lists; an exception stands for what is none, or broke off.

    Asynchronous iterables stay as they are.
    """
    inner = nullable(type_)
    if (
        not isinstance(inner, GraphQLList)
        or value is None
        or value is Undefined
        or isinstance(value, Exception)
        or is_async_iterable(value)
    ):
        return value
    if not is_iterable(value):  # text and mappings are none, as in graphql-core
        return GraphQLError(f"Expected Iterable, but did not find one for field '{where}'.")
    try:
        items = list(value)
    except Exception as error:
        return error
    if not isinstance(nullable(inner.of_type), GraphQLList):
        return items
    return [item if is_awaitable(item) else listed(inner.of_type, item, where) for item in items]


def must_wait(type_: Any, value: Any) -> bool:
    """Whether anything in a listed value has to be awaited."""
    inner = nullable(type_)
    if not isinstance(inner, GraphQLList):
        return False
    if not isinstance(value, list):
        return is_async_iterable(value)
    if not isinstance(nullable(inner.of_type), GraphQLList):
        return have_awaitables(value)
    return any(is_awaitable(item) or must_wait(inner.of_type, item) for item in value)


async def settled(type_: Any, value: Any, where: str) -> Any:
    """A listed value with everything awaited, all items of a list at once; an exception stands for what failed."""
    inner = nullable(type_)
    if not isinstance(inner, GraphQLList):
        return value
    if is_async_iterable(value):
        value = await _collected(value)
    if not isinstance(value, list):
        return value
    items = [listed(inner.of_type, item, where) for item in await all_settled(value)]
    if not isinstance(nullable(inner.of_type), GraphQLList):
        return items
    return await together([settled(inner.of_type, item, where) for item in items])


async def _collected(value: Any) -> Any:
    items, iterator = [], aiter(value)
    try:
        async for item in iterator:
            items.append(item)
    except Exception as error:
        if close := getattr(iterator, "aclose", None):
            await close()
        return error
    return items


async def all_settled(values: Sequence[Any]) -> list[Any]:
    """The values with what has to be awaited replaced by what came, or by the exception that it raised."""
    done = list(values)
    waiting = [i for i, value in enumerate(done) if is_awaitable(value)]
    if not waiting:
        return done
    if len(waiting) == 1:  # nearly always at the root, where a task of its own would be the dearest thing on the way
        done[waiting[0]] = await _or_error(done[waiting[0]])
        return done
    try:
        results = await together([_or_error(values[i]) for i in waiting])
    except BaseException:
        dropped(values[i] for i in waiting)  # those that had not begun
        raise
    for i, value in zip(waiting, results, strict=True):
        done[i] = value
    return done


async def _or_error(value: Any) -> Any:
    try:
        return await value
    except Exception as error:
        return error


def shaped(type_: Any, value: Any, flat: list[Any], field: Field, notes: Notes) -> Any:
    """A listed and settled value with each object replaced by its number in `flat`, and with failures noted."""
    if isinstance(value, Exception):
        return notes.failed(value)
    if isinstance(type_, GraphQLNonNull):
        inner = shaped(type_.of_type, value, flat, field, notes)
        return notes.null(field.where) if inner is None else inner
    if value is None or value is Undefined:
        return None
    if isinstance(type_, GraphQLList):
        return [shaped(type_.of_type, item, flat, field, notes) for item in value]
    flat.append(value)
    return len(flat) - 1


def filled(shape: Any, done: list[Any]) -> Any:
    """The shape with the results in the places of their numbers."""
    if shape.__class__ is list:
        return [filled(item, done) for item in shape]
    return done[shape] if shape.__class__ is int else shape


def written(type_: Any, value: Any, field: Field, notes: Notes) -> Any:
    """A listed and settled value of leaves, as it goes out. The innermost lists are written by generated code, all items at once.

    Raises `Unsettled` when a scalar answers with a promise.
    """
    if isinstance(value, Exception):
        return notes.failed(value)
    if isinstance(type_, GraphQLNonNull):
        inner = written(type_.of_type, value, field, notes)
        return notes.null(field.where) if inner is None else inner
    if value is None or value is Undefined:
        return None
    if isinstance(nullable(type_.of_type), GraphQLList):
        return [written(type_.of_type, item, field, notes) for item in value]
    assert field.column is not None
    return field.column(value, notes)


async def written_one_by_one(type_: Any, value: Any, field: Field, notes: Notes) -> Any:
    """`written`, for a scalar that answers with promises."""
    inner = nullable(type_)
    if isinstance(inner, GraphQLList) and isinstance(value, list):
        return await together([written_one_by_one(inner.of_type, item, field, notes) for item in value])
    if isinstance(inner, GraphQLList):
        return written(type_, value, field, notes)  # a null or a failure
    assert field.write is not None
    return await written_late(field.leaf, value, field.write, notes)
