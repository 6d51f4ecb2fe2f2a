"""Claims in collection."""

from typing import Annotated

import strawberry

from models import Account, Case, CaseState, PaymentAllocation
from models.words import Described
from resolvers.allocations import HowMany, to
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, beginning, named, numbered, one_of, together, within
from resolvers.listings import Listing
from resolvers.reading import reads


@strawberry.input(description="Which claims.")
class CaseFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    states: list[CaseState] | None = strawberry.field(default=None, description="In one of these states.")
    opened_on: DateRange | None = strawberry.field(default=None, description="Opened between these days.")
    due_on: DateRange | None = strawberry.field(default=None, description="Due between these days.")
    outstanding: MoneyRange | None = strawberry.field(default=None, description="Of which between these amounts are still to be paid.")
    number: str | None = strawberry.field(
        default=None, description="With this number. Case, blanks, dots, dashes and slashes make no difference."
    )
    search: str | None = strawberry.field(
        default=None, description="Whose number begins like this, spelled as freely as `number`; an exact number comes first."
    )


class CaseOrderField(Described):
    """What claims are sorted by."""

    OPENED_ON = "opened_on", "The day they were opened."
    NUMBER = "number", "The printed number."
    OUTSTANDING = "outstanding_amount", "What is still to be paid, whatever the currency."


@strawberry.input(description="In which order claims come.")
class CaseOrder:
    field: CaseOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: CaseFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            one_of("state", filter.states),
            within("opened_on", filter.opened_on),
            within("due_on", filter.due_on),
            within("outstanding_amount", filter.outstanding),
            numbered("search_number", filter.number),
            beginning("search_number", filter.search),
        )
        if filter
        else []
    )


CASES = Listing(
    Case,
    CaseFilter,
    CaseOrder,
    ("-openness", "-opened_on", "-id"),
    "open ones first, each kind with the newest first",
    _which,
    ("search_number", "id"),
)

cases = CASES.everywhere()


async def case(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a claim.")]) -> Case | None:
    """One claim in reach."""
    return await info.context.gate.one(Case, id, reads(info))


async def payments(cases: list[Case], info: Info, first: HowMany = 10) -> list[list[PaymentAllocation]]:
    """What has been paid of each."""
    return await to(cases, info, "case_id", first)
