"""The format of a finance house's export: every type of row and every column, declared once.

Reading, merging, the generator and `docs/import-format.md` all follow this declaration. A reference names another row by the external
id that the same source gave it, never by an id of ours. Types are listed parents first; files and rows may come in any order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from channels.export_days import NoDay

FORMAT_VERSION = 1


class Kind(StrEnum):
    """What a value is, whatever the file spells it in."""

    TEXT = "text"
    KEY = "key"  # an external id
    DATE = "date"  # 2026-11-24
    INSTANT = "instant"  # 2026-11-24T09:30:00Z, or with an offset
    AMOUNT = "amount"  # up to 15 digits and 2 decimals, so that five of them together still fit where 16 do
    PRICE = "price"  # up to 12 digits and 6 decimals
    RATE = "rate"  # percent, up to 3 digits and 6 decimals: 4.8 for 4.8 %
    QUANTITY = "quantity"  # up to 12 digits and 6 decimals
    INTEGER = "integer"
    BOOLEAN = "boolean"  # true or false
    ENUM = "enum"
    ENUMS = "list of enum"  # separated by a blank in CSV, an array in JSON
    REFERENCE = "reference"
    REFERENCES = "list of reference"
    CURRENCY = "currency"  # ISO 4217
    COUNTRY = "country"  # ISO 3166-1, two letters
    LOCALE = "locale"  # nl-BE
    IBAN = "iban"
    SHA256 = "sha256"  # 64 hexadecimal digits, in either case
    PORTAL = "portal"  # the key of a portal of the tenant
    PATH = "path"  # a file of the export, beside the manifest


class Form(NamedTuple):
    """What a text looks like, for programs and for people."""

    pattern: str
    meaning: str


FOUR_DIGITS = Form("[0-9]{4}", "four digits")
LAST_FOUR = Form("[0-9A-Z]{4}", "four digits or capital letters")
MEDIA_TYPE = Form("[a-z]+/[a-z0-9][a-z0-9.+-]*", "a media type such as application/pdf")


@dataclass(frozen=True)
class Column:
    """One column. `to`: the type a reference names; `by`: how it is found; `owned_by_portal`: the portal has the last word."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    max_length: int | None = None
    values: tuple[str, ...] = ()
    to: str | None = None
    by: str = "external_id"
    minimum: int | None = None
    maximum: int | None = None
    is_positive: bool = False
    default: str | None = None
    owned_by_portal: bool = False
    # Where a portal owns a state, an export may still bring these values: they take rights away and never give them back.
    narrowing: tuple[str, ...] = ()
    form: Form | None = None
    # Which of the days that mean none an empty column takes: of a first day, "never" would open what is meant to stay closed.
    no_day: NoDay = NoDay.BOTH
    # Whether the day on which Unix begins to count is one like any other, as it is for a birth.
    is_any_day: bool = False


YEAR_OF = "year of "
"""Before the name of a column of days, among those that only one row may have together."""


@dataclass(frozen=True)
class RowType:
    """One type of row. `set_of` names the column of the parent whose rows are replaced as a whole."""

    name: str
    table: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("external_id",)
    set_of: str | None = None
    # Values that only one row of a source may have, beside its key.
    unique: tuple[tuple[str, ...], ...] = ()
    # Pairs of days where the second may not lie before the first, or of instants where it lies after it.
    ordered: tuple[tuple[str, str], ...] = ()
    # Columns of which one at least must be there.
    any_of: tuple[str, ...] = ()
    # Columns of which one and no other must be there.
    one_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind in (Kind.REFERENCE, Kind.REFERENCES))


def text(
    name: str, description: str, max_length: int = 200, *, required: bool = False, owned_by_portal: bool = False, form: Form | None = None
) -> Column:
    return Column(name, Kind.TEXT, description, required, max_length, owned_by_portal=owned_by_portal, form=form)


def date(name: str, description: str, *, required: bool = False, no_day: NoDay = NoDay.BOTH, is_any_day: bool = False) -> Column:
    return Column(name, Kind.DATE, description, required, no_day=no_day, is_any_day=is_any_day)


def amount(
    name: str,
    description: str,
    *,
    required: bool = False,
    minimum: int | None = None,
    is_positive: bool = False,
    default: str | None = None,
) -> Column:
    return Column(name, Kind.AMOUNT, description, required, minimum=minimum, is_positive=is_positive, default=default)


