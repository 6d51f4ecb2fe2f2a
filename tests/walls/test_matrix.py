"""Every field and every place that takes an id, for everybody, over HTTP: observed against the reviewed `policy.txt` and against the rows.

Nothing here names a field: what the schema grows by is tested the moment it is there.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from graphql import GraphQLNonNull, get_named_type, get_nullable_type, is_list_type

from models.base import Owned
from resolvers.node import KINDS
from schema import build
from tenants.policy import MODELS, Policy
from tenants.table import LINES
from tests.walls.expected import CUSTOMERS, HOLDERS, readers_of
from tests.walls.operations import Maker, Step, Taker, takers
from tests.walls.reviewed import POLICY_TXT, reviewed
from tests.world import STAFF, World

SCHEMA = build()._schema
GID = re.compile(rb'"([a-z]{3})_([0-9a-f]{32})"')
BY_FEATURE = ("simulate",)  # root fields that only portals with a feature answer
PEOPLE = [None, "admin1", "view1", "admin2", "acct", "narrow", "t2", "t4", "agent", "auditor", "security"]
ROLES = {"admin1": {"ADMINISTRATOR"}, "admin2": {"ADMINISTRATOR"}, "t2": {"ADMINISTRATOR"}, "t4": {"ADMINISTRATOR"}} | {
    name: {role.value} for name, role in STAFF.items()
}


REVIEWED = reviewed(POLICY_TXT.read_text(encoding="utf-8")).fields
# What no row of the world leads to: insurances are the borrower's at T4, quotes are made by asking for them, and customers see no staff.
# Types of which the world has none: a verified paper needs the code that is printed on it, a fault a refused export, other terms a newer
# version.
NOWHERE = {
    "InsuranceTerms",
    "SettlementQuote",
    "SettlementQuoteEdge",
    "CreditProduct",
    "Staff",
    "VerifiedCertificate",
    "ImportFault",
    "OtherTerms",
}


def roles_of(who: str | None) -> set[str]:
    return {"STRANGER"} if who is None else ROLES.get(who, {"VIEWER"})


TABLES = {"case": "claim_case", "company": "party", "person": "party"}  # of fields that are not called as the table they read


def own_ids(world: World, house: str, account: str) -> Callable[[str, str, str], str]:
    """Ids of the caller's own house, by the name of the field or argument that takes them."""
    kinds = {kind._meta.db_table: kind for kind in KINDS}

    def chosen(of: str, name: str, argument: str) -> str:
        words = [re.sub("([A-Z])", r"_\1", word.removesuffix("s")).lower() for word in (argument, name)]
        wanted = next((table for word in words if (table := TABLES.get(word, word)) in kinds), "contract")
        if wanted == "party":
            external: str | None = HOLDERS[house, f"{account}-ACC"]
        else:
            external = next((e for h, t, e in sorted(world.ids) if h == house and t == wanted and e.startswith(account)), None)
        if external is None:
            external, wanted = f"{account}-C1", "contract"
        return f'"{world.gid(house, kinds[wanted], external)}"'

    return chosen


def maker_for(world: World, who: str | None) -> Maker:
    house = CUSTOMERS[who].house if who in CUSTOMERS else "t1"
    return Maker(SCHEMA, own_ids(world, house, "A2" if who == "admin2" else "A1"))


async def oracle(world: World, who: str | None) -> Callable[[str, str], bool]:
    """Whether this person may read the row with this id."""
    rows: dict[UUID, list[tuple[type[Owned], Any]]] = {}
    for kind in KINDS:
        for row in await world.owner.fetch(f"select * from {kind._meta.db_table}"):
            rows.setdefault(row["id"], []).append((kind, dict(row)))

    def may_read(prefix: str, key: str) -> bool:
        known = rows.get(UUID(key), [])
        return who is not None and any(readers_of(world, who, kind)(row) for kind, row in known if prefix in kind.prefixes())

    return may_read


def test_the_reviewed_table_is_the_one_that_decides():
    printed = Policy(SCHEMA, LINES).printed()
    assert POLICY_TXT.read_text(encoding="utf-8") == printed, "Read the difference, then run: make policy"


def test_every_model_that_can_be_read_by_id_has_a_rule():
    assert set(KINDS) <= set(MODELS)


@pytest.mark.parametrize("who", ["agent", "admin1"])
async def test_the_way_to_every_type_leads_to_something(world: World, who: str):
    """Else the walk below would ask for fields of nothing, and prove nothing of them."""
    maker, roles = maker_for(world, who), roles_of(who)
    nowhere = set()
    for of, path in maker.paths().items():
        if path and not by_feature(path, []) and all(REVIEWED[step.of, step.name] & roles for step in path):
            answer = await world.ask(who, maker.wrapped("__typename", of, path))
            names = [type_.name for type_ in maker.possible(SCHEMA.type_map[of])]
            if not any(f'"__typename":"{name}"'.encode() in answer.raw for name in names):
                nowhere.add(of)
    assert nowhere <= NOWHERE


