"""The rows that the test world's finance houses hand over: the same kinds for every account, told apart by a prefix and a few values."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

Rows = dict[str, list[dict[str, Any]]]
PAPER_KINDS = ("INVOICE", "FINAL_AMORTIZATION_TABLE", "WELCOME_LETTER", "GENERAL_CONDITIONS")


def paper(name: str) -> bytes:
    """The bytes of a document: its name is in them, so that a foreign one is seen at once."""
    return f"%PDF-1.7\n% {name}\n".encode()


def account(prefix: str, number: str, holder: str, name: str, portal: str, contracts: int = 3) -> Rows:
    """One account of the party `holder` (exported elsewhere) with one of everything, and `contracts` leases and loans.

    Every external id begins with `prefix`; printed numbers begin with it as well, so that two houses can have equal ones.
    """
    p = prefix
    rows: Rows = {
        "accounts": [{"external_id": f"{p}-ACC", "holder": holder, "portal": portal, "number": number, "status": "ACTIVE", "opened_on": "2024-01-01"}],
        "mandates": [{"external_id": f"{p}-MND", "account": f"{p}-ACC", "bank_account": f"{holder}-BNK", "reference": f"{p}-MANDATE", "scheme": "CORE", "currency": "EUR", "signed_on": "2024-01-01", "state": "ACTIVE", "debit_day": "1"}],
        "cases": [{"external_id": f"{p}-CAS", "account": f"{p}-ACC", "number": f"{p}-K1", "original_creditor": name, "currency": "EUR", "principal_amount": "410.00", "interest_amount": "12.34", "interest_percent": "8", "opened_on": "2025-06-01", "state": "OPEN"}],
    }  # fmt: skip
    for n in range(1, contracts + 1):
        for of_type, added in contract(p, n, name).items():
            rows.setdefault(of_type, []).extend(added)
    for of_type, added in revolving(p).items():
        rows.setdefault(of_type, []).extend(added)
    return rows


def contract(p: str, n: int, name: str) -> Rows:
    """A lease (odd) or a loan (even) of 300.00 over three months of 2026, the first paid, the second overdue on 2 March."""
    c, is_lease = f"{p}-C{n}", n % 2 == 1
    terms = (
        {"rent_excl_vat_amount": "101.00", "rent_incl_vat_amount": "122.21", "vat_percent": "21", "purchase_option_amount": "1.00"}
        if is_lease
        else {"installment_amount": "122.21"}
    )
    return {
        "contracts": [{
            "external_id": c, "account": f"{p}-ACC", "number": f"{p}/2026/{n:03}", "kind": "FINANCE_LEASE" if is_lease else "LOAN", "product": "Standard",
            "state": "ACTIVE", "channel": "BRANCH", "signed_on": "2025-12-15", "activated_on": "2026-01-01", "starts_on": f"2026-01-{n:02}", "ends_on": "2026-03-31",
            "duration_months": "3", "periodicity_months": "1", "timing": "ADVANCE", "currency": "EUR", "financed_amount": f"{300 + n}.00", "nominal_rate_percent": "4.8",
            "apr_percent": "5.1", "outstanding_principal_amount": "200.00", "overdue_amount": "122.21", "mandate": f"{p}-MND", **terms,
        }],
        "assets": [
            {"external_id": f"{c}-AS{i}", "contract": c, "designation": f"{name} machine {i}", "category": "MACHINERY", "manufacturer": "Kuhn", "model": f"M{i}", "serial_number": f"{p}{n}{i}", "currency": "EUR", "purchase_amount": "1000.00", "purchase_vat_amount": "210.00", "delivered_on": "2026-01-01", "state": "IN_USE"}
            for i in (1, 2)
        ],
        "amortization_schedules": [
            {"external_id": f"{c}-SP", "contract": c, "status": "PROVISIONAL", "revision": "1", "currency": "EUR"},
            {"external_id": f"{c}-SF", "contract": c, "status": "FINAL", "revision": "1", "currency": "EUR"},
        ],
        "amortization_lines": [*lines(f"{c}-SP"), *lines(f"{c}-SF")],
        "installments": [
            {"external_id": f"{c}-I{i}", "contract": c, "number": str(i), "due_on": f"2026-0{i}-01", "currency": "EUR", "excl_vat_amount": "101.00", "vat_amount": "21.21", "principal_amount": "100.00", "interest_amount": "1.00", "state": state, "paid_amount": paid}
            for i, state, paid in ((1, "PAID", "122.21"), (2, "OVERDUE", "0.00"), (3, "SCHEDULED", "0.00"))
        ],
        "documents": [
            {"external_id": f"{c}-D{i}", "contract": c, "account": f"{p}-ACC", "kind": kind, "number": f"{c}-N{i}", "title": f"{name} {kind.lower()} {n}", "document_on": f"2026-01-{i:02}",
             "published_at": "2026-01-02T08:00:00Z", "content_type": "application/pdf", "file": f"papers/{c}-{i}.pdf", "sha256": hashlib.sha256(paper(f"{c}-{i}")).hexdigest(), "language": "fr"}
            for i, kind in enumerate(PAPER_KINDS, 1)
        ],
        "invoices": [{"external_id": f"{c}-F", "account": f"{p}-ACC", "contract": c, "document": f"{c}-D1", "number": f"{p}-F{n}", "kind": "INVOICE", "issued_on": "2026-01-01", "due_on": "2026-01-31", "currency": "EUR", "net_amount": "151.00", "vat_amount": "21.21", "state": "PARTIALLY_PAID", "paid_amount": "122.21"}],
        "invoice_lines": [
            {"invoice": f"{c}-F", "number": "1", "contract": c, "asset": f"{c}-AS1", "description": "Rent of January", "nature": "RENT", "quantity": "1", "unit_price_amount": "101.00", "net_amount": "101.00", "vat_category": "S", "vat_percent": "21", "vat_amount": "21.21"},
            {"invoice": f"{c}-F", "number": "2", "description": "Insurance", "nature": "INSURANCE", "quantity": "1", "unit_price_amount": "50.00", "net_amount": "50.00", "vat_category": "E", "vat_percent": "0", "vat_amount": "0.00"},
        ],
        "invoice_vat_totals": [
            {"invoice": f"{c}-F", "number": "1", "vat_category": "S", "vat_percent": "21", "net_amount": "101.00", "vat_amount": "21.21"},
            {"invoice": f"{c}-F", "number": "2", "vat_category": "E", "vat_percent": "0", "net_amount": "50.00", "vat_amount": "0.00"},
        ],
        "payments": [{"external_id": f"{c}-P", "account": f"{p}-ACC", "contract": c, "direction": "INCOMING", "method": "DIRECT_DEBIT", "currency": "EUR", "amount": "122.21", "value_on": "2026-01-03", "reference": f"{c}-REF", "state": "SETTLED"}],
        "payment_allocations": [
            {"payment": f"{c}-P", "number": "1", "invoice": f"{c}-F", "amount": "100.00"},
            {"payment": f"{c}-P", "number": "2", "installment": f"{c}-I1", "amount": "22.21"},
        ],
        "direct_debits": [{"external_id": f"{c}-DD", "mandate": f"{p}-MND", "contract": c, "payment": f"{c}-P", "collection_on": "2026-01-02", "currency": "EUR", "amount": "122.21", "state": "SETTLED", "settled_on": "2026-01-03"}],
    }  # fmt: skip


def revolving(p: str) -> Rows:
    """A credit line with a card, a statement and two operations."""
    c = f"{p}-REV"
    return {
        "contracts": [{"external_id": c, "account": f"{p}-ACC", "number": f"{p}/REV", "kind": "REVOLVING_CREDIT", "state": "ACTIVE", "currency": "EUR", "starts_on": "2025-01-01", "credit_limit_amount": "5000.00", "drawn_amount": "1200.00", "card_last4": "4321", "nominal_rate_percent": "9.9"}],
        "statements": [{"external_id": f"{c}-ST", "contract": c, "period_from_on": "2026-01-01", "period_to_on": "2026-01-31", "currency": "EUR", "opening_balance_amount": "1000.00", "closing_balance_amount": "1200.00"}],
        "operations": [
            {"external_id": f"{c}-O1", "contract": c, "booked_on": "2026-01-10", "value_on": "2026-01-10", "kind": "DRAWDOWN", "description": "Drawdown", "currency": "EUR", "amount": "250.00"},
            {"external_id": f"{c}-O2", "contract": c, "booked_on": "2026-01-20", "value_on": "2026-01-20", "kind": "REPAYMENT", "description": "Repayment", "currency": "EUR", "amount": "-50.00"},
        ],
    }  # fmt: skip


def lines(schedule: str, count: int = 3) -> list[dict[str, Any]]:
    """An amortization table of 100.00 principal and 1.00 interest a month."""
    opening = [Decimal(100 * (count - n + 1)) for n in range(1, count + 1)]
    return [
        {"schedule": schedule, "number": str(n), "due_on": f"2026-0{n}-01", "opening_balance_amount": f"{o}.00", "payment_amount": "122.21", "principal_amount": "100.00", "interest_amount": "1.00", "vat_amount": "21.21", "closing_balance_amount": f"{o - 100}.00"}
        for n, o in enumerate(opening, 1)
    ]  # fmt: skip


def company(external_id: str, name: str, iban: str) -> Rows:
    """A company with an address, a telephone number and a bank account."""
    p = external_id
    return {
        "parties": [{"external_id": p, "kind": "COMPANY", "legal_name": name, "country": "BE", "legal_form": "SA", "enterprise_number": "0403.019.261", "vat_number": "BE0403019261"}],
        "addresses": [{"external_id": f"{p}-ADR", "party": p, "kind": "REGISTERED_OFFICE", "street": f"{name} 1", "postal_code": "5000", "city": "Namur", "country": "BE"}],
        "contact_points": [{"external_id": f"{p}-CTP", "party": p, "kind": "EMAIL", "value": f"{p.lower()}@example.com"}],
        "bank_accounts": [{"external_id": f"{p}-BNK", "party": p, "iban": iban, "holder_name": name}],
    }  # fmt: skip


def person(external_id: str, name: str, iban: str | None = None) -> Rows:
    p, [given, family] = external_id, name.split(" ", 1)
    rows: Rows = {
        "parties": [
            {
                "external_id": p,
                "kind": "PERSON",
                "legal_name": name,
                "given_name": given,
                "family_name": family,
                "born_on": "1980-02-29",
                "country": "BE",
            }
        ]
    }
    if iban:
        rows["bank_accounts"] = [{"external_id": f"{p}-BNK", "party": p, "iban": iban, "holder_name": name}]
    return rows


def user(external_id: str, identity: tuple[str, str], party: str | None = None, locale: str = "en") -> Rows:
    one: dict[str, Any] = {"external_id": external_id, "display_name": external_id, "email": f"{external_id}@example.com", "locale": locale}
    return {
        "users": [one | ({"party": party} if party else {})],
        "login_identities": [{"user": external_id, "kind": identity[0], "value": identity[1]}],
    }


def profile(user: str, account: str, role: str, basis: str = "DELEGATED", **limits: Any) -> Rows:
    return {"profiles": [{"external_id": f"{user}@{account}", "account": account, "user": user, "role": role, "basis": basis, **limits}]}


def account_party(external_id: str, account: str, party: str, capacity: str, contract: str | None = None) -> dict[str, Any]:
    """Someone beside the holder, for the whole account or for one contract."""
    row = {"external_id": external_id, "account": account, "party": party, "capacity": capacity}
    return row | ({"contract": contract} if contract else {})


def together(*parts: Rows) -> Rows:
    found: Rows = {}
    for part in parts:
        for of_type, rows in part.items():
            found.setdefault(of_type, []).extend(rows)
    return found


def write(folder: Path, tenant: str, rows: Rows, sequence: int = 1) -> Path:
    """An export in the documented format, as JSON lines, with the papers that its documents name."""
    folder.mkdir(parents=True)
    files = []
    for of_type, of_rows in rows.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in of_rows)
        (folder / f"{of_type}.jsonl").write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        files.append({"path": f"{of_type}.jsonl", "type": of_type, "rows": len(of_rows), "sha256": digest, "encoding": "utf-8"})
    (folder / "papers").mkdir()
    for document in rows.get("documents", []):
        name = Path(document["file"]).stem
        (folder / document["file"]).write_bytes(paper(name))
    manifest = {"format_version": 1, "tenant": tenant, "source": "erp", "sequence": sequence, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