def rate(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, Kind.RATE, description, required)


def integer(name: str, description: str, minimum: int, maximum: int, *, required: bool = False) -> Column:
    return Column(name, Kind.INTEGER, description, required, minimum=minimum, maximum=maximum)


def enum(name: str, description: str, values: str, *, required: bool = True, default: str | None = None) -> Column:
    return Column(name, Kind.ENUM, description, required and default is None, values=tuple(values.split()), default=default)


def reference(name: str, to: str, description: str, *, required: bool = False, by: str = "external_id") -> Column:
    return Column(name, Kind.REFERENCE, description, required, 100, to=to, by=by)


def country(name: str, description: str, *, required: bool = True) -> Column:
    return Column(name, Kind.COUNTRY, description, required)


CURRENCY = Column(
    "currency", Kind.CURRENCY, "The currency of every amount in the row: one whose smallest unit is a hundredth.", required=True
)
PORTAL = Column("portal", Kind.PORTAL, "The key of the portal that shows it; the account's or the tenant's default without one.")
ACCOUNT = reference("account", "accounts", "The customer number it belongs to.", required=True)
CONTRACT = reference("contract", "contracts", "The contract it belongs to; its account is the contract's.", required=True)
OF_CONTRACT = reference("contract", "contracts", "The contract it is about, of the same account.")
NUMBER = integer("number", "Its place, from 1 without gaps.", 1, 100_000, required=True)

# What every row may say beside its own columns.
EXTERNAL_ID = Column("external_id", Kind.KEY, "What the source calls this row, for good.", required=True, max_length=100)
SOURCE_VERSION = Column(
    "source_version", Kind.INTEGER, "Rises with every change; a row older than the stored one is ignored.", minimum=0, maximum=2**62
)
DELETED = Column("deleted", Kind.BOOLEAN, "True removes the row; only its key is read then. Refused while other rows hang on it.")
LINES_VERSION = Column(
    "source_version",
    Kind.INTEGER,
    "The version of the parent that the line belongs to: lines of an older one are ignored, lines of a newer one wait for it.",
    minimum=0,
    maximum=2**62,
)


def rows(
    name: str,
    table: str,
    description: str,
    *columns: Column,
    unique: Iterable[tuple[str, ...]] = (),
    ordered: Iterable[tuple[str, str]] = (),
    any_of: tuple[str, ...] = (),
) -> RowType:
    """A type whose rows have an external id of their own."""
    own = (EXTERNAL_ID, SOURCE_VERSION, DELETED, *columns)
    return RowType(name, table, description, own, unique=tuple(unique), ordered=tuple(ordered), any_of=any_of)


def lines(name: str, table: str, description: str, parent: Column, *columns: Column, one_of: tuple[str, ...] = ()) -> RowType:
    """A type whose rows are the numbered lines of a parent."""
    own = (parent, NUMBER, LINES_VERSION, *columns)
    return RowType(name, table, description, own, key=(parent.name, "number"), set_of=parent.name, one_of=one_of)


DOCUMENT_KINDS = (
    "INVOICE CREDIT_NOTE E_INVOICE_XML STATEMENT PROVISIONAL_AMORTIZATION_TABLE FINAL_AMORTIZATION_TABLE SCHEDULE PRELIMINARY_OFFER "
    "SIGNED_CONTRACT GENERAL_CONDITIONS SPECIAL_CONDITIONS AMENDMENT WELCOME_LETTER DELIVERY_CERTIFICATE SEPA_MANDATE "
    "INSURANCE_CERTIFICATE CERTIFICATE_BALANCE CERTIFICATE_SITUATION CERTIFICATE_CREDIT SETTLEMENT_QUOTE TERMINATION_LETTER RECEIPT "
    "CLOSURE_CONFIRMATION REMINDER FORMAL_NOTICE ORIGINAL_INVOICE PAYMENT_PROOF COMPLAINT_ANSWER POWER_OF_ATTORNEY KYC_IDENTITY "
    "KYC_ADDRESS LEAFLET SECURITY_ADVICE ANNUAL_REPORT LETTER OTHER"
)
CONTRACT_KINDS = "FINANCE_LEASE HIRE_PURCHASE RENTAL LOAN CREDIT_FACILITY REVOLVING_CREDIT CONSOLIDATION INSURANCE"
CONTRACT_STATES = (
    "DRAFT OFFERED ACCEPTED DECLINED OFFER_EXPIRED IN_WITHDRAWAL WITHDRAWN PENDING_ACTIVATION ACTIVE IN_ARREARS DEFAULTED NOTICE SETTLING "
    "TERMINATED EARLY_SETTLED MATURED BOUGHT_OUT RETURNED EXTENDED CLOSED TRANSFERRED"
)