@pytest.mark.row("X-1", part="every field for every role, and no id in any answer that is not the reader's")
@pytest.mark.parametrize("who", PEOPLE)
async def test_every_field_answers_whom_the_table_names_and_shows_nobody_a_foreign_id(world: World, who: str | None):
    """What is refused is asked for field by field, and what is allowed a dozen fields at a time. What hangs under an object that is never
    there for this person may be named, and answers nothing.
    """
    maker, may_read, roles = maker_for(world, who), await oracle(world, who), roles_of(who)
    refused = ["UNAUTHENTICATED" if who is None else "FORBIDDEN"]
    for of, path in maker.paths().items():
        fields: list[str] = sorted(SCHEMA.type_map[of].fields)  # type: ignore[attr-defined]  # all of them have fields
        if is_absent(of, path, roles):
            for name in fields:
                answer = await world.ask(who, maker.reaching(of, name, path))
                assert answer.codes == [] and is_nothing(answer.data), (of, name, answer.raw[:300])
            continue
        is_open = all(REVIEWED[step.of, step.name] & roles for step in path)
        allowed = [name for name in fields if is_open and REVIEWED[of, name] & roles]
        for name in set(fields) - set(allowed):
            answer = await world.ask(who, maker.reaching(of, name, path))
            assert answer.codes == refused, (of, name, answer.raw[:300])
        for some in groups(of, path, allowed):
            answer = await world.ask(who, maker.wrapped(" ".join(maker.leaf_call(of, name) for name in some), of, path))
            assert answer.codes == [] or (by_feature(path, some) and answer.codes == ["NOT_OFFERED"]), (of, some, answer.raw[:300])
            foreign = [found[0] for found in GID.finditer(answer.raw) if not may_read(found[1].decode(), found[2].decode())]
            assert foreign == [], (of, some)


def is_absent(of: str, path: list[Step], roles: set[str]) -> bool:
    """Whether the way to a type passes an object of a type of which these may name nothing, where it may be null; by the reviewed file."""
    for step, following in zip(path, [*(step.of for step in path[1:]), of], strict=False):
        if not REVIEWED[step.of, step.name] & roles:
            return False
        type_ = SCHEMA.type_map[step.of].fields[step.name].type  # type: ignore[attr-defined]  # it has fields
        is_narrower = following != get_named_type(type_).name
        may_be_null = not isinstance(type_, GraphQLNonNull) and not is_list_type(get_nullable_type(type_))
        if (is_narrower or may_be_null) and is_closed(following, roles):
            return True
    return False


def is_closed(type_name: str, roles: set[str]) -> bool:
    return not any(REVIEWED[of, name] & roles for of, name in REVIEWED if of == type_name)


def is_nothing(data: Any) -> bool:
    """No value anywhere, but for the ids and names of what stands on the way."""
    if isinstance(data, dict):
        return all(is_nothing(value) for name, value in data.items() if name != "id")
    return data is None or (isinstance(data, list) and all(map(is_nothing, data)))


def groups(of: str, path: list[Step], names: list[str], size: int = 12) -> list[list[str]]:
    """A dozen at a time; what a portal may not offer by itself."""
    alone = [name for name in names if by_feature(path, [name])]
    together = [name for name in names if name not in alone]
    return [*([name] for name in alone), *(together[start : start + size] for start in range(0, len(together), size))]


def by_feature(path: list[Step], names: list[str]) -> bool:
    return (path[0].name if path else names[0]).startswith(BY_FEATURE)


def told(answer: Any) -> Any:
    """The answer without what differs between any two: the request's id and the budget that is left."""
    body = answer.json
    for error in body.get("errors", []):
        error["extensions"].pop("requestId", None)
    body.get("extensions", {}).pop("cost", None)
    return answer.status, body


def asking(maker: Maker, taker: Taker, path: list[Step], gids: list[str]) -> str:
    """An operation that hands these ids to this place."""
    definition = SCHEMA.type_map[taker.of].fields[taker.name]  # type: ignore[attr-defined]  # it has fields
    required = [
        name
        for name, argument in definition.args.items()
        if name != taker.argument and str(argument.type).endswith("!") and argument.default_value is None
    ]
    assert required == [], taker
    below = "" if maker.is_leaf(definition) else " { __typename }"
    if "nodes" in getattr(_named(definition.type), "fields", {}):
        below = " { totalCount nodes { __typename } }"
    return maker.wrapped(f"{taker.name}({taker.written(gids)}){below}", taker.of, path)


