"""The spreadsheet functions of time value, by their own signs: what one receives is positive, what one pays is negative.

All solve one equation: present x (1 + r)^n + payment x (1 + r x due) x ((1 + r)^n - 1) / r + future = 0, where due is 1 for payments at the
beginning of their period. Rates are of a period, as fractions. Source: the function reference of Microsoft Excel.
"""

from decimal import Decimal

from finance.money import ONE, ZERO, calculation
from finance.payments import Timing
from finance.rates import implicit_rate
from finance.refusals import Unanswerable


@calculation
def future_value(rate: Decimal, periods: Decimal | int, payment: Decimal, present: Decimal, timing: Timing = Timing.ARREARS) -> Decimal:
    """FV: what is left in the end."""
    growth, payments = _growth(rate, periods, timing)
    return -(present * growth + payment * payments)


@calculation
def present_value(
    rate: Decimal, periods: Decimal | int, payment: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS
) -> Decimal:
    """PV: what it is worth today."""
    growth, payments = _growth(rate, periods, timing)
    return -(future + payment * payments) / growth


@calculation
def payment(rate: Decimal, periods: Decimal | int, present: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS) -> Decimal:
    """PMT: the constant payment."""
    growth, payments = _growth(rate, periods, timing)
    if not payments:
        raise Unanswerable("periods.count", "without periods there is no payment")
    return -(present * growth + future) / payments


@calculation
def number_of_periods(
    rate: Decimal, payment: Decimal, present: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS
) -> Decimal:
    """NPER: how many payments it takes, the last one maybe a part. `Unanswerable` if they never get there."""
    if not rate:
        if not payment:
            raise Unanswerable("periods.none", "without payments and interest nothing changes")
        return -(present + future) / payment
    perpetual = payment * (ONE + rate if timing is Timing.ADVANCE else ONE) / rate
    start, end = perpetual + present, perpetual - future
    if not start or end / start <= 0 or rate <= -1:
        raise Unanswerable("periods.none", "these payments never get there")
    return (end / start).ln() / (ONE + rate).ln()


@calculation
def rate(periods: int, payment: Decimal, present: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS) -> Decimal:
    """RATE: the rate of a period. `Unanswerable` if none or several solve it."""
    first = 0 if timing is Timing.ADVANCE else 1
    return implicit_rate([(0, present), *((number + first, payment) for number in range(periods)), (periods, future)])


@calculation
def interest_part(
    rate: Decimal, number: int, periods: int, present: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS
) -> Decimal:
    """IPMT: the interest in the payment of this number, from 1."""
    if not 1 <= number <= periods:
        raise Unanswerable("periods.number", f"there is no payment {number} of {periods}")
    if timing is Timing.ADVANCE and number == 1:
        return ZERO
    constant = payment(rate, periods, present, future, timing)
    owed = future_value(rate, number - 1, constant, present, timing)
    return owed * rate / (ONE + rate) if timing is Timing.ADVANCE else owed * rate


@calculation
def principal_part(
    rate: Decimal, number: int, periods: int, present: Decimal, future: Decimal = ZERO, timing: Timing = Timing.ARREARS
) -> Decimal:
    """PPMT: the principal in the payment of this number, from 1."""
    return payment(rate, periods, present, future, timing) - interest_part(rate, number, periods, present, future, timing)


@calculation
def cumulative_interest(rate: Decimal, periods: int, present: Decimal, first: int, last: int, timing: Timing = Timing.ARREARS) -> Decimal:
    """CUMIPMT: the interest in the payments from the first number to the last."""
    if last < first:
        raise Unanswerable("periods.number", f"payment {last} comes before payment {first}")
    return sum((interest_part(rate, number, periods, present, ZERO, timing) for number in range(first, last + 1)), ZERO)


@calculation
def cumulative_principal(rate: Decimal, periods: int, present: Decimal, first: int, last: int, timing: Timing = Timing.ARREARS) -> Decimal:
    """CUMPRINC: the principal in the payments from the first number to the last."""
    paid = payment(rate, periods, present, ZERO, timing) * (last - first + 1)
    return paid - cumulative_interest(rate, periods, present, first, last, timing)


def _growth(rate: Decimal, periods: Decimal | int, timing: Timing) -> tuple[Decimal, Decimal]:
    """What one grows to in all periods, and what payments of one grow to."""
    if rate <= -1 or periods < 0:
        raise Unanswerable("rate.too_low", "a rate is above -100 %, and periods are not negative")
    if not rate:
        return ONE, Decimal(periods)
    growth = (ONE + rate) ** periods
    return growth, (growth - ONE) / rate * (ONE + rate if timing is Timing.ADVANCE else ONE)
