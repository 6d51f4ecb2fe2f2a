"""graphql-core's way to a batch field: it asks object by object, and a loader gathers the objects of one moment.

Loaders live in `info.context.loaders`, a dict made with the context of each operation, so nothing is shared between operations.
"""

from typing import Any

import strawberry
from aiodataloader import DataLoader


def loader(batch: Any, info: strawberry.Info[Any, Any], arguments: dict[str, Any]) -> DataLoader[Any, Any]:
    """The loader of this field of this operation: one for each set of field nodes, whose arguments are the same for every parent."""
    loaders: dict[Any, DataLoader[Any, Any]] = info.context.loaders
    raw = info._raw_info
    key = (batch, raw.parent_type.name, *map(id, raw.field_nodes))
    if key not in loaders:

        async def load(parents: list[Any]) -> list[Any]:
            return answers(await batch(parents, info, **arguments), parents, f"{raw.parent_type.name}.{raw.field_name}")

        # No cache: two parents may be equal rows, and each must be answered in its own place.
        loaders[key] = DataLoader(load, cache=False)
    return loaders[key]


def answers(values: Any, parents: Any, where: str) -> list[Any]:
    """The answers of a batch, one for each parent. Raises `RuntimeError` where there are more or fewer."""
    if len(values) != len(parents):
        raise RuntimeError(f"{where}: {len(values)} answers for {len(parents)} parents")
    return list(values)
