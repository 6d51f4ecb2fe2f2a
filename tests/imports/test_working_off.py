"""What a back office needs to work a report off: every state has a way out, a replacement finds its place free, and no row is only counted."""

from typing import Any

import pytest

from models.imports import ImportMode
from tests.imports.conftest import House, Rows, Taken
from tests.imports.exports import mill


def people(**changed: dict[str, str]) -> Rows:
    """Anna and her right, with other values in what is named: `users`, `profiles`."""
    found = {name: [dict(row) for row in mill()[name]] for name in ("parties", "accounts", "users", "profiles")}
    for name, cells in changed.items():
        found[name][0] |= cells
    return found


def kept(taken: Taken, type_: str) -> list[tuple[str, str]]:
    return [(row["external_id"], row["field"]) for row in taken.report if row["type"] == type_ and row["rule"] == "column.kept"]


# The type, its column, what an export narrows, and what it was before.
NARROWED = [
    ("profiles", "state", "SUSPENDED", "ACTIVE"),
    ("profiles", "state", "REVOKED", "ACTIVE"),
    ("profiles", "state", "SUSPENDED", "INVITED"),
    ("profiles", "role", "VIEWER", "ADMINISTRATOR"),
    ("users", "state", "SUSPENDED", "ACTIVE"),
    ("users", "state", "DISABLED", "ACTIVE"),
]


@pytest.mark.parametrize("type_,column,narrow,wide", NARROWED)
async def test_what_an_export_takes_away_it_may_give_back(north: House, type_: str, column: str, narrow: str, wide: str):
    table = {"profiles": "profile", "users": "portal_user"}[type_]
    await north.take_rows(people(**{type_: {column: wide}}))
    await north.take_rows(people(**{type_: {column: narrow}}))
    assert await north.stored(table, column) == [narrow]

    back = await north.take_rows(people(**{type_: {column: wide}}))

    assert await north.stored(table, column) == [wide]
    assert set(back.of(type_).values()) == {"UPDATED"}
    assert kept(back, type_) == []


@pytest.mark.parametrize("type_,column,narrow", [("profiles", "state", "SUSPENDED"), ("users", "state", "DISABLED")])
async def test_an_export_that_leaves_a_column_out_gives_nothing_back(north: House, type_: str, column: str, narrow: str):
    table = {"profiles": "profile", "users": "portal_user"}[type_]
    await north.take_rows(people(**{type_: {column: narrow}}))

    again = await north.take_rows(people())

    assert await north.stored(table, column) == [narrow]
    assert set(again.of(type_).values()) == {"UNCHANGED"}
    assert kept(again, type_) == []


async def test_what_the_portal_owns_is_kept_and_the_report_says_so(north: House):
    await north.take_rows(people())

    taken = await north.take_rows(people(
        users={"display_name": "Annie", "locale": "fr"},
        profiles={"document_kinds": "INVOICE", "valid_until_at": "2027-01-01T00:00:00Z"},
        accounts={"invoice_delivery": "EMAIL_AND_PORTAL"},
    ))  # fmt: skip

    assert set(taken.counts) == {"UNCHANGED"}
    assert await north.stored("portal_user", "display_name, locale") == [("Anna", "nl-BE")]
    row = taken.row("users", "U1")
    assert row["message"] == "display_name is kept as it is: the portal owns it. locale: locale is kept as it is: the portal owns it."
    assert [found[0] for found in (kept(taken, "users"), kept(taken, "profiles"), kept(taken, "accounts"))] == [
        ("U1", "display_name"), ("PR1", "document_kinds"), ("A1", "invoice_delivery")]  # fmt: skip


async def test_the_contracts_of_a_right_are_compared_as_the_source_names_them(north: House):
    rows = {
        **people(profiles={"contracts": "C2 C1"}),
        "mandates": mill()["mandates"],
        "contracts": mill()["contracts"],
        "bank_accounts": mill()["bank_accounts"],
    }
    await north.take_rows(rows)
    rows["profiles"][0]["contracts"] = "C1 C2"
    same = await north.take_rows(rows)
    rows["profiles"][0]["contracts"] = "C1"

    other = await north.take_rows(rows)

    assert (kept(same, "profiles"), kept(other, "profiles")) == ([], [("PR1", "contracts")])


