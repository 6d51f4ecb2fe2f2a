"""The days to know of in the life of a contract, and how far off they are where its portal is."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from models.days import months_before, over_at
from models.words import Described


class DeadlineKind(Described):
    """What a day in the life of a contract is about."""

    WITHDRAWAL_ENDS = "WITHDRAWAL_ENDS", "The last day to withdraw from the contract."
    PURCHASE_OPTION_OPENS = "PURCHASE_OPTION_OPENS", "The first day to buy the asset."
    PURCHASE_OPTION_ENDS = "PURCHASE_OPTION_ENDS", "The last day to buy the asset."
    NOTICE_BY = "NOTICE_BY", "The last day to give notice for the contract's end."
    ENDS = "ENDS", "The last day of the contract."


class Deadline(NamedTuple):
    """A day on which something ends or opens. `ends_at` is when that day is over where the portal is."""

    kind: DeadlineKind
    due_on: date
    ends_at: datetime
    days_left: int

    @property
    def typename(self) -> str:
        """The GraphQL type of this value."""
        return "Deadline"


def deadlines_of(contract: Any, zone: ZoneInfo, now: datetime) -> list[Deadline]:
    """The deadlines of a contract, light row or model, in their order."""
    today = now.astimezone(zone).date()
    return [Deadline(kind, day, over_at(day, zone), (day - today).days) for kind, day in days_to_know(contract)]


def days_to_know(contract: Any) -> list[tuple[DeadlineKind, date]]:
    """What ends or opens on which day, in their order; of what the contract has no day for, nothing."""
    has_notice = contract.ends_on is not None and contract.notice_months is not None
    days = {
        DeadlineKind.WITHDRAWAL_ENDS: contract.withdrawal_until_on,
        DeadlineKind.PURCHASE_OPTION_OPENS: contract.purchase_option_from_on,
        DeadlineKind.PURCHASE_OPTION_ENDS: contract.purchase_option_to_on,
        DeadlineKind.NOTICE_BY: months_before(contract.ends_on, contract.notice_months) if has_notice else None,
        DeadlineKind.ENDS: contract.ends_on,
    }
    return sorted(((kind, day) for kind, day in days.items() if day), key=lambda found: found[1])
