"""Credit that is drawn and paid back as one likes: cards, revolving credits and credit facilities, with operations and statements."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from server.generator import identifiers
from server.generator.contracts import Account, Contract, begun
from server.generator.desk import Desk
from server.generator.dues import Due, Habit, settle
from server.generator.loans import between, percent
from server.generator.plans import NOTHING, cents, months_after, yearly_cost_percent

REPAID_ON_DAY = 5
LONGEST_MONTHS = 14  # of operations in an export
MINIMUM = Decimal("25.00")
SHARE = Decimal("0.045")  # of the balance, repaid every month
INSURED = Decimal("0.0056")
SHOPS = ("Marché Bellevue", "Librairie du Pont", "Bricofer", "Électro Lumen", "Station des Alpes", "Mode Clairette", "Voyages Atlantis")


def credit_line(desk: Desk, account: Account, kind: str, shown: int | None) -> Contract:
    """One credit line with what was drawn and repaid month by month."""
    limit = between(desk, 50_000, 400_000, 5_000) if kind == "CREDIT_FACILITY" else between(desk, 1_000, 12_000, 250)
    contract = begun(desk, account, kind, LONGEST_MONTHS, shown)
    rate_percent = rate(desk, kind, limit)
    line = Line(desk, contract, limit, rate_percent)
    if not contract.is_ahead:
        contract.state = "ACTIVE" if contract.state != "CLOSED" else "NOTICE"
        contract.settled_on, contract.habit = None, Habit(contract.habit.lag_days, contract.habit.missed)
        line.run()
    contract.columns = {
        "product": "Credit facility" if kind == "CREDIT_FACILITY" else "Crédit renouvelable",
        "nominal_rate_percent": rate_percent,
        "apr_percent": None if account.holder.is_company else yearly_cost_percent(rate_percent),
        "periodicity_months": 1,
        "credit_limit_amount": limit,
        "drawn_amount": line.balance,
        "outstanding_principal_amount": line.balance,
        "card_last4": contract.number[-4:] if account.door.preset == "cofinoga" else None,
        "renewal_rule": "Renewed every year, three months after notice of its terms.",
    }
    return contract


def rate(desk: Desk, kind: str, limit: Decimal) -> Decimal:
    """The less is lent, the higher the ceiling of the law for it, and the rate below."""
    if kind == "CREDIT_FACILITY":
        return percent(desk, 390, 590)
    if limit <= 3_000:
        return percent(desk, 1_690, 1_890)
    return percent(desk, 1_090, 1_250) if limit <= 6_000 else percent(desk, 690, 790)


class Line:
    """The balance of a credit line as it moves."""

    def __init__(self, desk: Desk, contract: Contract, limit: Decimal, rate_percent: Decimal) -> None:
        self.desk = desk
        self.contract = contract
        self.limit = limit
        self.rate_percent = rate_percent
        self.balance = NOTHING
        self.is_insured = desk.rng.random() < 0.3
        self.moves = 0

    def run(self) -> None:
        """Month by month until today; claims first, for what is missed is not repaid."""
        months = list(self.months())
        self.contract.dues = [Due(number, day.replace(day=REPAID_ON_DAY), NOTHING) for number, day in enumerate(months[1:], 1)]
        settle(self.contract.dues, self.contract.habit, self.desk.today)
        # A credit that has just begun has not been drawn to the last.
        self.move(self.contract.starts_on, "DRAWDOWN", "First drawing", cents(self.limit * self.desk.rng.randrange(20, 60) / 100))
        for number, first_on in enumerate(months):
            if first_on <= self.desk.today:
                self.month(first_on, self.contract.dues[number - 1] if number else None)
        self.claim_next(self.contract.dues[-1])

    def months(self) -> Iterator[date]:
        """The first days of every month from the start to the next one from today."""
        first_on = self.contract.starts_on.replace(day=1)
        while first_on <= months_after(self.desk.today, 1):
            yield first_on
            first_on = months_after(first_on, 1)

    def month(self, first_on: date, due: Due | None) -> None:
        last_on = months_after(first_on, 1) - timedelta(days=1)
        opening = self.balance if due else NOTHING
        if due:
            self.repay(due, last_on)
        self.spend(max(first_on, self.contract.starts_on), min(last_on, self.desk.today))
        if last_on < self.desk.today:
            self.charge(last_on)
            self.state(first_on, last_on, opening)

    def repay(self, due: Due, last_on: date) -> None:
        """What the month asks; the operation stands where the money came, and not where it was missed."""
        self.ask(due)
        if due.state == "PAID" and due.paid_on:
            self.move(min(due.paid_on, last_on), "REPAYMENT", "Repayment, thank you", -due.excl_vat)

    def ask(self, due: Due) -> None:
        amount = min(self.balance, max(MINIMUM, cents(self.balance * SHARE)))
        due.interest = min(amount, cents(self.balance * self.rate_percent / 1200))
        due.excl_vat, due.principal = amount, amount - due.interest
        due.paid = due.excl_vat if due.state == "PAID" else NOTHING

    def claim_next(self, due: Due) -> None:
        """The month ahead: asked of what is owed today."""
        if due.due_on > self.desk.today:
            self.ask(due)

    def spend(self, first_on: date, last_on: date) -> None:
        rng = self.desk.rng
        for _ in range(rng.randrange(4)):
            amount = cents(self.limit * rng.randrange(50, 700) / 10_000)
            day = first_on + timedelta(days=rng.randrange(max(1, (last_on - first_on).days + 1)))
            if self.balance + amount > self.limit:
                continue
            if self.contract.kind == "CREDIT_FACILITY":
                self.move(day, "DRAWDOWN", "Drawing", amount)
            elif rng.random() < 0.12:
                self.move(day, "CASH_WITHDRAWAL", f"Cash, {self.contract.account.holder.town[1]}", amount)
            else:
                self.buy(day, last_on, rng.choice(SHOPS), amount)

    def buy(self, day: date, last_on: date, shop: str, amount: Decimal) -> None:
        self.move(day, "PURCHASE", shop, amount)
        back_on = day + timedelta(days=3)
        if self.desk.rng.random() < 0.04 and back_on <= last_on:
            self.move(back_on, "REVERSAL", f"{shop}, goods returned", -amount)

    def charge(self, last_on: date) -> None:
        owed = self.balance
        self.move(last_on, "INTEREST", "Interest of the month", cents(owed * self.rate_percent / 1200))
        if self.is_insured:
            self.move(last_on, "INSURANCE", "Insurance of the month", cents(owed * INSURED))
        if self.desk.rng.random() < 0.03:
            self.move(last_on, "FEE", "Fee for a card that was replaced", Decimal("9.00"))

    def move(self, day: date, kind: str, description: str, amount: Decimal) -> None:
        if amount == 0:
            return
        self.moves += 1
        self.balance += amount
        row = {"external_id": f"{self.contract.id}-O{self.moves:04d}", "contract": self.contract.id, "currency": self.desk.house.currency}
        self.desk.out.row("operations", **row, booked_on=day, value_on=day, kind=kind, description=description, amount=amount)

    def state(self, first_on: date, last_on: date, opening: Decimal) -> None:
        self.desk.out.row(
            "statements",
            external_id=f"{self.contract.id}-S{first_on:%Y%m}",
            contract=self.contract.id,
            period_from_on=first_on,
            period_to_on=last_on,
            currency=self.desk.house.currency,
            opening_balance_amount=opening,
            closing_balance_amount=self.balance,
        )


def card_number(desk: Desk, count: int) -> str:
    """The number of a card or credit that nobody has: 3060, a counter, and digits."""
    return f"3060{count:07d}{identifiers.digits(desk.rng, 6)}"
