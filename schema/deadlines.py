"""The days to know of in the life of a contract."""

from datetime import date, datetime

import strawberry

from engine import ByTypename, answered_by
from models import DeadlineKind
from resolvers import deadlines as resolve
from schema.enums import shown
from schema.installments import Installment
from schema.work import DEADLINES

MOST_DEADLINES = 5

shown(DeadlineKind, "What a day in the life of a contract is about.")


@strawberry.type(description="A day on which something ends or opens. Days begin and end where the portal of the contract is.")
class Deadline(ByTypename):
    kind: DeadlineKind = strawberry.field(description="What it is about.")
    due_on: date = strawberry.field(description="Which day.")
    ends_at: datetime = strawberry.field(description="The instant at which that day is over: what may be done on it may be done before.")
    days_left: int = strawberry.field(description="How many days from today to that day: 0 on the day itself, negative behind it.")


@strawberry.type
class WithDeadlines:
    deadlines: list[Deadline] = answered_by(
        resolve.deadlines, "The days to know of, in their order: at most five.", size=MOST_DEADLINES, usual=2, work=DEADLINES
    )
    next_due_on: date | None = answered_by(resolve.next_due_on, "The next day after today on which something is to be paid.")
    next_installment: Installment | None = answered_by(resolve.next_installment, "What is to be paid on that day.")
    latest_installments: list[Installment] = answered_by(
        resolve.latest_installments, "What fell due until today, the latest first. What comes after today is `nextInstallment`."
    )
