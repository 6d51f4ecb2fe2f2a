"""Partial early repayment: what is due for it on a day, and the table that follows, shorter or with lower installments.

The interest that has accrued since the last due date is paid with it; then the rest of that period bears its part of a period's interest on
the balance that is left. Total early repayment is a settlement: `finance/settlements.py`. What it may cost: `finance/compensations.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from finance.balances import accrued_on, principal_on
from finance.compensations import Compensation, Exemption, ShareRule, months_left, most_compensation
from finance.dates import MONTHLY, Periodicity
from finance.money import CENT, NOTHING, ONE, TO_THE_CENT, ZERO, Exact, Rounding, calculation, cents
from finance.phases import Annuity, ConstantPrincipal, Given, InterestOnly, Phase, Rents
from finance.plans import Plan
from finance.rates import Conversion, period_rate
from finance.refusals import Unanswerable
from finance.schedules import Line, schedule

A_BALLOON = 2  # times the other payments: a last one as large is one of its own, and no remainder of rounding


class Effect(StrEnum):
    """What becomes of the table."""

    SHORTER_TERM = "SHORTER_TERM"  # the same installments, the last one smaller
    LOWER_INSTALLMENT = "LOWER_INSTALLMENT"  # as many as before


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms(Exact):
    """What a table does not say of itself, and a new one needs."""

    financed_amount: Decimal
    rate_percent: Decimal
    starts_on: date
    every: Periodicity = MONTHLY
    conversion: Conversion = Conversion.PROPORTIONAL
    rounding: Rounding = TO_THE_CENT


@dataclass(frozen=True, slots=True)
class PartialRepayment(Exact):
    """What is paid on the day, and the lines that follow, in the place of those after the day.

    The interest before and after is that of the lines that are still to come; what has accrued to the day is due either way.
    """

    as_of_on: date
    effect: Effect
    balance_before_amount: Decimal
    repaid_amount: Decimal
    accrued_interest_amount: Decimal
    compensation_amount: Decimal
    due_amount: Decimal
    balance_after_amount: Decimal
    interest_before_amount: Decimal
    interest_after_amount: Decimal
    lines: tuple[Line, ...]

    @property
    def ends_on(self) -> date:
        """The last due date of the new table."""
        return self.lines[-1].due_on


@calculation
def partial_repayment(
    lines: Sequence[Line],
    repaid_amount: Decimal,
    as_of_on: date,
    *,
    effect: Effect,
    terms: CreditTerms,
    compensation_amount: Decimal = NOTHING,
) -> PartialRepayment:
    """Repay a part of the principal, when what is due by the day has been paid. The compensation is paid on top of it.

    Fees and insurance of the lines are left as they are planned for their numbers; the lessor's or lender's new table has the last word.
    Raises `Unanswerable`: `repayment.amount` if it is nothing or all of the balance, `repayment.over` after the last due date.
    """
    left = [line for line in lines if line.due_on > as_of_on]
    if not left or as_of_on < terms.starts_on:
        raise Unanswerable("repayment.over", f"on {as_of_on} nothing is left to be repaid early")
    balance, accrued = principal_on(lines, terms.financed_amount, as_of_on), accrued_on(lines, terms.starts_on, as_of_on)
    if not 0 < repaid_amount < balance - left[-1].closing or repaid_amount != cents(repaid_amount):
        raise Unanswerable("repayment.amount", f"{repaid_amount} is no amount of money that is a part of {balance - left[-1].closing}")
    since_on = max((line.due_on for line in lines if line.due_on <= as_of_on), default=terms.starts_on)
    share = Decimal((left[0].due_on - as_of_on).days) / (left[0].due_on - since_on).days
    table = _table_after(left, balance - repaid_amount, share, effect, terms)
    return PartialRepayment(
        as_of_on=as_of_on,
        effect=effect,
        balance_before_amount=balance,
        repaid_amount=repaid_amount,
        accrued_interest_amount=accrued,
        compensation_amount=compensation_amount,
        due_amount=repaid_amount + accrued + compensation_amount,
        balance_after_amount=balance - repaid_amount,
        interest_before_amount=sum((line.interest for line in left), NOTHING) - accrued,
        interest_after_amount=sum((line.interest for line in table), NOTHING),
        lines=table,
    )


@calculation
def next_payments_amount(lines: Sequence[Line], as_of_on: date, count: int = 3) -> Decimal:
    """The sum of the next so many installments: a partial repayment at or under it may be refused, where the policy says so."""
    return sum([line.payment for line in lines if line.due_on > as_of_on][:count], NOTHING)


@calculation
def legal_compensation(
    rule: ShareRule,
    lines: Sequence[Line],
    repaid_amount: Decimal,
    as_of_on: date,
    *,
    starts_on: date,
    repaid_before_amount: Decimal = ZERO,
    exemption: Exemption | None = None,
) -> Compensation:
    """The most that may be asked for a repayment on this day: by the time to the last due date, and the interest until then."""
    interest = sum((line.interest for line in lines if line.due_on > as_of_on), NOTHING) - accrued_on(lines, starts_on, as_of_on)
    return most_compensation(
        rule,
        repaid_amount,
        months_left=months_left(as_of_on, lines[-1].due_on),
        interest_left_amount=interest,
        repaid_before_amount=repaid_before_amount,
        exemption=exemption,
    )


def _table_after(left: Sequence[Line], balance: Decimal, share: Decimal, effect: Effect, terms: CreditTerms) -> tuple[Line, ...]:
    """The lines that follow, under the numbers and on the due dates of those they replace. `share`: of the running period, what is left."""
    if any(line.drawn for line in left):
        raise Unanswerable("repayment.drawn", "more is to be drawn: the new table is for the lender to make")
    years, first_due_on = ONE / terms.every.per_year(), left[0].due_on
    plan = Plan(
        financed_amount=balance,
        rate_percent=terms.rate_percent,
        phases=(_same_payments(left, balance, share, terms) if effect is Effect.SHORTER_TERM else _same_term(left),),
        first_due_on=first_due_on,
        every=terms.every,
        counting=None if share == ONE else lambda _, end_on: years * share if end_on == first_due_on else years,
        residual_amount=left[-1].closing,
        residual_with_last_payment=True,
        conversion=terms.conversion,
        rounding=terms.rounding,
    )
    return tuple(_in_place_of(old, new) for old, new in zip(left, schedule(plan).lines, strict=False))


def _in_place_of(old: Line, new: Line) -> Line:
    """The new line under the old number and day, with the fees, insurance and VAT that were planned for it."""
    besides = old.fees + old.insurance + old.vat
    return new._replace(
        number=old.number, due_on=old.due_on, payment=new.payment + besides, fees=old.fees, insurance=old.insurance, vat=old.vat
    )


def _same_payments(left: Sequence[Line], balance: Decimal, share: Decimal, terms: CreditTerms) -> Phase:
    """The payments as they were: of a loan with constant principal, its principal as it was."""
    if not _has_constant_principal(left):
        return Given(amounts=tuple(line.principal + line.interest for line in left))
    years, amounts = ONE / terms.every.per_year(), []
    for number, line in enumerate(left):
        rate = period_rate(terms.rate_percent, years * share if number == 0 else years, terms.conversion)
        amounts.append(line.principal + cents(balance * rate))
        balance -= min(line.principal, balance)
    return Given(amounts=tuple(amounts))


def _same_term(left: Sequence[Line]) -> Phase:
    """Payments of the same kind as those left, over as many periods: the kind is read off the lines."""
    payments = [line.principal + line.interest for line in left]
    if len(left) > 1 and not any(line.principal for line in left[:-1]):
        return InterestOnly(periods=len(left))
    if _has_constant_principal(left):
        return ConstantPrincipal(periods=len(left))
    if len(set(payments[:-1])) <= 1 and payments[-1] < A_BALLOON * payments[0]:
        return Annuity(periods=len(left))
    return Rents(weights=tuple(payments))


def _has_constant_principal(left: Sequence[Line]) -> bool:
    """Whether the principal is the same in all lines, but for the cents that rounding leaves to the last."""
    principals = [line.principal for line in left]
    return len(left) > 1 and len(set(principals[:-1])) == 1 and abs(principals[-1] - principals[0]) <= CENT * len(left)
