"""Account A3 of T1: what a company finds in the portal of its lessor.

One contract of each of four kinds; of every type one row with every column and one with no more than it must have; and what each search,
window and order has to tell apart. The lease and the loan are those of requirements/numbers.md.
"""

import hashlib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.world_rows import Rows, account_party, paper, profile, user

CENT = Decimal("0.01")
NATURES = ("RENT", "INTEREST", "PRINCIPAL", "SERVICE", "INSURANCE", "FEE", "TAX", "PENALTY", "RESIDUAL")
LEASE, LOAN, FACILITY, RENTAL = "A3-LEASE", "A3-LOAN", "A3-FACILITY", "A3-RENTAL"
EUR = {"currency": "EUR"}
# The days of some papers: what the portal's window of a year shows on 2 March 2026, what it does not, and three of one day.
AGES = {
    "A3-TODAY": "2026-03-02", "A3-YEAR": "2025-03-02", "A3-OLDER": "2025-03-01", "A3-OLD": "2023-03-02",
    "A3-SAME1": "2025-11-05", "A3-SAME2": "2025-11-05", "A3-SAME3": "2025-11-05",
}  # fmt: skip


def leasing() -> Rows:
    """All of it, and who may read it: `admin3`, who is the co-borrower, and `view3`."""
    return {
        **whose(),
        **{"contracts": contracts(), "assets": assets()},
        **schedules(),
        **{"installments": installments(), "documents": documents()},
        **invoices(),
    }


def whose() -> Rows:
    people = (user("admin3", ("LOGIN_ID", "555555551"), "P5", "fr"), user("view3", ("LOGIN_ID", "555555552"), locale="nl"))
    limits = {"party": "P5", "contracts": [LEASE, LOAN], "document_kinds": ["INVOICE"], "documents_from_on": "2025-01-01"}
    until = {"state": "INVITED", "valid_from_at": "2026-04-01T00:00:00+02:00", "valid_until_at": "2026-12-31T22:59:59Z"}
    rights = (
        profile("admin3", "A3-ACC", "ADMINISTRATOR", "LEGAL_REPRESENTATIVE"),
        profile("view3", "A3-ACC", "VIEWER"),
        profile("invited3", "A3-ACC", "VIEWER", "POWER_OF_ATTORNEY", **limits, **until),
    )
    return {
        "parties": [
            {"external_id": "P4", "kind": "COMPANY", "legal_name": "Works NV", "trade_name": "The Works", "legal_form": "NV", "enterprise_number": "0403.199.702", "vat_number": "BE0403199702", "country": "BE"},
            {"external_id": "P5", "kind": "PERSON", "legal_name": "Bart Peeters", "given_name": "Bart", "family_name": "Peeters", "born_on": "1980-02-29", "country": "NL", "family_situation": "MARRIED", "professional_situation": "SELF_EMPLOYED"},
        ],
        "addresses": [
            {"external_id": "P4-OFFICE", "party": "P4", "kind": "REGISTERED_OFFICE", "street": "Kaai 1", "street_2": "Bus 7", "postal_code": "2000", "city": "Antwerpen", "country": "BE", "valid_from_on": "2020-01-01", "valid_to_on": "2030-12-31"},
            {"external_id": "P4-BILLS", "party": "P4", "kind": "BILLING", "street": "Dok 2", "city": "Gent", "country": "BE"},
        ],
        "contact_points": [
            {"external_id": "P4-MAIL", "party": "P4", "kind": "EMAIL", "value": "works@example.com"},
            {"external_id": "P4-CALL", "party": "P4", "kind": "PHONE", "value": "+3232000000"},
        ],
        "bank_accounts": [
            {"external_id": "P4-BNK", "party": "P4", "iban": "BE60096123456870", "bic": "GKCCBEBB", "holder_name": "Works NV", "verification": "MATCH", "valid_from_on": "2020-01-01", "valid_to_on": "2030-12-31"},
            {"external_id": "P4-BNK2", "party": "P4", "iban": "BE38096123457072", "holder_name": "Works"},
        ],
        "accounts": [{"external_id": "A3-ACC", "holder": "P4", "portal": "customer-corner", "number": "100 200-500", "status": "ACTIVE", "invoice_delivery": "EMAIL_AND_PORTAL", "opened_on": "2024-01-01", "closed_on": "2040-12-31"}],
        "account_parties": [account_party("AP3", "A3-ACC", "P5", "CO_BORROWER")],
        "mandates": [
            {"external_id": "A3-MND", "account": "A3-ACC", "bank_account": "P4-BNK", "reference": "A3-MANDATE", "scheme": "B2B", "creditor_identifier": "BE69ZZZ0403199702", "iban_last4": "6870", "signed_on": "2024-12-20", "signatory": "Bart Peeters", **EUR, "max_amount": "2500.00", "debit_day": "2", "state": "ACTIVE", "last_collected_on": "2026-02-02"},
            {"external_id": "A3-MND2", "account": "A3-ACC", "reference": "A3-OLD-MANDATE", "scheme": "CORE", **EUR, "state": "REPLACED"},
        ],
        "users": [*(row for person in people for row in person["users"]), {"external_id": "invited3", "display_name": "Not yet", "locale": "nl", "state": "SUSPENDED"}],
        "login_identities": [row for person in people for row in person["login_identities"]],
        "profiles": [row for right in rights for row in right["profiles"]],
    }  # fmt: skip


