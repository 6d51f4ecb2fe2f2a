"""Consolidation: several credits settled on one day by a new one, and whether that is dearer in all.

A lower installment over more months often costs more together: the difference is told with its sign, and `is_dearer` says it in a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from finance.costs import cost_of
from finance.dates import MONTHLY, Periodicity
from finance.money import NOTHING, TO_THE_CENT, Exact, Rounding, calculation
from finance.phases import Annuity
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import Line, schedule

MOST_CREDITS = 50


class Payment(NamedTuple):
    """What would still be paid of an old credit on a day, all charges included."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OldCredit(Exact):
    """A credit to be settled: its settlement figure of the day, and what would be paid if it ran on, arrears of today included."""

    key: str
    settlement_amount: Decimal
    payments: tuple[Payment, ...]
    apr_percent: Decimal | None = None

    @property
    @calculation
    def left_amount(self) -> Decimal:
        """Everything that would still be paid."""
        return sum((payment.amount for payment in self.payments), NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredit(Exact):
    """The terms of the credit that takes the place of the others. Costs are lent with it, or paid on the day; cash is paid out besides."""

    rate_percent: Decimal
    periods: int
    starts_on: date
    first_due_on: date
    every: Periodicity = MONTHLY
    rounding: Rounding = TO_THE_CENT
    financed_costs_amount: Decimal = NOTHING
    paid_costs_amount: Decimal = NOTHING
    cash_amount: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Consolidation(Exact):
    """Before and after. The difference is what is paid more with the new credit; below nothing, what is saved. Cash paid out is no cost.

    `installment_before_amount` is the next installment of every old credit together.
    """

    settled_amount: Decimal
    financed_amount: Decimal
    installment_amount: Decimal
    installment_before_amount: Decimal
    total_before_amount: Decimal
    total_after_amount: Decimal
    difference_amount: Decimal
    apr_percent: Decimal
    lines: tuple[Line, ...]

    @property
    def is_dearer(self) -> bool:
        """Whether it costs more in all, whatever the month costs."""
        return self.difference_amount > 0


@calculation
def consolidation(credits: Sequence[OldCredit], new: NewCredit) -> Consolidation:
    """Settle these credits with a new one, by constant installments."""
    _check(credits, new)
    settled = sum((credit.settlement_amount for credit in credits), NOTHING)
    financed = settled + new.financed_costs_amount + new.cash_amount
    plan = Plan(
        financed_amount=financed,
        rate_percent=new.rate_percent,
        phases=(Annuity(periods=new.periods),),
        starts_on=new.starts_on,
        first_due_on=new.first_due_on,
        every=new.every,
        rounding=new.rounding,
    )
    table = schedule(plan)
    before = sum((credit.left_amount for credit in credits), NOTHING)
    after = table.totals().payment + new.paid_costs_amount - new.cash_amount
    return Consolidation(
        settled_amount=settled,
        financed_amount=financed,
        installment_amount=table.lines[0].payment,
        installment_before_amount=_next_together(credits, new.starts_on),
        total_before_amount=before,
        total_after_amount=after,
        difference_amount=after - before,
        apr_percent=cost_of(plan, paid_at_start_amount=new.financed_costs_amount + new.paid_costs_amount).apr_percent,
        lines=table.lines,
    )


def _next_together(credits: Sequence[OldCredit], after_on: date) -> Decimal:
    """The next installment of every credit. What is overdue stands aside: it would not come again."""
    ahead = (sorted(payment for payment in credit.payments if payment.due_on > after_on) for credit in credits)
    return sum((payments[0].amount for payments in ahead if payments), NOTHING)


def _check(credits: Sequence[OldCredit], new: NewCredit) -> None:
    if not 1 <= len(credits) <= MOST_CREDITS or len({credit.key for credit in credits}) != len(credits):
        raise Unanswerable("consolidation.credits", f"1 to {MOST_CREDITS} credits are consolidated, each of them once")
    amounts = [credit.settlement_amount for credit in credits] + [new.financed_costs_amount, new.paid_costs_amount, new.cash_amount]
    if min(amounts) < 0 or any(payment.amount < 0 for credit in credits for payment in credit.payments):
        raise Unanswerable("consolidation.amount", "settlements, payments, costs and cash are not less than nothing")
