"""Signing in: the same answer and the same work for known and unknown, attempts counted before anything is compared."""

import asyncio
import json
from datetime import timedelta
from itertools import count
from typing import Any

import asyncpg
import pytest

from jobs.sign_in_housekeeping import sweep_sign_in
from models.base import InvalidCredentials, Locked, NotOffered, TooManyAttempts
from tenants import ClientInfo, Scope
from tenants.portals import Door
from tenants.sessions import hashed
from tenants.sign_in import Opened, Typed
from tests.world import NOW, PASSWORD, World

addresses = (f"198.51.{100 + n // 200}.{n % 200}" for n in count())


async def opened(
    world: World,
    identifier: str,
    secret: str,
    portal: str = "customer-corner",
    minutes: float = 0,
    device: str | None = None,
    address: str | None = None,
) -> Opened:
    """The session that opened. Every attempt comes from an address of its own, unless one is given."""
    now = NOW + timedelta(minutes=minutes)
    door = await world.tenancy.portals.find(None, portal)
    assert isinstance(door, Door)
    client = ClientInfo("a-request", address or next(addresses), "a test")
    scope = Scope(await world.tenancy.portals.stranger(door, now), now, client)
    return await world.tenancy.sign_in.customer(door, scope, Typed(identifier, secret, "A phone", device))


async def sign_in(world: World, identifier: str, secret: str, portal: str = "customer-corner", minutes: float = 0, **more: Any) -> str:
    """The token of the session that opened."""
    return (await opened(world, identifier, secret, portal, minutes, **more)).token


async def outcome(world: World, identifier: str, secret: str, minutes: float = 0, **more: Any) -> str:
    """The code of the refusal, or OPENED."""
    try:
        await opened(world, identifier, secret, minutes=minutes, **more)
    except (InvalidCredentials, Locked, TooManyAttempts) as refusal:
        return refusal.code
    return "OPENED"


@pytest.mark.row("X-8", part="of a session's token only the hash is kept")
async def test_the_right_secret_opens_a_session_that_only_its_hash_is_kept_of(own_world: World):
    token = await sign_in(own_world, "111 111 111", PASSWORD)
    auth = await own_world.tenancy.sessions.read(token, NOW)
    assert auth.user_id == own_world.ids["t1", "portal_user", "admin1"]
    kept = await own_world.owner.fetch("select s::text from session s")
    assert token.encode().hex() not in str(kept) and token not in str(kept)
    events = await own_world.owner.fetch("select action, user_id from audit_event where action = 'session.create'")
    assert [tuple(event) for event in events] == [("session.create", auth.user_id)]


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


@pytest.mark.parametrize("identifier", ["111111111", "999999999"])
async def test_a_lock_ends_by_itself_however_often_somebody_has_guessed_and_never_lasts_longer_than_a_day(
    own_world: World, identifier: str
):
    minutes = 0
    for wait in (30, 60, 120, 240, 480, 960, 1440, 1440, 1440):
        for _ in range(5):
            assert await outcome(own_world, identifier, "wrong", minutes) == "INVALID_CREDENTIALS"
        assert await outcome(own_world, identifier, PASSWORD, minutes + wait - 1) == "LOCKED"
        minutes += wait
    assert await outcome(own_world, identifier, PASSWORD, minutes) == ("OPENED" if identifier == "111111111" else "INVALID_CREDENTIALS")


@pytest.mark.parametrize("identifier", ["111111111", "999999999"])
async def test_known_and_unknown_people_are_answered_alike_over_six_attempts(own_world: World, identifier: str):
    codes = [await outcome(own_world, identifier, "wrong", address="203.0.113.9") for _ in range(6)]
    assert codes == ["INVALID_CREDENTIALS"] * 5 + ["LOCKED"]


