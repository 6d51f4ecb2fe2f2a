"""A server that has not been updated yet, beside a database in which the next version has stored words that it does not know."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tortoise.models import Model

from models.columns import STORED, Word
from models.words import placeholder
from server.process.embedded_postgres import Urls
from tenants.policy import MODELS
from tests.database import Cluster
from tests.walls.operations import Maker
from tests.walls.test_matrix import REVIEWED, SCHEMA, by_feature, groups, maker_for, roles_of
from tests.world import World, opened_world

NEWER = "WORD_OF_THE_NEXT_VERSION"
# Whoever is not known to be active, or whose role is not known, sees nothing: a newer word there closes, which has a test of its own.
RIGHTS = {"profile", "portal_user", "session", "staff", "credential", "login_identity"}
COLUMNS = [
    (model, name)
    for model in sorted(MODELS, key=lambda model: model.__name__)
    for name, column in model._meta.fields_map.items()
    if isinstance(column, Word) and model._meta.db_table not in RIGHTS
]


@pytest.fixture(scope="module")
async def next_urls(cluster: Cluster, world_template: str, anyio_backend: str) -> AsyncIterator[Urls]:
    """A clone after a migration of the next version, which allows more words: no check limits them, and rows may be alike in all but these."""
    urls = await cluster.clone(world_template)
    owner = await asyncpg.connect(urls.owner, server_settings={"search_path": "bailiwick"})
    checks = "select conrelid::regclass::text as of, conname::text as name from pg_constraint where contype in ('c', 'u') and connamespace = 'bailiwick'::regnamespace"
    for check in await owner.fetch(checks):
        await owner.execute(f"alter table {check['of']} drop constraint if exists {check['name']} cascade")
    await owner.close()
    yield urls
    await cluster.drop(urls)


@pytest.fixture(scope="module")
async def next_world(next_urls: Urls) -> AsyncIterator[World]:
    async with opened_world(next_urls) as world:
        yield world


async def everything(world: World, who: str, of: list[str]) -> bytes:
    """All that somebody may ask of these types, without an error."""
    maker, roles, answers = maker_for(world, who), roles_of(who), b""
    for name, path in maker.paths().items():
        if name in of and all(REVIEWED[step.of, step.name] & roles for step in path):
            fields = [field for field in sorted(maker.type(name).fields) if REVIEWED[name, field] & roles]
            for some in groups(name, path, fields):
                answer = await world.ask(who, maker.wrapped(" ".join(maker.leaf_call(name, field) for field in some), name, path))
                assert answer.codes == [] or (by_feature(path, some) and answer.codes == ["NOT_OFFERED"]), (name, some, answer.raw[:500])
                answers += answer.raw
    return answers


def types_of(maker: Maker, model: type[Model]) -> list[str]:
    """The types of the schema that rows of this model have, and those that are reached from them first."""
    names = {model.__name__, getattr(model, "TYPENAME", ""), *dict(getattr(model, "TYPENAMES", ("", {}))[1]).values()}
    return [name for name in maker.paths() if name in names or (maker.paths()[name][-1:] and maker.paths()[name][-1].of in names)]


@pytest.mark.parametrize(("model", "column"), COLUMNS, ids=[f"{model.__name__}.{name}" for model, name in COLUMNS])
async def test_a_word_of_the_next_version_leaves_all_else_readable(next_world: World, model: type[Model], column: str):
    table = model._meta.db_table
    await next_world.owner.execute(f"alter table {table} add column kept text")
    await next_world.owner.execute(f"update {table} set kept = {column}, {column} = $1", NEWER)
    try:
        for who in ("agent", "admin1"):
            raw = await everything(next_world, who, types_of(maker_for(next_world, who), model))
            assert NEWER.encode() not in raw
    finally:
        await next_world.owner.execute(f"update {table} set {column} = kept")
        await next_world.owner.execute(f"alter table {table} drop column kept")


@pytest.mark.parametrize(
    ("model", "column", "query", "expected"),
    [
        ("document", "kind", "{ contracts { nodes { number documents { nodes { title kind __typename } } } } }", b'"kind":"OTHER","__typename":"GeneralDocument"'),
        ("contract", "state", "{ contracts { nodes { number state } } }", b'"state":"UNKNOWN"'),
        ("contract", "kind", "{ contracts { nodes { number kind terms { __typename } } } }", b'"kind":"UNKNOWN","terms":{"__typename":"OtherTerms"}'),
        ("party", "kind", "{ accounts { nodes { holder { __typename id legalName } } } }", b'"__typename":"Company"'),
    ],
)  # fmt: skip
async def test_a_word_of_the_next_version_is_shown_as_the_placeholder(
    next_world: World, model: str, column: str, query: str, expected: bytes
):
    await next_world.owner.execute(f"alter table {model} add column kept text")
    await next_world.owner.execute(f"update {model} set kept = {column}, {column} = $1", NEWER)
    answer = await next_world.ask("agent", query)
    await next_world.owner.execute(f"update {model} set {column} = kept")
    await next_world.owner.execute(f"alter table {model} drop column kept")
    assert answer.codes == []
    assert expected in answer.raw


@pytest.mark.parametrize(("table", "column"), [("profile", "role"), ("profile", "state"), ("portal_user", "state"), ("session", "realm")])
async def test_a_right_that_is_not_known_is_no_right(next_world: World, table: str, column: str):
    await next_world.owner.execute(f"alter table {table} add column kept text")
    await next_world.owner.execute(f"update {table} set kept = {column}, {column} = $1", NEWER)
    next_world.tenancy.sessions.kept.clear()  # a session never changes its realm, so nothing announces it
    answer = await next_world.ask("admin1", "{ contracts { totalCount } }")
    await next_world.owner.execute(f"update {table} set {column} = kept")
    await next_world.owner.execute(f"alter table {table} drop column kept")
    assert answer.codes in (["UNAUTHENTICATED"], ["FORBIDDEN"]) or answer.data == {"contracts": {"totalCount": 0}}
    assert (await next_world.ask("admin1", "{ contracts { totalCount } }")).data["contracts"]["totalCount"] > 0


def test_every_enum_of_a_column_has_a_placeholder_that_no_client_may_send():
    for words in STORED:
        name = getattr(words, "__strawberry_definition__", None) and words.__strawberry_definition__.name  # type: ignore[attr-defined]
        if name in SCHEMA.type_map:
            assert placeholder(words) in SCHEMA.type_map[name].values  # type: ignore[arg-type, attr-defined]


async def test_the_placeholder_is_refused_where_a_client_sends_it(world: World):
    written = await world.ask("admin1", "{ contracts(filter: {states: [UNKNOWN]}) { totalCount } }")
    varied = await world.ask("admin1", "query ($s: [ContractState!]) { contracts(filter: {states: $s}) { totalCount } }", s=["UNKNOWN"])
    assert [written.codes, varied.codes] == [["GRAPHQL_VALIDATION_FAILED"], ["BAD_USER_INPUT"]]
