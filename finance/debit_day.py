"""The day of the month on which installments are collected: whether it may be changed, to which days they move, and what that costs.

By default nothing: only the days move. A contract may charge the interest of the moved days once, with the next installment, or let its
table run on with a longer first period, so that its last installment takes it.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from finance.dates import MONTHLY, Periodicity
from finance.day_counts import DayCount, year_fraction
from finance.money import HUNDRED, NOTHING, ONE, Exact, calculation, cents
from finance.phases import Given
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import Line, schedule

LAST_DAY = 31  # stands for the last day of every month


class DebitDayLimit(StrEnum):
    """A limit of the policy that a change goes beyond. Each has its own code."""

    DAY = "debit_day.not_allowed"
    SAME = "debit_day.unchanged"
    NEXT_DEBIT = "debit_day.too_close"
    OVERDUE = "debit_day.overdue"


class DebitDayEffect(StrEnum):
    """What becomes of the interest of the moved days."""

    NONE = "NONE"  # nobody asks for it
    CHARGED_ONCE = "CHARGED_ONCE"  # with the next installment; less of it when the day moves forward
    LONGER_FIRST_PERIOD = "LONGER_FIRST_PERIOD"  # in the table: the installments stay, the last one takes it


class Move(StrEnum):
    """Which day of the calendar takes the place of a due date."""

    LATER = "LATER"  # the next one with the new day, so no installment is asked sooner than agreed
    SAME_MONTH = "SAME_MONTH"


@dataclass(frozen=True, slots=True)
class DebitDayPolicy:
    """Which days can be chosen, and how many days before the next debit at the latest."""

    allowed_days: tuple[int, ...]
    least_days_before: int


@dataclass(frozen=True, slots=True)
class DebitDayChange(Exact):
    """The lines that move, in their new form. `interest_amount` is what is charged once: signed, and nothing unless it is charged so."""

    effect: DebitDayEffect
    moved_days: int
    interest_amount: Decimal
    lines: tuple[Line, ...]

    @property
    def next_due_on(self) -> date:
        """The first due date that has moved."""
        return self.lines[0].due_on


@calculation
def limits_met(
    policy: DebitDayPolicy,
    *,
    day: int,
    due_on: Sequence[date],
    today: date,
    arrears_amount: Decimal,
) -> tuple[DebitDayLimit, ...]:
    """The limits that a change goes beyond; none if it may be made. `due_on` are the days of the installments to come, the next one first.

    The day is unchanged if no installment moves: at the end of February the 28th is also the day of a contract that is due on every 31st.
    """
    next_debit_on = due_on[0]
    beyond = {
        DebitDayLimit.DAY: day not in policy.allowed_days,
        DebitDayLimit.SAME: all(_in_month(due, day, 0) == due for due in due_on),
        DebitDayLimit.NEXT_DEBIT: next_debit_on - today < timedelta(days=policy.least_days_before),
        DebitDayLimit.OVERDUE: arrears_amount > 0,
    }
    return tuple(limit for limit, is_beyond in beyond.items() if is_beyond)


@calculation
def debit_day_change(
    lines: Sequence[Line],
    day: int,
    today: date,
    *,
    rate_percent: Decimal,
    effect: DebitDayEffect = DebitDayEffect.NONE,
    move: Move = Move.LATER,
    count: DayCount = DayCount.ACT_365_FIXED,
    every: Periodicity = MONTHLY,
) -> DebitDayChange:
    """Move every due date after today to another day of the month; 31 is the last of each."""
    left = [line for line in lines if line.due_on > today]
    if not left or every.days or not 1 <= day <= LAST_DAY:
        raise Unanswerable("debit_day.nothing", "there is no installment by the month left to be moved to a day from 1 to 31")
    is_next_month = move is Move.LATER and any(_in_month(line.due_on, day, 0) < line.due_on for line in left)
    moved_on = [_in_month(line.due_on, day, 1 if is_next_month else 0) for line in left]
    if moved_on[0] <= today:
        raise Unanswerable("debit_day.past", f"the next installment would have been due on {moved_on[0]}")
    years = _signed_years(count, left[0].due_on, moved_on[0])
    moved = [line._replace(due_on=on) for line, on in zip(left, moved_on, strict=True)]
    interest = NOTHING
    if effect is DebitDayEffect.CHARGED_ONCE:
        interest = cents(left[0].opening * rate_percent / HUNDRED * years)
        moved[0] = moved[0]._replace(interest=moved[0].interest + interest, payment=moved[0].payment + interest)
    elif effect is DebitDayEffect.LONGER_FIRST_PERIOD:
        moved = _with_a_longer_first_period(moved, rate_percent, years, every)
    return DebitDayChange(effect, (moved_on[0] - left[0].due_on).days, interest, tuple(moved))


def _in_month(due_on: date, day: int, months_later: int) -> date:
    """This day of the due date's month, or of a later one, or the last of that month."""
    year, month = divmod(due_on.year * 12 + due_on.month - 1 + months_later, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


def _signed_years(count: DayCount, from_on: date, to_on: date) -> Decimal:
    """The time that the first period gets longer by; less than nothing when it gets shorter."""
    return year_fraction(count, from_on, to_on) if from_on <= to_on else -year_fraction(count, to_on, from_on)


def _with_a_longer_first_period(moved: Sequence[Line], rate_percent: Decimal, years: Decimal, every: Periodicity) -> list[Line]:
    """The same payments, on a first period that is longer by so much: what is paid of the principal comes later, and last."""
    if any(line.drawn for line in moved):
        raise Unanswerable("debit_day.drawn", "more is to be drawn: the new table is for the lender to make")
    regular, first_due_on = ONE / every.per_year(), moved[0].due_on
    plan = Plan(
        financed_amount=moved[0].opening,
        rate_percent=rate_percent,
        phases=(Given(amounts=tuple(line.principal + line.interest for line in moved)),),
        first_due_on=first_due_on,
        every=every,
        counting=lambda _, end_on: regular + years if end_on == first_due_on else regular,
        residual_amount=moved[-1].closing,
        residual_with_last_payment=True,
    )
    besides = [line.fees + line.insurance + line.vat for line in moved]
    return [
        old._replace(opening=new.opening, principal=new.principal, interest=new.interest, closing=new.closing, payment=new.payment + more)
        for old, new, more in zip(moved, schedule(plan).lines, besides, strict=False)
    ]
