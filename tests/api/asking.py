"""What tests of the schema say again and again: walking a list, moving the clock, and asking as those who may not see."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.world import Answer, World

FOREVER = timedelta(days=3650)


async def read(world: World, who: str | None, query: str, **variables: Any) -> Any:
    """The data of an answer that must be without errors."""
    answer = await world.ask(who, query, **variables)
    assert "errors" not in answer.json, answer.errors
    return answer.data


async def at(world: World, instant: datetime) -> None:
    """Another time, at which everybody is still signed in."""
    world.now = instant
    await world.owner.execute(
        "update session set created_at = least(created_at, $1), last_seen_at = $1, ends_at = $1::timestamptz + interval '11 hours'", instant
    )


def page_of(field: str, filter_type: str, order_type: str, selection: str) -> str:
    """A root list with all its arguments as variables."""
    return (
        f"query ($first: Int, $after: String, $last: Int, $before: String, $filter: {filter_type}, $orderBy: {order_type}) "
        f"{{ rows: {field}(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) "
        f"{{ totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} edges {{ cursor node {{ {selection} }} }} }} }}"
    )


async def walked(world: World, who: str, query: str, size: int, *, backward: bool = False, **variables: Any) -> list[list[Any]]:
    """All pages of a list, in the order of the list, by its cursors."""
    pages: list[list[Any]] = []
    cursor = None
    for _ in range(1_000):
        window = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = (await read(world, who, query, **window, **variables))["rows"]
        pages.append([edge["node"] for edge in page["edges"]])
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            break
        cursor = info["startCursor" if backward else "endCursor"]
    return pages[::-1] if backward else pages


def flat(pages: Sequence[Sequence[Any]]) -> list[Any]:
    return [row for page in pages for row in page]


# What two answers to one question differ in: the budget that is left.
REMAINING = re.compile(rb'"remaining":[0-9]+')
NEIGHBORS = ("admin2", "t2")


def seen(answer: Answer) -> Any:
    """All that a client could tell two answers apart by, byte for byte; the number of statements stands for the time they took."""
    told = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length", "date")}
    return answer.status, REMAINING.sub(b"", answer.raw), told, answer.statements


def missing(gid: str) -> str:
    """An id of the same kind that nothing has."""
    return f"{gid[:4]}{uuid4().hex}"


async def hidden(world: World, query: str, gid: str, *, neighbors: Sequence[str] = NEIGHBORS, **variables: Any) -> None:
    """[ISO]: to a neighbor, to another house and to a stranger the row with this id answers `$id` as one that does not exist.

    A neighbor reads nothing in place of it, and a stranger is told to sign in, whether the row exists or not.
    """
    for who in (*neighbors, None):
        await world.ask(who, "{ __typename }")  # so that the standing of neither call has to be read first
        theirs = await world.ask(who, query, id=gid, **variables)
        none = await world.ask(who, query, id=missing(gid), **variables)
        assert seen(theirs) == seen(none), who
        if who is None:
            assert (theirs.status, theirs.codes, theirs.data) == (401, ["UNAUTHENTICATED"], None)
        else:
            assert "errors" not in theirs.json
            assert is_nothing(theirs.data), (who, theirs.data)


async def found_by_nobody_else(world: World, query: str, *, neighbors: Sequence[str] = NEIGHBORS, **variables: Any) -> None:
    """[ISO] for what is named by something else than its id: a search of others finds nothing, and counts nothing."""
    for who in neighbors:
        assert is_nothing(await read(world, who, query, **variables)), who
    assert (await world.ask(None, query, **variables)).codes == ["UNAUTHENTICATED"]


def is_nothing(data: Any) -> bool:
    """No row anywhere: nulls, empty lists and counts of zero."""
    if isinstance(data, dict):
        return all(is_nothing(value) for name, value in data.items() if name not in ("pageInfo", "__typename"))
    return data is None or data == [] or data == 0 or (isinstance(data, list) and all(is_nothing(item) for item in data))
