"""What is overdue since when, whatever came in, in whichever order."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.arrears import Arrears, Due, Grace, Overdue, Paid, Position, arrears, incidents, interest_on_arrears, position, standings
from finance.calendars import TARGET
from finance.dates import months_after
from finance.late_interest import DatedRate, late_interest
from finance.refusals import Unanswerable

RENT = Decimal("100.00")
DUES = [Due(number, months_after(date(2026, 1, 31), number - 1), RENT) for number in range(1, 7)]
RATES = (DatedRate(date(2020, 1, 1), Decimal("9.00")), DatedRate(date(2026, 3, 15), Decimal("10.00")))
days = st.dates(date(2025, 6, 1), date(2027, 6, 1))
payments = st.lists(
    st.builds(Paid, days, st.decimals(min_value=0, max_value=300, places=2), st.none() | st.integers(1, 6)),
    max_size=12,
)


def test_nothing_is_overdue_on_the_due_day():
    assert arrears(DUES, [], DUES[0].due_on) is None


def test_the_day_after_it_is():
    assert arrears(DUES, [], date(2026, 2, 1)) == Arrears(RENT, date(2026, 1, 31), 1, (Overdue(1, date(2026, 1, 31), RENT),))


def test_arrears_run_since_the_oldest_due_date_that_is_open():
    found = arrears(DUES, [Paid(date(2026, 2, 10), Decimal("150.00"))], date(2026, 4, 15))

    assert found is not None
    assert (found.amount, found.since_on, found.days) == (Decimal("150.00"), date(2026, 2, 28), 46)
    assert [(late.number, late.open_amount) for late in found.overdue] == [(2, Decimal("50.00")), (3, RENT)]


def test_a_payment_that_names_an_installment_pays_that_one_and_then_the_oldest():
    found = arrears(DUES, [Paid(date(2026, 4, 1), Decimal("130.00"), number=3)], date(2026, 4, 15))

    assert found is not None
    assert [(late.number, late.open_amount) for late in found.overdue] == [(1, Decimal("70.00")), (2, RENT)]


def test_a_payment_counts_from_its_own_day():
    paid = [Paid(date(2026, 2, 5), RENT)]
    assert arrears(DUES, paid, date(2026, 2, 4)) is not None
    assert arrears(DUES, paid, date(2026, 2, 5)) is None


def test_what_was_late_once_stays_an_incident():
    paid = [Paid(date(2026, 2, 5), RENT), Paid(date(2026, 2, 28), RENT)]

    assert [incidents(DUES, paid, on) for on in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 30), date(2026, 4, 1))] == [0, 1, 1, 2]


def test_grace_puts_the_end_of_time_off():
    """31 January 2026 is a Saturday: the bank works on Monday 2 February, and two days more are in time."""
    grace = Grace(days=2, calendar=TARGET)

    assert grace.last_on(DUES[0].due_on) == date(2026, 2, 4)
    assert arrears(DUES, [], date(2026, 2, 4), grace=grace) is None
    late = arrears(DUES, [], date(2026, 2, 5), grace=grace)
    assert late is not None and (late.since_on, late.days) == (date(2026, 1, 31), 5)
    assert incidents(DUES, [Paid(date(2026, 2, 4), RENT)], date(2026, 2, 27), grace=grace) == 0


def test_interest_runs_on_what_was_open_day_by_day():
    paid = [Paid(date(2026, 2, 10), Decimal("40.00")), Paid(date(2026, 3, 20), Decimal("60.00"))]
    [first] = standings(DUES[:1], paid)

    interest = interest_on_arrears(first, date(2026, 6, 1), RATES)

    assert [(stretch.days, stretch.amount, stretch.percent) for stretch in interest.stretches] == [
        (10, RENT, Decimal("9.00")),
        (33, Decimal("60.00"), Decimal("9.00")),
        (5, Decimal("60.00"), Decimal("10.00")),
        (73, Decimal("0.00"), Decimal("10.00")),
    ]
    assert interest.amount == Decimal("0.82")  # (100 x 10 x 9 + 60 x 33 x 9 + 60 x 5 x 10) / 36500


def test_what_was_paid_before_it_was_due_bears_nothing():
    [first] = standings(DUES[:1], [Paid(date(2025, 12, 1), Decimal("25.00"))])
    on = date(2026, 6, 1)

    assert interest_on_arrears(first, on, RATES) == late_interest(Decimal("75.00"), due_on=DUES[0].due_on, paid_on=on, rates=RATES)


def test_what_is_due_today_is_open_and_what_is_due_later_is_prepaid():
    today = DUES[1].due_on

    assert position(DUES, [], today) == Position(Decimal("200.00"), Decimal("0.00"))
    assert position(DUES, [Paid(today, Decimal("250.00"))], today) == Position(Decimal("0.00"), Decimal("50.00"))
    assert position(DUES, [Paid(today, Decimal("50.00"), number=5)], today) == Position(Decimal("200.00"), Decimal("50.00"))
    assert position(DUES, [Paid(today, Decimal("999.00"))], today - timedelta(days=1)) == Position(RENT, Decimal("0.00"))


@given(payments, days)
def test_a_position_weighs_what_came_in_against_what_fell_due(paid, on):
    found = position(DUES, paid, on)
    came_in, due = sum(payment.amount for payment in paid if payment.on <= on), sum(due.amount for due in DUES if due.due_on <= on)

    assert found.unpaid_amount >= 0 and found.prepaid_amount >= 0
    assert found.prepaid_amount - found.unpaid_amount == came_in - due


@given(payments, days)
def test_arrears_are_what_fell_due_less_what_came_in_and_no_cent_is_lost(paid, on):
    told = standings(DUES, paid)
    came_in = sum(payment.amount for payment in paid)

    assert sum(part.amount for standing in told for part in standing.paid) == min(came_in, sum(due.amount for due in DUES))
    assert all(0 <= standing.open_amount(on) <= RENT for standing in told)
    found = arrears(DUES, paid, on)
    late = [standing.open_amount(on) for standing in told if standing.due.due_on < on]
    assert (found.amount if found else 0) == sum(late)


@given(payments, days, st.integers(0, 90))
def test_paying_everything_ends_arrears_and_more_grace_never_adds_to_them(paid, on, grace_days):
    assert arrears(DUES, [*paid, Paid(on, RENT * len(DUES))], on) is None
    strict, lenient = arrears(DUES, paid, on), arrears(DUES, paid, on, grace=Grace(grace_days))
    assert (lenient.amount if lenient else 0) <= (strict.amount if strict else 0)
    assert incidents(DUES, paid, on, grace=Grace(grace_days)) <= incidents(DUES, paid, on)


@given(st.permutations(DUES), payments, days)
def test_the_order_of_the_dues_does_not_matter(shuffled, paid, on):
    assert arrears(shuffled, paid, on) == arrears(DUES, paid, on)


@pytest.mark.parametrize(
    ("dues", "paid", "grace", "rule"),
    [
        ([DUES[0], DUES[0]], [], Grace(), "arrears.dues"),
        ([Due(1, date(2026, 1, 1), Decimal(-1))], [], Grace(), "arrears.amount"),
        (DUES, [Paid(date(2026, 1, 1), Decimal(-1))], Grace(), "arrears.amount"),
        (DUES, [Paid(date(2026, 1, 1), Decimal(1), number=99)], Grace(), "arrears.number"),
        (DUES, [], Grace(-1), "arrears.grace"),
        (DUES, [], Grace(91), "arrears.grace"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(dues, paid, grace, rule):
    with pytest.raises(Unanswerable) as refusal:
        arrears(dues, paid, date(2026, 3, 1), grace=grace)
    assert refusal.value.rule == rule


def test_a_float_is_no_due_and_no_payment():
    on = DUES[0].due_on + timedelta(days=1)
    with pytest.raises(TypeError):
        arrears([Due(1, DUES[0].due_on, 100.0)], [], on)  # type: ignore[arg-type]  # the very mistake
    with pytest.raises(TypeError):
        arrears(DUES, [Paid(on, 100.0)], on)  # type: ignore[arg-type]  # the very mistake