def _named(type_: Any) -> Any:
    while hasattr(type_, "of_type"):
        type_ = type_.of_type
    return type_


async def gids(world: World) -> dict[str, tuple[type[Owned], Any]]:
    """Ids of rows of every kind: some of each house and account."""
    found: dict[str, tuple[type[Owned], Any]] = {}
    houses = [world.tenants[house] for house in ("t1", "t2", "t4")]
    for kind in KINDS:
        by_whom: dict[tuple[Any, ...], int] = {}
        for row in await world.owner.fetch(f"select * from {kind._meta.db_table} where tenant_id = any($1) order by id", houses):
            place = (
                row["tenant_id"],
                row.get("account_id") or row.get("party_id") or row["id"] if kind._meta.db_table == "account" else row.get("account_id"),
            )
            by_whom[place] = by_whom.get(place, 0) + 1
            if by_whom[place] <= 2:
                prefix = "per" if dict(row).get("kind") == "PERSON" else kind.PREFIX
                found[f"{prefix}_{row['id'].hex}"] = (kind, dict(row))
    return found


@pytest.mark.row("X-2", part="every place that takes an id tells foreign ids from missing ones for nobody")
@pytest.mark.parametrize("who", PEOPLE)
async def test_an_id_that_is_not_yours_answers_as_one_that_does_not_exist(world: World, who: str | None):
    """Where a list is taken, foreign ids of every kind at once; where one id is taken, one after the other of the kind that belongs there,
    and of another; by `node`, of every kind.
    """
    maker, known = maker_for(world, who), await gids(world)
    paths = maker.paths()
    maker.few = 3  # what is asked there is the same under each parent
    foreign = one_of_each([gid for gid, (kind, row) in known.items() if who is None or not readers_of(world, who, kind)(row)], known)
    for taker in takers(SCHEMA):
        named = foreign if taker.name == "node" else of_the_kind(maker, taker, foreign)
        for some in [foreign[:100]] if taker.is_list else [[gid] for gid in named]:
            asked = [asking(maker, taker, paths[taker.of], those) for those in (some, [missing(gid) for gid in some])]
            answers = [told(await world.ask(who, operation)) for operation in asked]
            assert answers[0] == answers[1], (taker, some)


def one_of_each(foreign: list[str], known: dict[str, tuple[type[Owned], Any]]) -> list[str]:
    """Of every kind one of each account, or of each house, at most a list's worth."""
    return list({(gid[:3], known[gid][1]["tenant_id"], known[gid][1].get("account_id")): gid for gid in foreign}.values())


def of_the_kind(maker: Maker, taker: Taker, foreign: list[str]) -> list[str]:
    """Ids of the kind that is taken here, and one of another."""
    prefix = maker.ids(taker.of, taker.name, taker.within[0][0] if taker.within else taker.argument)[1:4]
    kinds = ("com", "per") if prefix in ("com", "per") else (prefix,)
    return [*(gid for gid in foreign if gid[:3] in kinds), *[gid for gid in foreign if gid[:3] not in kinds][:1]]


@pytest.mark.parametrize("who", [who for who in PEOPLE if who])
async def test_an_id_that_is_yours_finds_its_row(world: World, who: str):
    own = [gid for gid, (kind, row) in (await gids(world)).items() if readers_of(world, who, kind)(row)]
    assert len(own) > 10
    for some in chunks(own, 100):
        answer = await world.ask(who, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=some)
        assert [node and node["id"] for node in answer.data["nodes"]] == some


def missing(gid: str) -> str:
    """An id of the same kind that nothing has."""
    return f"{gid[:4]}{uuid4().hex}"


def chunks(gids: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(gids), size):
        yield gids[start : start + size]


@pytest.mark.parametrize(
    "gid",
    [
        "",
        "con_",
        "con_x",
        "con_" + "A" * 32,
        "con_" + "0" * 31,
        "con_" + "0" * 33,
        "xxx_" + "0" * 32,
        "con_" + "0" * 32 + "\\n",
        "é",
        "con_" + "\N{ARABIC-INDIC DIGIT ZERO}" * 32,
        "' or 1=1 --",
    ],
)
@pytest.mark.parametrize("who", ["admin1", "agent"])
async def test_an_id_that_is_none_is_one_that_does_not_exist(world: World, who: str, gid: str):
    answer = await world.ask(
        who, f'{{ node(id: "{gid}") {{ id }} contract(id: "{gid}") {{ id }} contracts(filter: {{accounts: ["{gid}"]}}) {{ totalCount }} }}'
    )
    assert answer.data == {"node": None, "contract": None, "contracts": {"totalCount": 0}}
    assert answer.codes == []
