"""`serve` and `work` as they are run: what they say, what they answer, how they stop, and what their log never holds."""

import json
import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.process.keys import write_master
from server.process.settings import Settings
from tests.server.conftest import said_of
from tests.server.processes import running
from tests.world import IBANS, PASSWORD, World

SIGN_IN = """mutation($i: String!, $p: String!, $d: String) {
  sessionCreate(input: {identifier: $i, password: $p, portal: "customer-corner", deviceName: $d}) { token errors { code } } }"""
LIST = "{ contracts(first: 10) { nodes { number account { holder { legalName bankAccounts { holderName } } } } } }"
QUOTING = """create function quoting() returns trigger language plpgsql as $$ begin raise exception 'not %', new.device_name; end $$;
grant execute on function quoting to public; create trigger quoting before insert on session for each row execute function quoting()"""
# What a client sends, in every place where it can send anything. None of it may turn up in a log.
CANARIES = {
    "password": "canary-Pass-0001",
    "identifier": "canary-0002@mail.example",
    "device": "canary device 0003",
    "iban": "BE71 0961 2345 6769",
    "search": "canary search 0005",
    "name": "canaryOperation0006",
    "alias": "canaryAlias0007",
    "header": "canary-header-0008",
    "token": "t1.canary-token-0009",
    "body": "canary body 0010",
    "path": "canary-path-0011",
    "id": "con_canary0012",
}


@pytest.fixture
def settings(own_world: World, tmp_path: Path) -> dict[str, str]:
    write_master(tmp_path / "master")
    return said_of(
        Settings(
            database_url=own_world.urls.app,
            owner_database_url=own_world.urls.owner,
            jobs_database_url=own_world.urls.jobs,
            key_file=tmp_path / "master",
            files=str(tmp_path / "files"),
            public_url="https://portal.example.com",
            port=0,
        )
    )


