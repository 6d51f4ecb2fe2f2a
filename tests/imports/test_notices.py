"""A new contract or paper under a customer number that was there before: whoever sees it is told once, and nobody is invited."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from models.accounts import InvoiceDelivery
from models.importing import notices
from models.imports import ImportMode
from tests.imports.conftest import NOW, House, Rows
from tests.imports.exports import PAPER, mill

NEW = {
    "external_id": "C3",
    "account": "A1",
    "number": "L-3",
    "kind": "LOAN",
    "state": "ACTIVE",
    "currency": "EUR",
    "starts_on": "2026-11-01",
}
TOLD = "user_id, template, channel, recipient, locale, state, facts->>'contract_number', facts->>'account_number'"


async def filled(house: House, *more: tuple[str, list[dict[str, Any]]]) -> None:
    """The mill, with its administrator; and whoever else is said."""
    house.files = {"papers/welcome.pdf": PAPER}
    rows = mill()
    for type_, of_type in more:
        rows[type_] = rows[type_] + of_type
    taken = await house.take_rows(rows)
    assert set(taken.counts) == {"CREATED"}, [row for row in taken.report if row["result"] != "CREATED"]
    house.files = {}
    assert await house.stored("outbox_message", "id") == []


def person(name: str, *, of_user: str = "ACTIVE", email: str | None = "", **profile: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Somebody with a right on the account."""
    user = {
        "external_id": name,
        "display_name": name,
        "locale": "fr",
        "state": of_user,
        "email": f"{name}@mill.example" if email == "" else email or "",
    }
    right = {"external_id": f"PR-{name}", "account": "A1", "user": name, "role": "VIEWER", "basis": "DELEGATED"} | profile
    return [("users", [user]), ("profiles", [right])]


async def told(house: House) -> list[Any]:
    return await house.stored("outbox_message", "recipient")


@pytest.mark.row("CC-42", part="the notice")
async def test_whoever_sees_the_contract_is_told_of_it(north: House):
    await filled(north, *person("viewer"))

    taken = await north.take_rows({"contracts": [NEW]})

    assert taken.counts == {"CREATED": 1}
    users = dict(await north.stored("portal_user", "external_id, id"))
    assert await north.stored("outbox_message", TOLD, "recipient") == [
        (users["U1"], "NEW_CONTRACT", "EMAIL", "anna@mill.example", "nl-BE", "QUEUED", "L-3", "100200"),
        (users["viewer"], "NEW_CONTRACT", "EMAIL", "viewer@mill.example", "fr", "QUEUED", "L-3", "100200"),
    ]


@pytest.mark.row("CC-42", part="told once")
async def test_the_same_contract_again_tells_nobody(north: House):
    await filled(north)
    await north.take_rows({"contracts": [NEW]})

    await north.take_rows({"contracts": [NEW]})
    await north.take_rows({"contracts": [NEW | {"state": "IN_ARREARS"}]})

    assert len(await told(north)) == 1


@pytest.mark.row("CC-42", part="not on a dry run")
async def test_a_dry_run_tells_nobody_and_does_not_use_the_notice_up(north: House):
    await filled(north)
    await north.take_rows({"contracts": [NEW]}, dry_run=True)
    assert await told(north) == []

    await north.take_rows({"contracts": [NEW]})

    assert await told(north) == ["anna@mill.example"]


async def test_a_new_customer_is_not_told_of_the_contracts_they_begin_with(north: House):
    await filled(north)

    assert await told(north) == []


async def test_a_contract_that_waited_for_its_account_is_none_of_an_old_one(north: House):
    rows = mill()
    await north.take_rows({"contracts": rows["contracts"]})

    await north.take_rows({name: of_type for name, of_type in rows.items() if name not in ("contracts", "documents")})

    assert await told(north) == []


async def test_a_contract_that_waited_for_its_agreement_is_told_of_when_it_comes_in(north: House):
    await filled(north)
    await north.take_rows({"contracts": [NEW | {"parent": "C7"}]})
    assert await told(north) == []

    await north.take_rows({"contracts": [NEW | {"external_id": "C7", "number": "L-7"}]})

    assert await north.stored("outbox_message", "facts->>'contract_number'") == ["L-3", "L-7"]


@pytest.mark.parametrize("who", [
    person("suspended", of_user="SUSPENDED"),
    person("revoked", state="REVOKED"),
    person("invited", state="INVITED"),
    person("past", valid_until_at=(NOW - timedelta(days=1)).isoformat()),
    person("future", valid_from_at=(NOW + timedelta(days=1)).isoformat()),
    person("narrow", contracts="C1"),
    person("silent", email=None),
], ids=lambda who: who[0][1][0]["external_id"])  # fmt: skip
async def test_who_does_not_see_it_or_has_no_address_is_not_told(north: House, who: list[Any]):
    await filled(north, *who)

    await north.take_rows({"contracts": [NEW]})

    assert await told(north) == ["anna@mill.example"]


async def test_an_account_of_another_house_hears_nothing(north: House, south: House):
    await filled(north)
    await filled(south)

    await north.take_rows({"contracts": [NEW]})

    assert (len(await told(north)), len(await told(south))) == (1, 0)


