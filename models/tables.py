"""Which amortization table holds on a day, and since when its first period runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from finance.conventions import InterestConvention
from finance.dates import Periodicity
from finance.lines import Line
from finance.money import NOTHING

S = TypeVar("S")
TOLERANCE = Decimal("0.02")  # of a first interest that is held against the next one


def in_force(schedules: Iterable[S], day: date) -> S | None:
    """The one that holds on a day: the final one rather than the provisional, its newest revision whose first day has come."""
    known: Iterable[Any] = schedules
    begun = [schedule for schedule in known if schedule.valid_from_on is None or schedule.valid_from_on <= day]
    return min(begun, key=lambda schedule: (schedule.status, -schedule.revision), default=None)


@dataclass(frozen=True)
class Table:
    """A table that holds on a day, and when the period of its first line begins.

    `is_beginning_sure` is False where the table fits neither of the days on which that period may have begun.
    """

    schedule: Any
    lines: tuple[Line, ...]
    begins_on: date
    is_beginning_sure: bool = True

    @property
    def opening(self) -> Decimal:
        """What is owed before its first line: of a revised table not what the contract financed."""
        return self.lines[0].opening

    @property
    def convention(self) -> InterestConvention | None:
        """How the house says that it counts interest, if it does."""
        return InterestConvention(self.schedule.interest_convention) if self.schedule.interest_convention else None

    @classmethod
    def of(cls, schedule: Any, lines: tuple[Line, ...], contract: Any, due_days: Iterable[date]) -> "Table":
        """`due_days` are those of the claims that have not fallen away: a revised table goes on from the last of them before it."""
        first_on, starts_on, valid_on = lines[0].due_on, contract.starts_on, schedule.valid_from_on
        earlier = max((day for day in due_days if starts_on <= day < first_on), default=None)
        if earlier is None:
            earlier = _one_period_before(lines, contract) if _goes_on(schedule, lines, contract) else starts_on
        if valid_on is None or not earlier < valid_on < first_on:
            return cls(schedule, lines, earlier)
        return cls(schedule, lines, *_begins(lines, earlier, valid_on))


def _goes_on(schedule: Any, lines: Sequence[Line], contract: Any) -> bool:
    """Whether a table is the continuation of another one, and not the contract's whole table sent again."""
    financed = contract.financed_amount
    return schedule.revision > 1 and financed is not None and lines[0].opening != Decimal(financed)


def _one_period_before(lines: Sequence[Line], contract: Any) -> date:
    every = Periodicity(months=contract.periodicity_months or 1)
    starts_on: date = contract.starts_on
    return max(starts_on, every.after(lines[0].due_on, -1))


def _begins(lines: Sequence[Line], earlier_on: date, valid_on: date) -> tuple[date, bool]:
    """A table that holds from the middle of a period charges all of it, or what is left of it: its first interest shows which."""
    first = lines[0]
    later = next((line for line in lines[1:] if line.interest and line.opening), None)
    if not first.interest or later is None:
        return earlier_on, not first.interest
    whole = first.opening * later.interest / later.opening
    part = whole * (first.due_on - valid_on).days / (first.due_on - earlier_on).days
    off_whole, off_part = abs(first.interest - whole), abs(first.interest - part)
    is_sure = min(off_whole, off_part) <= TOLERANCE + whole * Decimal("0.1")  # months have 28 to 31 days
    return (earlier_on if off_whole <= off_part else valid_on), is_sure


def lines_of(rows: Iterable[Any]) -> tuple[Line, ...]:
    """The lines of an imported table, as calculations read them."""
    return tuple(
        Line(
            row.number,
            row.due_on,
            Decimal(row.opening_balance_amount),
            Decimal(row.payment_amount),
            Decimal(row.principal_amount),
            Decimal(row.interest_amount),
            Decimal(row.fees_amount),
            Decimal(row.insurance_amount),
            Decimal(row.vat_amount),
            NOTHING,
            Decimal(row.closing_balance_amount),
        )
        for row in rows
    )
