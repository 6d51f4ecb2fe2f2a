"""`bailiwick audit`: the chain of sealed events, and what it finds when somebody with every right on the database has tampered with it."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import asyncpg
import pytest

from models.audit_chain import START, Head
from server.process.settings import Settings
from tests.server.conftest import Ended, Terminal, said_of

NORTH = ("--tenant", "north")
Trail = Callable[..., Ended]


@pytest.fixture
def trail(bailiwick: Terminal, installed: Settings) -> Trail:
    """The commands over a tenant with five events, three of them sealed in a first run and two in a second."""

    def run(*words: str) -> Ended:
        return bailiwick(*words, **said_of(installed))

    run("tenant", "add", "north", "--name", "North Lease")
    run("portal", "add", "corner", *NORTH, "--brand", "Corner", "--host", "corner.example.com")
    run("staff", "add", "a@north.example", *NORTH, "--name", "Ada", "--role", "AGENT")
    assert "done" in run("jobs", "run", "audit.seal").out
    run("staff", "add", "b@north.example", *NORTH, "--name", "Bea", "--role", "AUDITOR")
    run("staff", "add", "c@north.example", *NORTH, "--name", "Cy", "--role", "AGENT")
    run("jobs", "run", "audit.seal")
    return run


def tampered(settings: Settings, *statements: str) -> None:
    """Changes rows as the owner of the tables can who switches their triggers off."""

    async def run() -> None:
        connection = await asyncpg.connect(settings.owner_database_url, server_settings={"search_path": "bailiwick"})
        await connection.execute("alter table audit_event disable trigger keep_audit; alter table audit_event no force row level security")
        for statement in statements:
            assert await connection.execute(statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")
        await connection.close()

    asyncio.run(run())


@pytest.mark.row("X-20", part="hash chain verified by a CLI command")
def test_a_chain_that_nobody_touched_is_intact(trail: Trail):
    ended = trail("audit", "verify", *NORTH)
    assert (ended.status, ended.out.splitlines()[0]) == (0, "5 events are intact.")

    as_json = json.loads(trail("audit", "verify", *NORTH, "--json").out)
    assert as_json | {"head": ""} == {"isIntact": True, "eventCount": 5, "unsealedCount": 0, "head": "", "firstBroken": None}
    assert trail("audit", "verify", *NORTH, "--head", as_json["head"]).status == 0


@pytest.mark.row("X-20", part="tampering detected")
@pytest.mark.parametrize(
    ("statement", "place", "reason"),
    [
        ("update audit_event set action = 'staff.remove' where sequence = 3", 3, "was changed"),
        ("update audit_event set changes = '{\"roles\": []}' where sequence = 4", 4, "was changed"),
        ("update audit_event set at = at - interval '1 microsecond' where sequence = 1", 1, "was changed"),
        ("update audit_event set account_id = null, address = '10.0.0.1' where sequence = 5", 5, "was changed"),
        ("update audit_event set hash = sha256(hash) where sequence = 2", 2, "was changed"),
        ("delete from audit_event where sequence = 2", 2, "missing"),
        ("delete from audit_event where sequence = 1", 1, "missing"),
        (
            "insert into audit_event select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'sequence', 6, "
            "'previous_hash', e.hash))).* from audit_event e where sequence = 5",
            6,
            "was changed",
        ),
    ],
)
def test_what_was_changed_removed_or_inserted_is_found(trail: Trail, installed: Settings, statement: str, place: int, reason: str):
    tampered(installed, statement)

    ended = trail("audit", "verify", *NORTH)
    assert ended.status == 1
    assert ended.out.startswith(f"BROKEN at event {place}") and reason in ended.out


def test_events_that_were_removed_from_the_end_are_found_with_a_head_that_was_noted(trail: Trail, installed: Settings):
    head = json.loads(trail("audit", "verify", *NORTH, "--json").out)["head"]
    tampered(installed, "delete from audit_event where sequence > 3")

    assert trail("audit", "verify", *NORTH).status == 0
    assert "removed from the end" in trail("audit", "verify", *NORTH, "--head", head).out


def test_a_chain_that_was_written_anew_is_found_with_a_head_that_was_noted(trail: Trail, installed: Settings):
    head = json.loads(trail("audit", "verify", *NORTH, "--json").out)["head"]
    tampered(installed, "update audit_event set action = 'staff.remove' where sequence = 3",
             "update audit_event set sequence = null, previous_hash = null, hash = null")  # fmt: skip
    trail("jobs", "run", "audit.seal")

    assert trail("audit", "verify", *NORTH).status == 0
    assert "replaced" in trail("audit", "verify", *NORTH, "--head", head).out


def test_the_export_can_be_checked_with_nothing_but_a_hash_function(trail: Trail, tmp_path: Path):
    file = tmp_path / "trail.jsonl"
    assert trail("audit", "export", *NORTH, "--out", str(file)).out == f"5 events are in {file}.\n"
    assert trail("audit", "export", *NORTH, "--out", str(file)).status == 2  # what is there is not overwritten

    previous = START
    for event in map(json.loads, file.read_text("utf-8").splitlines()):
        tenant, hash_, before = bytes.fromhex(event.pop("tenant_id").replace("-", "")), event.pop("hash"), event.pop("previous_hash")
        body = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert before == previous.hex()
        previous = sha256(previous + tenant + body).digest()
        assert hash_ == previous.hex()
    assert str(Head(5, previous)) in trail("audit", "verify", *NORTH).out


def test_events_without_a_seal_are_named_and_break_nothing(trail: Trail):
    trail("staff", "add", "d@north.example", *NORTH, "--name", "Dee", "--role", "AGENT")

    ended = trail("audit", "verify", *NORTH)
    assert (ended.status, "1 more wait" in ended.out) == (0, True)


def test_a_head_in_another_spelling_is_refused(trail: Trail):
    assert trail("audit", "verify", *NORTH, "--head", "12:abc").status == 2