def contracts() -> list[dict[str, Any]]:
    return [
        {
            "external_id": LEASE, "account": "A3-ACC", "portal": "customer-corner", "parent": FACILITY, "number": "LE 2025/0001-A", "kind": "FINANCE_LEASE", "product": "Full lease",
            "state": "ACTIVE", "channel": "DEALER", "signed_on": "2024-12-20", "activated_on": "2025-01-10", "starts_on": "2025-01-15", "ends_on": "2030-01-14", "withdrawal_until_on": "2025-01-03",
            "notice_months": "3", "renewal_rule": "Ends unless it is renewed in writing.", "duration_months": "60", "periodicity_months": "1", "timing": "ARREARS", **EUR, "financed_amount": "50000.00",
            "first_rent_amount": "5000.00", "rent_excl_vat_amount": "904.21", "rent_incl_vat_amount": "1094.09", "vat_percent": "21", "residual_value_amount": "500.00", "purchase_option_amount": "500.00",
            "purchase_option_from_on": "2029-12-15", "purchase_option_to_on": "2030-01-14", "nominal_rate_percent": "3.6", "apr_percent": "3.659999", "fees_amount": "150.00",
            "outstanding_principal_amount": "41000.12", "overdue_amount": "0.00", "mandate": "A3-MND",
        },
        {
            "external_id": LOAN, "account": "A3-ACC", "number": "LO-2026-0002", "kind": "LOAN", "product": "Machine loan", "state": "IN_ARREARS", "starts_on": "2026-02-01", "ends_on": "2028-01-31", "duration_months": "24",
            "periodicity_months": "1", "timing": "ARREARS", **EUR, "financed_amount": "10000.00", "installment_amount": "437.82", "nominal_rate_percent": "4.8", "apr_percent": "4.907100",
            "overdue_amount": "437.82", "outstanding_principal_amount": "10000.00",
        },
        {
            "external_id": FACILITY, "account": "A3-ACC", "number": "FA-2024-0003", "kind": "CREDIT_FACILITY", "state": "ACTIVE", "starts_on": "2024-06-01", **EUR,
            "credit_limit_amount": "25000.00", "drawn_amount": "6000.00", "installment_amount": "520.00", "nominal_rate_percent": "6", "apr_percent": "6.17",
        },
        {"external_id": RENTAL, "account": "A3-ACC", "number": "RE-0004", "kind": "RENTAL", "state": "ACTIVE", "starts_on": "2025-09-01", **EUR},
    ]  # fmt: skip


def assets() -> list[dict[str, Any]]:
    return [
        {
            "external_id": "A3-CRANE", "contract": LEASE, "designation": "Crane", "category": "CONSTRUCTION", "manufacturer": "Liebherr", "model": "LTM 1030", "serial_number": "LH-103/0.7788 b", "registration_plate": "1-ABC-234",
            "vin": "W09570201KEL12345", "quantity": "1", "supplier": "Cranes BV", **EUR, "purchase_amount": "50000.00", "purchase_vat_amount": "10500.00", "delivered_on": "2025-01-10", "location_street": "Kaai 9",
            "location_postal_code": "2030", "location_city": "Antwerpen", "location_country": "BE", "insurance_policy_number": "POL-77", "state": "IN_USE",
        },
        {"external_id": "A3-CHAIRS", "contract": RENTAL, "designation": "Chairs", "category": "OFFICE", "quantity": "12.5", **EUR, "state": "DELIVERED"},
        {"external_id": "A3-HOOK", "contract": LEASE, "designation": "Hook", "category": "OTHER", **EUR, "state": "ORDERED"},
    ]  # fmt: skip


