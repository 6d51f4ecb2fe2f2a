"""Figures for somebody who considers something."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from models.base import Fault, Invalid, NotOffered
from models.consolidations import External, check_consolidation, simulate_consolidation
from models.debit_days import simulate_debit_day
from models.early_repayments import simulate_early_repayment
from models.entries import MOST_MONTHS_AHEAD, refuse, repayment_faults
from models.portal_rules import Feature
from models.sentences import Sentence
from models.settling import RepaymentEffect
from models.simulations import Frame, simulate_credit
from resolvers import ledgers
from resolvers.context import Info
from resolvers.mutations import Outcome, correctable
from tenants import Scope

MOST_CONTRACTS = 20


@strawberry.input(description="A credit to simulate.")
class CreditSimulationInput:
    amount: Decimal = strawberry.field(description="How much is to be borrowed, in the portal's currency.")
    months: int = strawberry.field(description="In how many monthly installments it is to be paid back.")
    product: str | None = strawberry.field(default=None, description="Which of `portal.creditProducts`. Unless told: the first.")
    portal: str | None = strawberry.field(
        default=None, description="The key of the portal, for somebody who is not signed in and asks at another host than the portal's."
    )


@strawberry.input(description="An early repayment to simulate.")
class EarlyRepaymentSimulationInput:
    contract: strawberry.ID = strawberry.field(description="Of which contract.")
    repay_on: date | None = strawberry.field(
        default=None,
        description="On which day it would be repaid: today unless told. "
        f"At most {MOST_MONTHS_AHEAD} months ahead, and before the last due date.",
    )
    amount: Decimal | None = strawberry.field(default=None, description="How much of the principal; all of the contract unless told.")
    effect: RepaymentEffect | None = strawberry.field(
        default=None, description="What would become of the installments after a part was repaid: fewer of them unless told."
    )


@strawberry.input(description="Another debit day to simulate.")
class DebitDaySimulationInput:
    contract: strawberry.ID = strawberry.field(description="Of which contract.")
    day: int = strawberry.field(description="The day of the month, from 1 to 31; 31 is the last of each.")


@strawberry.input(description="A credit of another lender. Amounts are in the portal's currency.")
class ExternalCreditInput:
    name: str = strawberry.field(description="What you call it. At most 100 characters are kept.")
    settlement_amount: Decimal = strawberry.field(name="settlement", description="What settles it today.")
    installment_amount: Decimal = strawberry.field(name="installment", description="What is paid each month.")
    installments: int = strawberry.field(description="How many installments are left: from 1 to 480.")


@strawberry.input(description="Several credits to put together.")
class ConsolidationSimulationInput:
    contracts: list[strawberry.ID] = strawberry.field(description="Which of your contracts: at most 20.")
    externals: list[ExternalCreditInput] = strawberry.field(default_factory=list, description="Credits of other lenders: at most 20.")
    months: int = strawberry.field(description="In how many monthly installments the new credit is to be paid back.")
    product: str | None = strawberry.field(default=None, description="Which of `portal.creditProducts`. Unless told: the first.")


@correctable
async def credit(
    info: Info, input: Annotated[CreditSimulationInput, strawberry.argument(description="What is to be simulated.")]
) -> Outcome:
    """A new credit. It needs no session: what is offered depends on the portal only."""
    frame = await _frame(info, input.portal)
    return Outcome(simulation=simulate_credit(frame, input.product, input.amount, input.months))


@correctable
async def early_repayment(
    info: Info, input: Annotated[EarlyRepaymentSimulationInput, strawberry.argument(description="What is to be simulated.")]
) -> Outcome:
    """Repaying a contract in reach early."""
    frame = await _frame(info, None)
    refuse(repayment_faults(input.amount, input.repay_on or frame.today, frame.today))
    ledger = await ledgers.ledger(info, input.contract, input.repay_on)
    return Outcome(simulation=simulate_early_repayment(frame, ledger, input.repay_on, input.amount, input.effect))


@correctable
async def debit_day(
    info: Info, input: Annotated[DebitDaySimulationInput, strawberry.argument(description="What is to be simulated.")]
) -> Outcome:
    """Another debit day for a contract in reach."""
    frame = await _frame(info, None)
    return Outcome(simulation=simulate_debit_day(frame, await ledgers.ledger(info, input.contract), input.day))


@correctable
async def consolidation(
    info: Info, input: Annotated[ConsolidationSimulationInput, strawberry.argument(description="What is to be simulated.")]
) -> Outcome:
    """One credit in the place of several."""
    frame = await _frame(info, None)
    if len(input.contracts) > MOST_CONTRACTS or len(input.externals) > MOST_CONTRACTS:
        raise Invalid(
            (Fault(("contracts",), "list.length", Sentence("At most {most} contracts, and as many externals.", most=MOST_CONTRACTS)),)
        )
    externals = [External(e.name[:100], e.settlement_amount, e.installment_amount, e.installments) for e in input.externals]
    check_consolidation(frame, input.contracts, externals, input.product, input.months)
    own = [await ledgers.ledger(info, contract) for contract in input.contracts]
    return Outcome(simulation=simulate_consolidation(frame, own, externals, input.product, input.months))


async def _frame(info: Info, portal_key: str | None) -> Frame:
    """The caller's portal today: that of the session, else of the host, else the named one. Raises `NotOffered` where none is offered."""
    context = info.context
    scope = context.scope
    if scope.auth.tenant_id is None:
        door = await context.tenancy.portals.find(None, portal_key[:100].replace("\0", "")) if portal_key else None
        if door is None:
            raise Invalid((Fault(("portal",), "portal.unknown", "No portal has this host or key."),))
        scope = Scope(await context.tenancy.portals.stranger(door, scope.now), scope.now, scope.client)
    if Feature.SIMULATIONS not in scope.rules.features:
        raise NotOffered
    return Frame(f"{scope.auth.tenant_id}/{scope.auth.portal_id}", scope.rules, scope.locale, scope.today)
