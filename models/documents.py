"""The papers of an account and its contracts."""

import re
import unicodedata

from models import columns
from models.base import Imported, InAccount
from models.words import Described, TypeNames


class DocumentKind(Described):
    """What a document is. A profile may be limited to some kinds."""

    INVOICE = "INVOICE", "An invoice."
    CREDIT_NOTE = "CREDIT_NOTE", "A credit note."
    E_INVOICE_XML = "E_INVOICE_XML", "An invoice as data, for accounting software."
    STATEMENT = "STATEMENT", "A statement of a credit line."
    PROVISIONAL_AMORTIZATION_TABLE = "PROVISIONAL_AMORTIZATION_TABLE", "The payments as planned before the contract started."
    FINAL_AMORTIZATION_TABLE = "FINAL_AMORTIZATION_TABLE", "The payments as planned since the contract started."
    SCHEDULE = "SCHEDULE", "A plan of payments that is no amortization table."
    PRELIMINARY_OFFER = "PRELIMINARY_OFFER", "The offer and the information given before the contract."
    SIGNED_CONTRACT = "SIGNED_CONTRACT", "The contract as signed."
    GENERAL_CONDITIONS = "GENERAL_CONDITIONS", "The general conditions."
    SPECIAL_CONDITIONS = "SPECIAL_CONDITIONS", "The special conditions."
    AMENDMENT = "AMENDMENT", "A change to the contract."
    WELCOME_LETTER = "WELCOME_LETTER", "The letter that welcomes a new customer."
    DELIVERY_CERTIFICATE = "DELIVERY_CERTIFICATE", "The paper that says that the asset was delivered."
    SEPA_MANDATE = "SEPA_MANDATE", "A direct debit mandate."
    INSURANCE_CERTIFICATE = "INSURANCE_CERTIFICATE", "The proof of an insurance."
    CERTIFICATE_BALANCE = "CERTIFICATE_BALANCE", "A certificate of what is still owed."
    CERTIFICATE_SITUATION = "CERTIFICATE_SITUATION", "A certificate of how the contract stands."
    CERTIFICATE_CREDIT = "CERTIFICATE_CREDIT", "A certificate that a credit was granted."
    SETTLEMENT_QUOTE = "SETTLEMENT_QUOTE", "What paying off early would cost."
    TERMINATION_LETTER = "TERMINATION_LETTER", "A letter that ends a contract."
    RECEIPT = "RECEIPT", "The receipt of a payment or a request."
    CLOSURE_CONFIRMATION = "CLOSURE_CONFIRMATION", "The confirmation that a contract is closed."
    REMINDER = "REMINDER", "A reminder to pay."
    FORMAL_NOTICE = "FORMAL_NOTICE", "A formal notice to pay."
    ORIGINAL_INVOICE = "ORIGINAL_INVOICE", "The creditor's invoice that a claim is about."
    PAYMENT_PROOF = "PAYMENT_PROOF", "A customer's proof of having paid."
    COMPLAINT_ANSWER = "COMPLAINT_ANSWER", "The answer to a complaint."
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY", "A power of attorney."
    KYC_IDENTITY = "KYC_IDENTITY", "A proof of identity."
    KYC_ADDRESS = "KYC_ADDRESS", "A proof of address."
    LEAFLET = "LEAFLET", "A leaflet."
    SECURITY_ADVICE = "SECURITY_ADVICE", "Advice on security."
    ANNUAL_REPORT = "ANNUAL_REPORT", "The yearly account of a credit or an insurance."
    LETTER = "LETTER", "A letter."
    OTHER = "OTHER", "Anything else."


INVOICES = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.E_INVOICE_XML})
SCHEDULES = frozenset({DocumentKind.PROVISIONAL_AMORTIZATION_TABLE, DocumentKind.FINAL_AMORTIZATION_TABLE, DocumentKind.SCHEDULE})
# Papers that prove who somebody is: for staff who check identities, and for nobody else.
IDENTITY_PAPERS = frozenset({DocumentKind.KYC_IDENTITY, DocumentKind.KYC_ADDRESS})


def _typename(kind: DocumentKind) -> str:
    return "InvoiceDocument" if kind in INVOICES else "ScheduleDocument" if kind in SCHEDULES else "GeneralDocument"


EXTENSIONS = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/plain": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
LONGEST_NUMBER = 60


class Document(Imported, InAccount):
    """One file. Its bytes lie in the store under `storage_key`, which no client sees."""

    PREFIX = "doc"
    TYPENAME = "GeneralDocument"
    IS_NODE = True
    EXPORT = "documents"
    READS = {**InAccount.READS, "typename": ("kind",)}
    TYPENAMES = "kind", TypeNames({kind.value: _typename(kind) for kind in DocumentKind}, otherwise="GeneralDocument")

    contract_id = columns.maybe_key()
    kind = columns.one_of(DocumentKind)
    number = columns.maybe_number()
    search_number = columns.search_key()
    title = columns.text()
    sort_title = columns.search_key()
    document_on = columns.day()
    published_at = columns.instant()
    batch_number = columns.maybe_number()
    content_type = columns.text()
    byte_size = columns.big()
    sha256 = columns.sha256()
    storage_key = columns.text()
    language = columns.maybe_text()
    is_portal_only = columns.flag(False)
    valid_until_on = columns.maybe_day()
    supersedes_id = columns.maybe_key()

    class Meta:
        table = "document"

    @property
    def typename(self) -> str:
        """InvoiceDocument, ScheduleDocument or GeneralDocument, by its kind."""
        return self.TYPENAMES[1][self.kind]

    @property
    def is_identity_paper(self) -> bool:
        """Whether it proves who somebody is, so that every reading of its bytes is written to the audit trail."""
        return self.kind in IDENTITY_PAPERS

    @property
    def file_name(self) -> str:
        """What the file is called when it is saved: `invoice_2026-0042_2026-11-01.pdf`. Safe in any header and on any disk."""
        kind = self.kind.lower().replace("_", "-")
        number = _plain(self.number) if self.number else ""
        extension = EXTENSIONS.get(self.content_type.partition(";")[0].strip().lower(), "bin")
        return "_".join(part for part in (kind, number, self.document_on.isoformat()) if part) + f".{extension}"


def _plain(printed: str) -> str:
    """Letters, digits, dots and dashes only; accents are dropped, anything else becomes a dash."""
    letters = unicodedata.normalize("NFKD", printed).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", letters).strip("-.")[:LONGEST_NUMBER]
