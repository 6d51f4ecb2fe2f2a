"""Working days, against the published calendars, the house's own numbers, and QuantLib."""

from datetime import date, timedelta

import pytest
import QuantLib as ql
from hypothesis import given
from hypothesis import strategies as st

from finance.calendars import TARGET, Calendar, Convention, easter, listed, target_closing_days
from finance.refusals import Unanswerable
from tests.finance.reference import Vector, day, each

BELGIAN = listed("BE", [date(2026, 5, 1), date(2026, 5, 14), date(2026, 12, 25), date(2027, 1, 1)], years=range(2026, 2028))
ORACLES = {
    Convention.UNADJUSTED: ql.Unadjusted,
    Convention.FOLLOWING: ql.Following,
    Convention.MODIFIED_FOLLOWING: ql.ModifiedFollowing,
    Convention.PRECEDING: ql.Preceding,
    Convention.MODIFIED_PRECEDING: ql.ModifiedPreceding,
}
days = st.dates(date(2002, 3, 1), date(2190, 12, 31))


def quantlib(any_day: date) -> ql.Date:
    return ql.Date(any_day.day, any_day.month, any_day.year)


@each("target_calendar")
def test_the_published_closing_days_come_out(vector: Vector):
    assert target_closing_days(vector["input"]["year"]) == {day(text) for text in vector["expected"]["closing_days"]}


@each("business_days")
def test_published_conventions_come_out(vector: Vector):
    convention = Convention(vector["input"]["convention"])
    for text, expected in vector["expected"]["rows"]:
        assert TARGET.adjusted(day(text), convention) == day(expected)


@given(days, st.integers(-60, 60))
def test_quantlib_knows_the_same_working_days(any_day, count):
    oracle = ql.TARGET()

    assert TARGET.is_working_day(any_day) == oracle.isBusinessDay(quantlib(any_day))
    for convention, theirs in ORACLES.items():
        assert quantlib(TARGET.adjusted(any_day, convention)) == oracle.adjust(quantlib(any_day), theirs), convention
    if count:
        assert quantlib(TARGET.working_days_after(any_day, count)) == oracle.advance(quantlib(any_day), count, ql.Days)


def test_easter_is_where_the_church_had_it():
    """First and last possible days, and others from tables of the church."""
    for expected in ("1598-03-22", "1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2038-04-25", "2285-03-22"):
        assert easter(int(expected[:4])) == day(expected)


@pytest.mark.parametrize(
    ("issued", "last"),
    [("2026-04-30", "2026-05-13"), ("2026-12-22", "2027-01-05")],
)
def test_a_secret_that_holds_for_eight_working_days(issued: str, last: str):
    """The two cases of requirements/numbers.md: Belgian holidays on 1 and 14 May, and over new year."""
    assert BELGIAN.working_days_after(day(issued), 8) == day(last)


def test_a_holiday_among_the_days_of_the_period_counts_for_nothing():
    """14 May 2026 is Ascension Day: without it, the period would end as if it were a working day."""
    assert BELGIAN.working_days_after(date(2026, 5, 13), 1) == date(2026, 5, 15)


@given(days, st.integers(1, 300))
def test_working_days_there_and_back_lead_home(any_day, count):
    home = TARGET.adjusted(any_day, Convention.FOLLOWING)

    assert TARGET.working_days_after(TARGET.working_days_after(home, count), -count) == home
    between = [home + timedelta(days=n) for n in range(1, (TARGET.working_days_after(home, count) - home).days + 1)]
    assert sum(map(TARGET.is_working_day, between)) == count


def test_no_working_days_lead_nowhere():
    assert BELGIAN.working_days_after(date(2026, 5, 1), 0) == date(2026, 5, 1)


def test_a_modified_date_stays_in_its_month():
    sunday, saturday = date(2026, 5, 31), date(2026, 8, 1)
    assert TARGET.adjusted(sunday, Convention.MODIFIED_FOLLOWING) == date(2026, 5, 29)
    assert TARGET.adjusted(saturday, Convention.MODIFIED_PRECEDING) == date(2026, 8, 3)


def test_a_portal_may_work_on_saturdays_and_the_law_does_not():
    six_days = Calendar("six days", BELGIAN.holidays_in, weekend=frozenset({6}))
    saturday = date(2026, 5, 2)

    assert six_days.is_working_day(saturday)
    assert six_days.working_days_after(date(2026, 5, 1), 1) == saturday
    assert six_days.end_of_legal_period(saturday) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("last", "moved"),
    [
        ("2026-05-13", "2026-05-13"),  # a Wednesday
        ("2026-05-14", "2026-05-15"),  # Ascension Day
        ("2026-05-16", "2026-05-18"),  # a Saturday
        ("2026-05-17", "2026-05-18"),  # a Sunday
        ("2026-12-25", "2026-12-28"),  # Christmas on a Friday
    ],
)
def test_a_period_in_law_ends_on_a_working_day(last: str, moved: str):
    assert BELGIAN.end_of_legal_period(day(last)) == day(moved)


def test_a_calendar_knows_no_other_years_than_it_was_given():
    for ask in (
        lambda: BELGIAN.is_working_day(date(2028, 1, 3)),
        lambda: BELGIAN.working_days_after(date(2027, 12, 31), 1),
        lambda: TARGET.is_working_day(date(2001, 12, 31)),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == "calendar.year"


def test_nobody_walks_through_a_calendar_for_ever():
    closed = Calendar("closed", lambda year: frozenset(), weekend=frozenset(range(7)))
    for ask, rule in (
        (lambda: closed.adjusted(date(2026, 1, 1), Convention.FOLLOWING), "calendar.closed"),
        (lambda: BELGIAN.working_days_after(date(2026, 1, 1), 2_601), "calendar.working_days"),
        (lambda: listed("end", [], years=range(9999, 10_000)).working_days_after(date(9999, 12, 31), 1), "date.out_of_range"),
    ):
        with pytest.raises(Unanswerable) as refusal:
            ask()
        assert refusal.value.rule == rule
