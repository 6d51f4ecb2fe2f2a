"""Solving for a rate: what amounts are worth together as a function of a discount factor, and where that is nothing.

Every solution is found, none is guessed. By Descartes' rule, as generalized to any exponents, the equation has at most as many solutions
as the amounts change sign in the order of time. With one change the worth, divided by a power of the discount factor, only falls or only
rises, so its solution is single. With more, the places where it turns are solutions of an equation with one change fewer.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, localcontext
from itertools import accumulate, pairwise
from operator import mul, ne, sub
from typing import NamedTuple

from finance.money import ONE, TRAPS, ZERO
from finance.refusals import Unanswerable

# The first digits are found in short figures, which are quick to multiply; the rest in long ones.
ROUGH = Context(prec=18, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=TRAPS)
FINE = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=TRAPS)
# A last step leaves an error of about its square: the second stage ends a dozen digits beyond the six decimals that a rate is kept with.
NEAR, THERE = Decimal("1e-5"), Decimal("1e-8")
FINEST = Decimal("1e-28")  # between two edges that close in without Newton
TOUCHES = Decimal("1e-28")  # of the sum of all amounts: a turning point so near to nothing is a solution, and not a single one
MOST_STEPS = 200
MOST_CHANGES = 24
SMALLEST, GREATEST = Decimal("1e-12"), Decimal("1e12")  # discount factors of one unit of time; outside there is no rate to speak of


Moment = tuple[int, int, int]  # whole units, days, and the 365 or 366 days of the year that the days are a part of


class Solution(NamedTuple):
    """A discount factor of one unit of time, and whether the worth falls there as the factor grows: whether it is a borrower's."""

    factor: Decimal
    is_falling: bool


class Worth:
    """What amounts at their moments are worth together, as a function of the discount factor of one unit of time."""

    __slots__ = ("_days", "_gaps", "_per_year", "_places", "amounts", "times")

    def __init__(self, flows: Iterable[tuple[Moment, Decimal]], per_year: int) -> None:
        moments, self.times, self.amounts = _in_order(flows, per_year)
        units = sorted({units for units, _, _ in moments})
        self._gaps = units[:1] + list(map(sub, units[1:], units))
        self._per_year = per_year
        self._days = [moment[1:] for moment in moments] if len(units) < len(moments) or any([days for _, days, _ in moments]) else None
        place = {unit: index for index, unit in enumerate(units)} if self._days else {}
        self._places = [place[units] for units, _, _ in moments] if self._days else []

    def powers(self, factor: Decimal) -> list[Decimal]:
        """The factor to the power of every time: one multiplication each, as the times mostly follow one another."""
        raised = {gap: factor**gap for gap in set(self._gaps)}
        by_unit = list(accumulate(map(raised.__getitem__, self._gaps), mul))
        if self._days is None:
            return by_unit
        logarithm = factor.ln() * self._per_year
        daily = {year: (logarithm / year).exp() for year in {year for _, year in self._days}}
        odd = {part: daily[part[1]] ** part[0] for part in set(self._days)}
        return list(map(mul, map(by_unit.__getitem__, self._places), map(odd.__getitem__, self._days)))

    def step(self, factor: Decimal, amounts: Sequence[Decimal], gains: Sequence[int]) -> tuple[Decimal, Decimal]:
        """What so many amounts are worth at this factor, and by which part of itself it should become smaller to make that nothing.

        Newton's step for the logarithm of the gains over the losses, which is nearly straight: it takes half as many as the worth itself.
        """
        worths = list(map(mul, amounts, self.powers(factor))) if factor != ONE else amounts
        value, slope = sum(worths, ZERO), sum(map(mul, worths, self.times), ZERO)
        gain = sum([worths[place] for place in gains], ZERO)
        gain_slope = sum([worths[place] * self.times[place] for place in gains], ZERO)
        loss, loss_slope = gain - value, gain_slope - slope
        if not gain or not loss:
            return value, ZERO  # one of them is too small for the digits at hand
        apart = gain_slope / gain - loss_slope / loss
        return value, 2 * value / ((gain + loss) * apart) if apart else ZERO

    def solutions(self) -> list[Solution]:
        """Every discount factor at which the amounts are worth nothing together, in ascending order."""
        with localcontext(FINE):
            return self._solutions(self.amounts)

    def _solutions(self, amounts: list[Decimal]) -> list[Solution]:
        signs = [amount > 0 for amount in amounts]
        changes = [place for place, is_change in enumerate(map(ne, signs, signs[1:])) if is_change]
        if not changes:
            return []
        if len(changes) > MOST_CHANGES:
            raise Unanswerable("rate.too_many_changes", f"the flows change their direction more than {MOST_CHANGES} times")
        turning = [turn.factor for turn in self._turning_points(amounts, changes[0])] if len(changes) > 1 else []
        edges: list[Decimal | None] = [None, *turning, None]
        values = [amounts[0], *(self._sign(turn, amounts) for turn in turning), amounts[-1]]
        found = []
        for (left, right), (before, after) in zip(pairwise(edges), pairwise(values), strict=True):
            if not before:
                found += [Solution(left, True), Solution(left, False)] if left else []
            if before * after < 0:
                found.append(Solution(self._between(left, right, amounts, is_falling=before > 0), before > 0))
        return found

    def _turning_points(self, amounts: list[Decimal], change: int) -> list[Solution]:
        """Where the worth, divided by a power between the two times of a change of sign, turns: one change of sign fewer."""
        pivot = (self.times[change] + self.times[change + 1]) / 2
        return self._solutions([amount * (time - pivot) for amount, time in zip(amounts, self.times, strict=True)])

    def _sign(self, factor: Decimal, amounts: list[Decimal]) -> Decimal:
        """The worth at a turning point, or nothing if it is too small to tell from nothing."""
        worths = list(map(mul, amounts, self.powers(factor)))
        value = sum(worths, ZERO)
        return value if abs(value) > TOUCHES * sum(map(abs, worths), ZERO) else ZERO

    def _between(self, left: Decimal | None, right: Decimal | None, amounts: list[Decimal], *, is_falling: bool) -> Decimal:
        """The one solution between two edges, where none means that there is no edge."""
        gains = [place for place, amount in enumerate(amounts) if amount > 0]
        factor = _middle(left, right)
        for context, tolerance in ((ROUGH, NEAR), (FINE, THERE)):
            with localcontext(context):
                factor, is_there = _search(
                    lambda at: self.step(at, amounts, gains), factor, (left, right), tolerance, is_falling=is_falling
                )
        if not is_there:
            raise Unanswerable("rate.out_of_range", "the rate that solves these flows is out of all proportion")
        return factor


