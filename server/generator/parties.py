"""Companies and persons with their addresses, telephones and bank accounts. Names are drawn, towns are real, people are not."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.generator import identifiers
from server.generator.desk import Desk
from server.generator.people import Customer
from server.generator.places import FORMS, STREETS, TOWNS, TRADES

# Numbers that no one answers where the country keeps such a range, else a range of one operator.
MOBILES = {"BE": "+3246000", "FR": "+3363998", "NO": "+4740000"}
SITUATIONS = ("SINGLE", "MARRIED", "MARRIED", "REGISTERED_PARTNERSHIP", "DIVORCED", "WIDOWED")
WORK = ("EMPLOYEE", "EMPLOYEE", "EMPLOYEE", "SELF_EMPLOYED", "CIVIL_SERVANT", "RETIRED", "STUDENT", "UNEMPLOYED")


@dataclass(frozen=True)
class Party:
    """Somebody in the export, and what other rows repeat of them."""

    id: str
    name: str
    is_company: bool
    country: str
    town: tuple[str, str]
    street: str
    email: str
    mobile: str
    bank_account: str


def customer_party(desk: Desk, customer: Customer) -> Party:
    """Whoever holds a demo customer number."""
    return company(desk, customer.name, customer.legal_form) if customer.is_company else person(desk, customer.name)


def drawn_party(desk: Desk) -> Party:
    """Somebody of the kind that this house has for customers."""
    return company(desk) if desk.rng.randrange(100) < desk.house.companies else person(desk)


def company(desk: Desk, name: str | None = None, legal_form: str | None = None) -> Party:
    country = desk.house.country
    form = legal_form or desk.rng.choice(FORMS[country])
    trade = desk.rng.choice(TRADES[country])
    family = desk.faker.last_name()
    party = drawn(desk, name or (f"{family} {trade} {form}" if country == "NO" else f"{trade} {family} {form}"), is_company=True)
    number = enterprise_number(desk)
    desk.out.row(
        "parties",
        external_id=party.id,
        kind="COMPANY",
        legal_name=party.name,
        trade_name=None if name else f"{trade} {family}",
        legal_form=form,
        enterprise_number=number,
        vat_number=identifiers.vat_number(country, number),
        country=country,
    )
    return with_contacts(desk, party, address="REGISTERED_OFFICE", phone="PHONE")


def enterprise_number(desk: Desk) -> str:
    makers = {"BE": identifiers.belgian_enterprise_number, "FR": identifiers.siren, "NO": identifiers.norwegian_organization_number}
    return makers[desk.house.country](desk.rng)


def person(desk: Desk, name: str | None = None) -> Party:
    given, _, family = (name or f"{desk.faker.first_name()} {desk.faker.last_name()}").partition(" ")
    party = drawn(desk, f"{given} {family}", is_company=False)
    desk.out.row(
        "parties",
        external_id=party.id,
        kind="PERSON",
        legal_name=party.name,
        country=desk.house.country,
        given_name=given,
        family_name=family,
        born_on=birthday(desk),
        family_situation=desk.rng.choice(SITUATIONS),
        professional_situation=desk.rng.choice(WORK),
    )
    return with_contacts(desk, party, address="HOME", phone="MOBILE")


def birthday(desk: Desk) -> date:
    """Of an adult of at most 80."""
    return desk.today - timedelta(days=desk.rng.randrange(19 * 366, 80 * 365))


def drawn(desk: Desk, name: str, *, is_company: bool) -> Party:
    country, count = desk.house.country, desk.count("party")
    return Party(
        id=f"P{count:07d}",
        name=name,
        is_company=is_company,
        country=country,
        town=desk.rng.choice(TOWNS[country]),
        street=desk.rng.choice(STREETS[country]).format(desk.rng.randrange(1, 240)),
        email=f"{mail_name(name)}.{count}@mail.example",
        mobile=f"{MOBILES[country]}{identifiers.digits(desk.rng, 4)}",
        bank_account=f"B{count:07d}",
    )


def mail_name(name: str) -> str:
    """A name as a mail address spells it: `Élise Vanderelst` is `elise.vanderelst`."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ø", "o").replace("æ", "ae")).encode("ascii", "ignore").decode()
    return ".".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def with_contacts(desk: Desk, party: Party, *, address: str, phone: str) -> Party:
    """Writes how a party is reached and where its money comes from."""
    code, city = party.town
    kinds = (address, "BILLING") if party.is_company and desk.rng.random() < 0.25 else (address,)
    for kind in kinds:
        street = party.street if kind == address else desk.rng.choice(STREETS[party.country]).format(desk.rng.randrange(1, 240))
        row = {"external_id": f"{party.id}-{kind}", "party": party.id, "kind": kind, "street": street}
        desk.out.row("addresses", **row, postal_code=code, city=city, country=party.country)
    for kind, value in (("EMAIL", party.email), (phone, party.mobile)):
        desk.out.row("contact_points", external_id=f"{party.id}-{kind}", party=party.id, kind=kind, value=value)
    desk.out.row(
        "bank_accounts",
        external_id=party.bank_account,
        party=party.id,
        iban=identifiers.iban(party.country, desk.rng),
        bic=identifiers.bic(party.country),
        holder_name=party.name,
        verification=desk.rng.choice(("MATCH", "MATCH", "MATCH", "CLOSE_MATCH", "MANUAL", "UNVERIFIED")),
    )
    return party


def guarantor(desk: Desk, party: Party) -> Party:
    """A person of the same town who stands in for somebody."""
    return replace(person(desk), town=party.town)
