"""What browsers are told: nothing may be kept, embedded or guessed, and only pages of the same portal may read answers."""

import pytest

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
    assert {"authorization", "content-type"} <= set(answer.headers["access-control-allow-headers"].split(", "))


async def test_hosts_that_cannot_be_looked_up_let_no_page_in(small: Small):
    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    small.memory.find = away  # type: ignore[method-assign, assignment]  # the database is stopped

    answer = await small.client().get("/live", headers={"origin": "https://north.example"})

    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)
