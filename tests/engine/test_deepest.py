"""The deepest operation that is planned: whatever its levels are made of, running it goes down less than Python can."""

from typing import Any

import pytest
import strawberry

from engine import ByTypename, Library, answered_by, answered_once_by
from engine.compiler import DEEPEST

BELOW = DEEPEST - 2  # the root and the first object are levels, too


class Row:
    """Endless: each of its fields gives it again."""

    typename = "Well"

    @property
    def one(self) -> Any:
        return self

    own = level = one

    @property
    def many(self) -> Any:
        return [self]

    @property
    def grid(self) -> Any:
        return [[self]]


async def again(rows: list[Any], info: strawberry.Info) -> list[Any]:
    return rows


async def first(info: strawberry.Info) -> Any:
    return Row()


@strawberry.interface
class Level(ByTypename):
    one: "Level"
    own: "Well"
    many: list["Level"]
    grid: list[list["Level"]]
    batch: "Level" = answered_by(again, "All of a level at once.")

    @strawberry.field
    def sync(self) -> "Level":
        return self

    @strawberry.field
    async def slow(self) -> "Level":
        return self


@strawberry.type
class Well(Level):
    pass


@strawberry.type
class Hill(Level):
    pass


@strawberry.type
class Query:
    level: Level = answered_once_by(first, "The first one.")


async def answered(field: str, levels: int) -> tuple[Any, Library]:
    """What so many levels of one field give, and who has counted."""
    library = Library(strawberry.Schema(Query, types=[Well, Hill]))
    document: Any = library.read("{ level { " + f"{field} {{ " * levels + "__typename " + "} " * levels + "} }")
    [operation] = document.operations.values()
    return await library.execute(document, operation, {}, None), library


@pytest.mark.parametrize("field", ["one", "own", "many", "grid", "batch", "sync", "slow"])
async def test_the_deepest_plan_of_one_kind_of_level_runs(field: str):
    result, library = await answered(field, BELOW)

    assert (result.errors, library.counts) == (None, {"planned": 1})
    data = result.data["level"]
    for _ in range(BELOW):
        data = data[field]
        while isinstance(data, list):
            [data] = data
    assert data == {"__typename": "Well"}


async def test_one_level_more_is_left_to_graphql_core():
    _, library = await answered("own", BELOW + 1)

    assert library.counts == {"depth": 1}
