"""Partial early repayment: what is due for it on a day, and the table that follows, shorter or with lower installments.

The interest that has accrued since the last due date is paid with it, and the next installment is less by as much; the rest of that period
bears its part of a period's interest on the balance that is left. So repaying next to nothing changes next to nothing, however the table
counts its interest: each period keeps the rate that its line shows (`finance/conventions.py`).

Total early repayment is a settlement: `finance/settlements.py`. What it may cost: `finance/compensations.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from finance.balances import accrued_on, principal_on
from finance.compensations import Compensation, Exemption, ShareRule, months_left, most_compensation
from finance.conventions import InterestConvention, PeriodRates, period_rates
from finance.dates import MONTHLY, Periodicity
from finance.money import CENT, NOTHING, ONE, TO_THE_CENT, UP_TO_THE_CENT, ZERO, Exact, Rounding, calculation, cents
from finance.payments import unit_of
from finance.refusals import Unanswerable
from finance.schedules import Line


class Effect(StrEnum):
    """What becomes of the table."""

    SHORTER_TERM = "SHORTER_TERM"  # the same installments, the last one smaller
    LOWER_INSTALLMENT = "LOWER_INSTALLMENT"  # as many as before


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms(Exact):
    """What a table does not say of itself, and a new one needs: what it opens with and when its first period begins; the yearly rate if it
    is known, and how interest is counted if the house has said so.
    """

    financed_amount: Decimal
    starts_on: date
    rate_percent: Decimal | None = None
    every: Periodicity = MONTHLY
    convention: InterestConvention | None = None
    rounding: Rounding = TO_THE_CENT


@dataclass(frozen=True, slots=True)
class PartialRepayment(Exact):
    """What is paid on the day, and the lines that follow, in the place of those after the day.

    The interest before and after is that of the lines that are still to come; what has accrued to the day is due either way, and is no part
    of the first of them. `convention` is None where the rate of each period was read off its own line.
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
    convention: InterestConvention | None

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
    accrued = min(accrued, max(left[0].principal + left[0].interest, NOTHING))  # where no payment comes, it joins the debt as planned
    if any(line.drawn for line in left):
        raise Unanswerable("repayment.drawn", "more is to be drawn: the new table is for the lender to make")
    share = Decimal((left[0].due_on - as_of_on).days) / (left[0].due_on - since_on).days
    found = period_rates(left, since_on, rate_percent=terms.rate_percent, every=terms.every, declared=terms.convention)
    rest = _Rest(left, balance, balance - repaid_amount, share, accrued, found, terms.rounding)
    table = rest.shorter() if effect is Effect.SHORTER_TERM else rest.lower()
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
        convention=found.convention,
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


