"""Checks of tables that somebody else computed."""

import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.checking import COUNTINGS, Agreed, check
from finance.day_counts import DayCount, year_fraction
from finance.payments import Timing
from finance.phases import Annuity, Given
from finance.plans import Closing, Plan
from finance.schedules import Line, schedule
from tests.finance.plans_at_large import annuities, plans

FIRST = date(2026, 1, 31)
AGREED = Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal("4.8"))


def plan(**more):
    terms = {"financed_amount": Decimal(10_000), "rate_percent": Decimal("4.8"), "phases": (Annuity(periods=24),), "first_due_on": FIRST}
    return Plan(**{**terms, **more})


def bent(place, **figures):
    lines = list(schedule(plan()).lines)
    lines[place] = lines[place]._replace(**figures)
    return lines


def rules(lines, agreed=AGREED):
    return [(difference.rule, difference.number) for difference in check(lines, agreed)]


def agreed_of(plan, **more):
    return Agreed(
        financed_amount=plan.financed_amount,
        remaining_amount=plan.residual_amount,
        rate_percent=plan.rate_percent,
        starts_on=plan.starts_on,
        every=plan.every,
        timing=plan.timing,
        conversion=plan.conversion,
        counting=plan.counting,
    )


@pytest.mark.row("CC-5", part="imported tables are checked")
@given(annuities(closing=Closing.LOAN))
def test_our_own_loans_pass(plan):
    assert check(schedule(plan).lines, agreed_of(plan)) == ()


@given(plans())
def test_every_table_of_ours_fits_itself(plan):
    assert check(schedule(plan).lines, Agreed(financed_amount=plan.financed_amount, remaining_amount=plan.residual_amount)) == ()


def test_a_lease_passes_at_the_quoted_rate_or_at_the_one_its_rents_imply():
    for timing in Timing:
        for more in ({"residual_amount": Decimal(500)}, {"option_amount": Decimal(500)}, {}):
            table = schedule(plan(financed_amount=Decimal(500_000), closing=Closing.LEASE, timing=timing, **more))
            agreed = Agreed(
                financed_amount=Decimal(500_000),
                remaining_amount=more.get("residual_amount", Decimal(0)),
                rate_percent=Decimal("4.8"),
                timing=timing,
            )
            assert check(table.lines, agreed) == ()
    far = schedule(plan(phases=(Given(amounts=(Decimal("1707.00"),) * 6),), closing=Closing.LEASE)).lines
    assert check(far, Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal("8.25"))) == ()


@pytest.mark.parametrize(
    ("place", "figures", "broken"),
    [
        (3, {"number": 5}, [("number.sequence", 5)]),
        (3, {"due_on": date(2026, 3, 30)}, [("due_on.order", 4)]),
        (0, {"opening": Decimal("10000.01")}, [("balance.start", 1), ("balance.line", 1)]),
        (3, {"opening": Decimal("8801.75")}, [("balance.chain", 4), ("balance.line", 4)]),
        (3, {"closing": Decimal("8399.14")}, [("balance.line", 4), ("balance.chain", 5)]),
        (3, {"payment": Decimal("437.83")}, [("payment.parts", 4)]),
        (3, {"vat": Decimal("0.01")}, [("payment.parts", 4)]),
        (3, {"fees": Decimal("0.01"), "payment": Decimal("437.83")}, []),
        (3, {"principal": Decimal("402.62")}, [("balance.line", 4), ("payment.parts", 4), ("principal.sum", None)]),
        (3, {"interest": Decimal("35.22"), "payment": Decimal("437.83")}, []),  # a cent is allowed
        (3, {"interest": Decimal("35.23"), "payment": Decimal("437.84")}, [("interest.rate", 4)]),
        (3, {"interest": Decimal("35.19"), "payment": Decimal("437.80")}, [("interest.rate", 4)]),
        (23, {"closing": Decimal("0.01")}, [("balance.line", 24), ("balance.end", 24)]),
        (23, {"interest": Decimal("1.90"), "payment": Decimal("437.96")}, [("interest.rate", 24)]),
        (23, {"interest": Decimal("1.85"), "payment": Decimal("437.91")}, []),  # half a cent of each line before it
    ],
)
def test_each_rule_is_broken_alone(place, figures, broken):
    assert rules(bent(place, **figures)) == broken


