"""graphql-core's way to a batch field: it asks object by object, and a loader gathers the objects of one moment.

Loaders live in `info.context.loaders`, a dict made with the context of each operation, so nothing is shared between operations, and
`close` ends with the operation what they have begun.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import strawberry
from aiodataloader import DataLoader

from engine.tasks import stop

TASKS, IS_CLOSED = "engine.tasks", "engine.is_closed"  # beside the loaders


def loader(batch: Any, info: strawberry.Info[Any, Any], arguments: dict[str, Any]) -> DataLoader[Any, Any]:
    """The loader of this field of this operation: one for each set of field nodes, whose arguments are the same for every parent."""
    loaders: dict[Any, Any] = info.context.loaders
    raw = info._raw_info
    key = (batch, raw.parent_type.name, *map(id, raw.field_nodes))
    if key not in loaders:

        async def load(parents: list[tuple[Any]]) -> list[Any]:
            if IS_CLOSED in loaders:
                return [None] * len(parents)  # nobody waits for them any more
            tasks, task = loaders.setdefault(TASKS, set()), asyncio.current_task()
            tasks.add(task)
            try:
                rows = [parent for (parent,) in parents]
                return answers(await batch(rows, info, **arguments), rows, f"{raw.parent_type.name}.{raw.field_name}")
            finally:
                tasks.discard(task)

        # No cache: two parents may be equal rows, and each must be answered in its own place.
        loaders[key] = DataLoader(load, cache=False, get_cache_key=id)
    found: DataLoader[Any, Any] = loaders[key]
    return found


async def close(context: Any) -> None:
    """Ends what the loaders of an operation are still doing: aiodataloader gives each batch a task of its own, which nobody cancels."""
    loaders = getattr(context, "loaders", None)
    if loaders:
        loaders[IS_CLOSED] = True
        await stop(loaders.get(TASKS, ()))


def answers(values: Any, parents: Sequence[Any], where: str) -> list[Any]:
    """The answers of a batch, one for each parent, in their order. Raises `RuntimeError` where they are not."""
    if not isinstance(values, list | tuple):
        raise RuntimeError(f"{where}: answered by {type(values).__name__}, not by a list of one answer for each parent")
    if len(values) != len(parents):
        raise RuntimeError(f"{where}: {len(values)} answers for {len(parents)} parents")
    return list(values)