async def test_after_a_hundred_failures_the_owner_still_signs_in_on_a_device_that_is_known(own_world: World):
    device = (await opened(own_world, "111111111", PASSWORD)).device_token
    for n in range(100):
        await outcome(own_world, "111111111", f"guess {n}", address=f"203.0.{n}.1" if n % 2 else "198.51.100.1")
    assert await outcome(own_world, "111111111", PASSWORD) == "LOCKED"

    again = await opened(own_world, "111 111 111", PASSWORD, device=device, address="198.51.100.1")

    assert again.device_token == device
    assert await outcome(own_world, "111111111", PASSWORD) == "LOCKED"  # a success on a known device gives strangers no new tries


async def test_a_device_is_known_to_its_owner_only_and_has_as_many_tries_as_anybody(own_world: World):
    device = (await opened(own_world, "111111111", PASSWORD)).device_token
    for _ in range(5):
        assert await outcome(own_world, "111111112", "wrong") == "INVALID_CREDENTIALS"
    assert await outcome(own_world, "111111112", PASSWORD, device=device) == "LOCKED"  # somebody else's device
    assert await outcome(own_world, "111111112", PASSWORD, device="made up") == "LOCKED"

    tried = [await outcome(own_world, "111111111", "wrong", device=device) for _ in range(6)]

    assert tried == ["INVALID_CREDENTIALS"] * 5 + ["LOCKED"]
    assert await outcome(own_world, "111111111", PASSWORD) == "OPENED"  # elsewhere nothing was counted


async def test_a_device_that_was_not_used_for_half_a_year_is_not_known_any_more(own_world: World):
    device = (await opened(own_world, "111111111", PASSWORD)).device_token
    day = 24 * 60
    assert (await opened(own_world, "111111111", PASSWORD, minutes=179 * day, device=device)).device_token == device
    assert (await opened(own_world, "111111111", PASSWORD, minutes=(179 + 180) * day, device=device)).device_token != device


async def test_thirty_parallel_guesses_are_compared_at_most_as_often_as_is_allowed(own_world: World, monkeypatch: pytest.MonkeyPatch):
    compared = 0
    verify = own_world.tenancy.passwords.verify

    async def counting(*args: Any) -> Any:
        nonlocal compared
        compared += 1
        return await verify(*args)

    monkeypatch.setattr(own_world.tenancy.passwords, "verify", counting)
    codes = await asyncio.gather(*[outcome(own_world, "111111111", f"guess {n}", address=f"203.0.{n}.1") for n in range(30)])
    assert (codes.count("INVALID_CREDENTIALS"), codes.count("LOCKED"), compared) == (5, 25, 5)
    spread = await asyncio.gather(*[outcome(own_world, f"{222000000 + n}", "one", address="192.0.2.77") for n in range(30)])
    assert (spread.count("INVALID_CREDENTIALS"), spread.count("RATE_LIMITED"), compared) == (10, 20, 15)


async def test_one_password_for_many_people_from_one_address_is_slowed(own_world: World):
    codes = [await outcome(own_world, f"{500000000 + n}", "Spring-2026", minutes=n / 60, address="192.0.2.50") for n in range(300)]
    assert codes.count("INVALID_CREDENTIALS") <= 10 + 300 / 60 * 10  # ten at once, then ten a minute
    assert codes.count("RATE_LIMITED") >= 235
    assert await outcome(own_world, "111111111", PASSWORD, minutes=5, address="192.0.2.51") == "OPENED"  # a neighbor of the network


@pytest.mark.parametrize("spelling", ["2001:db8:0:1::{:x}", "2001:0DB8:0000:0001::{:x}%eth0", "198.51.7.{}", "::ffff:198.51.7.{}"])
async def test_a_network_has_a_budget_however_many_addresses_it_has(own_world: World, spelling: str):
    codes = [await outcome(own_world, f"{600000000 + n}", "one", address=spelling.format(n)) for n in range(120)]
    assert (codes.count("INVALID_CREDENTIALS"), codes.count("RATE_LIMITED")) == (100, 20)


async def test_addresses_that_cannot_be_read_share_one_budget(own_world: World):
    codes = [await outcome(own_world, f"{700000000 + n}", "one", address=f"unix:{n}") for n in range(12)]
    assert codes == ["INVALID_CREDENTIALS"] * 10 + ["RATE_LIMITED"] * 2


