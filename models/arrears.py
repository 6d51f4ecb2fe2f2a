"""What should have been paid and was not: reckoned from the installments, whatever the finance house last said of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from models.money import Money


@dataclass(frozen=True)
class Arrears:
    """What is overdue under one contract. A contract that owes nothing has none.

    `incidents` counts the direct debits that the bank has sent back.
    """

    typename: ClassVar[str] = "Arrears"

    account_id: UUID
    contract_id: UUID
    amount: Money
    since_on: date
    unpaid_count: int
    incidents: int

    @classmethod
    def of(cls, tally: Mapping[str, Any], returned: Mapping[UUID, int]) -> "Arrears":
        """From the tally of a contract's overdue installments, and how many direct debits came back, by contract."""
        contract_id = tally["contract_id"]
        owed = Money(tally["outstanding_amount"], tally["currency"])
        return cls(tally["account_id"], contract_id, owed, tally["due_on"], tally["count"], returned.get(contract_id, 0))
