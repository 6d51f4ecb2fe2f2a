"""Money that moved."""

from datetime import date

import strawberry

from engine import answered_by, answered_once_by
from models.payments import PaymentDirection, PaymentMethod, PaymentState
from resolvers import payments as resolve
from schema.allocations import PaymentAllocation
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import MaybeOfContract

MOST_ANOMALIES = 3

shown(PaymentDirection, "Which way money moved.")
shown(PaymentMethod, "How money moved.")
shown(PaymentState, "Whether money has arrived.")
shown(resolve.PaymentAnomaly, "What is odd about a payment.")
shown(resolve.PaymentOrderField, "What payments are sorted by.")


@strawberry.type(description="One sum of money that moved, or was to.")
class Payment(Node, MaybeOfContract, FromSource):
    direction: PaymentDirection = strawberry.field(description="Which way it moved.")
    method: PaymentMethod = strawberry.field(description="How it moved.")
    sum: Money = strawberry.field(name="amount", description="How much it is.")
    expected: Money | None = strawberry.field(name="expectedAmount", description="How much it was planned to be, where that is known.")
    value_on: date = strawberry.field(description="The day it counts from.")
    reference: str | None = strawberry.field(description="What identifies it: a structured communication or the payer's words.")
    provider: str | None = strawberry.field(description="Through whom it was made.")
    state: PaymentState = strawberry.field(description="Whether it has arrived.")
    return_reason: str | None = strawberry.field(description="Why the bank sent it back.")
    anomalies: list[resolve.PaymentAnomaly] = answered_by(
        resolve.anomalies, "What is odd about it; empty when nothing is.", size=MOST_ANOMALIES, usual=1
    )
    allocations: list[PaymentAllocation] = answered_by(resolve.allocations, "What it has paid.", usual=2)


@strawberry.type
class PaymentQuery:
    payment: Payment | None = answered_once_by(resolve.payment, "One payment; null when you reach none by this id.")
    payments: Connection[Payment] = answered_once_by(
        resolve.payments, "The payments that you reach, of all accounts: without a filter of days, those of the portal's window."
    )
