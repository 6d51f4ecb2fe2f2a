"""Trying an early repayment: the figures of a quote for the same day, without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from finance.schedules import Line
from models.money import Money
from models.portal_rules import SimulationKind
from models.settling import Ledger, RepaymentEffect, RepaymentFigure, RepaymentScope
from models.simulations import Frame, Simulation


@dataclass(frozen=True)
class EarlyRepaymentSimulation(Simulation):
    """What repaying a contract early would cost on a day, and what it would leave."""

    typename = "EarlyRepaymentSimulation"
    kind = SimulationKind.EARLY_REPAYMENT

    contract: Any
    figure: RepaymentFigure
    before: Sequence[Line]

    @property
    def repay_on(self) -> date:
        return self.figure.repay_on

    @property
    def scope(self) -> RepaymentScope:
        return self.figure.scope

    @property
    def effect(self) -> RepaymentEffect | None:
        return self.figure.effect

    @property
    def installments_saved(self) -> int | None:
        return self.figure.installments_saved

    @property
    def lines(self) -> Sequence[Line]:
        """The table that would be left, from the next installment on."""
        return self.figure.lines

    @property
    def installment_before(self) -> Money | None:
        return Money(self.before[0].payment, self.figure.currency) if self.before else None

    @property
    def installment_after(self) -> Money | None:
        """What has been paid of the next one with the repayment is no part of what it is."""
        return Money(self.lines[0].payment + self.figure.accrued_interest, self.figure.currency) if self.lines else None

    def money(self, name: str) -> Money | None:
        """One amount of the figure."""
        amount = getattr(self.figure, name)
        return None if amount is None else Money(amount, self.figure.currency)

    principal = property(lambda self: self.money("principal"))
    accrued_interest = property(lambda self: self.money("accrued_interest"))
    arrears = property(lambda self: self.money("arrears"))
    compensation = property(lambda self: self.money("compensation"))
    fees = property(lambda self: self.money("fees"))
    vat = property(lambda self: self.money("vat"))
    unallocated = property(lambda self: self.money("unallocated"))
    per_day = property(lambda self: self.money("per_day"))
    falling_due = property(lambda self: self.money("falling_due"))
    total = property(lambda self: self.money("total"))
    interest_saved = property(lambda self: self.money("interest_saved"))


def simulate_early_repayment(
    frame: Frame, ledger: Ledger, repay_on: date | None, amount: Decimal | None, effect: RepaymentEffect | None
) -> EarlyRepaymentSimulation:
    """The figures of a quote for the same day, without one. Raises `Invalid`, and `Conflict` for a contract that does not run."""
    day = repay_on or frame.today
    figure = ledger.figure(day, amount, effect)
    inputs = {"contract": ledger.contract.id, "on": day, "amount": amount, "effect": figure.effect, "total": figure.total}
    return EarlyRepaymentSimulation(
        reference=frame.reference(SimulationKind.EARLY_REPAYMENT, inputs),
        reckoned_on=frame.today,
        valid_until_on=min(frame.valid_until_on, figure.valid_until_on),
        legal_mention=frame.mention(SimulationKind.EARLY_REPAYMENT),
        contract=ledger.contract,
        figure=figure,
        before=[line for line in table.lines if line.due_on > day] if (table := ledger.position(day).table) else [],
    )
