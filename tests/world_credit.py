"""Account A3 of T4: what a borrower finds in the portal of a lender.

A card with three months of statements, loans, an insurance, a loan that is over; direct debits in each state, payments of each age and
oddity, and claims.
"""

from typing import Any

from tests.world_leasing import document, plan
from tests.world_rows import Rows, account_party, profile, user

CARD, LOAN, GATHERED, COVER, OVER = "A3-CARD", "A3-LOAN", "A3-GATHERED", "A3-COVER", "A3-OVER"
EUR = {"currency": "EUR"}
ACCOUNT = {"account": "A3-ACC"}
MONTHS = ("2025-12", "2026-01", "2026-02")
BALANCES = ("100.00", "612.34", "700.00", "650.00")
# By month, in the order they were booked: 612.34 - 100.00, 700.00 - 612.34 and 650.00 - 700.00.
MOVES: dict[str, list[tuple[int, str, str]]] = {
    "2025-12": [(1, "DRAWDOWN", "500.00"), (15, "PURCHASE", "49.90"), (15, "CASH_WITHDRAWAL", "20.00"), (31, "REPAYMENT", "-57.56")],
    "2026-01": [(1, "INTEREST", "5.05"), (2, "FEE", "2.61"), (20, "PURCHASE", "80.00")],
    "2026-02": [(1, "INSURANCE", "7.50"), (14, "REVERSAL", "-49.90"), (28, "REPAYMENT", "-7.60")],
}
# What a bank does with a collection, step by step; the state says how far it came.
DEBITS: list[dict[str, Any]] = [
    {"external_id": "A3-DD1", "collection_on": "2026-05-05", "state": "SCHEDULED"},
    {"external_id": "A3-DD2", "collection_on": "2026-04-05", "state": "PRENOTIFIED", "prenotified_on": "2026-03-01"},
    {"external_id": "A3-DD3", "collection_on": "2026-03-05", "state": "SUBMITTED", "prenotified_on": "2026-02-10", "submitted_on": "2026-03-02"},
    {"external_id": "A3-DD4", "collection_on": "2026-02-05", "state": "SETTLED", "prenotified_on": "2026-01-10", "submitted_on": "2026-02-02", "settled_on": "2026-02-06", "payment": "A3-P-NOW"},
    {"external_id": "A3-DD5", "collection_on": "2026-01-05", "state": "RETURNED", "prenotified_on": "2025-12-10", "submitted_on": "2026-01-02", "settled_on": "2026-01-06", "returned_on": "2026-01-09", "return_reason_code": "AM04", "return_reason": "Insufficient funds", "payment": "A3-P-BACK", "contract": LOAN},
    {"external_id": "A3-DD6", "collection_on": "2025-12-05", "state": "CANCELLED"},
]  # fmt: skip
# Of two years and a day ago, of two years ago, and what is odd: an amount collected twice, another amount than planned, money sent back.
PAYMENTS: dict[str, dict[str, Any]] = {
    "A3-P-NOW": {
        "value_on": "2026-02-06",
        "amount": "45.00",
        "contract": LOAN,
        "expected_amount": "45.00",
        "reference": "RF18 5390 0754 7034",
        "provider": "A bank",
    },
    "A3-P-BACK": {
        "value_on": "2026-01-06",
        "amount": "45.00",
        "contract": LOAN,
        "state": "RETURNED",
        "return_reason": "Insufficient funds",
    },
    "A3-P-TWICE1": {"value_on": "2025-06-01", "amount": "12.00", "contract": CARD},
    "A3-P-TWICE2": {"value_on": "2025-06-01", "amount": "12.00", "contract": CARD, "state": "PENDING"},
    "A3-P-ONCE": {"value_on": "2025-06-01", "amount": "12.00", "contract": LOAN},
    "A3-P-FAILED": {"value_on": "2025-07-01", "amount": "12.00", "contract": CARD},
    "A3-P-FAILED2": {"value_on": "2025-07-01", "amount": "12.00", "contract": CARD, "state": "FAILED"},
    "A3-P-BARE1": {"value_on": "2025-08-01", "amount": "13.00"},
    "A3-P-BARE2": {"value_on": "2025-08-01", "amount": "13.00"},
    "A3-P-BARE3": {"value_on": "2025-08-02", "amount": "13.00"},
    "A3-P-OTHER": {"value_on": "2025-05-01", "amount": "44.99", "contract": LOAN, "expected_amount": "45.00"},
    "A3-P-BARE": {"value_on": "2024-06-01", "amount": "9.99", "method": "TRANSFER", "direction": "OUTGOING"},
    "A3-P-EDGE": {"value_on": "2024-03-02", "amount": "1.00", "method": "CARD"},
    "A3-P-OLD": {"value_on": "2024-03-01", "amount": "1.00", "method": "TRANSFER"},
}
KINDS = {
    "A3-SIGNED": "SIGNED_CONTRACT", "A3-SPECIAL": "SPECIAL_CONDITIONS", "A3-PLAN": "SCHEDULE", "A3-BALANCE": "CERTIFICATE_BALANCE",
    "A3-SITUATION": "CERTIFICATE_SITUATION", "A3-GRANTED": "CERTIFICATE_CREDIT", "A3-TABLE": "FINAL_AMORTIZATION_TABLE",
}  # fmt: skip


