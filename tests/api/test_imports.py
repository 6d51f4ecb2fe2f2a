"""Staff import through the same schema: they announce an archive, send its bytes, start a run, and read what became of it."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from jobs import import_progress
from jobs.import_progress import published
from models import Contract, ImportRun, Upload
from tests.api.importing import FARM, archive, create, run_of, sent, start, started, uploaded, worker
from tests.world import World

LEFT_BEHIND = ("upload", "import_run", "import_row", "job", "audit_event", "idempotency_record", "outbox_message")


async def counted(world: World) -> dict[str, int]:
    return {table: await world.owner.fetchval(f"select count(*) from {table}") for table in LEFT_BEHIND}


def error_of(answer: Any, mutation: str = "importStart") -> tuple[Any, ...]:
    [error] = answer.data[mutation]["errors"]
    return error["code"], error["rule"]


@pytest.mark.row("BO-2", part="through GraphQL: an archive is uploaded and read by the worker")
async def test_an_archive_is_announced_sent_started_and_read(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)
    before = await counted(own_world)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]
    assert (await sent(own_world, upload["url"], raw)).status_code == 201

    queued = (await start(own_world, "agent", upload["id"])).data["importStart"]["importRun"]
    assert await worker(own_world).run_dry() == 1

    assert queued == {"id": upload["id"].replace("upl_", "imp_"), "state": "QUEUED", "mode": "PER_ROW", "isDryRun": False, "source": None, "progressPercent": None}  # fmt: skip
    run = await run_of(own_world, queued["id"])
    assert (run["state"], run["source"], run["sequence"], run["progressPercent"]) == ("COMPLETED", "erp", 2, 100)
    assert (run["createdCount"], run["rejectedCount"], run["rows"]["totalCount"], run["faults"]) == (4, 0, 4, [])
    assert datetime.fromisoformat(run["createdAt"]) <= datetime.fromisoformat(run["startedAt"]) < datetime.fromisoformat(run["finishedAt"])
    assert await own_world.owner.fetchval("select legal_name from party where external_id = 'P9'") == "New Farm SA"
    after = await counted(own_world)
    assert {table: after[table] - before[table] for table in LEFT_BEHIND} == {
        "upload": 1, "import_run": 1, "import_row": 4, "job": 1, "audit_event": 1, "idempotency_record": 1, "outbox_message": 0,
    }  # fmt: skip


async def test_exactly_one_audit_event_says_who_started_what(own_world: World, tmp_path: Path):
    run = await started(own_world, archive(tmp_path), mode="ALL_OR_NOTHING", isDryRun=True)
    await worker(own_world).run_dry()

    [event] = await own_world.owner.fetch("select * from audit_event where target_type = 'ImportRun'")
    assert (event["action"], event["realm"], event["staff_id"], event["user_id"]) == (
        "import.start",
        "STAFF",
        own_world.staff["agent"],
        None,
    )
    assert f"imp_{event['target_id'].hex}" == run
    assert event["changes"] == '{"mode": "ALL_OR_NOTHING", "is_dry_run": true}'
    assert await own_world.owner.fetchval("select count(*) from audit_event") == 1


@pytest.mark.row("BO-3", part="through GraphQL: a run with refused rows says so, row by row")
async def test_refused_rows_are_read_by_what_became_of_them(own_world: World, tmp_path: Path):
    rows = {
        **FARM,
        "addresses": [FARM["addresses"][0] | {"country": "Belgium"}],
        "contact_points": [FARM["contact_points"][0] | {"party": "P404"}],
    }
    run_id = await started(own_world, archive(tmp_path, rows))
    await worker(own_world).run_dry()

    run = await run_of(own_world, run_id, results=["REJECTED"])

    assert (run["state"], run["createdCount"], run["rejectedCount"], run["parkedCount"]) == ("COMPLETED_WITH_REJECTIONS", 2, 1, 1)
    assert run["rows"]["nodes"] == [{
        "number": 2, "type": "addresses", "file": "addresses.jsonl", "line": 1, "externalId": "P9-ADR", "result": "REJECTED", "column": "country",
        "rule": "country", "message": "'Belgium' is no country of ISO 3166-1, such as BE.", "laterResult": None,
    }]  # fmt: skip
    assert [row["externalId"] for row in (await run_of(own_world, run_id, results=["PARKED"]))["rows"]["nodes"]] == ["P9-CTP"]
    everything = await run_of(own_world, run_id)
    assert sorted(row["result"] for row in everything["rows"]["nodes"]) == ["CREATED", "CREATED", "PARKED", "REJECTED"]


async def test_a_row_that_was_kept_aside_says_what_became_of_it(own_world: World, tmp_path: Path):
    (tmp_path / "early").mkdir()
    early = await started(own_world, archive(tmp_path / "early", {"contact_points": FARM["contact_points"]}, sequence=3))
    await worker(own_world).run_dry()
    [waits] = (await run_of(own_world, early))["rows"]["nodes"]

    await started(own_world, archive(tmp_path, FARM, sequence=4), key="k" * 30)
    await worker(own_world).run_dry()

    [came] = (await run_of(own_world, early))["rows"]["nodes"]
    assert (waits["result"], waits["laterResult"]) == ("PARKED", None)
    assert (came["result"], came["laterResult"]) == ("PARKED", "CREATED")


@pytest.mark.row("BO-3", part="through GraphQL: all or nothing gives none, and is no success")
async def test_all_or_nothing_is_refused_as_a_whole(own_world: World, tmp_path: Path):
    rows = {**FARM, "addresses": [FARM["addresses"][0] | {"country": "Belgium"}]}
    run_id = await started(own_world, archive(tmp_path, rows), mode="ALL_OR_NOTHING")
    await worker(own_world).run_dry()

    run = await run_of(own_world, run_id)

    assert (run["state"], run["createdCount"], run["rejectedCount"], run["heldBackCount"]) == ("REJECTED", 0, 1, 3)
    assert await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'") == 0


@pytest.mark.row("BO-4", part="through GraphQL")
async def test_a_dry_run_counts_and_changes_nothing(own_world: World, tmp_path: Path):
    run_id = await started(own_world, archive(tmp_path), isDryRun=True)
    await worker(own_world).run_dry()

    run = await run_of(own_world, run_id)

    assert (run["state"], run["isDryRun"], run["createdCount"]) == ("COMPLETED", True, 4)
    assert await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'") == 0


async def test_a_broken_export_says_all_that_is_wrong_with_its_files(own_world: World, tmp_path: Path):
    rows = {**FARM, "addresses": [FARM["addresses"][0] | {"land": "BE"}]}
    run_id = await started(own_world, archive(tmp_path, rows))
    await worker(own_world).run_dry()

    run = await run_of(own_world, run_id)

    assert (run["state"], run["faultRule"], run["faultFile"], run["createdCount"]) == ("REJECTED", "column.unknown", "addresses.jsonl", 0)
    assert run["faults"] == [
        {"file": "addresses.jsonl", "line": 1, "column": "land", "rule": "column.unknown", "message": "addresses have no column 'land'."}
    ]


async def test_the_export_of_another_house_is_refused(own_world: World, tmp_path: Path):
    run_id = await started(own_world, archive(tmp_path, house="t2"))
    await worker(own_world).run_dry()

    run = await run_of(own_world, run_id)

    assert (run["state"], run["faultRule"]) == ("REJECTED", "manifest.tenant")
    assert await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'") == 0


async def test_bytes_that_were_read_are_not_kept(own_world: World, tmp_path: Path):
    run_id = await started(own_world, archive(tmp_path))
    key = await own_world.owner.fetchval("select storage_key from import_run where id = $1", ImportRun.id_in(run_id))
    read_by = worker(own_world)

    await read_by.run_dry()

    with pytest.raises(FileNotFoundError):
        await anext(read_by.tools.store.get(own_world.tenants["t1"], key))


@pytest.mark.row("BO-2", part="through GraphQL: who may")
@pytest.mark.parametrize("who,code", [
    (None, "UNAUTHENTICATED"), ("admin1", "FORBIDDEN"), ("view1", "FORBIDDEN"), ("acct", "FORBIDDEN"), ("t2", "FORBIDDEN"),
    ("auditor", "FORBIDDEN"), ("config", "FORBIDDEN"), ("security", "FORBIDDEN"), ("kyc", "FORBIDDEN"),
])  # fmt: skip
async def test_whoever_may_not_import_is_refused_and_leaves_nothing(world: World, tmp_path: Path, who: str | None, code: str):
    before = await counted(world)

    answers = [await create(world, who, archive(tmp_path)), await start(world, who, f"upl_{uuid4().hex}")]
    nonsense = await start(world, who, "?", key="")

    assert [answer.codes for answer in (*answers, nonsense)] == [[code]] * 3
    assert all(not (answer.data or {}).get("importStart") for answer in answers)
    assert await counted(world) == before


@pytest.mark.parametrize("who,code", [
    ("agent", None), ("supervisor", None), ("auditor", None), ("config", None), ("security", "FORBIDDEN"), ("kyc", "FORBIDDEN"), ("admin1", "FORBIDDEN"),
    ("t2", "FORBIDDEN"), (None, "UNAUTHENTICATED"),
])  # fmt: skip
async def test_runs_are_read_by_those_who_oversee(own_world: World, tmp_path: Path, who: str | None, code: str | None):
    run_id = await started(own_world, archive(tmp_path))

    answer = await own_world.ask(who, "query ($id: ID!) { backOffice { importRun(id: $id) { id } importRuns { totalCount } } }", id=run_id)

    assert answer.codes == ([code] if code else [])
    if code is None:
        assert answer.data["backOffice"]["importRun"] == {"id": run_id}


@pytest.mark.parametrize("changed,rule", [
    ({"byteSize": 0}, "upload.size"), ({"byteSize": -1}, "upload.size"), ({"byteSize": 2_000_000_001}, "upload.size"),
    ({"sha256": "0" * 63}, "upload.sha256"), ({"sha256": "G" * 64}, "upload.sha256"), ({"sha256": "A" * 64}, "upload.sha256"),
])  # fmt: skip
async def test_an_upload_is_not_announced_with(world: World, tmp_path: Path, changed: dict[str, Any], rule: str):
    before = await counted(world)

    answer = await create(world, "agent", archive(tmp_path), **changed)

    assert error_of(answer, "importUploadCreate") == ("INVALID", rule)
    assert await counted(world) == before


async def test_the_largest_upload_may_be_announced(own_world: World, tmp_path: Path):
    answer = await create(own_world, "agent", b"", byteSize=2_000_000_000)

    assert answer.data["importUploadCreate"]["errors"] == []


REFUSED: dict[str, tuple[Any, int]] = {
    "less than announced": (lambda raw: raw[:-1], 422),
    "more than announced": (lambda raw: raw + b"!", 413),
    "other bytes": (lambda raw: raw[:-1] + b"!", 422),
    "nothing": (lambda raw: b"", 422),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_bytes_are_not_taken_that_are(own_world: World, tmp_path: Path, what: str):
    bend, status = REFUSED[what]
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]

    answer = await sent(own_world, upload["url"], bend(raw))

    assert answer.status_code == status
    assert error_of(await start(own_world, "agent", upload["id"])) == ("INVALID", "upload.awaited")
    assert (await sent(own_world, upload["url"], raw)).status_code == 201


@pytest.mark.parametrize("raw", [b"external_id;kind\r\n" * 40, b"%PDF-1.7", b"MZ\x90\x00" + bytes(200), b"PK", b"\x1f"])
async def test_bytes_that_are_no_archive_are_not_taken(own_world: World, raw: bytes):
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]

    assert (await sent(own_world, upload["url"], raw)).status_code == 415
    assert error_of(await start(own_world, "agent", upload["id"])) == ("INVALID", "upload.awaited")


async def test_bytes_are_taken_once(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]

    statuses = [(await sent(own_world, upload["url"], raw)).status_code for _ in range(2)]

    assert statuses == [201, 409]


async def test_bytes_that_were_kept_before_the_row_said_so_may_be_sent_again(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]
    await sent(own_world, upload["url"], raw)
    await own_world.owner.execute("update upload set received_at = null")

    assert (await sent(own_world, upload["url"], raw)).status_code == 201
    assert (await start(own_world, "agent", upload["id"])).data["importStart"]["errors"] == []


async def test_the_address_is_good_for_five_minutes(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]

    with own_world.at(own_world.now + timedelta(minutes=5)):
        late = await sent(own_world, upload["url"], raw)

    assert late.status_code == 404
    assert (await sent(own_world, upload["url"], raw)).status_code == 201


ENDING = {
    "the session was revoked": "update session set revoked_at = now() where device_name = 'Phone of agent'",
    "the person was disabled": "update staff set state = 'DISABLED' where display_name = 'agent'",
    "the role was taken away": "update staff set roles = array['AUDITOR'] where display_name = 'agent'",
}


@pytest.mark.parametrize("ending", ENDING)
async def test_an_address_dies_when(own_world: World, tmp_path: Path, ending: str):
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]
    await own_world.owner.execute(ENDING[ending])

    answer = await sent(own_world, upload["url"], raw)

    assert answer.status_code == 404
    assert await own_world.owner.fetchval("select count(*) from upload where received_at is not null") == 0


async def foreign_upload(world: World) -> str:
    """An upload of staff of another house, whose bytes have come."""
    house, staff, upload = world.tenants["t2"], uuid4(), uuid4()
    await world.owner.execute(
        "insert into staff (tenant_id, id, display_name, email, roles, state, created_at, updated_at) values ($1, $2, 'Other', 'o@t2.example', array['AGENT'], 'ACTIVE', $3, $3)",
        house, staff, world.now,
    )  # fmt: skip
    await world.owner.execute(
        "insert into upload (tenant_id, id, staff_id, byte_size, sha256, created_at, received_at) values ($1, $2, $3, 1, $4, $5, $5)",
        house, upload, staff, "0" * 64, world.now,
    )  # fmt: skip
    return f"upl_{upload.hex}"


@pytest.mark.row("X-1", part="an upload of another house")
async def test_an_upload_of_another_house_is_as_one_that_does_not_exist(own_world: World):
    foreign = await foreign_upload(own_world)
    before = await counted(own_world)
    missing = [
        f"upl_{uuid4().hex}",
        "upl_",
        "",
        "?",
        foreign.upper(),
        foreign.replace("upl_", "imp_"),
        own_world.gid("t1", Contract, "A1-C1"),
    ]

    answers = [await start(own_world, "agent", upload) for upload in (foreign, *missing)]

    assert [answer.data for answer in answers] == [answers[0].data] * len(answers)
    assert error_of(answers[0]) == ("NOT_FOUND", None)
    assert await counted(own_world) == before


async def test_an_upload_is_tried_as_often_as_somebody_likes_and_then_imported(own_world: World, tmp_path: Path):
    """The same bytes, sent once: what was tried is what is imported."""
    upload = await uploaded(own_world, archive(tmp_path))
    for key in ("try", "try again"):
        run = (await start(own_world, "agent", upload, key=key, isDryRun=True)).data["importStart"]["importRun"]["id"]
        assert await worker(own_world).run_dry() == 1
        assert (await run_of(own_world, run))["state"] == "COMPLETED"
    assert await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'") == 0

    run = (await start(own_world, "agent", upload, key="in earnest")).data["importStart"]["importRun"]["id"]
    assert await worker(own_world).run_dry() == 1
    assert (await run_of(own_world, run))["state"] == "COMPLETED"
    assert await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'") == 1
    for is_dry_run in (True, False):
        again = await start(own_world, "agent", upload, key=f"afterwards {is_dry_run}", isDryRun=is_dry_run)
        assert error_of(again) == ("CONFLICT", "upload.used")


async def test_an_upload_is_imported_once(own_world: World, tmp_path: Path):
    upload = await uploaded(own_world, archive(tmp_path))
    await start(own_world, "agent", upload, key="one")
    before = await counted(own_world)

    again = await start(own_world, "supervisor", upload, key="two")

    assert error_of(again) == ("CONFLICT", "upload.used")
    assert await counted(own_world) == before


@pytest.mark.row("X-17", part="importStart")
async def test_the_same_call_with_the_same_key_is_done_once(own_world: World, tmp_path: Path):
    upload = await uploaded(own_world, archive(tmp_path))
    first = await start(own_world, "agent", upload, key="k" * 100)
    before = await counted(own_world)

    again = await start(own_world, "agent", upload, key="k" * 100)
    assert await counted(own_world) == before
    await worker(own_world).run_dry()
    after = await counted(own_world)
    later = await start(own_world, "agent", upload, key="k" * 100)

    assert again.data == first.data
    assert later.data["importStart"]["importRun"] == first.data["importStart"]["importRun"] | {
        "state": "COMPLETED",
        "source": "erp",
        "progressPercent": 100,
    }
    assert await counted(own_world) == after
    assert await worker(own_world).run_dry() == 0


@pytest.mark.row("X-17", part="importStart")
@pytest.mark.parametrize("changed", [{"mode": "ALL_OR_NOTHING"}, {"isDryRun": True}, {"upload": "upl_" + "0" * 32}])
async def test_the_same_key_for_another_call_is_a_conflict(own_world: World, tmp_path: Path, changed: dict[str, Any]):
    upload = await uploaded(own_world, archive(tmp_path))
    await start(own_world, "agent", upload)
    before = await counted(own_world)

    answer = await start(own_world, "agent", **({"upload": upload} | changed))

    assert error_of(answer) == ("CONFLICT", "idempotency.key")
    assert await counted(own_world) == before


async def test_a_call_that_was_refused_does_not_use_its_key_up(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)
    upload = (await create(own_world, "agent", raw)).data["importUploadCreate"]["upload"]
    assert error_of(await start(own_world, "agent", upload["id"])) == ("INVALID", "upload.awaited")
    await sent(own_world, upload["url"], raw)

    assert (await start(own_world, "agent", upload["id"])).data["importStart"]["errors"] == []


@pytest.mark.parametrize("key", ["", " ", "k" * 101])
async def test_a_key_that_tells_no_calls_apart_is_refused(own_world: World, tmp_path: Path, key: str):
    upload = await uploaded(own_world, archive(tmp_path))

    assert error_of(await start(own_world, "agent", upload, key=key)) == ("INVALID", "idempotency.key")


@pytest.mark.row("X-17", part="importStart, twice at the same time")
@pytest.mark.parametrize("keys", [("same", "same", "same"), ("one", "two", "three")])
async def test_of_several_at_the_same_time_one_starts(own_world: World, tmp_path: Path, keys: tuple[str, ...]):
    upload = await uploaded(own_world, archive(tmp_path))

    answers = await asyncio.gather(*[start(own_world, "agent", upload, key=key) for key in keys])

    assert await own_world.owner.fetchval("select count(*) from import_run where storage_key is not null") == 1
    assert await own_world.owner.fetchval("select count(*) from job where kind = 'import.run'") == 1
    started_ones = [answer for answer in answers if answer.data["importStart"]["importRun"]]
    assert len(started_ones) == (3 if len(set(keys)) == 1 else 1)
    assert {error_of(answer) for answer in answers if answer not in started_ones} <= {("CONFLICT", "upload.used")}


async def test_how_far_a_run_is_can_be_read_while_it_runs(own_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Somebody holds a row that the run must change, so that it stands still in the middle."""
    monkeypatch.setattr(import_progress, "EVERY_SECONDS", 0.01)
    rows = {"parties": FARM["parties"] + [{"external_id": "P1", "kind": "COMPANY", "legal_name": "Mill NV", "country": "BE"}]}
    run_id = await started(own_world, archive(tmp_path, rows))
    holder = await asyncpg.connect(own_world.urls.owner, server_settings={"search_path": "bailiwick"})
    async with asyncio.timeout(60):
        async with holder.transaction():
            await holder.execute("select from party where external_id = 'P1' for update")
            reading = asyncio.create_task(worker(own_world).run_dry())
            while (seen := await run_of(own_world, run_id))["progressPercent"] != 50:
                pass
            others = await own_world.owner.fetchval("select count(*) from party where external_id = 'P9'")
        await reading
    await holder.close()

    assert (seen["state"], seen["source"], seen["finishedAt"], others) == ("RUNNING", "erp", None, 0)
    assert ((await run_of(own_world, run_id))["state"], (await run_of(own_world, run_id))["progressPercent"]) == ("COMPLETED", 100)


