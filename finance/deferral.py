"""Deferral: one payment, put off to a later day; when that is granted without asking, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from finance.day_counts import DayCount
from finance.late_interest import DatedRate, Stretch, late_interest
from finance.money import NOTHING, Exact, calculation
from finance.refusals import Unanswerable


class DeferralLimit(StrEnum):
    """A limit of the policy. A request beyond one is not refused: somebody looks at it."""

    DAYS = "deferral.days"
    COUNT = "deferral.count"
    ARREARS = "deferral.arrears"


@dataclass(frozen=True, slots=True)
class DeferralPolicy:
    """Up to how many days, and how many deferrals at all, are granted at once."""

    most_days: int
    most_count: int


@dataclass(frozen=True, slots=True)
class Deferral(Exact):
    """The new due date, and the interest for the days between, which is due with the payment."""

    due_on: date
    until_on: date
    days: int
    amount: Decimal
    interest_amount: Decimal
    total_amount: Decimal
    stretches: tuple[Stretch, ...]


@calculation
def limits_met(
    policy: DeferralPolicy, *, due_on: date, until_on: date, granted_before: int, arrears_amount: Decimal
) -> tuple[DeferralLimit, ...]:
    """The limits that a request goes beyond. None: it is granted at once."""
    beyond = {
        DeferralLimit.DAYS: (until_on - due_on).days > policy.most_days,
        DeferralLimit.COUNT: granted_before >= policy.most_count,
        DeferralLimit.ARREARS: arrears_amount > 0,
    }
    return tuple(limit for limit, is_beyond in beyond.items() if is_beyond)


@calculation
def deferral(
    amount: Decimal,
    *,
    bearing_amount: Decimal,
    due_on: date,
    until_on: date,
    rates: Sequence[DatedRate] = (),
    count: DayCount = DayCount.ACT_365_FIXED,
) -> Deferral:
    """Put a payment off. `bearing_amount` is the part of it that bears interest: its principal. Without rates it costs nothing."""
    if until_on <= due_on:
        raise Unanswerable("deferral.until", f"{until_on} is not after {due_on}")
    if not 0 <= bearing_amount <= amount:
        raise Unanswerable("deferral.amount", f"of {amount} no {bearing_amount} can bear interest")
    interest = late_interest(bearing_amount, due_on=due_on, paid_on=until_on, rates=rates, count=count) if rates else None
    charged = interest.amount if interest else NOTHING
    return Deferral(due_on, until_on, (until_on - due_on).days, amount, charged, amount + charged, interest.stretches if interest else ())
