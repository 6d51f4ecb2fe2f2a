"""Figures for somebody who considers something."""

from decimal import Decimal
from typing import Annotated

import strawberry

from models.base import Fault, Invalid, NotOffered
from models.policies import Feature
from models.simulations import Frame, simulate_credit
from resolvers.context import Info
from resolvers.mutations import Outcome, correctable
from tenants import Scope


@strawberry.input(description="A credit to simulate.")
class CreditSimulationInput:
    amount: Decimal = strawberry.field(description="How much is to be borrowed, in the portal's currency.")
    months: int = strawberry.field(description="In how many monthly installments it is to be paid back.")
    product: str | None = strawberry.field(default=None, description="Which of `portal.creditProducts`. Unless told: the first.")
    portal: str | None = strawberry.field(
        default=None, description="The key of the portal, for somebody who is not signed in and asks at another host than the portal's."
    )


@correctable
async def credit(
    info: Info, input: Annotated[CreditSimulationInput, strawberry.argument(description="What is to be simulated.")]
) -> Outcome:
    """A new credit. It needs no session: what is offered depends on the portal only."""
    frame = await _frame(info, input.portal)
    return Outcome(simulation=simulate_credit(frame, input.product, input.amount, input.months))


async def _frame(info: Info, portal_key: str | None) -> Frame:
    """The caller's portal today: that of the session, else of the host, else the named one. Raises `NotOffered` where none is offered."""
    context = info.context
    scope = context.scope
    if scope.standing.tenant_id is None:
        door = await context.tenancy.portals.find(None, portal_key[:100].replace("\0", "")) if portal_key else None
        if door is None:
            raise Invalid((Fault(("portal",), "portal.unknown", "No portal has this host or key."),))
        scope = Scope(await context.tenancy.portals.stranger(door, scope.now), scope.now, scope.asking)
    if Feature.SIMULATIONS not in scope.rules.features:
        raise NotOffered
    return Frame(f"{scope.standing.tenant_id}/{scope.standing.portal_id}", scope.rules, scope.locale, scope.today)