async def ask(client: httpx2.AsyncClient, query: str, token: str | None = None, **variables: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


async def test_a_web_process_answers_until_it_is_told_to_stop(settings: dict[str, str], tmp_path: Path):
    async with running(tmp_path, "serve", settings=settings) as process:
        listening = await process.event("listening")
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{listening['port']}", timeout=30) as client:
            ready = await client.get("/ready")
            token = (await ask(client, SIGN_IN, i="111111111", p=PASSWORD)).json()["data"]["sessionCreate"]["token"]
            answer = await ask(client, "{ contracts(first: 1) { totalCount } }", token)

        process.process.send_signal(signal.SIGTERM)
        await process.event("stopped")
        ended = await process.ended()

    assert (ready.status_code, ready.json()["ready"], answer.json()["data"]["contracts"]["totalCount"] > 0) == (200, True, True)
    assert ended == 0


async def test_a_worker_works_until_it_is_told_to_stop(settings: dict[str, str], tmp_path: Path):
    async with running(tmp_path, "work", settings=settings) as process:
        await process.event("working")
        kept = [await process.event("kept house") for _ in range(4)]  # one for each house of the world

        process.process.send_signal(signal.SIGTERM)
        await process.event("stopped")
        ended = await process.ended()

    assert len({event["tenant"] for event in kept}) == 4
    assert ended == 0


async def test_a_policy_with_a_hole_stops_a_process_before_it_listens(settings: dict[str, str], tmp_path: Path):
    holed = "import sys; from tenants.table import LINES; del LINES['Mandate']; from server.commands.main import main; sys.argv = ['bailiwick', 'serve']; main()"

    async with running(tmp_path, program=("-c", holed), settings=settings) as process:
        ended = await process.ended()

    assert ended == 1
    assert "".join(process.said).startswith("policy: no line for Mandate.account, ")


async def test_what_is_said_to_serve_goes_before_its_settings(settings: dict[str, str], tmp_path: Path):
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        busy = settings | {"PORT": str(taken.getsockname()[1])}
        async with running(tmp_path, "serve", "--host", "127.0.0.1", "--port", "0", settings=busy) as process:
            listening = await process.event("listening")
            process.process.send_signal(signal.SIGTERM)
            await process.ended()

    assert listening["port"] not in (0, int(busy["PORT"]))


@pytest.mark.row("X-8", part="logs")
async def test_nothing_that_a_client_sends_or_a_row_holds_turns_up_in_the_log(settings: dict[str, str], own_world: World, tmp_path: Path):
    """At its most talkative, through every kind of mistake: the client's, a stranger's, and ours."""
    c = CANARIES
    async with running(tmp_path, "serve", settings=settings | {"LOG_LEVEL": "debug"}) as process:
        listening = await process.event("listening")
        headers = {"user-agent": c["header"], "x-forwarded-for": c["header"], "cookie": f"a={c['header']}", "x-request-id": c["header"]}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{listening['port']}", headers=headers, timeout=30) as client:
            assert (await ask(client, SIGN_IN, i=c["identifier"], p=c["password"])).json()["data"]["sessionCreate"]["token"] is None
            token = (await ask(client, SIGN_IN, i="111111111", p=PASSWORD, d=c["device"])).json()["data"]["sessionCreate"]["token"]
            for query, variables in (
                (
                    f'query {c["name"]} {{ {c["alias"]}: contracts(first: 1, filter: {{search: "{c["search"]}"}}) {{ nodes {{ id }} }} }}',
                    {},
                ),
                ("query($i: ID!) { node(id: $i) { id } }", {"i": c["id"]}),
                ("query($i: Int!) { contracts(first: $i) { nodes { id } } }", {"i": c["iban"]}),
                ("query($i: Int!) { contracts(first: $i) { nodes { id } } }", {"i": 10_000}),
                (f"{{ {c['alias']} }}", {}),
                (f'{{ contracts(first: "{c["search"]}") {{ nodes {{ id }} }} }}', {}),
                (f"{{ {c['body']} ", {}),
                ("{ importRuns }", {"extra": c["iban"]}),
            ):
                await ask(client, query, token, **variables)
            await ask(client, "{ viewer { user { displayName } } }", c["token"])
            await client.post("/graphql", content=c["body"], headers={"content-type": "application/json"})
            await client.get(f"/documents/{c['path']}")
            await client.put(f"/uploads/{c['path']}", content=c["body"])
            await client.get(f"/{c['path']}?{c['path']}={c['search']}")
            assert (await ask(client, LIST, token)).json()["data"]["contracts"]["nodes"]
            # Ours: a column is gone under the running code.
            await own_world.owner.execute("alter table bank_account drop column holder_name")
            failed = [await ask(client, LIST, token) for _ in range(2)]
            # A rule of the database that quotes what it refuses.
            await own_world.owner.execute(QUOTING)
            failed.append(await ask(client, SIGN_IN, i="111111111", p=PASSWORD, d=c["device"]))
            # And a table that everything needs.
            await own_world.owner.execute("alter table portal_policy rename to elsewhere")
            failed.append(await ask(client, SIGN_IN, i=c["identifier"], p=c["password"], d=c["device"]))

        process.process.send_signal(signal.SIGTERM)
        assert await process.ended() == 0

    log = "".join(process.said)
    events = [json.loads(line) for line in process.said]
    assert all(event["timestamp"] and event["level"] for event in events)
    mistakes = {event["request_id"]: event for event in events if event["level"] == "error"}
    assert {answer.headers["x-request-id"] for answer in failed} == mistakes.keys()
    assert {event["sqlstate"] for event in mistakes.values()} == {"42703", "P0001", "42P01"}
    rows = [
        "Mill SA",
        "Anna Molen",
        IBANS[0],
        IBANS[0][4:12],
        "t1.",
        PASSWORD,
        token,
        "admin1@example.com",
        "111111111",
        "100200300",
        "legalName",
    ]
    assert [word for word in [*CANARIES.values(), *rows] if word in log] == []
    assert not re.search(r"canary", log, re.IGNORECASE)
