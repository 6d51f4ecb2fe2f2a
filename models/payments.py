"""Money that moved, and what it paid."""

from models import columns
from models.base import Imported, InAccount, Keyed
from models.money import money
from models.words import Described


class PaymentDirection(Described):
    """Which way money moved."""

    INCOMING = "INCOMING", "From the customer to the finance house."
    OUTGOING = "OUTGOING", "From the finance house to the customer."


class PaymentMethod(Described):
    """How money moved."""

    DIRECT_DEBIT = "DIRECT_DEBIT", "Collected under a mandate."
    CARD = "CARD", "Paid with a card."
    TRANSFER = "TRANSFER", "Transferred."
    AVTALEGIRO = "AVTALEGIRO", "Collected under a Norwegian standing agreement."


class PaymentState(Described):
    """Whether money has arrived."""

    INITIATED = "INITIATED", "Begun."
    PENDING = "PENDING", "On its way."
    SETTLED = "SETTLED", "Arrived."
    RETURNED = "RETURNED", "Sent back by the bank."
    REFUNDED = "REFUNDED", "Paid back."
    FAILED = "FAILED", "Did not succeed."
    CANCELLED = "CANCELLED", "Called off."


class Payment(Imported, InAccount):
    """One sum of money that moved, or was to."""

    PREFIX = "pay"
    TYPENAME = "Payment"
    IS_NODE = True
    EXPORT = "payments"

    contract_id = columns.maybe_key()
    direction = columns.one_of(PaymentDirection)
    method = columns.one_of(PaymentMethod)
    currency = columns.text()
    amount = columns.amount()
    expected_amount = columns.maybe_amount()
    value_on = columns.day()
    reference = columns.maybe_number()
    provider = columns.maybe_text()
    state = columns.one_of(PaymentState)
    return_reason = columns.maybe_text()

    class Meta:
        table = "payment"

    sum = money("amount")
    expected = money("expected_amount")


class PaymentAllocation(Keyed):
    """How much of a payment went to one claim: an invoice, an installment or a case. Its key is its payment and its number."""

    UNREAD = ("account_id",)

    tenant_id = columns.key()
    payment_id = columns.parent_id()
    number = columns.whole()
    account_id = columns.key()
    invoice_id = columns.maybe_key()
    installment_id = columns.maybe_key()
    case_id = columns.maybe_key()
    amount = columns.amount()

    class Meta:
        table = "payment_allocation"
