"""Due dates follow from the anchor, never from one another."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import (
    FOUR_WEEKLY,
    MONTHLY,
    QUARTERLY,
    WEEKLY,
    YEARLY,
    Periodicity,
    is_month_end,
    months_after,
    months_and_days,
    months_before,
)
from finance.refusals import Unanswerable

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def test_a_month_end_comes_back_after_february():
    dates = list(MONTHLY.due_dates(date(2027, 1, 31), 5))

    assert [f"{day:%m-%d}" for day in dates] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 30), 2, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(anchor, months, day):
    assert months_after(anchor, months) == day
    assert months_before(anchor, -months) == day


@given(days, st.integers(-600, 600))
def test_a_counted_month_keeps_the_day_or_ends_its_month(anchor, months):
    day = months_after(anchor, months)

    assert (day.year * 12 + day.month) - (anchor.year * 12 + anchor.month) == months
    assert day.day == anchor.day or (is_month_end(day) and day.day < anchor.day)


@given(days, days)
def test_whole_months_and_days_lead_from_one_day_to_the_other(one, other):
    start, end = sorted((one, other))
    months, odd_days = months_and_days(start, end)

    assert (end - months_after(start, months)).days == odd_days >= 0
    assert months_after(start, months + 1) > end


@given(days, st.integers(0, 100), st.integers(1, 120))
def test_due_dates_are_each_counted_from_the_first(first, count, months):
    every = Periodicity(months=months)

    assert every.due_dates(first, count) == [months_after(first, months * number) for number in range(count)]


@given(days, st.integers(1, 400))
def test_due_dates_ascend(first, count):
    for every in (WEEKLY, FOUR_WEEKLY, MONTHLY, QUARTERLY):
        dates = list(every.due_dates(first, count))
        assert len(dates) == count and dates[0] == first
        assert all(earlier < later for earlier, later in pairwise(dates))


def test_a_year_has_so_many_periods():
    assert [every.per_year() for every in (MONTHLY, QUARTERLY, YEARLY, WEEKLY, FOUR_WEEKLY)] == [12, 4, 1, 52, 13]
    assert Periodicity(days=10).per_year() == Decimal("36.5")


@pytest.mark.parametrize("months, days", [(0, 0), (1, 1), (-1, 0), (0, -7), (121, 0), (0, 367)])
def test_a_period_has_one_length(months, days):
    with pytest.raises(Unanswerable) as refusal:
        Periodicity(months=months, days=days)
    assert refusal.value.rule == "periodicity.length"


def test_what_no_calendar_holds_is_refused_by_name():
    for call in (
        lambda: months_after(date(9999, 12, 1), 1),
        lambda: months_before(date(1, 1, 1), 1),
        lambda: WEEKLY.after(date(9999, 12, 30), 1),
    ):
        with pytest.raises(Unanswerable) as refusal:
            call()
        assert refusal.value.rule == "date.out_of_range"
    with pytest.raises(Unanswerable) as refusal:
        MONTHLY.due_dates(date(2026, 1, 1), 2_601)
    assert refusal.value.rule == "periods.count"
