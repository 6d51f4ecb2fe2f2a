"""What tests of the schema say again and again: walking a list, moving the clock, and counting statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

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


def without_request_id(answer: Answer) -> Any:
    """What a client could tell two answers apart by."""
    return answer.status, answer.raw
