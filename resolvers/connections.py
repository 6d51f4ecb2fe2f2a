"""Long lists: which page of them, in which order."""

from typing import Annotated, Any, Protocol

import strawberry

from models.words import Described
from resolvers.context import Info
from resolvers.reading import looks_at
from tenants import Page

First = Annotated[int | None, strawberry.argument(description="How many from the start: 25 unless told, from 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="A cursor: start behind it.")]
Last = Annotated[
    int | None, strawberry.argument(description="How many from the end, from 1 to 100. Not together with `first` and `after`.")
]
Before = Annotated[str | None, strawberry.argument(description="A cursor: end before it.")]


class OrderDirection(Described):
    """Which end of an order comes first."""

    ASC = "ASC", "Smallest, earliest or first in the alphabet first."
    DESC = "DESC", "Largest, latest or last in the alphabet first."


class Asked(Protocol):
    """An order as a client asks for it: the values of its field's enum are columns."""

    field: Any
    direction: Any


@looks_at()
async def total_count(pages: list[Page], info: Info) -> list[int]:
    """The length of the whole list behind each page."""
    return await info.context.gate.counts(pages)


def order_of(asked: Asked | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to sort by, the id last, so that every row has one place."""
    if asked is None:
        return otherwise
    sign = "-" if asked.direction == OrderDirection.DESC else ""
    return sign + str(asked.field.value), f"{sign}id"
