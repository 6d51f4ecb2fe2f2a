"""Days begin and end where a portal is: windows, due dates and deadlines, on every kind of day there is."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Contract
from models.days import months_before, over_at
from tests.api.asking import at, hidden, read
from tests.world import World
from tests.world_credit import CARD, GATHERED, LOAN
from tests.world_leasing import LEASE, RENTAL

DEADLINES = "query ($id: ID!) { contract(id: $id) { endsOn portal { key timeZone } nextDueOn deadlines { kind dueOn endsAt daysLeft } } }"
BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = ["Europe/Brussels", "Europe/Oslo", "America/New_York", "Pacific/Auckland", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu"]


async def deadlines(world: World, who: str, house: str, external_id: str) -> dict[str, Any]:
    contract = (await read(world, who, DEADLINES, id=world.gid(house, Contract, external_id)))["contract"]
    return {deadline["kind"]: deadline for deadline in contract["deadlines"]}


async def govern(world: World, portal: str, **changes: Any) -> None:
    """Another version of a portal's record, valid from now on."""
    await world.owner.execute(
        """insert into portal_policy (tenant_id, portal_id, version, record, valid_from_at)
           select p.tenant_id, p.portal_id, p.version + 1, p.record || $2::text::jsonb, $3
             from portal_policy p join portal d on d.tenant_id = p.tenant_id and d.id = p.portal_id
            where d.key = $1 order by p.version desc limit 1""",
        portal,
        json.dumps(changes),
        world.now,
    )


async def test_a_contract_tells_the_days_to_know_of_in_their_order(world: World):
    query = "query ($id: ID!) { contract(id: $id) { deadlines { kind dueOn } } }"

    found = (await read(world, "view3", query, id=world.gid("t1", Contract, LEASE)))["contract"]["deadlines"]

    assert [tuple(deadline.values()) for deadline in found] == [
        ("WITHDRAWAL_ENDS", "2025-01-03"),
        ("NOTICE_BY", "2029-10-14"),
        ("PURCHASE_OPTION_OPENS", "2029-12-15"),
        ("PURCHASE_OPTION_ENDS", "2030-01-14"),
        ("ENDS", "2030-01-14"),
    ]
    assert await deadlines(world, "view3", "t1", RENTAL) == {}
    await hidden(world, query, world.gid("t1", Contract, LEASE))


@pytest.mark.row("X-16")
async def test_a_deadline_ends_with_its_day_where_the_portal_is_on_days_of_every_length(own_world: World):
    world = own_world
    # An ordinary day, the days on which clocks go forward and back, a leap day, the last of a year, and what some write for "never".
    days = {
        "2026-03-16": "2026-03-16T23:00:00Z", "2026-03-29": "2026-03-29T22:00:00Z", "2026-10-25": "2026-10-25T23:00:00Z", "2028-02-29": "2028-02-29T23:00:00Z",
        "2026-12-31": "2026-12-31T23:00:00Z", "9999-12-31": "9999-12-31T23:59:59.999999Z",
    }  # fmt: skip
    for day, ends_at in days.items():
        await world.owner.execute("update contract set ends_on = $1 where external_id = 'A3-LEASE'", date.fromisoformat(day))
        found = (await deadlines(world, "view3", "t1", LEASE))["ENDS"]
        assert (found["dueOn"], found["endsAt"]) == (day, ends_at)
        assert found["daysLeft"] == (date.fromisoformat(day) - date(2026, 3, 2)).days

    # Days are counted from the day it is there, whatever day it is in UTC: from the instant of midnight on.
    await world.owner.execute("update contract set ends_on = '2026-03-30' where external_id = 'A3-LEASE'")
    for instant, left in {"2026-03-28T22:59:59Z": 2, "2026-03-28T23:00:00Z": 1, "2026-03-29T21:59:59Z": 1, "2026-03-29T22:00:00Z": 0, "2026-03-30T22:00:00Z": -1}.items():  # fmt: skip
        await at(world, datetime.fromisoformat(instant))
        assert (await deadlines(world, "view3", "t1", LEASE))["ENDS"]["daysLeft"] == left, instant

    # Three months' notice before the last day of May is the last day of February, which a leap year has one more of.
    for ends, notice in {"2027-05-31": "2027-02-28", "2028-05-31": "2028-02-29"}.items():
        await world.owner.execute("update contract set ends_on = $1 where external_id = 'A3-LEASE'", date.fromisoformat(ends))
        assert (await deadlines(world, "view3", "t1", LEASE))["NOTICE_BY"]["dueOn"] == notice


