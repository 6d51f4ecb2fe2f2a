"""Papers: listed by kind and day, the newest first, and their bytes for whoever may read them."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from models import Account, Contract, Document, Invoice
from tests.api.asking import NEIGHBORS, at, flat, found_by_nobody_else, hidden, missing, page_of, read, seen, walked
from tests.api.exported import shows
from tests.world import World
from tests.world_credit import KINDS, LOAN, MONTHS
from tests.world_leasing import AGES, LEASE
from tests.world_leasing import LOAN as MACHINE_LOAN
from tests.world_rows import paper

LIST = "query ($filter: DocumentFilter) { documents(filter: $filter, first: 100) { totalCount nodes { id kind documentOn title batchNumber } } }"
FILE = "file(disposition: $as) { url expiresAt contentType byteSize sha256 name }"
OF_INVOICE = f"query ($id: ID!, $as: Disposition! = ATTACHMENT) {{ invoice(id: $id) {{ document {{ {FILE} }} }} }}"


async def listed(world: World, who: str, **filter: Any) -> Any:
    return (await read(world, who, LIST, filter=filter or None))["documents"]


def names(world: World, rows: Any, house: str = "t1") -> list[str]:
    """The external ids of the listed papers."""
    known = {world.gid(house, Document, external): external for h, table, external in world.ids if (h, table) == (house, "document")}
    return [known[row["id"]] for row in rows["nodes"]]


async def fetched(world: World, url: str) -> Any:
    async with world.client() as client:
        return await client.get(url)


@pytest.mark.row("CC-4")
async def test_an_invoice_is_downloaded_as_it_was_exported_for_as_long_as_the_link_and_the_right_to_it_live(own_world: World):
    world, gid = own_world, own_world.gid("t1", Invoice, "A3-F1")
    file = (await read(world, "view3", OF_INVOICE, id=gid))["invoice"]["document"]["file"]
    inline = (await read(world, "view3", OF_INVOICE, id=gid, **{"as": "INLINE"}))["invoice"]["document"]["file"]

    saved, shown = await fetched(world, file["url"]), await fetched(world, inline["url"])
    assert saved.status_code == shown.status_code == 200
    assert saved.content == shown.content == paper("A3-F1-PDF")
    assert (file["sha256"], file["byteSize"]) == (sha256(saved.content).hexdigest(), len(saved.content))
    assert file["contentType"] == saved.headers["content-type"] == "application/pdf"
    assert saved.headers["content-disposition"].startswith("attachment; ") and shown.headers["content-disposition"].startswith("inline; ")

    with world.at(world.now + timedelta(minutes=4, seconds=59)):
        assert (await fetched(world, file["url"])).status_code == 200
    with world.at(world.now + timedelta(minutes=5)):
        late = await fetched(world, file["url"])
    nothing = await fetched(world, "https://portal.test/documents/none")
    assert (late.status_code, late.content) == (404, nothing.content)

    await hidden(world, OF_INVOICE, gid)
    await world.owner.execute("update profile set state = 'REVOKED' where external_id = 'view3@A3-ACC'")
    ended = await fetched(world, file["url"])
    assert (ended.status_code, ended.content) == (404, nothing.content)


@pytest.mark.row("CC-24")
async def test_invoices_and_amortization_tables_are_listed_by_contract_and_by_account(world: World):
    kinds = ["INVOICE", "CREDIT_NOTE", "FINAL_AMORTIZATION_TABLE", "PROVISIONAL_AMORTIZATION_TABLE"]
    papers = ["A3-NOTE-PDF", "A3-F1-PDF", "A3-F1-DRAFT", "A3-LEASE-TABLE", "A3-LEASE-TABLE0"]
    of_contract = "query ($id: ID!, $kinds: [DocumentKind!]) { contract(id: $id) { documents(filter: {kinds: $kinds}) { totalCount nodes { id kind } } } }"
    of_account = "query ($id: ID!, $kinds: [DocumentKind!]) { account(id: $id) { documents(filter: {kinds: $kinds}) { totalCount nodes { id kind } } } }"
    contract, account = world.gid("t1", Contract, LEASE), world.gid("t1", Account, "A3-ACC")

    under_contract = (await read(world, "view3", of_contract, id=contract, kinds=kinds))["contract"]["documents"]
    under_account = (await read(world, "view3", of_account, id=account, kinds=kinds))["account"]["documents"]

    assert names(world, under_contract) == names(world, under_account) == papers
    assert {row["kind"] for row in under_account["nodes"]} == set(kinds)
    assert names(world, await listed(world, "view3", kinds=kinds, accounts=[account])) == papers
    assert (await listed(world, "view3", kinds=kinds, contracts=[world.gid("t1", Contract, MACHINE_LOAN)]))["totalCount"] == 0
    await hidden(world, of_contract, contract, kinds=kinds)
    await hidden(world, of_account, account, kinds=kinds)
    await found_by_nobody_else(world, LIST, filter={"accounts": [account], "kinds": kinds})


@pytest.mark.row("CC-25")
@pytest.mark.parametrize("size", [1, 2, 3])
async def test_the_newest_come_first_and_papers_of_one_day_keep_their_order_over_all_pages(world: World, size: int):
    query = page_of("documents", "DocumentFilter", "DocumentOrder", "id documentOn")
    whole = (await read(world, "view3", query, first=100))["rows"]["edges"]

    pages = await walked(world, "view3", query, size)

    assert flat(pages) == [edge["node"] for edge in whole]
    assert flat(pages) == sorted(flat(pages), key=lambda row: (row["documentOn"], row["id"]), reverse=True)
    assert [row["documentOn"] for row in flat(pages)].count("2025-11-05") == 3
    assert len({row["id"] for row in flat(pages)}) == len(whole) > 10


async def test_a_contract_and_an_account_show_all_their_own_papers_and_payments_however_old(world: World):
    """Windows are for root lists: an object without its own signed contract would look as if it had none."""
    papers = "documents(first: 100, filter: {kinds: [OTHER]}) { nodes { documentOn } }"
    query = f"query ($c: ID!, $a: ID!) {{ contract(id: $c) {{ {papers} }} account(id: $a) {{ {papers} }} {papers} }}"
    data = await read(world, "admin3", query, c=world.gid("t1", Contract, LEASE), a=world.gid("t1", Account, "A3-ACC"))
    days = {place: sorted(node["documentOn"] for node in data[place]["documents"]["nodes"]) for place in ("contract", "account")}
    assert days["contract"] == sorted(day for key, day in AGES.items() if key != "A3-SAME2")
    assert days["account"] == sorted(AGES.values())
    assert min(node["documentOn"] for node in data["documents"]["nodes"]) == AGES["A3-YEAR"]


@pytest.mark.row("CC-26")
async def test_the_list_goes_back_one_year_unless_days_are_named(world: World):
    shown = names(world, await listed(world, "view3", kinds=["OTHER"]))

    assert {name for name in shown if "SAME" not in name} == {"A3-TODAY", "A3-YEAR"}
    assert AGES["A3-OLDER"] == "2025-03-01"  # a day older than what is shown last


@pytest.mark.row("CC-27")
async def test_older_papers_are_reached_by_changing_the_days_both_included(world: World):
    async def between(start: str | None, end: str | None = None) -> set[str]:
        return {
            n for n in names(world, await listed(world, "view3", kinds=["OTHER"], documentOn={"from": start, "to": end})) if "SAME" not in n
        }

    assert await between("2023-03-02") == await between(None) == {"A3-TODAY", "A3-YEAR", "A3-OLDER", "A3-OLD"}
    assert await between("2023-03-03", "2025-03-01") == {"A3-OLDER"}
    assert await between("2025-03-01", "2025-03-02") == {"A3-OLDER", "A3-YEAR"}
    assert await between("2025-03-02", "2025-03-02") == {"A3-YEAR"}
    answer = await world.ask("view3", LIST, filter={"documentOn": {"from": "2026-01-02", "to": "2026-01-01"}})
    assert (answer.codes, answer.errors[0]["extensions"]["rule"]) == (["BAD_USER_INPUT"], "range.order")


@pytest.mark.row("CC-38")
async def test_a_batch_number_is_shown_as_exported_and_finds_its_papers_each_with_a_link_of_its_own(world: World):
    await shows(world, "admin3", "documents", "A3")
    query = "query ($batch: String!) { documents(filter: {batchNumber: $batch}) { totalCount nodes { id batchNumber file { url } } } }"

    batch = (await read(world, "view3", query, batch="2026-02/LEASE"))["documents"]

    assert names(world, batch) in (["A3-F1-XML", "A3-F1-PDF"], ["A3-F1-PDF", "A3-F1-XML"])
    assert {row["batchNumber"] for row in batch["nodes"]} == {"2026-02/LEASE"}
    got = {row["id"]: (await fetched(world, row["file"]["url"])).content for row in batch["nodes"]}
    assert got == {world.gid("t1", Document, name): paper(name) for name in ("A3-F1-PDF", "A3-F1-XML")}
    for other in ("2026-02/LEAS", "2026-02/lease", "%"):
        assert (await read(world, "view3", query, batch=other))["documents"]["totalCount"] == 0
    await found_by_nobody_else(world, query, batch="2026-02/LEASE")


@pytest.mark.row("CO-13")
async def test_papers_are_pdf_under_names_that_say_what_they_are(world: World):
    query = "query ($filter: DocumentFilter) { documents(filter: $filter, first: 100) { nodes { kind number documentOn file { url name contentType } } } }"

    papers = (await read(world, "anna", query, filter={"kinds": sorted(KINDS.values()), "documentOn": {"to": "2026-02-20"}}))["documents"][
        "nodes"
    ]

    assert len(papers) == len(KINDS)
    for row in papers:
        answer = await fetched(world, row["file"]["url"])
        assert answer.content.startswith(b"%PDF-") and answer.headers["content-type"] == "application/pdf"
        kind, number = row["kind"].lower().replace("_", "-"), row["number"].replace("/", "-").replace(" é ", "-e-")
        assert row["file"]["name"] == f"{kind}_{number}_{row['documentOn']}.pdf"
        assert row["file"]["name"] in answer.headers["content-disposition"]


@pytest.mark.row("NO-16", part="published papers are in the next query; the subscription comes with its issue")
async def test_a_paper_is_there_from_the_instant_it_is_published_on_and_not_before(own_world: World):
    world = own_world
    kinds = ["SIGNED_CONTRACT", "SPECIAL_CONDITIONS", "SCHEDULE", "CERTIFICATE_BALANCE", "CERTIFICATE_SITUATION", "CERTIFICATE_CREDIT"]
    query = """query ($id: ID!, $kinds: [DocumentKind!]) { contract(id: $id) { state documents(filter: {kinds: $kinds}) { totalCount nodes { id kind } } } }"""
    one = "query ($id: ID!) { document(id: $id) { title } node(id: $id) { id } }"

    async def under_contract() -> set[str]:
        found = (await read(world, "anna", query, id=world.gid("t4", Contract, LOAN), kinds=kinds))["contract"]["documents"]
        assert found["totalCount"] == len(found["nodes"])
        return set(names(world, found, "t4"))

    later = world.gid("t4", Document, "A3-LATER")
    published = {name for name, kind in KINDS.items() if kind in kinds}
    assert {row["kind"] for row in (await listed(world, "anna", kinds=kinds))["nodes"]} == set(kinds)
    assert await under_contract() == published
    assert seen(await world.ask("anna", one, id=later)) == seen(await world.ask("anna", one, id=missing(later)))

    await at(world, world.now + timedelta(seconds=1))
    assert await under_contract() == published | {"A3-LATER"}
    assert (await read(world, "anna", one, id=later))["document"] == {"title": "Certificate_balance A3-LATER"}
    await at(world, world.now + timedelta(hours=2))
    assert await under_contract() == published | {"A3-LATER", "A3-SOON"}
    await hidden(world, query, world.gid("t4", Contract, LOAN), neighbors=("t4", "t2"), kinds=kinds)


async def test_an_unpublished_paper_is_nothing_by_whatever_way_it_is_asked_for(own_world: World):
    """By its invoice, by what it takes the place of, and by a link that was good while it was published."""
    world = own_world
    query = (
        """query ($inv: ID!, $doc: ID!) { invoice(id: $inv) { document { id } } document(id: $doc) { supersedes { id } file { url } } }"""
    )
    asked = {"inv": world.gid("t1", Invoice, "A3-F1"), "doc": world.gid("t1", Document, "A3-F1-PDF")}
    url = (await read(world, "view3", query, **asked))["document"]["file"]["url"]

    await world.owner.execute("update document set published_at = $1 where external_id = 'A3-F1-DRAFT'", world.now + timedelta(seconds=1))
    assert (await read(world, "view3", query, **asked))["document"]["supersedes"] is None

    await world.owner.execute("update document set published_at = $1 where external_id = 'A3-F1-PDF'", world.now + timedelta(seconds=1))
    assert await read(world, "view3", query, **asked) == {"invoice": {"document": None}, "document": None}
    assert (await fetched(world, url)).status_code == 404
    assert (await read(world, "agent", query, **asked))["document"] is not None  # the house's own people prepare it


@pytest.mark.row("CF-4", part="statements on paper")
async def test_statements_on_paper_are_documents_of_their_credit_line(world: World):
    rows = await listed(world, "anna", kinds=["STATEMENT"])

    assert names(world, rows, "t4") == [f"A3-STATEMENT{i}" for i in reversed(range(len(MONTHS)))]
    await found_by_nobody_else(world, LIST, neighbors=("t4", "t2"), filter={"contracts": [world.gid("t4", Contract, "A3-CARD")]})


async def test_a_number_on_a_paper_is_found_however_it_is_typed(world: World):
    for typed in ("inv-2026/0001", "INV 2026 0001", "inv2026"):
        found = names(world, await listed(world, "view3", search=typed))
        assert sorted(found) == ["A3-F1-DRAFT", "A3-F1-PDF", "A3-F1-XML"], typed


@pytest.mark.parametrize("who", NEIGHBORS)
async def test_a_link_is_good_for_the_document_it_names_and_is_given_to_nobody_else(world: World, who: str):
    query = "query ($id: ID!) { document(id: $id) { file { url } } node(id: $id) { ... on Document { file { url } } } }"

    assert await read(world, who, query, id=world.gid("t1", Document, "A3-F1-PDF")) == {"document": None, "node": None}
