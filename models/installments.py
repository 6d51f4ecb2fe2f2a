"""What is due under a contract, payment by payment."""

from decimal import Decimal

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.words import Described


class InstallmentState(Described):
    """Whether a payment has been made."""

    SCHEDULED = "SCHEDULED", "Not due yet."
    DUE = "DUE", "Due, and not paid yet."
    PAID = "PAID", "Paid in full."
    PARTIALLY_PAID = "PARTIALLY_PAID", "Paid in part."
    OVERDUE = "OVERDUE", "Not paid in time."
    DEFERRED = "DEFERRED", "Put off to a later day."
    CANCELLED = "CANCELLED", "Fell away, because the contract was paid off."
    WAIVED = "WAIVED", "Not asked for."


class Installment(Imported, InAccount):
    """A claim to one payment on one day. A schedule line with the same number is its plan.

    `state` and `paid_amount` are as the house handed them over. `standing`, `outstanding_amount` and what clients see as paid also know of
    money that the bank has sent back since (`returned_amount`).
    """

    PREFIX = "ins"
    TYPENAME = "Installment"
    IS_NODE = True
    EXPORT = "installments"

    contract_id = columns.key()
    number = columns.whole()
    due_on = columns.day()
    currency = columns.text()
    excl_vat_amount = columns.amount()
    vat_amount = columns.amount(Decimal(0))
    incl_vat_amount = columns.derived_amount()
    principal_amount = columns.maybe_amount()
    interest_amount = columns.maybe_amount()
    paid_amount = columns.amount(Decimal(0))
    returned_amount = columns.amount(Decimal(0))
    counted_amount = columns.derived_amount()
    outstanding_amount = columns.derived_amount()
    standing = columns.derived_text()
    state = columns.one_of(InstallmentState)

    class Meta:
        table = "installment"

    excl_vat = money("excl_vat_amount")
    vat = money("vat_amount")
    incl_vat = money("incl_vat_amount")
    principal = money("principal_amount")
    interest = money("interest_amount")
    paid = money("counted_amount")
    outstanding = money("outstanding_amount")
