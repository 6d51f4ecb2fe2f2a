"""The rows of a table: what a plan's payments are, and what they do to the debt, phase by phase."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from finance.equations import increasing_root
from finance.money import AMOUNT, CENT, NOTHING, ONE, ZERO, cents
from finance.payments import level_of, unit_of
from finance.phases import Aiming, Annuity, Capitalized, ConstantPrincipal, Given, InterestOnly, Phase, Rents
from finance.plans import Closing, Plan
from finance.rates import period_rate

A_LITTLE = Decimal("0.001")  # percentage points between the quoted rate and the one that rounded rents imply, to begin with


@dataclass(slots=True)
class Rows:
    """Columns without charges: of each row the payment, its interest, what is drawn after it, and what is owed then."""

    rate_percent: Decimal
    payments: list[Decimal] = field(default_factory=list)
    interests: list[Decimal] = field(default_factory=list)
    drawn: list[Decimal] = field(default_factory=list)
    closings: list[Decimal] = field(default_factory=list)

    def add(self, payments: Sequence[Decimal], interests: Sequence[Decimal], closings: Sequence[Decimal]) -> None:
        """More rows."""
        self.payments += payments
        self.interests += interests
        self.drawn += [NOTHING] * len(payments)
        self.closings += closings

    def cut(self, count: int) -> None:
        """Only the first so many rows."""
        for column in (self.payments, self.interests, self.drawn, self.closings):
            del column[count:]

    def shown(self) -> "Rows":
        """The same, each figure rounded for itself."""
        columns = (self.payments, self.interests, self.drawn, self.closings)
        return Rows(self.rate_percent, *([cents(figure) for figure in column] for column in columns))


def rows_of(plan: Plan) -> Rows:
    """All rows of a plan, its end line among them. The caller has an exact context."""
    rows = _run(plan, ZERO)
    if plan.evens_out and isinstance(plan.phases[-1], Annuity) and len(rows.payments) > 2:
        uneven = rows.payments[-1] - rows.payments[-2]
        other = _run(plan, plan.rounding.step.copy_sign(uneven)) if uneven else rows
        if len(other.payments) == len(rows.payments) and abs(other.payments[-1] - other.payments[-2]) < abs(uneven):
            return other
    return rows


def _run(plan: Plan, shift: Decimal) -> Rows:
    """The rows, with the last constant payment shifted by so much."""
    table = _Table(plan, shift)
    for phase in plan.phases:
        table.add(phase)
    if plan.has_end_line:
        table.end()
    return table.rows


class _Table:
    """The rows as they come to be. `owed` is what the last one closes at."""

    def __init__(self, plan: Plan, shift: Decimal) -> None:
        self.plan = plan
        self.rows = Rows(plan.rate_percent)
        self.owed = plan.financed_amount + NOTHING
        self.shift = shift
        self.planned = 0

    def add(self, phase: Phase) -> None:
        """One phase more."""
        self.rows.rate_percent = annual = self.plan.rate_percent if phase.rate_percent is None else phase.rate_percent
        self._draw(phase.drawn_amount)
        is_last = self.planned + phase.periods == self.plan.periods
        match phase:
            case Annuity() | Rents() | Given():
                self._pay(phase, annual, is_last=is_last)
            case ConstantPrincipal():
                self._repay(phase, self.rates(phase.periods, annual))
            case InterestOnly() | Capitalized():
                self._wait(self.rates(phase.periods, annual), is_paid=isinstance(phase, InterestOnly))
        self.planned += phase.periods
        if is_last:
            self._close(phase, annual)

    def end(self) -> None:
        """The line after the last payment: the option is paid, or interest brings what is owed to the residual value."""
        rows, plan = self.rows, self.plan
        interest = plan.option_amount + plan.residual_amount - self.owed
        rows.add([plan.option_amount + NOTHING], [interest], [plan.residual_amount + NOTHING])

    @property
    def is_lease(self) -> bool:
        return self.plan.closing is Closing.LEASE

    def rates(self, periods: int, annual: Decimal) -> list[Decimal]:
        """The rates of so many periods from here on."""
        plan, first = self.plan, self.planned + 1
        if plan.counting is not None:
            return [period_rate(annual, plan.years_before(number), plan.conversion) for number in range(first, first + periods)]
        regular = period_rate(annual, plan.period_years(), plan.conversion)
        rates = [regular] * periods
        if first == 1:
            rates[0] = period_rate(annual, plan.years_before(1), plan.conversion)
        return rates

    def end_rate(self, annual: Decimal) -> Decimal:
        """The rate between the last payment and the end line: of one period in advance, of no time at all in arrears."""
        plan = self.plan
        if not (plan.has_end_line and plan.is_advance):
            return ZERO
        return period_rate(annual, plan.years_before(plan.periods + 1), plan.conversion)

    def target(self, phase: Phase, annual: Decimal, over: int) -> Decimal:
        """What the payments of a phase leave owed, right after the last of the periods it is paid back over."""
        if isinstance(phase, Aiming | Rents) and phase.down_to_amount is not None:
            return phase.down_to_amount
        ends_the_plan = self.planned + over == self.plan.periods
        return self.plan.remaining_amount / (ONE + self.end_rate(annual)) if ends_the_plan else self.plan.remaining_amount

    def _pay(self, phase: Annuity | Rents | Given, annual: Decimal, *, is_last: bool) -> None:
        """Rows with known payments: the debt takes what interest leaves of them."""
        payments = self._payments(phase, annual)
        if self.is_lease and (is_last or not isinstance(phase, Given)):
            annual = self.rows.rate_percent = self._implied_percent(phase, payments, annual)
        payments = payments[: phase.periods]
        interests, closings = (_to_the_cent if self.plan.carries_cents else _unrounded)(
            self.owed, self.rates(phase.periods, annual), payments
        )
        self.rows.add(payments, interests, closings)
        self.owed = closings[-1]

    def _payments(self, phase: Annuity | Rents | Given, annual: Decimal) -> list[Decimal]:
        """The payments of all the periods that a phase is paid back over, rounded as the contract says."""
        if isinstance(phase, Given):
            return [amount + NOTHING for amount in phase.amounts]
        if isinstance(phase, Annuity):
            over = phase.over_periods or self.plan.periods - self.planned
            rates, left = self.rates(over, annual), self.target(phase, annual, over)
            payment = self._rounded(_level(self.owed, rates, left, is_uniform=self.plan.counting is None))
            return [payment + self.shift if self.planned + phase.periods == self.plan.periods else payment] * over
        rates, left = self.rates(len(phase.weights), annual), self.target(phase, annual, len(phase.weights))
        given = dict(phase.given)
        unit = unit_of(self.owed, rates, phase.weights, given, left)
        unit = self._rounded(unit) if phase.weighs_rounded else unit
        return [
            given[number] + NOTHING if number in given else self._rounded(weight * unit) for number, weight in enumerate(phase.weights, 1)
        ]

    def _rounded(self, payment: Decimal) -> Decimal:
        return self.plan.rounding.of(payment) if self.plan.carries_cents else payment

    def _implied_percent(self, phase: Annuity | Rents | Given, payments: Sequence[Decimal], annual: Decimal) -> Decimal:
        """The yearly rate at which these payments leave exactly what they should."""

        def left(percent: Decimal) -> Decimal:
            owed = self.owed
            for rate, payment in zip(self.rates(len(payments), percent), payments, strict=True):
                owed = owed + owed * rate - payment
            return owed - self.target(phase, percent, len(payments))

        return increasing_root(left, annual, A_LITTLE)

    def _repay(self, phase: ConstantPrincipal, rates: Sequence[Decimal]) -> None:
        """Rows with known principal."""
        over = phase.over_periods or self.plan.periods - self.planned
        principal = self._rounded((self.owed - self.target(phase, self.rows.rate_percent, over)) / over)
        for rate in rates:
            self._row(rate, principal)

    def _wait(self, rates: Sequence[Decimal], *, is_paid: bool) -> None:
        """Rows in which the debt stays, or grows by its interest."""
        for rate in rates:
            self._row(rate, ZERO if is_paid else None)

    def _row(self, rate: Decimal, principal: Decimal | None) -> None:
        """One row with this principal, or with nothing paid at all."""
        rows = self.rows
        interest = cents(self.owed * rate) if self.plan.carries_cents else self.owed * rate
        payment = NOTHING if principal is None else interest + principal
        self.owed += interest - payment
        rows.add([payment], [interest], [self.owed])

    def _draw(self, amount: Decimal) -> None:
        """More is paid out, on the due date before."""
        if amount:
            self.owed += amount
            self.rows.drawn[-1] += amount
            self.rows.closings[-1] = self.owed

    def _close(self, phase: Phase, annual: Decimal) -> None:
        """The last payment, or the last interest where the payment is agreed, takes the cents that rounding has left."""
        is_skipped = isinstance(phase, Rents) and not phase.weights[phase.periods - 1]
        if is_skipped or (self.is_lease and isinstance(phase, Annuity | Rents | Given)):
            if not self.plan.has_end_line:
                self._absorb(self.plan.remaining_amount)
        else:
            self._pay_off(annual, len(self.rows.closings) - phase.periods)

    def _pay_off(self, annual: Decimal, first: int) -> None:
        """The last payment leaves exactly what the plan leaves. It comes earlier if there would be less than nothing left for it."""
        rows = self.rows
        left = self.plan.remaining_amount / (ONE + self.end_rate(annual))
        left = cents(left) if self.plan.carries_cents else left + NOTHING
        if rows.payments[-1] + rows.closings[-1] < left:
            early = next(place for place in range(first, len(rows.closings)) if rows.closings[place] < left)
            rows.cut(early + 1)
        rows.payments[-1] += rows.closings[-1] - left
        rows.closings[-1] = self.owed = left

    def _absorb(self, left: Decimal) -> None:
        """The last interest leaves exactly what the plan leaves; the payment stays."""
        self.rows.interests[-1] += left - self.owed
        self.rows.closings[-1] = self.owed = left + NOTHING


def _to_the_cent(owed: Decimal, rates: Sequence[Decimal], payments: Sequence[Decimal]) -> tuple[list[Decimal], list[Decimal]]:
    """The interest of each row, rounded half up, and what is owed after it. Long tables spend most of their time here."""
    interests, closings = [], []
    with localcontext(AMOUNT):
        for rate, payment in zip(rates, payments, strict=True):
            interest = (owed * rate).quantize(CENT)
            owed = owed + interest - payment
            interests.append(interest)
            closings.append(owed)
    return interests, closings


def _unrounded(owed: Decimal, rates: Sequence[Decimal], payments: Sequence[Decimal]) -> tuple[list[Decimal], list[Decimal]]:
    """The same with all digits."""
    interests, closings = [], []
    for rate, payment in zip(rates, payments, strict=True):
        interests.append(owed * rate)
        owed = owed + owed * rate - payment
        closings.append(owed)
    return interests, closings


def _level(owed: Decimal, rates: Sequence[Decimal], left: Decimal, *, is_uniform: bool) -> Decimal:
    """The constant payment: by its formula where all periods but the first are alike, else by growing the debt period by period."""
    if is_uniform:
        return level_of(owed, rates[0], rates[-1] if len(rates) > 1 else rates[0], len(rates), left)
    return unit_of(owed, rates, [ONE] * len(rates), {}, left)
