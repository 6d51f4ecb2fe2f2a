"""Claims in collection: who had them first, what was added, and what the debtor has paid of them."""

from datetime import timedelta
from decimal import Decimal

from server.generator.contracts import Account
from server.generator.desk import Desk
from server.generator.documents import Paper, write_paper
from server.generator.loans import between
from server.generator.payments import write_payment
from server.generator.plans import NOTHING, cents, months_after

CREDITORS = (
    ("Nordlys Mobil AS", "Mobile subscription"),
    ("Kystkraft Strøm AS", "Electricity"),
    ("Fjordbanken ASA", "Credit card"),
    ("Treningsloftet AS", "Membership"),
    ("Bymøbler AS", "Furniture bought on credit"),
    ("Tannlegene på Torget AS", "Treatment"),
    ("Parkering Sentrum AS", "Parking"),
)
LATE_PERCENT = Decimal("12.5")
FEES = (Decimal("35.00"), Decimal("175.00"), Decimal("350.00"), Decimal("700.00"))
STATES = ("OPEN",) * 9 + ("ON_PLAN",) * 5 + ("DEFERRED", "DISPUTED") + ("PAID",) * 3 + ("CLOSED",)


def claim(desk: Desk, account: Account, shown: int | None) -> None:
    """One claim of a first creditor against the holder of the account."""
    rng, count = desk.rng, desk.count("case")
    creditor, words = rng.choice(CREDITORS)
    state = rng.choice(STATES) if shown is None else ("OPEN", "ON_PLAN", "PAID")[shown % 3]
    opened_on = desk.today - timedelta(days=rng.randrange(40, 700))
    principal = between(desk, 290, 42_000, 10) + Decimal(rng.randrange(100)) / 100
    interest = cents(principal * LATE_PERCENT / 100 * (desk.today - opened_on).days / 365)
    fees = rng.choice(FEES)
    costs = Decimal("1314.00") if principal > 10_000 and rng.random() < 0.3 else NOTHING
    owed = principal + interest + fees + costs
    case = f"K{count:07d}"
    paid = pay(desk, account, case, owed, state)
    number, invoice = f"{opened_on:%y}{count:07d}", f"{rng.randrange(10_000, 999_999)}"
    desk.out.row(
        "cases",
        external_id=case,
        account=account.id,
        number=number,
        original_creditor=creditor,
        original_invoice_number=invoice,
        description=words,
        currency=desk.house.currency,
        principal_amount=principal,
        interest_amount=interest,
        interest_percent=LATE_PERCENT,
        fees_amount=fees,
        costs_amount=costs,
        paid_amount=paid,
        opened_on=opened_on,
        due_on=opened_on + timedelta(days=14),
        state=state,
    )
    write_paper(
        desk,
        account,
        None,
        Paper("ORIGINAL_INVOICE", f"Invoice {invoice} of {creditor}", opened_on, (words, f"{principal} {desk.house.currency}"), invoice),
    )
    write_paper(
        desk,
        account,
        None,
        Paper("REMINDER", f"Demand for payment, case {number}", opened_on + timedelta(days=7), (f"{owed} {desk.house.currency}",), number),
    )
    if state == "PAID":
        write_paper(
            desk, account, None, Paper("CLOSURE_CONFIRMATION", f"Case {number} is paid", desk.today, number=number, is_portal_only=True)
        )


def pay(desk: Desk, account: Account, case: str, owed: Decimal, state: str) -> Decimal:
    """What came of it: all of a paid claim, some parts of one on a plan."""
    if state == "PAID":
        parts = [owed]
    elif state == "ON_PLAN" or (state == "OPEN" and desk.rng.random() < 0.2):
        parts = [cents(owed / 12)] * desk.rng.randrange(1, 8)
    else:
        parts = []
    for place, amount in enumerate(reversed(parts)):
        value_on = months_after(desk.today - timedelta(days=3), -place)
        how = "CARD" if len(parts) == 1 else "TRANSFER"
        payment = write_payment(desk, account, None, method=how, amount=amount, value_on=value_on, state="SETTLED")
        desk.out.row("payment_allocations", payment=payment, number=1, case=case, amount=amount)
    return sum(parts, NOTHING)
