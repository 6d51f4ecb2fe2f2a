"""Financed equipment."""

from typing import Annotated

import strawberry

from models import Account, Asset, AssetCategory, AssetState, Contract
from models.words import Described
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, beginning, equal, named, one_of, together, within
from resolvers.listings import Listing
from resolvers.ownership import ITS_CONTRACT
from resolvers.reading import prefetch, reads


@strawberry.input(description="Which equipment.")
class AssetFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    categories: list[AssetCategory] | None = strawberry.field(default=None, description="Of one of these categories.")
    states: list[AssetState] | None = strawberry.field(default=None, description="In one of these states.")
    manufacturer: str | None = strawberry.field(default=None, description="Made by this maker, spelled exactly.")
    delivered_on: DateRange | None = strawberry.field(default=None, description="Delivered between these days.")
    search: str | None = strawberry.field(
        default=None, description="Whose serial number begins like this. Case, blanks, dots, dashes and slashes make no difference."
    )


class AssetOrderField(Described):
    """What equipment is sorted by."""

    DESIGNATION = "sort_designation", "What it is called, as dictionaries sort it: accents and case come second."


@strawberry.input(description="In which order equipment comes.")
class AssetOrder:
    field: AssetOrderField = strawberry.field(description="What it is sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: AssetFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            one_of("category", filter.categories),
            one_of("state", filter.states),
            equal("manufacturer", filter.manufacturer),
            within("delivered_on", filter.delivered_on),
            beginning("search_serial_number", filter.search),
        )
        if filter
        else []
    )


ASSETS = Listing(Asset, AssetFilter, AssetOrder, ("sort_designation", "id"), "by what they are called", _which)

assets = ASSETS.everywhere()


async def asset(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a piece of equipment.")]) -> Asset | None:
    """One piece of equipment in reach."""
    return await info.context.gate.one(Asset, id, reads(info), prefetch(info, (ITS_CONTRACT,)))
