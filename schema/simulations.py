"""Figures for somebody who considers something: nothing is changed by asking for them."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import SIZE, USUAL, ByTypename, answered_once_by
from models.portal_rules import SimulationKind
from models.settling import RepaymentEffect, RepaymentScope
from models.simulations import SimulationStanding
from resolvers import simulations as resolve
from schema.contracts import Contract
from schema.enums import shown
from schema.errors import UserError
from schema.money import Money
from schema.portals import CreditProduct
from schema.schedules import MOST_LINES, USUAL_LINES
from schema.terms import APR, NOMINAL
from schema.work import CONSOLIDATION, CREDIT, LEDGER

shown(SimulationKind, "What a simulation is about.")
shown(SimulationStanding, "How far the house stands by figures.")


@strawberry.type(description="One payment of a simulated table. Its amounts are in the currency of the simulation.")
class SimulationLine:
    number: int = strawberry.field(description="From 1 on.")
    due_on: date = strawberry.field(description="The day it would be due.")
    opening: Decimal = strawberry.field(name="openingBalance", description="What would be owed before it.")
    payment: Decimal = strawberry.field(description="What would be paid.")
    principal: Decimal = strawberry.field(description="How much of it would pay back.")
    interest: Decimal = strawberry.field(description="How much of it would be interest.")
    closing: Decimal = strawberry.field(name="closingBalance", description="What would be owed after it.")


@strawberry.interface(description="What all simulations say of themselves. What was asked for is shown with the figures.")
class Simulation(ByTypename):
    reference: str = strawberry.field(description="Names these figures: equal inputs on one day at one portal have the same.")
    kind: SimulationKind = strawberry.field(description="What it is about.")
    standing: SimulationStanding = strawberry.field(description="How far the house stands by it.")
    reckoned_on: date = strawberry.field(description="The day it was reckoned for, where the portal is.")
    valid_until_on: date = strawberry.field(description="The last day on which it may be shown as valid.")
    rule_version: str = strawberry.field(description="The version of the rules that made the figures.")
    legal_mention: str | None = strawberry.field(description="What has to be said beside the figures, in your language where there is one.")


@strawberry.type(description="A new credit, paid out on the day it is reckoned for, and paid back month by month.")
class CreditSimulation(Simulation):
    product: CreditProduct = strawberry.field(description="Which credit.")
    borrowed: Money = strawberry.field(name="amount", description="How much is borrowed.")
    duration_months: int = strawberry.field(description="In how many monthly installments it is paid back.")
    first_due_on: date = strawberry.field(description="The day the first of them is due.")
    nominal_rate_percent: Decimal = strawberry.field(description=NOMINAL)
    shown_apr_percent: Decimal = strawberry.field(name="aprPercent", description=APR)
    installment: Money = strawberry.field(description="Each installment but the last.")
    last_installment: Money = strawberry.field(description="The last one, which takes the cents that rounding leaves.")
    fee: Money = strawberry.field(description="What is kept back of the amount when it is paid out.")
    interest: Money = strawberry.field(description="All interest.")
    payable: Money = strawberry.field(
        name="totalPayable",
        description="All that is paid: the sum of the installments. The fee is kept back at the start and not paid on top.",
    )
    lines: list[SimulationLine] = strawberry.field(
        description="The installments, by number.", metadata={SIZE: MOST_LINES, USUAL: USUAL_LINES}
    )


@strawberry.type(description="What repaying a contract early would cost, and would leave. A quote of the same day has the same figures.")
class EarlyRepaymentSimulation(Simulation):
    contract: Contract = strawberry.field(description="Which contract.")
    scope: RepaymentScope = strawberry.field(description="How much of it.")
    effect: RepaymentEffect | None = strawberry.field(description="What would become of the installments after a part was repaid.")
    repay_on: date = strawberry.field(description="The day of the repayment.")
    principal: Money = strawberry.field(description="What would be repaid; of a lease, what buys it out, before VAT.")
    accrued_interest: Money = strawberry.field(description="The interest since the last due date.")
    arrears: Money = strawberry.field(description="What was due before today and is not paid, without late interest.")
    compensation: Money = strawberry.field(description="What would be asked for repaying early.")
    fees: Money = strawberry.field(description="Fees, before VAT.")
    vat: Money = strawberry.field(description="The VAT on all of it.")
    unallocated: Money = strawberry.field(description="What was paid ahead, and is taken off.")
    per_day: Money = strawberry.field(description="What each day later would add.")
    falling_due: Money = strawberry.field(
        description="What falls due from today to the day of the repayment: it is paid on its own day, and is no part of the total."
    )
    total: Money = strawberry.field(description="What would have to be paid.")
    interest_saved: Money | None = strawberry.field(description="The interest that would not have to be paid, when a part is repaid.")
    installments_saved: int | None = strawberry.field(description="How many installments would fall away, when a part is repaid.")
    installment_before: Money | None = strawberry.field(description="The next installment as it is.")
    installment_after: Money | None = strawberry.field(description="The next installment as it would be, when a part is repaid.")
    lines: list[SimulationLine] = strawberry.field(
        description="The table that would be left, when a part is repaid.", metadata={SIZE: MOST_LINES, USUAL: USUAL_LINES}
    )


@strawberry.type(description="What another debit day would change.")
class DebitDaySimulation(Simulation):
    contract: Contract = strawberry.field(description="Which contract.")
    day: int = strawberry.field(description="The day of the month; 31 is the last of each.")
    moved_days: int = strawberry.field(description="By how many days the next installment would move.")
    next_due_on: date = strawberry.field(description="When it would be due.")
    interest: Money = strawberry.field(
        description="The interest of the days between, where it is charged at once; negative when it is less."
    )
    lines: list[SimulationLine] = strawberry.field(
        description="The installments to come, as they would be.", metadata={SIZE: MOST_LINES, USUAL: USUAL_LINES}
    )


@strawberry.type(description="One credit in the place of several.")
class ConsolidationSimulation(Simulation):
    contracts: list[Contract] = strawberry.field(description="Which of your contracts.", metadata={SIZE: resolve.MOST_CONTRACTS, USUAL: 3})
    product: CreditProduct = strawberry.field(description="Which new credit.")
    duration_months: int = strawberry.field(description="In how many monthly installments it would be paid back.")
    settled: Money = strawberry.field(description="What settles the old credits today: the sum of their settlement figures.")
    installment: Money = strawberry.field(description="The new installment.")
    installment_before: Money = strawberry.field(description="The next installments of the old credits together.")
    total_before: Money = strawberry.field(description="What would still be paid without it.")
    total_after: Money = strawberry.field(description="What would be paid with it.")
    difference: Money = strawberry.field(description="What would be paid more with it; below nothing, what would be saved.")
    is_dearer: bool = strawberry.field(description="Whether it costs more in all, whatever the month costs.")
    shown_apr_percent: Decimal = strawberry.field(name="aprPercent", description=APR)
    lines: list[SimulationLine] = strawberry.field(
        description="The new installments, by number.", metadata={SIZE: MOST_LINES, USUAL: USUAL_LINES}
    )


@strawberry.type(description="What came of simulating an early repayment.")
class EarlyRepaymentSimulationPayload:
    simulation: EarlyRepaymentSimulation | None = strawberry.field(description="The figures.")
    errors: list[UserError] = strawberry.field(description="Why there are none; empty when there are.", metadata={USUAL: 1})


@strawberry.type(description="What came of simulating another debit day.")
class DebitDaySimulationPayload:
    simulation: DebitDaySimulation | None = strawberry.field(description="The figures.")
    errors: list[UserError] = strawberry.field(
        description="Why there are none: each limit has a rule of its own; empty when there are.", metadata={USUAL: 1}
    )


@strawberry.type(description="What came of simulating a consolidation.")
class ConsolidationSimulationPayload:
    simulation: ConsolidationSimulation | None = strawberry.field(description="The figures.")
    errors: list[UserError] = strawberry.field(description="Why there are none; empty when there are.", metadata={USUAL: 1})


@strawberry.type(description="What came of simulating a credit.")
class CreditSimulationPayload:
    simulation: CreditSimulation | None = strawberry.field(description="The figures.")
    errors: list[UserError] = strawberry.field(description="Why there are none; empty when there are.", metadata={USUAL: 1})


@strawberry.type
class SimulationQuery:
    simulate_credit: CreditSimulationPayload = answered_once_by(
        resolve.credit, "Try what a credit would cost. Anyone, where the portal offers it: see its `features`.", work=CREDIT
    )
    simulate_early_repayment: EarlyRepaymentSimulationPayload = answered_once_by(
        resolve.early_repayment,
        "Try what repaying a contract early would cost. Whoever reads the contract, where the portal simulates.",
        work=LEDGER,
    )
    simulate_debit_day: DebitDaySimulationPayload = answered_once_by(
        resolve.debit_day, "Try another debit day. Whoever reads the contract, where the portal simulates.", work=LEDGER
    )
    simulate_consolidation: ConsolidationSimulationPayload = answered_once_by(
        resolve.consolidation,
        "Try one credit in the place of several. Whoever reads the contracts, where the portal simulates.",
        work=CONSOLIDATION,
    )
