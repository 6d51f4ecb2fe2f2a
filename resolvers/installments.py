"""What is due."""

from dataclasses import replace
from typing import Annotated

import strawberry

from models import Account, Contract, Installment, InstallmentState, PaymentAllocation
from models.words import Described
from resolvers.allocations import HowMany, to
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, named, one_of, together, within
from resolvers.listings import Listing
from resolvers.reading import reads


@strawberry.input(description="Which installments.")
class InstallmentFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    states: list[InstallmentState] | None = strawberry.field(default=None, description="In one of these states.")
    due_on: DateRange | None = strawberry.field(default=None, description="Due between these days.")
    amount_incl_vat: MoneyRange | None = strawberry.field(default=None, description="Of between these amounts, VAT included.")


class InstallmentOrderField(Described):
    """What installments are sorted by."""

    DUE_ON = "due_on", "The day they are due."
    AMOUNT_INCL_VAT = "incl_vat_amount", "What is due, VAT included, whatever its currency."


@strawberry.input(description="In which order installments come.")
class InstallmentOrder:
    field: InstallmentOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: InstallmentFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            one_of("standing", filter.states),
            within("due_on", filter.due_on),
            within("incl_vat_amount", filter.amount_incl_vat),
        )
        if filter
        else []
    )


def _which_until_today(info: Info, filter: InstallmentFilter | None) -> Conditions:
    """Unless days or states are named, what fell due until today: years of what is to come would stand before it."""
    is_told = filter is not None and (filter.due_on is not None or filter.states is not None)
    return [*_which(info, filter), *([] if is_told else [("due_on", "<=", info.context.scope.today)])]


INSTALLMENTS = Listing(Installment, InstallmentFilter, InstallmentOrder, ("-due_on", "-id"), "those due last first", _which, is_long=True)
OF_ALL_CONTRACTS = replace(INSTALLMENTS, which=_which_until_today)

installments = OF_ALL_CONTRACTS.everywhere()


async def installment(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of an installment.")]
) -> Installment | None:
    """One installment in reach."""
    return await info.context.gate.one(Installment, id, reads(info))


async def payments(installments: list[Installment], info: Info, first: HowMany = 10) -> list[list[PaymentAllocation]]:
    """What has been paid of each."""
    return await to(installments, info, "installment_id", first)
