"""Amounts that stand alone."""

from decimal import Decimal

import strawberry

from schema.scalars import CurrencyCode


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description='How much, at two decimals: "10.00".')
    currency: CurrencyCode = strawberry.field(description="In which currency.")
