"""What was paid until a day: what came afterwards is taken back, from the claims that it paid."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.claims import NOTHING, Claim, total
from models.ledger import take_back
from models.positions import Position, differences

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


def position(*claims: Claim, day: date = DAY) -> Position:
    return Position(None, day, day, None, claims)


def test_what_the_house_collects_by_itself_is_not_overdue_while_it_is_under_way():
    late, collected = claim(1), claim(2)
    take_back([late, collected], [payment("100.00", of=late.id), payment("100.00", of=collected.id, is_collected=True)])
    found = position(late, collected)
    assert found.unpaid_amount == Decimal("200.00")
    assert found.overdue == [late]


@pytest.mark.parametrize(
    ("state", "not_late"),
    [("SCHEDULED", "100.00"), ("DUE", "0.00"), ("OVERDUE", "0.00"), ("PARTIALLY_PAID", "0.00"), ("DEFERRED", "100.00")],
)
def test_what_is_being_collected_or_was_put_off_is_owed_and_nobody_is_late_with_it(state: str, not_late: str):
    row = installment(state=state)
    assert (Claim.of(row, DAY).outstanding_amount, Claim.of(row, DAY).not_late_amount) == (AMOUNT, Decimal(not_late))


def installment(**more: Any) -> Any:
    plain = {"id": uuid4(), "number": 1, "due_on": DAY, "incl_vat_amount": AMOUNT, "excl_vat_amount": AMOUNT, "principal_amount": None}
    money = {"paid_amount": NOTHING, "returned_amount": NOTHING, "outstanding_amount": AMOUNT}
    return SimpleNamespace(**plain | money | {"state": "DUE"} | more | {"standing": more.get("standing", more.get("state", "DUE"))})


def test_a_claim_is_due_on_its_day_and_overdue_the_day_after():
    for day, due, overdue, ahead in ((DAY - timedelta(days=1), 0, 0, 1), (DAY, 1, 0, 0), (DAY + timedelta(days=1), 1, 1, 0)):
        found = position(claim(1, "99.99", DAY), day=day)
        assert (len(found.due), len(found.overdue), len(found.ahead)) == (due, overdue, ahead)
    assert position(claim(1, "100.00", date(2026, 1, 1))).overdue == []


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({}, None),
        ({"state": "PAID", "paid_amount": AMOUNT, "outstanding_amount": NOTHING}, None),
        ({"state": "PAID", "outstanding_amount": NOTHING}, "installment.paid"),
        ({"paid_amount": Decimal("100.01")}, "installment.paid"),
        ({"paid_amount": Decimal("-0.01")}, "installment.paid"),
        ({"state": "CANCELLED", "paid_amount": AMOUNT, "due_on": DAY + timedelta(days=1)}, "installment.paid"),
        ({"state": "WAIVED"}, None),
        ({"state": "PAID", "paid_amount": AMOUNT, "returned_amount": AMOUNT}, "installment.returned"),
    ],
)
def test_an_installment_that_contradicts_itself_is_told(more: Any, rule: str | None):
    found = differences([installment(**more)], None, day=DAY, today=DAY, allocated={})
    assert [difference.rule for difference in found] == ([rule] if rule else [])


def test_more_money_used_for_an_installment_than_it_says_was_paid_is_told():
    row = installment()
    [difference] = differences([row], None, day=DAY, today=DAY, allocated={row.id: Decimal("10.00")})
    assert difference.rule == "installment.allocated"


CENTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)


@given(paid=st.lists(CENTS, min_size=1, max_size=5), later=st.lists(st.tuples(CENTS, st.integers(0, 5), st.booleans()), max_size=8))
def test_never_is_more_taken_back_than_was_paid_nor_more_than_came_afterwards(paid: list[Decimal], later: list[tuple[Decimal, int, bool]]):
    claims = [Claim(uuid4(), n, date(2026, n, 1), AMOUNT, amount) for n, amount in enumerate(paid, 1)]
    before = total(c.paid_amount for c in claims)
    take_back(claims, [payment(str(amount), due_on=date(2026, n + 1, 1), is_collected=collected) for amount, n, collected in later])
    taken = before - total(c.paid_amount for c in claims)
    assert NOTHING <= taken <= total(amount for amount, _, _ in later)
    assert all(c.paid_amount >= 0 and c.not_late_amount >= 0 for c in claims)
    assert all(c.not_late_amount <= paid[c.number - 1] - c.paid_amount for c in claims)
