"""Arrears: what is overdue on a day and since when, of what fell due and what was paid.

A payment that names an installment pays that one; what it has too much, and a payment that names none, pays the oldest that is open.
Payments count from their own day: what was overdue in between stays an incident, though nothing of it be owed today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from finance.calendars import Calendar, Convention
from finance.day_counts import DayCount
from finance.late_interest import DatedRate, LateInterest, Owed, interest_on
from finance.money import NOTHING, ZERO, Exact, calculation
from finance.refusals import Unanswerable

MOST_DUES = 10_000
MOST_GRACE_DAYS = 90


class Due(NamedTuple):
    """One installment as it fell due."""

    number: int
    due_on: date
    amount: Decimal


class Paid(NamedTuple):
    """One payment that has arrived, and the installment that it names, if any."""

    on: date
    amount: Decimal
    number: int | None = None


class Grace(NamedTuple):
    """Until when a payment is still in time: so many days after the due date, and on a day on which banks work."""

    days: int = 0
    calendar: Calendar | None = None

    def last_on(self, due_on: date) -> date:
        """The last day in time."""
        if type(self.days) is not int or not 0 <= self.days <= MOST_GRACE_DAYS:
            raise Unanswerable("arrears.grace", f"a time of grace has 0 to {MOST_GRACE_DAYS} days, not {self.days!r}")
        moved_on = self.calendar.adjusted(due_on, Convention.FOLLOWING) if self.calendar else due_on
        return moved_on + timedelta(days=self.days)


NO_GRACE = Grace()


@dataclass(frozen=True, slots=True)
class Standing(Exact):
    """One installment and what was paid on it, payment by payment in the order of their days."""

    due: Due
    paid: tuple[Paid, ...]

    @calculation
    def open_amount(self, on: date) -> Decimal:
        """What is not paid of it at the end of a day."""
        return self.due.amount - sum((paid.amount for paid in self.paid if paid.on <= on), ZERO)


@dataclass(frozen=True, slots=True)
class Overdue(Exact):
    """An installment that is late, with what is open of it."""

    number: int
    due_on: date
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class Arrears(Exact):
    """What is overdue together, since the oldest due date of it, and for how many days."""

    amount: Decimal
    since_on: date
    days: int
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True, slots=True)
class Position(Exact):
    """What a settlement needs: what is due by a day and not paid, be it overdue yet or not, and what was paid of what is not due yet."""

    unpaid_amount: Decimal
    prepaid_amount: Decimal


@calculation
def standings(dues: Sequence[Due], payments: Sequence[Paid]) -> tuple[Standing, ...]:
    """Which payment paid what, the dues in the order of their days. What is paid beyond all of them is left out."""
    _check(dues, payments)
    ordered = sorted(dues, key=lambda due: (due.due_on, due.number))
    open_amounts = {due.number: due.amount for due in ordered}
    paid: dict[int, list[Paid]] = {due.number: [] for due in ordered}
    for payment in sorted(payments, key=lambda payment: payment.on):
        left = payment.amount
        for number in [payment.number, *open_amounts] if payment.number is not None else open_amounts:
            taken = min(left, open_amounts.get(number, ZERO))
            if taken:
                paid[number].append(Paid(payment.on, taken, number))
                open_amounts[number] -= taken
                left -= taken
            if not left:
                break
    return tuple(Standing(due, tuple(paid[due.number])) for due in ordered)


@calculation
def arrears(dues: Sequence[Due], payments: Sequence[Paid], on: date, *, grace: Grace = NO_GRACE) -> Arrears | None:
    """What is overdue at the end of a day, or nothing."""
    overdue = tuple(
        Overdue(standing.due.number, standing.due.due_on, standing.open_amount(on))
        for standing in standings(dues, payments)
        if standing.open_amount(on) > 0 and on > grace.last_on(standing.due.due_on)
    )
    if not overdue:
        return None
    since_on = overdue[0].due_on
    return Arrears(sum((late.open_amount for late in overdue), NOTHING), since_on, (on - since_on).days, overdue)


@calculation
def position(dues: Sequence[Due], payments: Sequence[Paid], on: date) -> Position:
    """What is open and what is too much at the end of a day. What is due on the day itself is open until it is paid."""
    told = standings(dues, payments)
    unpaid = sum((standing.open_amount(on) for standing in told if standing.due.due_on <= on), NOTHING)
    due = sum((standing.due.amount for standing in told if standing.due.due_on <= on), NOTHING)
    came_in = sum((payment.amount for payment in payments if payment.on <= on), NOTHING)
    return Position(unpaid, came_in - (due - unpaid))


@calculation
def incidents(dues: Sequence[Due], payments: Sequence[Paid], on: date, *, grace: Grace = NO_GRACE) -> int:
    """How many installments up to a day were not paid in time, be they paid since or not."""
    return sum(
        standing.open_amount(last_on) > 0 for standing in standings(dues, payments) if (last_on := grace.last_on(standing.due.due_on)) < on
    )


@calculation
def interest_on_arrears(
    standing: Standing, on: date, rates: Sequence[DatedRate], *, count: DayCount = DayCount.ACT_365_FIXED
) -> LateInterest:
    """The interest on one installment from its due date, on what was open of it day by day, rounded once."""
    due_on = standing.due.due_on
    steps = sorted({due_on, *(paid.on for paid in standing.paid if paid.on > due_on)})
    return interest_on([Owed(step_on, standing.open_amount(step_on)) for step_on in steps], until_on=on, rates=rates, count=count)


def _check(dues: Sequence[Due], payments: Sequence[Paid]) -> None:
    numbers = {due.number for due in dues}
    if len(dues) > MOST_DUES or len(payments) > MOST_DUES or len(numbers) != len(dues):
        raise Unanswerable("arrears.dues", f"an account has at most {MOST_DUES} installments and payments, each installment its own number")
    if any(due.amount < 0 for due in dues) or any(payment.amount < 0 for payment in payments):
        raise Unanswerable("arrears.amount", "what is due or paid is not less than nothing")
    if unknown := {payment.number for payment in payments if payment.number is not None} - numbers:
        raise Unanswerable("arrears.number", f"payments name installments that are not there: {sorted(unknown)}")
