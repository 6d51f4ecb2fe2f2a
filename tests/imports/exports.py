"""Small exports whose every row is right: tests spoil one thing at a time."""

import hashlib
from decimal import Decimal
from typing import Any

from tests.imports.conftest import Rows

PAPER = b"%PDF-1.7 the welcome letter of the mill"


def mill(prefix: str = "") -> Rows:
    """A company with everything: account, people, a lease with its table, an invoice that adds up, a payment and a direct debit.

    `prefix` is before everything that only one row of a source may have, so that several of them go into one export.
    """
    p = prefix
    return {
        "parties": [
            {"external_id": f"{p}P1", "kind": "COMPANY", "legal_name": "Mill SA", "country": "BE", "enterprise_number": "0403.019.261"},
            {"external_id": f"{p}P2", "kind": "PERSON", "legal_name": "Anna Molen", "country": "BE", "born_on": "1980-02-29"},
        ],
        "addresses": [{"external_id": f"{p}AD1", "party": f"{p}P1", "kind": "REGISTERED_OFFICE", "street": "Rue du Moulin 1", "city": "Namur", "country": "BE"}],
        "contact_points": [{"external_id": f"{p}CP1", "party": f"{p}P2", "kind": "EMAIL", "value": "anna@mill.example"}],
        "bank_accounts": [{"external_id": f"{p}B1", "party": f"{p}P1", "iban": "BE68 5390 0754 7034", "holder_name": "Mill SA"}],
        "accounts": [{"external_id": f"{p}A1", "holder": f"{p}P1", "portal": "main", "number": f"{p}100200", "status": "ACTIVE", "opened_on": "2024-01-01"}],
        "users": [{"external_id": f"{p}U1", "party": f"{p}P2", "display_name": "Anna", "email": "anna@mill.example", "locale": "nl-BE"}],
        "login_identities": [{"user": f"{p}U1", "kind": "LOGIN_ID", "value": f"{p}admin1"}],
        "mandates": [{"external_id": f"{p}M1", "account": f"{p}A1", "bank_account": f"{p}B1", "reference": f"{p}MND-1", "scheme": "B2B", "currency": "EUR", "state": "ACTIVE"}],
        "contracts": [
            {
                "external_id": f"{p}C1", "account": f"{p}A1", "number": f"{p}L-1", "kind": "FINANCE_LEASE", "state": "ACTIVE", "currency": "EUR",
                "starts_on": "2025-01-01", "ends_on": "2025-03-31", "financed_amount": "300.00", "mandate": f"{p}M1",
                "periodicity_months": "1", "duration_months": "3",
            },
            {"external_id": f"{p}C2", "account": f"{p}A1", "parent": f"{p}C1", "number": f"{p}L-1/2", "kind": "FINANCE_LEASE", "state": "DRAFT", "currency": "EUR", "starts_on": "2025-02-01"},
        ],
        "account_parties": [{"external_id": f"{p}AP1", "account": f"{p}A1", "party": f"{p}P2", "contract": f"{p}C1", "capacity": "GUARANTOR"}],
        "profiles": [{"external_id": f"{p}PR1", "account": f"{p}A1", "user": f"{p}U1", "role": "ADMINISTRATOR", "basis": "HOLDER"}],
        "assets": [{"external_id": f"{p}AS1", "contract": f"{p}C1", "designation": "Milling machine", "category": "MACHINERY", "serial_number": "SN-77", "currency": "EUR", "state": "IN_USE"}],
        "amortization_schedules": [{"external_id": f"{p}S1", "contract": f"{p}C1", "status": "FINAL", "revision": "1", "currency": "EUR"}],
        "amortization_lines": schedule_lines(f"{p}S1"),
        "installments": [
            {"external_id": f"{p}I{n}", "contract": f"{p}C1", "number": str(n), "due_on": f"2025-0{n}-01", "currency": "EUR", "excl_vat_amount": "101.00", "vat_amount": "21.21", "principal_amount": "100.00", "interest_amount": "1.00", "state": "PAID", "paid_amount": "122.21"}
            for n in (1, 2, 3)
        ],
        "documents": [
            {
                "external_id": f"{p}D1", "contract_number": f"{p}L-1", "kind": "WELCOME_LETTER", "number": "W-1", "title": "Welcome", "document_on": "2025-01-01",
                "published_at": "2025-01-01T08:00:00Z", "content_type": "application/pdf", "file": "papers/welcome.pdf", "sha256": hashlib.sha256(PAPER).hexdigest(),
            },
        ],
        "invoices": [
            {"external_id": f"{p}F1", "account": f"{p}A1", "contract": f"{p}C1", "number": f"{p}2025-1", "kind": "INVOICE", "issued_on": "2025-01-01", "currency": "EUR", "net_amount": "151.00", "vat_amount": "21.21", "state": "PAID", "paid_amount": "172.21"}
        ],
        "invoice_lines": [
            invoice_line(f"{p}F1", 1, "101.00", "S", "21", "21.21", contract=f"{p}C1", asset=f"{p}AS1"),
            invoice_line(f"{p}F1", 2, "50.00", "E", "0", "0.00", nature="INSURANCE"),
        ],
        "invoice_vat_totals": [
            {"invoice": f"{p}F1", "number": "1", "vat_category": "S", "vat_percent": "21", "net_amount": "101.00", "vat_amount": "21.21"},
            {"invoice": f"{p}F1", "number": "2", "vat_category": "E", "vat_percent": "0", "net_amount": "50.00", "vat_amount": "0.00"},
        ],
        "payments": [{"external_id": f"{p}Y1", "account": f"{p}A1", "direction": "INCOMING", "method": "DIRECT_DEBIT", "currency": "EUR", "amount": "172.21", "value_on": "2025-01-03", "state": "SETTLED"}],
        "payment_allocations": [
            {"payment": f"{p}Y1", "number": "1", "invoice": f"{p}F1", "amount": "50.00"},
            {"payment": f"{p}Y1", "number": "2", "installment": f"{p}I1", "amount": "122.21"},
        ],
        "direct_debits": [{"external_id": f"{p}DD1", "mandate": f"{p}M1", "contract": f"{p}C1", "payment": f"{p}Y1", "collection_on": "2025-01-02", "currency": "EUR", "amount": "172.21", "state": "SETTLED"}],
        "statements": [{"external_id": f"{p}ST1", "contract": f"{p}C1", "period_from_on": "2025-01-01", "period_to_on": "2025-01-31", "currency": "EUR", "opening_balance_amount": "300.00", "closing_balance_amount": "200.00"}],
        "operations": [{"external_id": f"{p}O1", "contract": f"{p}C1", "booked_on": "2025-01-03", "value_on": "2025-01-03", "kind": "REPAYMENT", "description": "Repayment", "currency": "EUR", "amount": "-100.00"}],
        "cases": [{"external_id": f"{p}K1", "account": f"{p}A1", "number": f"{p}K-1", "original_creditor": "North", "currency": "EUR", "principal_amount": "10.00", "opened_on": "2025-06-01", "state": "OPEN"}],
    }  # fmt: skip


def schedule_lines(schedule: str, count: int = 3) -> list[dict[str, Any]]:
    """Lines of 100.00 principal and 1.00 interest."""
    rows = []
    for number in range(1, count + 1):
        opening = Decimal(100 * (count - number + 1))
        rows.append({
            "schedule": schedule, "number": str(number), "due_on": f"{2025 + (number - 1) // 12}-{(number - 1) % 12 + 1:02}-01", "opening_balance_amount": f"{opening}.00", "payment_amount": "122.21",
            "principal_amount": "100.00", "interest_amount": "1.00", "vat_amount": "21.21", "closing_balance_amount": f"{opening - 100}.00",
        })  # fmt: skip
    return rows


def invoice_line(
    invoice: str, number: int, net: str, category: str, percent: str, vat: str, nature: str = "RENT", **more: str
) -> dict[str, Any]:
    return {
        "invoice": invoice, "number": str(number), "description": "Rent", "nature": nature, "quantity": "1", "unit_price_amount": net, "net_amount": net,
        "vat_category": category, "vat_percent": percent, "vat_amount": vat, **more,
    }  # fmt: skip
