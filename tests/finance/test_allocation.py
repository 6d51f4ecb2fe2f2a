"""Where a payment goes: nothing is lost, nothing is paid twice, and the order holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.allocation import COSTS_FIRST, PRINCIPAL_FIRST, Across, Allotment, Claim, Part, Turn, after, allocate
from finance.collection_fees import CollectionScale, Stage
from finance.figures import Audience
from finance.late_interest import late_interest, statutory_rates
from finance.refusals import Unanswerable
from models.legal_figures import legal_figures

OLD = Claim("old", date(2026, 1, 1), {Part.PRINCIPAL: Decimal("500.00"), Part.INTEREST: Decimal("20.00"), Part.COSTS: Decimal("35.00")})
NEW = Claim("new", date(2026, 6, 1), {Part.PRINCIPAL: Decimal("100.00"), Part.LATE_INTEREST: Decimal("5.00")})
amounts = st.decimals(min_value=0, max_value=Decimal("1e6"), places=2)
orders = st.permutations(list(Part))


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    parts = st.dictionaries(st.sampled_from(list(Part)), amounts, min_size=1)
    count = draw(st.integers(0, 6))
    return [Claim(str(n), draw(st.dates(date(2020, 1, 1), date(2030, 1, 1))), draw(parts)) for n in range(count)]


def where(amount: str, **choices) -> list[str]:
    found = allocate(Decimal(amount), [NEW, OLD], **choices)
    return [f"{allotment.key} {allotment.part} {allotment.amount}" for allotment in found.allotments]


def test_costs_come_first_and_principal_last_in_the_oldest_claim():
    assert where("100.00") == ["old COSTS 35.00", "old INTEREST 20.00", "old PRINCIPAL 45.00"]


def test_a_policy_may_pay_principal_first():
    assert where("100.00", order=PRINCIPAL_FIRST) == ["old PRINCIPAL 100.00"]


def test_a_policy_may_pay_the_smallest_claim_first():
    assert where("110.00", turn=Turn.SMALLEST_FIRST) == ["new LATE_INTEREST 5.00", "new PRINCIPAL 100.00", "old COSTS 5.00"]


def test_a_policy_may_keep_the_order_that_it_is_given():
    assert where("5.00", turn=Turn.AS_GIVEN) == ["new LATE_INTEREST 5.00"]


def test_a_policy_may_pay_one_part_of_all_claims_before_the_next():
    assert where("70.00", across=Across.PART_BY_PART) == [
        "old COSTS 35.00",
        "new LATE_INTEREST 5.00",
        "old INTEREST 20.00",
        "old PRINCIPAL 10.00",
    ]


def test_what_is_too_much_is_left():
    found = allocate(Decimal("1000.00"), [OLD, NEW])
    assert found.left_amount == Decimal("340.00")
    assert (found.of("old"), found.of("new")) == (OLD.outstanding(), NEW.outstanding())


def test_nothing_pays_nothing():
    assert allocate(Decimal(0), [OLD]).allotments == ()
    assert allocate(Decimal("10.00"), []).left_amount == Decimal("10.00")


def test_the_parts_of_a_claim_add_up_to_what_is_outstanding_today():
    """1,000 kroner due on 2 January 2023: interest to 12 January by the rate of the law, a light fee, and a payment of 200."""
    due_on, today = date(2023, 1, 2), date(2023, 1, 12)
    rates = statutory_rates(legal_figures(), "NO", Audience.CONSUMER, due_on=due_on, paid_on=today)
    interest = late_interest(Decimal("1000.00"), due_on=due_on, paid_on=today, rates=rates).amount
    scale = CollectionScale.of(legal_figures().on("NO", Audience.CONSUMER, "collection_scale", due_on))
    fee = scale.fee(Decimal("1000.00"), Stage.LIGHT).total_amount
    claim = Claim("case", due_on, {Part.PRINCIPAL: Decimal("1000.00"), Part.LATE_INTEREST: interest, Part.COSTS: fee})

    left = after(claim, allocate(Decimal("200.00"), [claim]))

    assert (interest, fee, claim.outstanding()) == (Decimal("2.95"), Decimal("245.00"), Decimal("1247.95"))
    assert left.parts == {Part.PRINCIPAL: Decimal("1000.00"), Part.LATE_INTEREST: Decimal("2.95"), Part.COSTS: Decimal("45.00")}
    assert left.outstanding() == sum(left.parts.values()) == Decimal("1047.95")


@given(amounts, claims(), orders, st.sampled_from(Turn), st.sampled_from(Across))
def test_what_comes_in_goes_out_to_the_cent(amount, owed, order, turn, across):
    found = allocate(amount, owed, order=order, turn=turn, across=across)

    assert sum(allotment.amount for allotment in found.allotments) + found.left_amount == amount
    assert all(allotment.amount > 0 for allotment in found.allotments) and found.left_amount >= 0
    left = [after(claim, found) for claim in owed]
    assert sum(claim.outstanding() for claim in owed) - sum(claim.outstanding() for claim in left) == amount - found.left_amount
    assert all(part >= 0 for claim in left for part in claim.parts.values())
    assert found.left_amount == 0 or all(claim.outstanding() == 0 for claim in left)


@given(amounts, amounts, claims(), orders, st.sampled_from(Across))
def test_two_payments_pay_what_one_of_their_sum_would(first, second, owed, order, across):
    """Not so when the smallest claim comes first: the first payment may make another claim the smallest."""
    at_once = allocate(first + second, owed, order=order, across=across)
    one = allocate(first, owed, order=order, across=across)
    other = allocate(second + one.left_amount, [after(claim, one) for claim in owed], order=order, across=across)

    assert {claim.key: at_once.of(claim.key) for claim in owed} == {claim.key: one.of(claim.key) + other.of(claim.key) for claim in owed}


@given(amounts, claims(), orders)
def test_no_part_is_paid_before_those_that_come_first_in_its_claim(amount, owed, order):
    found = allocate(amount, owed, order=order)
    for claim in (after(claim, found) for claim in owed):
        left = [claim.parts[part] for part in order if part in claim.parts]
        untouched = [
            claim.parts[part] == before
            for part in order
            if (before := next(c for c in owed if c.key == claim.key).parts.get(part)) is not None
        ]
        for place, amount_left in enumerate(left):
            assert amount_left == 0 or all(untouched[place + 1 :])


@pytest.mark.parametrize(
    ("amount", "owed", "order", "rule"),
    [
        (Decimal("-0.01"), [OLD], COSTS_FIRST, "allocation.amount"),
        (Decimal(1), [OLD, OLD], COSTS_FIRST, "allocation.claims"),
        (Decimal(1), [Claim("x", date(2026, 1, 1), {Part.COSTS: Decimal(-1)})], COSTS_FIRST, "allocation.claims"),
        (Decimal(1), [OLD], (Part.COSTS, Part.INTEREST), "allocation.order"),
        (Decimal(1), [OLD], (*COSTS_FIRST, Part.COSTS), "allocation.order"),
    ],
)
def test_what_cannot_be_allocated_is_refused_by_name(amount, owed, order, rule):
    with pytest.raises(Unanswerable) as refusal:
        allocate(amount, owed, order=order)
    assert refusal.value.rule == rule


def test_a_float_is_no_payment_and_no_part():
    with pytest.raises(TypeError):
        allocate(1.0, [OLD])  # type: ignore[arg-type]  # the very mistake
    with pytest.raises(TypeError):
        Claim("x", date(2026, 1, 1), {Part.COSTS: 1.0})  # type: ignore[dict-item]  # the very mistake
    with pytest.raises(TypeError):
        Allotment("x", Part.COSTS, 1.0)  # type: ignore[arg-type]  # the very mistake
