"""Withdrawal: within so many days from the later of conclusion and receipt of the terms, a consumer gives a credit back.

He owes the principal and its interest by the day, and nothing else. Source: Directive 2008/48/EC, article 14.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Self

from finance.calendars import Calendar
from finance.day_counts import DayCount, year_fraction
from finance.figures import Figure
from finance.money import HUNDRED, NOTHING, ZERO, Exact, calculation, cents
from finance.refusals import Unanswerable


@dataclass(frozen=True, slots=True)
class WithdrawalRules:
    """How long one may withdraw, how soon the money is due then, and in which calendar a last day moves that is none to act on."""

    days: int
    repay_within_days: int
    calendar: Calendar | None = None

    @classmethod
    def of(cls, figure: Figure, calendar: Calendar) -> Self:
        """The rules as the figure `withdrawal_period` has them."""
        moves = figure.flag("moves_to_working_day")
        return cls(figure.count("days"), figure.count("repay_within_days"), calendar if moves else None)

    def ends_on(self, *, concluded_on: date, terms_received_on: date) -> date:
        """The last day on which one may withdraw. The day of the later event is not counted."""
        return self._end(max(concluded_on, terms_received_on), self.days)

    def repay_by(self, withdrawn_on: date) -> date:
        """The last day to pay back, counted from the day on which the withdrawal was sent."""
        return self._end(withdrawn_on, self.repay_within_days)

    def _end(self, after_on: date, days: int) -> date:
        last_on = after_on + timedelta(days=days)
        return self.calendar.end_of_legal_period(last_on) if self.calendar else last_on


class Drawn(NamedTuple):
    """Money that the customer has had since a day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class WithdrawalAmount(Exact):
    """What has to be paid back on a day, and how much more on each later one."""

    principal_amount: Decimal
    interest_amount: Decimal
    total_amount: Decimal
    per_day_amount: Decimal


@calculation
def withdrawal_amount(
    drawn: Sequence[Drawn], rate_percent: Decimal, repaid_on: date, *, count: DayCount = DayCount.ACT_365_FIXED
) -> WithdrawalAmount:
    """The principal and the interest from each drawdown to the day of repayment, rounded once. What is drawn later plays no part."""
    if rate_percent < 0 or any(draw.amount < 0 for draw in drawn):
        raise Unanswerable("withdrawal.amount", "a credit has no amount or rate below nothing")
    had = [draw for draw in drawn if draw.on <= repaid_on]
    principal = sum((draw.amount for draw in had), NOTHING)
    interest = cents(sum((draw.amount * rate_percent / HUNDRED * year_fraction(count, draw.on, repaid_on) for draw in had), ZERO))
    per_day = cents(principal * rate_percent / HUNDRED * year_fraction(count, repaid_on, repaid_on + timedelta(days=1)))
    return WithdrawalAmount(principal, interest, principal + interest, per_day)
