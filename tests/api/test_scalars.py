"""Which spellings of a value are taken, and the limits that each scalar states."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from graphql import GraphQLError

from schema.scalars import SCALARS, date_of, datetime_of, decimal_of


@pytest.mark.parametrize("given", ["0", "-0.00", "1000", "1000.00", "9" * 12 + "." + "9" * 6, "-" + "9" * 18])
def test_a_decimal_has_up_to_eighteen_digits_six_of_them_decimals(given: str):
    assert decimal_of(given) == Decimal(given)


@pytest.mark.parametrize("given", ["9" * 19, "-" + "9" * 19, "9" * 13 + "." + "9" * 6, "0.0000001", "1e2", "NaN", "Infinity", "1_000", "+1", "01", ".5", "5.", "\u0663", "", 1, 1.5, None, True])  # fmt: skip
def test_any_other_decimal_is_refused(given: object):
    with pytest.raises(GraphQLError) as refused:
        decimal_of(given)

    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2024, 2, 29), date(2199, 12, 31), date(9999, 12, 31)])
def test_a_day_of_three_centuries_is_taken_and_the_one_that_means_never(day: date):
    assert date_of(day.isoformat()) == day


@pytest.mark.parametrize("given", ["1899-12-31", "2200-01-01", "0001-01-01", "0000-00-00", "9999-12-30", "2025-02-29", "2026-W01-1", "2026-3-2", "10000-01-01", "2026-03-02T00:00:00Z", 20260302, None])  # fmt: skip
def test_any_other_day_is_refused(given: object):
    with pytest.raises(GraphQLError) as refused:
        date_of(given)

    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}


def test_a_moment_is_of_the_same_days_in_utc():
    assert datetime_of("1900-01-01T00:00:00Z") == datetime(1900, 1, 1, tzinfo=UTC)
    for given in ("1900-01-01T00:30:00+01:00", "2199-12-31T23:30:00-01:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(GraphQLError):
            datetime_of(given)


def test_every_scalar_names_what_specifies_it_and_states_its_limits():
    assert [s.name for s in SCALARS.values() if not s.specified_by_url] == []
    assert "18 digits" in str(SCALARS[Decimal].description)
    assert all("1900-01-01" in str(SCALARS[kind].description) for kind in (date, datetime))
