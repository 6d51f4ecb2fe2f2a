"""Figures for somebody who considers something: nothing is changed by asking for them."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import SIZE, ByTypename, answered_once_by
from models.policies import SimulationKind
from models.simulations import SimulationStanding
from resolvers import simulations as resolve
from schema.enums import shown
from schema.errors import UserError
from schema.money import Money
from schema.portals import CreditProduct
from schema.schedules import MOST_LINES
from schema.terms import APR, NOMINAL

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
    payable: Money = strawberry.field(name="totalPayable", description="All that is paid: the installments and the fee.")
    lines: list[SimulationLine] = strawberry.field(description="The installments, by number.", metadata={SIZE: MOST_LINES})


@strawberry.type(description="What came of simulating a credit.")
class CreditSimulationPayload:
    simulation: CreditSimulation | None = strawberry.field(description="The figures.")
    errors: list[UserError] = strawberry.field(description="Why there are none; empty when there are.")


@strawberry.type
class SimulationQuery:
    simulate_credit: CreditSimulationPayload = answered_once_by(
        resolve.credit, "Try what a credit would cost. Anyone, where the portal offers it: see its `features`."
    )
