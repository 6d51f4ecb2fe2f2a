"""Every field of every filter, at every list that takes it: what it finds is what fits, and it is not everything."""

import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLList, GraphQLObjectType, get_named_type, get_nullable_type

from models import Contract
from models.searching import search_key
from schema import build
from tests.api.asking import read
from tests.api.importing import FARM, started, worker, zipped
from tests.api.lending import lend
from tests.database import Cluster
from tests.world import World, fill, opened_world
from tests.world_rows import write

SCHEMA: Any = build()._schema
WHO = ("agent", "anna", "t2", "admin3")  # who sees many rows, of two houses, and quotes
VALUES = 4  # that each field is tried with
WINDOWS = {
    ("Query", "documents"): {"documentOn": {"from": None}}, ("Query", "payments"): {"valueOn": {"from": None}},
    ("Query", "installments"): {"dueOn": {"from": None}}, ("Account", "installments"): {"dueOn": {"from": None}},
}  # what makes whole the lists that, unless told, begin or end at some day  # fmt: skip
# How one gets to the objects that have lists.
PLACES = {
    "Query": "{}", "BackOffice": "backOffice {{ {} }}", "ImportRun": "backOffice {{ importRuns(filter: {{sources: [\"crm\"]}}) {{ nodes {{ {} }} }} }}", "Party": "accounts {{ nodes {{ holder {{ {} }} }} }}",
    "Account": "accounts {{ nodes {{ {} }} }}", "Company": "companies {{ nodes {{ {} }} }}", "Person": "persons {{ nodes {{ {} }} }}",
    "Contract": "contracts {{ nodes {{ {} }} }}", "Mandate": "mandates {{ nodes {{ {} }} }}",
}  # fmt: skip
# What a field of a filter looks at, where that is not called the same.
LOOKS_AT = {
    "accounts": "account.id", "contracts": "contract.id", "mandates": "mandate.id", "holders": "holder.id", "kinds": "kind", "states": "state",
    "statuses": "status", "categories": "category", "schemes": "scheme", "directions": "direction", "methods": "method", "sources": "source",
    "types": "type", "results": "result", "name": "legalName", "search": "number", "Asset.search": "serialNumber", "Company.search": "legalName", "Person.search": "legalName",
}  # fmt: skip


@dataclass(frozen=True)
class Narrowed:
    """A field of a filter, and where it is one end of a range, which: `InstallmentFilter.dueOn.from`; and the lists that take it."""

    filter: str
    field: str
    end: str | None
    lists: tuple[tuple[str, str], ...]  # the type that has the list, and its field

    @property
    def item(self) -> str:
        return self.filter.removesuffix("Filter")

    def __str__(self) -> str:
        return ".".join(filter(None, (self.filter, self.field, self.end)))


def narrowed() -> Iterator[Narrowed]:
    for filter_, lists in filters().items():
        for name, given in SCHEMA.type_map[filter_].fields.items():
            for end in ends(given.type):
                yield Narrowed(filter_, name, end, tuple(lists))


