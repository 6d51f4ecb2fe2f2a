"""The bytes of documents: for the session the link was signed for, while it lives and reaches them, and for nobody else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

import pytest

from models import Document
from server.http.downloads import disposition
from tests.world import World
from tests.world_rows import paper

FILE = """query ($id: ID!, $as: Disposition! = ATTACHMENT) { document(id: $id) {
  file(disposition: $as) { url expiresAt contentType byteSize sha256 name } } }"""


async def file_of(world: World, who: str, gid: str, **variables: str):
    answer = await world.ask(who, FILE, id=gid, **variables)
    assert answer.errors == []
    return answer.data["document"]["file"]


async def fetched(world: World, url: str):
    async with world.client() as client:
        return await client.get(url)


def d1(world: World) -> str:
    return world.gid("t1", Document, "A1-C1-D1")


@pytest.mark.row("CC-4", part="download")
@pytest.mark.parametrize("who", ["admin1", "view1", "acct", "agent"])
async def test_whoever_reads_a_document_downloads_its_bytes(world: World, who: str):
    file = await file_of(world, who, d1(world))
    answer = await fetched(world, file["url"])
    assert (answer.status_code, answer.content) == (200, paper("A1-C1-1"))
    assert answer.headers["content-length"] == str(file["byteSize"]) == str(len(answer.content))
    assert sha256(answer.content).hexdigest() == file["sha256"]
    assert answer.headers["content-disposition"] == f'attachment; filename="{file["name"]}"'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_paper_is_shown_by_every_browser_and_in_pages_of_its_portal_only(world: World):
    """Safari shows no PDF in a sandbox; nothing in one is run all the same."""
    file = await file_of(world, "view1", d1(world), **{"as": "INLINE"})
    answer = await fetched(world, file["url"])
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert answer.headers["content-disposition"].startswith("inline; ")
    assert (policy["default-src"], policy["frame-ancestors"]) == ("'none'", "'self' https://customer-corner.example.com")
    assert "sandbox" not in policy
    assert "script-src" not in policy


async def test_a_picture_is_shown_in_a_sandbox(own_world: World):
    await own_world.owner.execute("update document set content_type = 'image/png' where external_id = 'A1-C1-D1'")
    file = await file_of(own_world, "view1", d1(own_world), **{"as": "INLINE"})
    policy = (await fetched(own_world, file["url"])).headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert policy.endswith("frame-ancestors 'self' https://customer-corner.example.com")


async def test_a_file_that_is_saved_is_shown_in_no_page(world: World):
    answer = await fetched(world, (await file_of(world, "view1", d1(world)))["url"])
    assert answer.headers["content-security-policy"].startswith("sandbox; ")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("host, base", [("customer-corner.example.com", "customer-corner.example.com"), ("customer-corner.example.com:8443", "customer-corner.example.com:8443"), ("127.0.0.1:8000", "customer-corner.example.com")])  # fmt: skip
async def test_a_link_carries_the_host_that_was_asked_if_it_is_the_portals(world: World, host: str, base: str):
    answer = await world.ask("view1", FILE, host=host, id=d1(world), **{"as": "ATTACHMENT"})
    assert answer.data["document"]["file"]["url"].startswith(f"https://{base}/documents/")
    fetched_there = await fetched(world, answer.data["document"]["file"]["url"])
    assert fetched_there.status_code == 200


async def test_what_a_browser_could_run_is_never_shown(own_world: World):
    await own_world.owner.execute("update document set content_type = 'text/html' where external_id = 'A1-C1-D1'")
    file = await file_of(own_world, "view1", d1(own_world), **{"as": "INLINE"})
    assert (await fetched(own_world, file["url"])).headers["content-disposition"].startswith("attachment; ")


async def test_a_ticket_that_was_bent_opens_nothing(world: World):
    url = (await file_of(world, "view1", d1(world)))["url"]
    base, _, ticket = url.rpartition("/")
    raw = urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
    other = world.ids["t1", "document", "A2-C1-D1"].hex.encode()
    own = world.ids["t1", "document", "A1-C1-D1"].hex.encode()
    bent = [ticket[:-1], ticket + "A", "A" + ticket[1:], "", "%00", "..%2f..%2fetc", "x" * 5_000]
    bent += [urlsafe_b64encode(raw.replace(own, other)).decode().rstrip("="), urlsafe_b64encode(raw[:24]).decode()]
    answers = [await fetched(world, f"{base}/{one}") for one in bent]
    assert {answer.status_code for answer in answers} == {404}


async def test_a_link_for_uploads_is_none_for_documents(world: World):
    url = (await file_of(world, "view1", d1(world)))["url"]
    assert (await fetched(world, url.replace("/documents/", "/uploads/"))).status_code in (404, 405)


async def absent(world: World):
    answer = await fetched(world, "https://portal.test/documents/nothing")
    return bytes(answer.content)


async def test_a_link_is_good_for_five_minutes(world: World):
    file = await file_of(world, "view1", d1(world))
    with world.at(world.now + timedelta(minutes=5) - timedelta(seconds=1)):
        assert (await fetched(world, file["url"])).status_code == 200
    with world.at(world.now + timedelta(minutes=5)):
        late = await fetched(world, file["url"])
    assert (late.status_code, late.content) == (404, await absent(world))


ENDING = {
    "the session was revoked": "update session set revoked_at = now() where device_name = 'Phone of view1'",
    "the session was idle for too long": "update session set last_seen_at = last_seen_at - interval '1 year' where device_name = 'Phone of view1'",
    "the user was suspended": "update portal_user set state = 'SUSPENDED' where external_id = 'view1'",
    "the profile was revoked": "update profile set state = 'REVOKED' where external_id = 'view1@A1-ACC'",
    "the profile was narrowed": "update profile set document_kinds = array['STATEMENT'] where external_id = 'view1@A1-ACC'",
    "the bytes are gone": "update document set storage_key = 'gone' where external_id = 'A1-C1-D1'",
}


@pytest.mark.row("CC-4", part="a link dies with its session and with the right to the document")
@pytest.mark.parametrize("ending", ENDING)
async def test_a_link_dies_at_once_when(own_world: World, ending: str):
    file = await file_of(own_world, "view1", d1(own_world))
    assert (await fetched(own_world, file["url"])).status_code == 200
    await own_world.owner.execute(ENDING[ending])
    dead = await fetched(own_world, file["url"])
    assert (dead.status_code, dead.content) == (404, await absent(own_world))


@pytest.mark.row("CO-7", part="who reads identity papers, and that each reading is audited")
@pytest.mark.parametrize("paper_key", ["A3-PASSPORT", "A3-BILL"])
async def test_identity_papers_exist_for_staff_who_check_identities_and_for_nobody_else(world: World, paper_key: str):
    gid = world.gid("t1", Document, paper_key)
    list_of = "{ documents(filter: {kinds: [KYC_IDENTITY, KYC_ADDRESS], documentOn: {from: null}}) { totalCount nodes { title } } }"
    for who in ("admin3", "view3", "agent", "supervisor", "auditor", "config", "security", "t2"):
        assert (await world.ask(who, FILE, id=gid)).data == {"document": None}, who
        assert (await world.ask(who, "query ($id: ID!) { node(id: $id) { id } }", id=gid)).data == {"node": None}, who
        assert (await world.ask(who, list_of)).data == {"documents": {"totalCount": 0, "nodes": []}}, who
    assert (await world.ask("kyc", list_of)).data["documents"]["totalCount"] == 2


async def test_each_reading_of_an_identity_paper_is_audited_before_its_bytes_go_out(own_world: World):
    gid = own_world.gid("t1", Document, "A3-PASSPORT")
    url = (await file_of(own_world, "kyc", gid))["url"]
    for count in (1, 2):
        answer = await fetched(own_world, url)
        assert (answer.status_code, answer.content) == (200, paper("A3-PASSPORT"))
        events = await own_world.owner.fetch("select * from audit_event where action = 'document.download' order by at, id")
        assert len(events) == count
        assert (events[-1]["staff_id"], events[-1]["target_id"]) == (own_world.staff["kyc"], own_world.ids["t1", "document", "A3-PASSPORT"])
        assert events[-1]["request_id"] == answer.headers["x-request-id"]
    other = (await file_of(own_world, "kyc", d1(own_world)))["url"]
    assert (await fetched(own_world, other)).status_code == 200
    assert await own_world.owner.fetchval("select count(*) from audit_event where action = 'document.download'") == 2


async def test_nobody_is_given_a_link_to_what_they_do_not_reach(world: World):
    for who in ("admin2", "t2", "narrow"):
        assert (await world.ask(who, FILE, id=d1(world))).data == {"document": None}


def test_names_are_spelled_so_that_every_program_reads_them():
    assert disposition("attachment", "invoice_F1.pdf") == 'attachment; filename="invoice_F1.pdf"'
    assert disposition("inline", 'Ré"su\r\nmé.pdf') == "inline; filename=\"R__su__m_.pdf\"; filename*=UTF-8''R%C3%A9%22su%0D%0Am%C3%A9.pdf"
