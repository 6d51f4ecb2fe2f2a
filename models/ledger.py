"""The position of a contract on a day that is over, or today, from what the finance house handed over.

The house says of every claim what has been paid of it until now. For an earlier day what was paid afterwards is taken back: payments are
known with the day they arrived, and with what they paid.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise import Tortoise

from models.claims import NOTHING, Claim, claims_of, total
from models.contracts import Contract
from models.installments import Installment
from models.positions import Position, differences
from models.schedules import AmortizationLine, AmortizationSchedule
from models.tables import Table, in_force, lines_of

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
# What payments of the contract that had arrived by the day say of each installment.
ALLOCATED = """select a.installment_id, sum(a.amount) as allocated from payment p
    join payment_allocation a on a.tenant_id = p.tenant_id and a.payment_id = p.id
  where p.tenant_id = $1 and p.account_id = $2 and p.contract_id = $4 and p.direction = 'INCOMING' and p.state = 'SETTLED'
    and p.value_on <= $3 and a.installment_id is not null group by 1"""
MOVED = """select coalesce(sum(amount), 0.00) as moved from operation
  where tenant_id = $1 and account_id = $2 and booked_on > $3 and contract_id = $4"""


async def position_on(contract: Contract, day: date, today: date) -> Position:
    """How the contract stood at the end of a day, today at the latest."""
    rows = await Installment.filter(tenant_id=contract.tenant_id, contract_id=contract.id).order_by("due_on", "number")
    claims, table = claims_of(rows, day), await table_on(contract, day, rows)
    take_back(claims, await _asked(LATER, contract, day))
    [unused] = await _asked(UNUSED, contract, day)
    allocated: dict[UUID, Decimal] = {row["installment_id"]: row["allocated"] for row in await _asked(ALLOCATED, contract, day)}
    ahead = [claim for claim in claims if claim.due_on > day]
    # On a day that is over only payments tell what had been paid ahead: the claims tell what was paid of them since, too.
    prepaid = total(claim.paid_amount if day == today else min(allocated.get(claim.id, NOTHING), claim.paid_amount) for claim in ahead)
    found = tuple(differences(rows, table, day=day, today=today, allocated=allocated))
    return Position(contract, day, today, table, claims, unused["unused"], prepaid, found)


async def table_on(contract: Contract, day: date, rows: Sequence[Installment]) -> Table | None:
    """The table that held on a day; None where there was none, or it has no lines."""
    held = in_force(await AmortizationSchedule.filter(tenant_id=contract.tenant_id, contract_id=contract.id), day)
    if held is None:
        return None
    own = {"tenant_id": contract.tenant_id, "account_id": contract.account_id, "schedule_id": held.id}
    lines = lines_of(await AmortizationLine.filter(**own).order_by("number"))
    return Table.of(held, lines, contract, (claim.due_on for claim in claims_of(rows, day))) if lines else None


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