def _in_order(flows: Iterable[tuple[Moment, Decimal]], per_year: int) -> tuple[list[Moment], list[Decimal], list[Decimal]]:
    """Moments in the order of time, their times in units, and all that moves at each; moments at which nothing moves are left out."""
    at: dict[Moment, Decimal] = {}
    for moment, amount in flows:
        at[moment] = at[moment] + amount if moment in at else amount
    if not any([days for _, days, _ in at]):
        whole = sorted([moment for moment, amount in at.items() if amount])
        return whole, [Decimal(units) for units, _, _ in whole], [Decimal(at[moment]) for moment in whole]
    parts = {(days, year): Decimal(days * per_year) / year for _, days, year in at}
    moments: list[Moment] = []
    times: list[Decimal] = []
    amounts: list[Decimal] = []
    for time, moment in sorted([(moment[0] + parts[moment[1:]], moment) for moment in at]):
        if times and times[-1] == time:  # a year of 365 days and one of 366 are over at the same time
            amounts[-1] += at[moment]
        else:
            moments.append(moment)
            times.append(time)
            amounts.append(Decimal(at[moment]))
    moving = [place for place, amount in enumerate(amounts) if amount]
    return [moments[place] for place in moving], [times[place] for place in moving], [amounts[place] for place in moving]


def increasing_root(function: Callable[[Decimal], Decimal], start: Decimal, step: Decimal) -> Decimal:
    """Where a function that only grows is nothing, by secants held between two edges. Raises `Unanswerable` if it never is."""
    low, at_low = start, function(start)
    high, at_high = low, at_low
    for _ in range(MOST_STEPS):
        if at_low <= 0 <= at_high:
            break
        if at_low > 0:
            high, at_high, low = low, at_low, low - step
            at_low = function(low)
        else:
            low, at_low, high = high, at_high, high + step
            at_high = function(high)
        step *= 2
    else:
        raise Unanswerable("rate.none", "no rate solves these flows")
    return _secants(function, (low, at_low), (high, at_high))


def _secants(function: Callable[[Decimal], Decimal], low: tuple[Decimal, Decimal], high: tuple[Decimal, Decimal]) -> Decimal:
    """The root between two points of different sign. An end that stays loses half its weight each time, so that both close in."""
    (left, below), (right, above) = low, high
    at, moved = left, 0
    for _ in range(MOST_STEPS):
        if not below or not above:
            return right if below else left
        before, at = at, (left * above - right * below) / (above - below)
        value = function(at)
        if not value or abs(at - before) <= FINEST * (1 + abs(at)):
            return at
        if value < 0:
            left, below, above, moved = at, value, above / 2 if moved < 0 else above, -1
        else:
            right, above, below, moved = at, value, below / 2 if moved > 0 else below, 1
    return at


def _search(
    at: Callable[[Decimal], tuple[Decimal, Decimal]],
    factor: Decimal,
    edges: tuple[Decimal | None, Decimal | None],
    tolerance: Decimal,
    *,
    is_falling: bool,
) -> tuple[Decimal, bool]:
    """Newton's steps, kept between edges that close in on the solution; and whether they came there."""
    left, right = edges
    for _ in range(MOST_STEPS):
        value, step = at(factor)
        if not value:
            return factor, True
        if (value > 0) is is_falling:
            left = factor
        else:
            right = factor
        following = factor - factor * step
        if step and abs(step) <= tolerance:
            return following, True
        if not step or following <= (left or ZERO) or (right is not None and following >= right):
            following = _middle(left, right)
        if not SMALLEST <= following <= GREATEST:
            break
        factor = following
    return factor, False


def _middle(left: Decimal | None, right: Decimal | None) -> Decimal:
    """A factor between two edges; without an edge, far out on that side."""
    if left is not None and right is not None:
        return (left + right) / 2
    if right is not None:
        return right / 4
    return left * 4 if left is not None else ONE
