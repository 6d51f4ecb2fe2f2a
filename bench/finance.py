"""How fast the money is computed: `python -m bench.finance`. Each figure beside its goal, and beside another program where one does the same.

Ours is in decimals of 34 digits and more, theirs in binary floats, vectorized (numpy-financial) or compiled (pyxirr): the ratios say what
exactness costs, not who computes better. All contestants take turns in every round, so that a busy machine is busy for all of them.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy
import numpy_financial
import pyxirr

from finance.apr import Flow, apr_percent, dated_flows
from finance.checking import Agreed, check
from finance.dates import MONTHLY
from finance.intervals import Interval
from finance.payments import level_payment
from finance.phases import Annuity
from finance.plans import Closing, Plan
from finance.rows import rows_of
from finance.schedules import schedule
from finance.time_value import rate

ROUNDS = 40
FIRST = date(2026, 1, 15)
LOAN = Plan(financed_amount=Decimal(200_000), rate_percent=Decimal(6), phases=(Annuity(periods=360),), first_due_on=FIRST)
LEASE = replace(LOAN, phases=(Annuity(periods=60),), closing=Closing.LEASE, residual_amount=Decimal(2000))
PAYMENT = Decimal("1432.86")
CHECKED = replace(LOAN, phases=(Annuity(periods=60),))


@dataclass
class Contest:
    """Work that is done by us and maybe by others, with the goal in milliseconds if there is one."""

    name: str
    goal_ms: float | None
    ours: Callable[[], object]
    others: dict[str, Callable[[], object]]
    turns: int = 10


def contests() -> list[Contest]:
    """Everything that is measured."""
    amounts = [196_000.0] + [-float(PAYMENT)] * 240
    months = [Flow(Decimal(196_000), Interval(0)), *(Flow(-PAYMENT, Interval(month)) for month in range(1, 241))]
    stub = [months[0], *(Flow(-PAYMENT, Interval(month, 3, 366)) for month in range(1, 241))]
    due_on = [date(2026, 1, 5), *MONTHLY.due_dates(date(2026, 2, 9), 240)]
    spread = [day.replace(day=7 + place % 9) if place else day for place, day in enumerate(due_on)]
    dated = dated_flows(zip(spread, map(Decimal, amounts_of(months)), strict=True), due_on[0])
    numbers = numpy.arange(1, 361)
    lines, agreed = schedule(CHECKED).lines, Agreed(financed_amount=CHECKED.financed_amount, rate_percent=CHECKED.rate_percent)
    return [
        Contest("table of 360 lines", 0.15, lambda: schedule(LOAN), {"numpy-financial": lambda: _float_table(numbers)}),
        Contest("its rows alone", None, lambda: rows_of(LOAN), {}),
        Contest("table of a lease of 60, at its implied rate", None, lambda: schedule(LEASE), {}),
        Contest("APR of 241 flows, whole months", 0.5, lambda: apr_percent(months), {"pyxirr irr": lambda: pyxirr.irr(amounts)}),
        Contest("APR of 241 flows, one stub of days", 2, lambda: apr_percent(stub), {"pyxirr xirr": lambda: pyxirr.xirr(due_on, amounts)}),
        Contest(
            "APR of 241 flows, days of all kinds", 2, lambda: apr_percent(dated), {"pyxirr xirr": lambda: pyxirr.xirr(spread, amounts)}
        ),
        Contest(
            "installment",
            None,
            lambda: level_payment(Decimal(200_000), Decimal("0.005"), 240),
            {"numpy-financial": lambda: numpy_financial.pmt(0.005, 240, -200_000), "pyxirr": lambda: pyxirr.pmt(0.005, 240, -200_000)},
            turns=50,
        ),
        Contest(
            "rate of 240 payments",
            None,
            lambda: rate(240, -PAYMENT, Decimal(196_000)),
            {"numpy-financial": lambda: numpy_financial.rate(240, -1432.86, 196_000, 0)},
        ),
        Contest("check of a table of 60 lines", 6, lambda: check(lines, agreed), {}),
    ]


def amounts_of(flows: list[Flow]) -> list[Decimal]:
    return [flow.amount for flow in flows]


def _float_table(numbers: object) -> list[object]:
    """The columns of a table without rounding or dates."""
    interest, principal = numpy_financial.ipmt(0.005, numbers, 360, -200_000), numpy_financial.ppmt(0.005, numbers, 360, -200_000)
    return [interest.tolist(), principal.tolist(), (200_000 - principal.cumsum()).tolist()]


def timed(work: Callable[[], object], turns: int) -> float:
    """Milliseconds of one turn, of this process alone: what else runs on the machine does not count."""
    began = time.process_time()
    for _ in range(turns):
        work()
    return (time.process_time() - began) * 1e3 / turns


def measured(contest: Contest) -> dict[str, list[float]]:
    """The times of every contestant, round by round."""
    works = {"ours": contest.ours, **contest.others}
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(timed(work, contest.turns))
    return times


def main() -> int:
    """Print the table: best and median time of ours, the goal, and ours through each other's, as the median over the rounds."""
    print(f"{'ms':<46}{'best':>8}{'median':>8}{'goal':>7}   ours through theirs")
    for contest in contests():
        times = measured(contest)
        ours = times.pop("ours")
        ratios = [
            f"{name} {statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True)):.2f}"
            for name, theirs in times.items()
        ]
        goal = "" if contest.goal_ms is None else f"{contest.goal_ms:g}"
        print(f"{contest.name:<46}{min(ours):>8.3f}{statistics.median(ours):>8.3f}{goal:>7}   {', '.join(ratios)}")
    per_minute = 60_000 / statistics.median(ours)
    print(f"\n{per_minute:,.0f} tables of 60 lines are checked in a minute; the goal is 10,000.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
