"""Amortization tables: the lines of a plan, each opening where the one above closes.

The rows are worked out by `finance.rows`; here they get the charges and the VAT that are paid beside them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from typing import NamedTuple

from finance.lines import Line as Line
from finance.money import EXACT, HUNDRED, NOTHING, ZERO, calculation, cents
from finance.plans import Basis, Charge, Closing, Plan
from finance.refusals import Unanswerable
from finance.rows import rows_of


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
        columns = dict(zip(Line._fields, zip(*self.lines, strict=True), strict=True))
        with localcontext(EXACT):
            return Totals(*(sum(columns[name], NOTHING) for name in Totals._fields))


@calculation
def schedule(plan: Plan) -> Schedule:
    """The table of a plan. Equal plans give equal tables, byte for byte.

    Raises `Unanswerable` `plan.impossible` where rounding, the rate or what remains leave no table that pays back: a payment or a debt
    below nothing, or a loan with interest below nothing at a rate that is not.
    """
    try:
        rows, percent = rows_of(plan)
    except InvalidOperation as error:  # more digits than a calculation has
        raise Unanswerable("figure.too_large", "the figures of this plan grow beyond all that can be calculated with") from error
    _refuse_impossible(plan, rows)
    lines: Iterable[Line] = rows if plan.carries_cents else _shown(rows)
    if plan.fees or plan.insurance or plan.vat_percent:
        lines = _charged(plan, lines)
    return Schedule(plan.financed_amount, tuple(lines), percent)


def _refuse_impossible(plan: Plan, rows: Sequence[Line]) -> None:
    """Of a lease the rents are agreed, so that its interest may be less than nothing; of a loan only at such a rate."""
    rates = [plan.rate_percent, *(phase.rate_percent for phase in plan.phases if phase.rate_percent is not None)]
    is_dear = plan.closing is Closing.LOAN and min(rates) >= 0
    for row in rows:
        if row.payment < 0 or row.closing < 0 or (is_dear and row.interest < 0):
            raise Unanswerable("plan.impossible", f"the terms of this plan leave a figure below nothing in line {row.number}")


def _shown(rows: Iterable[Line]) -> Iterator[Line]:
    """Rows that were carried with all digits, each figure rounded for itself; principal is what interest leaves of the payment."""
    for row in rows:
        payment, interest = cents(row.payment), cents(row.interest)
        yield row._replace(
            opening=cents(row.opening), payment=payment, principal=payment - interest, interest=interest, closing=cents(row.closing)
        )


def _charged(plan: Plan, rows: Iterable[Line]) -> Iterator[Line]:
    """The lines with their fees, insurance and VAT."""
    years = plan.period_years()
    for row in rows:
        fees = [_charge(charge, row, plan.financed_amount, years) for charge in plan.fees]
        insurance = [_charge(charge, row, plan.financed_amount, years) for charge in plan.insurance]
        rates = [charge.vat_percent for charge in plan.fees + plan.insurance]
        vat = vat_amount([(plan.vat_percent, row.payment), *zip(rates, fees + insurance, strict=True)])
        extra = sum(fees, NOTHING), sum(insurance, NOTHING), vat
        yield row._replace(payment=row.payment + sum(extra), fees=extra[0], insurance=extra[1], vat=vat)


def _charge(charge: Charge, row: Line, financed: Decimal, years: Decimal) -> Decimal:
    """What a charge comes to in one line, to the cent."""
    if not charge.first_number <= row.number <= charge.last_number:
        return NOTHING
    base = financed if charge.basis is Basis.FINANCED else row.opening
    return cents(charge.amount + base * charge.yearly_percent * years / HUNDRED)


@calculation
def vat_amount(taxed: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The VAT of one line, from (percentage, amount) pairs: amounts at one rate are one category, and are rounded together once."""
    by_rate: dict[Decimal, Decimal] = {}
    for percent, amount in taxed:
        by_rate[percent] = by_rate.get(percent, ZERO) + amount
    return sum((cents(amount * percent / HUNDRED) for percent, amount in by_rate.items() if percent), NOTHING)
