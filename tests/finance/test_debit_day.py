"""Another day of the month to pay on: whether it may be, which days that makes, and what it costs."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import MONTHLY, QUARTERLY, WEEKLY
from finance.debit_day import DebitDayEffect, DebitDayLimit, DebitDayPolicy, Move, debit_day_change, limits_met
from finance.phases import Annuity
from finance.refusals import Unanswerable
from tests.finance.contracts import loans, table

POLICY = DebitDayPolicy(allowed_days=(5, 10, 15, 20, 25), least_days_before=10)
LOAN = table("30000.00", "6.00", Annuity(periods=60))  # due on the 15th, from February 2026 on
TODAY = date(2026, 11, 25)
LATER, SAME_MONTH = Move.LATER, Move.SAME_MONTH
NONE, ONCE, LONGER = DebitDayEffect.NONE, DebitDayEffect.CHARGED_ONCE, DebitDayEffect.LONGER_FIRST_PERIOD


def limits(**changed) -> tuple[DebitDayLimit, ...]:
    wanted = {
        "day": 20,
        "due_on": [date(2026, 12, 15), date(2027, 1, 15)],
        "today": TODAY,
        "arrears_amount": Decimal("0.00"),
    }
    return limits_met(POLICY, **{**wanted, **changed})


def moved(day: int, **choices):
    return debit_day_change(LOAN, day, TODAY, rate_percent=Decimal("6.00"), **choices)


def test_each_limit_has_its_own_code():
    assert limits() == ()
    assert limits(day=21) == (DebitDayLimit.DAY,)
    assert limits(due_on=[date(2026, 12, 20), date(2027, 1, 20)]) == (DebitDayLimit.SAME,)
    assert limits(due_on=[TODAY + timedelta(days=9)]) == (DebitDayLimit.NEXT_DEBIT,)
    assert limits(arrears_amount=Decimal("0.01")) == (DebitDayLimit.OVERDUE,)
    assert limits(day=31, due_on=[date(2026, 11, 30)], arrears_amount=Decimal(1)) == tuple(DebitDayLimit)


def test_ten_days_before_the_next_debit_are_enough():
    assert limits(due_on=[TODAY + timedelta(days=10)]) == ()


@pytest.mark.parametrize("today", [date(2027, 1, 31), date(2026, 11, 25), date(2028, 2, 1)])
@pytest.mark.parametrize("anchor", [28, 29, 30, 31])
@pytest.mark.parametrize("day", [27, 28, 29, 30, 31])
def test_at_month_ends_a_day_is_unchanged_only_if_no_installment_moves_and_none_moves_to_an_earlier_day(anchor: int, day: int, today: date):
    lines = [line._replace(due_on=due) for line, due in zip(LOAN, MONTHLY.due_dates(date(2026, 1, anchor), 60), strict=True)]
    ahead = [line for line in lines if line.due_on > today]

    change = debit_day_change(lines, day, today, rate_percent=Decimal(6))

    is_unchanged = DebitDayLimit.SAME in limits(day=day, due_on=[line.due_on for line in ahead])
    assert is_unchanged == (day == anchor) == ([line.due_on for line in change.lines] == [line.due_on for line in ahead])
    assert all(new.due_on >= old.due_on for new, old in zip(change.lines, ahead, strict=True))


def test_by_default_the_days_move_and_nothing_is_charged():
    change = moved(20)

    assert (change.effect, change.moved_days, change.interest_amount) == (NONE, 5, Decimal("0.00"))
    assert [str(line.due_on) for line in change.lines[:3]] == ["2026-12-20", "2027-01-20", "2027-02-20"]
    assert [line._replace(due_on=TODAY) for line in change.lines] == [line._replace(due_on=TODAY) for line in LOAN[10:]]


def test_a_day_that_is_over_in_its_month_comes_in_the_next_unless_the_policy_says_otherwise():
    assert (moved(10).next_due_on, moved(10).moved_days) == (date(2027, 1, 10), 26)
    assert (moved(10, move=SAME_MONTH).next_due_on, moved(10, move=SAME_MONTH).moved_days) == (date(2026, 12, 10), -5)


def test_the_present_day_moves_nothing():
    assert (moved(15).moved_days, moved(15).lines) == (0, LOAN[10:])


def test_the_31st_is_the_last_of_every_month():
    assert [str(line.due_on) for line in moved(31).lines[:3]] == ["2026-12-31", "2027-01-31", "2027-02-28"]


def test_the_interest_of_the_moved_days_may_be_charged_once():
    """What is owed is 25,602.16: five days of 6 % are 21.04, ten days less are paid back."""
    change, back = moved(20, effect=ONCE), moved(5, effect=ONCE, move=SAME_MONTH)

    assert LOAN[10].opening == Decimal("25602.16")
    assert (change.interest_amount, back.interest_amount) == (Decimal("21.04"), Decimal("-42.09"))
    assert change.lines[0].payment == LOAN[10].payment + Decimal("21.04")
    assert change.lines[0].closing == LOAN[10].closing and change.lines[1:] == moved(20).lines[1:]


def test_or_the_first_period_is_longer_and_the_last_installment_takes_it():
    change = moved(20, effect=LONGER)

    assert change.lines[0].interest == LOAN[10].interest + Decimal("21.04")
    assert [line.payment for line in change.lines[:-1]] == [line.payment for line in LOAN[10:-1]]
    assert change.lines[-1].payment > LOAN[-1].payment and change.lines[-1].closing == 0
    assert change.interest_amount == 0


@given(loans(), st.integers(1, 31), st.integers(0, 2_400), st.sampled_from(DebitDayEffect), st.sampled_from(Move))
def test_a_moved_table_chains_and_pays_the_same_principal(loan, day, later, effect, move):
    lines, credit = loan
    today = credit.starts_on + timedelta(days=later)
    try:
        change = debit_day_change(lines, day, today, rate_percent=credit.rate_percent, effect=effect, move=move)
    except Unanswerable as refusal:
        assert refusal.rule in ("debit_day.nothing", "debit_day.past")
        return
    left = [line for line in lines if line.due_on > today]

    assert sum(line.principal for line in change.lines) == left[0].opening
    assert change.lines[0].opening == left[0].opening and change.lines[-1].closing == 0
    assert all(before.closing == after.opening for before, after in pairwise(change.lines))
    assert all(before.due_on < after.due_on for before, after in pairwise(change.lines))
    assert change.next_due_on > today and (move is SAME_MONTH or change.moved_days >= 0)
    assert (change.interest_amount > 0) <= (change.moved_days > 0) and (change.interest_amount < 0) <= (change.moved_days < 0)
    paid_more = sum(line.payment for line in change.lines) - sum(line.payment for line in left)
    assert paid_more == change.interest_amount or effect is LONGER
    assert effect is not NONE or paid_more == 0


def test_charges_stay_with_their_lines_in_a_longer_first_period():
    charged = tuple(line._replace(insurance=Decimal("7.50"), payment=line.payment + Decimal("7.50")) for line in LOAN)
    plain, change = moved(20, effect=LONGER), debit_day_change(charged, 20, TODAY, rate_percent=Decimal("6.00"), effect=LONGER)

    assert [line.payment for line in change.lines] == [line.payment + Decimal("7.50") for line in plain.lines]


def test_what_cannot_be_moved_is_refused_by_name():
    drawing = [*LOAN[:30], LOAN[30]._replace(drawn=Decimal("1.00")), *LOAN[31:]]
    for ask, rule in (
        (lambda: moved(0), "debit_day.nothing"),
        (lambda: moved(32), "debit_day.nothing"),
        (lambda: moved(5, every=WEEKLY), "debit_day.nothing"),
        (lambda: debit_day_change(LOAN, 5, LOAN[-1].due_on, rate_percent=Decimal(6)), "debit_day.nothing"),
        (lambda: debit_day_change(LOAN, 5, date(2026, 12, 10), rate_percent=Decimal(6), move=SAME_MONTH), "debit_day.past"),
        (lambda: debit_day_change(drawing, 5, TODAY, rate_percent=Decimal(6), effect=LONGER), "debit_day.drawn"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
    with pytest.raises(TypeError):
        debit_day_change(LOAN, 5, TODAY, rate_percent=6.0)  # type: ignore[arg-type]  # the very mistake
    with pytest.raises(TypeError):
        limits(arrears_amount=0.0)


def test_quarters_move_in_their_own_months():
    quarterly = [line._replace(due_on=QUARTERLY.after(date(2026, 12, 15), number)) for number, line in enumerate(LOAN[:3])]
    change = debit_day_change(quarterly, 5, TODAY, rate_percent=Decimal(6), every=QUARTERLY)
    assert [str(line.due_on) for line in change.lines] == ["2027-01-05", "2027-04-05", "2027-07-05"]
