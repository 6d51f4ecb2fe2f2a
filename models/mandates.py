"""The right to collect money from a bank account, and its use."""

from models import columns
from models.base import Imported, InAccount
from models.money import money
from models.words import Described


class MandateScheme(Described):
    """By which rules money is collected."""

    CORE = "CORE", "SEPA direct debit for everybody: eight weeks to claim a refund."
    B2B = "B2B", "SEPA direct debit between companies: no refund."
    AVTALEGIRO = "AVTALEGIRO", "The Norwegian standing agreement."


class MandateState(Described):
    """Whether money may be collected."""

    DRAFT = "DRAFT", "Being prepared."
    PENDING_SIGNATURE = "PENDING_SIGNATURE", "Waits for the customer's signature."
    REQUESTED = "REQUESTED", "Asked for, and not yet sent to the bank."
    PENDING_BANK = "PENDING_BANK", "Waits for the bank."
    ACTIVE = "ACTIVE", "Money may be collected."
    SUSPENDED = "SUSPENDED", "Not used for now."
    REPLACED = "REPLACED", "A newer mandate has taken its place."
    CANCELLED = "CANCELLED", "Taken back."
    EXPIRED = "EXPIRED", "Not used for so long that it no longer holds."
    REJECTED = "REJECTED", "The bank has refused it."


class DirectDebitState(Described):
    """Where a collection is on its way."""

    SCHEDULED = "SCHEDULED", "Planned."
    PRENOTIFIED = "PRENOTIFIED", "Announced to the customer."
    SUBMITTED = "SUBMITTED", "Sent to the bank."
    SETTLED = "SETTLED", "Collected."
    RETURNED = "RETURNED", "Sent back by the bank."
    CANCELLED = "CANCELLED", "Called off before it was sent."


class Mandate(Imported, InAccount):
    """What a customer signed so that money may be collected."""

    PREFIX = "man"
    TYPENAME = "Mandate"
    IS_NODE = True
    EXPORT = "mandates"

    bank_account_id = columns.maybe_key()
    reference = columns.number()
    scheme = columns.one_of(MandateScheme)
    creditor_identifier = columns.maybe_text()
    iban_last4 = columns.maybe_text()
    signed_on = columns.maybe_day()
    signatory = columns.maybe_text()
    currency = columns.text()
    max_amount = columns.maybe_amount()
    debit_day = columns.maybe_whole()
    state = columns.one_of(MandateState)
    last_collected_on = columns.maybe_day()

    class Meta:
        table = "mandate"

    maximum = money("max_amount")


class DirectDebit(Imported, InAccount):
    """One collection under a mandate."""

    PREFIX = "dbt"
    TYPENAME = "DirectDebit"
    IS_NODE = True
    EXPORT = "direct_debits"

    mandate_id = columns.key()
    contract_id = columns.maybe_key()
    payment_id = columns.maybe_key()
    collection_on = columns.day()
    currency = columns.text()
    amount = columns.amount()
    prenotified_on = columns.maybe_day()
    submitted_on = columns.maybe_day()
    settled_on = columns.maybe_day()
    returned_on = columns.maybe_day()
    state = columns.one_of(DirectDebitState)
    return_reason_code = columns.maybe_text()
    return_reason = columns.maybe_text()

    class Meta:
        table = "direct_debit"

    sum = money("amount")
