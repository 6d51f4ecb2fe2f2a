"""The phases of a plan: how each stretch of a contract is paid. Numbers of payments count from 1 within their phase."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice

from finance.dates import MOST_PERIODS
from finance.money import HUNDRED, ONE, ZERO, Exact, calculation, whole_cents
from finance.refusals import Unanswerable


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(Exact):
    """A stretch of a plan. It has the plan's rate unless it names its own.

    `drawn_amount` is paid out where the phase begins: on the due date before it, after the payment of that day.
    """

    periods: int = 0
    rate_percent: Decimal | None = None
    drawn_amount: Decimal = ZERO

    def __post_init__(self) -> None:
        Exact.__post_init__(self)
        whole_cents(self.drawn_amount)
        if not 1 <= self.periods <= MOST_PERIODS:
            raise Unanswerable("phase.periods", f"a phase has 1 to {MOST_PERIODS} periods, not {self.periods}")
        if self.drawn_amount < 0:
            raise Unanswerable("phase.drawn", "what is drawn is no negative amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aiming(Phase):
    """A phase whose payments would leave `down_to_amount` owed after `over_periods`: by default, what the plan leaves, at its end.

    Over more periods than it has, it leaves a balance to the next phase, or a balloon to the last payment.
    """

    over_periods: int | None = None
    down_to_amount: Decimal | None = None

    def __post_init__(self) -> None:
        Phase.__post_init__(self)
        whole_cents(self.down_to_amount or ZERO)
        if self.over_periods is not None and not self.periods <= self.over_periods <= MOST_PERIODS:
            raise Unanswerable("phase.over_periods", f"a phase of {self.periods} periods is not paid back over {self.over_periods}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annuity(Aiming):
    """Constant payments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantPrincipal(Aiming):
    """Constant principal, and the interest with it: payments that fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestOnly(Phase):
    """The interest is paid and the debt stays. As the last phase it is a bullet loan: the debt is due with the last payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capitalized(Phase):
    """Nothing is paid: the interest joins the debt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rents(Phase):
    """Payments in proportion to their weights: steps, seasons, a skipped month (0), a first rent three times as large (3).

    `given` payments are agreed amounts, by their number. `weighs_rounded` takes the weights of the rounded rent, as a lease does that says
    "three rents in advance"; else each payment is rounded from the exact one. It runs over all its weights unless it has fewer periods.
    """

    weights: tuple[Decimal, ...]
    given: tuple[tuple[int, Decimal], ...] = ()
    down_to_amount: Decimal | None = None
    weighs_rounded: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", self.periods or len(self.weights))
        Phase.__post_init__(self)
        whole_cents(self.down_to_amount or ZERO, *(amount for _, amount in self.given))
        if self.periods > len(self.weights) or any(weight < 0 for weight in self.weights):
            raise Unanswerable("phase.weights", "every payment has a weight, and none is negative")
        if any(not 1 <= number <= len(self.weights) for number, _ in self.given):
            raise Unanswerable("phase.given", "a given payment has the number of one of the payments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Phase):
    """Payments that are known: the rents of a signed contract, a fixed amount."""

    amounts: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", self.periods or len(self.amounts))
        Phase.__post_init__(self)
        whole_cents(*self.amounts)
        if self.periods != len(self.amounts):
            raise Unanswerable("phase.amounts", "there is one amount for every period")


@calculation
def stepped(periods: int, every: int, factor_percent: Decimal) -> tuple[Decimal, ...]:
    """Weights that change by a percentage of the ones before, once every so many payments: 3 for 3 % more."""
    if every < 1:
        raise Unanswerable("phase.weights", "a step lasts at least one payment")
    return tuple((ONE + factor_percent / HUNDRED) ** (number // every) for number in range(periods))


@calculation
def seasonal(periods: int, year: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Weights that come back every so many payments: a harvest year, a year that skips August."""
    return tuple(islice(cycle(year), periods))
