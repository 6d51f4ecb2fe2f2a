"""What a schema says of itself: an answer depends on the selection only, so it is made once and kept.

The full answer about a large schema takes twenty milliseconds, which everybody else on the loop would wait for. So it is made in small
pieces (`run.AT_ONCE`), one answer at a time, and clients that ask for the same selection, in whatever words, share it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from graphql import SchemaMetaFieldDef, TypeMetaFieldDef, VariableNode, print_ast
from graphql.execution.values import VariableValues

from engine.lru import LRU
from engine.plan import Field

DESCRIBING = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}  # fields of the root type of queries
MOST, HEAVIEST = 64, 16_000_000
OBJECT = 400  # bytes that one object of an answer takes, measured with tracemalloc; its texts are mostly those of the schema


@dataclass(frozen=True, slots=True)
class Description:
    """One answer."""

    value: Any

    @property
    def weight(self) -> int:
        return OBJECT * (1 + _objects(self.value))


class Descriptions:
    """The answers of one schema that were wanted last."""

    def __init__(self, most: int = MOST, heaviest: int = HEAVIEST) -> None:
        self.kept: LRU[Description] = LRU(most, heaviest)
        self.made = 0
        self._turn: tuple[Any, asyncio.Lock] = None, asyncio.Lock()

    async def of(self, field: Field, variables: VariableValues, make: Callable[[], Awaitable[tuple[Any, bool]]]) -> Any:
        """The answer to this field. `make` says with the value whether all of it is well; what is not is never kept."""
        key = key_of(field, variables)
        if (found := self.kept.get(key)) is not None:
            return found.value
        async with self._one_at_a_time():
            if (found := self.kept.get(key)) is not None:
                return found.value
            value, is_well = await make()
            self.made += 1
            if is_well:
                self.kept.put(key, Description(value))
            return value

    def _one_at_a_time(self) -> asyncio.Lock:
        """A lock of the running loop."""
        loop = asyncio.get_running_loop()
        if self._turn[0] is not loop:
            self._turn = loop, asyncio.Lock()
        return self._turn[1]


def key_of(field: Field, variables: VariableValues) -> str:
    """The same for all documents that ask the same here: fragments, conditions, aliases of the root field and blanks make no difference."""
    if (known := field.kept.get("selection")) is None:
        names: list[str] = []
        known = field.kept["selection"] = _spelled(field, "", names), tuple(names)
    text, asked = known
    return repr((text, [(name in variables.coerced, variables.coerced.get(name)) for name in asked]))


def _spelled(field: Field, key: str, names: list[str]) -> str:
    arguments = []
    for argument in sorted(field.nodes[0].arguments or (), key=lambda a: a.name.value):
        if isinstance(argument.value, VariableNode):
            names.append(argument.value.name.value)
            arguments.append(f"{argument.name.value}:$")
        else:
            arguments.append(print_ast(argument))
    below = [" ".join(_spelled(f, f.key, names) for f in selection.fields) for selection in field.below.values()]
    return f"{key}:{field.name}({','.join(arguments)}){{{'|'.join(below)}}}"


def _objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return sum(map(_objects, value)) if isinstance(value, list) else 0
