"""What should have been paid and was not."""

from models import Contract, DirectDebit, DirectDebitState, Installment
from models.arrears import Arrears
from models.claims import overdue_before
from resolvers.context import Info
from resolvers.filters import Conditions
from tenants import Gate

RETURNED = ("state", "=", DirectDebitState.RETURNED)


async def of_contracts(contracts: list[Contract], info: Info) -> list[Arrears | None]:
    """What is overdue under each."""
    of_these: Conditions = [("contract_id", "any", [contract.id for contract in contracts])]
    async with info.context.gate.consistent() as gate:
        found = {arrears.contract_id: arrears for arrears in await within(gate, info, of_these, most=len(contracts))}
    return [found.get(contract.id) for contract in contracts]


async def within(gate: Gate, info: Info, which: Conditions, most: int) -> list[Arrears]:
    """What is overdue under each contract, the longest overdue first."""
    by = ("account_id", "contract_id", "currency")
    tallies = await gate.tallies(Installment, by, [*which, *overdue(info)], sums=("outstanding_amount",), least=("due_on",), most=most)
    behind: Conditions = [("contract_id", "any", [tally["contract_id"] for tally in tallies]), RETURNED]
    returned = {tally["contract_id"]: tally["count"] for tally in await gate.tallies(DirectDebit, ("contract_id",), behind)}
    return [Arrears.of(tally, returned) for tally in tallies]


def overdue(info: Info) -> Conditions:
    """Of installments: those whose day has passed and that are owed still."""
    return overdue_before(info.context.scope.today)
