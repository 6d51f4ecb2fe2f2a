"""A lessee's figures under IFRS 16: the liability, the right of use, interest and depreciation period by period, and when rents mature.

The liability is what the rents not yet paid are worth at the lessee's rate; the right of use adds what was paid at the start and the direct
costs, less incentives, and is depreciated evenly. Source: IFRS 16, paragraphs 23 to 32, 45, 58 and B34.
"""

from dataclasses import dataclass
from decimal import Decimal

from finance.dates import MOST_PERIODS
from finance.money import NOTHING, ONE, TO_THE_CENT, ZERO, Exact, Rounding, calculation
from finance.payments import Timing
from finance.rates import Conversion, period_rate
from finance.refusals import Unanswerable

BAND_YEARS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class LesseeTerms(Exact):
    """What a lessee puts into the books. `end_amount` is an option sure to be used, or a guaranteed residual value, due at the end.

    `useful_periods` is how long the asset serves, where it stays with the lessee; else it is depreciated over the lease.
    """

    rents: tuple[Decimal, ...]
    rate_percent: Decimal
    timing: Timing = Timing.ARREARS
    periods_per_year: int = 12
    conversion: Conversion = Conversion.PROPORTIONAL
    end_amount: Decimal = ZERO
    initial_direct_costs_amount: Decimal = ZERO
    incentives_amount: Decimal = ZERO
    restoration_amount: Decimal = ZERO
    useful_periods: int | None = None
    rounding: Rounding = TO_THE_CENT

    def __post_init__(self) -> None:
        Exact.__post_init__(self)
        if not 1 <= len(self.rents) <= MOST_PERIODS or not 1 <= self.depreciated_periods <= MOST_PERIODS:
            raise Unanswerable("ifrs16.periods", f"a lease has 1 to {MOST_PERIODS} periods")
        if not 1 <= self.periods_per_year <= 366:
            raise Unanswerable("ifrs16.periods", f"a year has 1 to 366 periods, not {self.periods_per_year}")
        if self.rate_percent < 0 or min(*self.rents, self.end_amount) < 0:
            raise Unanswerable("ifrs16.amount", "rents and rates are not less than nothing")

    @property
    def depreciated_periods(self) -> int:
        """Over how many periods the right of use is written down."""
        return len(self.rents) if self.useful_periods is None else self.useful_periods

    @property
    @calculation
    def rate(self) -> Decimal:
        """The rate of one period, as a fraction."""
        return period_rate(self.rate_percent, ONE / Decimal(self.periods_per_year), self.conversion)

    def payment(self, number: int) -> tuple[Decimal, Decimal]:
        """What is paid at the beginning and at the end of a period."""
        rent, at_the_end = self.rents[number - 1], self.end_amount if number == len(self.rents) else ZERO
        return (rent, at_the_end) if self.timing is Timing.ADVANCE else (ZERO, rent + at_the_end)


@dataclass(frozen=True, slots=True)
class LesseeRow(Exact):
    """One period. In advance the rent is paid before the interest runs, in arrears after it."""

    number: int
    opening_amount: Decimal
    payment_amount: Decimal
    interest_amount: Decimal
    closing_amount: Decimal
    depreciation_amount: Decimal
    right_of_use_amount: Decimal


@dataclass(frozen=True, slots=True)
class LesseeBooks(Exact):
    """The figures of the first day, after a rent that is paid on it, and those of every period."""

    liability_amount: Decimal
    right_of_use_amount: Decimal
    rows: tuple[LesseeRow, ...]


@dataclass(frozen=True, slots=True)
class Maturities(Exact):
    """Rents not yet paid at the end of a period, undiscounted: those of the first year, of the four after it, and of all later ones."""

    by_year: tuple[Decimal, ...]
    later_amount: Decimal
    total_amount: Decimal
    liability_amount: Decimal
    future_interest_amount: Decimal


@dataclass(frozen=True, slots=True)
class Remeasurement(Exact):
    """A change of the lease: a part of it is given back, and what is kept is measured anew at the rate of the day.

    The gain is what the liability falls by more than the right of use where a part is given back.
    """

    liability_before_amount: Decimal
    liability_kept_amount: Decimal
    liability_after_amount: Decimal
    adjustment_amount: Decimal
    right_of_use_before_amount: Decimal
    right_of_use_after_amount: Decimal
    gain_amount: Decimal


