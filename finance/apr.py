"""The annual percentage rate of charge of the European Union, by its own equation.

What the customer receives equals what he pays, both discounted at the rate over the time since the first drawdown. It is kept with six
decimals and shown with two. Source: Directive 2008/48/EC, Annex I, the same in 2014/17/EU; 2023/2225, Annex III.
It is not XIRR: that counts days where the directive counts whole months, and shows another first decimal now and then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from finance.equations import Worth
from finance.intervals import Interval, Unit, interval
from finance.money import CENT, EXACT, HUNDRED, ONE, Exact, calculation, exact
from finance.rates import MOST_FLOWS
from finance.refusals import Unanswerable

KEPT = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Flow(Exact):
    """What the customer receives (+) or pays (-), so long after the first drawdown."""

    amount: Decimal
    after: Interval


@calculation
def apr_percent(flows: Sequence[Flow]) -> Decimal:
    """The annual percentage rate, half up to six decimals.

    With more than one change of direction the equation can have several solutions. The rate of a credit is the one beyond which a dearer
    credit would be worth more to the customer than it is; if there is no such rate, or more than one, it is `Unanswerable`.
    """
    if len(flows) > MOST_FLOWS:
        raise Unanswerable("flows.count", f"at most {MOST_FLOWS} flows can be solved")
    if not flows or any(flow.after.unit is not flows[0].after.unit for flow in flows):
        raise Unanswerable("apr.units", "the intervals of one credit are all counted in years, in months or in weeks")
    unit = flows[0].after.unit
    worth = Worth((((flow.after.units, flow.after.days, flow.after.days_in_year), flow.amount) for flow in flows), unit.value)
    rates = [solution.factor for solution in worth.solutions() if solution.is_falling]
    if len(rates) != 1:
        raise Unanswerable("rate.several" if rates else "rate.none", f"{len(rates) or 'no'} rates solve these flows")
    return ((rates[0] ** -unit.value - ONE) * HUNDRED).quantize(KEPT, ROUND_HALF_UP)


def dated_flows(flows: Iterable[tuple[date, Decimal]], drawdown_on: date, unit: Unit = Unit.MONTH) -> tuple[Flow, ...]:
    """Flows on days, with their intervals from the first drawdown."""
    return tuple(Flow(amount, interval(drawdown_on, day, unit)) for day, amount in flows)


def shown_apr(apr_percent: Decimal) -> Decimal:
    """As people are shown it: two decimals, half up."""
    exact(apr_percent)
    with localcontext(EXACT):
        return apr_percent.quantize(CENT)
