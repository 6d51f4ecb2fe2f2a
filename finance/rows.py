"""The rows of a table: what a plan's payments are, and what they do to the debt, phase by phase. Charges beside them come later."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cache

from finance.equations import increasing_root
from finance.lines import Line, line_of
from finance.money import AMOUNT, CENT, NOTHING, ONE, ZERO, cents
from finance.payments import level_of, unit_of
from finance.phases import Aiming, Annuity, Capitalized, ConstantPrincipal, Given, InterestOnly, Phase, Rents
from finance.plans import Closing, Plan
from finance.rates import period_rate
from finance.refusals import Unanswerable

A_LITTLE = Decimal("0.001")  # percentage points between the quoted rate and the one that rounded rents imply, to begin with
Known = Annuity | Rents | Given  # phases whose payments are known before their interest is


def rows_of(plan: Plan) -> tuple[list[Line], Decimal]:
    """All rows of a plan, its end line among them, and the yearly rate that the last ones run at. The caller has an exact context."""
    table = _Table(plan, ZERO)
    lines = table.filled()
    if plan.evens_out and isinstance(plan.phases[-1], Annuity) and len(lines) > 2:
        uneven = _unevenness(lines)
        other = _Table(plan, plan.rounding.step.copy_sign(uneven)).filled() if uneven else lines
        if len(other) == len(lines) and abs(_unevenness(other)) < abs(uneven):
            lines = other
    return lines, table.percent


def _unevenness(lines: Sequence[Line]) -> Decimal:
    """By how much the last payment is more than the one before."""
    return lines[-1].payment - lines[-2].payment


class _Table:
    """The lines as they come to be. `owed` is what the last one closes at; the last constant payment is shifted by `shift`."""

    def __init__(self, plan: Plan, shift: Decimal) -> None:
        self.plan = plan
        self.shift = shift
        self.lines: list[Line] = []
        self.owed = plan.financed_amount + NOTHING
        self.percent = plan.rate_percent
        self.due_on = plan.due_dates()
        self.years_before = cache(plan.years_before)

    def filled(self) -> list[Line]:
        """The lines of all phases, and what comes after the last payment."""
        for phase in self.plan.phases:
            self._add(phase)
        if self.plan.has_end_line:
            self._end()
        return self.lines

    @property
    def planned(self) -> int:
        """How many payments there are until now."""
        return len(self.lines)

    def _add(self, phase: Phase) -> None:
        self.percent = self.plan.rate_percent if phase.rate_percent is None else phase.rate_percent
        self._draw(phase.drawn_amount)
        is_last = self.planned + phase.periods == self.plan.periods
        match phase:
            case Annuity() | Rents() | Given():
                self._pay(phase, is_last=is_last)
            case ConstantPrincipal():
                self._repay(phase)
            case InterestOnly() | Capitalized():
                self._wait(phase)
        if is_last:
            self._close(phase)

    def _pay(self, phase: Known, *, is_last: bool) -> None:
        """Rows with known payments: the debt takes what interest leaves of them."""
        payments = self._payments(phase)
        if self._is_lease and (is_last or not isinstance(phase, Given)):
            self.percent = self._implied_percent(phase, payments)
        rows = _to_the_cent if self.plan.carries_cents else _unrounded
        first = self.planned
        dues = self.due_on[first : first + phase.periods]
        self.lines += rows(self.owed, first, dues, self._rates(phase.periods, self.percent), payments)
        self.owed = self.lines[-1].closing

    def _payments(self, phase: Known) -> list[Decimal]:
        """The payments of all the periods that a phase is paid back over, rounded as the contract says."""
        if isinstance(phase, Given):
            return [amount + NOTHING for amount in phase.amounts]
        if isinstance(phase, Annuity):
            over = phase.over_periods or self.plan.periods - self.planned
            rates, left = self._rates(over, self.percent), self._target(phase, self.percent, over)
            payment = self._rounded(_level(self.owed, rates, left, is_uniform=self.plan.counting is None))
            return [payment + self.shift if self.planned + phase.periods == self.plan.periods else payment] * over
        rates, left = self._rates(len(phase.weights), self.percent), self._target(phase, self.percent, len(phase.weights))
        given = dict(phase.given)
        unit = unit_of(self.owed, rates, phase.weights, given, left)
        unit = self._rounded(unit) if phase.weighs_rounded else unit
        return [
            given[number] + NOTHING if number in given else self._rounded(weight * unit) for number, weight in enumerate(phase.weights, 1)
        ]

    def _implied_percent(self, phase: Known, payments: Sequence[Decimal]) -> Decimal:
        """The yearly rate at which these payments leave exactly what they should."""

        def left(percent: Decimal) -> Decimal:
            owed = self.owed
            for rate, payment in zip(self._rates(len(payments), percent), payments, strict=True):
                owed = owed + owed * rate - payment
            return owed - self._target(phase, percent, len(payments))

        if left(self.percent) == left(self.percent + ONE) != 0:
            raise Unanswerable("rents.no_rate", "All rents are due on the first day, so that they imply no rate.")
        return increasing_root(left, self.percent, A_LITTLE)

    def _repay(self, phase: ConstantPrincipal) -> None:
        """Rows with known principal."""
        over = phase.over_periods or self.plan.periods - self.planned
        principal = self._rounded((self.owed - self._target(phase, self.percent, over)) / over)
        for rate in self._rates(phase.periods, self.percent):
            interest = self._interest(rate)
            self._row(interest, interest + principal)

    def _wait(self, phase: Phase) -> None:
        """Rows in which the debt stays, or grows by its interest."""
        is_paid = isinstance(phase, InterestOnly)
        for rate in self._rates(phase.periods, self.percent):
            interest = self._interest(rate)
            self._row(interest, interest if is_paid else NOTHING)

    def _interest(self, rate: Decimal) -> Decimal:
        return cents(self.owed * rate) if self.plan.carries_cents else self.owed * rate

    def _row(self, interest: Decimal, payment: Decimal) -> None:
        """One row that changes the debt by what interest leaves of the payment."""
        opening = self.owed
        self.owed += interest - payment
        self._append(self.due_on[self.planned], opening, payment, interest)

    def _append(self, due_on: date, opening: Decimal, payment: Decimal, interest: Decimal) -> None:
        self.lines.append(
            Line(self.planned + 1, due_on, opening, payment, payment - interest, interest, NOTHING, NOTHING, NOTHING, NOTHING, self.owed)
        )

    def _draw(self, amount: Decimal) -> None:
        """More is paid out, on the due date before."""
        if amount:
            self.owed += amount
            self.lines[-1] = self.lines[-1]._replace(drawn=self.lines[-1].drawn + amount, closing=self.owed)

    def _close(self, phase: Phase) -> None:
        """The last payment, or the last interest where the payment is agreed, takes the cents that rounding has left."""
        is_skipped = isinstance(phase, Rents) and not phase.weights[phase.periods - 1]
        if is_skipped or (self._is_lease and isinstance(phase, Known)):
            if not (self.plan.has_end_line and self.plan.is_advance):
                self._absorb()
        else:
            self._pay_off()

    def _pay_off(self) -> None:
        """The last payment leaves exactly what the plan leaves. It comes earlier if there would be less than nothing left for it."""
        lines, left = self.lines, self._left()
        if lines[-1].payment + lines[-1].closing < left:
            since = max((line.number for line in lines if line.drawn), default=0)
            place = next((place for place in range(since, len(lines)) if lines[place].closing < left), None)
            if place is None:
                raise Unanswerable("plan.impossible", "no payment of this plan reaches what is to remain")
            del lines[1 + place :]
            left = self._left()
        more = lines[-1].closing - left
        lines[-1] = lines[-1]._replace(payment=lines[-1].payment + more, principal=lines[-1].principal + more, closing=left)
        self.owed = left

    def _left(self) -> Decimal:
        """What is owed after the last payment: in advance, what grows to the amount that remains while the last period runs."""
        left = self.plan.remaining_amount / (ONE + self._end_rate(self.percent, self.planned))
        return cents(left) if self.plan.carries_cents else left + NOTHING

    def _absorb(self) -> None:
        """The last interest leaves exactly what the plan leaves; the payment stays."""
        last, left = self.lines[-1], self.plan.remaining_amount + NOTHING
        more = left - self.owed
        self.lines[-1] = last._replace(interest=last.interest + more, principal=last.principal - more, closing=left)
        self.owed = left

    def _end(self) -> None:
        """The line after the last payment: the option is paid, or interest brings what is owed to the residual value."""
        option, residual = self.plan.option_amount + NOTHING, self.plan.residual_amount + NOTHING
        opening, self.owed = self.owed, residual
        plan, last_on = self.plan, self.lines[-1].due_on
        ends_on = plan.due_on(self.planned + 1) if plan.is_advance else last_on
        self._append(ends_on, opening, option, option + residual - opening)

    @property
    def _is_lease(self) -> bool:
        return self.plan.closing is Closing.LEASE

    def _rates(self, periods: int, annual: Decimal) -> list[Decimal]:
        """The rates of so many periods from here on."""
        plan, first = self.plan, self.planned + 1
        if plan.counting is not None:
            years = [self.years_before(number) for number in range(first, first + periods)]
            by_length = {length: period_rate(annual, length, plan.conversion) for length in set(years)}
            return [by_length[length] for length in years]
        rates = [period_rate(annual, plan.period_years(), plan.conversion)] * periods
        if first == 1:
            rates[0] = period_rate(annual, plan.years_before(1), plan.conversion)
        return rates

    def _end_rate(self, annual: Decimal, payments: int) -> Decimal:
        """The rate between the last of so many payments and the end line: of one period in advance, of no time at all in arrears."""
        plan = self.plan
        if not (plan.has_end_line and plan.is_advance):
            return ZERO
        return period_rate(annual, plan.years_before(payments + 1), plan.conversion)

    def _target(self, phase: Phase, annual: Decimal, over: int) -> Decimal:
        """What the payments of a phase leave owed, right after the last of the periods it is paid back over."""
        if isinstance(phase, Aiming | Rents) and phase.down_to_amount is not None:
            return phase.down_to_amount
        ends_the_plan = self.planned + over == self.plan.periods
        return (
            self.plan.remaining_amount / (ONE + self._end_rate(annual, self.plan.periods)) if ends_the_plan else self.plan.remaining_amount
        )

    def _rounded(self, payment: Decimal) -> Decimal:
        return self.plan.rounding.of(payment) if self.plan.carries_cents else payment


def _to_the_cent(owed: Decimal, number: int, due_on: Sequence[date], rates: Sequence[Decimal], payments: Sequence[Decimal]) -> list[Line]:
    """Rows with known payments, their interest rounded half up. Long tables spend most of their time here."""
    lines = []
    with localcontext(AMOUNT):
        for due, rate, payment in zip(due_on, rates, payments, strict=False):
            number += 1
            opening, interest = owed, (owed * rate).quantize(CENT)
            principal = payment - interest
            owed = opening - principal
            lines.append(line_of((number, due, opening, payment, principal, interest, NOTHING, NOTHING, NOTHING, NOTHING, owed)))
    return lines


def _unrounded(owed: Decimal, number: int, due_on: Sequence[date], rates: Sequence[Decimal], payments: Sequence[Decimal]) -> list[Line]:
    """The same with all digits."""
    lines = []
    for due, rate, payment in zip(due_on, rates, payments, strict=False):
        number += 1
        opening, interest = owed, owed * rate
        owed = opening + interest - payment
        lines.append(line_of((number, due, opening, payment, payment - interest, interest, NOTHING, NOTHING, NOTHING, NOTHING, owed)))
    return lines


def _level(owed: Decimal, rates: Sequence[Decimal], left: Decimal, *, is_uniform: bool) -> Decimal:
    """The constant payment: by its formula where all periods but the first are alike, else by growing the debt period by period."""
    if is_uniform:
        return level_of(owed, rates[0], rates[-1] if len(rates) > 1 else rates[0], len(rates), left)
    return unit_of(owed, rates, [ONE] * len(rates), {}, left)
