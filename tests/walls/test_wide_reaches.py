"""Reaches of many accounts: their keys stay in the database, and nobody can tell from an answer."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from jobs.kinds import SETS_KEPT, UNUSED_SETS
from models import Contract, ProfileRole
from models.portal_rules import PortalRules
from tenants import ClientInfo, Gate, Scope, ScopeChanged
from tenants.scope import MOST_SAID, AuthContext, Grant, Realm
from tests.api.asking import flat, page_of, walked
from tests.world import CUSTOMERS, World, token_of

PAGE = """{ contracts(first: 5) { totalCount pageInfo { endCursor }
  nodes { id number account { number holder { id legalName } } documents(first: 3) { totalCount nodes { id title } }
    installments(first: 4) { nodes { dueOn amountInclVat { amount } } } mandate { id } } } }"""
CREATE = "mutation ($input: CertificateCreateInput!) { certificateCreate(input: $input) { certificate { id } errors { code } } }"
ONE = "query ($id: ID!) { contract(id: $id) { number account { holder { legalName } } assets { nodes { designation } } } }"

EVERY_ACCOUNT = """insert into profile (tenant_id, id, account_id, user_id, role, basis, state, created_at, updated_at)
  select p.tenant_id, gen_random_uuid(), a.id, p.user_id, p.role, p.basis, p.state, p.created_at, p.updated_at
    from profile p join account a on a.tenant_id = p.tenant_id
    where p.tenant_id = $1 and p.external_id like 'acct@%'
      and not exists (select from profile o where o.tenant_id = p.tenant_id and o.user_id = p.user_id and o.account_id = a.id)"""


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reach is one of many accounts."""
    monkeypatch.setattr("tenants.scope.MOST_SAID", 0)


async def asked(world: World, who: str) -> list[tuple[int, Any, Any]]:
    """What somebody is answered, with the standing read anew."""
    world.tenancy.sessions.kept.clear()
    return await asked_again(world, who)


async def asked_again(world: World, who: str) -> list[tuple[int, Any, Any]]:
    contract = world.gid("t1", Contract, "A1-C1")
    answers = [await world.ask(who, PAGE), await world.ask(who, ONE, id=contract)]
    return [(answer.status, answer.data, answer.json.get("errors")) for answer in answers]


async def sets(world: World) -> list[Any]:
    return await world.owner.fetch("select * from reach_set order by id")


@pytest.mark.parametrize("who", CUSTOMERS)
async def test_answers_are_the_same(own_world: World, who: str, monkeypatch: pytest.MonkeyPatch):
    said = await asked(own_world, who)
    assert await sets(own_world) == []
    monkeypatch.setattr("tenants.scope.MOST_SAID", 0)

    assert await asked(own_world, who) == said
    assert await sets(own_world)


@pytest.mark.parametrize("field", ["document", "installment", "invoice", "payment", "operation", "statement", "directDebit"])
async def test_pages_are_the_same_in_either_direction(own_world: World, field: str, monkeypatch: pytest.MonkeyPatch):
    """They are put together from the first rows of as many accounts as a page has rows: here there are more accounts than that."""
    await own_world.owner.execute(EVERY_ACCOUNT, own_world.tenants["t1"])
    type_ = field[0].upper() + field[1:]
    query = page_of(f"{field}s", f"{type_}Filter", f"{type_}Order", "id")
    said = flat(await walked(own_world, "acct", query, 100))
    monkeypatch.setattr("tenants.scope.MOST_SAID", 0)
    own_world.tenancy.sessions.kept.clear()

    assert len(said) > 2
    for size, backward in product((1, 2, 5), (False, True)):
        assert flat(await walked(own_world, "acct", query, size, backward=backward)) == said


