"""Contracts of every kind, as they are once they are signed: their row, and all that hangs on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from server.generator import identifiers
from server.generator.desk import Desk
from server.generator.dues import LATE, Due, Habit, cancel_from, drawn_habit, due_of, overdue, settle
from server.generator.houses import Door
from server.generator.parties import Party
from server.generator.plans import NOTHING, Line, Terms, months_after, plan

SIGNING_DAYS = (1, 5, 10, 15, 20, 25)
LONGEST_AGO = 36  # months
AHEAD = {
    True: ("DRAFT", "OFFERED", "ACCEPTED", "PENDING_ACTIVATION", "PENDING_ACTIVATION", "DECLINED"),
    False: ("OFFERED", "IN_WITHDRAWAL", "IN_WITHDRAWAL", "PENDING_ACTIVATION", "OFFER_EXPIRED", "WITHDRAWN"),
}
UNSIGNED = frozenset({"DRAFT", "OFFERED", "DECLINED", "OFFER_EXPIRED"})
OVER = {
    "FINANCE_LEASE": ("BOUGHT_OUT", "BOUGHT_OUT", "RETURNED", "MATURED"),
    "RENTAL": ("RETURNED", "EXTENDED"),
    "HIRE_PURCHASE": ("BOUGHT_OUT", "MATURED"),
}
TABLES = frozenset({"FINANCE_LEASE", "HIRE_PURCHASE", "LOAN", "CONSOLIDATION"})


@dataclass
class Account:
    """A customer number at work. `is_debited`: its mandate pays; `collected_on` is the last time it did."""

    id: str
    number: str
    holder: Party
    door: Door
    mandate: str
    is_debited: bool
    language: str
    contracts: list["Contract"] = field(default_factory=list)
    collected_on: date | None = None


@dataclass
class Contract:
    """One contract. `columns` are those of its row that only its kind has."""

    id: str
    number: str
    kind: str
    account: Account
    state: str
    starts_on: date
    habit: Habit
    settled_on: date | None = None
    columns: dict[str, object] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    service: Decimal = NOTHING

    @property
    def is_ahead(self) -> bool:
        """Not in force, and perhaps never."""
        return self.state in AHEAD[True] or self.state in AHEAD[False]

    @property
    def late(self) -> list[Due]:
        return [due for due in self.dues if due.state in LATE]


def begun(desk: Desk, account: Account, kind: str, months: int, shown: int | None) -> Contract:
    """A contract with its fate drawn: still ahead, running, over or settled early. The first that a demo person sees are running."""
    rng, count = desk.rng, desk.count("contract")
    chance = 1.0 if shown is not None and shown < 3 else rng.random()
    habit = drawn_habit(rng, is_debited=account.is_debited, is_late=shown == 1)
    habit = Habit(habit.lag_days) if shown in (0, 2) else habit
    contract = Contract(f"C{count:07d}", number_of(desk, account.door, kind, count), kind, account, "ACTIVE", desk.today, habit)
    if chance < 0.06:
        contract.state = rng.choice(AHEAD[account.holder.is_company])
        contract.starts_on = desk.today + timedelta(days=rng.randrange(5, 26))
    elif kind != "INSURANCE" and chance < 0.14 and months <= LONGEST_AGO:
        contract.state = rng.choice(OVER.get(kind, ("CLOSED",)))
        contract.starts_on = begins(desk, months + rng.randrange(1, 8))
        contract.habit = Habit(habit.lag_days, is_in_pairs=habit.is_in_pairs)
    elif kind != "INSURANCE" and chance < 0.18 and months > 12:
        ago = rng.randrange(8, min(months, LONGEST_AGO))
        contract.state, contract.starts_on = "TERMINATED" if kind == "RENTAL" else "EARLY_SETTLED", begins(desk, ago)
        contract.settled_on = months_after(contract.starts_on, ago - rng.randrange(1, 6)) + timedelta(days=3)
        contract.habit = Habit(habit.lag_days)
    else:
        contract.starts_on = begins(desk, rng.randrange(4 if shown is not None else 1, max(5, min(months, LONGEST_AGO))))
    return contract


def begins(desk: Desk, months_ago: int) -> date:
    """A day on which contracts begin."""
    return months_after(desk.today.replace(day=desk.rng.choice(SIGNING_DAYS)), -months_ago)


def number_of(desk: Desk, door: Door, kind: str, count: int) -> str:
    """The contract number, as each house prints it."""
    if kind == "REVOLVING_CREDIT" and door.preset == "cofinoga":
        return f"3060{count:07d}{identifiers.digits(desk.rng, 6)}"
    if desk.house.is_invoicing:
        return f"{kind[0]}-{count:06d}"
    return f"{10_000_000 + count}-{identifiers.digits(desk.rng, 3)}"


def follow(desk: Desk, contract: Contract, terms: Terms) -> None:
    """Draws the plan, and says what became of it."""
    contract.lines = plan(terms)
    if not contract.is_ahead:
        contract.dues = [due_of(line) for line in contract.lines]
        conclude(desk, contract)


def conclude(desk: Desk, contract: Contract) -> None:
    """Lets the customer pay, until today or until the contract was settled."""
    if contract.settled_on is not None:
        cancel_from(contract.dues, contract.settled_on)
    settle(contract.dues, contract.habit, desk.today)
    if contract.late and contract.state == "ACTIVE":
        contract.state = "DEFAULTED" if len(contract.late) > 2 and desk.rng.random() < 0.3 else "IN_ARREARS"


def outstanding(contract: Contract) -> Decimal:
    """Capital still owed: what the first line opens with that is not paid."""
    if contract.state == "EARLY_SETTLED" or not contract.dues:
        return NOTHING
    unpaid = [line for line, due in zip(contract.lines, contract.dues, strict=True) if due.state != "PAID"]
    if unpaid:
        return unpaid[0].opening
    return contract.lines[-1].closing if contract.state == "MATURED" else NOTHING


def write(desk: Desk, contract: Contract) -> None:
    """The row of a contract, its table, and what it claims."""
    account, signed = contract.account, contract.state not in UNSIGNED
    signed_on = min(contract.starts_on, desk.today) - timedelta(days=desk.rng.randrange(2, 12)) if signed else None
    desk.out.row(
        "contracts",
        external_id=contract.id,
        account=account.id,
        portal=account.door.key,
        number=contract.number,
        kind=contract.kind,
        state=contract.state,
        signed_on=signed_on,
        activated_on=None if contract.is_ahead else contract.starts_on,
        starts_on=contract.starts_on,
        withdrawal_until_on=signed_on + timedelta(days=14) if signed_on and not account.holder.is_company else None,
        currency=desk.house.currency,
        overdue_amount=overdue(contract.dues),
        mandate=account.mandate if account.is_debited and signed else None,
        **{"channel": desk.rng.choice(("DISTANCE", "BRANCH", "DEALER")), **contract.columns},
    )
    if contract.kind in TABLES:
        write_table(desk, contract)
    write_installments(desk, contract, contract.dues)


def write_table(desk: Desk, contract: Contract) -> None:
    """The amortization table, provisional until the contract is in force."""
    status = "PROVISIONAL" if contract.is_ahead else "FINAL"
    table = f"{contract.id}-{status}"
    row = {"external_id": table, "contract": contract.id, "status": status, "revision": 1, "currency": desk.house.currency}
    desk.out.row("amortization_schedules", **row, valid_from_on=contract.starts_on)
    for line in contract.lines:
        desk.out.row(
            "amortization_lines",
            schedule=table,
            number=line.number,
            due_on=line.due_on,
            opening_balance_amount=line.opening,
            payment_amount=line.payment,
            principal_amount=line.principal,
            interest_amount=line.interest,
            insurance_amount=line.insurance,
            vat_amount=line.vat,
            closing_balance_amount=line.closing,
        )


def write_installments(desk: Desk, contract: Contract, dues: Iterable[Due]) -> None:
    for due in dues:
        desk.out.row(
            "installments",
            external_id=installment_id(contract, due),
            contract=contract.id,
            number=due.number,
            due_on=due.due_on,
            currency=desk.house.currency,
            excl_vat_amount=due.excl_vat,
            vat_amount=due.vat,
            principal_amount=due.principal,
            interest_amount=due.interest,
            paid_amount=due.paid,
            state=due.state,
        )


def installment_id(contract: Contract, due: Due) -> str:
    return f"{contract.id}-N{due.number:03d}"
