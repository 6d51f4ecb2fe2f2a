"""What somebody may ask for in a while, how many operations run at once, and what becomes of those nobody waits for."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from server.http.error_codes import Declined
from server.limits.bounds import Bounds
from server.limits.budgets import KEPT, Budgets, network_of
from server.limits.concurrency import ConcurrencyLimiter
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import NORTH, Small


class Ticks:
    """A clock that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.mark.row("X-11", part="a budget of cost points for each person")
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_who_asks_for_too_much_is_told_when_to_ask_again(ticks: Ticks, accept):
    ask = Asker(Small(Bounds(budgets=Budgets(100, 10, ticks))))
    text, headers = "{ things(first: 79) { nodes { name } } }", {"accept": accept}

    first, second = await ask(text, headers=headers), await ask(text, headers=headers)

    assert first.json()["extensions"]["cost"] == {"requested": 80, "limit": 10_000, "remaining": 20, "restoreRate": 10}
    assert (second.status_code, code(second), second.headers["retry-after"]) == (429, "RATE_LIMITED", "6")
    assert second.json()["errors"][0]["extensions"]["cost"]["remaining"] == 20
    ticks.now = 6.0
    assert (await ask(text, headers=headers)).status_code == 200


async def test_a_budget_is_of_one_person(ticks: Ticks):
    ask = Asker(Small(Bounds(budgets=Budgets(3, 1, ticks))))
    for _ in range(3):
        await ask("{ number }")

    assert code(await ask("{ number }")) == "RATE_LIMITED"
    assert (await ask("{ number }", token="north.agent")).status_code == 200
    assert (await ask("{ number }", token=None)).status_code == 200


async def test_what_is_refused_for_its_cost_does_not_run(ticks: Ticks):
    small = Small(Bounds(budgets=Budgets(1, 1, ticks)))
    ask = Asker(small)
    for name in ("one", "two"):
        await ask(f'mutation {{ rename(name: "{name}") }}')

    assert small.done == ["one"]


def test_a_bucket_fills_again_to_the_brim_and_no_further(ticks: Ticks):
    budgets = Budgets(100, 10, ticks)
    budgets.take(b"a", 100)

    ticks.now = 3.05
    assert budgets.take(b"a", 31) == (30, 1)
    ticks.now = 10_000
    assert budgets.take(b"a", 40) == (60, None)


def test_an_operation_that_costs_nothing_still_counts(ticks: Ticks):
    assert Budgets(100, 10, ticks).take(b"a", 0).points == 99


def test_buckets_are_bounded(ticks: Ticks):
    budgets = Budgets(100, 10, ticks)
    for i in range(KEPT + 50):
        budgets.take(str(i).encode(), 1)

    assert len(budgets.buckets) == KEPT


def waiting() -> tuple[asyncio.Event, asyncio.Event]:
    return asyncio.Event(), asyncio.Event()


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_full_server_says_so_at_once_in_json(accept):
    small, (running, done) = Small(Bounds(concurrency=ConcurrencyLimiter(1, 0))), waiting()

    async def hold() -> None:
        running.set()
        await done.wait()

    small.slowness, ask = hold, Asker(small)
    first = asyncio.create_task(ask("{ slow }"))
    await running.wait()

    refused = await ask("{ number }", headers={"accept": accept})
    let_in = await ask("mutation { signIn }", token=None)
    live = await small.client().get("/live")
    done.set()

    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (503, "OVERLOADED", "1")
    assert refused.headers["content-type"].startswith(accept)
    assert (let_in.status_code, live.status_code) == (200, 200)
    assert (await first).json()["data"] == {"slow": "slow"}
    assert (await ask("{ number }")).status_code == 200


async def test_requests_that_are_still_being_sent_are_bounded_too():
    small = Small(Bounds(requests=1))
    begun, done = waiting()

    async def receive():
        begun.set()
        await done.wait()
        return {"type": "http.request", "body": b'{"query": "{ number }"}'}

    async def send(message):
        pass

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    first = asyncio.create_task(small.app(scope, receive, send))
    await begun.wait()

    refused = await Asker(small)("{ number }")
    done.set()
    await first

    assert (refused.status_code, code(refused)) == (503, "OVERLOADED")
    assert (await Asker(small)("{ number }")).status_code == 200


async def test_who_waits_gets_the_place_that_becomes_free():
    concurrency, order = ConcurrencyLimiter(1, 10), []

    async def one(n: int) -> None:
        async with concurrency:
            order.append(n)
            await asyncio.sleep(0)

    await asyncio.gather(*[one(n) for n in range(8)])

    assert order == list(range(8))
    assert concurrency.free == 1


async def test_who_waits_too_long_is_refused_and_leaves_no_trace():
    concurrency = ConcurrencyLimiter(1, 10, patience_seconds=0)
    async with concurrency:
        with pytest.raises(Declined):
            async with concurrency:
                pass
        assert len(concurrency.waiting) == 0

    assert concurrency.free == 1


