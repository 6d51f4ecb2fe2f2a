"""Contracts of leasing and credit."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models.contracts import Channel, ContractKind, ContractState, Timing
from resolvers import arrears, portals, settlement_quotes
from resolvers import contracts as resolve
from schema.arrears import Arrears
from schema.assets import Asset
from schema.connections import Connection
from schema.deadlines import WithDeadlines
from schema.documents import Document
from schema.enums import shown
from schema.freshness import FromSource
from schema.installments import Installment
from schema.invoices import Invoice
from schema.mandates import DirectDebit, Mandate
from schema.money import Money
from schema.node import Node
from schema.ownership import OfAccount
from schema.payments import Payment
from schema.portals import Portal
from schema.scalars import CurrencyCode
from schema.schedules import AmortizationSchedule
from schema.statements import Operation, Statement
from schema.terms import APR, NOMINAL, ContractTerms
from schema.work import ARREARS

if TYPE_CHECKING:
    from schema.certificates import Certificate
    from schema.settlement_quotes import SettlementQuote

shown(ContractKind, "What kind of financing a contract is.")
shown(ContractState, "Where a contract is in its life.")
shown(Channel, "Where a contract was concluded.")
shown(resolve.ContractOrderField, "What contracts are sorted by.")


@strawberry.type(description="A promise to pay for an asset or for money. Which amounts and days it has depends on its kind.")
class Contract(Node, OfAccount, FromSource, WithDeadlines):
    shown_number: str = strawberry.field(
        name="number", description="As printed on the paper contract. Of a card or credit number the last four digits only."
    )
    kind: ContractKind = strawberry.field(description="What kind of financing it is.")
    portal: Portal | None = answered_by(portals.of_contracts, "Where it is shown, and where its days begin and end.")
    product: str | None = strawberry.field(description="What the finance house calls the product.")
    state: ContractState = strawberry.field(description="Where it is in its life.")
    channel: Channel | None = strawberry.field(description="Where it was concluded.")
    signed_on: date | None = strawberry.field(description="The day it was signed.")
    activated_on: date | None = strawberry.field(description="The day it took effect.")
    starts_on: date = strawberry.field(description="Its first day.")
    ends_on: date | None = strawberry.field(description="Its last day; null for one without an end.")
    notice_months: int | None = strawberry.field(description="How many months before its end notice has to be given.")
    renewal_rule: str | None = strawberry.field(description="What happens at its end unless notice is given, in words.")
    duration_months: int | None = strawberry.field(description="For how many months it was made.")
    periodicity_months: int | None = strawberry.field(description="How many months there are from one payment to the next.")
    timing: Timing | None = strawberry.field(description="When in a period its payment is due.")
    currency: CurrencyCode = strawberry.field(description="The currency of all its amounts.")
    financed: Money | None = strawberry.field(name="financedAmount", description="What was financed.")
    outstanding_principal: Money | None = strawberry.field(description="What is still to be paid back, as the finance house last said.")
    overdue: Money | None = strawberry.field(
        name="overdueAmount", description="What should have been paid, as the finance house last said."
    )
    nominal_rate_percent: Decimal | None = strawberry.field(description=NOMINAL)
    shown_apr_percent: Decimal | None = strawberry.field(name="aprPercent", description=APR)
    fees: Money | None = strawberry.field(description="The fees of concluding it.")
    terms: ContractTerms = strawberry.field(description="What was agreed, in the form of its kind.")
    arrears: Arrears | None = answered_by(
        arrears.of_contracts, "What is overdue, reckoned from its installments; null when nothing is.", work=ARREARS
    )
    mandate: Mandate | None = answered_by(
        resolve.mandate, "What it is collected under; null without one, or when your profile is limited to some contracts."
    )
    parent: Annotated["Contract", strawberry.lazy("schema.contracts")] | None = answered_by(
        resolve.parent, "The master agreement it was made under, where it is one that you reach."
    )
    subcontracts: Connection[Annotated["Contract", strawberry.lazy("schema.contracts")]] = answered_by(
        resolve.subcontracts, "The contracts that were made under it, where it is a master agreement."
    )
    assets: Connection[Asset] = answered_by(resolve.assets, "What it pays for.", usual=5)
    installments: Connection[Installment] = answered_by(resolve.installments, "All that is due under it, what is to come too.")
    amortization_schedule: AmortizationSchedule | None = answered_by(
        resolve.amortization_schedule, "How it is planned to be paid back; null where nothing is, as with rentals."
    )
    amortization_schedules: list[AmortizationSchedule] = answered_by(
        resolve.amortization_schedules, "All its plans, those that were replaced too: the one that holds first.", usual=2
    )
    invoices: Connection[Invoice] = answered_by(resolve.invoices, "Its bills.")
    documents: Connection[Document] = answered_by(resolve.documents, "Its papers, however old.")
    certificates: Connection[Annotated["Certificate", strawberry.lazy("schema.certificates")]] = answered_by(
        resolve.certificates, "What has been certified of it, the newest first."
    )
    payments: Connection[Payment] = answered_by(resolve.payments, "What was paid under it, however long ago.")
    direct_debits: Connection[DirectDebit] = answered_by(resolve.direct_debits, "What is collected under it.")
    settlement_quotes: Connection[Annotated["SettlementQuote", strawberry.lazy("schema.settlement_quotes")]] = answered_by(
        settlement_quotes.of_contracts, "What repaying it early was said to cost."
    )
    statements: Connection[Statement] = answered_by(resolve.statements, "What it came to, period by period, where it is a credit line.")
    operations: Connection[Operation] = answered_by(resolve.operations, "What moved its balance, where it is a credit line.")


@strawberry.type
class ContractQuery:
    contract: Contract | None = answered_once_by(resolve.contract, "One contract; null when you reach none by this id.")
    contracts: Connection[Contract] = answered_once_by(resolve.contracts, "All contracts that you reach, of all accounts.")