async def test_who_signs_in_rightly_uses_up_attempts_and_no_failures(own_world: World):
    codes = [await outcome(own_world, "111111111", PASSWORD, address="192.0.2.60") for _ in range(31)]
    assert codes == ["OPENED"] * 30 + ["RATE_LIMITED"]


async def test_all_spellings_that_one_kind_of_identifier_takes_for_the_same_share_their_tries(own_world: World):
    """Of a portal that takes login ids, e-mail addresses and phone numbers: in every kind of its own."""
    for spelling in ("+32 470 12 34 56", "0032470123456", "0032 470/12.34.56"):
        assert await outcome(own_world, spelling, "wrong", portal="cofidis") == "INVALID_CREDENTIALS"
    assert await outcome(own_world, "+32470123456", "wrong", portal="cofidis") == "LOCKED"
    for spelling in ("Somebody@Example.com", "somebody@example.com", " SOMEBODY@EXAMPLE.COM "):
        assert await outcome(own_world, spelling, "wrong", portal="cofidis") == "INVALID_CREDENTIALS"
    assert await outcome(own_world, "somebody@EXAMPLE.com", "wrong", portal="cofidis") == "LOCKED"


async def test_one_more_session_than_a_person_may_have_ends_the_one_that_was_used_least_lately(own_world: World):
    tokens = [await sign_in(own_world, "111111112", PASSWORD, minutes=n / 10) for n in range(19)]
    await own_world.tenancy.sessions.read(tokens[0], NOW + timedelta(minutes=3))  # used again
    tokens.append(await sign_in(own_world, "111111112", PASSWORD, minutes=3))

    living = {row[0] for row in await own_world.owner.fetch("select token_hash from session where revoked_at is null")}
    mine = await own_world.owner.fetchval(
        "select count(*) from session where user_id = $1 and revoked_at is null", own_world.ids["t1", "portal_user", "view1"]
    )
    assert mine == 20
    assert [hashed(token) in living for token in tokens] == [True] * 20  # what ended is the oldest of all, of the world
    tokens.append(await sign_in(own_world, "111111112", PASSWORD, minutes=4))
    living = {row[0] for row in await own_world.owner.fetch("select token_hash from session where revoked_at is null")}
    assert [n for n, token in enumerate(tokens) if hashed(token) not in living] == [1]
    events = await own_world.owner.fetch("select target_type from audit_event where action = 'session.displace'")
    assert [event[0] for event in events] == ["Session", "Session"]


async def test_a_lock_of_somebody_is_an_event_and_failures_before_a_success_are_told_with_it(own_world: World):
    for who in ("111111111", "999999999"):
        for _ in range(5):
            await outcome(own_world, who, "wrong")
    events = await own_world.owner.fetch("select realm, target_type, target_id, user_id from audit_event where action = 'sign_in.lock'")
    assert [tuple(event) for event in events] == [("STRANGER", "User", own_world.ids["t1", "portal_user", "admin1"], None)]

    await sign_in(own_world, "111111111", PASSWORD, minutes=31)

    changes = await own_world.owner.fetchval("select changes from audit_event where action = 'session.create'")
    assert json.loads(changes) == {"failed_attempts_before": 5}


async def test_what_has_had_its_time_is_swept_in_batches_and_a_lock_is_not(own_world: World):
    for n in range(30):
        await outcome(own_world, f"{800000000 + n}", "one")
    for _ in range(5):
        await outcome(own_world, "111111111", "wrong", minutes=60 * 23)
    jobs = await asyncpg.connect(own_world.urls.jobs, server_settings={"search_path": "bailiwick"})
    try:
        swept = await sweep_sign_in(jobs, own_world.tenants["t1"], NOW + timedelta(hours=24, minutes=1), most=7)
    finally:
        await jobs.close()

    assert swept >= 30
    assert await own_world.owner.fetchval("select count(*) from sign_in_bucket") == 1
    assert await outcome(own_world, "111111111", PASSWORD, minutes=60 * 23 + 5) == "LOCKED"
