"""Customer numbers."""

from models import columns
from models.base import Imported, Owned
from models.words import Described


class AccountStatus(Described):
    """Whether business is done under a customer number."""

    ACTIVE = "ACTIVE", "In use."
    CLOSED = "CLOSED", "Closed: all of it stays readable."


class InvoiceDelivery(Described):
    """How invoices reach the customer."""

    EMAIL_AND_PORTAL = "EMAIL_AND_PORTAL", "A mail says that a new invoice is in the portal."
    PORTAL_ONLY = "PORTAL_ONLY", "In the portal only, without a mail."
    E_INVOICE_NETWORK = "E_INVOICE_NETWORK", "Sent over the electronic invoice network, and in the portal."


class Account(Imported, Owned):
    """What a party is known by at its finance house: contracts, documents and profiles hang on it."""

    PREFIX = "acc"
    TYPENAME = "Account"
    IS_NODE = True
    EXPORT = "accounts"
    UNREAD = (*Imported.UNREAD, "search_number")

    holder_id = columns.key()
    portal_id = columns.maybe_key()
    number = columns.number()
    search_number = columns.search_key()
    status = columns.one_of(AccountStatus)
    invoice_delivery = columns.one_of(InvoiceDelivery)
    opened_on = columns.maybe_day()
    closed_on = columns.maybe_day()

    class Meta:
        table = "account"
