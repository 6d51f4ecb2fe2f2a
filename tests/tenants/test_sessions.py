"""What changes about somebody acts on their next request."""

from datetime import timedelta

import pytest

from models import Contract
from models.base import Unauthenticated
from tenants import Scope, ScopeChanged
from tests.tenants.asking import ASKING, scope_of
from tests.world import World, token_of

RAISING = {
    "a profile is revoked": "update profile set state = 'REVOKED' where external_id = 'view1@A1-ACC'",
    "a profile is narrowed": "update profile set contract_ids = '{}' where external_id = 'view1@A1-ACC'",
    "a profile is deleted": "delete from profile where external_id = 'view1@A1-ACC'",
    "a profile is added": """insert into profile (tenant_id, id, account_id, user_id, role, basis, state, created_at, updated_at)
        select p.tenant_id, gen_random_uuid(), a.id, p.user_id, 'VIEWER', 'DELEGATED', 'ACTIVE', now(), now()
        from profile p join account a on a.tenant_id = p.tenant_id and a.external_id = 'A2-ACC' where p.external_id = 'view1@A1-ACC'""",
    "somebody is put beside the account": """insert into account_party (tenant_id, id, account_id, party_id, capacity, created_at, updated_at)
        select a.tenant_id, gen_random_uuid(), a.id, p.id, 'CO_BORROWER', now(), now()
        from account a join party p on p.tenant_id = a.tenant_id and p.external_id = 'P2' where a.external_id = 'A1-ACC' and a.number = '100200300'
        and exists (select from staff s where s.tenant_id = a.tenant_id)""",
    "the portal's policy changes": """insert into portal_policy select p.tenant_id, p.portal_id, p.version + 1, p.record, p.valid_from_at
        from portal_policy p join portal d on d.id = p.portal_id where d.key = 'customer-corner'""",
}
ENDING = {
    "the session is revoked": "update session set revoked_at = '2026-03-02T09:00Z' where device_name = 'Phone of view1'",
    "the session's time is over": "update session set ends_at = '2026-03-02T09:29Z' where device_name = 'Phone of view1'",
    "the session was idle for too long": "update session set last_seen_at = '2026-03-01T09:00Z' where device_name = 'Phone of view1'",
    "the user is suspended": "update portal_user set state = 'SUSPENDED' where external_id = 'view1'",
}


@pytest.mark.parametrize("change", RAISING)
async def test_a_remembered_standing_reads_nothing_once_it_has_changed(own_world: World, change: str):
    scope = await scope_of(own_world, "view1")
    await own_world.owner.execute(RAISING[change])
    gate = own_world.tenancy.gate(scope)
    with pytest.raises(ScopeChanged):
        await gate.every(Contract, (), ("id",))
    with pytest.raises(ScopeChanged):
        await gate.settle()


@pytest.mark.row("X-9", part="a revoked session or user reads nothing more")
@pytest.mark.parametrize("change", ENDING)
async def test_an_ended_session_opens_nothing(own_world: World, change: str):
    scope = await scope_of(own_world, "view1")
    await own_world.owner.execute(ENDING[change])
    with pytest.raises(ScopeChanged):
        await own_world.tenancy.gate(scope).every(Contract, (), ("id",))
    with pytest.raises(Unauthenticated):
        await own_world.tenancy.sessions.read(token_of("view1"), own_world.now)


async def test_what_is_not_about_them_does_not_disturb_others(own_world: World):
    scope = await scope_of(own_world, "admin2")
    await own_world.owner.execute(RAISING["a profile is revoked"])
    assert await own_world.tenancy.gate(scope).every(Contract, (), ("id",))


async def test_a_profile_that_runs_out_counts_no_more_at_that_instant(own_world: World):
    await own_world.owner.execute("update profile set valid_until_at = '2026-03-02T10:00Z' where external_id = 'view1@A1-ACC'")
    remembered = await own_world.tenancy.sessions.guess(token_of("view1"), own_world.now)
    assert remembered.reach
    later = await own_world.tenancy.sessions.guess(token_of("view1"), own_world.now + timedelta(minutes=31))
    assert not later.reach


@pytest.mark.parametrize("token", ["t1.nobody", "t2.admin1-is-signed-in", "nowhere.admin1-is-signed-in", "", ".", "t1", "t1.\ud800"])
async def test_a_token_that_is_none_opens_nothing(world: World, token: str):
    with pytest.raises(Unauthenticated):
        await world.tenancy.sessions.read(token, world.now)


async def test_an_operation_that_reads_nothing_is_still_checked(own_world: World):
    scope = await scope_of(own_world, "view1")
    await own_world.owner.execute(ENDING["the session is revoked"])
    gate = own_world.tenancy.gate(Scope(scope.auth, scope.now, ASKING))
    with pytest.raises(ScopeChanged):
        await gate.settle()