def credit() -> Rows:
    """All of it, and `anna`, whose it is."""
    person = user("anna", ("CARD_NUMBER", "30601234567890123"), "P2", "fr")
    return {
        "parties": [{"external_id": "P2", "kind": "PERSON", "legal_name": "Anna Petit", "given_name": "Anna", "family_name": "Petit", "born_on": "1990-05-17", "country": "FR", "family_situation": "SINGLE", "professional_situation": "EMPLOYEE"}],
        "addresses": [{"external_id": "P2-HOME", "party": "P2", "kind": "HOME", "street": "1 rue du Port", "postal_code": "59000", "city": "Lille", "country": "FR"}],
        "bank_accounts": [{"external_id": "P2-BNK", "party": "P2", "iban": "FR1420041010050500013M02606", "holder_name": "Anna Petit"}],
        "accounts": [{"external_id": "A3-ACC", "holder": "P2", "number": "802", "status": "ACTIVE"}],
        "account_parties": [account_party("AP2", "A3-ACC", "P1", "GUARANTOR", LOAN)],
        **person,
        **profile("anna", "A3-ACC", "ADMINISTRATOR", "HOLDER"),
        "mandates": [{"external_id": "A3-MND", **ACCOUNT, "reference": "A3-MANDATE", "scheme": "CORE", "iban_last4": "2606", **EUR, "state": "ACTIVE"}],
        "contracts": contracts(),
        "amortization_schedules": [{"external_id": "A3-LOAN-F", "contract": LOAN, "status": "FINAL", "revision": "1", **EUR}],
        "amortization_lines": plan("A3-LOAN-F", "10000.00", "4.8", "437.82", months=24),
        **card(),
        "documents": documents(),
        "payments": [{"external_id": key, **ACCOUNT, "direction": "INCOMING", "method": "DIRECT_DEBIT", **EUR, "state": "SETTLED", **row} for key, row in PAYMENTS.items()],
        "direct_debits": [{"mandate": "A3-MND", **EUR, "amount": "45.00", **row} for row in DEBITS],
        "cases": cases(),
        "payment_allocations": [{"payment": "A3-P-BARE", "number": "1", "case": "A3-CAS1", "amount": "9.99"}],
    }  # fmt: skip


