"""National calendars: the days on which nobody works there."""

from datetime import date

import holidays
import pytest

from finance.calendars import TARGET, Convention
from finance.refusals import Unanswerable
from models.calendars import COUNTRIES, PLACES, calendar_of


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("BE", "2026-07-21"),
        ("FR", "2026-07-14"),
        ("NO", "2027-05-17"),
        ("NL", "2026-04-27"),
        ("DE", "2028-10-03"),
        ("LU", "2026-06-23"),
        ("ECB", "2026-04-03"),
    ],
)
def test_a_place_rests_on_its_own_day(place: str, day: str):
    resting = {other for other in PLACES if not calendar_of(other).is_working_day(date.fromisoformat(day))}
    assert place in resting and resting != set(PLACES)


@pytest.mark.parametrize("place", COUNTRIES)
def test_a_country_rests_on_new_year_and_christmas_and_no_place_on_a_common_tuesday(place: str):
    calendar = calendar_of(place)
    assert calendar.name == place
    assert not calendar.is_working_day(date(2026, 1, 1)) and not calendar.is_working_day(date(2026, 12, 25))
    assert calendar.is_working_day(date(2026, 9, 15))


@pytest.mark.parametrize(("issued", "last"), [("2026-04-30", "2026-05-13"), ("2026-12-22", "2027-01-05")])
def test_eight_working_days_in_belgium(issued: str, last: str):
    assert calendar_of("BE").working_days_after(date.fromisoformat(issued), 8) == date.fromisoformat(last)


def test_a_due_date_moves_with_the_country():
    labor_day = date(2026, 5, 1)
    assert calendar_of("FR").adjusted(labor_day, Convention.FOLLOWING) == date(2026, 5, 4)
    assert calendar_of("NL").adjusted(labor_day, Convention.FOLLOWING) == labor_day


def test_the_payment_system_is_the_one_of_finance():
    assert calendar_of("ECB") is TARGET
    for year in range(2002, 2100):
        assert TARGET.holidays_in(year) == set(holidays.financial_holidays("ECB", years=year))


@pytest.mark.parametrize(("place", "rule"), [("XX", "calendar.unknown"), ("be", "calendar.unknown")])
def test_an_unknown_place_is_refused_by_name(place: str, rule: str):
    with pytest.raises(Unanswerable, match=place) as refusal:
        calendar_of(place)
    assert refusal.value.rule == rule


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_year_that_nobody_checked_is_refused(year: int):
    with pytest.raises(Unanswerable, match=str(year)) as refusal:
        calendar_of("BE").is_working_day(date(year, 3, 2))
    assert refusal.value.rule == "calendar.year"
