"""A small schema with one of everything that is weighed."""

import strawberry

from engine import SIZE


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.type
class Line:
    number: int = 1


@strawberry.type
class Thing:
    name: str = "thing"

    @strawberry.field
    def next(self) -> "Thing":
        return Thing()

    @strawberry.field(metadata={SIZE: 480})
    def lines(self) -> list[Line]:
        return [Line()]

    @strawberry.field
    def things(self, first: int | None = None, last: int | None = None) -> "ThingConnection":
        return ThingConnection()


@strawberry.type
class ThingEdge:
    cursor: str = "x"
    node: Thing = strawberry.field(default_factory=Thing)


@strawberry.type
class ThingConnection:
    total_count: int = 0
    page_info: PageInfo = strawberry.field(default_factory=PageInfo)
    nodes: list[Thing] = strawberry.field(default_factory=list)
    edges: list[ThingEdge] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    @strawberry.field
    def number(self) -> int:
        return 1

    @strawberry.field
    def echo(self, text: str | None = None) -> str | None:
        return text

    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def things(self, first: int | None = None, last: int | None = None) -> ThingConnection:
        return ThingConnection()

    @strawberry.field(metadata={SIZE: 100})
    def latest(self, first: int = 6) -> list[Thing]:
        return []

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Thing | None]:
        return [None for _ in ids]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def sign_in(self, name: str = "") -> str:
        return name

    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


schema = strawberry.Schema(Query, Mutation)