def contracts() -> list[dict[str, Any]]:
    loan = {
        "duration_months": "24",
        "periodicity_months": "1",
        **EUR,
        "financed_amount": "10000.00",
        "installment_amount": "437.82",
        "nominal_rate_percent": "4.8",
        "apr_percent": "5.941700",
    }
    return [
        {"external_id": CARD, **ACCOUNT, "portal": "cofinoga", "number": "3060 1234", "kind": "REVOLVING_CREDIT", "product": "Card", "state": "ACTIVE", "channel": "DISTANCE", "starts_on": "2020-01-01", **EUR, "credit_limit_amount": "3000.00", "drawn_amount": "650.00", "card_last4": "0123", "installment_amount": "57.56", "nominal_rate_percent": "12.5", "apr_percent": "13.245", "notice_months": "1"},
        {"external_id": LOAN, **ACCOUNT, "number": "PP-77", "kind": "LOAN", "product": "Personal loan", "state": "ACTIVE", "signed_on": "2026-02-20", "starts_on": "2026-02-20", "ends_on": "2028-02-29", "withdrawal_until_on": "2026-03-06", **loan},
        {"external_id": GATHERED, **ACCOUNT, "portal": "norrsken", "number": "RC-78", "kind": "CONSOLIDATION", "state": "ACTIVE", "starts_on": "2025-03-29", "ends_on": "2026-03-29", **loan},
        {"external_id": COVER, **ACCOUNT, "number": "AS-79", "kind": "INSURANCE", "state": "ACTIVE", "starts_on": "2026-02-20", **EUR, "insurer": "Cardif", "coverage": "Death, disability and the loss of work", "premium_amount": "12.30"},
        {"external_id": OVER, **ACCOUNT, "number": "PP-01", "kind": "LOAN", "state": "CLOSED", "starts_on": "2018-01-01", "ends_on": "2020-01-31", **loan},
    ]  # fmt: skip


def card() -> Rows:
    """Three months: each opens where the one before has closed, and the operations make the difference."""
    return {
        "statements": [
            {"external_id": f"A3-ST{i}", "contract": CARD, "period_from_on": f"{month}-01", "period_to_on": f"{month}-{28 if month == '2026-02' else 31}", **EUR, "opening_balance_amount": BALANCES[i], "closing_balance_amount": BALANCES[i + 1]}
            for i, month in enumerate(MONTHS)
        ],
        "operations": [
            {"external_id": f"A3-OP-{month}-{n}", "contract": CARD, "booked_on": f"{month}-{day:02}", "value_on": f"{month}-{min(day + 1, 28):02}", "kind": kind, "description": f"{kind.capitalize()} {n}", **EUR, "amount": amount}
            for month, moves in MOVES.items() for n, (day, kind, amount) in enumerate(moves)
        ],
    }  # fmt: skip


def documents() -> list[dict[str, Any]]:
    """One of each kind; a statement a month; and one that nobody is to see before noon of 2 March."""
    return [
        *[document(key, kind, "2026-02-20", LOAN, number=f"PP/77 é {n}") for n, (key, kind) in enumerate(KINDS.items())],
        *[document(f"A3-STATEMENT{i}", "STATEMENT", f"{month}-28", CARD) for i, month in enumerate(MONTHS)],
        document("A3-SOON", "SIGNED_CONTRACT", "2026-03-01", LOAN) | {"published_at": "2026-03-02T12:00:00+01:00"},
        document("A3-LATER", "CERTIFICATE_BALANCE", "2026-03-01", LOAN, published_at="2026-03-02T09:30:01Z"),
    ]  # fmt: skip


def cases() -> list[dict[str, Any]]:
    return [
        {"external_id": "A3-CAS1", **ACCOUNT, "number": "K/2025-1", "original_creditor": "A shop", "original_invoice_number": "S-1", "description": "A bicycle", **EUR, "principal_amount": "410.00", "interest_amount": "12.34", "interest_percent": "8.5", "fees_amount": "35.00", "costs_amount": "7.66", "paid_amount": "9.99", "opened_on": "2025-06-01", "due_on": "2025-07-01", "state": "ON_PLAN"},
        {"external_id": "A3-CAS2", **ACCOUNT, "number": "K/2025-10", "original_creditor": "A shop", **EUR, "principal_amount": "1.00", "opened_on": "2025-06-02", "state": "OPEN"},
        {"external_id": "A3-CAS3", **ACCOUNT, "number": "K/2025-11", "original_creditor": "A shop", **EUR, "principal_amount": "5.00", "interest_amount": "0.00", "paid_amount": "5.00", "opened_on": "2025-07-02", "state": "PAID"},
        {"external_id": "A3-CAS4", **ACCOUNT, "number": "K/2025-12", "original_creditor": "A shop", **EUR, "principal_amount": "70.00", "opened_on": "2025-08-02", "state": "CLOSED"},
    ]  # fmt: skip
