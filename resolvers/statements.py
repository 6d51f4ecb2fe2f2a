"""Credit lines, month by month and movement by movement."""

from typing import Annotated

import strawberry

from models import Account, Contract, Operation, OperationKind, Statement
from models.words import Described
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, named, one_of, together, within
from resolvers.listings import Listing
from resolvers.reading import reads


@strawberry.input(description="Which statements.")
class StatementFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    period_from_on: DateRange | None = strawberry.field(default=None, description="Whose period begins between these days.")


class StatementOrderField(Described):
    """What statements are sorted by."""

    PERIOD_FROM_ON = "period_from_on", "The day their period begins."
    PERIOD_TO_ON = "period_to_on", "The day their period ends."


@strawberry.input(description="In which order statements come.")
class StatementOrder:
    field: StatementOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


@strawberry.input(description="Which operations.")
class OperationFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    kinds: list[OperationKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    booked_on: DateRange | None = strawberry.field(default=None, description="Booked between these days.")
    value_on: DateRange | None = strawberry.field(default=None, description="That bear interest from between these days.")
    amount: MoneyRange | None = strawberry.field(default=None, description="Of between these amounts; repayments are negative.")


class OperationOrderField(Described):
    """What operations are sorted by."""

    BOOKED_ON = "booked_on", "The day they were booked."
    VALUE_ON = "value_on", "The day they bear interest from."
    AMOUNT = "amount", "How much it is, whatever the currency; repayments are negative."


@strawberry.input(description="In which order operations come.")
class OperationOrder:
    field: OperationOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which_statements(info: Info, filter: StatementFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            within("period_from_on", filter.period_from_on),
        )
        if filter
        else []
    )


def _which_operations(info: Info, filter: OperationFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            one_of("kind", filter.kinds),
            within("booked_on", filter.booked_on),
            within("value_on", filter.value_on),
            within("amount", filter.amount),
        )
        if filter
        else []
    )


STATEMENTS = Listing(
    Statement, StatementFilter, StatementOrder, ("-period_from_on", "-id"), "the newest first", _which_statements, is_long=True
)
OPERATIONS = Listing(Operation, OperationFilter, OperationOrder, ("-booked_on", "-id"), "the newest first", _which_operations, is_long=True)

statements = STATEMENTS.everywhere()
operations = OPERATIONS.everywhere()


async def operations_of_statement(
    statements: list[Statement], info: Info, first: Annotated[int, strawberry.argument(description="How many, from 1 to 100.")] = 100
) -> list[list[Operation]]:
    """What was booked in the period of each, in the order of the paper: the oldest first."""
    keys = [statement.contract_id for statement in statements]
    periods = ("booked_on", [s.period_from_on for s in statements], [s.period_to_on for s in statements])
    return await info.context.gate.first_within(Operation, keys, "contract_id", periods, ("booked_on", "id"), first)


async def statement(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a statement.")]) -> Statement | None:
    """One statement in reach."""
    return await info.context.gate.one(Statement, id, reads(info))


async def operation(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of an operation.")]) -> Operation | None:
    """One operation in reach."""
    return await info.context.gate.one(Operation, id, reads(info))
