"""Four small finance houses and their exports, for the demo. Whatever generates better ones gives the same `House` and takes this place."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from models.days import months_before

Rows = dict[str, list[dict[str, Any]]]
CENT = Decimal("0.01")
MONTHS = 36
IBANS = ("BE68539007547034", "BE71096123456769", "BE43068999999501", "BE62510007547061")


class Portal(NamedTuple):
    """A front door of a house, by its preset."""

    key: str
    brand: str


class Person(NamedTuple):
    """Somebody to sign in as. `external_id` is how the export calls them; `None` for staff."""

    name: str
    portal: str
    what: str
    identifier: str
    external_id: str | None


@dataclass
class House:
    """A finance house, its portals, its people and its rows."""

    key: str
    legal_name: str
    country: str
    currency: str
    portals: list[Portal]
    rows: Rows = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)  # two logins of one person

    def add(self, of_type: str, **row: Any) -> str:
        """One row of the export; gives its external id."""
        self.rows.setdefault(of_type, []).append(row)
        return str(row.get("external_id", ""))

    def write(self, folder: Path) -> Path:
        """The export, in the documented format."""
        (folder / "papers").mkdir(parents=True)
        files = []
        for of_type, rows in self.rows.items():
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{of_type}.jsonl").write_text(text, encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            files.append({"path": f"{of_type}.jsonl", "type": of_type, "rows": len(rows), "sha256": digest, "encoding": "utf-8"})
        for row in self.rows.get("documents", []):
            (folder / row["file"]).write_bytes(paper(row["title"], row["number"]))
        manifest = {"format_version": 1, "tenant": self.key, "source": "erp", "sequence": 1, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder


def houses(today: date) -> Iterator[House]:
    """One for every preset; the last has two portals."""
    yield customer_corner(today)
    yield revolving_house("credit-river", "Credit River SA", "cofidis", ("EMAIL", "lea.martin@example.com"), "Léa Martin", today)
    yield claims_house("nordic-claims", "Nordic Claims AS", today)
    yield two_doors("credit-garden", "Credit Garden SA", today)


def customer_corner(today: date) -> House:
    """Equipment leases of companies, seen by administrators, a viewer and an accountant."""
    house = House("north-lease", "North Lease SA", "BE", "EUR", [Portal("customer-corner", "North Lease Customer Corner")])
    for prefix, name, iban in (("MILL", "Mill SA", IBANS[0]), ("FARM", "Farm SPRL", IBANS[1])):
        company(house, prefix, name, iban)
        account(house, prefix, "customer-corner", "7001002" if prefix == "MILL" else "7001003")
        for n in range(1, 4):
            contract(house, prefix, n, today)
    user(house, "anna", "Anna Molen", "LOGIN_ID", "111111111", "administrator of Mill SA")
    user(house, "victor", "Victor Blé", "LOGIN_ID", "111111112", "view-only at Mill SA")
    user(house, "farid", "Farid Champ", "LOGIN_ID", "222222221", "administrator of Farm SPRL")
    user(house, "carla", "Carla Conte", "LOGIN_ID", "333333331", "accountant of both, by two logins")
    user(house, "carla-2", "Carla Conte", "LOGIN_ID", "333333332", "")
    house.joined.append(("carla", "carla-2"))
    for who, prefix, role, basis in (
        ("anna", "MILL", "ADMINISTRATOR", "LEGAL_REPRESENTATIVE"),
        ("victor", "MILL", "VIEWER", "DELEGATED"),
        ("farid", "FARM", "ADMINISTRATOR", "LEGAL_REPRESENTATIVE"),
        ("carla", "MILL", "VIEWER", "DELEGATED"),
        ("carla-2", "FARM", "VIEWER", "DELEGATED"),
    ):
        profile(house, who, prefix, role, basis)
    house.people.append(Person("Sofie Agent", "north-lease (staff)", "staff: agent", "sofie@north-lease.example", None))
    house.people.append(Person("Oscar Oversight", "north-lease (staff)", "staff: auditor", "oscar@north-lease.example", None))
    return house


def revolving_house(key: str, legal_name: str, preset: str, identity: tuple[str, str], name: str, today: date) -> House:
    """A credit line of a person."""
    house = House(key, legal_name, "BE", "EUR", [Portal(preset, legal_name)])
    holder(house, "LEA", name, IBANS[3], preset, "55010001")
    user(house, "lea", name, *identity, "holder of a credit line and a loan")
    profile(house, "lea", "LEA", "ADMINISTRATOR", "HOLDER")
    credit_line(house, "LEA", today)
    contract(house, "LEA", 2, today)
    return house


def claims_house(key: str, legal_name: str, today: date) -> House:
    """A debt that a creditor handed over."""
    house = House(key, legal_name, "NO", "NOK", [Portal("kredinor", legal_name)])
    holder(house, "KARI", "Kari Nordmann", IBANS[0], "kredinor", "900100")
    user(house, "kari", "Kari Nordmann", "FILE_NUMBER", "900100", "debtor of one case")
    profile(house, "kari", "KARI", "ADMINISTRATOR", "HOLDER")
    opened = months_before(today, 3).isoformat()
    house.add("cases", external_id="KARI-CAS", account="KARI-ACC", number="K-2026-17", original_creditor="Fjell Strøm AS", currency="NOK",
              principal_amount="4100.00", interest_amount="123.40", interest_percent="8", opened_on=opened, state="OPEN")  # fmt: skip
    return house


def two_doors(key: str, legal_name: str, today: date) -> House:
    """Two brands of one house, and a person who is a customer of both."""
    house = House(key, legal_name, "BE", "EUR", [Portal("cofinoga", "Garden Cards"), Portal("norrsken", "Garden Loans")])
    holder(house, "JEAN", "Jean Dupont", IBANS[0], "cofinoga", "80010001")
    account(house, "JEAN-N", "norrsken", "80010002", holder="JEAN")
    credit_line(house, "JEAN", today)
    contract(house, "JEAN-N", 2, today)
    user(house, "jean", "Jean Dupont", "CREDIT_NUMBER", "80010001", "two customer numbers, one for each brand")
    profile(house, "jean", "JEAN", "ADMINISTRATOR", "HOLDER")
    profile(house, "jean", "JEAN-N", "ADMINISTRATOR", "HOLDER")
    return house


def company(house: House, prefix: str, name: str, iban: str) -> None:
    house.add("parties", external_id=prefix, kind="COMPANY", legal_name=name, country="BE", legal_form="SA",
              enterprise_number="0403.019.261", vat_number="BE0403019261")  # fmt: skip
    house.add("addresses", external_id=f"{prefix}-ADR", party=prefix, kind="REGISTERED_OFFICE", street="Chaussée de Namur 12",
              postal_code="5000", city="Namur", country="BE")  # fmt: skip
    house.add("contact_points", external_id=f"{prefix}-CTP", party=prefix, kind="EMAIL", value=f"office@{prefix.lower()}.example")
    house.add("bank_accounts", external_id=f"{prefix}-BNK", party=prefix, iban=iban, holder_name=name)


def holder(house: House, prefix: str, name: str, iban: str, portal: str, number: str) -> None:
    """A person and their account."""
    given, _, family = name.partition(" ")
    house.add("parties", external_id=prefix, kind="PERSON", legal_name=name, given_name=given, family_name=family, born_on="1984-02-29",
              country=house.country)  # fmt: skip
    house.add("bank_accounts", external_id=f"{prefix}-BNK", party=prefix, iban=iban, holder_name=name)
    account(house, prefix, portal, number)


def account(house: House, prefix: str, portal: str, number: str, holder: str | None = None) -> None:
    of, opened = holder or prefix, "2024-01-01"
    house.add("accounts", external_id=f"{prefix}-ACC", holder=of, portal=portal, number=number, status="ACTIVE", opened_on=opened)
    house.add("mandates", external_id=f"{prefix}-MND", account=f"{prefix}-ACC", bank_account=f"{of}-BNK", reference=f"{prefix}-MANDATE",
              scheme="CORE", currency=house.currency, signed_on=opened, state="ACTIVE", debit_day="1")  # fmt: skip


def user(house: House, external_id: str, name: str, kind: str, value: str, what: str) -> None:
    """A login; one that has something to say for itself is shown."""
    locale = "nb" if house.country == "NO" else "fr"
    house.add("users", external_id=external_id, display_name=name, email=f"{external_id}@example.com", locale=locale)
    house.add("login_identities", user=external_id, kind=kind, value=value)
    if what:
        house.people.append(Person(name, house.portals[0].key, what, value, external_id))


def profile(house: House, who: str, prefix: str, role: str, basis: str) -> None:
    house.add("profiles", external_id=f"{who}@{prefix}", account=f"{prefix}-ACC", user=who, role=role, basis=basis)


def credit_line(house: House, prefix: str, today: date) -> None:
    """With a card and the statement of last month."""
    contract = f"{prefix}-LINE"
    house.add("contracts", external_id=contract, account=f"{prefix}-ACC", number=f"{prefix}/LINE", kind="REVOLVING_CREDIT", state="ACTIVE",
              currency=house.currency, starts_on="2025-01-01", credit_limit_amount="5000.00", drawn_amount="1200.00", card_last4="4321",
              nominal_rate_percent="9.9")  # fmt: skip
    begins = months_before(today, 1).replace(day=1)
    house.add("statements", external_id=f"{contract}-ST", contract=contract, period_from_on=begins.isoformat(),
              period_to_on=begins.replace(day=28).isoformat(), currency=house.currency, opening_balance_amount="1000.00",
              closing_balance_amount="1200.00")  # fmt: skip
    for n, (day, kind, amount) in enumerate(((10, "DRAWDOWN", "250.00"), (20, "REPAYMENT", "-50.00")), 1):
        on = begins.replace(day=day).isoformat()
        house.add("operations", external_id=f"{contract}-O{n}", contract=contract, booked_on=on, value_on=on, kind=kind,
                  description=kind.title(), currency=house.currency, amount=amount)  # fmt: skip


def contract(house: House, prefix: str, n: int, today: date) -> None:
    """A lease (odd) or a loan (even) over three years, begun ten months ago, paid by direct debit up to last month."""
    name, starts = f"{prefix}-C{n}", months_before(today, 10).replace(day=1)
    principal, interest = Decimal(300 * n), Decimal("4.20") * n
    vat = ((principal + interest) * Decimal("0.21")).quantize(CENT) if n % 2 else Decimal("0.00")
    rent = principal + interest
    terms = (
        {"rent_excl_vat_amount": str(rent), "rent_incl_vat_amount": str(rent + vat), "vat_percent": "21", "purchase_option_amount": "1.00"}
        if n % 2
        else {"installment_amount": str(rent)}
    )
    house.add("contracts", external_id=name, account=f"{prefix}-ACC", number=f"{prefix}/{starts.year}/{n:03}",
              kind="FINANCE_LEASE" if n % 2 else "LOAN", product="Standard", state="ACTIVE", channel="BRANCH", signed_on=starts.isoformat(),
              activated_on=starts.isoformat(), starts_on=starts.isoformat(), ends_on=after(starts, MONTHS).isoformat(),
              duration_months=str(MONTHS), periodicity_months="1", timing="ADVANCE", currency=house.currency,
              financed_amount=str(principal * MONTHS), nominal_rate_percent="4.8", apr_percent="5.1",
              outstanding_principal_amount=str(principal * (MONTHS - 10)), overdue_amount="0.00", mandate=f"{prefix}-MND",
              **terms)  # fmt: skip
    if n % 2:
        house.add("assets", external_id=f"{name}-AS", contract=name, designation=f"Harvester {n}", category="MACHINERY",
                  manufacturer="Kuhn", model=f"M{n}", serial_number=f"{prefix}{n:06}", currency=house.currency,
                  purchase_amount=str(principal * MONTHS), purchase_vat_amount="0.00",
                  delivered_on=starts.isoformat(), state="IN_USE")  # fmt: skip
    plan(house, name, starts, principal, interest, vat, today)
    if n % 2:
        bill(house, prefix, name, months_before(today, 1).replace(day=1), rent, vat)


def plan(house: House, name: str, starts: date, principal: Decimal, interest: Decimal, vat: Decimal, today: date) -> None:
    """The amortization table, and the claims that follow from it."""
    house.add("amortization_schedules", external_id=f"{name}-PLAN", contract=name, status="FINAL", revision="1", currency=house.currency)
    for i in range(1, MONTHS + 1):
        due, opening, total = after(starts, i - 1), principal * (MONTHS - i + 1), principal + interest + vat
        house.add("amortization_lines", schedule=f"{name}-PLAN", number=str(i), due_on=due.isoformat(), opening_balance_amount=str(opening),
                  payment_amount=str(total), principal_amount=str(principal), interest_amount=str(interest), vat_amount=str(vat),
                  closing_balance_amount=str(opening - principal))  # fmt: skip
        is_paid = due < today
        house.add("installments", external_id=f"{name}-I{i}", contract=name, number=str(i), due_on=due.isoformat(), currency=house.currency,
                  excl_vat_amount=str(principal + interest), vat_amount=str(vat), principal_amount=str(principal),
                  interest_amount=str(interest), state="PAID" if is_paid else "SCHEDULED",
                  paid_amount=str(total) if is_paid else "0.00")  # fmt: skip


def bill(house: House, prefix: str, name: str, on: date, rent: Decimal, vat: Decimal) -> None:
    """The invoice of a month with its paper, and its payment."""
    number = f"{prefix}-{name[-1]}-{on:%Y%m}"
    document = house.add(
        "documents", external_id=f"{name}-DOC", contract=name, account=f"{prefix}-ACC", kind="INVOICE", number=number,
        title=f"Invoice {number}",
        document_on=on.isoformat(), published_at=f"{on}T08:00:00Z", content_type="application/pdf", file=f"papers/{name}.pdf",
        sha256=hashlib.sha256(paper(f"Invoice {number}", number)).hexdigest(), language="fr",
    )  # fmt: skip
    invoice = house.add(
        "invoices", external_id=f"{name}-INV", account=f"{prefix}-ACC", contract=name, document=document, number=number, kind="INVOICE",
        issued_on=on.isoformat(), due_on=on.replace(day=28).isoformat(), currency=house.currency, net_amount=str(rent), vat_amount=str(vat),
        state="PAID", paid_amount=str(rent + vat),
    )  # fmt: skip
    vat_of = {"vat_category": "S", "vat_percent": "21", "net_amount": str(rent), "vat_amount": str(vat)}
    house.add("invoice_lines", invoice=invoice, number="1", contract=name, description="Rent", nature="RENT", quantity="1",
              unit_price_amount=str(rent), **vat_of)  # fmt: skip
    house.add("invoice_vat_totals", invoice=invoice, number="1", **vat_of)
    payment = house.add("payments", external_id=f"{name}-PAY", account=f"{prefix}-ACC", contract=name, direction="INCOMING",
                        method="DIRECT_DEBIT", currency=house.currency, amount=str(rent + vat), value_on=on.isoformat(),
                        reference=f"{name}-REF", state="SETTLED")  # fmt: skip
    house.add("payment_allocations", payment=payment, number="1", invoice=invoice, amount=str(rent + vat))


def after(day: date, months: int) -> date:
    """The same day, months later; `day` is the first of a month."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def paper(title: str, number: str) -> bytes:
    """A page of PDF that says what it is."""
    text = f"BT /F1 18 Tf 72 760 Td ({title}) Tj 0 -28 Td (No. {number}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    file, places = b"%PDF-1.4\n", []
    for number_, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number_, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    return file + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (table, len(file))
