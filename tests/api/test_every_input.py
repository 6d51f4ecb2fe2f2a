"""No value that a client can send, in any role, ends in a mistake of ours: it is answered, or refused with a code of the closed list."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx2
import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from schema import build
from server.http.error_codes import Code
from tests.api.inputs import Place, Writer, odd_values, places, type_at
from tests.api.lending import lend, prove, set_policy
from tests.database import Cluster
from tests.world import World, opened_world, token_of

SCHEMA = build()._schema
PLACES = places(SCHEMA)
PEOPLE = ("admin1", "t2", "agent", "view1", "anna", "config", None, "supervisor")
# How often each place is tried in a usual run, and how many times as often in a long one: `BAILIWICK_INPUT_TIMES=20`, others each time.
TIMES = "BAILIWICK_INPUT_TIMES"
ACTING, OTHERWISE, PAGING = 20, 3, 1
DRAWN = 150  # values of each type
PAGED = {"first", "last", "after", "before", "orderBy"}  # the same at each of the forty lists
NEVER = {Code.INTERNAL_SERVER_ERROR.value, Code.OVERLOADED.value}
CLOSED = {Code.UNAUTHENTICATED.value, Code.FORBIDDEN.value, Code.NOT_OFFERED.value}


@dataclass
class Tried:
    """A world that acts are done in, and somebody for each person of it who knows the ids that they see."""

    world: World
    writers: dict[str | None, Writer] = field(default_factory=dict)
    able: dict[tuple[str, str], list[str | None]] = field(default_factory=dict)

    async def sent(self, who: str | None, body: bytes) -> httpx2.Response:
        headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        async with self.world.client() as client:
            return await client.post(
                "/graphql", content=body, headers=headers | ({"authorization": f"Bearer {token_of(who)}"} if who else {})
            )

    async def who_can(self, of: str, name: str) -> list[str | None]:
        """Who comes further than the door with an act: the others are all refused alike."""
        if (of, name) not in self.able:
            answers = [(who, await self.sent(who, self.writers[who].fitting(of, name))) for who in PEOPLE]
            self.able[of, name] = [who for who, answer in answers if not codes(answer) & CLOSED]
        return self.able[of, name]

    async def prepare(self, name: str) -> None:
        """A quote that something can be done to: those before it may be over."""
        if name.startswith("settlementQuote") and self.writers["admin1"].maker.type("Mutation").fields.get(name):
            quote = await self._quote()
            for writer in (self.writers["admin1"], self.writers["agent"]):
                writer.ids = {**writer.ids, "SettlementQuote": [quote]}

    async def _quote(self) -> str:
        self.made = getattr(self, "made", 0) + 1
        contract = self.writers["admin1"].ids["Contract"][0]
        query = "mutation ($input: SettlementQuoteRequestInput!) { settlementQuoteRequest(input: $input) { quote { id } } }"
        answer = await self.world.ask("admin1", query, input={"contract": contract, "idempotencyKey": f"quote {self.made}"})
        return str(answer.data["settlementQuoteRequest"]["quote"]["id"])


@pytest.fixture(scope="module")
async def tried(cluster: Cluster, world_template: str, anyio_backend: str) -> AsyncIterator[Tried]:
    urls = await cluster.clone(world_template)
    async with opened_world(urls) as world:
        await lend(world)
        await set_policy(world, "customer-corner", features=["DOCUMENTS", "SIMULATIONS", "REPAYMENT"])
        await prove(world, 600)
        known = {who: await known_ids(world, who) for who in PEOPLE}
        yield Tried(world, {who: Writer(SCHEMA, ids or known["view1"]) for who, ids in known.items()})
    await cluster.drop(urls)


async def known_ids(world: World, who: str | None) -> dict[str, list[str]]:
    """What the lists of the root show to somebody, by type; and what has to be made first."""
    found: dict[str, list[str]] = {}
    for name, definition in SCHEMA.query_type.fields.items():  # type: ignore[union-attr]  # there is one
        type_: Any = get_named_type(definition.type)
        if isinstance(type_, GraphQLObjectType) and "nodes" in type_.fields:
            answer = await world.ask(who, f"{{ {name}(first: 5) {{ nodes {{ __typename ... on Node {{ id }} }} }} }}")
            for node in (answer.data or {}).get(name, {"nodes": []})["nodes"]:
                found.setdefault(node["__typename"], []).append(node["id"])
    announce = f'mutation {{ importUploadCreate(input: {{byteSize: 1000, sha256: "{"a" * 64}"}}) {{ upload {{ id }} }} }}'
    upload = ((await world.ask(who, announce)).data or {}).get("importUploadCreate", {}).get("upload")
    return found | ({"ImportUpload": [upload["id"]]} if upload else {})


def test_the_walk_finds_every_argument_of_the_schema():
    named = {(p.of, p.field, p.way[0]) for p in PLACES}

    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            assert {(type_.name, f, a) for f, d in type_.fields.items() for a in d.args} <= named
    assert {
        Place("Mutation", "settlementQuoteIssue", ("input", "fees")),
        Place("Query", "invoices", ("filter", "issuedOn", "from")),
        Place("Query", "simulateConsolidation", ("input", "externals", "settlement")),
    } <= set(PLACES)


async def test_every_place_is_on_some_way_from_the_root(tried: Tried):
    assert [str(place) for place in PLACES if tried.writers["admin1"].reached(place) is None] == []


async def test_no_input_of_a_client_ends_in_a_mistake_of_ours(tried: Tried):
    values = drawn_values()
    ways, people = cycle([(False, False), (True, False), (True, True)]), cycle(PEOPLE)
    wrong = []

    for place in PLACES:
        drawn = values[str(type_of(place))]
        able = cycle([*(await tried.who_can(place.of, place.field)), next(people)]) if is_act(place) else people
        for _ in range(times(place)):
            await tried.prepare(place.field)
            who, (is_variable, is_raw) = next(able), next(ways)
            body = tried.writers[who].written(place, next(drawn), is_variable=is_variable, is_raw=is_raw)
            with capture_logs() as logs:
                answer = await tried.sent(who, body)
            if why := mistakes(answer, logs):
                wrong.append(f"{place} by {who}: {body[:600].decode('utf-8', 'replace')} {why}")

    assert not wrong, "\n".join(wrong)


def drawn_values() -> dict[str, Iterator[Any]]:
    """As many as are needed of each type, at most `DRAWN`, then they come again."""
    needed = Counter(str(type_of(place)) for place in PLACES for _ in range(times(place)))
    types = {str(taken): taken for taken in map(type_of, PLACES)}
    return {name: cycle(drawn(odd_values(taken), min(DRAWN, needed[name]))) for name, taken in types.items()}


def drawn(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """The same each time, or others in a long run."""
    found: list[Any] = []

    @settings(
        max_examples=number,
        derandomize=TIMES not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found


def type_of(place: Place) -> Any:
    return type_at(SCHEMA.type_map[place.of].fields[place.field], place.way)  # type: ignore[attr-defined]  # only types with fields have places


def is_act(place: Place) -> bool:
    return place.of == "Mutation" or place.field.startswith("simulate")


def times(place: Place) -> int:
    usual = ACTING if is_act(place) else PAGING if place.way[0] in PAGED else OTHERWISE
    return usual * int(os.environ.get(TIMES, "1"))


def codes(answer: httpx2.Response) -> set[str]:
    return {error["extensions"]["code"] for error in orjson.loads(answer.content).get("errors", [])}


def mistakes(answer: httpx2.Response, logs: list[Any]) -> list[Any]:
    """What must not be in an answer, or in the log for it."""
    said = codes(answer)
    status = [] if answer.status_code in (200, 400, 401, 403, 413) else [answer.status_code]
    return [*status, *sorted(said & NEVER), *sorted(said - set(Code.__members__)), *(line for line in logs if line["log_level"] == "error")]
