"""What is due under a contract, payment by payment."""

from datetime import date

import strawberry

from engine import answered_by, answered_once_by
from models.installments import InstallmentState
from resolvers import installments as resolve
from schema.allocations import PaymentAllocation
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import OfContract

shown(InstallmentState, "Whether an installment has been paid.")
shown(resolve.InstallmentOrderField, "What installments are sorted by.")


@strawberry.type(description="One payment that is due on one day. What was planned is the schedule's line of the same number.")
class Installment(Node, OfContract, FromSource):
    number: int = strawberry.field(description="From 1 on.")
    due_on: date = strawberry.field(description="The day it is due.")
    excl_vat: Money = strawberry.field(name="amountExclVat", description="What is due, without VAT.")
    vat: Money = strawberry.field(description="The VAT on that.")
    incl_vat: Money = strawberry.field(name="amountInclVat", description="What is due, with VAT.")
    principal: Money | None = strawberry.field(description="How much of it pays back, where that is known.")
    interest: Money | None = strawberry.field(description="How much of it is interest, where that is known.")
    paid: Money = strawberry.field(description="What has been paid, without what the bank has sent back since.")
    outstanding: Money = strawberry.field(description="What is still to be paid: nothing where it was paid, fell away or is not asked for.")
    standing: InstallmentState = strawberry.field(
        name="state", description="Whether it has been paid. What paid it and was sent back by the bank counts no more."
    )
    payments: list[PaymentAllocation] = answered_by(resolve.payments, "How much of which payment has paid it.", usual=2)


@strawberry.type
class InstallmentQuery:
    installment: Installment | None = answered_once_by(resolve.installment, "One installment; null when you reach none by this id.")
    installments: Connection[Installment] = answered_once_by(
        resolve.installments,
        "The installments that you reach, of all contracts: without a filter of days or states, those that fell due until today. "
        "What each contract asks for next is its `nextInstallment`.",
    )
