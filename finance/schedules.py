"""Amortization tables: the lines of a plan, each opening where the one above closes.

The rows are worked out by `finance.rows`; here they get their dates, and the charges and the VAT that are paid beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count, repeat
from operator import sub
from typing import NamedTuple

from finance.money import HUNDRED, NOTHING, ZERO, calculation, cents
from finance.plans import Basis, Charge, Plan
from finance.rows import Rows, rows_of


class Line(NamedTuple):
    """One payment. `payment` is all that is paid: principal, interest, fees, insurance and VAT.

    `drawn` is paid out on the same day, after it. Closing is opening less principal plus drawn.
    """

    number: int
    due_on: date
    opening: Decimal
    payment: Decimal
    principal: Decimal
    interest: Decimal
    fees: Decimal
    insurance: Decimal
    vat: Decimal
    drawn: Decimal
    closing: Decimal


class Totals(NamedTuple):
    """The columns of a table, summed."""

    payment: Decimal
    principal: Decimal
    interest: Decimal
    fees: Decimal
    insurance: Decimal
    vat: Decimal
    drawn: Decimal


@dataclass(frozen=True, slots=True)
class Schedule:
    """A table. `table_rate_percent` is the yearly rate its last lines run at: of a lease, the one that its rounded rents imply."""

    financed_amount: Decimal
    lines: tuple[Line, ...]
    table_rate_percent: Decimal

    def totals(self) -> Totals:
        """What is paid in all, and what it is made of."""
        columns = list(zip(*self.lines, strict=True))
        return Totals(*(sum(columns[Line._fields.index(name)], NOTHING) for name in Totals._fields))


# The constructor of a named tuple takes twice the time of the tuple that it makes.
_line = partial(tuple.__new__, Line)


@calculation
def schedule(plan: Plan) -> Schedule:
    """The table of a plan. Equal plans give equal tables, byte for byte."""
    rows = rows_of(plan)
    due_on = [*plan.every.due_dates(plan.first_due_on, len(rows.closings)), plan.ends_on]
    if plan.has_end_line:
        due_on[len(rows.closings) - 1] = plan.ends_on
    if not plan.carries_cents:
        rows = rows.shown()
    openings = [plan.financed_amount + NOTHING, *rows.closings]
    principals = map(sub, rows.payments, rows.interests)
    extras = _extras(plan, openings, rows)
    columns = zip(
        count(1), due_on, openings, extras.payments, principals, rows.interests, *extras.columns, rows.drawn, rows.closings, strict=False
    )
    return Schedule(plan.financed_amount, tuple(map(_line, columns)), rows.rate_percent)


class _Extras(NamedTuple):
    """What stands beside principal and interest: all payments with it, and its columns."""

    payments: Sequence[Decimal]
    columns: tuple[Iterable[Decimal], Iterable[Decimal], Iterable[Decimal]]


def _extras(plan: Plan, openings: Sequence[Decimal], rows: Rows) -> _Extras:
    """Fees, insurance and VAT of each line; of a plan without them, nothing."""
    if not (plan.fees or plan.insurance or plan.vat_percent):
        return _Extras(rows.payments, (repeat(NOTHING), repeat(NOTHING), repeat(NOTHING)))
    years = plan.period_years()
    fees, insurance, vat = [], [], []
    for number, (opening, rent) in enumerate(zip(openings, rows.payments, strict=False), 1):
        parts = [
            [_charged(charge, number, plan.financed_amount, opening, years) for charge in kind] for kind in (plan.fees, plan.insurance)
        ]
        fees.append(sum(parts[0], NOTHING))
        insurance.append(sum(parts[1], NOTHING))
        taxed = [(plan.vat_percent, rent)]
        taxed += [(charge.vat_percent, part) for charge, part in zip(plan.fees + plan.insurance, parts[0] + parts[1], strict=True)]
        vat.append(vat_amount(taxed))
    payments = [sum(parts, NOTHING) for parts in zip(rows.payments, fees, insurance, vat, strict=True)]
    return _Extras(payments, (fees, insurance, vat))


def _charged(charge: Charge, number: int, financed: Decimal, opening: Decimal, years: Decimal) -> Decimal:
    """What a charge comes to in one line, to the cent."""
    if not charge.first_number <= number <= charge.last_number:
        return NOTHING
    base = financed if charge.basis is Basis.FINANCED else opening
    return cents(charge.amount + base * charge.yearly_percent * years / HUNDRED)


def vat_amount(taxed: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The VAT of one line, from (percentage, amount) pairs: amounts at one rate are one category, and are rounded together once."""
    by_rate: dict[Decimal, Decimal] = {}
    for percent, amount in taxed:
        by_rate[percent] = by_rate.get(percent, ZERO) + amount
    return sum((cents(amount * percent / HUNDRED) for percent, amount in by_rate.items() if percent), NOTHING)
