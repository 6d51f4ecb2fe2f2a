"""The right to collect money from a bank account, and its use."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models.mandates import DirectDebitState, MandateScheme, MandateState
from resolvers import mandates as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import MaybeOfContract, OfAccount
from schema.payments import Payment

if TYPE_CHECKING:
    from schema.contracts import Contract

shown(MandateScheme, "By which rules money is collected.")
shown(MandateState, "Whether money may be collected.")
shown(DirectDebitState, "Where a collection is on its way.")
shown(resolve.MandateOrderField, "What mandates are sorted by.")
shown(resolve.DirectDebitOrderField, "What direct debits are sorted by.")


@strawberry.type(description="One collection under a mandate.")
class DirectDebit(Node, MaybeOfContract, FromSource):
    mandate: Annotated["Mandate", strawberry.lazy("schema.mandates")] | None = answered_by(
        resolve.mandate_of_debits, "What it is collected under; null when your profile is limited to some contracts."
    )
    collection_on: date = strawberry.field(description="The day it is collected.")
    sum: Money = strawberry.field(name="amount", description="How much it is.")
    prenotified_on: date | None = strawberry.field(description="The day it was announced.")
    submitted_on: date | None = strawberry.field(description="The day it was sent to the bank.")
    settled_on: date | None = strawberry.field(description="The day the money came.")
    returned_on: date | None = strawberry.field(description="The day the bank sent it back.")
    state: DirectDebitState = strawberry.field(description="Where it is on its way.")
    return_reason_code: str | None = strawberry.field(description="Why the bank sent it back: the code of ISO 20022, such as AM04.")
    return_reason: str | None = strawberry.field(description="Why the bank sent it back, in words.")
    payment: Payment | None = answered_by(resolve.payment, "The money it has brought.")


@strawberry.type(description="What a customer signed so that money may be collected.")
class Mandate(Node, OfAccount, FromSource):
    reference: str = strawberry.field(description="Names it towards the bank.")
    scheme: MandateScheme = strawberry.field(description="By which rules money is collected.")
    creditor_identifier: str | None = strawberry.field(description="Names the collector towards the bank.")
    masked_iban: str | None = answered_by(
        resolve.masked_iban, "The bank account that is collected from: its last four characters only; null when you do not reach it."
    )
    signed_on: date | None = strawberry.field(description="The day it was signed.")
    signatory: str | None = strawberry.field(description="Who signed it.")
    maximum: Money | None = strawberry.field(name="maxAmount", description="The most that may be collected at once; null for no limit.")
    debit_day: int | None = strawberry.field(description="The day of the month on which money is collected.")
    state: MandateState = strawberry.field(description="Whether money may be collected.")
    last_collected_on: date | None = strawberry.field(description="When it was last used.")
    contracts: list[Annotated["Contract", strawberry.lazy("schema.contracts")]] = answered_by(
        resolve.contracts_of_mandate, "The contracts that are collected under it, by number.", usual=3
    )
    direct_debits: Connection[DirectDebit] = answered_by(resolve.debits_of_mandate, "The collections under it.")


@strawberry.type
class MandateQuery:
    mandate: Mandate | None = answered_once_by(resolve.mandate, "One mandate; null when you reach none by this id.")
    mandates: Connection[Mandate] = answered_once_by(resolve.mandates, "All mandates that you reach, of all accounts.")
    direct_debit: DirectDebit | None = answered_once_by(resolve.direct_debit, "One direct debit; null when you reach none by this id.")
    direct_debits: Connection[DirectDebit] = answered_once_by(resolve.direct_debits, "All direct debits that you reach, of all accounts.")