async def test_many_contracts_are_told_of_a_few_at_a_time(north: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notices, "MOST_AT_ONCE", 3)
    await filled(north, *person("viewer"))
    many: Rows = {"contracts": [NEW | {"external_id": f"N{n}", "number": f"N-{n}"} for n in range(5)]}

    await north.take_rows(many)

    assert sorted(await north.stored("outbox_message", "facts->>'contract_number', recipient")) == sorted(
        (f"N-{n}", who) for n in range(5) for who in ("anna@mill.example", "viewer@mill.example")
    )


async def test_a_refused_run_tells_nobody(north: House):
    await filled(north)

    await north.take_rows({"contracts": [NEW, NEW | {"external_id": "C4", "number": "L-4", "kind": "?"}]}, mode=ImportMode.ALL_OR_NOTHING)

    assert await told(north) == []


SHEET = b"%PDF-1.7 a table of what is to be paid"
FINAL = {
    "external_id": "D7", "contract_number": "L-1", "kind": "FINAL_AMORTIZATION_TABLE", "number": "T-7", "title": "Final table", "document_on": "2026-10-30",
    "published_at": "2026-10-31T08:00:00Z", "content_type": "application/pdf", "file": "papers/table.pdf", "sha256": sha256(SHEET).hexdigest(),
}  # fmt: skip
PAPERS = "recipient, template, channel, facts"


async def publish(house: House, *papers: dict[str, Any], dry_run: bool = False) -> Any:
    house.files = {"papers/table.pdf": SHEET}
    return await house.take_rows({"documents": list(papers)}, dry_run=dry_run)


@pytest.mark.row(
    "CC-40",
    part="publishing either table writes one notice that names no file, whatever the delivery is set to; the mail comes with its issue",
)
@pytest.mark.parametrize("delivery", list(InvoiceDelivery))
async def test_a_final_table_is_announced_and_never_sent_whatever_the_delivery_is_set_to(north: House, delivery: InvoiceDelivery):
    await filled(north)
    await north.owner.execute("update account set invoice_delivery = $1", delivery.value)

    await publish(north, FINAL, FINAL | {"external_id": "D8", "kind": "PROVISIONAL_AMORTIZATION_TABLE", "number": "T-6"})

    facts = {"account_number": "100200", "documents": 2, "kinds": ["FINAL_AMORTIZATION_TABLE", "PROVISIONAL_AMORTIZATION_TABLE"]}
    [(recipient, template, channel, told)] = await north.stored("outbox_message", PAPERS)
    assert (recipient, template, channel, json.loads(told)) == ("anna@mill.example", "NEW_DOCUMENTS", "EMAIL", facts)


@pytest.mark.row("BO-6", part="the notice is sent once")
async def test_new_papers_are_told_of_once_and_in_one_message(north: House):
    await filled(north, *person("viewer"))
    many = [FINAL | {"external_id": f"D{n}", "number": f"T-{n}"} for n in range(20, 32)]

    await publish(north, *many, dry_run=True)
    assert await told(north) == []
    await publish(north, *many)
    await publish(north, *many)

    assert await told(north) == ["anna@mill.example", "viewer@mill.example"]
    assert await north.stored("outbox_message", "facts->>'documents'") == ["12", "12"]
    await publish(north, FINAL)
    assert len(await told(north)) == 4


@pytest.mark.parametrize("who", [
    person("suspended", of_user="SUSPENDED"),
    person("revoked", state="REVOKED"),
    person("past", valid_until_at=(NOW - timedelta(days=1)).isoformat()),
    person("other-contract", contracts="C7"),
    person("other-kinds", document_kinds="INVOICE"),
    person("later", documents_from_on="2026-10-31"),
    person("silent", email=None),
], ids=lambda who: who[0][1][0]["external_id"])  # fmt: skip
async def test_who_does_not_see_the_paper_or_has_no_address_is_not_told_of_it(north: House, who: list[Any]):
    await filled(north, ("contracts", [NEW | {"external_id": "C7", "number": "L-7"}]), *who)

    await publish(north, FINAL)

    assert await told(north) == ["anna@mill.example"]


async def test_whoever_is_limited_to_what_the_paper_is_of_is_told(north: House):
    await filled(north, *person("narrow", contracts="C1", document_kinds="FINAL_AMORTIZATION_TABLE", documents_from_on="2026-10-30"))

    await publish(north, FINAL)

    assert await told(north) == ["anna@mill.example", "narrow@mill.example"]


async def test_a_paper_that_is_not_published_yet_and_the_first_papers_of_a_customer_tell_nobody(north: House):
    await filled(north)

    await publish(north, FINAL | {"published_at": (NOW + timedelta(hours=1)).isoformat()})

    assert await told(north) == []


async def test_many_who_are_told_are_written_down_a_few_at_a_time(north: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notices, "MOST_AT_ONCE", 2)
    people = [f"viewer{n}" for n in range(4)]
    rows = [part for name in people for part in person(name)]
    await filled(north, *rows)

    await publish(north, FINAL)

    assert await told(north) == ["anna@mill.example", *[f"{name}@mill.example" for name in people]]
