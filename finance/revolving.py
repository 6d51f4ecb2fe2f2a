"""Revolving credit: the least that has to be paid, and how long it takes to pay a debt back by such a rule."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from finance.dates import MONTHLY, MOST_PERIODS, Periodicity
from finance.lines import Line
from finance.money import HUNDRED, NOTHING, ONE, TO_THE_CENT, ZERO, Exact, Rounding, calculation, cents
from finance.rates import Conversion, period_rate
from finance.refusals import Unanswerable
from finance.schedules import Schedule


class Base(Enum):
    """What the share of a minimum payment is a share of."""

    PRINCIPAL = "PRINCIPAL"
    PRINCIPAL_AND_INTEREST = "PRINCIPAL_AND_INTEREST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum(Exact):
    """A share of what is owed, but at least a floor, and never more than is owed with its interest. Without a share: a fixed amount."""

    floor_amount: Decimal = ZERO
    share_percent: Decimal = ZERO
    base: Base = Base.PRINCIPAL
    rounding: Rounding = TO_THE_CENT

    def of(self, principal: Decimal, interest: Decimal) -> Decimal:
        """The least payment on a debt and the interest of its last period, rounded."""
        return min(self.rounding.of(self.unrounded(principal, interest)), principal + interest)

    def unrounded(self, principal: Decimal, interest: Decimal) -> Decimal:
        """The same with all its digits."""
        base = principal if self.base is Base.PRINCIPAL else principal + interest
        return min(max(base * self.share_percent / HUNDRED, self.floor_amount), principal + interest)


@calculation
def minimum_payment(minimum: Minimum, principal_amount: Decimal, interest_amount: Decimal) -> Decimal:
    """The least that has to be paid."""
    return minimum.of(principal_amount, interest_amount)


@calculation
def repayment(
    owed_amount: Decimal,
    rate_percent: Decimal,
    minimum: Minimum,
    *,
    first_due_on: date,
    every: Periodicity = MONTHLY,
    conversion: Conversion = Conversion.PROPORTIONAL,
    carries_cents: bool = True,
) -> Schedule:
    """The table of a debt on which nothing but the minimum is paid, until it is paid back.

    Raises `Unanswerable` `revolving.endless` if it never is, or not within the limit of periods. Without `carries_cents` the table rounds
    what it shows only.
    """
    rate = period_rate(rate_percent, ONE / every.per_year(), conversion)
    owed = owed_amount + NOTHING
    lines: list[Line] = []
    while owed > 0:
        interest = cents(owed * rate) if carries_cents else owed * rate
        payment = minimum.of(owed, interest) if carries_cents else minimum.unrounded(owed, interest)
        closing = owed + interest - payment
        if len(lines) == MOST_PERIODS or (closing >= owed and closing):
            raise Unanswerable("revolving.endless", "payments like these never pay the debt back")
        parts = (owed, payment, payment - interest, interest, closing)
        lines.append(_line(len(lines) + 1, every.after(first_due_on, len(lines)), *(map(cents, parts))))
        owed = closing
    return Schedule(owed_amount, tuple(lines), rate_percent)


def _line(number: int, due_on: date, opening: Decimal, payment: Decimal, principal: Decimal, interest: Decimal, closing: Decimal) -> Line:
    return Line(number, due_on, opening, payment, principal, interest, NOTHING, NOTHING, NOTHING, NOTHING, closing)
