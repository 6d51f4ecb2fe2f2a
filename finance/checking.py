"""Checks of an amortization table that somebody else computed. A table is never refused here: what does not fit is reported, by its rule.

The rules: `table.empty`, `table.too_long`, `line.unreadable`, `number.sequence`, `due_on.order`, `balance.start`, `balance.chain`,
`balance.line`, `balance.end`, `payment.parts`, `principal.sum`, `interest.rate` and `terms.unusable`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from functools import partial
from itertools import islice, pairwise
from typing import NamedTuple

from finance.dates import MONTHLY, MOST_PERIODS, Periodicity
from finance.day_counts import DayCount, year_fraction
from finance.lines import Line
from finance.money import CENT, EXACT, LARGEST, NOTHING, ONE, ZERO, Exact
from finance.payments import Timing
from finance.phases import Annuity
from finance.plans import Plan, YearFraction
from finance.rates import Conversion, implicit_rate, period_rate
from finance.refusals import Unanswerable

MOST_DIFFERENCES = 100
HALF_A_CENT = Decimal("0.005")
COUNTINGS = tuple(
    partial(year_fraction, count)
    for count in (DayCount.ACT_365_FIXED, DayCount.ACT_360, DayCount.ACT_ACT_ISDA, DayCount.THIRTY_E_360, DayCount.THIRTY_360)
)
Rates = Iterable[Decimal | None]  # one for each line, None where it is not known


class Difference(NamedTuple):
    """A rule that a table breaks, the number of its line, what the rule expects, and what stands there."""

    rule: str
    number: int | None
    expected: object
    found: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Exact):
    """What is known of the contract behind a table. Without a rate its interest is not checked.

    A lease `may_imply_rate`: its rents are agreed, and its table may run at the rate that they imply. A loan runs at its own.
    Where it is not known how a contract counts time, `is_counting_known` is False: the table may count in any usual way, if it keeps to
    it, and interest for an irregular first period is not checked. Where it is not known when the first period begins,
    `is_beginning_known` is False, and the interest of the first line is not checked at all.
    """

    financed_amount: Decimal
    remaining_amount: Decimal = ZERO
    rate_percent: Decimal | None = None
    starts_on: date | None = None
    every: Periodicity = MONTHLY
    timing: Timing = Timing.ARREARS
    conversion: Conversion = Conversion.PROPORTIONAL
    counting: YearFraction | None = None
    may_imply_rate: bool = True
    is_counting_known: bool = True
    is_beginning_known: bool = True


def check(lines: Sequence[Line], agreed: Agreed) -> tuple[Difference, ...]:
    """Where a table does not fit itself or its contract: none if all is well, at most a hundred. Never raises for a bad table."""
    with localcontext(EXACT):
        return tuple(islice(_differences(lines, agreed), MOST_DIFFERENCES))


def _differences(lines: Sequence[Line], agreed: Agreed) -> Iterator[Difference]:
    if not lines:
        yield Difference("table.empty", None, "lines", None)
        return
    if len(lines) > MOST_PERIODS + 1:
        yield Difference("table.too_long", None, MOST_PERIODS + 1, len(lines))
        return
    unreadable = [place for place, line in enumerate(lines, 1) if not _is_readable(line)]
    if unreadable:
        yield from (Difference("line.unreadable", place, "eleven exact figures", lines[place - 1]) for place in unreadable)
        return
    yield from _chain(lines, agreed)
    yield from _ends(lines, agreed)
    if agreed.rate_percent is not None:
        yield from _interest(lines, agreed, agreed.rate_percent)


def _is_readable(line: object) -> bool:
    """Whether every figure of a line is there and can be calculated with."""
    if not isinstance(line, tuple) or len(line) != len(Line._fields) or type(line[0]) is not int or type(line[1]) is not date:
        return False
    return all(type(figure) is Decimal and figure.is_finite() and abs(figure) <= LARGEST for figure in line[2:])


def _chain(lines: Sequence[Line], agreed: Agreed) -> Iterator[Difference]:
    """Line by line: numbers and days ascend, balances chain, parts make the payment."""
    owed, rule, last_on = agreed.financed_amount, "balance.start", lines[0].due_on
    for expected, line in enumerate(lines, 1):
        number, due_on, opening, payment, principal, interest, fees, insurance, vat, drawn, closing = line
        if number != expected:
            yield Difference("number.sequence", number, expected, number)
        if due_on < last_on:
            yield Difference("due_on.order", number, last_on, due_on)
        if opening != owed:
            yield Difference(rule, number, owed, opening)
        if closing != opening - principal + drawn:
            yield Difference("balance.line", number, opening - principal + drawn, closing)
        parts = principal + interest + fees + insurance + vat
        if payment != parts:
            yield Difference("payment.parts", number, parts, payment)
        owed, rule, last_on = closing, "balance.chain", due_on


def _ends(lines: Sequence[Line], agreed: Agreed) -> Iterator[Difference]:
    """The whole table: all that was financed is paid back, down to what the contract leaves."""
    repaid = sum((line.principal - line.drawn for line in lines), NOTHING)
    if repaid != agreed.financed_amount - agreed.remaining_amount:
        yield Difference("principal.sum", None, agreed.financed_amount - agreed.remaining_amount, repaid)
    if lines[-1].closing != agreed.remaining_amount:
        yield Difference("balance.end", lines[-1].number, agreed.remaining_amount, lines[-1].closing)


def _interest(lines: Sequence[Line], agreed: Agreed, annual: Decimal) -> Iterator[Difference]:
    """Interest within a cent of the rate in every line; the last may have taken half a cent of each line before it.

    A lease may run at the rate that its rents imply, and a contract may count time in a way that is not known: what fits best counts.
    """
    try:
        wrong = _nearest(lines, agreed if agreed.is_beginning_known else replace(agreed, starts_on=None), annual)
    except Unanswerable as refusal:
        yield Difference("terms.unusable", None, refusal.rule, str(refusal))
        return
    yield from wrong


def _nearest(lines: Sequence[Line], agreed: Agreed, annual: Decimal) -> list[Difference]:
    """The wrong lines: at the agreed rate, unless most lines fit the implied one or another way to count time, and more than fit that."""
    first, *later = _rates(lines, agreed, annual)
    wrong = list(_off(lines, [first, *later]))
    for others in _others(lines, agreed, annual, is_first_known=first is not None) if wrong else ():
        with suppress(Unanswerable):  # these days cannot be counted so: they do not ascend
            off = list(islice(_off(lines, others), len(wrong)))  # no more than can win: the rest is not even counted
            if len(off) < len(wrong) and 2 * len(off) < len(lines):
                wrong = off
        if not wrong:
            break
    return wrong


def _others(lines: Sequence[Line], agreed: Agreed, annual: Decimal, *, is_first_known: bool) -> Iterator[Rates]:
    """The rates that a lease may imply; and those of other ways to count time beside by whole periods, where the way is not known."""
    if agreed.may_imply_rate:
        implied = _implied(lines, agreed) if is_first_known else _implied_later(lines, agreed)
        if implied:
            yield implied
    if not agreed.is_counting_known:
        yield _rates(lines, replace(agreed, conversion=Conversion.EQUIVALENT), annual)
        yield from (_rates(lines, replace(agreed, counting=counting), annual) for counting in COUNTINGS)


def _off(lines: Sequence[Line], rates: Rates) -> Iterator[Difference]:
    last = len(lines)
    for place, (line, rate) in enumerate(zip(lines, rates, strict=True), 1):
        if rate is None:
            continue
        expected = (line.opening * rate).quantize(CENT)
        allowed = CENT if place < last else CENT + HALF_A_CENT * last
        if abs(line.interest - expected) > allowed:
            yield Difference("interest.rate", line.number, expected, line.interest)


def _rates(lines: Sequence[Line], agreed: Agreed, annual: Decimal) -> Iterator[Decimal | None]:
    """The rate of the period before each line: none for a second line of the same day, such as an option; None where it is not known."""
    plan = Plan(
        financed_amount=ONE,
        rate_percent=annual,
        phases=(Annuity(periods=1),),
        first_due_on=lines[0].due_on,
        starts_on=agreed.starts_on,
        every=agreed.every,
        timing=agreed.timing,
    )
    rates = _regular(lines, agreed, annual, plan) if agreed.counting is None else _counted(lines, agreed, annual, plan, agreed.counting)
    if not agreed.is_beginning_known or (not agreed.is_counting_known and plan.first_period() is not None):
        next(rates)
        yield None
    yield from rates


def _regular(lines: Sequence[Line], agreed: Agreed, annual: Decimal, plan: Plan) -> Iterator[Decimal]:
    """Every period but the first is as long as any other."""
    rate = period_rate(annual, plan.period_years(), agreed.conversion)
    yield period_rate(annual, plan.years_before(1), agreed.conversion)
    yield from (ZERO if later.due_on == earlier.due_on else rate for earlier, later in pairwise(lines))


def _counted(lines: Sequence[Line], agreed: Agreed, annual: Decimal, plan: Plan, counting: YearFraction) -> Iterator[Decimal]:
    """Every period is as long as its days."""
    begins_on = agreed.starts_on or plan.every.after(lines[0].due_on, 0 if plan.is_advance else -1)
    days = [begins_on, *(line.due_on for line in lines)]
    yield from (period_rate(annual, counting(start_on, end_on), agreed.conversion) for start_on, end_on in pairwise(days))


def _implied(lines: Sequence[Line], agreed: Agreed) -> Rates | None:
    """The rates of regular periods that the payments imply by themselves, if they imply one."""
    first = 0 if agreed.timing is Timing.ADVANCE else 1
    periods = list(range(first, first + len(lines)))
    if len(lines) > 1 and lines[-1].due_on == lines[-2].due_on:
        periods[-1] -= 1
    flows = [(period, line.drawn - line.principal - line.interest) for period, line in zip(periods, lines, strict=True)]
    try:
        rate = implicit_rate([(0, agreed.financed_amount), *flows, (periods[-1], -agreed.remaining_amount)])
    except Unanswerable:
        return None
    return [rate if later > earlier else ZERO for earlier, later in pairwise([0, *periods])]


def _implied_later(lines: Sequence[Line], agreed: Agreed) -> Rates | None:
    """The same of a table whose first period is not known: what its first line leaves owed is paid back in regular periods."""
    if len(lines) == 1:
        return None
    later = replace(agreed, financed_amount=lines[0].closing, timing=Timing.ARREARS)
    rates = _implied(lines[1:], later)
    return rates and [None, *rates]
