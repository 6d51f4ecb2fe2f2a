"""What is owed on a day, by the contract and in fact."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from finance.lines import Line
from finance.money import EXACT, NOTHING, ZERO, calculation, cents
from finance.refusals import Unanswerable


class Balance(NamedTuple):
    """The debt on a day. `contractual` is what would be owed had all been paid in time, `actual` what is owed as things are."""

    as_of_on: date
    principal: Decimal
    accrued_interest: Decimal
    contractual: Decimal
    unpaid: Decimal
    unallocated: Decimal
    actual: Decimal


@calculation
def balance_on(
    lines: Sequence[Line],
    financed_amount: Decimal,
    starts_on: date,
    day: date,
    *,
    unpaid_amount: Decimal = ZERO,
    unallocated_amount: Decimal = ZERO,
) -> Balance:
    """The balance at the end of a day, when what is due on it has been paid.

    Contractual: closing of the last due line, and the interest of the running period in proportion to its days. Actual: that, with what is
    unpaid of the lines already due, without payments that have not been allocated yet.
    """
    if day < starts_on:
        raise Unanswerable("balance.before_start", f"on {day} the contract has not begun")
    principal, accrued = principal_on(lines, financed_amount, day), accrued_on(lines, starts_on, day)
    contractual = principal + accrued
    actual = contractual + unpaid_amount - unallocated_amount
    return Balance(day, principal, accrued, contractual, unpaid_amount + NOTHING, unallocated_amount + NOTHING, actual)


def principal_on(lines: Sequence[Line], financed_amount: Decimal, day: date) -> Decimal:
    """The closing of the last line due by this day; before the first, what was financed."""
    due = _count_of_due(lines, day)
    return lines[due - 1].closing if due else EXACT.add(financed_amount, NOTHING)


@calculation
def accrued_on(lines: Sequence[Line], starts_on: date, day: date) -> Decimal:
    """The interest of the running period up to this day, in proportion to its days. On a due date, and after the last one, nothing."""
    due = _count_of_due(lines, day)
    if due == len(lines):
        return NOTHING
    from_on = lines[due - 1].due_on if due else starts_on
    length = (lines[due].due_on - from_on).days
    return cents(lines[due].interest * (day - from_on).days / length) if length > 0 else NOTHING


def _count_of_due(lines: Sequence[Line], day: date) -> int:
    return bisect_right(lines, day, key=attrgetter("due_on"))
