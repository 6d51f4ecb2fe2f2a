"""Intervals of the annual percentage rate, counted back from the later day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.dates import FORTNIGHTLY, MONTHLY, QUARTERLY, Periodicity, months_before
from finance.intervals import Interval, Unit, interval, unit_of
from finance.refusals import Unanswerable
from tests.finance.vectors import is_near, vectors

somedays = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(("given", "expected", "vector"), vectors("apr_eu_intervals"))
def test_published_intervals(given, expected, vector):
    found = interval(date.fromisoformat(given["drawdown"]), date.fromisoformat(given["payment"]), Unit[given["unit"].upper()])

    assert (found.units, found.days) == (expected["units"], expected["days"])
    assert found.days_in_year == expected["days_in_year"] or not found.days
    assert is_near(found.years(), expected["years"], vector, "years")


@pytest.mark.parametrize(
    ("start", "end", "unit", "units", "days", "year"),
    [
        ("2024-12-31", "2025-02-28", Unit.MONTH, 2, 0, 365),
        ("2024-02-29", "2025-03-31", Unit.MONTH, 13, 0, 365),
        ("2024-02-28", "2025-02-27", Unit.MONTH, 11, 28, 366),
        ("2023-02-28", "2024-02-29", Unit.YEAR, 1, 0, 365),
        ("2024-02-29", "2025-02-28", Unit.YEAR, 1, 0, 365),
        ("2024-01-31", "2025-02-28", Unit.YEAR, 1, 28, 365),
        ("2026-04-30", "2026-05-31", Unit.MONTH, 1, 0, 365),
        ("2026-01-30", "2026-02-28", Unit.MONTH, 0, 29, 365),
        ("2026-02-15", "2026-02-15", Unit.MONTH, 0, 0, 365),
        ("2012-01-12", "2013-01-12", Unit.WEEK, 52, 2, 365),
        ("2013-02-26", "2013-03-29", Unit.MONTH, 1, 2, 366),
    ],
)
def test_month_ends_and_leap_years(start, end, unit, units, days, year):
    assert interval(date.fromisoformat(start), date.fromisoformat(end), unit) == Interval(units, days, year, unit)


@given(somedays, st.integers(0, 12_000), st.sampled_from(Unit))
def test_an_interval_is_about_as_long_as_its_days(start, length, unit):
    years = Fraction(interval(start, start + timedelta(length), unit).years())

    slack = Fraction(5, 365) + (Fraction(length, 365) / 200 if unit is Unit.WEEK else 0)
    assert abs(years - Fraction(length * 4, 1461)) < slack


@given(somedays, st.integers(0, 480))
def test_a_day_that_every_month_has_is_whole_months_away(end, months):
    end = end.replace(day=min(end.day, 28))

    assert interval(months_before(end, months), end) == Interval(months)


@given(somedays, somedays, st.sampled_from(Unit))
def test_before_the_drawdown_time_is_negative(one, other, unit):
    assert interval(one, other, unit).years() == interval(other, one, unit).years().copy_negate()


def test_a_periodicity_has_its_unit():
    assert [unit_of(every) for every in (MONTHLY, QUARTERLY, FORTNIGHTLY)] == [(Unit.MONTH, 1), (Unit.MONTH, 3), (Unit.WEEK, 2)]
    with pytest.raises(Unanswerable) as refusal:
        unit_of(Periodicity(days=10))
    assert refusal.value.rule == "interval.unit"


def test_an_interval_is_made_of_whole_numbers():
    assert Interval(1).later_by(11).years() == Decimal(1)
    inexact: list[Any] = [1.5, Decimal(1)]
    for part in inexact:
        with pytest.raises(TypeError):
            Interval(part)
        with pytest.raises(TypeError):
            Interval(1, part)
    with pytest.raises(Unanswerable) as refusal:
        Interval(1, 2, 360)
    assert refusal.value.rule == "interval.year"