def filters() -> dict[str, list[tuple[str, str]]]:
    """Every filter of the schema, and the lists that take it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for list_, field in type_.fields.items():
                if "filter" in field.args:
                    found.setdefault(get_named_type(field.args["filter"].type).name, []).append((type_.name, list_))
    return found


def ends(type_: Any) -> tuple[str | None, ...]:
    """Those of a range; else none."""
    named: Any = get_named_type(type_)
    return tuple(named.fields) if isinstance(named, GraphQLInputObjectType) else (None,)


def path(narrowed: Narrowed) -> str:
    """What the field looks at, from field to field of a row."""
    name = LOOKS_AT.get(f"{narrowed.item}.{narrowed.field}") or LOOKS_AT.get(narrowed.field, narrowed.field)
    shown: Any = get_named_type(SCHEMA.type_map[narrowed.item].fields[name.partition(".")[0]].type)
    return f"{name}.amount" if shown.name == "Money" else name


def given(narrowed: Narrowed, value: Any) -> Any:
    """The value as the filter takes it."""
    type_ = SCHEMA.type_map[narrowed.filter].fields[narrowed.field].type
    if narrowed.end:
        return {narrowed.end: value}
    return [value] if isinstance(get_nullable_type(type_), GraphQLList) else value


def fits(narrowed: Narrowed, found: Any, value: Any) -> bool:
    """Whether a row in which this is found is one of those that are looked for."""
    if found is None:
        return False
    if narrowed.end:
        found, value = (Decimal(found), Decimal(value)) if path(narrowed).endswith(".amount") else (found, value)
        return bool(found >= value if narrowed.end == "from" else found <= value)
    if narrowed.field == "search":
        return search_key(found).startswith(search_key(value)) or search_key(value) in map(search_key, found.split())
    if narrowed.field in ("number", "enterpriseNumber"):
        return search_key(found) == search_key(value)
    return bool(found == value)


@pytest.fixture(scope="module")
def many_template(cluster: Cluster) -> str:
    """The world; with loans and quotes at T2, and at T1 a second import, from another system, of which not everything was taken."""

    async def fill_more(urls: Any) -> None:
        await fill(urls)
        async with opened_world(urls) as world:
            await lend(world)
            await ask_for_quotes(world)
            await import_more(world)

    return cluster.template("filters", fill_more)


async def ask_for_quotes(world: World) -> None:
    request = "mutation ($input: SettlementQuoteRequestInput!) { done: settlementQuoteRequest(input: $input) { quote { id version } errors { rule } } }"
    cancel = "mutation ($input: SettlementQuoteCancelInput!) { done: settlementQuoteCancel(input: $input) { errors { rule } } }"
    quotes = []
    for contract, day in (("A9-LOAN", "2026-03-02"), ("A8-LOAN", "2026-03-17")):
        asked = {"contract": world.gid("t2", Contract, contract), "repayOn": day, "idempotencyKey": contract}
        quotes.append((await read(world, "t2", request, input=asked))["done"]["quote"])
    await read(world, "t2", cancel, input={"quote": quotes[1]["id"], "expectedVersion": quotes[1]["version"]})


async def import_more(world: World) -> None:
    """A customer who has left, a collection of another sum, and a row that is refused."""
    rows = FARM | {
        "addresses": [FARM["addresses"][0] | {"country": "Belgium"}],
        "accounts": [{"external_id": "P9-ACC", "holder": "P9", "portal": "customer-corner", "number": "100200900", "status": "CLOSED"}],
        "mandates": [{"external_id": "P9-MND", "account": "P9-ACC", "reference": "P9-MANDATE", "scheme": "CORE", "currency": "EUR", "signed_on": "2024-01-01", "state": "ACTIVE"}],
        "direct_debits": [{"external_id": "P9-DD", "mandate": "P9-MND", "collection_on": "2026-01-02", "currency": "EUR", "amount": "55.00", "state": "SCHEDULED"}],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "export", "t1", rows)
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"source": "crm"}))
        await started(world, zipped(folder))
    await worker(world).run_dry()


@pytest.fixture(scope="module")
async def many(cluster: Cluster, many_template: str, anyio_backend: str) -> AsyncIterator[World]:
    urls = await cluster.clone(many_template)
    async with opened_world(urls) as world:
        yield world
    await cluster.drop(urls)


async def listed(world: World, who: str, of: Narrowed, place: tuple[str, str], filter_: Any) -> dict[str, Any] | None:
    """What the field looks at, in each row of the list, of all objects that have it; `None` where one has more than fit on a page."""
    shown, (type_, list_) = path(of), place
    filter_ = WINDOWS.get(place, {}) | filter_
    key = "id" if "id" in SCHEMA.type_map[of.item].fields else "number"
    rows = f"rows: {list_}(filter: $filter, first: 100) {{ pageInfo {{ hasNextPage }} nodes {{ key: {key} shown: {selected(shown)} }} }}"
    data = await read(world, who, f"query ($filter: {of.filter}) {{ {PLACES[type_].format(rows)} }}", filter=filter_)
    found = list(pages(data))
    if any(page["pageInfo"]["hasNextPage"] for page in found):
        return None
    return {f"{number}/{row['key']}": inside(row["shown"]) for number, page in enumerate(found) for row in page["nodes"]}


def selected(shown: str) -> str:
    """`account.id` as it is asked for."""
    return shown.replace(".", " { ") + " }" * shown.count(".")


def inside(shown: Any) -> Any:
    return next(iter(shown.values())) if isinstance(shown, dict) else shown


def pages(data: Any) -> Iterator[Any]:
    """Every answer of the list that is asked about."""
    for name, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if name == "rows":
            yield value
        else:
            yield from pages(value)


def values_of(rows: dict[str, Any], of: Narrowed) -> list[Any]:
    """Some that differ. A number that is masked is no number to look for."""
    known = {value for value in rows.values() if value is not None and "•" not in str(value)}
    return sorted({value.split()[0] if of.field == "search" and "legalName" in path(of) else value for value in known}, key=str)


async def is_narrowed(world: World, who: str, of: Narrowed, place: tuple[str, str]) -> bool:
    """Whether some value finds rows and not all. Every value finds the rows that fit, and no others."""
    everything, is_told_apart = await listed(world, who, of, place, {}), False
    values = values_of(everything or {}, of)
    for value in values[:: max(1, len(values) // VALUES)]:
        found = await listed(world, who, of, place, {of.field: given(of, value)})
        assert everything is not None and found == {key: shown for key, shown in everything.items() if fits(of, shown, value)}, (
            who,
            place,
            value,
        )
        is_told_apart |= 0 < len(found) < len(everything)
    return is_told_apart


@pytest.mark.parametrize("of", list(narrowed()), ids=str)
async def test_a_field_of_a_filter_finds_what_fits_and_nothing_else_in_every_list(many: World, of: Narrowed) -> None:
    told_apart = [
        place
        for place in of.lists
        for who in (WHO if place[0] not in ("BackOffice", "ImportRun") else WHO[:1])
        if await is_narrowed(many, who, of, place)
    ]

    assert told_apart, "no row of the world is left out by it: give one another value"


def test_every_object_that_has_such_a_list_is_reached() -> None:
    assert {type_ for lists in filters().values() for type_, _ in lists} == set(PLACES)
