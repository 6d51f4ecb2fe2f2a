"""What was billed."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models.invoices import InvoiceKind, InvoiceNature, InvoiceState, VatRounding
from resolvers import invoices as resolve
from schema.allocations import PaymentAllocation
from schema.assets import Asset
from schema.connections import Connection
from schema.documents import Document
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import MaybeOfContract
from schema.scalars import CurrencyCode

if TYPE_CHECKING:
    from schema.contracts import Contract

MOST_RATES = 10

shown(InvoiceKind, "What a bill is in law.")
shown(InvoiceNature, "What a line of a bill is for.")
shown(InvoiceState, "Whether a bill has been paid.")
shown(VatRounding, "Where the issuer rounds VAT.")
shown(resolve.InvoiceOrderField, "What invoices are sorted by.")


@strawberry.type(description="One line of a bill. Its amounts are in the currency of its invoice.")
class InvoiceLine:
    number: int = strawberry.field(description="From 1 on.")
    description: str = strawberry.field(description="What is billed, in words.")
    nature: InvoiceNature = strawberry.field(description="What it is for.")
    quantity: Decimal = strawberry.field(description="How many, or how much.")
    unit_price_amount: Decimal = strawberry.field(name="unitPrice", description="What one comes to, without VAT.")
    net_amount: Decimal = strawberry.field(name="net", description="What the line comes to, without VAT.")
    vat_category: str = strawberry.field(description='The VAT category by the code of EN 16931, such as "S" for the standard rate.')
    vat_percent: Decimal = strawberry.field(description="The rate of VAT: 21.00 for 21 %.")
    vat_amount: Decimal = strawberry.field(name="vat", description="The VAT on the line.")
    contract: Annotated["Contract", strawberry.lazy("schema.contracts")] | None = answered_by(
        resolve.contract, "The contract it is about, where it is about one that you reach."
    )
    asset: Asset | None = answered_by(resolve.asset, "The equipment it is about, where it is about one that you reach.")


@strawberry.type(description="What a bill comes to in one VAT category at one rate. Its amounts are in the currency of its invoice.")
class InvoiceVatTotal:
    vat_category: str = strawberry.field(description='The VAT category by the code of EN 16931, such as "S" for the standard rate.')
    vat_percent: Decimal = strawberry.field(description="The rate of VAT: 21.00 for 21 %.")
    net_amount: Decimal = strawberry.field(name="net", description="What is taxed.")
    vat_amount: Decimal = strawberry.field(name="vat", description="The VAT on that.")


@strawberry.type(description="One bill.")
class Invoice(Node, MaybeOfContract, FromSource):
    number: str = strawberry.field(description="As printed on it.")
    kind: InvoiceKind = strawberry.field(description="What it is in law.")
    issued_on: date = strawberry.field(description="The day it was issued.")
    due_on: date | None = strawberry.field(description="The day it is due.")
    period_from_on: date | None = strawberry.field(description="The first day of the period it bills.")
    period_to_on: date | None = strawberry.field(description="The last day of the period it bills.")
    currency: CurrencyCode = strawberry.field(description="The currency of all its amounts.")
    vat_rounding: VatRounding = strawberry.field(description="Where its issuer rounded VAT.")
    net: Money = strawberry.field(description="What it comes to, without VAT.")
    vat: Money = strawberry.field(description="The VAT on that.")
    total: Money = strawberry.field(description="What it comes to, with VAT.")
    paid: Money = strawberry.field(description="What has been paid, without what the bank has sent back since.")
    outstanding: Money = strawberry.field(description="What is still to be paid.")
    standing: InvoiceState = strawberry.field(
        name="state", description="Whether it has been paid. What paid it and was sent back by the bank counts no more."
    )
    is_disputed: bool = strawberry.field(description="Whether the customer disputes it.")
    batch_number: str | None = strawberry.field(description="The batch it was made in.")
    payment_reference: str | None = strawberry.field(description="What to pay it with: a structured communication or a KID number.")
    lines: list[InvoiceLine] = answered_by(resolve.lines, "What it is made of, by number.", usual=5)
    vat_totals: list[InvoiceVatTotal] = answered_by(resolve.vat_totals, "What it comes to at each rate of VAT.", size=MOST_RATES, usual=2)
    payments: list[PaymentAllocation] = answered_by(resolve.payments, "How much of which payment has paid it.", usual=2)
    document: Document | None = answered_by(resolve.document, "It on paper.")
    structured_document: Document | None = answered_by(resolve.structured_document, "It as data, for accounting software.")


@strawberry.type
class InvoiceQuery:
    invoice: Invoice | None = answered_once_by(resolve.invoice, "One invoice; null when you reach none by this id.")
    invoices: Connection[Invoice] = answered_once_by(resolve.invoices, "All invoices that you reach, of all accounts.")
