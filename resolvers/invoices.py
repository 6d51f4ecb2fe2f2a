"""Bills."""

from typing import Annotated

import strawberry

from models import (
    Account,
    Asset,
    Contract,
    Document,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceNature,
    InvoiceState,
    InvoiceVatTotal,
    PaymentAllocation,
)
from models.words import Described
from resolvers.allocations import HowMany, to
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, beginning, equal, named, numbered, one_of, together, within
from resolvers.listings import Listing
from resolvers.reading import Parent, pointed_at, prefetch, reads

AS_PRINTED = ("number",)


@strawberry.input(description="Which invoices.")
class InvoiceFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    kinds: list[InvoiceKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    states: list[InvoiceState] | None = strawberry.field(default=None, description="In one of these states.")
    issued_on: DateRange | None = strawberry.field(default=None, description="Issued between these days.")
    due_on: DateRange | None = strawberry.field(default=None, description="Due between these days.")
    total: MoneyRange | None = strawberry.field(default=None, description="That come to between these amounts, VAT included.")
    outstanding: MoneyRange | None = strawberry.field(default=None, description="Of which between these amounts are still to be paid.")
    is_disputed: bool | None = strawberry.field(default=None, description="Only those that are disputed, or only those that are not.")
    batch_number: str | None = strawberry.field(default=None, description="Of this batch, spelled exactly.")
    payment_reference: str | None = strawberry.field(default=None, description="With this payment reference, spelled exactly.")
    number: str | None = strawberry.field(
        default=None, description="With this number. Case, blanks, dots, dashes and slashes make no difference."
    )
    search: str | None = strawberry.field(
        default=None, description="Whose number begins like this, spelled as freely as `number`; an exact number comes first."
    )


class InvoiceOrderField(Described):
    """What invoices are sorted by."""

    ISSUED_ON = "issued_on", "The day they were issued."
    NUMBER = "number", "The printed number."
    TOTAL = "total_amount", "What they come to, VAT included, whatever the currency."


@strawberry.input(description="In which order invoices come.")
class InvoiceOrder:
    field: InvoiceOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: InvoiceFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            one_of("kind", filter.kinds),
            one_of("standing", filter.states),
            within("issued_on", filter.issued_on),
            within("due_on", filter.due_on),
            within("total_amount", filter.total),
            within("outstanding_amount", filter.outstanding),
            [] if filter.is_disputed is None else [("is_disputed", "=", filter.is_disputed)],
            equal("batch_number", filter.batch_number),
            equal("payment_reference", filter.payment_reference),
            numbered("search_number", filter.number),
            beginning("search_number", filter.search),
        )
        if filter
        else []
    )


INVOICES = Listing(
    Invoice, InvoiceFilter, InvoiceOrder, ("-issued_on", "-id"), "the newest first", _which, ("search_number", "id"), is_long=True
)
ITS_PAPER = Parent("document", Document, "document_id")

invoices = INVOICES.everywhere()


async def invoice(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of an invoice.")]) -> Invoice | None:
    """One bill in reach."""
    return await info.context.gate.one(Invoice, id, reads(info), prefetch(info, (ITS_PAPER,)))


document = pointed_at(Document, "document_id")
structured_document = pointed_at(Document, "structured_document_id")


async def lines(
    invoices: list[Invoice],
    info: Info,
    natures: Annotated[list[InvoiceNature] | None, strawberry.argument(description="Only lines for one of these.")] = None,
    first: HowMany = 100,
    after_number: Annotated[
        int | None, strawberry.argument(description="Only lines behind this number: for the rest of an invoice of more than 100.")
    ] = None,
) -> list[list[InvoiceLine]]:
    """What each is made of."""
    behind: Conditions = [] if after_number is None else [("number", ">", after_number)]
    conditions = together(one_of("nature", natures), behind)
    return await info.context.gate.first_children(InvoiceLine, invoices, "invoice_id", AS_PRINTED, first, conditions)


async def vat_totals(invoices: list[Invoice], info: Info) -> list[list[InvoiceVatTotal]]:
    """What each comes to at each rate."""
    return await info.context.gate.children(InvoiceVatTotal, of=invoices, by="invoice_id", order=AS_PRINTED)


async def payments(invoices: list[Invoice], info: Info, first: HowMany = 10) -> list[list[PaymentAllocation]]:
    """What has been paid of each."""
    return await to(invoices, info, "invoice_id", first)


contract = pointed_at(Contract, "contract_id")
asset = pointed_at(Asset, "asset_id")
