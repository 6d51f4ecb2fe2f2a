"""Plans of payments that chain to the cent: equal payments, the last of which absorbs what rounding left."""

from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")


class Line(NamedTuple):
    """One payment without VAT."""

    number: int
    due_on: date
    opening: Decimal
    principal: Decimal
    interest: Decimal
    closing: Decimal

    @property
    def payment(self) -> Decimal:
        return self.principal + self.interest


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def annuity(
    principal: Decimal, yearly_percent: Decimal, count: int, every_months: int, first_on: date, residual: Decimal = Decimal(0)
) -> list[Line]:
    """`count` payments in arrears that leave the residual value owed."""
    rate = yearly_percent * every_months / 1200
    factor = (1 + rate) ** count
    payment = cents((principal * factor - residual) * rate / (factor - 1)) if rate else cents((principal - residual) / count)
    lines, opening = [], principal
    for number in range(1, count + 1):
        interest = cents(opening * rate)
        repaid = opening - residual if number == count else min(payment - interest, opening - residual)
        lines.append(Line(number, months_later(first_on, every_months * (number - 1)), opening, repaid, interest, opening - repaid))
        opening -= repaid
    return lines
