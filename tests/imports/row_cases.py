"""One thing wrong with one row of the mill, for every rule that a row can break once its values are each right."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.imports.conftest import Rows
from tests.imports.exports import invoice_line, mill

OTHER = b"%PDF-1.7 another paper"
Spoil = Callable[[Rows, str], None]


@dataclass(frozen=True)
class Case:
    """`spoil` changes the rows of a mill with this prefix; `key` is the row at fault, without its prefix. `before`: the good mill is stored."""

    type: str
    key: str
    rule: str
    column: str | None
    spoil: Spoil
    before: bool = False
    result: str = "REJECTED"
    words: str = ""  # that the message must have
    # Rules of the rows that are refused or wait because of it.
    follows: frozenset[str] = field(default_factory=frozenset)


def change(type_: str, place: int, **cells: str) -> Spoil:
    """Other values in one row; `{p}` stands for the prefix."""

    def spoil(rows: Rows, p: str) -> None:
        rows[type_][place] |= {name: value.replace("{p}", p) for name, value in cells.items()}

    return spoil


def add(type_: str, **cells: str) -> Spoil:
    """One more row."""

    def spoil(rows: Rows, p: str) -> None:
        rows[type_] = [*rows[type_], {name: value.replace("{p}", p) for name, value in cells.items()}]

    return spoil


def copy(type_: str, place: int, **cells: str) -> Spoil:
    """One more row, like another but for these values."""

    def spoil(rows: Rows, p: str) -> None:
        rows[type_] = [*rows[type_], rows[type_][place] | {name: value.replace("{p}", p) for name, value in cells.items()}]

    return spoil


def drop(*types: str) -> Spoil:
    def spoil(rows: Rows, p: str) -> None:
        for type_ in types:
            rows.pop(type_)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(rows: Rows, p: str) -> None:
        for one in spoils:
            one(rows, p)

    return spoil


def only(type_: str, spoil_: Spoil) -> Spoil:
    """Nothing but the rows of one type: the others are stored."""

    def spoil(rows: Rows, p: str) -> None:
        spoil_(rows, p)
        for name in [name for name in rows if name != type_]:
            rows.pop(name)

    return spoil


def of_version(version: int, *types: str) -> Spoil:
    def spoil(rows: Rows, p: str) -> None:
        for type_ in types:
            rows[type_] = [row | {"source_version": str(version)} for row in rows[type_]]

    return spoil


def per_line(rows: Rows, p: str) -> None:
    """An invoice whose VAT is rounded per line: two lines of 0.05 at 21 % are a cent each, and 0.02 together either way it is added."""
    rows["invoices"][0] |= {"net_amount": "0.10", "vat_amount": "0.02", "vat_rounding": "PER_LINE"}
    rows["invoice_lines"] = [invoice_line(f"{p}F1", n, "0.05", "S", "21", "0.01") for n in (1, 2)]
    rows["invoice_vat_totals"] = [rows["invoice_vat_totals"][0] | {"net_amount": "0.10", "vat_amount": "0.02"}]


def last_line_gone(rows: Rows, p: str) -> None:
    rows["amortization_lines"].pop()


SECOND_ACCOUNT = both(
    add("accounts", external_id="{p}A2", holder="{p}P1", portal="main", number="{p}100300", status="ACTIVE"),
    add("contracts", external_id="{p}C9", account="{p}A2", number="{p}L-9", kind="LOAN", state="ACTIVE", currency="EUR", starts_on="2025-01-01"),
)  # fmt: skip
SET = frozenset({"lines.incomplete"})
INVOICE = frozenset({"lines.incomplete", "parent.rejected", "invoice.net", "invoice.vat", "invoice.totals", "invoice.category", "invoice_line.vat", "reference.missing"})  # fmt: skip
SCHEDULE = frozenset({"parent.rejected", "lines.incomplete"})
CONTRACT = frozenset({"reference.missing", "parent.rejected", "lines.incomplete"})

CASES: dict[str, Case] = {
    # Values, one of each sort: all of them are tried in test_reading.py.
    "a bad number": Case("installments", "I1", "number", "excl_vat_amount", change("installments", 0, excl_vat_amount="101,00"), follows=frozenset({"reference.missing", "lines.incomplete"})),
    "a 29th of February": Case("statements", "ST1", "date", "period_to_on", change("statements", 0, period_to_on="2025-02-29")),
    "a wrong IBAN": Case("bank_accounts", "B1", "iban", "iban", change("bank_accounts", 0, iban="BE68 5390 0754 7035"), words="check digits", follows=CONTRACT),
    "an unknown word": Case("assets", "AS1", "enum", "category", change("assets", 0, category="PLANT"), words="VEHICLE", follows=CONTRACT),
    "too long a text": Case("addresses", "AD1", "text.length", "city", change("addresses", 0, city="N" * 101), words="100"),
    "a huge amount": Case("operations", "O1", "number.range", "amount", change("operations", 0, amount="9" * 16)),
    "a negative payment": Case("payments", "Y1", "number.range", "amount", change("payments", 0, amount="-1.00"), follows=CONTRACT),
    "no value": Case("contact_points", "CP1", "required", "value", change("contact_points", 0, value="")),
    # Keys.
    "a row twice": Case("cases", "K1", "external_id.duplicate", "external_id", copy("cases", 0, number="{p}K-2"), words="line"),
    "an identity twice": Case("login_identities", "U1#LOGIN_ID#{p}admin1", "login_identity.duplicate", "value", copy("login_identities", 0)),
    "an identity of two users": Case(
        "login_identities", "U2#LOGIN_ID#{p}admin1", "login_identity.duplicate", "value",
        both(add("users", external_id="{p}U2", display_name="Bea", locale="nl"), copy("login_identities", 0, user="{p}U2")), follows=frozenset({"login_identity.duplicate"})),
    "an identity of somebody else": Case(
        "login_identities", "U2#LOGIN_ID#{p}admin1", "login_identity.taken", "value",
        both(add("users", external_id="{p}U2", display_name="Bea", locale="nl"), change("login_identities", 0, user="{p}U2")), before=True),
    "two new rows of one number": Case("accounts", "A2", "number.duplicate", "number", copy("accounts", 0, external_id="{p}A2"), follows=CONTRACT | {"number.duplicate"}),
    "the number of a stored row": Case("cases", "K2", "number.taken", "number", only("cases", change("cases", 0, external_id="{p}K2")), before=True),
    "the number of a stored contract": Case("contracts", "C8", "number.taken", "number", only("contracts", copy("contracts", 1, external_id="{p}C8")), before=True),
    "the number of a stored invoice": Case("invoices", "F2", "number.taken", "number", only("invoices", change("invoices", 0, external_id="{p}F2")), before=True),
    "a reference of two mandates": Case("mandates", "M2", "reference.duplicate", "reference", copy("mandates", 0, external_id="{p}M2"), follows=CONTRACT | {"reference.duplicate"}),
    "the reference of a stored mandate": Case("mandates", "M2", "reference.taken", "reference", only("mandates", change("mandates", 0, external_id="{p}M2")), before=True),
    "a revision twice": Case("amortization_schedules", "S2", "revision.duplicate", "revision", copy("amortization_schedules", 0, external_id="{p}S2"), follows=SCHEDULE | {"revision.duplicate"}),
    "the revision of a stored table": Case("amortization_schedules", "S2", "revision.taken", "revision", only("amortization_schedules", change("amortization_schedules", 0, external_id="{p}S2")), before=True),
    "an installment's number twice": Case("installments", "I4", "number.duplicate", "number", copy("installments", 0, external_id="{p}I4"), follows=CONTRACT | {"number.duplicate"}),
    "the number of a stored installment": Case("installments", "I4", "number.taken", "number", only("installments", copy("installments", 0, external_id="{p}I4")), before=True),
    "two rights of one user": Case("profiles", "PR2", "user.duplicate", "user", copy("profiles", 0, external_id="{p}PR2"), follows=frozenset({"user.duplicate"})),
    "a second right of a user": Case("profiles", "PR2", "user.taken", "user", only("profiles", change("profiles", 0, external_id="{p}PR2")), before=True),
    # What a row names.
    "a parent that has not come": Case("operations", "O1", "reference.missing", "contract", change("operations", 0, contract="{p}C404"), result="PARKED", words="C404 of contracts"),
    "a contract that has not come, by number": Case("documents", "D1", "reference.missing", "contract_number", change("documents", 0, contract_number="{p}404"), result="PARKED"),
    "a narrowed profile whose contract has not come": Case("profiles", "PR1", "reference.missing", "contracts", change("profiles", 0, contracts="{p}C1 {p}C404"), result="PARKED"),
    "a profile narrowed to a stranger's contract": Case("profiles", "PR1", "reference.account", "contracts", both(SECOND_ACCOUNT, change("profiles", 0, contracts="{p}C1 {p}C9"))),
    "itself as its parent": Case("contracts", "C2", "reference.self", "parent", change("contracts", 1, parent="{p}C2")),
    "a portal that the house has not": Case("accounts", "A1", "portal.unknown", "portal", change("accounts", 0, portal="corner"), follows=CONTRACT),
    "an agreement of another account": Case("contracts", "C9", "reference.account", "parent", both(SECOND_ACCOUNT, change("contracts", 2, parent="{p}C1"))),
    "a mandate of another account": Case("contracts", "C9", "reference.account", "mandate", both(SECOND_ACCOUNT, change("contracts", 2, mandate="{p}M1"))),
    "a payment for another account's contract": Case("payments", "Y1", "reference.account", "contract", both(SECOND_ACCOUNT, change("payments", 0, contract="{p}C9")), follows=CONTRACT),
    "a paper of two accounts": Case("documents", "D1", "reference.account", "contract_number", both(SECOND_ACCOUNT, change("documents", 0, account="{p}A2"))),
    "an invoice about another account's contract": Case("invoices", "F1", "reference.account", "contract", both(SECOND_ACCOUNT, change("invoices", 0, contract="{p}C9")), follows=INVOICE),
    "a line about another account's contract": Case("invoice_lines", "F1#1", "reference.account", "contract", both(SECOND_ACCOUNT, change("invoice_lines", 0, contract="{p}C9")), follows=SET),
    "a contract that moved": Case("contracts", "C1", "contract.account.changed", "account", both(SECOND_ACCOUNT, change("contracts", 0, account="{p}A2", mandate="")), before=True),
    "an asset that moved": Case("assets", "AS1", "asset.account.changed", "account", both(SECOND_ACCOUNT, change("assets", 0, contract="{p}C9")), before=True),
    "an installment that moved": Case("installments", "I1", "installment.account.changed", "account", both(SECOND_ACCOUNT, change("installments", 0, contract="{p}C9")), before=True),
    "a table that moved": Case("amortization_schedules", "S1", "amortization_schedule.account.changed", "account", both(SECOND_ACCOUNT, change("amortization_schedules", 0, contract="{p}C9")), before=True, follows=SCHEDULE),
    "a statement that moved": Case("statements", "ST1", "statement.account.changed", "account", both(SECOND_ACCOUNT, change("statements", 0, contract="{p}C9")), before=True),
    "an operation that moved": Case("operations", "O1", "operation.account.changed", "account", both(SECOND_ACCOUNT, change("operations", 0, contract="{p}C9")), before=True),
    "a case that moved": Case("cases", "K1", "claim_case.account.changed", "account", both(SECOND_ACCOUNT, change("cases", 0, account="{p}A2")), before=True),
    "a paper that moved": Case("documents", "D1", "document.account.changed", "account", both(SECOND_ACCOUNT, change("documents", 0, contract_number="{p}L-9")), before=True),
    "an invoice that moved": Case("invoices", "F1", "invoice.account.changed", "account", both(SECOND_ACCOUNT, change("invoices", 0, account="{p}A2", contract="")), before=True, follows=INVOICE),
    "a mandate that moved": Case("mandates", "M1", "mandate.account.changed", "account", both(SECOND_ACCOUNT, change("mandates", 0, account="{p}A2")), before=True),
    "a payment that moved": Case("payments", "Y1", "payment.account.changed", "account", both(SECOND_ACCOUNT, change("payments", 0, account="{p}A2")), before=True, follows=SCHEDULE),
    "a profile that moved": Case("profiles", "PR1", "profile.account.changed", "account", both(SECOND_ACCOUNT, change("profiles", 0, account="{p}A2")), before=True),
    "a guarantor who moved": Case("account_parties", "AP1", "account_party.account.changed", "account", both(SECOND_ACCOUNT, change("account_parties", 0, account="{p}A2", contract="")), before=True),
    "a direct debit that moved": Case(
        "direct_debits", "DD1", "direct_debit.account.changed", "account",
        both(SECOND_ACCOUNT, copy("mandates", 0, external_id="{p}M2", account="{p}A2", reference="{p}MND-2"), change("direct_debits", 0, mandate="{p}M2", contract="", payment="")), before=True),
    # Currencies.
    "an installment in another currency": Case("installments", "I2", "currency.differs", "currency", change("installments", 1, currency="USD"), words="its contract in EUR"),
    "a table in another currency": Case("amortization_schedules", "S1", "currency.differs", "currency", change("amortization_schedules", 0, currency="USD"), follows=SCHEDULE),
    "a statement in another currency": Case("statements", "ST1", "currency.differs", "currency", change("statements", 0, currency="USD")),
    "an operation in another currency": Case("operations", "O1", "currency.differs", "currency", change("operations", 0, currency="USD")),
    "an invoice in another currency": Case("invoices", "F1", "currency.differs", "currency", change("invoices", 0, currency="USD"), follows=INVOICE),
    "a direct debit in another currency": Case("direct_debits", "DD1", "currency.differs", "currency", change("direct_debits", 0, currency="USD"), words="its mandate in EUR"),
    "a payment of an invoice in another currency": Case("payment_allocations", "Y1#1", "currency.differs", "invoice", change("payments", 0, currency="USD"), follows=frozenset({"currency.differs"})),
    # Lines.
    "a line that cannot be read": Case("amortization_lines", "S1#2", "number", "interest_amount", change("amortization_lines", 1, interest_amount="one"), follows=SCHEDULE),
    "a line's number twice": Case("invoice_lines", "F1#1", "number.duplicate", "number", change("invoice_lines", 1, number="1"), follows=INVOICE | {"number.duplicate"}),
    "a line that is missing": Case("payment_allocations", "Y1#3", "lines.gap", "number", change("payment_allocations", 1, number="3"), words="2 lines", follows=frozenset({"lines.gap", "reference.missing"})),
    "a balance that is off": Case("amortization_lines", "S1#1", "schedule.closing", "closing_balance_amount", change("amortization_lines", 0, closing_balance_amount="200.01"), words="200.01", follows=frozenset({"schedule.closing"})),
    "a chain that breaks": Case(
        "amortization_lines", "S1#2", "schedule.chain", "opening_balance_amount",
        change("amortization_lines", 1, opening_balance_amount="210.00", closing_balance_amount="110.00"), words="opens at 210.00", follows=frozenset({"schedule.chain"})),
    "a payment that is not its parts": Case("amortization_lines", "S1#3", "schedule.payment", "payment_amount", change("amortization_lines", 2, payment_amount="122.22"), follows=frozenset({"schedule.payment"})),
    "a line due before the one above": Case("amortization_lines", "S1#2", "schedule.order", "due_on", change("amortization_lines", 1, due_on="2024-12-31"), follows=frozenset({"schedule.order"})),
    "an invoice a cent off": Case("invoices", "F1", "invoice.net", "net_amount", change("invoices", 0, net_amount="151.01"), words="151.00", follows=INVOICE),
    "an invoice whose VAT is more than a cent a line off": Case("invoices", "F1", "invoice.vat", "vat_amount", change("invoices", 0, vat_amount="21.24"), words="21.21", follows=INVOICE),
    "a line whose VAT is two cents off": Case("invoices", "F1", "invoice_line.vat", "vat_amount", both(per_line, change("invoice_lines", 0, vat_amount="0.03")), words="Line 1", follows=INVOICE),
    "totals that are not the invoice's": Case("invoices", "F1", "invoice.totals", "net_amount", change("invoice_vat_totals", 1, net_amount="49.00"), follows=INVOICE),
    "a total that is not its lines'": Case("invoices", "F1", "invoice.category", "net_amount", both(change("invoice_vat_totals", 0, net_amount="102.00"), change("invoice_vat_totals", 1, net_amount="49.00")), follows=INVOICE),
    "lines of a refused parent": Case("payment_allocations", "Y1#1", "parent.rejected", "payment", change("payments", 0, method="CASH"), follows=frozenset({"enum", "reference.missing", "parent.rejected"})),
    "a good line beside a bad one": Case("payment_allocations", "Y1#2", "lines.incomplete", "amount", change("payment_allocations", 0, amount="x"), follows=frozenset({"number", "lines.incomplete", "reference.missing"})),
    # Versions.
    "an older row": Case("parties", "P1", "source_version.older", "source_version", only("parties", both(of_version(1, "parties"), change("parties", 0, legal_name="Old Mill SA"))), before=True, result="UNCHANGED"),
    "lines of an older version": Case("invoice_lines", "F1#1", "source_version.older", "source_version", only("invoice_lines", of_version(1, "invoice_lines")), before=True, result="UNCHANGED"),
    "lines of a newer version": Case("invoice_lines", "F1#1", "reference.older", "source_version", only("invoice_lines", of_version(9, "invoice_lines")), before=True, result="PARKED", follows=frozenset({"reference.older"})),
    # Papers.
    "a paper that is not there": Case("documents", "D1", "document.missing", "file", change("documents", 0, file="papers/nothing.pdf")),
    "other bytes": Case("documents", "D1", "document.sha256", "file", change("documents", 0, sha256=hashlib.sha256(OTHER).hexdigest())),
    # What goes.
    "a row that others hang on": Case("parties", "P1", "deleted.referenced", "deleted", only("parties", change("parties", 0, deleted="true")), before=True),
    "a row that goes": Case("cases", "K1", "deleted", None, only("cases", change("cases", 0, deleted="true")), before=True, result="UPDATED"),
    "a row that has gone": Case("cases", "K7", "deleted.already", None, only("cases", change("cases", 0, external_id="{p}K7", deleted="true")), before=True, result="UNCHANGED"),
    # Notes: the row is taken.
    "a claim that is not the plan": Case("installments", "I1", "installment.schedule.differs", "principal_amount", change("installments", 0, principal_amount="99.00", interest_amount="2.00"), result="CREATED", words="100.00"),
    "a table that is not of the contract's amount": Case("amortization_schedules", "S1", "schedule.differs", "opening_balance_amount", change("contracts", 0, financed_amount="301.00"), result="CREATED", words="301.00"),
    "an invoice whose lines are still to come": Case("invoices", "F1", "invoice.lines.differ", "net_amount", only("invoices", change("invoices", 0, net_amount="152.00")), before=True, result="UPDATED", words="151.00"),
    "a line that is no more": Case("amortization_lines", "S1#1", "lines.removed", None, only("amortization_lines", last_line_gone), before=True, result="UPDATED", words="1 lines"),
}  # fmt: skip


def prefix(name: str) -> str:
    """What tells the rows of one case from those of the others."""
    return f"k{list(CASES).index(name):02}x"


def good_rows() -> Rows:
    """The mills that must be stored before they are spoiled, of version 2."""
    rows: Rows = {}
    for name, case in CASES.items():
        if case.before:
            of_case = mill(prefix(name))
            of_version(2, *(type_ for type_ in of_case if type_ != "login_identities"))(of_case, prefix(name))
            put(rows, of_case)
    return rows


def spoiled_rows() -> Rows:
    rows: Rows = {}
    for name, case in CASES.items():
        of_case = mill(prefix(name))
        case.spoil(of_case, prefix(name))
        put(rows, of_case)
    return rows


def put(rows: Rows, more: Rows) -> None:
    for type_, of_type in more.items():
        rows.setdefault(type_, []).extend(of_type)


def key_of(name: str) -> str:
    """The key of the row at fault, as the report says it."""
    return prefix(name) + CASES[name].key.replace("{p}", prefix(name))


def line_of(rows: Rows, name: str, key: Callable[[str, dict[str, Any]], str]) -> set[int]:
    """In which lines of its file the row at fault stands."""
    type_ = CASES[name].type
    return {place for place, row in enumerate(rows[type_], 2) if key(type_, row) == key_of(name)}
