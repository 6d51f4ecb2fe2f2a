"""Long lists, as Relay has them."""

from typing import Generic, TypeVar

import strawberry

from engine import answered_by
from resolvers import connections as resolve
from schema.enums import shown

T = TypeVar("T")

shown(resolve.OrderDirection, "Which end of an order comes first.")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow. Paging backward: whether a cursor was given.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before. Paging forward: whether a cursor was given.")
    start_cursor: str | None = strawberry.field(description="The place of the first row, for `before`; null when there is none.")
    end_cursor: str | None = strawberry.field(description="The place of the last row, for `after`; null when there is none.")


@strawberry.type(description="A row and its place in the list.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="The place, for `after` and `before`. Opaque, and good for this list in this order only.")
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="A page of a long list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The rows of this page with their places.")
    nodes: list[T] = strawberry.field(description="The rows of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    total_count: int = answered_by(resolve.total_count, "How long the whole list is, with its filter; counted only when asked for.")
