"""What was billed."""

from decimal import Decimal

from models import columns
from models.base import Imported, InAccount, Keyed
from models.money import money
from models.words import Described


class InvoiceKind(Described):
    """What a bill is in law."""

    INVOICE = "INVOICE", "An invoice."
    CREDIT_NOTE = "CREDIT_NOTE", "Takes an invoice back, whole or in part."
    PRO_FORMA = "PRO_FORMA", "Announces an invoice, and is none."


class InvoiceState(Described):
    """Whether a bill has been paid."""

    ISSUED = "ISSUED", "Sent, and not due yet."
    DUE = "DUE", "Due, and not paid yet."
    PARTIALLY_PAID = "PARTIALLY_PAID", "Paid in part."
    PAID = "PAID", "Paid in full."
    OVERDUE = "OVERDUE", "Not paid in time."
    IN_COLLECTION = "IN_COLLECTION", "Handed over for collection."
    WRITTEN_OFF = "WRITTEN_OFF", "Given up."
    CREDITED = "CREDITED", "Taken back by credit notes."


class VatRounding(Described):
    """Where the issuer rounds VAT."""

    PER_CATEGORY = "PER_CATEGORY", "Once for each category and rate."
    PER_LINE = "PER_LINE", "On every line."


class InvoiceNature(Described):
    """What a line of a bill is for."""

    RENT = "RENT", "Rent."
    INTEREST = "INTEREST", "Interest."
    PRINCIPAL = "PRINCIPAL", "Paying back what was lent."
    SERVICE = "SERVICE", "A service, such as maintenance."
    INSURANCE = "INSURANCE", "An insurance premium."
    FEE = "FEE", "A fee."
    TAX = "TAX", "A tax other than VAT."
    PENALTY = "PENALTY", "A penalty, such as interest for paying late."
    RESIDUAL = "RESIDUAL", "The price of the asset at the end."


class Invoice(Imported, InAccount):
    """One bill. Its file, if there is one, is a document of its own.

    `state` and `paid_amount` are as the house handed them over. `standing`, `outstanding_amount` and what clients see as paid also know of
    money that had paid it and that the bank has sent back since.
    """

    PREFIX = "inv"
    TYPENAME = "Invoice"
    IS_NODE = True
    EXPORT = "invoices"

    contract_id = columns.maybe_key()
    document_id = columns.maybe_key()
    structured_document_id = columns.maybe_key()
    number = columns.number()
    search_number = columns.search_key()
    kind = columns.one_of(InvoiceKind)
    issued_on = columns.day()
    due_on = columns.maybe_day()
    period_from_on = columns.maybe_day()
    period_to_on = columns.maybe_day()
    currency = columns.text()
    vat_rounding = columns.one_of(VatRounding, VatRounding.PER_CATEGORY)
    net_amount = columns.amount()
    vat_amount = columns.amount()
    total_amount = columns.derived_amount()
    paid_amount = columns.amount(Decimal(0))
    returned_amount = columns.amount(Decimal(0))
    counted_amount = columns.derived_amount()
    outstanding_amount = columns.derived_amount()
    state = columns.one_of(InvoiceState)
    standing = columns.derived_text()
    is_disputed = columns.flag(False)
    batch_number = columns.maybe_number()
    payment_reference = columns.maybe_number()

    class Meta:
        table = "invoice"

    net = money("net_amount")
    vat = money("vat_amount")
    total = money("total_amount")
    paid = money("counted_amount")
    outstanding = money("outstanding_amount")


class InvoiceLine(Keyed):
    """One line of a bill. Its key is its invoice and its number."""

    UNREAD = ("account_id", "invoice_id")

    tenant_id = columns.key()
    invoice_id = columns.parent_id()
    number = columns.whole()
    account_id = columns.key()
    contract_id = columns.maybe_key()
    asset_id = columns.maybe_key()
    description = columns.text()
    nature = columns.one_of(InvoiceNature)
    quantity = columns.exact()
    unit_price_amount = columns.exact()
    net_amount = columns.amount()
    vat_category = columns.text()
    vat_percent = columns.rate()
    vat_amount = columns.amount()

    class Meta:
        table = "invoice_line"


class InvoiceVatTotal(Keyed):
    """What a bill comes to in one VAT category at one rate, as the issuer declared it. Its key is its invoice and its number."""

    UNREAD = ("account_id", "invoice_id")

    tenant_id = columns.key()
    invoice_id = columns.parent_id()
    number = columns.whole()
    account_id = columns.key()
    vat_category = columns.text()
    vat_percent = columns.rate()
    net_amount = columns.amount()
    vat_amount = columns.amount()

    class Meta:
        table = "invoice_vat_total"
