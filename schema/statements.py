"""Credit lines, month by month and movement by movement."""

from datetime import date

import strawberry

from engine import answered_by, answered_once_by
from models.statements import OperationKind
from resolvers import statements as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import FromSource
from schema.money import Money
from schema.node import Node
from schema.ownership import OfContract

shown(OperationKind, "What moved the balance of a credit line.")
shown(resolve.StatementOrderField, "What statements are sorted by.")
shown(resolve.OperationOrderField, "What operations are sorted by.")


@strawberry.type(description="One movement on a credit line.")
class Operation(Node, OfContract, FromSource):
    booked_on: date = strawberry.field(description="The day it was booked.")
    value_on: date = strawberry.field(description="The day it bears interest from.")
    kind: OperationKind = strawberry.field(description="What moved.")
    description: str = strawberry.field(description="What it is, in words.")
    sum: Money = strawberry.field(
        name="amount", description="How much: positive for what raises what is owed, negative for what lowers it."
    )


@strawberry.type(
    description="What a credit line came to over one period: from the opening to the closing balance by the operations booked in it."
)
class Statement(Node, OfContract, FromSource):
    period_from_on: date = strawberry.field(description="The first day of the period.")
    period_to_on: date = strawberry.field(description="The last day of the period.")
    opening_balance: Money = strawberry.field(description="What was owed before the period.")
    closing_balance: Money = strawberry.field(description="What was owed at its end.")
    operations: list[Operation] = answered_by(
        resolve.operations_of_statement,
        "The operations booked in the period, in the order they were booked: at most 100. For more, ask `operations` by days.",
        usual=25,
    )


@strawberry.type
class StatementQuery:
    statement: Statement | None = answered_once_by(resolve.statement, "One statement; null when you reach none by this id.")
    statements: Connection[Statement] = answered_once_by(resolve.statements, "All statements that you reach, of all credit lines.")
    operation: Operation | None = answered_once_by(resolve.operation, "One operation; null when you reach none by this id.")
    operations: Connection[Operation] = answered_once_by(resolve.operations, "All operations that you reach, of all credit lines.")
