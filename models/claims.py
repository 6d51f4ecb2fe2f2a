"""What is still owed of an installment, and what nobody pays any more: the one list of states, which every list, paper and figure asks.

The database knows the same rule: `outstanding_amount` and `standing` of an installment are generated there (`migrations/claims`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.installments import InstallmentState

NOTHING = Decimal("0.00")
# Nobody asks for these any more, whatever was paid of them.
FALLEN_AWAY = (InstallmentState.CANCELLED, InstallmentState.WAIVED)
# Of these something is still to be paid. What was put off is owed all the same.
STILL_OWED = (
    InstallmentState.SCHEDULED,
    InstallmentState.DUE,
    InstallmentState.PARTIALLY_PAID,
    InstallmentState.OVERDUE,
    InstallmentState.DEFERRED,
)
# Somebody is late with these once their day has passed. What is still scheduled then is being collected by the house: a debit due on a
# Saturday is booked on Monday. What was put off is not asked for yet.
LATE_AFTER_ITS_DAY = (InstallmentState.DUE, InstallmentState.PARTIALLY_PAID, InstallmentState.OVERDUE)

Conditions = list[tuple[str, str, Any]]


def overdue_before(today: date) -> Conditions:
    """Of installments: those that somebody is late with."""
    return [("due_on", "<", today), ("standing", "any", list(LATE_AFTER_ITS_DAY)), ("outstanding_amount", ">", "0")]


def still_to_be_paid(since: str, day: date) -> Conditions:
    """Of installments: those due since a day (`>=`), or after it (`>`), of which something is still to be paid."""
    return [("due_on", since, day), ("standing", "any", list(STILL_OWED)), ("outstanding_amount", ">", "0")]


@dataclass
class Claim:
    """One installment, as it is or as it was on some day. `amount` and what is outstanding include VAT.

    `not_late_amount` is what nobody is late with: the house collects it by itself, or has put it off.
    """

    id: UUID
    number: int
    due_on: date
    amount: Decimal
    paid_amount: Decimal
    not_late_amount: Decimal = NOTHING
    excl_vat_amount: Decimal = NOTHING
    principal_amount: Decimal | None = None

    @classmethod
    def of(cls, row: Any, day: date) -> "Claim":
        """As it is by now, of a model or a light row."""
        amount, outstanding = Decimal(row.incl_vat_amount), Decimal(row.outstanding_amount)
        is_late = row.standing in LATE_AFTER_ITS_DAY or (row.standing == InstallmentState.SCHEDULED and row.due_on > day)
        return cls(
            row.id,
            row.number,
            row.due_on,
            amount,
            amount - outstanding,
            NOTHING if is_late else outstanding,
            Decimal(row.excl_vat_amount),
            None if row.principal_amount is None else Decimal(row.principal_amount),
        )

    @property
    def outstanding_amount(self) -> Decimal:
        """What is still to be paid of it."""
        return self.amount - self.paid_amount

    @property
    def overdue_amount(self) -> Decimal:
        """What somebody is late with, once its day has passed."""
        return self.outstanding_amount - self.not_late_amount

    @property
    def outstanding_excl_vat_amount(self) -> Decimal:
        """What is still to be paid of it, without VAT: in proportion, where a part was paid."""
        if not self.amount or self.outstanding_amount == self.amount:
            return self.excl_vat_amount if self.outstanding_amount else NOTHING
        return self.excl_vat_amount * self.outstanding_amount / self.amount

    def take_back(self, amount: Decimal, *, is_collected: bool) -> Decimal:
        """Less was paid of it by so much, or by all that was. Returns how much that is."""
        taken = min(amount, max(self.paid_amount, NOTHING))
        self.paid_amount -= taken
        self.not_late_amount += taken if is_collected else NOTHING
        return taken


def claims_of(rows: Iterable[Any], day: date) -> tuple[Claim, ...]:
    """What is or was to be paid, the oldest first: without what has fallen away."""
    found = [Claim.of(row, day) for row in rows if row.state not in FALLEN_AWAY]
    return tuple(sorted(found, key=lambda claim: (claim.due_on, claim.number)))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with its cents."""
    return sum(amounts, NOTHING)
