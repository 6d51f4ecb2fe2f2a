"""Trying another debit day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from finance.debit_day import DebitDayChange, DebitDayEffect, DebitDayLimit, DebitDayPolicy, debit_day_change, limits_met
from finance.money import NOTHING
from finance.schedules import Line
from models.money import Money, refuse_without_cents
from models.portal_rules import SimulationKind
from models.refusals import Fault, Invalid
from models.settling import LEASES, LOANS, Ledger, told
from models.simulations import Frame, Simulation


@dataclass(frozen=True)
class DebitDaySimulation(Simulation):
    """What another debit day would change: the days, and where the contract says so the interest of the days between."""

    typename = "DebitDaySimulation"
    kind = SimulationKind.DEBIT_DAY

    contract: Any
    day: int
    change: DebitDayChange

    @property
    def moved_days(self) -> int:
        return self.change.moved_days

    @property
    def next_due_on(self) -> date:
        return self.change.next_due_on

    @property
    def interest(self) -> Money:
        return Money(self.change.interest_amount, self.contract.currency)

    @property
    def lines(self) -> Sequence[Line]:
        return self.change.lines


LIMITS = {
    DebitDayLimit.DAY: "The portal does not collect on this day.",
    DebitDayLimit.SAME: "It is collected on this day already.",
    DebitDayLimit.NEXT_DEBIT: "The next installment is too close.",
    DebitDayLimit.OVERDUE: "Something is overdue: that has to be paid first.",
}


def simulate_debit_day(frame: Frame, ledger: Ledger, day: int) -> DebitDaySimulation:
    """Raises `Invalid` with every limit of the portal that the change goes beyond, each under a rule of its own."""
    today, rules, contract = frame.today, ledger.rules, ledger.contract
    refuse_without_cents(contract.currency, "contract")
    ahead = [line for line in ledger.lines if line.due_on > today]
    if contract.kind not in LOANS + LEASES or not ahead:
        raise Invalid((Fault(("contract",), "contract.table", "Nothing is left to be collected by a table."),))
    limits = limits_met(
        DebitDayPolicy(rules.debit_days, rules.debit_day_notice_days),
        day=day,
        due_on=[line.due_on for line in ahead],
        today=today,
        arrears_amount=ledger.overdue(today),
    )
    if limits:
        raise Invalid(tuple(Fault(("day",), limit.value, LIMITS[limit]) for limit in limits))
    effect = rules.debit_day_effect
    rate = NOTHING if effect is DebitDayEffect.NONE else ledger.rate(ledger.position(today))
    every = ledger.every()
    change = told(lambda: debit_day_change(ledger.lines, day, today, rate_percent=rate, effect=effect, every=every), "day")
    return DebitDaySimulation(
        reference=frame.reference(SimulationKind.DEBIT_DAY, {"contract": contract.id, "day": day, "next": change.next_due_on}),
        reckoned_on=today,
        valid_until_on=min(frame.valid_until_on, ahead[0].due_on),
        legal_mention=frame.mention(SimulationKind.DEBIT_DAY),
        contract=contract,
        day=day,
        change=change,
    )
