"""Certificates: who may have which printed, what they say, and what whoever is shown one is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
import pytest

from channels.files import FileStore
from jobs.kinds import Tools
from models import Contract
from server.process.worker import Worker
from tests.api.asking import read
from tests.api.lending import contract_of, lend
from tests.channels.papers import text_of
from tests.walls.test_matrix import told
from tests.world import KEYS, World, files_folder

CREATE = """mutation ($input: CertificateCreateInput!) { certificateCreate(input: $input) {
  certificate { id kind asOfOn documentOn locale state code mainAmount { amount currency } requestedAt printedAt document { id } }
  errors { __typename code message path rule } } }"""
CERTIFICATE = """query ($id: ID!) { certificate(id: $id) { id state printedAt document { __typename id kind number title documentOn language isPortalOnly
  file { url contentType byteSize sha256 name } } } }"""
VERIFY = """query ($code: String!, $sha256: String) { verifyCertificate(code: $code, sha256: $sha256) {
  kind issuer brand contractNumberEnding asOfOn issuedAt mainAmount { amount currency } isSameFile } }"""
BALANCE, SITUATION, CREDIT = "CERTIFICATE_BALANCE", "CERTIFICATE_SITUATION", "CERTIFICATE_CREDIT"


def contract(world: World, external_id: str = "A1-C1", house: str = "t1") -> str:
    return world.gid(house, Contract, external_id)


async def create(world: World, who: str | None = "admin1", /, key: str = "k", kind: str = BALANCE, **given: Any) -> Any:
    about = given.pop("contract", None) or contract(world)
    return await world.ask(who, CREATE, input={"contract": about, "kind": kind, "idempotencyKey": key} | given)


async def made(world: World, who: str = "admin1", /, key: str = "k", **given: Any) -> Any:
    """The certificate of a call that must be without errors."""
    answer = await create(world, who, key, **given)
    assert answer.errors == [] and answer.data["certificateCreate"]["errors"] == [], answer.raw
    return answer.data["certificateCreate"]["certificate"]


async def refused(world: World, who: str = "admin1", /, **given: Any) -> list[tuple[str, str | None, list[str]]]:
    payload = (await create(world, who, **given)).data["certificateCreate"]
    assert payload["certificate"] is None
    return [(error["code"], error["rule"], error["path"]) for error in payload["errors"]]


def worker(world: World) -> Worker:
    return Worker(world.urls.jobs, Tools(KEYS, FileStore.in_folder(files_folder())), clock=lambda: world.now)


async def printed(world: World, certificate: Any, who: str = "admin1") -> tuple[Any, bytes]:
    """The certificate once a worker has been at it, and the bytes that its link leads to."""
    await worker(world).run_dry()
    found = (await read(world, who, CERTIFICATE, id=certificate["id"]))["certificate"]
    return found, await fetched(world, found["document"]["file"]["url"])


async def fetched(world: World, url: str) -> bytes:
    parts = urlsplit(url)
    async with world.client() as client:
        response = await client.get(f"{parts.path}?{parts.query}")
    assert response.status_code == 200
    return response.content


async def counts(world: World) -> tuple[int, ...]:
    """What asking for a certificate writes."""
    tables = ("certificate", "job", "document", "audit_event", "outbox_message")
    return tuple([await world.owner.fetchval(f"select count(*) from {table}") for table in tables])


@pytest.mark.row("NO-22")
@pytest.mark.row("CO-13")
async def test_a_certificate_is_asked_for_printed_fetched_and_verified(own_world: World):
    certificate = await made(own_world)
    assert (certificate["state"], certificate["document"], certificate["printedAt"]) == ("QUEUED", None, None)
    assert (certificate["asOfOn"], certificate["documentOn"], certificate["locale"]) == ("2026-03-02", "2026-03-02", "en")

    ready, pdf = await printed(own_world, certificate)

    assert ready["state"] == "READY" and ready["printedAt"] == "2026-03-02T09:30:00Z"
    document = ready["document"]
    assert (document["__typename"], document["kind"], document["language"], document["isPortalOnly"]) == (
        "GeneralDocument",
        BALANCE,
        "en",
        True,
    )
    assert document["title"].replace("\u00a0", " ") == "Certificate of outstanding balance, contract A1/2026/001, 2 March 2026"
    file = document["file"]
    assert (file["contentType"], file["name"]) == ("application/pdf", "certificate-balance_A1-2026-001_2026-03-02.pdf")
    assert (file["byteSize"], file["sha256"]) == (len(pdf), sha256(pdf).hexdigest()) and pdf.startswith(b"%PDF-")
    text = text_of(pdf)
    assert certificate["code"] in text and "244,42" in text and "Mill SA" in text and "5000 Namur" in text

    answer = (await read(own_world, None, VERIFY, code=certificate["code"], sha256=file["sha256"]))["verifyCertificate"]
    assert answer == {
        "kind": BALANCE, "issuer": "House t1", "brand": "Customer-Corner", "contractNumberEnding": "…/001", "asOfOn": "2026-03-02",
        "issuedAt": "2026-03-02T09:30:00Z", "mainAmount": {"amount": "244.42", "currency": "EUR"}, "isSameFile": True,
    }  # fmt: skip


@pytest.mark.row("CO-12")
@pytest.mark.row("NO-22", part="schedule")
async def test_contract_papers_amortization_table_and_credit_certificate_of_a_credit_are_downloaded(own_world: World):
    about = contract(own_world, "A1-C2", "t2")
    credit = await made(own_world, "t2", key="1", contract=about, kind=CREDIT, locale="fr")
    schedule = await made(own_world, "t2", key="2", contract=about, kind="SCHEDULE", locale="fr")
    _, credit_pdf = await printed(own_world, credit, "t2")
    table, schedule_pdf = await printed(own_world, schedule, "t2")

    text = text_of(credit_pdf).replace("\u00a0", " ")
    [row] = await own_world.owner.fetch("select * from contract where id = $1", own_world.ids["t2", "contract", "A1-C2"])
    assert row["financed_amount"] == Decimal("302.00") and "302,00 EUR" in text and "122,21 EUR" in text
    assert "4,80 %" in text and "3 mois" in text and "31 mars 2026" in text and "Attestation de crédit" in text
    assert "TAEG" not in text  # the borrower is a company
    assert table["document"]["__typename"] == "ScheduleDocument"
    assert "Tableau d\u2019amortissement" in text_of(schedule_pdf) and "366,63" in text_of(schedule_pdf)
    papers = await read(
        own_world, "t2", "query ($id: ID!) { contract(id: $id) { documents(first: 50) { nodes { kind file { url } } } } }", id=about
    )
    files = {node["kind"]: node["file"]["url"] for node in papers["contract"]["documents"]["nodes"]}
    for kind in ("GENERAL_CONDITIONS", "FINAL_AMORTIZATION_TABLE", CREDIT, "SCHEDULE"):
        assert (await fetched(own_world, files[kind])).startswith(b"%PDF-"), kind


@pytest.mark.row("NO-22")
@pytest.mark.parametrize(
    ("day", "items", "total"),
    [
        # The first is due and not yet paid: its payment arrived the day after. A day of the next period's interest has accrued.
        ("2026-01-02", {"PLANNED_PRINCIPAL": "200.00", "ACCRUED_INTEREST": "0.03", "UNPAID": "122.21"}, "322.24"),
        ("2026-01-03", {"PLANNED_PRINCIPAL": "200.00", "ACCRUED_INTEREST": "0.06"}, "200.06"),
        ("2026-01-31", {"PLANNED_PRINCIPAL": "200.00", "ACCRUED_INTEREST": "0.97"}, "200.97"),
        ("2026-02-01", {"PLANNED_PRINCIPAL": "100.00", "UNPAID": "122.21"}, "222.21"),
        ("2026-02-10", {"PLANNED_PRINCIPAL": "100.00", "ACCRUED_INTEREST": "0.32", "UNPAID": "122.21"}, "222.53"),
        ("2026-03-02", {"PLANNED_PRINCIPAL": "0.00", "UNPAID": "244.42"}, "244.42"),
    ],
)
async def test_a_balance_is_that_of_the_table_and_of_what_was_paid_until_the_day(
    own_world: World, day: str, items: dict[str, str], total: str
):
    certificate = await made(own_world, asOfOn=day)
    assert certificate["mainAmount"] == {"amount": total, "currency": "EUR"}
    facts = await facts_of(own_world, certificate)
    assert {item["name"]: item["amount"] for item in facts["items"]} == items
    assert sum(map(Decimal, items.values())) == Decimal(facts["total_amount"]) == Decimal(total)
    _, pdf = await printed(own_world, certificate)
    assert total.replace(".", ",") + " EUR" in text_of(pdf).replace("\u00a0", " ")


async def facts_of(world: World, certificate: Any) -> Any:

    return orjson.loads(await world.owner.fetchval("select facts from certificate where code = $1", certificate["code"].replace("-", "")))


async def test_of_a_payment_used_in_part_the_rest_is_taken_off(own_world: World):
    await own_world.owner.execute("update payment set amount = 150.00 where external_id = 'A1-C1-P'")
    facts = await facts_of(own_world, await made(own_world))
    assert {item["name"]: item["amount"] for item in facts["items"]}["UNALLOCATED"] == "-27.79"
    assert (facts["total_amount"], facts["planned_amount"]) == ("216.63", "0.00")


@pytest.mark.parametrize(
    ("day", "drawn"), [("2026-03-02", "1200.00"), ("2026-01-20", "1200.00"), ("2026-01-19", "1250.00"), ("2026-01-01", "1000.00")]
)
async def test_the_balance_of_a_credit_line_is_what_was_drawn(own_world: World, day: str, drawn: str):
    certificate = await made(own_world, contract=contract(own_world, "A1-REV"), asOfOn=day)
    assert certificate["mainAmount"]["amount"] == drawn


@pytest.mark.row("NO-22")
async def test_a_situation_tells_what_was_paid_what_is_overdue_and_what_comes_next(own_world: World):
    late = await made(own_world, key="1", kind=SITUATION, asOfOn="2026-02-02")
    facts = await facts_of(own_world, late)
    assert late["mainAmount"]["amount"] == "122.21"
    assert (facts["due_amount"], facts["paid_amount"], facts["overdue_count"], facts["remaining_count"]) == ("244.42", "122.21", 1, 1)
    assert (facts["next_due_on"], facts["next_amount"], facts["overdue"][0]["due_on"]) == ("2026-03-01", "122.21", "2026-02-01")
    _, pdf = await printed(own_world, late)
    assert "Installments are overdue." in text_of(pdf)

    # What is due and still called scheduled is being collected, and a payment is not overdue on its own day.
    today = await made(own_world, key="3", kind=SITUATION)
    arrears = await read(
        own_world, "admin1", "query ($id: ID!) { contract(id: $id) { arrears { amount { amount currency } } } }", id=contract(own_world)
    )
    assert today["mainAmount"] == arrears["contract"]["arrears"]["amount"] == {"amount": "122.21", "currency": "EUR"}
    good = await made(own_world, key="2", kind=SITUATION, asOfOn="2026-02-01")
    assert good["mainAmount"]["amount"] == "0.00"
    _, pdf = await printed(own_world, good)
    assert "nothing is overdue" in text_of(pdf)


async def test_a_schedule_is_the_one_that_held_on_the_day(own_world: World):
    final = own_world.ids["t1", "amortization_schedule", "A1-C1-SF"]
    await own_world.owner.execute("update amortization_schedule set valid_from_on = '2026-02-01' where id = $1", final)
    before, after = [
        await facts_of(own_world, await made(own_world, key=day, kind="SCHEDULE", asOfOn=day)) for day in ("2026-01-31", "2026-02-01")
    ]
    assert (before["status"], after["status"]) == ("PROVISIONAL", "FINAL")


@pytest.mark.row("CO-17", part="the quote as a paper")
async def test_the_quote_that_the_house_stands_by_is_printed(own_world: World):
    await lend(own_world)
    about, request = (
        contract_of(own_world, "A9"),
        "mutation ($input: SettlementQuoteRequestInput!) { done: settlementQuoteRequest(input: $input) { quote { number } } }",
    )
    assert await refused(own_world, "t2", key="0", contract=about, kind="SETTLEMENT_QUOTE") == [("CONFLICT", "certificate.no_quote", [])]
    quote = (await read(own_world, "t2", request, input={"contract": about, "idempotencyKey": "one"}))["done"]["quote"]

    certificate = await made(own_world, "t2", contract=about, kind="SETTLEMENT_QUOTE", locale="fr")

    assert certificate["mainAmount"] == {"amount": "21189.19", "currency": "EUR"} and certificate["asOfOn"] == "2026-03-02"
    ready, pdf = await printed(own_world, certificate, "t2")
    text = text_of(pdf).replace("\u00a0", " ")
    for expected in (quote["number"], "21 189,19 EUR", "20 979,40", "209,79", "1 avril 2026", "Marie Curie", "nous engage"):
        assert expected in text, expected
    assert await own_world.owner.fetchval("select valid_until_on from document where id = $1", UUID(ready["document"]["id"][4:])) == date(
        2026, 4, 1
    )


async def test_where_the_house_s_data_give_no_certain_figure_nothing_is_certified(own_world: World):
    await own_world.owner.execute("update installment set state = 'CANCELLED' where external_id = 'A1-C1-I3'")
    assert await refused(own_world, key="1", asOfOn="2026-02-10") == [("CONFLICT", "certificate.broken_off", [])]
    await own_world.owner.execute("update contract set drawn_amount = null where external_id = 'A1-REV'")
    line = contract(own_world, "A1-REV")
    assert await refused(own_world, key="2", contract=line) == [("CONFLICT", "certificate.no_balance", [])]
    assert await refused(own_world, key="3", contract=line, kind="SCHEDULE") == [("CONFLICT", "certificate.no_schedule", [])]
    assert await refused(own_world, key="4", contract=line, kind=SITUATION) == [("CONFLICT", "certificate.no_installments", [])]
    await own_world.owner.execute("update contract set state = 'IN_WITHDRAWAL' where external_id = 'A1-C2'")
    assert await refused(own_world, key="5", contract=contract(own_world, "A1-C2"), kind=CREDIT) == [
        ("CONFLICT", "certificate.not_concluded", [])
    ]


async def test_all_that_is_wrong_with_a_wish_is_told_at_once(own_world: World):
    before = await counts(own_world)
    wrong = await refused(own_world, asOfOn="2026-03-03", locale="es", kind="SETTLEMENT_QUOTE")
    assert wrong == [
        ("INVALID", "certificate.quote_day", ["input", "asOfOn"]),
        ("INVALID", "certificate.future", ["input", "asOfOn"]),
        ("INVALID", "certificate.locale", ["input", "locale"]),
    ]
    assert await refused(own_world, asOfOn="2025-12-31") == [("INVALID", "certificate.before_start", ["input", "asOfOn"])]
    assert await refused(own_world, key="") == [("INVALID", "idempotency.key", ["input", "idempotencyKey"])]
    assert await counts(own_world) == before


@pytest.mark.parametrize(("locale", "title"), [("fr", "Attestation de solde"), ("nl-BE", "Attest van openstaand saldo"), ("DE", "Bescheinigung über die Restschuld"), ("nb", "Bekreftelse på restgjeld")])  # fmt: skip
async def test_a_certificate_is_written_in_the_language_that_is_asked_for(own_world: World, locale: str, title: str):
    certificate = await made(own_world, locale=locale)
    assert certificate["locale"] == locale[:2].lower()
    ready, pdf = await printed(own_world, certificate)
    assert title in text_of(pdf) and ready["document"]["title"].startswith(title)


@pytest.mark.row("NO-22")
@pytest.mark.parametrize("who", ["admin2", "t2"])
async def test_a_contract_that_is_not_yours_is_one_that_does_not_exist(own_world: World, who: str):
    before = await counts(own_world)
    foreign = await create(own_world, who, contract=contract(own_world))
    missing = await create(own_world, who, key="k2", contract="con_" + "0" * 32)
    assert told(foreign) == told(missing)
    assert [error["code"] for error in foreign.data["certificateCreate"]["errors"]] == ["NOT_FOUND"]
    assert await counts(own_world) == before


async def test_a_certificate_that_is_not_yours_is_none(own_world: World):
    certificate = await made(own_world)
    await printed(own_world, certificate)
    for who in ("admin2", "t2", "narrow"):
        foreign, missing = [await own_world.ask(who, CERTIFICATE, id=gid) for gid in (certificate["id"], "cer_" + "0" * 32)]
        assert foreign.data == {"certificate": None} and told(foreign) == told(missing)
    for who in ("view1", "acct", "agent", "auditor"):
        assert (await read(own_world, who, CERTIFICATE, id=certificate["id"]))["certificate"]["document"] is not None
    stranger, nobody = [await own_world.ask(None, CERTIFICATE, id=gid) for gid in (certificate["id"], "cer_" + "0" * 32)]
    assert stranger.codes == nobody.codes == ["UNAUTHENTICATED"] and stranger.status == nobody.status == 401


@pytest.mark.row("NO-22", part="[RO]")
@pytest.mark.parametrize("who", ["view1", "acct", "auditor", "security"])
async def test_who_may_only_look_has_nothing_printed(own_world: World, who: str):
    before = await counts(own_world)
    answer = await create(own_world, who)
    assert (answer.codes, answer.status) == (["FORBIDDEN"], 403)
    assert await counts(own_world) == before


async def test_without_a_session_nothing_is_printed(own_world: World):
    answers = [await create(own_world, None, contract=gid) for gid in (contract(own_world), "con_" + "0" * 32)]
    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"]] * 2


async def test_serving_staff_has_certificates_printed_of_its_own_house_only(own_world: World):
    assert (await made(own_world, "agent", kind=SITUATION))["state"] == "QUEUED"
    assert (
        await own_world.owner.fetchval("select staff_id from certificate where state = 'QUEUED' and staff_id is not null")
        == own_world.staff["agent"]
    )
    assert await refused(own_world, "agent", key="2", contract=contract(own_world, house="t2")) == [("NOT_FOUND", None, [])]


async def test_a_portal_without_certificates_does_not_offer_them(own_world: World):
    """Neither does it show the action: the rule is one."""
    before = await counts(own_world)
    answer = await create(own_world, "t3", contract=contract(own_world, house="t3"))
    assert answer.codes == ["NOT_OFFERED"]
    assert await counts(own_world) == before
    actions = "query ($id: ID!) { contract(id: $id) { allowedActions } }"
    for who, house, may in (("t3", "t3", False), ("t2", "t2", True), ("admin1", "t1", True), ("view1", "t1", False), ("agent", "t1", True), ("auditor", "t1", False)):  # fmt: skip
        shown = (await read(own_world, who, actions, id=contract(own_world, house=house)))["contract"]["allowedActions"]
        assert ("CERTIFY" in shown) is may, who


async def test_nobody_has_printed_what_he_could_not_read(own_world: World):
    user = own_world.ids["t1", "portal_user", "admin1"]
    await own_world.owner.execute("update profile set document_kinds = '{INVOICE,SCHEDULE}' where user_id = $1", user)
    before = await counts(own_world)
    assert (await create(own_world)).codes == ["FORBIDDEN"]
    assert await counts(own_world) == before
    assert (await made(own_world, kind="SCHEDULE"))["kind"] == "SCHEDULE"


@pytest.mark.row("NO-22", part="[IDEM]")
async def test_a_repeated_call_gives_the_first_certificate_and_another_with_its_key_is_refused(own_world: World):
    first = await made(own_world)
    after_first = await counts(own_world)
    assert await made(own_world) == first
    assert await counts(own_world) == after_first
    assert await refused(own_world, asOfOn="2026-02-01") == [("CONFLICT", "idempotency.key", [])]
    assert await counts(own_world) == after_first


@pytest.mark.row("NO-22", part="stored once")
async def test_the_same_paper_asked_for_again_is_the_same_and_is_printed_once(own_world: World):
    first = await made(own_world, key="1")
    await printed(own_world, first)
    printed_once = await counts(own_world)
    again = await made(own_world, "agent", key="2", locale="en")
    assert (again["id"], again["code"], again["state"]) == (first["id"], first["code"], "READY")
    await worker(own_world).run_dry()
    assert (await counts(own_world))[:3] == printed_once[:3]  # no certificate, job or document more; that it was asked for is noted


async def test_another_day_language_kind_or_figure_is_another_paper(own_world: World):
    papers = [
        await made(own_world, key="1"),
        await made(own_world, key="2", locale="fr"),
        await made(own_world, key="3", asOfOn="2026-03-01"),
        await made(own_world, key="4", kind=SITUATION),
    ]
    await own_world.owner.execute("update installment set paid_amount = 22.21 where external_id = 'A1-C1-I2'")
    papers.append(await made(own_world, key="5"))
    assert len({paper["id"] for paper in papers}) == len({paper["code"] for paper in papers}) == 5
    assert papers[-1]["mainAmount"]["amount"] == "222.21"


async def test_of_many_who_ask_at_the_same_time_all_get_one(own_world: World):
    before = await counts(own_world)
    papers = await asyncio.gather(*[made(own_world, key=str(n)) for n in range(4)])
    assert len({paper["id"] for paper in papers}) == 1
    assert (await counts(own_world))[0] == before[0] + 1
    await worker(own_world).run_dry()
    assert (await counts(own_world))[2] == before[2] + 1


@pytest.mark.row("NO-22", part="[AUD]")
async def test_who_had_what_printed_is_written_down_once(own_world: World):
    await made(own_world)
    [event] = await own_world.owner.fetch("select * from audit_event where action = 'certificate.create'")
    assert (
        event["user_id"] == own_world.ids["t1", "portal_user", "admin1"] and event["account_id"] == own_world.ids["t1", "account", "A1-ACC"]
    )
    assert (event["target_type"], event["realm"]) == ("Certificate", "CUSTOMER")
    assert event["changes"] == '{"kind": "CERTIFICATE_BALANCE", "locale": "en", "as_of_on": "2026-03-02"}'


async def test_the_list_under_a_contract_takes_as_many_statements_for_one_as_for_many(own_world: World):
    query = """query ($first: Int) { contracts(first: $first) { nodes { certificates { totalCount nodes { id kind code mainAmount { amount }
      document { id title } contract { number } account { number } } } } } }"""
    for n, external in enumerate(("A1-C1", "A1-C2", "A1-C3")):
        await made(own_world, key=str(n), contract=contract(own_world, external))
    await worker(own_world).run_dry()
    one, many = [await own_world.ask("admin1", query, first=first) for first in (1, 50)]
    assert sum(len(node["certificates"]["nodes"]) for node in many.data["contracts"]["nodes"]) >= 7
    assert one.statements <= many.statements <= 6


@pytest.fixture
async def ready(own_world: World) -> AsyncIterator[tuple[Any, bytes]]:
    certificate = await made(own_world)
    _, pdf = await printed(own_world, certificate)
    yield certificate, pdf


@pytest.mark.row("CC-13", part="verifyCertificate is answered without a session")
async def test_a_code_may_be_spelled_in_any_way_a_person_types_it(own_world: World, ready: Any):
    code = ready[0]["code"]
    for spelled in (
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"  {code}\n",
        code.replace("-", "\u2013"),
        code.replace("-", " - "),
    ):
        for who in (None, "t2", "view1", "agent"):
            answer = (await read(own_world, who, VERIFY, code=spelled))["verifyCertificate"]
            assert answer["kind"] == BALANCE and answer["isSameFile"] is None, (who, spelled)


async def test_a_forged_figure_or_file_shows(own_world: World, ready: Any):
    certificate, pdf = ready
    forged = pdf.replace(b"%PDF-1.7", b"%PDF-1.6")
    for bytes_, is_same in ((pdf, True), (forged, False)):
        given = sha256(bytes_).hexdigest()
        for spelled in (given, given.upper()):
            answer = (await read(own_world, None, VERIFY, code=certificate["code"], sha256=spelled))["verifyCertificate"]
            assert answer["isSameFile"] is is_same and answer["mainAmount"]["amount"] == "244.42"


async def test_unknown_codes_are_answered_alike_and_cost_as_much_as_a_right_one(own_world: World, ready: Any):
    right = await own_world.ask(None, VERIFY, code=ready[0]["code"])
    queued = await made(own_world, key="q", kind=SITUATION)
    unknown = [
        "K7QF-2M9X-PB4T-HJ6W-ZC3D",
        queued["code"],
        ready[0]["code"][:-1],
        "",
        "0",
        "é" * 900,
        "' or 1=1 --",
        ready[0]["code"] + "X",
        ready[0]["code"] + " " * 100 + "X",
    ]
    answers = [await own_world.ask(None, VERIFY, code=code) for code in unknown]
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert {answer.data["verifyCertificate"] for answer in answers} == {None}
    assert {answer.statements for answer in (right, *answers)} == {right.statements}


async def test_whoever_verifies_is_told_nothing_of_the_customer(own_world: World, ready: Any):
    raw = (await own_world.ask(None, VERIFY, code=ready[0]["code"])).raw.decode()
    assert all(private not in raw for private in ("Mill", "A1/2026", "100200300", "Namur", "admin1", ready[0]["id"]))
    await own_world.owner.execute("update certificate set contract_number = '12345' where state = 'READY'")
    answer = (await read(own_world, None, VERIFY, code=ready[0]["code"]))["verifyCertificate"]
    assert answer["contractNumberEnding"] == "…45"


async def test_a_hash_that_is_none_is_refused(own_world: World):
    for wrong in ("", "x" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"):
        answer = await own_world.ask(None, VERIFY, code="x", sha256=wrong)
        assert answer.codes == ["BAD_USER_INPUT"]


async def test_a_certificate_is_never_changed_by_the_portal(own_world: World, ready: Any):
    """The web role may only say that a paper is to be tried again."""
    rows = await own_world.owner.fetch(
        "select column_name::text from information_schema.column_privileges where grantee = 'bailiwick_app' and table_name = 'certificate' and privilege_type = 'UPDATE'"
    )
    assert {name for (name,) in rows} == {"state"}
    assert not await own_world.owner.fetchval("select has_table_privilege('bailiwick_app', 'certificate', 'delete')")
