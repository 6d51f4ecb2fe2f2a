"""One transaction for one mutation: all of it or nothing, for whom it is allowed, and once."""

import asyncio
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from models import Contract, ImportRun, Session
from models.base import Conflict, Forbidden, NotFound, Unauthenticated
from tenants import Action
from tenants.writing import writing
from tests.api.asking import at
from tests.tenants.asking import scope_of
from tests.world import World


async def own_session(world: World, who: str) -> str:
    scope = await scope_of(world, who)
    assert scope.auth.session_id is not None
    return f"ses_{scope.auth.session_id.hex}"


async def counted(world: World, table: str) -> int:
    return int(await world.owner.fetchval(f"select count(*) from {table}"))


async def test_what_a_mutation_writes_is_there_together(own_world: World):
    scope, gid = await scope_of(own_world, "view1"), await own_session(own_world, "view1")
    async with writing(scope, own_world.tenancy) as gate:
        row = await gate.one(Session, gid, to=Action.REVOKE)
        await row.revoke(at=gate.scope.now)
        await gate.note("session.revoke", row, {"revoked_at": None})
        await gate.enqueue("test.job", [row.id])
    assert await own_world.owner.fetchval("select revoked_at from session where id = $1", row.id) == own_world.now
    [event] = await own_world.owner.fetch("select * from audit_event where action = 'session.revoke'")
    assert (event["user_id"], event["target_id"], event["request_id"], event["address"]) == (
        scope.user_id,
        row.id,
        "a-request",
        "192.0.2.7",
    )
    assert [tuple(job) for job in await own_world.owner.fetch("select kind, ids from job")] == [("test.job", [row.id])]


async def test_an_exception_leaves_nothing_behind(own_world: World):
    scope, gid = await scope_of(own_world, "view1"), await own_session(own_world, "view1")
    before = [await counted(own_world, table) for table in ("audit_event", "job", "idempotency_record")]
    with pytest.raises(RuntimeError):
        async with writing(scope, own_world.tenancy) as gate:
            row = await gate.one(Session, gid, to=Action.REVOKE)
            await gate.repeated("key", "session.revoke", {})
            await row.revoke(at=gate.scope.now)
            await gate.note("session.revoke", row)
            await gate.enqueue("test.job", [row.id])
            raise RuntimeError
    assert [await counted(own_world, table) for table in ("audit_event", "job", "idempotency_record")] == before
    assert await own_world.owner.fetchval("select revoked_at from session where id = $1", row.id) is None


@pytest.mark.parametrize("who", ["admin1", "acct", "admin2", "t2", "agent"])
async def test_what_is_not_theirs_is_not_found(own_world: World, who: str):
    """Another's session, of the same account, another account, another tenant, or seen by staff."""
    gid = await own_session(own_world, "view1")
    async with writing(await scope_of(own_world, who), own_world.tenancy) as gate:
        for other in (gid, f"ses_{uuid7().hex}", "ses_", "con_" + gid[4:]):
            with pytest.raises(NotFound):
                await gate.one(Session, other, to=Action.REVOKE)


async def test_what_may_be_read_but_not_done_is_forbidden(own_world: World):
    async with writing(await scope_of(own_world, "view1"), own_world.tenancy) as gate:
        with pytest.raises(Forbidden):
            await gate.one(Contract, own_world.gid("t1", Contract, "A1-C1"), to=Action.REVOKE)
        with pytest.raises(Forbidden):
            gate.allow(ImportRun, Action.START)


async def test_a_narrowed_profile_does_not_find_what_lies_outside_it(own_world: World):
    async with writing(await scope_of(own_world, "narrow"), own_world.tenancy) as gate:
        with pytest.raises(NotFound):
            await gate.one(Contract, own_world.gid("t1", Contract, "A1-C1"), to=Action.REVOKE)
        with pytest.raises(Forbidden):
            await gate.one(Contract, own_world.gid("t1", Contract, "A1-C2"), to=Action.REVOKE)


async def test_the_scope_is_read_afresh(own_world: World):
    scope = await scope_of(own_world, "view1")
    await own_world.owner.execute("update session set revoked_at = now() where device_name = 'Phone of view1'")
    with pytest.raises(Unauthenticated):
        async with writing(scope, own_world.tenancy):
            pass


@pytest.mark.row("X-17", part="a key gives the first outcome again")
async def test_a_key_gives_the_first_outcome_again_and_refuses_another_request(own_world: World):
    scope = await scope_of(own_world, "view1")
    async with writing(scope, own_world.tenancy) as gate:
        assert await gate.repeated("key", "a", {"x": 1}) is None
        await gate.remember("key", {"id": "7"})
    async with writing(scope, own_world.tenancy) as gate:
        assert await gate.repeated("key", "a", {"x": 1}) == {"id": "7"}
        with pytest.raises(Conflict):
            await gate.repeated("key", "a", {"x": 2})
        with pytest.raises(Conflict):
            await gate.repeated("key", "b", {"x": 1})
    async with writing(await scope_of(own_world, "admin1"), own_world.tenancy) as gate:
        assert await gate.repeated("key", "a", {"x": 2}) is None  # a key is its owner's


async def test_a_key_whose_time_is_over_is_free_again(own_world: World):
    scope, key = await scope_of(own_world, "view1"), "k" * 200  # the longest
    async with writing(scope, own_world.tenancy) as gate:
        assert await gate.repeated(key, "a", {"x": 1}) is None
        await gate.remember(key, {"id": "7"})
    for later, is_free in ((timedelta(hours=24, seconds=-1), False), (timedelta(hours=24), True)):
        await at(own_world, own_world.now + later)
        async with writing(await scope_of(own_world, "view1"), own_world.tenancy) as gate:
            assert (await gate.repeated(key, "a", {"x": 1}) is None) is is_free
        own_world.now -= later


async def test_of_two_equal_calls_at_the_same_time_one_does_it_and_the_other_is_told_of_it(own_world: World):
    scope = await scope_of(own_world, "view1")

    async def call(number: int) -> dict[str, object] | None:
        async with writing(scope, own_world.tenancy) as gate:
            told = await gate.repeated("key", "a", {})
            if told is None:
                await asyncio.sleep(0.05)
                await gate.remember("key", {"by": number})
            return told

    told = await asyncio.gather(*[call(number) for number in range(4)])
    assert told.count(None) == 1
    assert {outcome["by"] for outcome in told if outcome} == {told.index(None)}
