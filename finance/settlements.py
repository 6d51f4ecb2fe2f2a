"""The settlement figure: what ends a credit on a day, and how much more each day after it.

Principal, the interest that has accrued since the last due date, what is in arrears, compensation, fees and VAT. On a due date, when what
is due on it has been paid, it is the closing balance of that line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from finance.balances import principal_on
from finance.day_counts import DayCount, year_fraction
from finance.money import HUNDRED, NOTHING, ZERO, Exact, calculation, cents
from finance.refusals import Unanswerable
from finance.schedules import Line
from finance.vat import VatLine, vat_totals

MOST_VALID_DAYS = 366


class Fee(NamedTuple):
    """What is charged besides, before VAT."""

    name: str
    amount: Decimal
    vat_category: str = "E"
    vat_percent: Decimal = ZERO


class Behind(NamedTuple):
    """What is due by the day and not paid (`arrears.position`), its interest to the day, and what that interest is per day."""

    amount: Decimal = NOTHING
    late_interest_amount: Decimal = NOTHING
    per_day_amount: Decimal = NOTHING


class ByDays(NamedTuple):
    """Interest by days of a yearly rate, for contracts that count so; others take their part of the interest of the period."""

    rate_percent: Decimal
    day_count: DayCount = DayCount.ACT_365_FIXED


ON_TIME = Behind()
NO_COMPENSATION = Fee("compensation", NOTHING)


@dataclass(frozen=True, slots=True)
class Settlement(Exact):
    """What has to be paid on a day: the parts, less payments that are not allocated yet.

    `per_day_amount` is the interest of a day more, rounded for itself: what a later day asks is a settlement of that day.
    """

    as_of_on: date
    valid_until_on: date
    principal_amount: Decimal
    accrued_interest_amount: Decimal
    arrears_amount: Decimal
    late_interest_amount: Decimal
    compensation_amount: Decimal
    fees_amount: Decimal
    vat_amount: Decimal
    unallocated_amount: Decimal
    total_amount: Decimal
    per_day_amount: Decimal


@dataclass(frozen=True, slots=True)
class _Period:
    """The days that interest is running for: since a due date or the start, to the next due date; none after the last one."""

    since_on: date
    to_on: date | None
    interest: Decimal
    maturity_on: date


@calculation
def accrued_interest(principal: Decimal, rate_percent: Decimal, years: Decimal, *, elapsed_days: int, period_days: int) -> Decimal:
    """The part of a period's interest that has accrued: in proportion to its days, rounded once. `years`: a twelfth for a month."""
    if not 0 <= elapsed_days <= period_days or period_days == 0:
        raise Unanswerable("settlement.days", f"of {period_days} days {elapsed_days} cannot have passed")
    return cents(principal * rate_percent / HUNDRED * years * elapsed_days / period_days)


@calculation
def settlement(
    lines: Sequence[Line],
    as_of_on: date,
    *,
    financed_amount: Decimal,
    starts_on: date,
    by_days: ByDays | None = None,
    behind: Behind = ON_TIME,
    compensation: Fee = NO_COMPENSATION,
    fees: Sequence[Fee] = (),
    unallocated_amount: Decimal = NOTHING,
    valid_days: int = 0,
) -> Settlement:
    """The settlement of a contract by its table. It is valid for so many days, to the day before the next due date: then another is due."""
    if not lines or as_of_on < starts_on:
        raise Unanswerable("settlement.before_start", f"on {as_of_on} there is no contract to settle")
    if type(valid_days) is not int or not 0 <= valid_days <= MOST_VALID_DAYS:
        raise Unanswerable("settlement.valid_days", f"a settlement is valid for 0 to {MOST_VALID_DAYS} days, not {valid_days!r}")
    principal, period = principal_on(lines, financed_amount, as_of_on), _period(lines, starts_on, as_of_on)
    accrued = cents(_accrued(principal, period, as_of_on, by_days))
    vat = sum((total.vat_amount for total in vat_totals([_taxed(fee) for fee in (compensation, *fees)])), NOTHING)
    fees_amount = sum((fee.amount for fee in fees), NOTHING)
    parts = (principal, accrued, behind.amount, behind.late_interest_amount, compensation.amount, fees_amount, vat, -unallocated_amount)
    return Settlement(
        as_of_on=as_of_on,
        valid_until_on=min(as_of_on + timedelta(days=valid_days), period.to_on - timedelta(days=1) if period.to_on else date.max),
        principal_amount=principal,
        accrued_interest_amount=accrued,
        arrears_amount=behind.amount,
        late_interest_amount=behind.late_interest_amount,
        compensation_amount=compensation.amount,
        fees_amount=fees_amount,
        vat_amount=vat,
        unallocated_amount=unallocated_amount,
        total_amount=sum(parts, NOTHING),
        per_day_amount=cents(_per_day(principal, period, as_of_on, by_days) + behind.per_day_amount),
    )


def _taxed(fee: Fee) -> VatLine:
    return VatLine(fee.vat_category, fee.vat_percent, fee.amount)


def _period(lines: Sequence[Line], starts_on: date, day: date) -> _Period:
    """The period that a day falls into; a due date ends its own period and begins the next."""
    since_on = max((line.due_on for line in lines if line.due_on <= day), default=starts_on)
    running = next((line for line in lines if line.due_on > day), None)
    return _Period(since_on, running.due_on if running else None, running.interest if running else ZERO, lines[-1].due_on)


def _accrued(principal: Decimal, period: _Period, day: date, by_days: ByDays | None) -> Decimal:
    if by_days is not None:
        return (
            principal
            * by_days.rate_percent
            / HUNDRED
            * year_fraction(by_days.day_count, period.since_on, day, maturity_on=period.maturity_on)
        )
    return period.interest * (day - period.since_on).days / (period.to_on - period.since_on).days if period.to_on else ZERO


def _per_day(principal: Decimal, period: _Period, day: date, by_days: ByDays | None) -> Decimal:
    """What the day after adds, not rounded."""
    return _accrued(principal, period, day + timedelta(days=1), by_days) - _accrued(principal, period, day, by_days)