def replaced(rows: Rows, type_: str, **cells: str) -> Rows:
    """The first row of a type is deleted, and another one comes with what only one may have."""
    old = rows[type_][0]
    return {**rows, type_: [old | {"deleted": "true"}, old | {"external_id": "NEW"} | cells]}


async def test_a_replaced_right_is_never_away(north: House):
    await north.take_rows(people())

    taken = await north.take_rows(replaced(people(), "profiles", role="VIEWER"))

    assert taken.of("profiles") == {"PR1": "UPDATED", "NEW": "CREATED"}
    assert await north.stored("profile", "external_id, role, state") == [("NEW", "VIEWER", "ACTIVE")]


async def test_what_replaces_a_number_finds_it_free(north: House):
    rows = {name: mill()[name] for name in ("parties", "bank_accounts", "accounts", "mandates", "contracts", "installments", "cases")}
    await north.take_rows(rows)

    cases = await north.take_rows(replaced({"cases": rows["cases"]}, "cases"))
    # The new mandate pays the contract now: the old one is needed until then.
    gone = [row | {"deleted": "true"} for row in rows["installments"]]
    installments = await north.take_rows(
        {"installments": [*gone, *(row | {"external_id": f"{row['external_id']}-2"} for row in rows["installments"])]}
    )

    assert set(cases.of("cases").values()) == {"UPDATED", "CREATED"}
    assert sorted(installments.of("installments").values()) == ["CREATED"] * 3 + ["UPDATED"] * 3


async def test_what_is_not_replaced_after_all_stays(north: House):
    rows = {name: mill()[name] for name in ("parties", "bank_accounts", "accounts", "mandates", "contracts")}
    await north.take_rows(rows)

    # The old mandate is needed by the contract when the new one is judged, and nobody would have it any more.
    taken = await north.take_rows(replaced({"mandates": rows["mandates"]}, "mandates"))

    assert {row["external_id"]: row["rule"] for row in taken.report} == {"M1": "deleted.replaced", "NEW": "reference.taken"}
    assert await north.stored("mandate") == ["M1"]


async def test_rows_that_hang_on_each_other_go_and_come_in_one_run(north: House):
    rows = {name: mill()[name] for name in ("parties", "accounts", "cases")}
    await north.take_rows(rows)
    old = {name: [row | {"deleted": "true"} for row in rows[name]] for name in ("accounts", "cases")}
    new = {"accounts": [rows["accounts"][0] | {"external_id": "A2"}], "cases": [rows["cases"][0] | {"external_id": "K2", "account": "A2"}]}

    taken = await north.take_rows({name: [*old[name], *new[name]] for name in new})

    assert (await north.stored("account"), await north.stored("claim_case")) == (["A2"], ["K2"])
    assert "REJECTED" not in taken.counts


async def test_an_identity_that_is_taken_away_may_be_given_in_the_same_run(north: House):
    users = {
        "parties": mill()["parties"],
        "users": [*mill()["users"], {"external_id": "U2", "display_name": "Bea", "locale": "nl"}],
        "login_identities": mill()["login_identities"],
    }
    await north.take_rows(users)
    [identity] = users["login_identities"]

    taken = await north.take_rows({"login_identities": [identity | {"deleted": "true"}, identity | {"user": "U2"}]})

    assert sorted(taken.of("login_identities").values()) == ["CREATED", "UPDATED"]