class _Rest:
    """What is left of a table, and how it runs on with a smaller balance."""

    def __init__(
        self,
        left: Sequence[Line],
        before: Decimal,
        after: Decimal,
        share: Decimal,
        accrued: Decimal,
        found: PeriodRates,
        rounding: Rounding,
    ) -> None:
        """`share`: of the running period, what is left of it. The part of it that is over ran on the balance of before."""
        self.left, self.after, self.accrued, self.rounding = left, after, accrued, rounding
        self.remaining = left[-1].closing
        self.payments = [line.principal + line.interest for line in left]
        self.rates = [found.rates[0] * (before * (ONE - share) + after * share) / after, *found.rates[1:]]

    def shorter(self) -> tuple[Line, ...]:
        """The payments as they were, fewer of them: of a loan with constant principal, its principal as it was."""
        if self._has_constant_principal():
            return self._repaid([line.principal for line in self.left])
        return self._paid(self.payments, is_shorter=True)

    def lower(self) -> tuple[Line, ...]:
        """As many payments of the same kind, none of them higher than it was."""
        kept_back = max(min(self.accrued, self.payments[0]), NOTHING)
        for table in self._candidates():
            new = [line.payment - old.fees - old.insurance - old.vat for line, old in zip(table, self.left, strict=True)]
            if all(now <= before for now, before in zip([new[0] + kept_back, *new[1:]], self.payments, strict=True)):
                return table
        raise Unanswerable("repayment.table", "some installment would rise: the new table is for the lender to make")

    def _candidates(self) -> Iterator[tuple[Line, ...]]:
        """By the kind of the payments, rounded as the contract rounds; then up to the cent, so that less is left to the last; then as they
        are, so that the last one alone is lower.
        """
        count = len(self.left)
        if count > 1 and not any(line.principal for line in self.left[:-1]):
            yield self._repaid([NOTHING] * count, is_shorter=False)
        elif self._has_constant_principal():
            for rounding in (self.rounding, UP_TO_THE_CENT):
                yield self._repaid([rounding.of((self.after - self.remaining) / count)] * count, is_shorter=False)
        else:
            for rounding in (self.rounding, UP_TO_THE_CENT):
                yield self._paid(self._scaled(rounding), is_shorter=False)
        yield self._paid(self.payments, is_shorter=False)

    def _scaled(self, rounding: Rounding) -> list[Decimal]:
        """One payment for all, where they were all one; else each in proportion to what it was."""
        weights = [ONE] * len(self.left) if self._is_level() else self.payments
        unit = unit_of(self.after, self.rates, weights, {}, self.remaining)
        found = [rounding.of(weight * unit) for weight in weights]
        interest = self._interest(0, self.after)
        if len(found) > 1 and found[0] < interest and not self._may_grow(0):
            # Nearly all is repaid, and the interest of the running period, on the balance of before, is more than a new payment.
            unit = unit_of(self.after, self.rates, weights, {1: interest}, self.remaining)
            found = [interest, *(rounding.of(weight * unit) for weight in weights[1:])]
        return found if rounding is self.rounding else list(map(min, found, self.payments))

    def _is_level(self) -> bool:
        """Whether the payments are the same, but for the cents that rounding leaves to the last."""
        first, last = self.payments[0], self.payments[-1]
        return len(set(self.payments[:-1])) <= 1 and abs(last - first) <= 2 * CENT * max(len(self.left), self.left[-1].number)

    def _has_constant_principal(self) -> bool:
        """Whether the principal is the same in all lines, but for the cents that rounding leaves to the last."""
        principals = [line.principal for line in self.left]
        return len(principals) > 1 and len(set(principals[:-1])) == 1 and abs(principals[-1] - principals[0]) <= CENT * len(principals)

    def _paid(self, payments: Sequence[Decimal], *, is_shorter: bool) -> tuple[Line, ...]:
        """Lines of these payments: the debt takes what interest leaves of them."""
        return self._lines(lambda place, interest: payments[place] - interest, is_shorter)

    def _repaid(self, principals: Sequence[Decimal], *, is_shorter: bool = True) -> tuple[Line, ...]:
        """Lines of these parts of the principal, with the interest on top."""
        return self._lines(lambda place, _: principals[place], is_shorter)

    def _lines(self, principal_of: Callable[[int, Decimal], Decimal], is_shorter: bool) -> tuple[Line, ...]:
        """Under the numbers and on the days of the lines they replace, down to what those left. The last takes what there is."""
        owed, lines = self.after, list[Line]()
        for place, old in enumerate(self.left):
            interest = self._interest(place, owed)
            principal, most = principal_of(place, interest), owed - self.remaining
            principal = principal if self._may_grow(place) else max(principal, NOTHING)
            is_last = place == len(self.left) - 1 or (is_shorter and principal >= most)
            principal = most if is_last else min(principal, most)
            lines.append(self._line(place, old, owed, principal, interest))
            owed = lines[-1].closing
            if is_last:
                break
        return tuple(lines)

    def _interest(self, place: int, owed: Decimal) -> Decimal:
        """The interest of a whole period: on less than before never more than before, and never less than what is paid of it already,
        whatever a cent of rounding says.
        """
        interest = cents(owed * self.rates[place])
        interest = min(interest, self.left[place].interest) if owed <= self.left[place].opening else interest
        return max(interest, self.accrued) if place == 0 and self.accrued > 0 else interest

    def _may_grow(self, place: int) -> bool:
        """Whether the old line let the debt grow, because it paid less than its interest. Else no new line does: interest bears no interest
        that nobody agreed on.
        """
        return self.left[place].principal < 0

    def _line(self, place: int, old: Line, owed: Decimal, principal: Decimal, interest: Decimal) -> Line:
        """One line, with the fees, insurance and VAT that were planned for it. Of the first, what was paid already is taken off."""
        payment = principal + interest
        if place == 0:
            kept_back = max(min(self.accrued, payment), NOTHING)
            payment, interest = payment - kept_back, interest - self.accrued
            principal = payment - interest
        besides = old.fees + old.insurance + old.vat
        return old._replace(opening=owed, payment=payment + besides, principal=principal, interest=interest, closing=owed - principal)
