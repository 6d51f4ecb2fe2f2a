"""What a credit costs: all that is paid, how much of it is cost, and the annual percentage rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from finance.apr import Flow, apr_percent
from finance.intervals import Interval, unit_of
from finance.lines import Line
from finance.money import NOTHING, ZERO, calculation
from finance.plans import Plan
from finance.refusals import Unanswerable
from finance.schedules import Schedule, schedule


@dataclass(frozen=True, slots=True)
class Cost:
    """The figures that an offer must show. `apr_percent` has six decimals; `finance.apr.shown_apr` makes what people are shown."""

    received_amount: Decimal
    payable_amount: Decimal
    cost_amount: Decimal
    apr_percent: Decimal


@calculation
def cost_of(plan: Plan, *, paid_at_start_amount: Decimal = ZERO, kept_back_amount: Decimal = ZERO, counts_insurance: bool = True) -> Cost:
    """The cost of the credit that a plan describes, with what is paid beside it on its first day.

    An insurance that nobody has to take is left out.

    What the lender keeps back when the credit is paid out is received by nobody: it lowers the amount of credit and is paid by the
    installments, so it is not counted again in what is paid (2008/48/EC article 3 (h) and (l); CJEU C-377/14, points 85 to 91).

    Raises `Unanswerable` `apr.residual` where a residual value stays owed: nobody knows what becomes of it.
    """
    if plan.residual_amount:
        raise Unanswerable("apr.residual", "a rate of all that is paid needs a plan that pays all")
    table = schedule(plan)
    lent, *later = credit_flows(plan, table, counts_insurance=counts_insurance)
    flows = [Flow(lent.amount - kept_back_amount, lent.after), *later, Flow(-paid_at_start_amount, _start(plan))]
    received = sum((flow.amount for flow in flows if flow.amount > 0), NOTHING)
    payable = -sum((flow.amount for flow in flows if flow.amount < 0), NOTHING)
    return Cost(received, payable, payable - received, apr_percent(flows))


@calculation
def credit_flows(plan: Plan, table: Schedule, *, counts_insurance: bool = True) -> tuple[Flow, ...]:
    """What the customer receives and pays, line by line, each whole periods after the first: also where a month has no such day."""
    flows = [Flow(plan.financed_amount, _start(plan))]
    for line, after in zip(table.lines, _intervals(plan, table.lines), strict=True):
        flows.append(Flow((ZERO if counts_insurance else line.insurance) - line.payment, after))
        if line.drawn:
            flows.append(Flow(line.drawn, after))
    return tuple(flows)


def _intervals(plan: Plan, lines: tuple[Line, ...]) -> Iterator[Interval]:
    unit, units = unit_of(plan.every)
    after = plan.first_period() or Interval(0 if plan.is_advance else units, unit=unit)
    yield after
    for earlier, later in pairwise(lines):
        after = after if later.due_on == earlier.due_on else after.later_by(units)
        yield after


def _start(plan: Plan) -> Interval:
    return Interval(0, unit=unit_of(plan.every)[0])