async def test_an_import_goes_on_when_its_progress_cannot_be_written(own_world: World):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"

    async with published(nowhere, own_world.tenants["t1"], uuid4()) as told:
        told(1, 2, "parties")

    assert told.value == 50


async def test_an_upload_says_what_was_announced(own_world: World, tmp_path: Path):
    raw = archive(tmp_path)

    upload = await uploaded(own_world, raw)

    [row] = await own_world.owner.fetch("select * from upload where id = $1", Upload.id_in(upload))
    assert (row["tenant_id"], row["staff_id"]) == (own_world.tenants["t1"], own_world.staff["agent"])
    assert (row["byte_size"], row["sha256"], row["received_at"]) == (len(raw), hashlib.sha256(raw).hexdigest(), own_world.now)


async def test_a_printed_number_leads_to_its_import_row_for_staff_alone(own_world: World):
    question = "{ contracts(first: 1) { nodes { number source externalId } } accounts(first: 1) { nodes { source externalId } } }"

    [contract] = (await own_world.ask("agent", question)).data["contracts"]["nodes"]
    customer = await own_world.ask("t4", question)

    stored = await own_world.owner.fetchrow("select number, source from contract where external_id = $1", contract["externalId"])
    assert (contract["number"], contract["source"]) == tuple(stored or ())
    assert set(customer.codes) == {"FORBIDDEN"}
