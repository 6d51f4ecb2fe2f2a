"""Long lists of one kind of row, which stand in several places: in a root field, and under the rows that they belong to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

import strawberry
from tortoise.models import Model

from models.days import months_before
from models.portal_rules import PortalRules
from resolvers.connections import After, Before, First, Last, order_of
from resolvers.context import Info
from resolvers.filters import Conditions, search_key
from resolvers.reading import NODES, Parent, looks_at, prefetch, reads
from tenants import Page, PageArgs

PLAIN = frozenset(("<", "<=", ">", ">=", "null", "any"))


class Recent(NamedTuple):
    """The days that a root list shows where a client names none, by the portal's policy: from so many months ago on, that day included.

    Only root lists have such a window. What hangs under a contract or an account are its own papers, however old.
    """

    column: str
    months: Callable[[PortalRules], int]

    def conditions(self, info: Info, filter: Any) -> Conditions:
        """None where the filter names days, even if it leaves both ends open."""
        if filter is not None and getattr(filter, self.column) is not None:
            return []
        scope = info.context.scope
        return [(self.column, ">=", months_before(scope.today, self.months(scope.rules)))]


@dataclass(frozen=True)
class Listing:
    """Which rows of a model a client may choose, and in which order they come: the same wherever the list stands.

    A factory and not a function a list: seven arguments in two dozen signatures would have to be kept alike by hand.
    `best` is the order in which a search by printed number answers: an exact number is the beginning of all the others, so it comes first.
    """

    model: type[Model]
    filter: type[Any]
    order: type[Any]
    usual: tuple[str, ...]
    usually: str
    which: Callable[[Info, Any], Conditions] = field(compare=False)
    best: tuple[str, ...] | None = None
    prefetches: tuple[Parent, ...] = ()  # what nearly every page shows beside these rows
    is_long: bool = False  # any account has many of them
    recent: Recent | None = None

    def everywhere(self) -> Callable[..., Any]:
        """The resolver of a root field: the rows of the whole reach."""

        async def page(
            info: Info,
            first: First = None,
            after: After = None,
            last: Last = None,
            before: Before = None,
            filter: Any = None,
            order_by: Any = None,
        ) -> Page:
            page_args = PageArgs(first, after, last, before)
            beside = prefetch(info, self.prefetches, NODES)
            recent = self.recent.conditions(info, filter) if self.recent else []
            which, order = [*self.which(info, filter), *recent], self.sorted(filter, order_by)
            by_account = order == self.usual and self.is_plain(which) and (self.is_long or info.context.scope.auth.has_one_account)
            return await info.context.gate.page(self.model, which, order, page_args, reads(info), beside, by_account)

        return self.told(page)

    def under(self, column: str) -> Callable[..., Any]:
        """The resolver of a field of the parents that `column` points at."""

        async def pages(
            parents: list[Any],
            info: Info,
            first: First = None,
            after: After = None,
            last: Last = None,
            before: Before = None,
            filter: Any = None,
            order_by: Any = None,
        ) -> list[Page]:
            page_args, order = PageArgs(first, after, last, before), self.sorted(filter, order_by)
            return await info.context.gate.child_pages(self.model, parents, column, order, page_args, self.which(info, filter), reads(info))

        return looks_at("id")(self.told(pages))

    def sorted(self, filter: Any, order_by: Any) -> tuple[str, ...]:
        """The columns to sort by, the id last."""
        is_search = self.best is not None and filter is not None and bool(search_key(getattr(filter, "search", None) or ""))
        return order_of(order_by, self.best if is_search and self.best else self.usual)

    def is_plain(self, conditions: Conditions) -> bool:
        """Whether no condition finds rows better than their account and their order do: no number, no parent, no list of texts."""
        words = [self.model._meta.fields_map[column] for column, operator, _ in conditions if operator == "any"]
        return all(operator in PLAIN for _, operator, _ in conditions) and all(hasattr(field, "enum_type") for field in words)

    def told(self, resolver: Callable[..., Any]) -> Callable[..., Any]:
        """The resolver, whose last two arguments the schema shows as those of this list."""
        resolver.__name__ = f"{self.model.__name__.lower()}_page"
        resolver.__annotations__ |= {
            "filter": Annotated[self.filter | None, strawberry.argument(description="Which of them: all conditions hold together.")],
            "order_by": Annotated[self.order | None, strawberry.argument(description=f"In which order. Unless told: {self.usually}.")],
        }
        return resolver