async def test_a_row_that_waited_says_on_the_run_of_then_what_became_of_it(north: House):
    def of(run: Taken) -> Any:
        return north.owner.fetch(
            "select type, external_id, later_result, later_at is not null as is_later from import_row where run_id = $1 order by number",
            run.result.run_id,
        )

    early = await north.take_rows(
        {"cases": [*mill()["cases"], mill()["cases"][0] | {"external_id": "K2", "number": "K-2", "account": "A404"}]}
    )
    other = await north.take_rows({"cases": mill()["cases"]}, source="crm")
    before = await of(early)
    await north.take_rows({name: mill()[name] for name in ("parties", "accounts")}, dry_run=True)
    tried = await of(early)

    await north.take_rows({name: mill()[name] for name in ("parties", "accounts")})

    assert [tuple(row) for row in before] == [tuple(row) for row in tried] == [("cases", "K1", None, False), ("cases", "K2", None, False)]
    assert [tuple(row) for row in await of(early)] == [("cases", "K1", "CREATED", True), ("cases", "K2", None, False)]
    assert [tuple(row) for row in await of(other)] == [("cases", "K1", None, False)]


@pytest.mark.row("BO-3", part="rows that are held back are listed, and so are those that are taken")
async def test_every_row_of_a_run_is_kept_with_what_became_of_it(north: House):
    rows = {"parties": [mill()["parties"][0], mill()["parties"][1] | {"country": "Belgium"}], "cases": mill()["cases"]}

    refused = await north.take_rows(rows, mode=ImportMode.ALL_OR_NOTHING)
    taken = await north.take_rows(rows)
    again = await north.take_rows(rows)

    found: dict[str, Any] = {
        run.result.state: [tuple(row) for row in await north.owner.fetch("select external_id, result from import_row where run_id = $1 order by number", run.result.run_id)]
        for run in (refused, taken, again)
    }  # fmt: skip
    assert found["REJECTED"] == [("P1", "HELD_BACK"), ("P2", "REJECTED"), ("K1", "HELD_BACK")]
    assert found["COMPLETED_WITH_REJECTIONS"] == [("P1", "UNCHANGED"), ("P2", "REJECTED"), ("K1", "PARKED")]


def bill(key: str, number: str, day: str, **more: str) -> dict[str, str]:
    return {
        "external_id": key,
        "account": "A1",
        "number": number,
        "kind": "INVOICE",
        "issued_on": day,
        "currency": "EUR",
        "net_amount": "1",
        "vat_amount": "0",
        "state": "DUE",
        **more,
    }


def bills(*rows: dict[str, str]) -> Rows:
    return {"parties": mill()["parties"], "accounts": mill()["accounts"], "invoices": list(rows)}


async def test_bill_numbers_may_begin_again_each_year_and_for_each_kind(north: House):
    first = await north.take_rows(
        bills(
            bill("F1", "1", "2024-12-31"), bill("F2", "1", "2025-01-01"), bill("F3", "1", "2025-01-01", kind="CREDIT_NOTE", net_amount="-1")
        )
    )
    later = await north.take_rows(bills(bill("F4", "1", "2026-01-01")))

    assert (set(first.of("invoices").values()), later.of("invoices")) == ({"CREATED"}, {"F4": "CREATED"})


async def test_of_one_year_and_kind_a_number_is_one_bill(north: House):
    twice = await north.take_rows(bills(bill("F1", "1", "2025-01-01"), bill("F2", "1", "2025-12-31"), bill("F3", "2", "2025-01-01")))
    taken = await north.take_rows(bills(bill("F4", "2", "2025-06-01")))

    assert {row["external_id"]: row["message"] for row in twice.report if row["rule"] == "number.duplicate"} == {
        "F1": "F2 in line 3 of invoices.csv has it, too.", "F2": "F1 in line 2 of invoices.csv has it, too."}  # fmt: skip
    row = taken.row("invoices", "F4")
    assert (row["rule"], row["message"]) == ("number.taken", "F3, which is stored, has it.")


async def test_bill_numbers_may_change_places_in_one_run(north: House):
    await north.take_rows(bills(bill("F1", "1", "2025-01-01"), bill("F2", "2", "2025-01-01")))

    taken = await north.take_rows(bills(bill("F1", "2", "2025-01-01"), bill("F2", "1", "2025-01-01")))

    assert taken.of("invoices") == {"F1": "UPDATED", "F2": "UPDATED"}
