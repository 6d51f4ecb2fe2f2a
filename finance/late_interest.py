"""Interest on what is paid late: simple, by the day, at the rate of each day, rounded once at the end.

The due day is left out and the payment day counted. A rate that is set from 1 January applies to the days after 1 January, as the interest
of a claim due on 1 January begins on the 2nd: time is split at the day of change as it is cut at both ends. So two parts of a time always
come to the whole. See docs/decisions/late-interest-days.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from finance.day_counts import DayCount, days_between, year_fraction
from finance.figures import Audience, Figure, Figures
from finance.money import HUNDRED, TO_THE_CENT, ZERO, Exact, Rounding, calculation
from finance.refusals import Unanswerable


class DatedRate(NamedTuple):
    """A yearly rate in percent, from a day on."""

    valid_from_on: date
    percent: Decimal


class Owed(NamedTuple):
    """What is owed from the end of a day on."""

    from_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stretch(Exact):
    """Days on which neither the amount nor the rate changes."""

    after_on: date
    to_on: date
    days: int
    amount: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class LateInterest(Exact):
    """The interest, and of what days at what rates it is made."""

    amount: Decimal
    days: int
    stretches: tuple[Stretch, ...]


@calculation
def late_interest(
    amount: Decimal,
    *,
    due_on: date,
    paid_on: date,
    rates: Sequence[DatedRate],
    count: DayCount = DayCount.ACT_365_FIXED,
    rounding: Rounding = TO_THE_CENT,
) -> LateInterest:
    """The interest on one amount from the day it was due to the day it is paid. None, if that is not later."""
    return interest_on([Owed(due_on, amount)], until_on=paid_on, rates=rates, count=count, rounding=rounding)


@calculation
def interest_on(
    owed: Sequence[Owed],
    *,
    until_on: date,
    rates: Sequence[DatedRate],
    count: DayCount = DayCount.ACT_365_FIXED,
    rounding: Rounding = TO_THE_CENT,
) -> LateInterest:
    """The same for an amount that changes: by payments in part, say. Rounded once for the whole time."""
    stretches = stretches_of(owed, until_on=until_on, rates=rates, count=count)
    return LateInterest(rounding.of(exact_interest(stretches, count)), sum(stretch.days for stretch in stretches), stretches)


@calculation
def stretches_of(owed: Sequence[Owed], *, until_on: date, rates: Sequence[DatedRate], count: DayCount) -> tuple[Stretch, ...]:
    """The days from the first amount to the end, split where the amount or the rate changes."""
    if not owed or not _ascend(step.from_on for step in owed) or any(step.amount < 0 for step in owed):
        raise Unanswerable(
            "late_interest.amounts", "interest runs on amounts that are owed, not on less than nothing, in the order of their days"
        )
    if not _ascend(rate.valid_from_on for rate in rates):
        raise Unanswerable("late_interest.rates", "the rates do not ascend by their days")
    from_on = owed[0].from_on
    changes = {day for day in (*(step.from_on for step in owed), *(rate.valid_from_on for rate in rates)) if from_on < day < until_on}
    cuts = sorted({from_on, *changes, max(from_on, until_on)})
    return tuple(
        Stretch(after_on, to_on, days_between(count, after_on, to_on), _amount_on(owed, after_on), _percent_on(rates, after_on))
        for after_on, to_on in pairwise(cuts)
    )


@calculation
def exact_interest(stretches: Sequence[Stretch], count: DayCount) -> Decimal:
    """The interest of these days, not rounded."""
    return sum(
        (stretch.amount * stretch.percent / HUNDRED * year_fraction(count, stretch.after_on, stretch.to_on) for stretch in stretches), ZERO
    )


def statutory_rates(figures: Figures, country: str, audience: Audience, *, due_on: date, paid_on: date) -> tuple[DatedRate, ...]:
    """The rates that the law sets for these days. A day without one is refused by its name."""
    return tuple(_dated(figure, "percent") for figure in figures.during(country, audience, "late_interest_rate", due_on, paid_on))


@calculation
def rates_over_central_bank(
    figures: Figures, country: str, audience: Audience, *, due_on: date, paid_on: date, bank: str = "EU"
) -> tuple[DatedRate, ...]:
    """The rates of a country whose law adds points to those of a central bank."""
    margins = [_dated(figure, "points") for figure in figures.during(country, audience, "late_interest_margin", due_on, paid_on)]
    banks = [_dated(figure, "percent") for figure in figures.during(bank, audience, "central_bank_rate", due_on, paid_on)]
    days = sorted({max(rate.valid_from_on, due_on) for rate in (*margins, *banks)})
    return tuple(DatedRate(day, _percent_on(margins, day) + _percent_on(banks, day)) for day in days)


def _dated(figure: Figure, name: str) -> DatedRate:
    return DatedRate(figure.valid_from_on, figure.decimal(name))


def _amount_on(owed: Sequence[Owed], day: date) -> Decimal:
    return next(step.amount for step in reversed(owed) if step.from_on <= day)


def _percent_on(rates: Sequence[DatedRate], day: date) -> Decimal:
    for rate in reversed(rates):
        if rate.valid_from_on <= day:
            return rate.percent
    raise Unanswerable("late_interest.rates", f"there is no rate for {day}")


def _ascend(days: Iterable[date]) -> bool:
    return all(earlier < later for earlier, later in pairwise(days))
