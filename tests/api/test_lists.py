"""Every long list: its pages, orders and cursors, against the plain list sorted by Python."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema import build
from tests.api.asking import flat, page_of, read, walked
from tests.world import World

QUERY: Any = build()._schema.query_type
ROOT_LISTS = sorted(name for name, field in QUERY.fields.items() if str(field.type).endswith("Connection!"))


@dataclass(frozen=True)
class Listed:
    """A root list, and its orders: for each the fields of a row that the order sorts by."""

    field: str
    type: str
    orders: dict[str, tuple[str, ...]]

    @property
    def query(self) -> str:
        shown = " ".join(sorted({path[0] + (f" {{ {path[1]} }}" if path[1:] else "") for path in self.orders.values()}))
        return page_of(self.field, f"{self.type}Filter", f"{self.type}Order", f"id {shown}")


LISTS = [
    Listed("contracts", "Contract", {"STARTS_ON": ("startsOn",), "NUMBER": ("number",)}),
    Listed("assets", "Asset", {"DESIGNATION": ("designation",)}),
    Listed("installments", "Installment", {"DUE_ON": ("dueOn",), "AMOUNT_INCL_VAT": ("amountInclVat", "amount")}),
    Listed("invoices", "Invoice", {"ISSUED_ON": ("issuedOn",), "NUMBER": ("number",), "TOTAL": ("total", "amount")}),
    Listed("documents", "Document", {"DOCUMENT_ON": ("documentOn",), "PUBLISHED_AT": ("publishedAt",), "TITLE": ("title",)}),
    Listed("payments", "Payment", {"VALUE_ON": ("valueOn",), "AMOUNT": ("amount", "amount")}),
    Listed("directDebits", "DirectDebit", {"COLLECTION_ON": ("collectionOn",), "AMOUNT": ("amount", "amount")}),
    Listed("mandates", "Mandate", {"REFERENCE": ("reference",)}),
    Listed("statements", "Statement", {"PERIOD_FROM_ON": ("periodFromOn",), "PERIOD_TO_ON": ("periodToOn",)}),
    Listed("operations", "Operation", {"BOOKED_ON": ("bookedOn",), "VALUE_ON": ("valueOn",), "AMOUNT": ("amount", "amount")}),
    Listed("cases", "Case", {"OPENED_ON": ("openedOn",), "NUMBER": ("number",), "OUTSTANDING": ("outstanding", "amount")}),
]
BY_FIELD = pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.field)
EVERYBODY = st.sampled_from(["admin1", "acct", "agent", "narrow", "t4"])


def place(row: Any, path: tuple[str, ...]) -> Any:
    """What a row is sorted by, as a value that sorts as the database does; amounts by their worth."""
    for name in path:
        row = row[name]
    return Decimal(row) if path[1:] else row


async def planned(world: World, who: str, query: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the database finds what somebody asks for, in one statement, where it has so many rows that it uses whatever index there is."""
    fetch, statements = world.tenancy.database.fetch, list[tuple[Any, ...]]()

    async def noted(*statement: Any, **how: Any) -> Any:
        statements.append(statement)
        return await fetch(*statement, **how)

    with monkeypatch.context() as patch:
        patch.setattr(world.tenancy.database, "fetch", noted)
        await read(world, who, query)
    sql, *values = statements[-1]
    connection = await asyncpg.connect(world.tenancy.database.url, server_settings={"search_path": "bailiwick"})
    try:
        await connection.execute("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off")
        return "\n".join(row[0] for row in await connection.fetch("explain " + sql, *values))
    finally:
        await connection.close()


def bare(order: str) -> str:
    """The columns of an order, whose directions are all the same: an index is read from either end, and compares as its columns do."""
    return re.sub(r"\w+\.| DESC| COLLATE \"C\"", "", order)


@BY_FIELD
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_walking_a_list_in_pages_gives_every_row_once_in_its_order(world: World, listed: Listed, data: st.DataObject) -> None:
    who, size, backward = data.draw(EVERYBODY), data.draw(st.integers(1, 7)), data.draw(st.booleans())
    field, direction = data.draw(st.sampled_from(sorted(listed.orders))), data.draw(st.sampled_from(["ASC", "DESC"]))
    order = {"field": field, "direction": direction}

    whole = flat(await walked(world, who, listed.query, 100, orderBy=order))
    pages = await walked(world, who, listed.query, size, backward=backward, orderBy=order)

    assert flat(pages) == whole == sorted(whole, key=lambda row: (place(row, listed.orders[field]), row["id"]), reverse=direction == "DESC")
    assert len({row["id"] for row in whole}) == len(whole)
    assert all(len(page) == size for page in (pages[1:] if backward else pages[:-1]))


@BY_FIELD
async def test_a_page_says_what_lies_around_it_and_how_long_the_whole_list_is(world: World, listed: Listed) -> None:
    whole = (await read(world, "agent", listed.query, first=100))["rows"]
    count = len(whole["edges"])

    first = (await read(world, "agent", listed.query, first=1))["rows"]
    last = (await read(world, "agent", listed.query, last=1))["rows"]

    assert first["totalCount"] == last["totalCount"] == whole["totalCount"] == count > 1
    assert first["pageInfo"]["hasNextPage"] and not first["pageInfo"]["hasPreviousPage"]
    assert last["pageInfo"]["hasPreviousPage"] and not last["pageInfo"]["hasNextPage"]
    assert first["edges"][0] == whole["edges"][0] and last["edges"][0] == whole["edges"][-1]
    assert first["pageInfo"]["startCursor"] == first["pageInfo"]["endCursor"] == whole["edges"][0]["cursor"]


