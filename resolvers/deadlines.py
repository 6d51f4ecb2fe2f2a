"""What is due when.

A day begins and ends where the portal is that shows the contract: its own, else its account's, else the house's default one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import strawberry

from models import Account, Contract, Deadline, Installment
from models.claims import still_to_be_paid
from models.deadlines import deadlines_of
from resolvers.context import Info

A = TypeVar("A")
NEWEST_DUE_FIRST, NEXT_DUE_FIRST = ("-due_on", "-id"), ("due_on", "id")


async def deadlines(contracts: list[Contract], info: Info) -> list[list[Deadline]]:
    """The days to know of in the life of each."""
    zones = await _zones(contracts, info)
    return [deadlines_of(contract, zone, info.context.scope.now) for contract, zone in zip(contracts, zones, strict=True)]


async def next_installment(contracts: list[Contract], info: Info) -> list[Installment | None]:
    """The first one due after today that is still to be paid."""

    async def after(today: date, some: list[Contract]) -> list[Installment | None]:
        ahead = still_to_be_paid(">", today)
        return await info.context.gate.first_child(Installment, of=some, by="contract_id", order=NEXT_DUE_FIRST, conditions=ahead)

    return await _by_day(contracts, info, after)


async def next_due_on(contracts: list[Contract], info: Info) -> list[date | None]:
    """Its day."""
    return [installment.due_on if installment else None for installment in await next_installment(contracts, info)]


async def latest_installments(
    contracts: list[Contract], info: Info, first: Annotated[int, strawberry.argument(description="How many, from 1 to 100.")] = 3
) -> list[list[Installment]]:
    """What fell due until today."""

    async def until(today: date, some: list[Contract]) -> list[list[Installment]]:
        behind = [("due_on", "<=", today)]
        return await info.context.gate.first_children(Installment, some, "contract_id", NEWEST_DUE_FIRST, first, behind)

    return await _by_day(contracts, info, until)


async def _by_day(contracts: list[Contract], info: Info, ask: Callable[[date, list[Contract]], Awaitable[Sequence[A]]]) -> list[A]:
    """One answer a contract, asked for together where it is the same day: there are three days on earth at most."""
    days = [info.context.scope.today_in(zone) for zone in await _zones(contracts, info)]
    answers: dict[date, Sequence[A]] = {}
    for day in sorted(set(days)):
        answers[day] = await ask(day, [contract for contract, its in zip(contracts, days, strict=True) if its == day])
    turns = {day: iter(found) for day, found in answers.items()}
    return [next(turns[day]) for day in days]


async def _zones(contracts: list[Contract], info: Info) -> list[ZoneInfo]:
    """Where each is shown. Most houses are in one zone, and then the accounts need not be read."""
    zones = info.context.scope.zones
    if zones.is_one:
        return [zones.at(None)] * len(contracts)
    accounts = await info.context.gate.parents(Account, of=contracts, by="account_id")
    return [
        zones.at(contract.portal_id or (account.portal_id if account else None))
        for contract, account in zip(contracts, accounts, strict=True)
    ]
