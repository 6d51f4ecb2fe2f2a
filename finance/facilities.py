"""Credit facilities: what is drawn and repaid on any day, with interest for every day on what is owed, and a fee on what is not drawn.

The day of a movement bears no interest yet, the day of a statement does: a sum drawn on the 10th and repaid on the 20th bears ten days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from finance.balances import principal_on
from finance.money import EXACT, HUNDRED, NOTHING, ZERO, Exact, calculation, cents
from finance.plans import YearFraction
from finance.refusals import Unanswerable
from finance.schedules import Schedule

MOST_MOVEMENTS = 10_000


def actual_365(start_on: date, end_on: date) -> Decimal:
    """ACT/365F: the days over 365."""
    return EXACT.divide(Decimal((end_on - start_on).days), 365)


@dataclass(frozen=True, slots=True)
class Movement(Exact):
    """So much drawn (+) or repaid (-) on a day."""

    moved_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Exact):
    """The terms of a facility. `rates` are nominal and yearly, each from its day on; the first one holds from the opening at the latest.

    With `capitalizes` the interest and the fee of a statement join the debt on its day; without, they are paid on that day beside it.
    """

    limit_amount: Decimal
    opened_on: date
    rates: tuple[tuple[date, Decimal], ...]
    undrawn_fee_percent: Decimal = ZERO
    counting: YearFraction = actual_365
    capitalizes: bool = False

    def __post_init__(self) -> None:
        Exact.__post_init__(self)
        if (
            not self.rates
            or self.rates[0][0] > self.opened_on
            or any(later <= earlier for (earlier, _), (later, _) in pairwise(self.rates))
        ):
            raise Unanswerable("facility.rates", "the rates of a facility follow one another, the first from its opening")


class Statement(NamedTuple):
    """A stretch of a facility, from the day after `from_on` to `until_on`. Interest and fee are rounded once, here."""

    from_on: date
    until_on: date
    opening: Decimal
    drawn: Decimal
    repaid: Decimal
    interest: Decimal
    undrawn_fee: Decimal
    closing: Decimal
    available: Decimal


@calculation
def statements(facility: Facility, movements: Sequence[Movement], until: Sequence[date]) -> tuple[Statement, ...]:
    """The statements of a facility at these days, in order.

    Raises `Unanswerable`: `facility.limit` when more is drawn than the limit allows, `facility.overpaid` when more is repaid than is owed.
    """
    ordered = sorted(movements, key=lambda movement: movement.moved_on)
    days = [facility.opened_on, *until]
    if len(movements) > MOST_MOVEMENTS or any(later <= earlier for earlier, later in pairwise(days)):
        raise Unanswerable("facility.days", f"statements follow one another after the opening, over at most {MOST_MOVEMENTS} movements")
    if ordered and not facility.opened_on <= ordered[0].moved_on:
        raise Unanswerable("facility.days", "nothing moves before the opening")
    owed, found = NOTHING, []
    for from_on, until_on in pairwise(days):
        is_first = from_on == facility.opened_on
        moved = [m for m in ordered if m.moved_on <= until_on and (m.moved_on > from_on or (is_first and m.moved_on == from_on))]
        statement = _statement(facility, owed, moved, from_on, until_on)
        found.append(statement)
        owed = statement.closing
    return tuple(found)


def _statement(facility: Facility, opening: Decimal, moved: Sequence[Movement], from_on: date, until_on: date) -> Statement:
    changes = [day for day, _ in facility.rates if from_on < day < until_on]
    days = sorted({from_on, until_on, *changes, *(movement.moved_on for movement in moved)})
    owed, interest, fee = _moved(facility, opening, moved, from_on), ZERO, ZERO
    for start_on, end_on in pairwise(days):
        years = facility.counting(start_on, end_on)
        interest += owed * _rate_on(facility, start_on) * years / HUNDRED
        fee += max(facility.limit_amount - owed, ZERO) * facility.undrawn_fee_percent * years / HUNDRED
        owed = _moved(facility, owed, moved, end_on)
    interest, fee = cents(interest), cents(fee)
    closing = owed + interest + fee if facility.capitalizes else owed
    drawn = sum((m.amount for m in moved if m.amount > 0), NOTHING)
    repaid = -sum((m.amount for m in moved if m.amount < 0), NOTHING)
    return Statement(
        from_on, until_on, opening, drawn, repaid + NOTHING, interest, fee, closing, max(facility.limit_amount - closing, NOTHING)
    )


def _moved(facility: Facility, owed: Decimal, moved: Sequence[Movement], day: date) -> Decimal:
    """What is owed after the movements of a day."""
    for movement in moved:
        if movement.moved_on == day:
            owed += movement.amount
            if movement.amount > 0 and owed > facility.limit_amount:
                raise Unanswerable("facility.limit", f"{movement.amount} on {day} goes beyond the limit of {facility.limit_amount}")
            if owed < 0:
                raise Unanswerable("facility.overpaid", f"{-movement.amount} on {day} is more than is owed")
    return owed


def _rate_on(facility: Facility, day: date) -> Decimal:
    """The yearly rate that holds from this day on."""
    return next(percent for from_on, percent in reversed(facility.rates) if from_on <= day or from_on == facility.rates[0][0])


class Usage(NamedTuple):
    """How much of a facility is drawn and how much is left."""

    drawn: Decimal
    available: Decimal


@calculation
def usage_on(limit_amount: Decimal, drawdowns: Sequence[tuple[date, Schedule]], day: date) -> Usage:
    """The same for a facility whose drawdowns are each paid back by a plan of their own, from the day they were drawn."""
    drawn = sum(
        (principal_on(schedule.lines, schedule.financed_amount, day) for drawn_on, schedule in drawdowns if drawn_on <= day), NOTHING
    )
    return Usage(drawn, max(limit_amount - drawn, NOTHING))
