"""Calendars of the places we know: their holidays come from the library `holidays`, which is asked once a year and place."""

from datetime import date
from functools import cache

from holidays import country_holidays

from finance.calendars import TARGET, Calendar
from finance.refusals import Unanswerable

# Countries by their code, and ECB for the payment system of the euro, whose rule is in finance.
COUNTRIES = ("BE", "DE", "FR", "LU", "NL", "NO")
PLACES = (*COUNTRIES, "ECB")
FIRST_YEAR, LAST_YEAR = 2000, 2099  # the library guesses outside of what its authors checked


def calendar_of(place: str) -> Calendar:
    """The working days of a country: Monday to Friday, without its public holidays. Regional ones are not known here."""
    if place == "ECB":
        return TARGET
    if place not in COUNTRIES:
        raise Unanswerable("calendar.unknown", f"there is no calendar for {place}; there are {', '.join(PLACES)}")
    return _country(place)


@cache
def _country(code: str) -> Calendar:
    @cache
    def holidays_in(year: int) -> frozenset[date]:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Unanswerable("calendar.year", f"the holidays of {year} are not in the calendar {code}")
        return frozenset(country_holidays(code, years=year))

    return Calendar(code, holidays_in)