# Codes of UNCL5305, as many as EN 16931 has.
VAT_CATEGORIES = "S Z E AE K G O L M B"

PARTIES = rows(
    "parties",
    "party",
    "Companies and persons.",
    enum("kind", "Company or natural person.", "COMPANY PERSON"),
    text("legal_name", "The name in the register, or the full name of a person.", required=True),
    text("trade_name", "The name a company trades under."),
    text("legal_form", "SA, BV, GmbH...", 60),
    text("enterprise_number", "The number in the national register, as printed.", 40),
    text("vat_number", "The VAT number, as printed.", 40),
    country("country", "Where the party is established or lives."),
    text("given_name", "Of a person.", 100),
    text("family_name", "Of a person.", 100),
    date("born_on", "Of a person.", is_any_day=True),
    enum("family_situation", "Of a person.", "SINGLE MARRIED REGISTERED_PARTNERSHIP DIVORCED WIDOWED", required=False),
    enum("professional_situation", "Of a person.", "EMPLOYEE SELF_EMPLOYED CIVIL_SERVANT RETIRED STUDENT UNEMPLOYED OTHER", required=False),
)
ADDRESSES = rows(
    "addresses",
    "address",
    "Where a party is reached by post.",
    reference("party", "parties", "Whose address.", required=True),
    enum("kind", "What the address is for.", "REGISTERED_OFFICE BILLING HOME"),
    text("street", "Street and house number.", required=True),
    text("street_2", "A second line."),
    text("postal_code", "As printed.", 20),
    text("city", "As printed.", 100, required=True),
    country("country", "The country of the address."),
    date("valid_from_on", "First day of use.", no_day=NoDay.NOTHING),
    date("valid_to_on", "Last day of use."),
    ordered=[("valid_from_on", "valid_to_on")],
)
CONTACT_POINTS = rows(
    "contact_points",
    "contact_point",
    "Mail addresses and telephone numbers of a party.",
    reference("party", "parties", "Whose contact point.", required=True),
    enum("kind", "What it is.", "EMAIL PHONE MOBILE"),
    text("value", "The address or number. An e-mail address is nothing else, without a name or `mailto:`.", 254, required=True),
)
BANK_ACCOUNTS = rows(
    "bank_accounts",
    "bank_account",
    "Bank accounts of a party. The IBAN is kept encrypted.",
    reference("party", "parties", "Whose account.", required=True),
    Column("iban", Kind.IBAN, "With or without blanks; its check digits must be right.", required=True, max_length=42),
    text("bic", "Of the bank.", 11),
    text("holder_name", "The name the bank knows.", 140, required=True),
    Column(
        "verification",
        Kind.ENUM,
        "How far the name was checked against the IBAN.",
        values=("UNVERIFIED", "MATCH", "CLOSE_MATCH", "NO_MATCH", "MANUAL"),
        default="UNVERIFIED",
        owned_by_portal=True,
    ),
    date("valid_from_on", "First day of use.", no_day=NoDay.NOTHING),
    date("valid_to_on", "Last day of use."),
    ordered=[("valid_from_on", "valid_to_on")],
)
ACCOUNTS = rows(
    "accounts",
    "account",
    "Customer numbers: what contracts, invoices and documents belong to.",
    reference("holder", "parties", "Whose account.", required=True),
    PORTAL,
    text("number", "The customer number, as printed.", 60, required=True),
    enum("status", "Closed accounts stay readable.", "ACTIVE CLOSED"),
    Column(
        "invoice_delivery",
        Kind.ENUM,
        "How invoices are delivered.",
        values=("EMAIL_AND_PORTAL", "PORTAL_ONLY", "E_INVOICE_NETWORK"),
        default="PORTAL_ONLY",
        owned_by_portal=True,
    ),
    date("opened_on", "First day."),
    date("closed_on", "Last day."),
    unique=[("number",)],
    ordered=[("opened_on", "closed_on")],
)
USERS = rows(
    "users",
    "portal_user",
    "People who sign in. They come without secrets and without rights: rights are profiles.",
    reference("party", "parties", "Who the user is, when that is known."),
    text("display_name", "How the user is greeted.", required=True, owned_by_portal=True),
    text("email", "Where notices go: an e-mail address and nothing else.", 254, owned_by_portal=True),
    Column("locale", Kind.LOCALE, "The language of the user.", required=True, max_length=10, owned_by_portal=True),
    Column(
        "state",
        Kind.ENUM,
        "Whether the user may sign in.",
        values=("ACTIVE", "SUSPENDED", "DISABLED"),
        default="ACTIVE",
        owned_by_portal=True,
        narrowing=("SUSPENDED", "DISABLED"),
    ),
)
LOGIN_IDENTITIES = RowType(
    "login_identities",
    "login_identity",
    "What a user types to say who he is. Added when named; removed with `deleted` only.",
    (
        reference("user", "users", "Whose identity.", required=True),
        enum("kind", "What is typed.", "LOGIN_ID EMAIL PHONE CARD_NUMBER CREDIT_NUMBER FILE_NUMBER EXTERNAL"),
        text(
            "value",
            "As typed, in any spelling: case, blanks and dashes make no difference. Unique among the tenant's users.",
            254,
            required=True,
        ),
        DELETED,
    ),
    key=("user", "kind", "value"),
)
MANDATES = rows(
    "mandates",
    "mandate",
    "Permissions to collect by direct debit.",
    ACCOUNT,
    reference("bank_account", "bank_accounts", "The account that is debited."),
    text("reference", "The unique mandate reference.", 35, required=True),
    enum("scheme", "The scheme of the collection.", "CORE B2B AVTALEGIRO"),
    text("creditor_identifier", "Who collects.", 35),
    text("iban_last4", "The last four characters of the IBAN, where the bank account is not exported.", 4, form=LAST_FOUR),
    date("signed_on", "When it was signed."),
    text("signatory", "Who signed."),
    CURRENCY,
    amount("max_amount", "The most that is collected at once.", minimum=0),
    integer("debit_day", "The day of the month.", 1, 31),
    enum(
        "state",
        "Where it stands.",
        "DRAFT PENDING_SIGNATURE REQUESTED PENDING_BANK ACTIVE SUSPENDED REPLACED CANCELLED EXPIRED REJECTED",
    ),
    date("last_collected_on", "The last collection."),
    unique=[("reference",)],
)
CONTRACTS = rows(
    "contracts",
    "contract",
    "Everything a customer has signed. A contract does not move to another account.",
    ACCOUNT,
    PORTAL,
    reference("parent", "contracts", "The master agreement it falls under, of the same account."),
    text("number", "The contract number, as printed.", 60, required=True),
    enum("kind", "What it is.", CONTRACT_KINDS),
    text("product", "The commercial name.", 100),
    enum("state", "Where it stands.", CONTRACT_STATES),
    enum("channel", "How it was sold.", "DISTANCE BRANCH DEALER", required=False),
    date("signed_on", "When it was signed."),
    date("activated_on", "When it came into force."),
    date("starts_on", "First day, planned or actual.", required=True),
    date("ends_on", "Last day."),
    date("withdrawal_until_on", "Last day on which a consumer may withdraw."),
    integer("notice_months", "Notice of an open-ended contract, in months.", 0, 60),
    text("renewal_rule", "How it is renewed, in words.", 500),
    integer("duration_months", "In months.", 1, 1_200),
    Column("periodicity_months", Kind.ENUM, "Months between two due dates.", values=("1", "2", "3", "4", "6", "12")),
    enum("timing", "Paid at the start or at the end of a period.", "ADVANCE ARREARS", required=False),
    CURRENCY,
    amount("financed_amount", "Capital financed or lent.", minimum=0),
    amount("first_rent_amount", "First, larger rent of a lease."),
    amount("rent_excl_vat_amount", "Periodic rent without VAT."),
    amount("rent_incl_vat_amount", "Periodic rent with VAT."),
    rate("vat_percent", "VAT of the rent, in percent."),
    amount("residual_value_amount", "Value left at the end."),
    amount("purchase_option_amount", "Price of the purchase option."),
    date("purchase_option_from_on", "First day to exercise it.", no_day=NoDay.NOTHING),
    date("purchase_option_to_on", "Last day to exercise it."),
    amount("installment_amount", "Periodic installment of a loan."),
    rate("nominal_rate_percent", "Nominal yearly rate, in percent."),
    rate("apr_percent", "Annual percentage rate of charge, in percent."),
    amount("fees_amount", "Fees due at the start."),
    amount("credit_limit_amount", "Limit of a revolving credit."),
    amount("drawn_amount", "What is drawn of it."),
    text("card_last4", "The last four digits of the card.", 4, form=FOUR_DIGITS),
    text("insurer", "Of an insurance."),
    text("coverage", "What an insurance covers, in words.", 1_000),
    amount("premium_amount", "Periodic premium of an insurance."),
    amount("outstanding_principal_amount", "Capital still owed, on the day of the export."),
    amount("overdue_amount", "What is overdue, on the day of the export."),
    reference("mandate", "mandates", "The mandate that pays it, of the same account."),
    unique=[("number",)],
    ordered=[("starts_on", "ends_on")],
)
ACCOUNT_PARTIES = rows(
    "account_parties",
    "account_party",
    "People beside the holder of an account: co-borrowers and guarantors.",
    ACCOUNT,
    reference("party", "parties", "Who.", required=True),
    OF_CONTRACT,
    enum("capacity", "In which capacity.", "CO_BORROWER GUARANTOR"),
)
PROFILES = rows(
    "profiles",
    "profile",
    "The right of one user on one account. One live profile per user and account.",
    ACCOUNT,
    reference("user", "users", "Whose right.", required=True),
    reference("party", "parties", "For whom the user acts, where that is not the holder."),
    Column(
        "role",
        Kind.ENUM,
        "What the user may do.",
        required=True,
        values=("ADMINISTRATOR", "VIEWER"),
        owned_by_portal=True,
        narrowing=("VIEWER",),
    ),
    enum("basis", "Why.", "HOLDER LEGAL_REPRESENTATIVE ADMINISTRATIVE_CONTACT DELEGATED POWER_OF_ATTORNEY GUARANTOR"),
    Column(
        "state",
        Kind.ENUM,
        "Where it stands.",
        values=("INVITED", "ACTIVE", "SUSPENDED", "EXPIRED", "REVOKED"),
        default="ACTIVE",
        owned_by_portal=True,
        narrowing=("SUSPENDED", "EXPIRED", "REVOKED"),
    ),
    Column("contracts", Kind.REFERENCES, "Only these contracts; all without one.", to="contracts", owned_by_portal=True),
    Column(
        "document_kinds",
        Kind.ENUMS,
        "Only these kinds of documents; all without one.",
        values=tuple(DOCUMENT_KINDS.split()),
        owned_by_portal=True,
    ),
    Column("documents_from_on", Kind.DATE, "Only documents of this day and later.", owned_by_portal=True, no_day=NoDay.NOTHING),
    Column("valid_from_at", Kind.INSTANT, "Not before this instant.", owned_by_portal=True, no_day=NoDay.NOTHING),
    Column("valid_until_at", Kind.INSTANT, "Not from this instant on.", owned_by_portal=True, no_day=NoDay.NEVER),
    ordered=[("valid_from_at", "valid_until_at")],
)
ASSETS = rows(
    "assets",
    "asset",
    "What a contract finances.",
    CONTRACT,
    text("designation", "What it is, in words.", required=True),
    enum("category", "What kind of thing.", "VEHICLE IT OFFICE MACHINERY MATERIAL_HANDLING AGRICULTURE MEDICAL CONSTRUCTION OTHER"),
    text("manufacturer", "The brand.", 100),
    text("model", "The model.", 100),
    text("serial_number", "As engraved.", 100),
    text("registration_plate", "Of a vehicle.", 20),
    text("vin", "Vehicle identification number.", 17),
    Column("quantity", Kind.QUANTITY, "How many.", default="1", is_positive=True),
    text("supplier", "Who delivered it."),
    CURRENCY,
    amount("purchase_amount", "Price without VAT."),
    amount("purchase_vat_amount", "VAT of the price."),
    date("delivered_on", "When it was delivered."),
    text("location_street", "Where it is."),
    text("location_postal_code", "Where it is.", 20),
    text("location_city", "Where it is.", 100),
    country("location_country", "Where it is.", required=False),
    text("insurance_policy_number", "The policy that covers it.", 60),
    enum("state", "Where it stands.", "ORDERED DELIVERED IN_USE RETURNED SOLD LOST"),
)
AMORTIZATION_SCHEDULES = rows(
    "amortization_schedules",
    "amortization_schedule",
    "Amortization tables: the plan, where installments are the claims. A table is shown as it is; where it differs from its contract, the "
    "report notes it (see [below](#tables-that-differ-from-their-contract)).",
    CONTRACT,
    enum("status", "Provisional until the contract is in force.", "PROVISIONAL FINAL"),
    integer("revision", "From 1, raised when the plan changes.", 1, 10_000, required=True),
    CURRENCY,
    date("valid_from_on", "First day of this revision: one that is sent ahead holds from then on.", no_day=NoDay.NOTHING),
    enum(
        "interest_convention",
        "How interest is counted: in whole periods, at the equivalent rate, or by days. Without it: as the table and the rate of its "
        "contract show it.",
        "WHOLE_PERIODS EQUIVALENT 30/360 30E/360 ACT/360 ACT/365 ACT/ACT",
        required=False,
    ),
    unique=[("contract", "status", "revision")],
)
AMORTIZATION_LINES = lines(
    "amortization_lines",
    "amortization_line",
    "The lines of an amortization table: closing is opening less principal, the next one opens where this one closes, and the payment is "
    "principal, interest, fees, insurance and VAT together.",
    reference("schedule", "amortization_schedules", "The table.", required=True),
    date("due_on", "Never before the line above.", required=True),
    amount("opening_balance_amount", "Capital owed before the payment.", required=True),
    amount("payment_amount", "All that is paid.", required=True),
    amount("principal_amount", "Of the payment.", required=True),
    amount("interest_amount", "Of the payment.", required=True),
    amount("fees_amount", "Of the payment.", default="0"),
    amount("insurance_amount", "Of the payment.", default="0"),
    amount("vat_amount", "Of the payment.", default="0"),
    amount("closing_balance_amount", "Capital owed after the payment.", required=True),
)
INSTALLMENTS = rows(
    "installments",
    "installment",
    "Claims: what is due, and what was paid of it. Differences from the line of the same number are noted in the report.",
    CONTRACT,
    integer("number", "Its place in the contract, from 1.", 1, 100_000, required=True),
    date("due_on", "When it is due.", required=True),
    CURRENCY,
    amount("excl_vat_amount", "Without VAT.", required=True),
    amount("vat_amount", "VAT; the sum is computed.", default="0"),
    amount("principal_amount", "Capital in it."),
    amount("interest_amount", "Interest in it."),
    amount("paid_amount", "What was paid of it. Without one: all of it where the state is `PAID`, else nothing."),
    enum("state", "Where it stands.", "SCHEDULED DUE PAID PARTIALLY_PAID OVERDUE DEFERRED CANCELLED WAIVED"),
    unique=[("contract", "number")],
)
STATEMENTS = rows(
    "statements",
    "statement",
    "Periodic statements of a credit line.",
    CONTRACT,
    date("period_from_on", "First day.", required=True),
    date("period_to_on", "Last day.", required=True),
    CURRENCY,
    amount("opening_balance_amount", "Owed before the first day.", required=True),
    amount("closing_balance_amount", "Owed after the last day.", required=True),
    ordered=[("period_from_on", "period_to_on")],
)
OPERATIONS = rows(
    "operations",
    "operation",
    "Movements on a credit line; what raises the balance owed is positive.",
    CONTRACT,
    date("booked_on", "When it was booked.", required=True),
    date("value_on", "From when it counts.", required=True),
    enum("kind", "What it is.", "DRAWDOWN PURCHASE CASH_WITHDRAWAL REPAYMENT INTEREST FEE INSURANCE REVERSAL"),
    text("description", "As on the statement.", 500, required=True),
    CURRENCY,
    amount("amount", "Signed.", required=True),
)
CASES = rows(
    "cases",
    "claim_case",
    "Claims in collection.",
    ACCOUNT,
    text("number", "The case number, as printed.", 60, required=True),
    text("original_creditor", "Who had the claim first.", required=True),
    text("original_invoice_number", "The invoice it comes from.", 60),
    text("description", "What it is for.", 1_000),
    CURRENCY,
    amount("principal_amount", "The claim itself.", required=True),
    amount("interest_amount", "Interest so far.", default="0"),
    rate("interest_percent", "Yearly rate of late interest, in percent."),
    amount("fees_amount", "Fees so far.", default="0"),
    amount("costs_amount", "Legal costs so far.", default="0"),
    amount("paid_amount", "What was paid of it all.", default="0"),
    date("opened_on", "When the case was opened.", required=True),
    date("due_on", "When it is due."),
    enum("state", "Where it stands.", "OPEN ON_PLAN DEFERRED DISPUTED PAID CLOSED"),
    unique=[("number",)],
)
DOCUMENTS = rows(
    "documents",
    "document",
    "Papers, with a file of bytes each. A document names its contract or its account, by external id or by the printed number.",
    reference("account", "accounts", "The account; that of the contract without one."),
    reference("account_number", "accounts", "The account by its printed number, instead of `account`.", by="number"),
    reference("contract", "contracts", "The contract, if it is about one."),
    reference("contract_number", "contracts", "The contract by its printed number, instead of `contract`.", by="number"),
    enum("kind", "What it is.", DOCUMENT_KINDS),
    text("number", "The number printed on it.", 60),
    text("title", "How it is listed.", required=True),
    date("document_on", "The date printed on it.", required=True),
    Column("published_at", Kind.INSTANT, "From when clients see it.", required=True),
    text("batch_number", "The batch it was made in.", 60),
    text("content_type", "application/pdf, application/xml...", 100, required=True, form=MEDIA_TYPE),
    Column("file", Kind.PATH, "Where its bytes are, relative to the manifest.", required=True, max_length=500),
    Column("sha256", Kind.SHA256, "Hash of the bytes; other bytes are refused.", required=True),
    text("language", "nl, fr...", 10),
    Column("is_portal_only", Kind.BOOLEAN, "Never sent by post.", default="false"),
    date("valid_until_on", "Until when it is of use."),
    reference("supersedes", "documents", "The document it replaces, of the same account."),
    any_of=("account", "account_number", "contract", "contract_number"),
)
INVOICES = rows(
    "invoices",
    "invoice",
    "Invoices and credit notes. Net must equal the lines; VAT is checked by the rule that the invoice declares (see "
    "[below](#invoices-that-differ-from-their-lines)). A credit note has positive amounts that reduce what is owed, as in EN 16931 (type "
    "381), or the same amounts below nothing: both are kept as less than nothing.",
    ACCOUNT,
    OF_CONTRACT,
    reference("document", "documents", "The paper itself, of the same account."),
    reference("structured_document", "documents", "The electronic invoice, of the same account."),
    text("number", "The invoice number, as printed.", 60, required=True),
    enum("kind", "What it is.", "INVOICE CREDIT_NOTE PRO_FORMA"),
    date("issued_on", "Its date.", required=True),
    date("due_on", "When it is due."),
    date("period_from_on", "First day it covers.", no_day=NoDay.NOTHING),
    date("period_to_on", "Last day it covers."),
    CURRENCY,
    enum(
        "vat_rounding",
        "Whether VAT is rounded once per category and rate, or per line and then added.",
        "PER_CATEGORY PER_LINE",
        default="PER_CATEGORY",
    ),
    amount("net_amount", "Sum of the lines without VAT.", required=True),
    amount("vat_amount", "VAT in all; the total is computed.", required=True),
    amount("paid_amount", "What was paid of it.", default="0"),
    enum("state", "Where it stands.", "ISSUED DUE PARTIALLY_PAID PAID OVERDUE IN_COLLECTION WRITTEN_OFF CREDITED"),
    Column("is_disputed", Kind.BOOLEAN, "Whether the client disputes it.", default="false", owned_by_portal=True),
    text("batch_number", "The batch it was made in.", 60),
    text("payment_reference", "What the payer quotes.", 60),
    # Series of numbers begin again each year, and credit notes have their own: VAT directive, article 226(2).
    unique=[("kind", f"{YEAR_OF}issued_on", "number")],
    ordered=[("period_from_on", "period_to_on")],
)
INVOICE_LINES = lines(
    "invoice_lines",
    "invoice_line",
    "The lines of an invoice.",
    reference("invoice", "invoices", "The invoice.", required=True),
    OF_CONTRACT,
    reference("asset", "assets", "The asset it is about, of the same account."),
    text("description", "As printed.", 500, required=True),
    enum("nature", "What is charged.", "RENT INTEREST PRINCIPAL SERVICE INSURANCE FEE TAX PENALTY RESIDUAL"),
    Column("quantity", Kind.QUANTITY, "How many.", required=True),
    Column("unit_price_amount", Kind.PRICE, "Of one, without VAT.", required=True),
    amount("net_amount", "Without VAT.", required=True),
    enum(
        "vat_category",
        "The category by EN 16931: S standard, Z zero, E exempt, AE reverse charge, K within the Union, G export, O outside the scope, "
        "L IGIC, M IPSI, B split payment.",
        VAT_CATEGORIES,
    ),
    rate("vat_percent", "In percent.", required=True),
    amount("vat_amount", "VAT of the line.", required=True),
)
INVOICE_VAT_TOTALS = lines(
    "invoice_vat_totals",
    "invoice_vat_total",
    "Totals per VAT category and rate, as the source declares them.",
    reference("invoice", "invoices", "The invoice.", required=True),
    enum("vat_category", "The category by EN 16931.", VAT_CATEGORIES),
    rate("vat_percent", "In percent.", required=True),
    amount("net_amount", "Sum of the lines of this category and rate.", required=True),
    amount("vat_amount", "Their VAT.", required=True),
)
PAYMENTS = rows(
    "payments",
    "payment",
    "Money received from or paid to the customer.",
    ACCOUNT,
    OF_CONTRACT,
    enum("direction", "From the customer, or to the customer.", "INCOMING OUTGOING"),
    enum("method", "How.", "DIRECT_DEBIT CARD TRANSFER AVTALEGIRO"),
    CURRENCY,
    amount("amount", "More than zero.", required=True, is_positive=True),
    amount("expected_amount", "What should have come."),
    date("value_on", "From when it counts.", required=True),
    text("reference", "Structured communication, KID...", 140),
    text("provider", "Who carried it.", 60),
    enum("state", "Where it stands.", "INITIATED PENDING SETTLED RETURNED REFUNDED FAILED CANCELLED"),
    text("return_reason", "Why it came back.", 200),
)
PAYMENT_ALLOCATIONS = lines(
    "payment_allocations",
    "payment_allocation",
    "What a payment pays: each line names one invoice, one installment or one case, of the payment's account. Lines have the sign of their "
    "payment, and come to no more than it.",
    reference("payment", "payments", "The payment.", required=True),
    reference("invoice", "invoices", "The invoice it pays."),
    reference("installment", "installments", "The installment it pays."),
    reference("case", "cases", "The case it pays."),
    amount("amount", "How much of the payment.", required=True),
    one_of=("invoice", "installment", "case"),
)
DIRECT_DEBITS = rows(
    "direct_debits",
    "direct_debit",
    "Collections under a mandate; the account is the mandate's.",
    reference("mandate", "mandates", "The mandate.", required=True),
    OF_CONTRACT,
    reference("payment", "payments", "The payment it became, of the same account."),
    date("collection_on", "When it is collected.", required=True),
    CURRENCY,
    amount("amount", "More than zero.", required=True, is_positive=True),
    date("prenotified_on", "When the customer was told."),
    date("submitted_on", "When it went to the bank."),
    date("settled_on", "When it was paid."),
    date("returned_on", "When it came back."),
    enum("state", "Where it stands.", "SCHEDULED PRENOTIFIED SUBMITTED SETTLED RETURNED CANCELLED"),
    text("return_reason_code", "ISO 20022 code: AM04, MD01...", 10),
    text("return_reason", "In words.", 200),
)

# Parents first.
TYPES: tuple[RowType, ...] = (
    PARTIES,
    ADDRESSES,
    CONTACT_POINTS,
    BANK_ACCOUNTS,
    ACCOUNTS,
    USERS,
    LOGIN_IDENTITIES,
    MANDATES,
    CONTRACTS,
    ACCOUNT_PARTIES,
    PROFILES,
    ASSETS,
    AMORTIZATION_SCHEDULES,
    AMORTIZATION_LINES,
    INSTALLMENTS,
    STATEMENTS,
    OPERATIONS,
    CASES,
    DOCUMENTS,
    INVOICES,
    INVOICE_LINES,
    INVOICE_VAT_TOTALS,
    PAYMENTS,
    PAYMENT_ALLOCATIONS,
    DIRECT_DEBITS,
)
TYPE_BY_NAME: dict[str, RowType] = {type_.name: type_ for type_ in TYPES}