@pytest.mark.row("X-16")
async def test_where_the_contract_is_shown_counts_and_not_where_somebody_has_signed_in(own_world: World):
    """The contract's portal, else its account's, else the house's default one: three days of one house at the same instant."""
    world = own_world
    await govern(world, "norrsken", time_zone="America/New_York")
    await govern(world, "cofinoga", time_zone="Pacific/Auckland")
    await at(world, datetime(2026, 3, 9, 3, 0, tzinfo=UTC))  # still Sunday in New York, and Monday afternoon in Auckland
    await world.owner.execute("update contract set ends_on = '2026-03-12' where external_id = any($1)", [CARD, LOAN, GATHERED])

    for external_id, key, zone, ends_at, left in (
        (GATHERED, "norrsken", "America/New_York", "2026-03-13T04:00:00Z", 4),
        (CARD, "cofinoga", "Pacific/Auckland", "2026-03-12T11:00:00Z", 3),
        (LOAN, "cofinoga", "Pacific/Auckland", "2026-03-12T11:00:00Z", 3),
    ):
        contract = (await read(world, "anna", DEADLINES, id=world.gid("t4", Contract, external_id)))["contract"]
        assert contract["portal"] == {"key": key, "timeZone": zone}
        ends = next(deadline for deadline in contract["deadlines"] if deadline["kind"] == "ENDS")
        assert (ends["endsAt"], ends["daysLeft"]) == (ends_at, left)


@pytest.mark.row("X-16")
async def test_one_list_may_span_portals_that_have_different_days(own_world: World):
    """A1 of T4 is shown at cofinoga and A2 at norrsken, and something falls due on 1 April under a contract of each."""
    world = own_world
    query = (
        """{ contracts(filter: {kinds: [FINANCE_LEASE]}) { nodes { portal { key } nextDueOn latestInstallments(first: 1) { dueOn } } } }"""
    )
    await govern(world, "norrsken", time_zone="America/New_York")
    await govern(world, "cofinoga", time_zone="Pacific/Auckland")
    await world.owner.execute("update installment set due_on = '2026-04-01' where number = 3")
    await at(world, datetime(2026, 4, 1, 2, 0, tzinfo=UTC))  # the last evening of March in New York

    found = {row.pop("portal")["key"]: row for row in (await read(world, "t4", query))["contracts"]["nodes"]}

    assert found == {
        "cofinoga": {"nextDueOn": None, "latestInstallments": [{"dueOn": "2026-04-01"}]},
        "norrsken": {"nextDueOn": "2026-04-01", "latestInstallments": [{"dueOn": "2026-02-01"}]},
    }


WINDOW = """{ documents(first: 1, orderBy: {field: DOCUMENT_ON}, filter: {kinds: [OTHER]}) { nodes { documentOn } }
  payments(first: 1, orderBy: {field: VALUE_ON}) { nodes { valueOn } } }"""


@pytest.mark.row("X-16")
@pytest.mark.parametrize(
    "instant, documents_from, payments_from",
    [
        ("2026-03-02T22:59:59Z", "2025-03-02", "2024-03-02"),
        ("2026-03-02T23:00:00Z", "2025-03-03", "2024-03-03"),  # midnight in Brussels
        ("2026-03-29T21:59:59Z", "2025-03-29", "2024-03-29"),  # the day that has 23 hours
        ("2026-03-29T22:00:00Z", "2025-03-30", "2024-03-30"),
        ("2026-10-25T22:59:59Z", "2025-10-25", "2024-10-25"),  # the day that has 25
        ("2026-10-25T23:00:00Z", "2025-10-26", "2024-10-26"),
        ("2028-02-28T23:00:00Z", "2027-02-28", "2026-02-28"),  # 29 February has no namesake a year before
        ("2028-02-29T23:00:00Z", "2027-03-01", "2026-03-01"),
    ],
)
async def test_windows_are_counted_from_the_day_it_is_at_the_portal(
    own_world: World, instant: str, documents_from: str, payments_from: str
):
    """Of a paper for every day of some weeks the window shows those from its first day on."""
    world = own_world
    await at(world, datetime.fromisoformat(instant))
    for table, column, first in (("document", "document_on", documents_from), ("payment", "value_on", payments_from)):
        id_ = "A1-C1-D1" if table == "document" else "A1-C1-P"
        names = ", ".join(r[0] for r in await world.owner.fetch("select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and attgenerated = ''", table))  # fmt: skip
        values = ", ".join({"id": "gen_random_uuid()", "external_id": "null", column: "$1::date + n"}.get(name, {"kind": "'OTHER'"}.get(name, name) if table == "document" else name) for name in names.split(", "))  # fmt: skip
        await world.owner.execute(
            f"insert into {table} ({names}) select {values} from {table}, generate_series(-3, 3) n where external_id = $2 and account_id = $3",
            date.fromisoformat(first), id_, world.ids["t1", "account", "A1-ACC"],
        )  # fmt: skip

    found = await read(world, "view1", WINDOW)

    assert [row["documentOn"] for row in found["documents"]["nodes"]] == [documents_from]
    assert [row["valueOn"] for row in found["payments"]["nodes"]] == [payments_from]


@given(st.dates(date(1970, 1, 1), date(2090, 1, 1)), st.sampled_from(ZONES))
def test_a_day_is_over_when_the_next_begins_in_every_zone(day: date, zone_name: str):
    zone = ZoneInfo(zone_name)
    over = over_at(day, zone)

    assert (over - timedelta(microseconds=1)).astimezone(zone).date() <= day < over.astimezone(zone).date()


@given(st.dates(), st.integers(0, 1200))
def test_months_are_counted_back_to_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int):
    back = months_before(day, months)

    assert back == date.min or (day.year - back.year) * 12 + day.month - back.month == months
    assert back.day == day.day or (back + timedelta(days=1)).day == 1 or back == date.min
