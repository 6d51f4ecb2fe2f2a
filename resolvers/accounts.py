"""Customer numbers, whose they are, and who works on them."""

from typing import Annotated, Any

import strawberry

from models import Account, AccountParty, AccountStatus, Contract, Party, PortalUser, Profile
from models.words import Described
from resolvers.connections import After, Before, First, Last, OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, beginning, named, numbered, one_of, together
from resolvers.listings import Listing
from resolvers.reading import Parent, pointed_at, prefetch, reads
from tenants import Page, PageArgs

OLDEST_FIRST = ("id",)
ITS_HOLDER = Parent("holder", Party, "holder_id")
MOST_BESIDE = 20


@strawberry.input(description="Which customer numbers.")
class AccountFilter:
    statuses: list[AccountStatus] | None = strawberry.field(default=None, description="With one of these.")
    holders: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these companies or persons. At most 100.")
    number: str | None = strawberry.field(
        default=None, description="This number. Case, blanks, dots, dashes and slashes make no difference."
    )
    search: str | None = strawberry.field(default=None, description="Beginning like this, spelled as freely as `number`.")


class AccountOrderField(Described):
    """What customer numbers are sorted by."""

    NUMBER = "number", "The printed number."


@strawberry.input(description="In which order customer numbers come.")
class AccountOrder:
    field: AccountOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: AccountFilter | None) -> Conditions:
    return (
        together(
            one_of("status", filter.statuses),
            named("holder_id", Party, filter.holders),
            numbered("search_number", filter.number),
            beginning("search_number", filter.search),
        )
        if filter
        else []
    )


ACCOUNTS = Listing(Account, AccountFilter, AccountOrder, ("number", "id"), "by number", _which, ("search_number", "id"))

accounts = ACCOUNTS.everywhere()
of_parties = ACCOUNTS.under("holder_id")


async def account(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a customer number.")]) -> Account | None:
    """One customer number in reach, with whose it is."""
    return await info.context.gate.one(Account, id, reads(info), prefetch(info, (ITS_HOLDER,)))


holders = pointed_at(Party, "holder_id")


async def co_parties(accounts: list[Account], info: Info) -> list[list[AccountParty]]:
    """Who stands beside the holder of each."""
    return await info.context.gate.first_children(AccountParty, accounts, "account_id", OLDEST_FIRST, MOST_BESIDE)


party = pointed_at(Party, "party_id")


async def profiles(
    accounts: list[Account], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> list[Page]:
    """Who works on each."""
    return await info.context.gate.child_pages(Profile, accounts, "account_id", OLDEST_FIRST, PageArgs(first, after, last, before))


users = pointed_at(PortalUser, "user_id")


async def limited_to(rows: list[Any], info: Info) -> list[list[Contract] | None]:
    """The contracts each profile is limited to, as far as the caller reaches them."""
    found = await info.context.gate.by_ids(Contract, [key for row in rows for key in row.contract_ids or ()])
    return [None if row.contract_ids is None else [found[key] for key in row.contract_ids if key in found] for row in rows]
