"""Where customers stand: one page, read at one moment."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from models import Account, Case, Contract, DirectDebit, Installment
from models.arrears import Arrears
from models.cases import OPEN_CASES
from models.claims import still_to_be_paid
from models.dashboards import (
    BEHIND,
    COMPARED,
    MOST_ARREARS,
    MOST_CONTRACTS,
    MOST_INSTALLMENTS,
    MOST_RETURNED,
    RUNNING,
    Dashboard,
    Read,
)
from resolvers import arrears
from resolvers.context import Info
from resolvers.filters import Conditions, named
from tenants import Gate

BY_NUMBER, LATEST_RETURNED_FIRST = ("search_number", "id"), ("-returned_on", "-id")
NEXT_DUE_FIRST, LATEST_DUE_FIRST = ("due_on", "id"), ("-due_on", "-id")


async def dashboard(
    info: Info,
    accounts: Annotated[
        list[strawberry.ID] | None, strawberry.argument(description="Only these accounts. Unless told: all that you reach. At most 100.")
    ] = None,
) -> Dashboard:
    """Of all accounts in reach together, or of some."""
    async with info.context.gate.consistent() as gate:
        [read] = await _Reading(gate, info, named("account_id", Account, accounts)).all()
    return read.dashboard(info.context.scope.today)


async def of_accounts(accounts: list[Account], info: Info) -> list[Dashboard]:
    """Of each account by itself."""
    async with info.context.gate.consistent() as gate:
        reads = await _Reading(gate, info, [("account_id", "any", [account.id for account in accounts])], accounts).all()
    return [read.dashboard(info.context.scope.today) for read in reads]


class _Reading:
    """The statements of one or several dashboards: ten, however many there are."""

    def __init__(self, gate: Gate, info: Info, which: Conditions, accounts: Sequence[Any] = ()) -> None:
        self.gate, self.info, self.which, self.accounts = gate, info, which, accounts
        self.today = info.context.scope.today

    async def all(self) -> list[Read]:
        """One for each account; without accounts, one for all."""
        reads = [Read() for _ in self.accounts or [None]]
        running: Conditions = [("state", "any", list(RUNNING))]
        to_be_paid: Conditions = still_to_be_paid(">=", self.today)
        returned: Conditions = [arrears.RETURNED, ("returned_on", ">=", self.today - BEHIND)]
        contracts = await self.rows(Contract, running, BY_NUMBER, MOST_CONTRACTS)
        following = await self.rows(Installment, to_be_paid, NEXT_DUE_FIRST, MOST_INSTALLMENTS)
        debits = await self.rows(DirectDebit, returned, LATEST_RETURNED_FIRST, MOST_RETURNED)
        counted = self.groups(await self.tallies(Contract, running, ("outstanding_principal_amount",)))
        overdue = self.groups(await self.tallies(Installment, arrears.overdue(self.info), ("outstanding_amount",)))
        cases = self.groups(await self.tallies(Case, [("state", "any", list(OPEN_CASES))], ("outstanding_amount",)))
        owed = self.groups(await arrears.within(self.gate, self.info, self.which, MOST_ARREARS * len(reads)))
        every = [contract for group in contracts for contract in group]
        nexts = await self.gate.first_child(Installment, every, "contract_id", NEXT_DUE_FIRST, to_be_paid)
        latest = await self.gate.first_children(
            Installment, every, "contract_id", LATEST_DUE_FIRST, COMPARED, [("due_on", "<", self.today)]
        )
        keys = [contract.id for contract in every]
        for i, read in enumerate(reads):
            read.contracts, read.next_installments, read.debits = contracts[i], following[i], debits[i]
            read.running, read.overdue, read.arrears = counted[i], overdue[i], owed[i][:MOST_ARREARS]
            read.cases = cases[i]
            read.next_of_contract = dict(zip(keys, nexts, strict=True))
            read.latest_of_contract = dict(zip(keys, latest, strict=True))
        return reads

    async def rows(self, model: Any, conditions: Conditions, order: tuple[str, ...], most: int) -> list[list[Any]]:
        """The first rows of each dashboard."""
        if not self.accounts:
            return [await self.gate.every(model, [*self.which, *conditions], order, most)]
        return await self.gate.first_children(model, self.accounts, "account_id", order, most, conditions)

    async def tallies(self, model: Any, conditions: Conditions, sums: tuple[str, ...]) -> list[Any]:
        by = ("account_id", "currency") if self.accounts else ("currency",)
        return await self.gate.tallies(model, by, [*self.which, *conditions], sums)

    def groups(self, found: Sequence[Any]) -> list[list[Any]]:
        """What belongs to each dashboard."""
        if not self.accounts:
            return [list(found)]
        groups: dict[UUID, list[Any]] = {account.id: [] for account in self.accounts}
        for each in found:
            groups[each.account_id if isinstance(each, Arrears) else each["account_id"]].append(each)
        return [groups[account.id] for account in self.accounts]
