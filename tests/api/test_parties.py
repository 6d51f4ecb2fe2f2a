"""Companies and persons: who they are, where they are found and paid, as far as it is anybody's business."""

import pytest

from models import Account, Party
from tests.api.asking import found_by_nobody_else, hidden, read
from tests.api.exported import shows
from tests.world import World

COMPANY = """query ($id: ID!) { company(id: $id) { legalName enterpriseNumber vatNumber tradeName legalForm country
  addresses { kind street city } contactPoints { kind value } bankAccounts { maskedIban bic holderName verification } accounts { nodes { number } } } }"""
PERSON = "query ($id: ID!) { person(id: $id) { legalName givenName familyName bornOn familySituation professionalSituation addresses { city } bankAccounts { maskedIban } } }"


@pytest.mark.row("CC-30", part="all four are shown, to a viewer too; asking for a change comes with requests")
async def test_a_company_shows_its_name_numbers_addresses_and_bank_data_masked(world: World):
    for of_type in ("parties", "addresses", "bank_accounts", "contact_points"):
        await shows(world, "admin3", of_type, "P4")

    company = (await read(world, "view3", COMPANY, id=world.gid("t1", Party, "P4")))["company"]

    assert company == {
        "legalName": "Works NV", "enterpriseNumber": "0403.199.702", "vatNumber": "BE0403199702", "tradeName": "The Works", "legalForm": "NV", "country": "BE",
        "addresses": [{"kind": "BILLING", "street": "Dok 2", "city": "Gent"}, {"kind": "REGISTERED_OFFICE", "street": "Kaai 1", "city": "Antwerpen"}],
        "contactPoints": [{"kind": "EMAIL", "value": "works@example.com"}, {"kind": "PHONE", "value": "+3232000000"}],
        "bankAccounts": [
            {"maskedIban": "BE** **** **** 7072", "bic": None, "holderName": "Works", "verification": "UNVERIFIED"},
            {"maskedIban": "BE** **** **** 6870", "bic": "GKCCBEBB", "holderName": "Works NV", "verification": "MATCH"},
        ],
        "accounts": {"nodes": [{"number": "100 200-500"}]},
    }  # fmt: skip
    await hidden(world, COMPANY, world.gid("t1", Party, "P4"))
    await found_by_nobody_else(
        world, "query ($n: String) { companies(filter: {enterpriseNumber: $n}) { totalCount nodes { id } } }", n="0403.199.702"
    )


async def test_the_number_of_a_bank_account_is_nowhere_in_what_is_answered(world: World):
    query = """{ accounts { nodes { holder { bankAccounts { id maskedIban bic } } mandates { nodes { maskedIban } } } } }"""

    for who, iban in (("admin3", "BE60096123456870"), ("anna", "FR1420041010050500013M02606"), ("agent", "BE60096123456870")):
        raw = (await world.ask(who, query)).raw.decode()
        assert iban[-4:] in raw
        assert iban not in raw and iban[4:12] not in raw


async def test_a_person_beside_the_holder_is_named_and_nothing_private_of_them_is_shown(world: World):
    """admin3 is the co-borrower of A3 and sees himself; to view3 he is a name."""
    query = "query ($id: ID!) { account(id: $id) { coParties { capacity contract { number } party { __typename legalName addresses { city } bankAccounts { maskedIban } contactPoints { value } } } } }"  # fmt: skip

    [beside] = (await read(world, "view1", query, id=world.gid("t1", Account, "A1-ACC")))["account"]["coParties"]

    assert beside == {"capacity": "GUARANTOR", "contract": {"number": "A1/2026/001"}, "party": {"__typename": "Person", "legalName": "Anna Molen", "addresses": [], "bankAccounts": [], "contactPoints": []}}  # fmt: skip
    [own] = (await read(world, "admin1", query, id=world.gid("t1", Account, "A1-ACC")))["account"]["coParties"]
    assert own["party"]["bankAccounts"] == [{"maskedIban": "BE** **** **** 9501"}]


async def test_a_borrower_reads_who_they_are_to_their_lender(world: World):
    person = (await read(world, "anna", PERSON, id=world.gid("t4", Party, "P2")))["person"]

    assert person == {
        "legalName": "Anna Petit", "givenName": "Anna", "familyName": "Petit", "bornOn": "1990-05-17", "familySituation": "SINGLE", "professionalSituation": "EMPLOYEE",
        "addresses": [{"city": "Lille"}], "bankAccounts": [{"maskedIban": "FR** **** **** 2606"}],
    }  # fmt: skip
    await hidden(world, PERSON, world.gid("t4", Party, "P2"), neighbors=("t4", "t2"))


async def test_a_company_is_no_person_and_a_person_no_company(world: World):
    company, person = world.gid("t1", Party, "P4"), world.gid("t1", Party, "P5")
    both = "query ($id: ID!) { company(id: $id) { id } person(id: $id) { id } node(id: $id) { __typename } }"

    assert await read(world, "admin3", both, id=company) == {"company": {"id": company}, "person": None, "node": {"__typename": "Company"}}
    assert await read(world, "admin3", both, id=person) == {"company": None, "person": {"id": person}, "node": {"__typename": "Person"}}
    for turned in ("per" + company[3:], "com" + person[3:]):
        assert await read(world, "admin3", both, id=turned) == {"company": None, "person": None, "node": None}


async def test_companies_and_persons_are_listed_apart_and_found_by_their_names(world: World):
    async def found(kind: str, who: str = "agent", **filter: str) -> list[str]:
        query = f"query ($f: {kind.capitalize()}Filter) {{ rows: {'companies' if kind == 'company' else 'persons'}(filter: $f) {{ nodes {{ legalName }} }} }}"
        return [row["legalName"] for row in (await read(world, who, query, f=filter or None))["rows"]["nodes"]]

    assert await found("company") == ["Farm SPRL", "Mill SA", "Works NV"]
    assert await found("person") == ["Anna Molen", "Bart Peeters"]
    assert await found("company", search="works n") == await found("company", name="Works NV") == ["Works NV"]
    assert await found("company", enterpriseNumber="0403 199 702") == ["Works NV"]
    assert await found("person", search="bart P") == ["Bart Peeters"] and await found("person", search="Works") == []
    assert await found("company", "view3") == ["Works NV"] and await found("person", "view3") == ["Bart Peeters"]
