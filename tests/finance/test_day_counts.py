"""Day counts, against the published tables and against QuantLib."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import QuantLib as ql
from hypothesis import given
from hypothesis import strategies as st

from finance.day_counts import DayCount, days_between, year_fraction
from finance.refusals import Unanswerable
from tests.finance.reference import Vector, day, each

EVERY = list(DayCount)
# Every third is an end of a month: there the conventions part.
days = st.dates(date(1950, 1, 1), date(2150, 1, 1)).flatmap(
    lambda any_day: st.sampled_from([any_day, any_day, any_day.replace(day=1) - timedelta(days=1)])
)
spans = st.tuples(days, days).map(sorted)
ORACLES = {
    DayCount.THIRTY_360: ql.Thirty360(ql.Thirty360.BondBasis),
    DayCount.THIRTY_U_360: ql.Thirty360(ql.Thirty360.USA),
    DayCount.THIRTY_E_360: ql.Thirty360(ql.Thirty360.EurobondBasis),
    DayCount.ACT_360: ql.Actual360(),
    DayCount.ACT_365_FIXED: ql.Actual365Fixed(),
    DayCount.ACT_ACT_ISDA: ql.ActualActual(ql.ActualActual.ISDA),
}


def quantlib(any_day: date) -> ql.Date:
    return ql.Date(any_day.day, any_day.month, any_day.year)


@each("day_counts")
def test_published_tables_come_out(vector: Vector):
    count, maturity = DayCount(vector["input"]["convention"]), vector["input"].get("maturity")
    for start, end, expected in vector["expected"]["rows"]:
        span = (count, day(start), day(end))
        if "days" in vector["tolerance"]:
            assert days_between(*span, maturity_on=maturity and day(maturity)) == expected
        else:
            assert abs(year_fraction(*span) - Decimal(expected)) <= Decimal(vector["tolerance"]["fraction"])


@given(spans)
def test_quantlib_counts_the_same_days(span):
    start, end = span
    for count, oracle in ORACLES.items():
        assert days_between(count, start, end) == oracle.dayCount(quantlib(start), quantlib(end)), count
        assert float(year_fraction(count, start, end)) == pytest.approx(oracle.yearFraction(quantlib(start), quantlib(end)), abs=1e-12)


@given(spans, st.booleans())
def test_quantlib_counts_the_same_days_to_a_maturity(span, ends_there):
    start, end = span
    maturity = end if ends_there else end + timedelta(days=40)
    oracle = ql.Thirty360(ql.Thirty360.ISDA, quantlib(maturity))

    assert days_between(DayCount.THIRTY_E_360_ISDA, start, end, maturity_on=maturity) == oracle.dayCount(quantlib(start), quantlib(end))


@given(spans, st.integers(0, 4_000))
def test_what_counts_real_days_adds_up_over_a_split(span, offset):
    start, end = span
    middle = min(end, start + timedelta(days=offset))
    for count in (DayCount.ACT_360, DayCount.ACT_365_FIXED, DayCount.ACT_ACT_ISDA):
        whole = year_fraction(count, start, end)
        parts = year_fraction(count, start, middle) + year_fraction(count, middle, end)
        assert abs(whole - parts) < Decimal("1e-20")


def test_a_fraction_is_not_cut_to_the_digits_of_its_caller():
    fraction = year_fraction(DayCount.ACT_365_FIXED, date(2026, 1, 1), date(2026, 1, 2))

    assert abs(Fraction(fraction) - Fraction(1, 365)) < Fraction(1, 10**50)


@pytest.mark.parametrize("count", EVERY)
def test_no_day_is_no_time_and_a_plain_year_is_one(count: DayCount):
    start = date(2026, 3, 15)
    assert days_between(count, start, start, maturity_on=start) == 0
    assert year_fraction(count, start, date(2027, 3, 15), maturity_on=start) == (
        1 if count is not DayCount.ACT_360 else year_fraction(DayCount.ACT_360, date(2026, 1, 1), date(2027, 1, 1))
    )


@pytest.mark.parametrize("count", EVERY)
def test_time_does_not_run_backwards(count: DayCount):
    with pytest.raises(Unanswerable) as refusal:
        year_fraction(count, date(2026, 3, 15), date(2026, 3, 14), maturity_on=date(2026, 3, 15))
    assert refusal.value.rule == "date.order"


def test_a_convention_that_needs_the_maturity_says_so():
    with pytest.raises(Unanswerable) as refusal:
        days_between(DayCount.THIRTY_E_360_ISDA, date(2026, 1, 31), date(2026, 2, 28))
    assert refusal.value.rule == "day_count.maturity"
