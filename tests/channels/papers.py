"""One of each paper, with all there can be on it, for the tests that print."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, get_args

from pypdf import PdfReader

from channels.papers import Balance, Credit, Due, House, Item, Line, Paper, PayTo, Press, Schedule, SettlementQuote, Situation
from channels.papers.values import ItemName

PRESS = Press()
CODE = "K7QF-2M9X-PB4T-HJ6W-ZC3D"
HOUSE = House(brand="North Lease", legal_name="North Lease SA", country="BE", contact=("+32 2 555 01 00",), verify_at="north.example")
LETTER: dict[str, Any] = {
    "language": "fr",
    "house": HOUSE,
    "addressee": ("Moulins de la Meuse SA", "Rue des Brasseurs 12", "5000 Namur"),
    "account_number": "100200300",
    "contract_number": "A1/2026/001",
    "contract_kind": "LOAN",
    "product": "Équipement Pro",
    "currency": "EUR",
    "as_of_on": date(2026, 3, 2),
    "issued_at": datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
    "time_zone": "Europe/Brussels",
    "code": CODE,
}


def lines(count: int) -> tuple[Line, ...]:
    """A table of 1,000.10 of principal and 1.01 of each charge a month."""
    whole = Decimal("1000.10") * count

    def line(n: int) -> Line:
        opening = whole - Decimal("1000.10") * (n - 1)
        charges = dict.fromkeys(("interest_amount", "fees_amount", "insurance_amount", "vat_amount"), Decimal("1.01"))
        return Line(number=n, due_on=date(2026 + (n - 1) // 12, (n - 1) % 12 + 1, 28), opening_balance_amount=opening,
                    payment_amount=Decimal("1004.14"), principal_amount=Decimal("1000.10"), closing_balance_amount=opening - Decimal("1000.10"), **charges)  # fmt: skip

    return tuple(line(n) for n in range(1, count + 1))


def schedule(count: int = 12, **changes: Any) -> Schedule:
    return Schedule(**LETTER | {"status": "FINAL", "revision": 2, "financed_amount": Decimal("12001.20"), "lines": lines(count)} | changes)


def balance(**changes: Any) -> Balance:
    items = tuple(Item(name=name, amount=Decimal("100.01"), note="2 jours") for name in get_args(ItemName))
    return Balance(
        **LETTER | {"items": items, "total_amount": Decimal("100.01") * len(items), "planned_amount": Decimal("1234567.89")} | changes
    )


def situation(**changes: Any) -> Situation:
    facts = {
        "starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31), "due_amount": Decimal("2008.28"), "paid_amount": Decimal("1004.14"),
        "overdue_amount": Decimal("1004.14"), "overdue_count": 2, "next_due_on": date(2026, 3, 28), "next_amount": Decimal("1004.14"), "remaining_count": 34,
        "overdue": (Due(number=2, due_on=date(2026, 2, 28), amount=Decimal("1004.14"), outstanding_amount=Decimal("1004.14")),),
    }  # fmt: skip
    return Situation(**LETTER | facts | changes)


def credit(**changes: Any) -> Credit:
    facts = {
        "amount": Decimal("36003.60"), "signed_on": date(2025, 12, 15), "starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31), "duration_months": 36,
        "periodicity_months": 1, "timing": "ARREARS", "installment_amount": Decimal("1004.14"), "first_rent_amount": Decimal("5000"), "purchase_option_amount": Decimal("1"),
        "residual_value_amount": Decimal("2"), "nominal_rate_percent": Decimal("4.8"), "apr_percent": Decimal("5.123456"), "fees_amount": Decimal("150.00"),
    }  # fmt: skip
    return Credit(**LETTER | facts | changes)


def quote(**changes: Any) -> SettlementQuote:
    items = (
        Item(name="PRINCIPAL", amount=Decimal("34003.40")),
        Item(name="COMPENSATION", amount=Decimal("340.03"), note="1 %"),
        Item(name="REDUCTION", amount=Decimal("-0.43")),
    )
    pay_to = PayTo(holder="North Lease SA", iban="BE68 5390 0754 7034", bic="GKCCBEBB", reference="+++123/4567/89002+++")
    facts = {"is_binding": True, "items": items, "total_amount": Decimal("34343.00"), "per_day_amount": Decimal("4.5338"), "valid_until_on": date(2026, 3, 16),
             "pay_to": pay_to, "legal_mention": "L’indemnité ne dépasse pas le plafond légal."}  # fmt: skip
    return SettlementQuote(**LETTER | facts | changes)


def each(**changes: Any) -> list[Paper]:
    """One of each kind."""
    return [schedule(**changes), balance(**changes), situation(**changes), credit(**changes), quote(**changes)]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All that is written on all pages, with one blank for every stretch of them."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())
