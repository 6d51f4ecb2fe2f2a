"""What others hold makes no difference: the same operations give the same bytes whatever there is beside the one who asks.

And many who ask at the same time, in one process, each get exactly what they get alone.
"""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema import build
from tests.database import Cluster
from tests.walls.operations import Maker
from tests.walls.test_matrix import maker_for, told
from tests.world import World, opened_world

SCHEMA = build()._schema
# A lone operation costs milliseconds; the whole of it is to stay within seconds.
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEDS = st.integers(0, 2**32)
VIEWERS = ["admin1", "view1", "narrow", "acct", "admin2", "t2", "t3", "t4"]


@pytest.fixture(scope="module")
async def worlds(cluster: Cluster, world_template: str, anyio_backend: str) -> AsyncIterator[dict[str, World]]:
    """Three clones of one database: others as they are, others gone, others many times as many."""
    urls = {name: await cluster.clone(world_template) for name in ("same", "empty", "large")}
    for name, change in (("empty", forget_others), ("large", multiply_others)):
        root = await asyncpg.connect(cluster.superuser_url.replace("/postgres?", f"/{database_of(urls[name].owner)}?"))
        await root.execute("set search_path = bailiwick; set session_replication_role = replica")
        await change(root)
        await root.close()
    async with opened_world(urls["same"]) as same, opened_world(urls["empty"]) as empty, opened_world(urls["large"]) as large:
        yield {"same": same, "empty": empty, "large": large}
    for one in urls.values():
        await cluster.drop(one)


def database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def tables_of_accounts(root: Any) -> list[tuple[str, list[str]]]:
    """Tables whose rows belong to an account, with the columns that a copy takes over."""
    rows = await root.fetch("""select c.relname::text, array_agg(a.attname::text order by a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where c.relnamespace = 'bailiwick'::regnamespace and c.relkind = 'r' group by 1 having 'account_id' = any(array_agg(a.attname::text))""")
    return [(name, columns) for name, columns in rows]


async def forget_others(root: Any) -> None:
    """Nobody but A1 of T1 is left: no other account, no other house."""
    kept = await root.fetchval(
        "select id from account where external_id = 'A1-ACC' and tenant_id = (select id from tenant where key = 't1')"
    )
    for table, _ in await tables_of_accounts(root):
        if table != "audit_event":
            await root.execute(f"delete from {table} where account_id <> $1", kept)
    await root.execute("delete from account where id <> $1", kept)
    house = await root.fetchval("select id from tenant where key = 't1'")
    for (table,) in await root.fetch(
        "select table_name::text from information_schema.columns where table_schema = 'bailiwick' and column_name = 'tenant_id' and table_name <> 'audit_event'"
    ):
        await root.execute(f"delete from {table} where tenant_id <> $1", house)
    for table in ("address", "contact_point", "bank_account"):
        await root.execute(f"delete from {table} where party_id in (select id from party where external_id = 'P2')")
    await root.execute("delete from party where external_id = 'P2'")


async def multiply_others(root: Any) -> None:
    """The neighbor's account a hundred times over, with A1's own numbers and values in it, at A1's house and at the next."""
    own = await root.fetchrow("select * from account where external_id = 'A1-ACC' and tenant_id = (select id from tenant where key = 't1')")
    foreign = await root.fetchval("select id from account where external_id = 'A2-ACC' and tenant_id = $1", own["tenant_id"])
    for table, columns in await tables_of_accounts(root):
        if table in ("audit_event", "profile", "account_party") or "id" not in columns:
            continue
        shown = ", ".join(columns)
        values = ", ".join(
            {
                "id": "gen_random_uuid()",
                "account_id": "$2",
                "external_id": "null",
                "number": "number || '-' || n" if table in ("contract", "invoice", "claim_case") else "number",
                "reference": "reference || n" if table == "mandate" else "reference",
                "code": "left(translate(upper(md5(code || n)), '01', 'XY'), 20)",
                "facts_sha256": "sha256((code || n)::bytea)",
            }.get(name, name)
            for name in columns
        )
        await root.execute(
            f"insert into {table} ({shown}) select {values} from {table}, generate_series(1, 20) n where account_id = $1",
            own["id"],
            foreign,
        )


def operation_of(maker: Maker, seed: int) -> str:
    """A random operation: a few ways down, each with a few fields at its end."""
    rng, paths, texts = Random(seed), maker.paths(), []
    for number in range(rng.randint(1, 3)):
        of = rng.choice(sorted(paths))
        fields = sorted(SCHEMA.type_map[of].fields)  # type: ignore[attr-defined]  # it has fields
        inner = " ".join(maker.leaf_call(of, name) for name in rng.sample(fields, min(len(fields), 5)))
        texts.append(f"r{number}: {maker.wrapped(inner, of, paths[of])[2:-2]}" if paths[of] else inner)
    return f"{{ {' '.join(texts)} }}"


@pytest.mark.row("X-1", part="what others hold makes no difference")
@EXAMPLES
@given(who=st.sampled_from(["admin1", "view1", "narrow"]), seed=SEEDS)
async def test_whatever_others_hold_the_answer_has_the_same_bytes(worlds: dict[str, World], who: str, seed: int):
    operation = operation_of(maker_for(worlds["same"], who), seed)
    answers = {name: told(await world.ask(who, operation)) for name, world in worlds.items()}
    assert answers["same"] == answers["empty"] == answers["large"]


@pytest.mark.row("X-2", part="searching for what others have finds nothing")
@EXAMPLES
@given(
    text=st.sampled_from(["A2", "A2/2026/001", "A1/2026", "100200400", "Farm", "A", "1", "/", ""]),
    field=st.sampled_from(["contracts", "invoices", "accounts", "cases", "documents", "assets"]),
)
async def test_searching_finds_nothing_of_others_and_counts_nothing_of_them(worlds: dict[str, World], text: str, field: str):
    operation = f'{{ {field}(filter: {{search: "{text}"}}) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}'
    answers = {name: told(await world.ask("admin1", operation)) for name, world in worlds.items()}
    assert answers["same"] == answers["empty"] == answers["large"]


@pytest.mark.row("X-3", part="many viewers at the same time in one process")
@settings(EXAMPLES, max_examples=8)
@given(people=st.lists(st.tuples(st.sampled_from(VIEWERS), SEEDS), min_size=20, max_size=30))
async def test_many_at_the_same_time_get_what_each_gets_alone(world: World, people: list[tuple[str, int]]):
    asked = [(who, operation_of(maker_for(world, who), seed)) for who, seed in people]
    alone = [told(await world.ask(who, operation)) for who, operation in asked]
    together = [told(answer) for answer in await asyncio.gather(*[world.ask(who, operation) for who, operation in asked])]
    assert together == alone
