"""What a payment pays: in which order the parts of a claim, and in which order several claims."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from finance.money import NOTHING, ZERO, Exact, calculation
from finance.refusals import Unanswerable

MOST_CLAIMS = 10_000


class Part(StrEnum):
    """What a claim is made of."""

    COSTS = "COSTS"  # of collection
    FEES = "FEES"  # of the contract
    LATE_INTEREST = "LATE_INTEREST"
    INTEREST = "INTEREST"
    PRINCIPAL = "PRINCIPAL"


COSTS_FIRST = (Part.COSTS, Part.FEES, Part.LATE_INTEREST, Part.INTEREST, Part.PRINCIPAL)
PRINCIPAL_FIRST = (Part.PRINCIPAL, Part.INTEREST, Part.LATE_INTEREST, Part.FEES, Part.COSTS)


class Turn(StrEnum):
    """Which claim comes first. Claims that are equal in this keep the order in which they are given."""

    OLDEST_FIRST = "OLDEST_FIRST"
    SMALLEST_FIRST = "SMALLEST_FIRST"
    AS_GIVEN = "AS_GIVEN"


class Across(StrEnum):
    """Whether one claim is paid whole before the next, or one part of all claims before the next part."""

    CLAIM_BY_CLAIM = "CLAIM_BY_CLAIM"
    PART_BY_PART = "PART_BY_PART"


@dataclass(frozen=True, slots=True)
class Claim(Exact):
    """What is owed under one name, part by part."""

    key: str
    due_on: date
    parts: Mapping[Part, Decimal]

    @calculation
    def outstanding(self) -> Decimal:
        """All parts together."""
        return sum(self.parts.values(), NOTHING)


@dataclass(frozen=True, slots=True)
class Allotment(Exact):
    """So much of a payment, for one part of one claim."""

    key: str
    part: Part
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Allocation(Exact):
    """Where a payment went, in the order in which it was used up, and what is left of it when all claims are paid."""

    allotments: tuple[Allotment, ...]
    left_amount: Decimal

    @calculation
    def of(self, key: str) -> Decimal:
        """What went to this claim."""
        return sum((allotment.amount for allotment in self.allotments if allotment.key == key), NOTHING)


@calculation
def allocate(
    amount: Decimal,
    claims: Sequence[Claim],
    *,
    order: Sequence[Part] = COSTS_FIRST,
    turn: Turn = Turn.OLDEST_FIRST,
    across: Across = Across.CLAIM_BY_CLAIM,
) -> Allocation:
    """Use a payment up. Nothing is rounded: what goes out is what came in."""
    _check(amount, claims, order)
    left, allotments = amount, []
    for claim, part in _steps(_in_turn(claims, turn), order, across):
        taken = min(left, claim.parts.get(part, ZERO))
        if taken:
            allotments.append(Allotment(claim.key, part, taken))
            left -= taken
    return Allocation(tuple(allotments), left)


@calculation
def after(claim: Claim, allocation: Allocation) -> Claim:
    """What is left of a claim."""
    paid = {allotment.part: allotment.amount for allotment in allocation.allotments if allotment.key == claim.key}
    return Claim(claim.key, claim.due_on, {part: amount - paid.get(part, NOTHING) for part, amount in claim.parts.items()})


def _in_turn(claims: Sequence[Claim], turn: Turn) -> list[Claim]:
    if turn is Turn.OLDEST_FIRST:
        return sorted(claims, key=lambda claim: claim.due_on)
    return sorted(claims, key=Claim.outstanding) if turn is Turn.SMALLEST_FIRST else list(claims)


def _steps(claims: list[Claim], order: Sequence[Part], across: Across) -> Iterator[tuple[Claim, Part]]:
    if across is Across.CLAIM_BY_CLAIM:
        return ((claim, part) for claim in claims for part in order)
    return ((claim, part) for part in order for claim in claims)


def _check(amount: Decimal, claims: Sequence[Claim], order: Sequence[Part]) -> None:
    if amount < 0:
        raise Unanswerable("allocation.amount", f"{amount} is no payment")
    if len(claims) > MOST_CLAIMS or len({claim.key for claim in claims}) != len(claims):
        raise Unanswerable("allocation.claims", f"at most {MOST_CLAIMS} claims are paid at once, each under its own name")
    if any(part_amount < 0 for claim in claims for part_amount in claim.parts.values()):
        raise Unanswerable("allocation.claims", "a part of a claim is less than nothing")
    if len(set(order)) != len(order) or any(part not in order for claim in claims for part in claim.parts):
        raise Unanswerable("allocation.order", "the order names each part of the claims once")
