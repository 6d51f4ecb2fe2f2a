"""What is owed under a contract at the end of a day, from its table, its claims and its payments: the one place that says it.

Certificates, quotes, simulations and consolidations read their figures here; dashboards, arrears and lists ask the database by the same
rule (`models/claims.py`). Where the data contradict one another, `differences` says how, and then nothing certain may be said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from finance.balances import Balance, balance_on
from models.claims import FALLEN_AWAY, NOTHING, Claim, claims_of, total
from models.installments import InstallmentState
from models.sentences import Sentence
from models.tables import Table


class Difference(NamedTuple):
    """Two things that the data say, of which only one can be right. The rule is for programs, the sentence for the house."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Position:
    """A contract at the end of a day. `today` is the day on which this is asked: what falls due from then on is not late.

    `unused_amount` is money that came in and was only partly used. `prepaid_amount` is what was paid by then of installments due later.
    """

    contract: Any
    day: date
    today: date
    table: Table | None
    claims: tuple[Claim, ...]
    unused_amount: Decimal = NOTHING
    prepaid_amount: Decimal = NOTHING
    differences: tuple[Difference, ...] = field(default=())

    @property
    def due(self) -> list[Claim]:
        """What was to be paid by the end of the day."""
        return [claim for claim in self.claims if claim.due_on <= self.day]

    @property
    def overdue(self) -> list[Claim]:
        """What should have been paid before the day, and was not."""
        return [claim for claim in self.claims if claim.due_on < self.day and claim.overdue_amount > 0]

    @property
    def ahead(self) -> list[Claim]:
        """What is still to come after the day."""
        return [claim for claim in self.claims if claim.due_on > self.day]

    @property
    def unpaid_amount(self) -> Decimal:
        """What is due by the end of the day and not paid."""
        return total(claim.outstanding_amount for claim in self.due)

    @property
    def behind_amount(self) -> Decimal:
        """Of what is unpaid, what was due before today, or is due today and not collected by the house: a repayment has to pay it, too."""
        return total(claim.outstanding_amount for claim in self.due if self._is_behind(claim))

    def _is_behind(self, claim: Claim) -> bool:
        return claim.due_on < self.today or (claim.due_on == self.today == self.day and not claim.not_late_amount)

    @property
    def falling_due_amount(self) -> Decimal:
        """Of what is unpaid, what is due from today to the day: it is paid on its own day, and not once more with a repayment."""
        return self.unpaid_amount - self.behind_amount

    @property
    def credit_amount(self) -> Decimal:
        """What was paid and counts for nothing that was due by the day."""
        return self.unused_amount + self.prepaid_amount

    def balance(self) -> Balance:
        """What is owed, by the table and in fact. Raises `Unanswerable` before the table begins. Only where there is a table."""
        table = self.table
        assert table is not None
        credit, unpaid = self.credit_amount, self.unpaid_amount
        return balance_on(table.lines, table.opening, table.begins_on, self.day, unpaid_amount=unpaid, unallocated_amount=credit)


def position_of(
    contract: Any,
    rows: Sequence[Any],
    table: Table | None,
    *,
    day: date,
    today: date,
    unused_amount: Decimal = NOTHING,
    allocated: dict[UUID, Decimal] | None = None,
) -> Position:
    """As things are, for today or a day to come: `rows` are the installments, `allocated` what payments that came in say of each."""
    claims = claims_of(rows, day)
    prepaid = total(claim.paid_amount for claim in claims if claim.due_on > day)
    found = tuple(differences(rows, table, day=day, today=today, allocated=allocated or {}))
    return Position(contract, day, today, table, claims, unused_amount, prepaid, found)


def differences(
    rows: Iterable[Any], table: Table | None, *, day: date, today: date, allocated: dict[UUID, Decimal]
) -> Iterator[Difference]:
    """Where what was handed over contradicts itself, in so far as it changes what is owed on the day."""
    lines = {line.number: line for line in table.lines} if table else {}
    days_ahead = {line.due_on for line in lines.values() if line.due_on > day}
    for row in rows:
        yield from _own_differences(row, day, allocated.get(row.id, NOTHING))
        line = lines.get(row.number)
        if row.state == InstallmentState.CANCELLED and row.due_on in days_ahead:
            yield Difference(
                "installment.broken_off",
                Sentence("Installment {number} fell away, and the table that holds still has its day.", number=str(row.number)),
            )
        elif line and row.due_on == line.due_on < today and row.state not in FALLEN_AWAY and _differs(row.principal_amount, line.principal):
            message = Sentence(
                "Installment {number} has {told} of principal, the table {planned}.",
                number=str(row.number),
                told=Decimal(row.principal_amount),
                planned=line.principal,
            )
            yield Difference("installment.principal", message)
    if table and not table.is_beginning_sure:
        yield Difference("schedule.beginning", "The first interest of the table fits neither the whole of its period nor the rest of it.")


def _differs(told: Decimal | str | None, planned: Decimal) -> bool:
    return told is not None and Decimal(told) != planned


def _own_differences(row: Any, day: date, allocated: Decimal) -> Iterator[Difference]:
    """What one installment says of itself, and what payments say of it."""
    amount, paid, number = Decimal(row.incl_vat_amount), Decimal(row.paid_amount), str(row.number)
    if Decimal(row.returned_amount):
        yield Difference(
            "installment.returned",
            Sentence(
                "Installment {number} was paid by {amount} that the bank has sent back since.",
                number=number,
                amount=Decimal(row.returned_amount),
            ),
        )
    elif row.state == InstallmentState.PAID and paid != amount:
        yield Difference(
            "installment.paid",
            Sentence("Installment {number} is paid, and {paid} of {amount} were paid of it.", number=number, paid=paid, amount=amount),
        )
    elif row.state not in FALLEN_AWAY and not min(amount, NOTHING) <= paid <= max(amount, NOTHING):
        yield Difference(
            "installment.paid",
            Sentence("Installment {number} is {amount}, and {paid} were paid of it.", number=number, paid=paid, amount=amount),
        )
    elif row.state in FALLEN_AWAY and row.due_on > day and paid:
        yield Difference(
            "installment.paid", Sentence("Installment {number} fell away, and {paid} were paid of it.", number=number, paid=paid)
        )
    elif row.state not in FALLEN_AWAY and allocated > paid:
        yield Difference(
            "installment.allocated",
            Sentence(
                "Payments say that {allocated} were paid of installment {number}, it says {paid}.",
                allocated=allocated,
                number=number,
                paid=paid,
            ),
        )
