"""Claims in collection."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import answered_by, answered_once_by
from models.cases import CaseState
from resolvers import cases as resolve
from schema.allocations import PaymentAllocation
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import OfAccount

shown(CaseState, "Where a claim is in its collection.")
shown(resolve.CaseOrderField, "What claims are sorted by.")


@strawberry.type(description="One claim that somebody collects for its creditor.")
class Case(Node, OfAccount, FromSource):
    number: str = strawberry.field(description="As printed on letters about it.")
    original_creditor: str = strawberry.field(description="Whose claim it was at first.")
    original_invoice_number: str | None = strawberry.field(description="The number of the bill that was not paid.")
    description: str | None = strawberry.field(description="What it is for, in words.")
    principal: Money = strawberry.field(description="The claim itself.")
    interest: Money = strawberry.field(description="The interest until now.")
    interest_percent: Decimal | None = strawberry.field(description="The yearly rate of that interest: 8.50 for 8.5 %.")
    fees: Money = strawberry.field(description="The fees of collecting it.")
    costs: Money = strawberry.field(description="What courts and bailiffs have charged.")
    paid: Money = strawberry.field(description="What has been paid.")
    outstanding: Money = strawberry.field(description="What is still to be paid, with interest, fees and costs.")
    opened_on: date = strawberry.field(description="The day it was opened.")
    due_on: date | None = strawberry.field(description="The day it is due.")
    state: CaseState = strawberry.field(description="Where it is in its collection.")
    payments: list[PaymentAllocation] = answered_by(resolve.payments, "How much of which payment has paid it.", usual=2)


@strawberry.type
class CaseQuery:
    case: Case | None = answered_once_by(resolve.case, "One claim; null when you reach none by this id.")
    cases: Connection[Case] = answered_once_by(resolve.cases, "All claims that you reach, of all accounts.")
