"""Installment plans on arrears: so much a month, or so many months, until claims and the interest that runs meanwhile are paid.

Interest is simple, by the day, on the principal that is left. What has run up to a due day is rounded together and not month by month, so
that all of it comes to one rounding at the end. Each payment is used up by the order of allocation.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from finance.allocation import COSTS_FIRST, Across, Allocation, Claim, Part, Turn, after, allocate
from finance.arrears import NO_GRACE, Due, Grace, Paid, arrears
from finance.day_counts import DayCount
from finance.late_interest import DatedRate, Owed, exact_interest, stretches_of
from finance.money import CENT, NOTHING, ZERO, Exact, calculation, cents
from finance.refusals import Unanswerable

MOST_MONTHS = 240


class PlanClaim(NamedTuple):
    """A claim as it stands when the plan begins, and the rates that its principal bears from then on. None: it bears no interest."""

    claim: Claim
    rates: tuple[DatedRate, ...] = ()


class PlanFee(NamedTuple):
    """What a plan of more than so many parts costs, charged with the first of them."""

    amount: Decimal = NOTHING
    free_parts: int = MOST_MONTHS


NO_FEE = PlanFee()


@dataclass(frozen=True, slots=True)
class PlanRules(Exact):
    """How payments are used, and what the policy asks of a plan."""

    order: tuple[Part, ...] = COSTS_FIRST
    turn: Turn = Turn.OLDEST_FIRST
    across: Across = Across.CLAIM_BY_CLAIM
    fee: PlanFee = NO_FEE
    least_amount: Decimal = CENT
    most_months: int = MOST_MONTHS
    day_count: DayCount = DayCount.ACT_365_FIXED


PLAIN = PlanRules()


@dataclass(frozen=True, slots=True)
class PlanLine(Exact):
    """One payment: what it pays, and what is left of all claims after it."""

    number: int
    due_on: date
    payment_amount: Decimal
    parts: dict[Part, Decimal]
    remaining_amount: Decimal


@dataclass(frozen=True, slots=True)
class ArrearsPlan(Exact):
    """Every payment, and what it all comes to. The fee and the interest are what the plan costs more than paying today."""

    lines: tuple[PlanLine, ...]
    owed_amount: Decimal
    fee_amount: Decimal
    interest_amount: Decimal
    total_amount: Decimal

    @property
    def ends_on(self) -> date:
        """The day of the last payment."""
        return self.lines[-1].due_on

    @property
    def remaining_amount(self) -> Decimal:
        """What the last payment leaves: nothing, in a plan that is offered."""
        return self.lines[-1].remaining_amount


def payment_days(day: int, after_on: date) -> Iterator[date]:
    """The day of each month, the first one after a date; in a shorter month its last day."""
    if type(day) is not int or not 1 <= day <= 31:
        raise Unanswerable("plan.day", f"a day of the month is 1 to 31, not {day!r}")
    for month in range(after_on.year * 12 + after_on.month - 1, 9999 * 12):
        year, month_before = divmod(month, 12)
        due_on = date(year, month_before + 1, min(day, monthrange(year, month_before + 1)[1]))
        if due_on > after_on:
            yield due_on


@calculation
def plan_by_amount(claims: Sequence[PlanClaim], amount: Decimal, *, from_on: date, day: int, rules: PlanRules = PLAIN) -> ArrearsPlan:
    """Pay this much a month, on this day of it, until nothing is left; the last payment is what there is.

    Raises `Unanswerable`: `plan.minimum` below the policy's least amount, `plan.too_long` if it ends after the policy's months or never.
    """
    if amount != cents(amount):
        raise Unanswerable("plan.amount", f"{amount} has parts of a cent")
    if amount < max(rules.least_amount, CENT):
        raise Unanswerable("plan.minimum", f"{amount} is less than {max(rules.least_amount, CENT)} a month")
    plan = _plan(claims, amount, rules.most_months, from_on, day, rules)
    if plan.remaining_amount:
        raise Unanswerable("plan.too_long", f"at {amount} a month the claims are not paid within {rules.most_months} months")
    return plan


@calculation
def plan_by_months(claims: Sequence[PlanClaim], months: int, *, from_on: date, day: int, rules: PlanRules = PLAIN) -> ArrearsPlan:
    """Pay in so many months at most: the least monthly amount, in whole cents, that does it. Raises `Unanswerable` as by amount."""
    if not 1 <= months <= rules.most_months:
        raise Unanswerable("plan.too_long", f"a plan has 1 to {rules.most_months} months, not {months}")
    return plan_by_amount(claims, _least_amount(claims, months, from_on, day, rules), from_on=from_on, day=day, rules=rules)


def is_broken(plan: ArrearsPlan, payments: Sequence[Paid], on: date, *, missed: int = 2, grace: Grace = NO_GRACE) -> bool:
    """Whether so many of the payments are overdue."""
    late = arrears([Due(line.number, line.due_on, line.payment_amount) for line in plan.lines], payments, on, grace=grace)
    return late is not None and len(late.overdue) >= missed


def _least_amount(claims: Sequence[PlanClaim], months: int, from_on: date, day: int, rules: PlanRules) -> Decimal:
    """The smallest payment that leaves nothing after so many months, by interpolation between one that does and one that does not.

    What is left falls nearly in a line as the payment grows. A side that stays twice is halved in weight, so that both close in.
    """

    def left_with(amount: Decimal) -> Decimal:
        """What is left after the months; less than nothing, what the payments would be too much by."""
        plan = _plan(claims, amount, months, from_on, day, rules)
        return plan.remaining_amount or plan.total_amount - amount * months

    owed_amount = sum((each.claim.outstanding() for each in claims), ZERO)
    low = high = max(cents(owed_amount / months), CENT)  # without fee and interest it would be this
    left_low = left_high = left_with(high)
    while left_high > 0:
        low, left_low, high = high, left_high, high * 2
        left_high = left_with(high)
    stayed = 0  # how often the same side moved last: above nothing the lower one, below it the upper
    while high - low > CENT:
        weight_low, weight_high = (left_low / 2 if stayed < -1 else left_low), (left_high / 2 if stayed > 1 else left_high)
        between = cents(low + (high - low) * weight_low / (weight_low - weight_high))
        between = min(max(between, low + CENT), high - CENT)
        left = left_with(between)
        if left > 0:
            low, left_low, stayed = between, left, max(stayed, 0) + 1
        else:
            high, left_high, stayed = between, left, min(stayed, 0) - 1
    return high


def _plan(claims: Sequence[PlanClaim], amount: Decimal, months: int, from_on: date, day: int, rules: PlanRules) -> ArrearsPlan:
    """The payments of so many months at most, with the fee if they are more than are free of it."""
    plan = _payments([_Running(*each, from_on) for each in claims], amount, months, day, rules, NOTHING)
    if len(plan.lines) <= rules.fee.free_parts:
        return plan
    return _payments([_Running(*each, from_on) for each in claims], amount, months, day, rules, rules.fee.amount)


def _payments(running: list["_Running"], amount: Decimal, months: int, day: int, rules: PlanRules, fee_amount: Decimal) -> ArrearsPlan:
    owed_amount, interest_amount, lines = sum((each.claim.outstanding() for each in running), NOTHING), NOTHING, []
    if owed_amount <= 0:
        raise Unanswerable("plan.nothing_owed", "there is nothing to pay")
    running[0].charge(Part.COSTS, fee_amount)
    for number, due_on in zip(range(1, months + 1), payment_days(day, running[0].on), strict=False):
        interest_amount += sum((each.accrue(due_on, rules.day_count) for each in running), ZERO)
        open_amount = sum((each.claim.outstanding() for each in running), NOTHING)
        used = allocate(min(amount, open_amount), [each.claim for each in running], order=rules.order, turn=rules.turn, across=rules.across)
        for each in running:
            each.claim = after(each.claim, used)
        lines.append(PlanLine(number, due_on, min(amount, open_amount), _by_part(used, rules.order), max(open_amount - amount, NOTHING)))
        if open_amount <= amount:
            break
    return ArrearsPlan(tuple(lines), owed_amount, fee_amount, interest_amount, owed_amount + fee_amount + interest_amount)


class _Running:
    """A claim while its plan runs: the exact interest since the plan began, and how much of it has been charged."""

    def __init__(self, claim: Claim, rates: tuple[DatedRate, ...], on: date) -> None:
        self.claim, self.rates, self.on = claim, rates, on
        self.accrued = self.charged = NOTHING

    def charge(self, part: Part, amount: Decimal) -> None:
        """Add to a part of the claim, where there is something to add."""
        if amount:
            parts = {**self.claim.parts, part: self.claim.parts.get(part, NOTHING) + amount}
            self.claim = Claim(self.claim.key, self.claim.due_on, parts)

    def accrue(self, due_on: date, count: DayCount) -> Decimal:
        """Charge the interest of the days since the last payment: what has run up in all, rounded, less what was charged before."""
        principal = self.claim.parts.get(Part.PRINCIPAL, ZERO)
        if self.rates and principal:
            stretches = stretches_of([Owed(self.on, principal)], until_on=due_on, rates=self.rates, count=count)
            self.accrued += exact_interest(stretches, count)
        self.on, interest = due_on, cents(self.accrued) - self.charged
        self.charged += interest
        self.charge(Part.LATE_INTEREST, interest)
        return interest


def _by_part(allocation: Allocation, order: Sequence[Part]) -> dict[Part, Decimal]:
    """What a payment paid, part by part, over all claims."""
    paid = allocation.allotments
    return {part: sum((each.amount for each in paid if each.part is part), NOTHING) for part in order}