def test_a_difference_says_what_was_expected_and_what_was_found():
    (difference,) = check(bent(3, payment=Decimal("437.83")), AGREED)

    assert (difference.expected, difference.found) == (Decimal("437.82"), Decimal("437.83"))


def test_a_table_that_pays_back_another_amount_is_told_from_one_that_ends_elsewhere():
    lines = schedule(plan()).lines

    assert rules(lines, Agreed(financed_amount=Decimal(9_000))) == [("balance.start", 1), ("principal.sum", None)]
    assert rules(lines, Agreed(financed_amount=Decimal(10_000), remaining_amount=Decimal(500))) == [
        ("principal.sum", None),
        ("balance.end", 24),
    ]


def test_without_a_rate_interest_is_not_checked():
    assert rules(bent(3, interest=Decimal("99.00"), payment=Decimal("501.61")), Agreed(financed_amount=Decimal(10_000))) == []


def test_no_table_and_an_endless_one_are_told():
    line = schedule(plan()).lines[0]

    assert rules([]) == [("table.empty", None)]
    assert rules([line] * 2_602) == [("table.too_long", None)]
    assert len(check([line] * 2_601, AGREED)) == 100


@pytest.mark.parametrize("wrong", [None, "437.82", 437.82, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e99"), True])
@pytest.mark.parametrize("field", ["number", "due_on", "opening", "payment", "interest", "drawn", "closing"])
def test_what_cannot_be_read_is_told_and_nothing_is_raised(field, wrong):
    assert [difference.rule for difference in check(bent(3, **{field: wrong}), AGREED)] == ["line.unreadable"]


def test_what_is_no_line_at_all_is_told():
    lines = [None, (), 7, "x" * 11, schedule(plan()).lines[0]._replace(due_on=datetime(2026, 1, 31))]

    assert [difference.number for difference in check(lines, AGREED)] == [1, 2, 3, 4, 5]  # type: ignore[arg-type]  # on purpose


def test_terms_that_make_no_sense_are_told():
    lines = schedule(plan()).lines

    for agreed in (
        Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal(-100)),
        Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal(5), starts_on=date(2027, 1, 1)),
    ):
        assert rules(lines, agreed) == [("terms.unusable", None)]


wild = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.dates(),
    st.decimals(allow_nan=True),
    st.decimals("-100", "100", places=2),
)


@given(st.lists(st.one_of(wild, st.tuples(*[wild] * 11)), max_size=5), plans(extras=False), st.randoms())
@settings(max_examples=50)
def test_nothing_is_ever_raised(lines, plan, rng):
    table = list(schedule(plan).lines)
    for line in lines:
        table.insert(rng.randrange(len(table)), line)
    shuffled = sorted(schedule(plan).lines, key=lambda line: rng.random())

    for wild_table in (lines, table, shuffled, shuffled[:1], [Line(*[line] * 11) for line in lines]):
        assert isinstance(check(wild_table, agreed_of(plan)), tuple)


def test_a_bent_cent_is_found_wherever_it_is():
    """Every amount of every line matters: no cell can be off by two cents unnoticed."""
    rng = random.Random(4)
    for _ in range(200):
        place, field = rng.randrange(24), rng.choice(Line._fields[2:])
        lines = list(schedule(plan()).lines)
        lines[place] = lines[place]._replace(**{field: getattr(lines[place], field) + Decimal("0.02")})
        assert check(lines, AGREED) != (), (place, field)


def test_a_loan_runs_at_its_own_rate_and_only_a_lease_at_an_implied_one():
    table = schedule(plan(rate_percent=Decimal("4.9"))).lines

    assert rules(table, AGREED) == []
    assert {rule for rule, _ in rules(table, replace(AGREED, may_imply_rate=False))} == {"interest.rate"}


