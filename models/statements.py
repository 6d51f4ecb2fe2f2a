"""What happened on a credit line."""

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.words import Described


class OperationKind(Described):
    """What moved the balance of a credit line."""

    DRAWDOWN = "DRAWDOWN", "Money drawn and transferred."
    PURCHASE = "PURCHASE", "Paid with the card."
    CASH_WITHDRAWAL = "CASH_WITHDRAWAL", "Cash taken with the card."
    REPAYMENT = "REPAYMENT", "Paid back."
    INTEREST = "INTEREST", "Interest charged."
    FEE = "FEE", "A fee charged."
    INSURANCE = "INSURANCE", "An insurance premium charged."
    REVERSAL = "REVERSAL", "An earlier movement undone."


class Statement(Imported, InAccount):
    """What a credit line came to over one period."""

    PREFIX = "sta"
    TYPENAME = "Statement"
    IS_NODE = True
    EXPORT = "statements"

    contract_id = columns.key()
    period_from_on = columns.day()
    period_to_on = columns.day()
    currency = columns.text()
    opening_balance_amount = columns.amount()
    closing_balance_amount = columns.amount()

    class Meta:
        table = "statement"

    opening_balance = money("opening_balance_amount")
    closing_balance = money("closing_balance_amount")


class Operation(Imported, InAccount):
    """One movement on a credit line. Positive is what raises the balance owed."""

    PREFIX = "ope"
    TYPENAME = "Operation"
    IS_NODE = True
    EXPORT = "operations"

    contract_id = columns.key()
    booked_on = columns.day()
    value_on = columns.day()
    kind = columns.one_of(OperationKind)
    description = columns.text()
    currency = columns.text()
    amount = columns.amount()

    class Meta:
        table = "operation"

    sum = money("amount")
