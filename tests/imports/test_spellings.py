"""Keys, logins and addresses of an export that differ in what nobody sees, or in case, are one; what is no address is refused."""

from tests.imports.conftest import House

PARTY = {"kind": "COMPANY", "legal_name": "Mill SA", "country": "BE"}
USER = {"display_name": "Anna", "locale": "nl"}


async def test_two_spellings_of_one_key_are_one_party(north: House):
    await north.take_rows({"parties": [{"external_id": "\u00e91", **PARTY}]})

    again = await north.take_rows({"parties": [{"external_id": "e\u03011\u200b", **PARTY}]})
    both = await north.take_rows({"parties": [{"external_id": "\ufeffe\u03011", **PARTY}, {"external_id": "\u00e91", **PARTY}]})

    assert [row["result"] for row in again.report] == ["UNCHANGED"]
    assert {row["rule"] for row in both.report} == {"external_id.duplicate"}


async def test_a_login_is_stored_in_its_one_spelling_and_two_spellings_of_it_are_a_duplicate(north: House):
    users = [{"external_id": name, **USER} for name in ("U1", "U2", "U3")]
    logins = [
        {"user": "U1", "kind": "EMAIL", "value": "Mixed.Case@Example.org"},
        {"user": "U1", "kind": "PHONE", "value": "0470 12 34 56"},
        {"user": "U2", "kind": "EMAIL", "value": "Dup@example.org"},
        {"user": "U3", "kind": "EMAIL", "value": "dup@EXAMPLE.org"},
    ]
    taken = await north.take_rows({"users": users, "login_identities": logins})

    refused = [row for row in taken.report if row["result"] == "REJECTED"]
    assert {row["rule"] for row in refused} == {"login_identity.duplicate"} and len(refused) == 2
    rows = await north.owner.fetch("select value from login_identity where tenant_id = $1 order by 1", north.tenant_id)
    assert [row[0] for row in rows] == ["+32470123456", "mixed.case@example.org"]


async def test_what_is_no_address_is_refused_wherever_it_stands(north: House):
    wrong = ["<jean@x.be>", "mailto:jean@x.be", "jean@x.be;", "x..be", "anna@"]
    taken = await north.take_rows({
        "parties": [{"external_id": "P1", **PARTY}],
        "users": [{"external_id": f"U{n}", "email": text, **USER} for n, text in enumerate(wrong)],
        "contact_points": [{"external_id": f"C{n}", "party": "P1", "kind": "EMAIL", "value": text} for n, text in enumerate(wrong)],
    })  # fmt: skip

    refused = [row for row in taken.report if row["result"] == "REJECTED"]
    assert {row["rule"] for row in refused} == {"email.format"} and len(refused) == 2 * len(wrong)
