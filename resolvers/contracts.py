"""Contracts, and what hangs on them."""

from typing import Annotated

import strawberry

from models import AmortizationSchedule, Contract, Mandate, ScheduleStatus
from models.accounts import Account
from models.contracts import MASK, ContractKind, ContractState, is_card_number
from models.tables import in_force
from models.words import Described
from resolvers.accounts import ITS_HOLDER
from resolvers.assets import ASSETS
from resolvers.certificates import certificates as certificates
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.documents import DOCUMENTS
from resolvers.filters import Conditions, DateRange, MoneyRange, beginning, named, numbered, one_of, search_key, together, within
from resolvers.installments import INSTALLMENTS
from resolvers.invoices import INVOICES
from resolvers.listings import Listing
from resolvers.mandates import DIRECT_DEBITS
from resolvers.payments import PAYMENTS
from resolvers.reading import Parent, pointed_at, prefetch, reads
from resolvers.statements import OPERATIONS, STATEMENTS

# "FINAL" is before "PROVISIONAL": the plan that holds comes first, and its newest revision before the older ones.
THE_ONE_THAT_HOLDS = ("status", "-revision")
MOST_REVISIONS = 100  # that are looked through for the one that holds today


@strawberry.input(description="Which contracts.")
class ContractFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    kinds: list[ContractKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    states: list[ContractState] | None = strawberry.field(default=None, description="In one of these states.")
    starts_on: DateRange | None = strawberry.field(default=None, description="That start between these days.")
    ends_on: DateRange | None = strawberry.field(default=None, description="That end between these days. One without an end matches none.")
    financed_amount: MoneyRange | None = strawberry.field(default=None, description="That finance between these amounts.")
    number: str | None = strawberry.field(
        default=None, description="With this number. Case, blanks, dots, dashes and slashes make no difference."
    )
    search: str | None = strawberry.field(
        default=None,
        description="Whose number begins like this, spelled as freely as `number`; an exact number comes first. "
        "A number of which only the end is shown is found by the whole of it.",
    )


class ContractOrderField(Described):
    """What contracts are sorted by."""

    STARTS_ON = "starts_on", "The day they start."
    NUMBER = "number", "The printed number."


@strawberry.input(description="In which order contracts come.")
class ContractOrder:
    field: ContractOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _beginning(typed: str | None) -> Conditions:
    """Those whose number begins like this. A masked number is found by all of it only: else it could be found out digit by digit."""
    found = beginning("search_number", typed)
    return [*found, ("shown_number", "no prefix", MASK)] if found and not is_card_number(search_key(typed or "")) else found


def _which(info: Info, filter: ContractFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            one_of("kind", filter.kinds),
            one_of("state", filter.states),
            within("starts_on", filter.starts_on),
            within("ends_on", filter.ends_on),
            within("financed_amount", filter.financed_amount),
            numbered("search_number", filter.number),
            _beginning(filter.search),
        )
        if filter
        else []
    )


ITS_ACCOUNT = (Parent("account", Account, "account_id"), ITS_HOLDER)
CONTRACTS = Listing(
    Contract,
    ContractFilter,
    ContractOrder,
    ("-starts_on", "-id"),
    "those that started last first",
    _which,
    ("search_number", "id"),
    ITS_ACCOUNT,
)

contracts = CONTRACTS.everywhere()
assets = ASSETS.under("contract_id")
installments = INSTALLMENTS.under("contract_id")
invoices = INVOICES.under("contract_id")
documents = DOCUMENTS.under("contract_id")
payments = PAYMENTS.under("contract_id")
direct_debits = DIRECT_DEBITS.under("contract_id")
statements = STATEMENTS.under("contract_id")
operations = OPERATIONS.under("contract_id")
subcontracts = CONTRACTS.under("parent_id")


async def contract(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a contract.")]) -> Contract | None:
    """One contract in reach, with its account and whose that is: nearly every page asks for them."""
    return await info.context.gate.one(Contract, id, reads(info), prefetch(info, ITS_ACCOUNT))


mandate = pointed_at(Mandate, "mandate_id")
parent = pointed_at(Contract, "parent_id")


async def amortization_schedule(
    contracts: list[Contract],
    info: Info,
    status: Annotated[
        ScheduleStatus | None, strawberry.argument(description="Only one of this status. Unless told: the final one, else the provisional.")
    ] = None,
    revision: Annotated[int | None, strawberry.argument(description="Only this revision. Unless told: the newest that has begun.")] = None,
) -> list[AmortizationSchedule | None]:
    """The plan that holds, or the one that is asked for."""
    conditions = [(column, "=", value) for column, value in (("status", status), ("revision", revision)) if value is not None]
    if revision is not None:
        return await info.context.gate.first_child(AmortizationSchedule, contracts, "contract_id", THE_ONE_THAT_HOLDS, conditions)
    known = await info.context.gate.first_children(
        AmortizationSchedule, contracts, "contract_id", THE_ONE_THAT_HOLDS, MOST_REVISIONS, conditions
    )
    return [in_force(schedules, info.context.scope.today) for schedules in known]


async def amortization_schedules(
    contracts: list[Contract], info: Info, first: Annotated[int, strawberry.argument(description="How many, from 1 to 100.")] = 5
) -> list[list[AmortizationSchedule]]:
    """All plans, those that were replaced too."""
    return await info.context.gate.first_children(AmortizationSchedule, contracts, "contract_id", THE_ONE_THAT_HOLDS, first)
