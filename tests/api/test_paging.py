"""Pages while rows come in, and what nobody may reach counts nowhere: not in totals, not in cursors, not in time."""

from uuid import UUID, uuid4

import pytest

from models import Account, Contract
from tests.api.asking import missing, page_of, read, seen
from tests.world import World

PAYMENTS = page_of("payments", "PaymentFilter", "PaymentOrder", "id valueOn")
EVER = {"valueOn": {"from": "2000-01-01"}}
COPY = """insert into payment select (jsonb_populate_record(p, jsonb_build_object(
  'id', $2::uuid, 'external_id', $2::text, 'value_on', p.value_on + $3::int))).* from payment p where id = $1"""


@pytest.mark.row("X-10")
@pytest.mark.parametrize("size", [1, 2, 3])
async def test_no_row_comes_twice_and_none_is_left_out_while_others_come_in(own_world: World, size: int):
    before = await ids(own_world)
    seen_ids: list[str] = []
    after: str | None = None
    turn = 0
    while True:
        page = (await read(own_world, "acct", PAYMENTS, first=size, after=after, filter=EVER))["rows"]
        seen_ids += [edge["node"]["id"] for edge in page["edges"]]
        for days in (-1, 0, 1) if turn < 5 else ():
            await insert(own_world, before[turn % len(before)], days)
        turn += 1
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert len(seen_ids) == len(set(seen_ids))
    assert [gid for gid in seen_ids if gid in before] == before
    whole = await ids(own_world)
    assert [gid for gid in whole if gid in seen_ids] == seen_ids


@pytest.mark.row("X-4")
async def test_what_is_hidden_and_what_does_not_exist_are_the_same_to_the_byte_and_in_their_work(world: World):
    hidden = {
        "contract": world.gid("t1", Contract, "A2-C1"), "account": world.gid("t1", Account, "A2-ACC"),
        "node": world.gid("t2", Contract, "A1-C1"),
    }  # fmt: skip
    await read(world, "admin1", "{ __typename }")

    for field, gid in hidden.items():
        query = f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}"
        theirs, none = await world.ask("admin1", query, id=gid), await world.ask("admin1", query, id=missing(gid))
        assert seen(theirs) == seen(none)
        assert theirs.data == {field: None}


@pytest.mark.row("X-4")
async def test_totals_and_cursors_count_only_what_is_reached(own_world: World):
    lists = {"contracts": "Contract", "invoices": "Invoice", "documents": "Document", "payments": "Payment"}
    queries = {name: page_of(name, f"{type_}Filter", f"{type_}Order", "id") for name, type_ in lists.items()}
    before = {name: (await own_world.ask("admin1", query)).data for name, query in queries.items()}
    for row in await own_world.owner.fetch("select id from payment where account_id = $1", own_world.ids["t1", "account", "A2-ACC"]):
        await insert(own_world, f"pay_{row['id'].hex}", 0)

    assert {name: (await own_world.ask("admin1", query)).data for name, query in queries.items()} == before


async def ids(world: World) -> list[str]:
    return [edge["node"]["id"] for edge in (await read(world, "acct", PAYMENTS, first=100, filter=EVER))["rows"]["edges"]]


async def insert(world: World, like: str, days: int) -> None:
    """Another payment like this one, of so many days later."""
    await world.owner.execute(COPY, UUID(like[4:]), uuid4(), days)