@calculation
def lessee_books(terms: LesseeTerms) -> LesseeBooks:
    """The books of a lease from its first day to its last, and of its asset to the end of its use.

    Every balance is the exact one, rounded; the interest of a row is what leads from one to the next. So nothing drifts over the years.
    """
    of, liabilities = terms.rounding.of, [terms.rounding.of(liability) for liability in _liabilities(terms)]
    right_of_use = of(_right_of_use(terms))
    rows = []
    for number in range(1, max(len(terms.rents), terms.depreciated_periods) + 1):
        opening, closing = liabilities[number - 1 : number + 1] if number <= len(terms.rents) else (NOTHING, NOTHING)
        paid = of(sum(terms.payment(number), ZERO)) if number <= len(terms.rents) else NOTHING
        before, after = (of(right_of_use * _part_used(terms, number - back)) for back in (1, 0))
        rows.append(LesseeRow(number, opening, paid, closing - opening + paid, closing, after - before, right_of_use - after))
    return LesseeBooks(liabilities[0] - of(terms.payment(1)[0]), right_of_use, tuple(rows))


@calculation
def maturities(terms: LesseeTerms, after_periods: int) -> Maturities:
    """What is still to be paid at the end of a period, by the years in which it falls due. After none: on the first day, its rent paid."""
    unpaid = [(at - after_periods, terms.rounding.of(amount)) for at, amount in _unpaid(terms, after_periods)]
    by_year, later = [NOTHING for _ in BAND_YEARS], NOTHING
    for periods, amount in unpaid:
        year = max(periods - 1, 0) // terms.periods_per_year
        if year < len(by_year):
            by_year[year] += amount
        else:
            later += amount
    books, total = lessee_books(terms), sum(by_year, later)
    liability = books.rows[after_periods - 1].closing_amount if after_periods else books.liability_amount
    return Maturities(tuple(by_year), later, total, liability, total - liability)


@calculation
def remeasured(terms: LesseeTerms, after_periods: int, *, share_kept: Decimal, changed: LesseeTerms) -> Remeasurement:
    """Give back a part of a lease at the end of a period, and go on by changed terms: their rents, at their rate."""
    if not 0 <= share_kept <= 1:
        raise Unanswerable("ifrs16.share", f"a share is 0 to 1, not {share_kept}")
    _check_period(terms, after_periods)
    of = terms.rounding.of
    liability, right_of_use = _liabilities(terms)[after_periods], _right_of_use(terms) * (ONE - _part_used(terms, after_periods))
    liability_kept, right_of_use_kept = of(liability * share_kept), of(right_of_use * share_kept)
    adjustment = of(_liabilities(changed)[0]) - liability_kept
    return Remeasurement(
        liability_before_amount=of(liability),
        liability_kept_amount=liability_kept,
        liability_after_amount=liability_kept + adjustment,
        adjustment_amount=adjustment,
        right_of_use_before_amount=of(right_of_use),
        right_of_use_after_amount=right_of_use_kept + adjustment,
        gain_amount=of(liability) - liability_kept - of(right_of_use) + right_of_use_kept,
    )


def _liabilities(terms: LesseeTerms) -> list[Decimal]:
    """What the unpaid rents are worth before the first period and at the end of each, not rounded, from the last one back."""
    growth, liabilities = ONE + terms.rate, [ZERO]
    for number in range(len(terms.rents), 0, -1):
        at_the_beginning, at_the_end = terms.payment(number)
        liabilities.append(at_the_beginning + (liabilities[-1] + at_the_end) / growth)
    return liabilities[::-1]


def _right_of_use(terms: LesseeTerms) -> Decimal:
    """What the asset is worth to the lessee on the first day: a rent paid on it is in the liability before it is paid."""
    return _liabilities(terms)[0] + terms.initial_direct_costs_amount + terms.restoration_amount - terms.incentives_amount


def _part_used(terms: LesseeTerms, after_periods: int) -> Decimal:
    return min(Decimal(after_periods) / terms.depreciated_periods, ONE)


def _unpaid(terms: LesseeTerms, after_periods: int) -> list[tuple[int, Decimal]]:
    """Each payment (after how many periods, amount) that is not made. In advance, a rent that is due the next morning is one of them."""
    _check_period(terms, after_periods)
    first = 0 if terms.timing is Timing.ADVANCE else 1
    rents = [(at, rent) for at, rent in enumerate(terms.rents, first) if at > after_periods or (first == 0 and 0 < after_periods == at)]
    return [*rents, (len(terms.rents), terms.end_amount)] if after_periods < len(terms.rents) else rents


def _check_period(terms: LesseeTerms, after_periods: int) -> None:
    if not 0 <= after_periods <= len(terms.rents):
        raise Unanswerable("ifrs16.periods", f"the lease has {len(terms.rents)} periods, not {after_periods}")
