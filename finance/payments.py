"""The payment that pays a debt back, by the kind of its payments. Nothing is rounded here: a contract rounds by its own rule.

Rates are those of a period, as fractions. Payments are counted in periods; a payment in advance falls at the beginning of its period.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum

from finance.money import HUNDRED, ONE, ZERO, calculation, cents
from finance.refusals import Unanswerable

DAYS_IN_A_RENT_MONTH = 30


class Timing(Enum):
    """When in its period a payment is due."""

    ADVANCE = "ADVANCE"  # at the beginning: the first on the day the contract starts
    ARREARS = "ARREARS"  # at the end


@calculation
def level_payment(
    financed_amount: Decimal,
    rate: Decimal,
    periods: int,
    *,
    remaining_amount: Decimal = ZERO,
    timing: Timing = Timing.ARREARS,
    first_rate: Decimal | None = None,
) -> Decimal:
    """The constant payment that leaves `remaining_amount` owed when the last period is over: the annuity.

    `first_rate` is the interest of an irregular first period, as a fraction; in advance, of the time before the first rent.
    """
    _some(periods)
    if timing is Timing.ARREARS:
        return level_of(financed_amount, rate if first_rate is None else first_rate, rate, periods, remaining_amount)
    return level_of(financed_amount, first_rate or ZERO, rate, periods, remaining_amount / (ONE + rate))


def level_of(owed: Decimal, first_rate: Decimal, rate: Decimal, periods: int, remaining: Decimal) -> Decimal:
    """The constant payment after each of the periods, the first of which has its own rate; `remaining` is owed after the last payment.

    For rules in this room: the caller has an exact context.
    """
    if not rate:
        return (owed * (ONE + first_rate) - remaining) / Decimal(periods)
    growth = (ONE + rate) ** periods
    return (owed * (ONE + first_rate) * growth / (ONE + rate) - remaining) * rate / (growth - ONE)


@calculation
def weighted_payment(
    financed_amount: Decimal,
    rates: Sequence[Decimal],
    weights: Sequence[Decimal],
    *,
    remaining_amount: Decimal = ZERO,
    given: Iterable[tuple[int, Decimal]] = (),
) -> Decimal:
    """The payment of weight one. Each payment is its weight times that: 3 for a triple first rent, 0 for a month that is skipped.

    `rates` are those of the periods before each payment; in advance the first is 0. `given` are known payments, by number from 1.
    """
    if len(rates) != len(weights) or not weights:
        raise Unanswerable("payments.weights", "every payment has one rate and one weight")
    return unit_of(financed_amount, rates, weights, dict(given), remaining_amount)


def unit_of(owed: Decimal, rates: Sequence[Decimal], weights: Sequence[Decimal], given: dict[int, Decimal], remaining: Decimal) -> Decimal:
    """What the debt grows to without payments, over what payments of their weights grow to.

    For rules in this room: the caller has an exact context.
    """
    grown = ZERO
    for number, (rate, weight) in enumerate(zip(rates, weights, strict=True), 1):
        growth = ONE + rate
        owed, grown = owed * growth, grown * growth
        if number in given:
            owed -= given[number]
        else:
            grown += weight
    if grown <= 0:
        raise Unanswerable("payments.weights", "no payment is left to be found")
    return (owed - remaining) / grown


@calculation
def payment_with_capitalization(financed_amount: Decimal, annual_percent: Decimal, periods: int, per_year: int, every: int) -> Decimal:
    """The constant payment in arrears where interest runs each period but joins the debt after every so many of them only.

    Between two such days interest bears no interest: monthly installments with quarterly capitalization have `every` 3.
    """
    rate = annual_percent / HUNDRED / Decimal(per_year)
    if every < 1 or _some(periods) % every:
        raise Unanswerable("payments.capitalization", "the term is no whole number of capitalization periods")
    owed, paid, interest_owed, interest_paid = financed_amount, ZERO, ZERO, ZERO
    for number in range(1, periods + 1):
        interest_owed, interest_paid = interest_owed + owed * rate, interest_paid + paid * rate
        paid += ONE
        if number % every == 0:
            owed, paid = owed + interest_owed, paid + interest_paid
            interest_owed = interest_paid = ZERO
    return owed / paid


@calculation
def present_amount(rate: Decimal, flows: Iterable[tuple[int, Decimal]]) -> Decimal:
    """What flows are worth today, each (after how many periods, amount). What a subsidy must add is the price less this."""
    growth = ONE + rate
    return sum((amount / growth**periods for periods, amount in flows), ZERO)


@calculation
def balance_after(owed: Decimal, rates: Iterable[Decimal], payment: Decimal) -> Decimal:
    """What is owed after so many equal payments, unrounded: the balloon of a loan that ends before it is paid back."""
    for rate in rates:
        owed += owed * rate - payment
    return owed


@calculation
def interim_rent(monthly_rent_amount: Decimal, days: int) -> Decimal:
    """The rent for the days before the first whole month: a thirtieth of the monthly rent each, as lessors charge a broken period."""
    if days < 0:
        raise Unanswerable("payments.days", "a broken period has no negative length")
    return cents(monthly_rent_amount * days / DAYS_IN_A_RENT_MONTH)


def _some(periods: int) -> int:
    if periods < 1:
        raise Unanswerable("periods.count", "a plan has at least one period")
    return periods