def plan(
    schedule: str, opening: str, yearly: str, payment: str, residual: str = "0", months: int = 60, starts: date = date(2025, 2, 15)
) -> list[dict[str, Any]]:
    """An amortization table in arrears. The last line leaves the residual: its interest absorbs what rounding has left over."""
    balance, rate, paid = Decimal(opening), Decimal(yearly) / 1200, Decimal(payment)
    lines = []
    for number in range(1, months + 1):
        is_last = number == months
        interest = (balance * rate).quantize(CENT, ROUND_HALF_UP)
        principal = balance - Decimal(residual) if is_last else paid - interest
        if is_last and residual != "0":
            interest = paid - principal  # the rents of a lease are fixed
        month = starts.month - 1 + number - 1
        due_on = date(starts.year + month // 12, month % 12 + 1, starts.day)
        row = {"schedule": schedule, "number": number, "due_on": due_on.isoformat(), "opening_balance_amount": balance, "payment_amount": principal + interest, "principal_amount": principal, "interest_amount": interest, "closing_balance_amount": balance - principal}  # fmt: skip
        lines.append({name: str(value) for name, value in row.items()})
        balance -= principal
    return lines


def schedules() -> Rows:
    """The lease has a provisional plan and two final ones; the facility a provisional one only, with all that a line can have; the rental none."""
    facility = plan("A3-FACILITY-P1", "6000.00", "6", "516.40", months=12, starts=date(2026, 1, 31 - 3))
    for line in facility:
        line |= {"fees_amount": "1.10", "insurance_amount": "2.20", "vat_amount": "0.30", "payment_amount": str(Decimal(line["payment_amount"]) + Decimal("3.60"))}  # fmt: skip
    return {
        "amortization_schedules": [
            {"external_id": "A3-LEASE-P1", "contract": LEASE, "status": "PROVISIONAL", "revision": "3", **EUR},
            {"external_id": "A3-LEASE-F1", "contract": LEASE, "status": "FINAL", "revision": "1", **EUR},
            {"external_id": "A3-LEASE-F2", "contract": LEASE, "status": "FINAL", "revision": "2", **EUR, "valid_from_on": "2025-01-15"},
            {"external_id": "A3-LOAN-F1", "contract": LOAN, "status": "FINAL", "revision": "1", **EUR},
            {"external_id": "A3-FACILITY-P1", "contract": FACILITY, "status": "PROVISIONAL", "revision": "1", **EUR},
        ],
        "amortization_lines": [
            *plan("A3-LEASE-P1", "50000.00", "3.6", "904.21", "500.00"),
            *plan("A3-LEASE-F1", "50000.00", "3.6", "904.21", "500.00"),
            *plan("A3-LEASE-F2", "50000.00", "3.6", "904.21", "500.00"),
            *plan("A3-LOAN-F1", "10000.00", "4.8", "437.82", months=24, starts=date(2026, 3, 1)),
            *facility,
        ],
    }


def installments() -> list[dict[str, Any]]:
    """Of the lease one is due on this very day; of the loan what comes next was called off and what follows put off; of the rental nothing is due."""
    lease = [(12, "2026-01-02", "PAID", "1094.09"), (13, "2026-02-02", "PARTIALLY_PAID", "94.09"), (14, "2026-03-02", "DUE", "0.00"), (15, "2026-04-02", "SCHEDULED", "0.00"), (16, "2026-05-02", "SCHEDULED", "0.00")]  # fmt: skip
    loan = [(1, "2026-03-01", "OVERDUE"), (2, "2026-04-01", "CANCELLED"), (3, "2026-05-01", "DEFERRED")]
    return [
        *[{"external_id": f"A3-LEASE-I{n}", "contract": LEASE, "number": str(n), "due_on": day, **EUR, "excl_vat_amount": "904.21", "vat_amount": "189.88", "principal_amount": "780.00", "interest_amount": "124.21", "paid_amount": paid, "state": state} for n, day, state, paid in lease],
        *[{"external_id": f"A3-LOAN-I{n}", "contract": LOAN, "number": str(n), "due_on": day, **EUR, "excl_vat_amount": "437.82", "state": state} for n, day, state in loan],
    ]  # fmt: skip


def document(
    external_id: str, kind: str, on: str, contract: str | None = LEASE, account: str | None = "A3-ACC", **more: Any
) -> dict[str, Any]:
    """One paper, published on the morning after its day."""
    row = {"external_id": external_id, "kind": kind, "title": f"{kind.capitalize()} {external_id}", "document_on": on, "published_at": f"{on}T06:30:00Z", "content_type": "application/pdf", "file": f"papers/{external_id}.pdf", "sha256": hashlib.sha256(paper(external_id)).hexdigest(), **more}  # fmt: skip
    return row | ({"contract": contract} if contract else {}) | ({"account": account} if account else {})


def documents() -> list[dict[str, Any]]:
    return [
        document("A3-F1-PDF", "INVOICE", "2026-02-20", number="INV-2026/0001", batch_number="2026-02/LEASE", language="nl", is_portal_only="true", valid_until_on="2036-02-20", supersedes="A3-F1-DRAFT"),
        document("A3-F1-DRAFT", "INVOICE", "2026-02-19", number="INV-2026/0001"),
        document("A3-F1-XML", "E_INVOICE_XML", "2026-02-20", number="INV-2026/0001", batch_number="2026-02/LEASE", content_type="application/xml"),
        document("A3-NOTE-PDF", "CREDIT_NOTE", "2026-02-21", number="CN-1"),
        document("A3-LEASE-TABLE", "FINAL_AMORTIZATION_TABLE", "2025-06-15"),
        document("A3-LEASE-TABLE0", "PROVISIONAL_AMORTIZATION_TABLE", "2025-06-10"),
        document("A3-TERMS", "GENERAL_CONDITIONS", "2025-06-01", contract=None),
        document("A3-PASSPORT", "KYC_IDENTITY", "2026-02-25", contract=None),
        document("A3-BILL", "KYC_ADDRESS", "2026-02-25"),
        document("A3-ADVICE", "SECURITY_ADVICE", "2025-06-02", account=None),
        *[document(external_id, "OTHER", on, LOAN if external_id == "A3-SAME2" else LEASE) for external_id, on in AGES.items()],
    ]  # fmt: skip


def invoices() -> Rows:
    """One with a line of every nature, a credit note, one with next to nothing, and numbers that a careless search would mix up."""
    lines = [
        {"invoice": "A3-F1", "number": str(n), "contract": LEASE, "asset": "A3-CRANE", "description": f"For {nature.lower()}", "nature": nature, "quantity": "1.5", "unit_price_amount": "10.333333", "net_amount": "15.50", "vat_category": "S", "vat_percent": "21", "vat_amount": "3.26"}
        for n, nature in enumerate(NATURES, 1)
    ]  # fmt: skip
    return {
        "invoices": [
            {"external_id": "A3-F1", "account": "A3-ACC", "contract": LEASE, "document": "A3-F1-PDF", "structured_document": "A3-F1-XML", "number": "INV-2026/0001", "kind": "INVOICE", "issued_on": "2026-02-20", "due_on": "2026-03-20", "period_from_on": "2026-02-01", "period_to_on": "2026-02-28", **EUR, "vat_rounding": "PER_LINE", "net_amount": "139.50", "vat_amount": "29.34", "paid_amount": "68.84", "state": "PARTIALLY_PAID", "is_disputed": "true", "batch_number": "2026-02/LEASE", "payment_reference": "+++090/9337/55493+++"},
            {"external_id": "A3-NOTE", "account": "A3-ACC", "contract": LEASE, "document": "A3-NOTE-PDF", "number": "CN-1", "kind": "CREDIT_NOTE", "issued_on": "2026-02-21", **EUR, "net_amount": "-10.05", "vat_amount": "-2.11", "state": "ISSUED"},
            *[{"external_id": f"A3-N{i}", "account": "A3-ACC", "number": number, "kind": "INVOICE", "issued_on": "2026-01-10", **EUR, "net_amount": "0.00", "vat_amount": "0.00", "state": "ISSUED"} for i, number in enumerate(("INV-2026/00011", "inv 2026.00012", "100%", "100X", "10_0", "10-50"))],
        ],
        "invoice_lines": [*lines, {"invoice": "A3-NOTE", "number": "1", "description": "Taken back", "nature": "RENT", "quantity": "-1", "unit_price_amount": "10.05", "net_amount": "-10.05", "vat_category": "S", "vat_percent": "21", "vat_amount": "-2.11"}],
        "invoice_vat_totals": [{"invoice": "A3-F1", "number": "1", "vat_category": "S", "vat_percent": "21", "net_amount": "139.50", "vat_amount": "29.34"}],
    }  # fmt: skip
