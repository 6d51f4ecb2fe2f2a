"""Amortization: how a contract is planned to be paid back."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import answered_by
from models.schedules import ScheduleStatus
from resolvers import schedules as resolve
from schema.enums import shown
from schema.freshness import FromSource
from schema.node import Node
from schema.ownership import OfContract
from schema.scalars import CurrencyCode

MOST_LINES, USUAL_LINES = 480, 60  # forty years of months, and five

shown(ScheduleStatus, "Whether a schedule holds.")


@strawberry.type(description="One planned payment. Its amounts are in the currency of its schedule.")
class AmortizationLine:
    number: int = strawberry.field(description="From 1 on. The installment with the same number is what is due in fact.")
    due_on: date = strawberry.field(description="The day it is planned for.")
    opening_balance_amount: Decimal = strawberry.field(name="openingBalance", description="What is owed before it.")
    payment_amount: Decimal = strawberry.field(name="payment", description="What is to be paid.")
    principal_amount: Decimal = strawberry.field(name="principal", description="How much of it pays back.")
    interest_amount: Decimal = strawberry.field(name="interest", description="How much of it is interest.")
    fees_amount: Decimal = strawberry.field(name="fees", description="How much of it is fees.")
    insurance_amount: Decimal = strawberry.field(name="insurance", description="How much of it is insurance.")
    vat_amount: Decimal = strawberry.field(name="vat", description="How much of it is VAT.")
    closing_balance_amount: Decimal = strawberry.field(name="closingBalance", description="What is owed after it.")


@strawberry.type(description="A plan of payments. A new revision takes the place of the one before.")
class AmortizationSchedule(Node, OfContract, FromSource):
    status: ScheduleStatus = strawberry.field(description="Whether it holds.")
    revision: int = strawberry.field(description="From 1 on.")
    currency: CurrencyCode = strawberry.field(description="The currency of all its lines.")
    valid_from_on: date | None = strawberry.field(description="The day it took effect.")
    lines: list[AmortizationLine] = answered_by(resolve.lines, "The payments, by number.", size=MOST_LINES, usual=USUAL_LINES)
