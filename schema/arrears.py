"""What should have been paid and was not."""

from datetime import date

import strawberry

from schema.money import Money
from schema.ownership import OfContract


@strawberry.type(description="What is overdue under one contract, reckoned from its installments.")
class Arrears(OfContract):
    amount: Money = strawberry.field(description="What should have been paid until yesterday and was not, without late interest or fees.")
    since_on: date = strawberry.field(description="The day the oldest of it was due.")
    unpaid_count: int = strawberry.field(description="How many installments it is made of.")
    incidents: int = strawberry.field(description="How many direct debits under the contract the bank has sent back.")
