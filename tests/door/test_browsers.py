"""What browsers are told: nothing may be kept, embedded or guessed, and only pages of the same portal may read answers."""

import httpx2
import pytest

from server.process.serving import behind
from tests.door.asking import Asker
from tests.door.small import Small

WORN = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


async def test_every_answer_is_closed(ask: Asker, small: Small):
    client = small.client()
    answers = [await ask("{ number }"), await ask(body=b"5"), await ask("{"), await ask(method="PUT"), await ask("{ secret }", token=None)]
    answers += [await client.get("/live"), await client.get("/ready"), await client.get("/nowhere"), await client.options("/graphql")]

    for answer in answers:
        assert {name: answer.headers.get(name) for name in WORN} == WORN
        assert answer.headers["x-request-id"]
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "origin" in answer.headers["vary"]


async def test_an_answer_that_says_so_itself_is_believed(small: Small):
    answer = await small.client().get("/page")

    said = answer.headers.get_list("content-security-policy"), answer.headers.get_list("cache-control")
    assert said == (["default-src 'self'"], ["private"])
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_answer_is_closed_though_the_app_itself_fails(small: Small):
    async def broken(*_: object) -> None:
        raise RuntimeError("secret")

    small.endpoint.answered = broken  # type: ignore[method-assign, assignment]  # a mistake where none is expected

    answer = await small.client().post("/graphql", json={"query": "{ number }"})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["requestId"]) == (500, answer.headers["x-request-id"])
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text


async def test_pages_of_the_same_portal_may_read_answers(ask: Asker):
    for origin in ("https://north.example", "https://www.north.example"):
        answer = await ask("{ number }", headers={"origin": origin})

        assert answer.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in answer.headers
        assert "x-request-id" in answer.headers["access-control-expose-headers"]


ELSEWHERE = [
    "https://south.example",
    "http://north.example",
    "https://north.example:8443",
    "https://north.example.evil.example",
    "https://evil-north.example",
    "https://NORTH.example",
    "https://user@north.example",
    "https://www.north.example:443",
    "http://localhost:5173",
    "https://app.example:8443",
    "*",
    "null",
    "https://",
    "https://north.example/",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_pages_from_elsewhere_may_not(ask: Asker, small: Small, origin):
    answer = await ask("{ number }", headers={"origin": origin})
    asked = await small.client().options("/graphql", headers={"origin": origin, "access-control-request-method": "POST"})

    for said in (answer, asked):
        assert [name for name in said.headers if name.startswith("access-control")] == []
    assert (answer.status_code, asked.status_code) == (200, 204)


async def test_a_portal_on_another_port_is_asked_by_its_own_pages(ask: Asker):
    origin = "https://north.example:8443"
    answer = await ask("{ number }", headers={"origin": origin, "host": "north.example:8443"})
    elsewhere = await ask("{ number }", headers={"origin": origin, "host": "north.example:9443"})

    assert answer.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_pages_elsewhere_may_ask_the_portal_for_which_the_operator_named_them():
    allowed = {"north.example": ["https://app.example:8443", "http://localhost:5173"]}
    ask = Asker(Small(allowed_origins=allowed))

    for origin in allowed["north.example"]:
        for host in ("north.example", "www.north.example"):
            answer = await ask("{ number }", headers={"origin": origin, "host": host})
            assert answer.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in answer.headers
    for origin, host in (
        ("https://app.example:8443", "south.example"),
        ("https://app.example", "north.example"),
        ("http://localhost:5174", "north.example"),
    ):
        assert "access-control-allow-origin" not in (await ask("{ number }", token=None, headers={"origin": origin, "host": host})).headers


DEVELOPING = ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:8080", "https://localhost", "http://north.localhost:4200"]


@pytest.mark.parametrize("origin", DEVELOPING)
async def test_a_demo_is_asked_by_pages_that_are_being_developed_beside_it(origin: str):
    demo, usual = Small(is_demo=True), Small()
    headers = {"origin": origin, "host": "localhost:8000"}

    answer = await Asker(demo)("{ number }", token=None, headers=headers)
    asked = await demo.client().options("/graphql", headers=headers | {"access-control-request-method": "POST"})

    assert answer.headers["access-control-allow-origin"] == asked.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in (await Asker(usual)("{ number }", token=None, headers=headers)).headers
    assert "access-control-allow-origin" not in (await Asker(demo)("{ number }", headers=headers | {"host": "north.example"})).headers


@pytest.mark.parametrize(
    "origin", ["http://evil.example:5173", "http://localhost.evil.example", "null", "http://evillocalhost:1", "file://"]
)
async def test_a_demo_is_not_asked_by_pages_from_elsewhere(origin: str):
    answer = await Asker(Small(is_demo=True))("{ number }", token=None, headers={"origin": origin, "host": "localhost:8000"})

    assert "access-control-allow-origin" not in answer.headers


async def test_a_host_that_is_no_portal_lets_no_page_in(ask: Asker):
    answer = await ask("{ number }", headers={"host": "localhost:8000", "origin": "https://north.example"})

    assert "access-control-allow-origin" not in answer.headers


async def test_a_browser_that_asks_beforehand_is_told(small: Small):
    headers = {
        "origin": "https://www.north.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    answer = await small.client().options("/graphql", headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://www.north.example"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert {"authorization", "content-type", "traceparent", "tracestate", "baggage", "x-request-id", "apollo-require-preflight"} <= allowed
    assert {"apollographql-client-name", "apollographql-client-version", "graphql-client-name", "graphql-client-version"} <= allowed
    assert "*" not in answer.headers["access-control-allow-headers"] + answer.headers["access-control-allow-origin"]


async def test_hosts_that_cannot_be_looked_up_let_no_page_in(small: Small):
    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    small.memory.find = away  # type: ignore[method-assign, assignment]  # the database is stopped

    answer = await small.client().get("/live", headers={"origin": "https://north.example"})

    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)


KEPT_ID = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("address, sent, is_kept", [("10.0.0.1", KEPT_ID, True), ("10.0.0.2", KEPT_ID, False), ("10.0.0.1", "x" * 101, False), ("10.0.0.1", "a b\u00e9", False), ("10.0.0.1", "short", False)])  # fmt: skip
async def test_the_request_id_of_a_trusted_proxy_is_kept(small: Small, address: str, sent: str, is_kept: bool):
    """By it the proxy's log and ours tell of one request. Anybody else's is not."""
    transport = httpx2.ASGITransport(behind("10.0.0.1", small.app), client=(address, 5000))
    async with httpx2.AsyncClient(transport=transport, base_url="https://north.example") as client:
        answer = await client.get("/live", headers={b"x-request-id": sent.encode(), b"x-forwarded-for": b"192.0.2.9"})

    assert (answer.headers["x-request-id"] == sent) is is_kept
    assert answer.headers.get_list("x-request-id") == [answer.headers["x-request-id"]]
