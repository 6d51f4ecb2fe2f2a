"""What was paid until a day: what came afterwards is taken back, from the claims that it paid."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Installment, InstallmentState
from models.ledger import NOTHING, Claim, Ledger, take_back, total

DAY = date(2026, 3, 2)
AMOUNT = Decimal("100.00")


def claim(number: int, paid: str = "100.00", due_on: date | None = None) -> Claim:
    return Claim(uuid4(), number, due_on or date(2026, number, 1), AMOUNT, Decimal(paid))


def payment(amount: str, *, of: UUID | None = None, is_collected: bool = False, **days: date | None) -> dict[str, Any]:
    bill = {"due_on": None, "issued_on": None, "period_from_on": None, "period_to_on": None} | days
    return {"installment_id": of, "amount": Decimal(amount), "is_collected": is_collected} | bill


def test_what_paid_an_installment_is_taken_back_from_it_alone():
    claims = [claim(1), claim(2)]
    take_back(claims, [payment("60.00", of=claims[0].id)])
    assert [c.paid_amount for c in claims] == [Decimal("40.00"), AMOUNT]
    assert [c.overdue_amount for c in claims] == [Decimal("60.00"), NOTHING]


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        ({"due_on": date(2026, 2, 1)}, [0, 100, 0]),
        ({"period_from_on": date(2026, 1, 1), "period_to_on": date(2026, 2, 28)}, [50, 100, 0]),  # the latest first
        ({"period_from_on": date(2026, 1, 2), "period_to_on": date(2026, 1, 31)}, [0, 0, 0]),  # no claim is due in it
        ({"due_on": date(2026, 2, 1), "issued_on": date(2026, 1, 1)}, [0, 100, 0]),
        ({"due_on": date(2026, 1, 31), "issued_on": date(2026, 1, 1)}, [100, 0, 0]),
        ({"due_on": date(2026, 5, 1)}, [0, 0, 0]),
    ],
)
def test_what_paid_a_bill_is_taken_back_from_the_claims_that_are_due_with_it(days: dict[str, Any], taken: list[int]):
    claims = [claim(1), claim(2), claim(3)]
    take_back(claims, [payment("150.00", **days)])
    assert [int(AMOUNT - c.paid_amount) for c in claims] == taken


def test_what_the_house_collects_by_itself_is_not_overdue_while_it_is_under_way():
    late, collected = claim(1), claim(2)
    take_back([late, collected], [payment("100.00", of=late.id), payment("100.00", of=collected.id, is_collected=True)])
    ledger = Ledger(DAY, (late, collected), NOTHING, False)
    assert ledger.unpaid_amount == Decimal("200.00")
    assert ledger.overdue == [late]


@pytest.mark.parametrize(("state", "in_collection"), [("SCHEDULED", "100.00"), ("DUE", "0.00"), ("OVERDUE", "0.00"), ("DEFERRED", "0.00")])
def test_what_is_due_and_still_scheduled_is_being_collected(state: str, in_collection: str):
    row = Installment(number=1, due_on=DAY, incl_vat_amount=AMOUNT, paid_amount=NOTHING, state=InstallmentState(state))
    assert Claim.of(row, DAY).in_collection_amount == Decimal(in_collection)
    assert Claim.of(row, DAY - timedelta(days=1)).in_collection_amount == NOTHING


def test_a_claim_is_due_on_its_day_and_overdue_the_day_after():
    for day, due, overdue, ahead in ((DAY - timedelta(days=1), 0, 0, 1), (DAY, 1, 0, 0), (DAY + timedelta(days=1), 1, 1, 0)):
        ledger = Ledger(day, (claim(1, "99.99", DAY),), NOTHING, False)
        assert (len(ledger.due), len(ledger.overdue), len(ledger.ahead)) == (due, overdue, ahead)
    assert Ledger(DAY, (claim(1, "100.00", date(2026, 1, 1)),), NOTHING, False).overdue == []


CENTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)


@given(paid=st.lists(CENTS, min_size=1, max_size=5), later=st.lists(st.tuples(CENTS, st.integers(0, 5), st.booleans()), max_size=8))
def test_never_is_more_taken_back_than_was_paid_nor_more_than_came_afterwards(paid: list[Decimal], later: list[tuple[Decimal, int, bool]]):
    claims = [Claim(uuid4(), n, date(2026, n, 1), AMOUNT, amount) for n, amount in enumerate(paid, 1)]
    before = total(c.paid_amount for c in claims)
    take_back(claims, [payment(str(amount), due_on=date(2026, n + 1, 1), is_collected=collected) for amount, n, collected in later])
    taken = before - total(c.paid_amount for c in claims)
    assert NOTHING <= taken <= total(amount for amount, _, _ in later)
    assert all(c.paid_amount >= 0 and c.in_collection_amount >= 0 for c in claims)
    assert all(c.in_collection_amount <= paid[c.number - 1] - c.paid_amount for c in claims)
