"""Invoices of a lessor: rent, interest, services, fees, penalties and the price at the end, each line by its nature, VAT by the rule."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from server.generator import identifiers
from server.generator.contracts import Contract
from server.generator.desk import INVOICE_PAPERS, Desk
from server.generator.documents import Paper, write_paper
from server.generator.dues import LATE, Due
from server.generator.plans import NOTHING, cents

ISSUED_DAYS = 15  # before it is due
FILE_FEE = Decimal("125.00")
REMINDER_FEE = Decimal("18.50")
INSURANCE_TAX = Decimal("0.0925")  # of the premium without it


@dataclass(frozen=True)
class Charge:
    """One line. Category S bears VAT, E is exempt, O is outside its scope."""

    nature: str
    words: str
    net: Decimal
    category: str = "S"
    quantity: int = 1

    def percent(self, desk: Desk) -> Decimal:
        return desk.house.vat_percent if self.category == "S" else Decimal(0)


@dataclass(frozen=True)
class Bill:
    """An invoice to be written. `sign` is -1 on a credit note."""

    kind: str
    issued_on: date
    due_on: date
    charges: list[Charge]
    state: str
    paid: Decimal = NOTHING
    sign: int = 1
    has_paper: bool = False


def bill(desk: Desk, contract: Contract) -> None:
    """Everything that was invoiced under a contract as far as the source hands it over."""
    in_force = [due for due in contract.dues if due.state != "CANCELLED" and due.asked]
    billed = [due for due in in_force if due.due_on >= desk.history_from and issued_on(due) <= desk.today]
    for place, due in enumerate(billed):
        due.invoice = write_bill(desk, contract, bill_of(desk, contract, due, has_paper=place >= len(billed) - INVOICE_PAPERS))
    extras(desk, contract, billed)


def issued_on(due: Due) -> date:
    return due.due_on - timedelta(days=ISSUED_DAYS)


def bill_of(desk: Desk, contract: Contract, due: Due, *, has_paper: bool) -> Bill:
    charges = charges_of(contract, due)
    asked, _ = totals(desk, charges)
    due.extra = asked - due.incl_vat
    state = {"SCHEDULED": "ISSUED"}.get(due.state, due.state)
    return Bill("INVOICE", issued_on(due), due.due_on, charges, state, due.received, has_paper=has_paper)


def charges_of(contract: Contract, due: Due) -> list[Charge]:
    """What one installment is made of, in the words of an invoice."""
    month = f"{due.due_on:%m/%Y}"
    if contract.kind in ("LOAN", "HIRE_PURCHASE", "CREDIT_FACILITY"):
        found = [
            Charge("PRINCIPAL", f"Capital {month}", due.principal or NOTHING, "O"),
            Charge("INTEREST", f"Interest {month}", due.interest or NOTHING, "E"),
        ]
    elif contract.kind == "INSURANCE":
        premium = cents(due.excl_vat / (1 + INSURANCE_TAX))
        found = [
            Charge("INSURANCE", f"Premium {month}", premium, "E"),
            Charge("TAX", f"Insurance tax {month}", due.excl_vat - premium, "O"),
        ]
    else:
        found = [Charge("RENT", f"Rent {month}", due.excl_vat)]
    if contract.service:
        found.append(Charge("SERVICE", f"Maintenance {month}", contract.service))
    if due.number == 1 and contract.kind == "FINANCE_LEASE":
        found.append(Charge("FEE", "File fee", FILE_FEE))
    return [charge for charge in found if charge.net]


def extras(desk: Desk, contract: Contract, billed: list[Due]) -> None:
    """What is invoiced beside the installments."""
    rng = desk.rng
    late = [due for due in billed if due.state in LATE and (desk.today - due.due_on).days > 20]
    if late:
        day = late[0].due_on + timedelta(days=15)
        interest = cents(late[0].asked * Decimal("0.01"))
        charges = [Charge("FEE", "Reminder", REMINDER_FEE, "O"), Charge("PENALTY", "Interest for paying late", interest, "O")]
        state = "OVERDUE" if day + timedelta(days=30) < desk.today else "ISSUED"
        write_bill(desk, contract, Bill("INVOICE", day, day + timedelta(days=30), charges, state, has_paper=True))
    if billed and rng.random() < 0.08:
        take_back(desk, contract, issued_on(billed[-1]))
    if contract.state == "BOUGHT_OUT" and contract.lines and contract.lines[-1].closing and billed:
        day = billed[-1].due_on + timedelta(days=20)
        charges = [Charge("RESIDUAL", "Purchase option", contract.lines[-1].closing)]
        write_bill(desk, contract, Bill("INVOICE", day, day, charges, "DUE" if day <= desk.today else "ISSUED", has_paper=True))


def take_back(desk: Desk, contract: Contract, day: date) -> None:
    """An administration fee that should not have been invoiced, and its credit note: together they ask nothing."""
    charges = [Charge("FEE", "Change of invoicing address", Decimal("35.00"))]
    write_bill(desk, contract, Bill("INVOICE", day, day + timedelta(days=30), charges, "CREDITED"))
    write_bill(desk, contract, Bill("CREDIT_NOTE", day, day, charges, "ISSUED", sign=-1, has_paper=True))


def totals(desk: Desk, charges: list[Charge]) -> tuple[Decimal, dict[tuple[str, Decimal], tuple[Decimal, Decimal]]]:
    """What it comes to, and net and VAT for each category and rate: VAT is rounded once for each."""
    nets: dict[tuple[str, Decimal], Decimal] = {}
    for charge in charges:
        key = charge.category, charge.percent(desk)
        nets[key] = nets.get(key, NOTHING) + charge.net
    parts = {key: (net, cents(net * key[1] / 100)) for key, net in nets.items()}
    return sum((net + vat for net, vat in parts.values()), NOTHING), parts


def write_bill(desk: Desk, contract: Contract, bill: Bill) -> str:
    """Writes an invoice with its lines, totals and paper, and says how it is called."""
    count, account = desk.count("invoice"), contract.account
    invoice, number = f"F{count:08d}", f"{'CN' if bill.sign < 0 else ''}{bill.issued_on:%Y}-{count:07d}"
    asked, parts = totals(desk, bill.charges)
    vat = sum((vat for _, vat in parts.values()), NOTHING)
    title = f"{'Credit note' if bill.sign < 0 else 'Invoice'} {number}"
    lines = [f"{charge.words}: {charge.net * bill.sign} {desk.house.currency}" for charge in bill.charges]
    paper = Paper(bill.kind, title, bill.issued_on, (*lines, f"Total with VAT: {asked * bill.sign} {desk.house.currency}"), number)
    desk.out.row(
        "invoices",
        external_id=invoice,
        account=account.id,
        contract=contract.id,
        document=write_paper(desk, account, contract, paper) if bill.has_paper else None,
        number=number,
        kind=bill.kind,
        issued_on=bill.issued_on,
        due_on=bill.due_on,
        period_from_on=bill.due_on.replace(day=1),
        period_to_on=bill.due_on,
        currency=desk.house.currency,
        net_amount=(asked - vat) * bill.sign,
        vat_amount=vat * bill.sign,
        paid_amount=bill.paid,
        state=bill.state,
        is_disputed=bill.state == "OVERDUE" and desk.rng.random() < 0.1,
        batch_number=f"B{bill.issued_on:%Y%m}",
        payment_reference=identifiers.structured_communication(count),
    )
    write_lines(desk, contract, invoice, bill)
    for place, ((category, percent), (net, of_net)) in enumerate(parts.items(), 1):
        row = {"invoice": invoice, "number": place, "vat_category": category, "vat_percent": percent}
        desk.out.row("invoice_vat_totals", **row, net_amount=net * bill.sign, vat_amount=of_net * bill.sign)
    return invoice


def write_lines(desk: Desk, contract: Contract, invoice: str, bill: Bill) -> None:
    """The VAT of the last line of a category takes the cent that rounding line by line would lose or find."""
    _, parts = totals(desk, bill.charges)
    left = {key: vat for key, (_, vat) in parts.items()}
    last = {(charge.category, charge.percent(desk)): place for place, charge in enumerate(bill.charges)}
    for place, charge in enumerate(bill.charges):
        key = charge.category, charge.percent(desk)
        vat = left[key] if last[key] == place else cents(charge.net * key[1] / 100)
        left[key] -= vat
        desk.out.row(
            "invoice_lines",
            invoice=invoice,
            number=place + 1,
            contract=contract.id,
            asset=contract.assets[0] if charge.nature in ("RENT", "SERVICE", "RESIDUAL") and len(contract.assets) == 1 else None,
            description=charge.words,
            nature=charge.nature,
            quantity=charge.quantity,
            unit_price_amount=charge.net * bill.sign,
            net_amount=charge.net * bill.sign,
            vat_category=charge.category,
            vat_percent=key[1],
            vat_amount=vat * bill.sign,
        )
