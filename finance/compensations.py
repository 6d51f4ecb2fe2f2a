"""What may be asked of a customer who repays early: the legal maximum, by the dated figure of his country.

Two kinds of rule. A share of the sum repaid, with a lower one towards the end, a yearly sum that is free, and never more than the interest
that the sum would still have borne (France, Belgium, EU for consumers). Or months of interest on the sum repaid (Belgian loans).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, Self

from finance.dates import months_and_days, months_before
from finance.figures import Figure
from finance.money import HUNDRED, NOTHING, ZERO, Exact, calculation, cents
from finance.refusals import Unanswerable

MONTHS_IN_YEAR = 12


class Exemption(Enum):
    """When the law gives the lender nothing for a share of the sum."""

    VARIABLE_RATE = "VARIABLE_RATE"  # repaid in a period for which no fixed rate was agreed
    OVERDRAFT = "OVERDRAFT"
    INSURANCE_PAYOUT = "INSURANCE_PAYOUT"  # an insurance of the credit has paid


class Repaid(NamedTuple):
    """An early repayment of before."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ShareRule(Exact):
    """A share of the sum repaid. `free_amount`: nothing is asked until the sums of `window_months` exceed it."""

    long_percent: Decimal
    short_percent: Decimal
    short_months: int
    free_amount: Decimal = ZERO
    window_months: int = MONTHS_IN_YEAR

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """The rule as the figure `early_repayment_compensation` has it."""
        has_window = "window_months" in figure.values
        return cls(
            long_percent=figure.decimal("long_percent"),
            short_percent=figure.decimal("short_percent"),
            short_months=figure.count("short_months"),
            free_amount=figure.maybe_decimal("free_amount") or ZERO,
            window_months=figure.count("window_months") if has_window else MONTHS_IN_YEAR,
        )

    @calculation
    def repaid_before(self, repayments: Sequence[Repaid], on: date) -> Decimal:
        """What was repaid early in the window that ends on a day, the day's own repayment not included: it is still to come.

        A repayment on the same day number a window before is outside: 1 March to 1 March are two days of two years.
        """
        since_on = months_before(on, self.window_months)
        return sum((repaid.amount for repaid in repayments if since_on < repaid.on <= on), NOTHING)


@calculation
def months_left(repaid_on: date, ends_on: date) -> Decimal:
    """The time to the agreed end, in whole months and a part of one: more than 12 exactly when the end is after the same day a year on."""
    months, days = months_and_days(repaid_on, max(repaid_on, ends_on))
    return months + Decimal(days) / 31


class Compensation(NamedTuple):
    """The most that may be asked, and how it comes about: the share, and whether the remaining interest is what bounds it."""

    most_amount: Decimal
    percent: Decimal
    is_free: bool
    is_bound_by_interest: bool


@calculation
def most_compensation(
    rule: ShareRule,
    repaid_amount: Decimal,
    *,
    months_left: Decimal | int,
    interest_left_amount: Decimal,
    repaid_before_amount: Decimal = ZERO,
    exemption: Exemption | None = None,
) -> Compensation:
    """The most that may be asked for repaying this amount, of which `interest_left_amount` of interest would still have come.

    With exactly the short time left the lower share holds, and sums of exactly the free amount are free.
    """
    if min(repaid_amount, interest_left_amount, repaid_before_amount) < 0 or months_left < 0:
        raise Unanswerable("compensation.amount", "what is repaid, and what is left, is not less than nothing")
    percent = rule.long_percent if months_left > rule.short_months else rule.short_percent
    is_free = exemption is not None or (rule.free_amount > 0 and repaid_before_amount + repaid_amount <= rule.free_amount)
    if is_free:
        return Compensation(NOTHING, ZERO, True, False)
    share = cents(repaid_amount * percent / HUNDRED)
    return Compensation(min(share, cents(interest_left_amount)), percent, False, interest_left_amount < share)


@calculation
def months_of_interest(repaid_amount: Decimal, rate_percent: Decimal, months: int) -> Decimal:
    """So many months' interest on the sum repaid, at the rate of the contract."""
    if min(repaid_amount, rate_percent) < 0 or months < 0:
        raise Unanswerable("compensation.amount", "what is repaid is not less than nothing")
    return cents(repaid_amount * rate_percent * months / MONTHS_IN_YEAR / HUNDRED)