async def test_a_place_is_not_lost_with_whoever_stops_waiting_for_it():
    concurrency = ConcurrencyLimiter(1, 10)
    async with concurrency:
        waiter = asyncio.create_task(concurrency.__aenter__())
        await asyncio.sleep(0)
        waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)

    assert (concurrency.free, len(concurrency.waiting)) == (1, 0)


async def test_work_stops_when_its_client_has_gone(small: Small, monkeypatch):
    """The operation holds something, as it would hold a connection; it is given back."""
    monkeypatch.setattr("server.limits.concurrency.LOOKED_AT_AFTER", 0)
    monkeypatch.setattr("server.limits.timeouts.EVERY_SECONDS", 0)
    held, (running, gone) = asyncio.Lock(), waiting()

    async def hold() -> None:
        async with held:
            running.set()
            await asyncio.Event().wait()

    small.slowness = hold
    bodies = [{"type": "http.request", "body": b'{"query": "{ slow }"}'}]
    sent = []

    async def receive():
        if bodies:
            return bodies.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer north.customer")]
    request = asyncio.create_task(
        small.app({"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}, receive, send)
    )
    await running.wait()
    gone.set()
    await request

    assert (held.locked(), sent) == (False, [])
    assert small.endpoint.bounds.concurrency.free == 64


async def test_a_client_that_stays_gets_its_answer_however_long_it_waits(small: Small, monkeypatch):
    monkeypatch.setattr("server.limits.concurrency.LOOKED_AT_AFTER", 0)
    monkeypatch.setattr("server.limits.timeouts.EVERY_SECONDS", 0)
    small.slowness, before = lambda: asyncio.sleep(0.02), asyncio.all_tasks()

    assert (await Asker(small)("{ slow }")).json()["data"] == {"slow": "slow"}
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before  # nobody listens any more


async def test_a_server_that_is_told_to_stop_at_once_is_not_taken_for_a_client_that_went(small: Small):
    running, _ = waiting()

    async def hold() -> None:
        running.set()
        await asyncio.Event().wait()

    small.slowness = hold
    request = asyncio.create_task(Asker(small)("{ slow }"))
    await running.wait()
    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request


async def test_a_person_has_one_budget_for_all_sessions(ticks: Ticks):
    small = Small(Bounds(budgets=Budgets(100, 1, ticks)))
    phone = small.memory.living["north.customer"]
    small.memory.living["north.laptop"] = replace(phone, token_hash=b"another", session_id=NORTH)
    text = "{ things(first: 60) { nodes { name } } }"

    assert (await Asker(small)(text)).status_code == 200
    refused = await Asker(small)(text, token="north.laptop")

    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (429, "RATE_LIMITED", "22")
    assert (await Asker(small)(text, token="north.agent")).status_code == 200


async def test_strangers_have_one_budget_for_each_network(ticks: Ticks):
    small = Small(Bounds(strangers=Budgets(100, 1, ticks)))
    text = "{ things(first: 60) { nodes { name } } }"

    assert (await from_(small, "2001:db8:0:1::1", text)).status_code == 200
    refused = await from_(small, "2001:db8:0:1:ffff::2", text)
    others = [await from_(small, address, text) for address in ("2001:db8:0:2::1", "192.0.2.1", "192.0.2.2")]

    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (429, "RATE_LIMITED", "22")
    assert [other.status_code for other in others] == [200] * 3
    assert (await Asker(small)(text)).status_code == 200
    assert (await from_(small, "2001:db8:0:1::1", "mutation { signIn }")).status_code == 200


async def from_(small: Small, address: str, text: str) -> Any:
    """Asks as nobody from an address."""
    transport = httpx2.ASGITransport(small.app, client=(address, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="https://north.example", headers={"accept": GRAPHQL}) as client:
        return await client.post("/graphql", json={"query": text})


@pytest.mark.parametrize(
    "one, other, is_one",
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:0DB8:0:0:1::", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        (None, "no address", True),
    ],
)
def test_a_network_is_one_however_its_addresses_are_spelled(one, other, is_one):
    assert (network_of(one) == network_of(other)) is is_one


async def test_an_operation_without_a_plan_costs_five_times_as_much(ticks: Ticks):
    small = Small(Bounds(budgets=Budgets(ticks=ticks)), is_planned=True)
    text = "query ($n: Boolean = true) { things(first: 10) { nodes { name } } number @skip(if: $n) }"

    planned, left = [await Asker(small)(text, variables={"n": n}) for n in (False, None)]

    points = [Bounds().budgets.capacity - small.endpoint.bounds.budgets.buckets[key][0] for key in small.endpoint.bounds.budgets.buckets]
    assert planned.json()["extensions"]["cost"]["requested"] == 11
    assert code(left) == "BAD_USER_INPUT"
    assert points == [11 + 55]


def test_what_is_owed_is_waited_for_by_the_next(ticks: Ticks):
    budgets = Budgets(100, 10, ticks)
    budgets.take(b"a", 50)
    budgets.owe(b"a", 150)

    assert budgets.take(b"a", 1).wait_seconds == 11
    assert budgets.take(b"a", 1).points == 0
    ticks.now = 11.0
    assert budgets.take(b"a", 1).wait_seconds is None