def test_one_wrong_line_of_a_lease_at_its_implied_rate_is_told_alone():
    far = list(schedule(plan(phases=(Given(amounts=(Decimal("1707.00"),) * 6),), closing=Closing.LEASE)).lines)
    far[2] = far[2]._replace(interest=far[2].interest + 1, payment=far[2].payment + 1)
    agreed = Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal("7.9"))

    assert rules(far, agreed)[0] == ("interest.rate", 1)  # what it pays implies another rate, which fits no line
    far[2] = far[2]._replace(principal=far[2].principal - 1, payment=far[2].payment - 1, closing=far[2].closing + 1)
    far[3] = far[3]._replace(principal=far[3].principal + 1, opening=far[3].opening + 1, interest=far[3].interest - 1)
    assert rules(far, agreed) == [("interest.rate", 3), ("interest.rate", 4)]


UNKNOWN = replace(AGREED, is_counting_known=False, may_imply_rate=False)


@given(annuities(closing=Closing.LOAN), st.sampled_from(COUNTINGS))
@settings(max_examples=50)
def test_any_usual_way_to_count_fits_where_it_is_not_known(plan, counting):
    counted = replace(plan, counting=counting, first_interval=None, starts_on=None)

    assert check(schedule(counted).lines, replace(agreed_of(counted), counting=None, is_counting_known=False, may_imply_rate=False)) == ()


def test_a_table_that_counts_now_so_and_now_otherwise_does_not_fit():
    whole, by_days = schedule(plan()).lines, schedule(plan(counting=partial(year_fraction, DayCount.ACT_360))).lines
    mixed = [*whole[:12], *(line._replace(interest=line.interest + Decimal("0.50"), payment=line.payment + Decimal("0.50")) for line in whole[12:])]  # fmt: skip

    assert rules(by_days, UNKNOWN) == []
    assert rules(by_days, replace(UNKNOWN, is_counting_known=True)) != []
    assert [number for _, number in rules(mixed, UNKNOWN)] == list(range(13, 25))


def test_the_first_interest_is_open_where_its_period_is():
    bent_first = bent(0, interest=Decimal("47.00"), payment=Decimal("444.82"))
    early, late = date(2025, 12, 10), date(2026, 2, 1)

    assert rules(bent_first, replace(UNKNOWN, starts_on=date(2025, 12, 31))) == [("interest.rate", 1)]
    assert rules(bent_first, replace(UNKNOWN, starts_on=early)) == []
    assert rules(bent_first, replace(AGREED, may_imply_rate=False, starts_on=early)) != []
    assert rules(bent_first, replace(UNKNOWN, starts_on=late)) == [("terms.unusable", None)]
    assert rules(bent_first, replace(UNKNOWN, starts_on=late, is_beginning_known=False)) == []


def test_a_lease_that_goes_on_at_its_implied_rate_passes_without_its_first_period():
    table = schedule(plan(phases=(Given(amounts=(Decimal("1707.00"),) * 6),), closing=Closing.LEASE, starts_on=date(2025, 12, 10))).lines
    agreed = Agreed(financed_amount=Decimal(10_000), rate_percent=Decimal("7.9"), is_beginning_known=False)

    assert rules(table, agreed) == []
    assert rules(table[:1], replace(agreed, remaining_amount=table[0].closing)) == []
    assert rules(table, replace(agreed, may_imply_rate=False)) != []


@given(st.lists(st.one_of(wild, st.tuples(*[wild] * 11)), max_size=3), plans(extras=False), st.randoms(), st.booleans())
@settings(max_examples=50)
def test_nothing_is_ever_raised_however_little_is_known(lines, plan, rng, is_beginning_known):
    table = sorted(schedule(plan).lines, key=lambda line: rng.random())
    agreed = replace(agreed_of(plan), is_counting_known=False, is_beginning_known=is_beginning_known)

    for wild_table in (lines, table, table[:1], table[:2], [line._replace(interest=Decimal("1e16")) for line in table]):
        assert isinstance(check(wild_table, agreed), tuple)