def test_a_statement_does_not_grow_with_the_reach():
    rules = PortalRules.default()
    grants = tuple(Grant(uuid4(), uuid4(), ProfileRole.VIEWER) for _ in range(MOST_SAID + 1))
    parties = frozenset(grant.account_id for grant in grants)
    wide = AuthContext(uuid4(), Realm.CUSTOMER, rules, grants=grants, parties=parties, own_parties=parties)
    narrow = AuthContext(uuid4(), Realm.CUSTOMER, rules, grants=grants[1:])

    assert wide.is_wide and not narrow.is_wide
    assert sum(map(len, wide.settings)) < 250
    assert [len(keys) for keys in wide.sets.values()] == [MOST_SAID + 1]  # the same keys are one set
    assert narrow.settings[3].count(",") == MOST_SAID - 1


async def test_the_same_keys_are_stored_once_however_often_they_are_read(own_world: World, named: None):
    await asked(own_world, "admin1")
    before = await sets(own_world)
    with own_world.at(own_world.now + timedelta(minutes=5)):
        await asked(own_world, "admin1")

    assert await sets(own_world) == before


async def test_a_mutation_under_way_keeps_nobody_of_the_same_reach_waiting(own_world: World, named: None):
    """Storing a set that is there already takes no lock, which the first of two transactions would hold to its end."""
    await asked(own_world, "admin1")
    [row, *_] = await sets(own_world)
    keep = "select keep_reach_set($1, $2, $3, $4)"
    first, second = [await asyncpg.connect(own_world.urls.app, server_settings={"search_path": "bailiwick"}) for _ in range(2)]
    try:
        async with first.transaction():
            await first.execute(keep, row["tenant_id"], row["id"], row["keys"], own_world.now)
            await second.execute("set lock_timeout = '100ms'")
            await second.execute(keep, row["tenant_id"], row["id"], row["keys"], own_world.now)
    finally:
        await first.close()
        await second.close()


async def test_a_set_that_is_gone_is_stored_again_and_nothing_is_missing(own_world: World, named: None):
    first = await asked(own_world, "admin1")
    await own_world.owner.execute("delete from reach_set")

    assert first[1][1]["contract"] is not None
    assert await asked_again(own_world, "admin1") == first


async def test_a_set_that_goes_in_the_middle_of_an_operation_is_not_taken_for_an_empty_one(own_world: World, named: None):
    scope = Scope(await own_world.tenancy.sessions.read(token_of("admin1"), own_world.now), own_world.now, ClientInfo("test"))
    gate: Gate = own_world.tenancy.gate(scope)
    assert await gate.every(Contract, (), ("id",))
    await own_world.owner.execute("delete from reach_set")

    with pytest.raises(ScopeChanged):
        await gate.every(Contract, (), ("id",))


async def test_a_reach_that_has_changed_is_another_set(own_world: World, named: None):
    before = await asked(own_world, "view1")
    await own_world.owner.execute("update profile set state = 'REVOKED' where external_id = 'view1@A1-ACC'")

    after = await asked_again(own_world, "view1")

    assert (before[1][1]["contract"] is None, after[1][1]) == (False, {"contract": None})


@pytest.mark.parametrize(("who", "found"), [("admin1", True), ("admin2", False)])
async def test_a_mutation_finds_what_lies_in_a_wide_reach_and_no_more(own_world: World, named: None, who: str, found: bool):
    own_world.tenancy.sessions.kept.clear()
    contract = own_world.gid("t1", Contract, "A1-C1")

    answer = await own_world.ask(who, CREATE, input={"contract": contract, "kind": "CERTIFICATE_BALANCE", "idempotencyKey": "one"})

    [refusal] = answer.data["certificateCreate"]["errors"] or [None]
    assert (refusal is None or refusal["code"] != "NOT_FOUND") == found


async def test_what_nobody_has_used_for_days_is_swept(own_world: World, named: None):
    await asked(own_world, "admin1")
    tenant = own_world.tenants["t1"]
    later = own_world.now + SETS_KEPT

    await own_world.owner.execute(UNUSED_SETS, tenant, later - SETS_KEPT)
    assert await sets(own_world)
    await own_world.owner.execute(UNUSED_SETS, tenant, later + timedelta(seconds=1) - SETS_KEPT)
    assert not await sets(own_world)
