"""What was claimed and paid under a contract until a day, from what the finance house handed over.

The house says of every claim what has been paid of it until now. For an earlier day what was paid afterwards is taken back: payments are
known with the day they arrived, and with what they paid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise import Tortoise

from models.contracts import Contract
from models.installments import Installment, InstallmentState

NOTHING = Decimal("0.00")
NOT_CLAIMED = frozenset({InstallmentState.CANCELLED, InstallmentState.WAIVED})

# What arrived after the day and paid a claim of this contract: directly, or through a bill that says when or for which days it is due.
LATER = """select a.installment_id, a.amount, i.due_on, i.issued_on, i.period_from_on, i.period_to_on,
    p.method in ('DIRECT_DEBIT', 'AVTALEGIRO') as is_collected
  from payment p join payment_allocation a on a.tenant_id = p.tenant_id and a.payment_id = p.id
  left join invoice i on i.tenant_id = a.tenant_id and i.id = a.invoice_id and i.contract_id = $4
  where p.tenant_id = $1 and p.account_id = $2 and p.direction = 'INCOMING' and p.state = 'SETTLED' and p.value_on > $3
    and (i.id is not null or a.installment_id in (select n.id from installment n where n.tenant_id = $1 and n.contract_id = $4))
  order by p.value_on desc, p.id desc, a.number"""
# What arrived until the day, was partly used, and not wholly. Of a payment of which nothing was used we do not know whether the house
# hands over what it used it for at all.
UNUSED = """select coalesce(sum(p.amount - a.used), 0.00) as unused from payment p cross join lateral (
    select sum(x.amount) as used from payment_allocation x where x.tenant_id = p.tenant_id and x.payment_id = p.id) a
  where p.tenant_id = $1 and p.account_id = $2 and p.contract_id = $4 and p.direction = 'INCOMING' and p.state = 'SETTLED'
    and p.value_on <= $3 and p.amount > a.used"""
MOVED = """select coalesce(sum(amount), 0.00) as moved from operation
  where tenant_id = $1 and account_id = $2 and booked_on > $3 and contract_id = $4"""


@dataclass
class Claim:
    """One installment, as it stood on the day.

    `in_collection_amount` is what the house was collecting by itself: it was not paid yet, and nobody was late with it.
    """

    id: UUID
    number: int
    due_on: date
    amount: Decimal
    paid_amount: Decimal
    in_collection_amount: Decimal = NOTHING

    @classmethod
    def of(cls, row: Installment, day: date) -> "Claim":
        """As it is by now. What is due and still called scheduled is being collected: see `models/arrears.py`."""
        is_collected = row.state == InstallmentState.SCHEDULED and row.due_on <= day
        outstanding = row.incl_vat_amount - row.paid_amount
        return cls(row.id, row.number, row.due_on, row.incl_vat_amount, row.paid_amount, outstanding if is_collected else NOTHING)

    @property
    def outstanding_amount(self) -> Decimal:
        return self.amount - self.paid_amount

    @property
    def overdue_amount(self) -> Decimal:
        """What somebody was late with, once its day had passed."""
        return self.outstanding_amount - self.in_collection_amount

    def take_back(self, amount: Decimal, *, is_collected: bool) -> Decimal:
        """Less was paid of it by so much, or by all that was. Gives how much that is."""
        taken = min(amount, max(self.paid_amount, NOTHING))
        self.paid_amount -= taken
        self.in_collection_amount += taken if is_collected else NOTHING
        return taken


@dataclass(frozen=True)
class Ledger:
    """A contract's claims on a day, the oldest first. `is_broken_off` where some to come have been cancelled since."""

    day: date
    claims: tuple[Claim, ...]
    unused_amount: Decimal
    is_broken_off: bool

    @property
    def due(self) -> list[Claim]:
        """Those that were to be paid until the end of the day."""
        return [claim for claim in self.claims if claim.due_on <= self.day]

    @property
    def overdue(self) -> list[Claim]:
        """Those that should have been paid before the day, and were not."""
        return [claim for claim in self.claims if claim.due_on < self.day and claim.overdue_amount > 0]

    @property
    def ahead(self) -> list[Claim]:
        """Those that were still to come."""
        return [claim for claim in self.claims if claim.due_on > self.day]

    @property
    def unpaid_amount(self) -> Decimal:
        """What was due until the end of the day and had not been paid."""
        return total(claim.outstanding_amount for claim in self.due)


async def ledger_on(contract: Contract, day: date) -> Ledger:
    """How the contract stood, in three statements."""
    rows = await Installment.filter(tenant_id=contract.tenant_id, contract_id=contract.id).order_by("due_on", "number")
    claims = [Claim.of(row, day) for row in rows if row.state not in NOT_CLAIMED]
    take_back([claim for claim in claims if claim.due_on <= day], await _asked(LATER, contract, day))
    [unused] = await _asked(UNUSED, contract, day)
    is_broken_off = any(row.state == InstallmentState.CANCELLED and row.due_on > day for row in rows)
    return Ledger(day, tuple(claims), unused["unused"], is_broken_off)


async def moved_after(contract: Contract, day: date) -> Decimal:
    """By how much a credit line's balance has risen since the end of a day."""
    [moved] = await _asked(MOVED, contract, day)
    return Decimal(moved["moved"])


async def _asked(sql: str, contract: Contract, day: date) -> list[dict[str, Any]]:
    values = [contract.tenant_id, contract.account_id, day, contract.id]
    return list(await Tortoise.get_connection("default").execute_query_dict(sql, values))


def take_back(claims: Sequence[Claim], later: Iterable[dict[str, Any]]) -> None:
    """Undo what was paid afterwards, of the claims that it paid the latest first."""
    for paid in later:
        left = paid["amount"]
        for claim in reversed(_paid_by(claims, paid)):
            left -= claim.take_back(left, is_collected=paid["is_collected"])


def _paid_by(claims: Sequence[Claim], paid: dict[str, Any]) -> list[Claim]:
    """The claim that is named; of a bill those that are due with it or in its period, else on the day it was issued."""
    if paid["installment_id"] is not None:
        return [claim for claim in claims if claim.id == paid["installment_id"]]
    first, last = paid["period_from_on"], paid["period_to_on"]
    together = [c for c in claims if c.due_on == paid["due_on"] or (first and last and first <= c.due_on <= last)]
    return together or [claim for claim in claims if claim.due_on == paid["issued_on"]]


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with its cents."""
    return sum(amounts, NOTHING)
