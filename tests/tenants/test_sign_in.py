"""Signing in: the same answer and the same work for known and unknown, attempts counted before anything is compared."""

import asyncio
from datetime import timedelta

import pytest

from models.base import ActivationRequired, InvalidCredentials, Locked, NotOffered
from tenants import Scope
from tenants.portals import Door
from tests.tenants.asking import ASKING
from tests.world import NOW, PASSWORD, World


async def sign_in(world: World, identifier: str, secret: str, portal: str = "customer-corner", minutes: int = 0) -> str:
    """The token of the session that opened."""
    now = NOW + timedelta(minutes=minutes)
    door = await world.tenancy.portals.find(None, portal)
    assert isinstance(door, Door)
    scope = Scope(await world.tenancy.portals.stranger(door, now), now, ASKING)
    return (await world.tenancy.sign_in.customer(door, scope, identifier, secret, "A phone")).token


@pytest.mark.row("CC-1", part="at the sign-in room")
async def test_the_right_secret_opens_a_session_that_only_its_hash_is_kept_of(own_world: World):
    token = await sign_in(own_world, "111 111 111", PASSWORD)
    standing = await own_world.tenancy.sessions.read(token, NOW)
    assert standing.user_id == own_world.ids["t1", "portal_user", "admin1"]
    kept = await own_world.owner.fetch("select s::text from session s")
    assert token.encode().hex() not in str(kept) and token not in str(kept)
    events = await own_world.owner.fetch("select action, user_id from audit_event where action = 'session.create'")
    assert [tuple(event) for event in events] == [("session.create", standing.user_id)]


@pytest.mark.parametrize("identifier", ["111111111", "999999999", "", "x", "222222221"])
async def test_a_wrong_secret_and_an_unknown_identifier_are_told_alike(own_world: World, identifier: str):
    with pytest.raises(InvalidCredentials) as refusal:
        await sign_in(own_world, identifier, "wrong")
    assert str(refusal.value) == str(InvalidCredentials())


@pytest.mark.parametrize("identifier", ["111111111", "999999999"])
async def test_after_some_failures_known_and_unknown_are_locked_alike_even_for_the_right_secret(own_world: World, identifier: str):
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await sign_in(own_world, identifier, "wrong")
    with pytest.raises(Locked):
        await sign_in(own_world, identifier, PASSWORD)
    with pytest.raises(Locked):
        await sign_in(own_world, identifier, PASSWORD, minutes=29)


async def test_a_lock_opens_when_its_time_is_over(own_world: World):
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await sign_in(own_world, "111111111", "wrong")
    assert await sign_in(own_world, "111111111", PASSWORD, minutes=31)


async def test_parallel_guesses_do_not_outrun_the_counter(own_world: World):
    results = await asyncio.gather(*[sign_in(own_world, "111111111", f"guess {n}") for n in range(20)], return_exceptions=True)
    assert sum(isinstance(result, InvalidCredentials) for result in results) == 5
    assert sum(isinstance(result, Locked) for result in results) == 15


async def test_other_spellings_of_one_identifier_share_their_tries(own_world: World):
    for spelling in ("111111111", "111 111 111", "111-111-111", "\N{FULLWIDTH DIGIT ONE}" * 9, "111.111.111"):
        with pytest.raises(InvalidCredentials):
            await sign_in(own_world, spelling, "wrong")
    with pytest.raises(Locked):
        await sign_in(own_world, "111111111", PASSWORD)


async def test_success_forgives_what_failed_before(own_world: World):
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(InvalidCredentials):
                await sign_in(own_world, "111111111", "wrong")
        await sign_in(own_world, "111111111", PASSWORD)


async def test_a_provisional_secret_opens_nothing_but_says_so(own_world: World):
    await own_world.owner.execute(
        "update credential set state = 'PROVISIONAL' where user_id = $1", own_world.ids["t1", "portal_user", "admin1"]
    )
    with pytest.raises(ActivationRequired):
        await sign_in(own_world, "111111111", PASSWORD)
    with pytest.raises(InvalidCredentials):
        await sign_in(own_world, "111111111", "wrong")


async def test_where_a_portal_has_no_passwords_there_is_no_sign_in_with_one(own_world: World):
    with pytest.raises(NotOffered):
        await sign_in(own_world, "800", PASSWORD, portal="norrsken")


async def test_the_secret_of_one_house_is_nothing_at_another(own_world: World):
    with pytest.raises(InvalidCredentials):
        await sign_in(own_world, "111111111", PASSWORD, portal="cofidis")


async def test_a_suspended_user_is_told_what_a_wrong_secret_is_told(own_world: World):
    await own_world.owner.execute("update portal_user set state = 'SUSPENDED' where external_id = 'admin1'")
    with pytest.raises(InvalidCredentials):
        await sign_in(own_world, "111111111", PASSWORD)
