"""The right to collect, and collections."""

from typing import Annotated

import strawberry

from models import Account, BankAccount, Contract, DirectDebit, DirectDebitState, Mandate, MandateScheme, MandateState, Payment
from models.words import Described
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, equal, named, one_of, together, within
from resolvers.listings import Listing
from resolvers.reading import pointed_at, reads


@strawberry.input(description="Which mandates.")
class MandateFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    schemes: list[MandateScheme] | None = strawberry.field(default=None, description="By one of these schemes.")
    states: list[MandateState] | None = strawberry.field(default=None, description="In one of these states.")
    reference: str | None = strawberry.field(default=None, description="With this reference, spelled exactly.")


class MandateOrderField(Described):
    """What mandates are sorted by."""

    REFERENCE = "reference", "The reference."


@strawberry.input(description="In which order mandates come.")
class MandateOrder:
    field: MandateOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which direct debits.")
class DirectDebitFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Under one of these contracts. At most 100.")
    mandates: list[strawberry.ID] | None = strawberry.field(default=None, description="Under one of these mandates. At most 100.")
    states: list[DirectDebitState] | None = strawberry.field(default=None, description="In one of these states.")
    collection_on: DateRange | None = strawberry.field(default=None, description="Collected between these days.")
    amount: MoneyRange | None = strawberry.field(default=None, description="Of between these amounts.")


class DirectDebitOrderField(Described):
    """What direct debits are sorted by."""

    COLLECTION_ON = "collection_on", "The day they are collected."
    AMOUNT = "amount", "How much it is, whatever the currency."


@strawberry.input(description="In which order direct debits come.")
class DirectDebitOrder:
    field: DirectDebitOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which_mandates(info: Info, filter: MandateFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            one_of("scheme", filter.schemes),
            one_of("state", filter.states),
            equal("reference", filter.reference),
        )
        if filter
        else []
    )


def _which_debits(info: Info, filter: DirectDebitFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            named("mandate_id", Mandate, filter.mandates),
            one_of("state", filter.states),
            within("collection_on", filter.collection_on),
            within("amount", filter.amount),
        )
        if filter
        else []
    )


MANDATES = Listing(Mandate, MandateFilter, MandateOrder, ("-id",), "the newest first", _which_mandates)
DIRECT_DEBITS = Listing(
    DirectDebit, DirectDebitFilter, DirectDebitOrder, ("-collection_on", "-id"), "those collected last first", _which_debits, is_long=True
)

mandates = MANDATES.everywhere()
direct_debits = DIRECT_DEBITS.everywhere()
debits_of_mandate = DIRECT_DEBITS.under("mandate_id")


async def mandate(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a mandate.")]) -> Mandate | None:
    """One mandate in reach."""
    return await info.context.gate.one(Mandate, id, reads(info))


async def direct_debit(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a direct debit.")]
) -> DirectDebit | None:
    """One direct debit in reach."""
    return await info.context.gate.one(DirectDebit, id, reads(info))


async def masked_iban(mandates: list[Mandate], info: Info) -> list[str | None]:
    """As much as is shown of the account that each collects from; where a house has not handed that over, of what the mandate says."""
    accounts = await info.context.gate.parents(BankAccount, of=mandates, by="bank_account_id")
    return [account.masked_iban if account else _masked(mandate) for account, mandate in zip(accounts, mandates, strict=True)]


def _masked(mandate: Mandate) -> str | None:
    return f"**** **** **** {mandate.iban_last4}" if mandate.iban_last4 else None


mandate_of_debits = pointed_at(Mandate, "mandate_id")
payment = pointed_at(Payment, "payment_id")


async def contracts_of_mandate(
    mandates: list[Mandate], info: Info, first: Annotated[int, strawberry.argument(description="How many, from 1 to 100.")] = 25
) -> list[list[Contract]]:
    """The contracts that are collected under each."""
    return await info.context.gate.first_children(Contract, mandates, "mandate_id", ("number", "id"), first)
