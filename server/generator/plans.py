"""Amortization tables: what is due when, and how much of it pays back capital."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.days import months_before

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    return months_before(day, -months)


@dataclass(frozen=True)
class Line:
    """One payment of a plan. What it closes at follows from what it opens at."""

    number: int
    due_on: date
    opening: Decimal
    principal: Decimal
    interest: Decimal
    insurance: Decimal = NOTHING
    vat: Decimal = NOTHING

    @property
    def closing(self) -> Decimal:
        return self.opening - self.principal

    @property
    def excl_vat(self) -> Decimal:
        return self.principal + self.interest + self.insurance

    @property
    def payment(self) -> Decimal:
        return self.excl_vat + self.vat


@dataclass(frozen=True)
class Terms:
    """What was agreed: `rate_percent` is nominal and yearly, `every` the months between two payments, `insurance` is due with each.

    A plan in advance pays at the start of each period, and its first payment may be a larger rent.
    """

    principal: Decimal
    rate_percent: Decimal
    months: int
    starts_on: date
    every: int = 1
    is_advance: bool = False
    first_rent: Decimal | None = None
    residual: Decimal = NOTHING
    insurance: Decimal = NOTHING
    vat_percent: Decimal = NOTHING

    @property
    def count(self) -> int:
        return self.months // self.every

    @property
    def rate(self) -> Decimal:
        """Of one period, as a fraction."""
        return self.rate_percent * self.every / 1200

    def due_on(self, number: int) -> date:
        return months_after(self.starts_on, self.every * (number - 1 if self.is_advance else number))

    def vat(self, amount: Decimal) -> Decimal:
        return cents(amount * self.vat_percent / 100)


def regular_payment(terms: Terms) -> Decimal:
    """Capital and interest of every payment but a larger first and the last, which takes the cents that are left."""
    later = terms.count - 1 if terms.is_advance else terms.count
    discount = (1 + terms.rate) ** -later
    worth = terms.principal - terms.residual * discount
    annuity = (1 - discount) / terms.rate if terms.rate else Decimal(later)
    if terms.first_rent is not None:
        return cents((worth - terms.first_rent) / annuity)
    return cents(worth / (annuity + 1 if terms.is_advance else annuity))


def plan(terms: Terms) -> list[Line]:
    """The lines of a plan: each opens where the one above closes, and the last closes at the residual value."""
    regular = regular_payment(terms)
    lines: list[Line] = []
    balance = terms.principal
    for number in range(1, terms.count + 1):
        is_at_start = terms.is_advance and number == 1
        interest = NOTHING if is_at_start else cents(balance * terms.rate)
        payment = terms.first_rent if is_at_start and terms.first_rent is not None else regular
        principal = balance - terms.residual if number == terms.count else payment - interest
        vat = terms.vat(principal + interest)
        lines.append(Line(number, terms.due_on(number), balance, principal, interest, terms.insurance, vat))
        balance -= principal
    return lines


def yearly_cost_percent(rate_percent: Decimal) -> Decimal:
    """The annual percentage rate of a credit without fees, paid monthly: the effective rate, two decimals."""
    return cents(((1 + rate_percent / 1200) ** 12 - 1) * 100)
