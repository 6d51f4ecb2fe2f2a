"""The first and the last day of the calendar are days like others: in filters, in cursors and in what is written."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Payment
from models.connecting import writing_to
from tests.api.asking import page_of, read, walked
from tests.world import World

PAYMENTS = page_of("payments", "PaymentFilter", "PaymentOrder", "id valueOn")
FIRST, LAST = date.min.isoformat(), date.max.isoformat()
# What clients may send as a bound; any day may be stored.
BOUNDS = st.sampled_from([date(1900, 1, 1), date(2026, 5, 1), date.max])
ENDS = st.sampled_from([date.min, date(1, 1, 2), date(2026, 5, 1), date(9999, 12, 30), date.max])


async def dated(world: World, days: list[date]) -> None:
    """Days as an import stores them: by their text."""
    rows = await world.owner.fetch("select id from payment where account_id = $1 order by id", world.ids["t1", "account", "A1-ACC"])
    for place, row in enumerate(rows):
        await world.owner.execute(
            "update payment set value_on = $2::text::date where id = $1", row["id"], days[place % len(days)].isoformat()
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(ENDS, min_size=1, max_size=5), direction=st.sampled_from(["ASC", "DESC"]), is_backward=st.booleans(), bound=BOUNDS)
async def test_no_row_is_lost_or_shown_twice_at_the_ends_of_the_calendar(
    own_world: World, days: list[date], direction: str, is_backward: bool, bound: date
):
    await dated(own_world, days)
    order = {"field": "VALUE_ON", "direction": direction}
    for within_ in ({"from": bound.isoformat()}, {"to": bound.isoformat()}, {"from": None}):
        whole = (await read(own_world, "admin1", PAYMENTS, first=100, filter={"valueOn": within_}, orderBy=order))["rows"]["edges"]
        pages = await walked(own_world, "admin1", PAYMENTS, 1, backward=is_backward, filter={"valueOn": within_}, orderBy=order)
        found = [edge["node"]["id"] for edge in whole]
        assert sorted(row["id"] for page in pages for row in page) == sorted(found)
        low, high = within_.get("from") or FIRST, within_.get("to") or LAST
        assert all(low <= edge["node"]["valueOn"] <= high for edge in whole)


async def test_the_ends_of_the_calendar_are_found(own_world: World):
    await dated(own_world, [date.max, date.min])
    for bound in ({"from": LAST}, {"to": "1900-01-01"}):
        rows = (await read(own_world, "admin1", PAYMENTS, first=100, filter={"valueOn": bound}))["rows"]["edges"]
        assert rows and {edge["node"]["valueOn"] for edge in rows} == {LAST if "from" in bound else FIRST}


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_what_a_model_writes_is_the_day_itself_and_not_for_ever(own_world: World, day: date):
    key = own_world.ids["t1", "account", "A1-ACC"]
    at = datetime.combine(day, datetime.max.time() if day == date.max else datetime.min.time(), UTC)
    async with writing_to(own_world.urls.owner):
        await Payment.filter(account_id=key).update(value_on=day, updated_at=at)
        assert await Payment.filter(account_id=key, value_on=day, updated_at=at).count()
    [row] = await own_world.owner.fetch(
        "select distinct isfinite(value_on) and isfinite(updated_at) as is_finite, value_on::text as day from payment where account_id = $1",
        key,
    )
    assert tuple(row) == (True, day.isoformat())