@BY_FIELD
async def test_a_cursor_of_another_list_order_or_maker_is_refused(world: World, listed: Listed) -> None:
    cursor = (await read(world, "agent", listed.query, first=1))["rows"]["edges"][0]["cursor"]
    other = next(each for each in LISTS if each != listed)
    foreign = (await read(world, "agent", other.query, first=1))["rows"]["edges"][0]["cursor"]
    order = {"field": next(iter(listed.orders)), "direction": "DESC" if listed.field == "assets" else "ASC"}  # not as it is unless told
    bent = ("A" if cursor[0] != "A" else "B") + cursor[1:]

    answers = [
        await world.ask("agent", listed.query, after=foreign),
        await world.ask("agent", listed.query, before=foreign),
        await world.ask("agent", listed.query, after=cursor, orderBy=order),
        *[await world.ask("agent", listed.query, after=made_up) for made_up in (bent, cursor[:-3], "", "x", "é", "\N{GRINNING FACE}")],
    ]

    assert {(tuple(answer.codes), answer.errors[0]["extensions"]["rule"]) for answer in answers} == {(("BAD_USER_INPUT",), "page.cursor")}


@BY_FIELD
@pytest.mark.parametrize(
    "window, rule",
    [
        ({"first": 0}, "page.size"),
        ({"first": 101}, "page.size"),
        ({"last": -1}, "page.size"),
        ({"last": 101}, "page.size"),
        ({"first": 1, "last": 1}, "page.direction"),
        ({"last": 1, "after": "x"}, "page.direction"),
    ],
)
async def test_a_size_out_of_bounds_and_two_directions_are_refused(world: World, listed: Listed, window: Any, rule: str) -> None:
    answer = await world.ask("agent", listed.query, **window)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.errors[0]["extensions"]["rule"] == rule
    assert answer.errors[0]["path"] == ["rows"]


@BY_FIELD
async def test_a_list_is_read_in_one_statement_and_counted_in_another_whatever_its_size(world: World, listed: Listed) -> None:
    bare = f"query ($first: Int) {{ {listed.field}(first: $first) {{ nodes {{ id }} }} }}"
    counted = f"query ($first: Int) {{ {listed.field}(first: $first) {{ nodes {{ id }} totalCount }} }}"
    await read(world, "agent", bare)

    assert [(await world.ask("agent", bare, first=first)).statements for first in (1, 100)] == [1, 1]
    assert [(await world.ask("agent", counted, first=first)).statements for first in (1, 100)] == [2, 2]


@pytest.mark.parametrize("field", ROOT_LISTS)
async def test_staff_find_the_first_rows_of_a_whole_house_in_an_index(world: World, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a page costs what it shows, however many rows the house has: without an index in its order, all of them would be sorted."""
    plan = await planned(world, "agent", f"{{ {field}(first: 1) {{ nodes {{ __typename }} }} }}", monkeypatch)

    assert ("Index" in plan, plan.count("Sort  (")) == (True, 0), plan


@pytest.mark.parametrize("field", sorted({*ROOT_LISTS} - {"accounts", "companies", "persons"}))
async def test_of_one_account_the_first_rows_are_found_in_an_index(world: World, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have thousands of contracts: what is found in its index is sorted, and no more."""
    plan = await planned(world, "admin1", f"{{ {field}(first: 1) {{ nodes {{ __typename }} }} }}", monkeypatch)
    indexes = await world.owner.fetch("select indexdef from pg_indexes where schemaname = 'bailiwick'")

    [order] = re.findall(r"Sort Key: (.*)", plan)
    assert plan.index("Sort  (") < plan.index("Scan on unnest"), plan
    assert any(d.replace(" DESC", "").endswith(f"(tenant_id, account_id, {bare(order)})") for (d,) in indexes), order


@BY_FIELD
async def test_a_stranger_reads_no_list(world: World, listed: Listed) -> None:
    answer = await world.ask(None, listed.query)

    assert (answer.status, answer.codes, answer.data) == (401, ["UNAUTHENTICATED"], None)


@BY_FIELD
async def test_ids_that_are_none_of_yours_match_nothing(world: World, listed: Listed) -> None:
    mine = (await read(world, "admin1", "{ accounts: contracts(first: 1) { nodes { account { id } } } }"))["accounts"]["nodes"][0][
        "account"
    ]["id"]
    theirs = (await read(world, "admin2", "{ accounts: contracts(first: 1) { nodes { account { id } } } }"))["accounts"]["nodes"][0][
        "account"
    ]["id"]

    async def count(*accounts: str) -> int:
        return int((await read(world, "admin1", listed.query, filter={"accounts": list(accounts)}))["rows"]["totalCount"])

    assert await count(mine) == await count(mine, theirs, "nonsense") > 0
    assert [await count(theirs), await count("nonsense"), await count(), await count(mine.upper()), await count(f"con_{mine[4:]}")] == [
        0
    ] * 5
    assert (await world.ask("admin1", listed.query, filter={"accounts": [mine] * 101})).codes == ["BAD_USER_INPUT"]
