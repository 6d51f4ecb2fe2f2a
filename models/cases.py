"""Claims in collection."""

from decimal import Decimal

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.words import Described


class CaseState(Described):
    """Where a claim is in its collection."""

    OPEN = "OPEN", "To be paid."
    ON_PLAN = "ON_PLAN", "Paid in agreed installments."
    DEFERRED = "DEFERRED", "Put off."
    DISPUTED = "DISPUTED", "The debtor disputes it."
    PAID = "PAID", "Paid in full."
    CLOSED = "CLOSED", "Closed without being paid in full."


# Something is still to be done about these. The database knows the same rule: `openness` is generated from it (`migrations/open_cases`).
OPEN_CASES = (CaseState.OPEN, CaseState.ON_PLAN, CaseState.DEFERRED, CaseState.DISPUTED)


class Case(Imported, InAccount):
    """One claim that somebody collects for its creditor."""

    PREFIX = "cas"
    TYPENAME = "Case"
    IS_NODE = True
    EXPORT = "cases"

    number = columns.number()
    search_number = columns.search_key()
    original_creditor = columns.name()
    original_invoice_number = columns.maybe_number()
    description = columns.maybe_text()
    currency = columns.text()
    principal_amount = columns.amount()
    interest_amount = columns.amount(Decimal(0))
    interest_percent = columns.maybe_rate()
    fees_amount = columns.amount(Decimal(0))
    costs_amount = columns.amount(Decimal(0))
    paid_amount = columns.amount(Decimal(0))
    outstanding_amount = columns.derived_amount()
    opened_on = columns.day()
    due_on = columns.maybe_day()
    state = columns.one_of(CaseState)
    openness = columns.derived_text()  # OPEN or CLOSED

    class Meta:
        table = "claim_case"

    principal = money("principal_amount")
    interest = money("interest_amount")
    fees = money("fees_amount")
    costs = money("costs_amount")
    paid = money("paid_amount")
    outstanding = money("outstanding_amount")
