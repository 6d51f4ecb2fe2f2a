"""A plan: everything a contract says that decides its amortization table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from finance.dates import MONTHLY, MOST_PERIODS, Periodicity
from finance.intervals import Interval, Unit, interval
from finance.money import EXACT, ONE, TO_THE_CENT, ZERO, Exact, Rounding, whole_cents
from finance.payments import Timing
from finance.phases import Phase
from finance.rates import Conversion
from finance.refusals import Unanswerable

YearFraction = Callable[[date, date], Decimal]  # how much of a year lies between two days


class Closing(Enum):
    """What takes the cents that rounding leaves at the end of a table."""

    LOAN = "LOAN"  # the last payment: it is what is left of the debt, and its interest
    LEASE = "LEASE"  # the last interest: the rents are agreed, and the table runs at the rate that the rounded rents imply


class Basis(Enum):
    """What a charge in percent of a year is a percentage of."""

    FINANCED = "FINANCED"  # the financed amount: the same in every line
    BALANCE = "BALANCE"  # what is owed before the payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Exact):
    """What is paid beside principal and interest: an insurance, a service, a fee. An amount in each payment, a yearly percentage, or both.

    It is in the lines from `first_number` to `last_number`, by default in all.
    """

    amount: Decimal = ZERO
    yearly_percent: Decimal = ZERO
    basis: Basis = Basis.FINANCED
    vat_percent: Decimal = ZERO
    first_number: int = 1
    last_number: int = MOST_PERIODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Exact):
    """The terms of a table. Every way of counting and rounding is a parameter, because contracts differ in them.

    `starts_on` is the day interest begins, by default one period before the first payment in arrears, and the day of the first payment in
    advance. `first_due_on` is the anchor of all due dates; where it lies one period after the start, in arrears, the start is, so that a
    loan of 31 March is due on 30 April and on 31 May; `first_interval` says the same without a day. `counting` measures every
    period by its days; without it whole periods count as such, and the days of an irregular first one are a part of their year.
    A `residual_amount` stays owed at the end of the last period, or with the last payment if `residual_with_last_payment`; an
    `option_amount` is paid there, in a line of its own. `carries_cents` is False for tables that round what they show only.
    `evens_out` tries an installment of one step more or less, and keeps it if the last one then differs less from the others.
    """

    financed_amount: Decimal
    rate_percent: Decimal
    phases: tuple[Phase, ...]
    first_due_on: date
    starts_on: date | None = None
    first_interval: Interval | None = None
    every: Periodicity = MONTHLY
    timing: Timing = Timing.ARREARS
    closing: Closing = Closing.LOAN
    residual_amount: Decimal = ZERO
    residual_with_last_payment: bool = False
    option_amount: Decimal = ZERO
    conversion: Conversion = Conversion.PROPORTIONAL
    counting: YearFraction | None = None
    rounding: Rounding = TO_THE_CENT
    carries_cents: bool = True
    evens_out: bool = False
    fees: tuple[Charge, ...] = ()
    insurance: tuple[Charge, ...] = ()
    vat_percent: Decimal = ZERO

    def __post_init__(self) -> None:
        Exact.__post_init__(self)
        whole_cents(self.financed_amount, self.residual_amount, self.option_amount)
        if self.financed_amount <= 0:
            raise Unanswerable("plan.financed_amount", "a plan pays back a positive amount")
        if not self.phases or self.periods > MOST_PERIODS:
            raise Unanswerable("plan.periods", f"a plan has 1 to {MOST_PERIODS} periods, not {self.periods}")
        if self.phases[0].drawn_amount:
            raise Unanswerable("phase.drawn", "what is drawn first is the financed amount")
        if min(self.residual_amount, self.option_amount) != 0 or max(self.residual_amount, self.option_amount) < 0:
            raise Unanswerable("plan.residual", "a plan ends at a residual value or with an option, none of them negative")
        if self.starts_on is not None and (self.starts_on > self.first_due_on or self.first_interval is not None):
            raise Unanswerable("plan.starts_on", "the first payment is not due before the start, and the start is said once")

    @property
    def periods(self) -> int:
        """How many payments are planned, without the option."""
        return sum(phase.periods for phase in self.phases)

    @property
    def is_advance(self) -> bool:
        """Whether payments fall at the beginning of their periods."""
        return self.timing is Timing.ADVANCE

    @property
    def remaining_amount(self) -> Decimal:
        """What the planned payments leave: the residual value, or the price of the option."""
        return EXACT.add(self.residual_amount, self.option_amount)

    @property
    def has_end_line(self) -> bool:
        """Whether something happens after the last payment: an option is paid, or interest runs for the last period on what remains."""
        return bool(self.option_amount) or (self.is_advance and bool(self.residual_amount) and not self.residual_with_last_payment)

    def due_dates(self) -> list[date]:
        """The days of all planned payments."""
        if self._is_counted_from_start:
            assert self.starts_on is not None
            return self.every.due_dates(self.starts_on, self.periods + 1)[1:]
        return self.every.due_dates(self.first_due_on, self.periods)

    def due_on(self, number: int) -> date:
        """The day of a payment, from 1; also of those before the first and beyond the last."""
        if self._is_counted_from_start:
            assert self.starts_on is not None
            return self.every.after(self.starts_on, number)
        return self.every.after(self.first_due_on, number - 1)

    @property
    def _is_counted_from_start(self) -> bool:
        """Whether the start and the first payment agree on one anchor: of the two, only the start has the day that a short month lacks."""
        return self.starts_on is not None and not self.is_advance and self.every.after(self.starts_on, 1) == self.first_due_on

    def period_years(self) -> Decimal:
        """A regular period as a part of a year."""
        return EXACT.divide(ONE, self.every.per_year())

    def first_period(self) -> Interval | None:
        """The time before the first payment, or nothing if it is a regular period: none at all in advance."""
        if self.first_interval is not None or self.starts_on is None:
            return self.first_interval
        regular_on = self.first_due_on if self.is_advance else self.every.after(self.first_due_on, -1)
        if self.starts_on == regular_on or self._is_counted_from_start:
            return None
        weeks, odd_days = divmod(self.every.days, 7)
        if odd_days:
            return Interval(0, (self.first_due_on - self.starts_on).days)
        return interval(self.starts_on, self.first_due_on, Unit.WEEK if weeks else Unit.MONTH)

    def years_before(self, number: int) -> Decimal:
        """The time before a payment, from 1, as a part of a year; it may lie beyond the last one."""
        if self.counting is not None:
            return self._counted_before(number)
        if number > 1:
            return self.period_years()
        first = self.first_period()
        if first is not None:
            return first.years()
        return ZERO if self.is_advance else self.period_years()

    def _counted_before(self, number: int) -> Decimal:
        assert self.counting is not None
        if number > 1:
            return self.counting(self.due_on(number - 1), self.due_on(number))
        if self.starts_on is not None:
            return self.counting(self.starts_on, self.first_due_on)
        return ZERO if self.is_advance else self.counting(self.due_on(0), self.first_due_on)
