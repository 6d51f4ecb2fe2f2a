"""Customers: parties with addresses and bank accounts, their customer numbers, and the people who work on them."""

from dataclasses import dataclass
from datetime import date
from random import Random

from faker import Faker

from server.generator import identifiers
from server.generator.houses import FrontDoor, House
from server.generator.people import Person, people_of
from server.generator.writing import ExportWriter

BUSINESS = "customer-corner"


@dataclass
class Customer:
    """One customer number at a portal, and what its contracts need to know of it."""

    place: int
    id: str
    party: str
    name: str
    is_company: bool
    mandate: str
    door: FrontDoor


class Customers:
    """Makes them, one after the other."""

    def __init__(self, writer: ExportWriter, house: House, rng: Random, today: date) -> None:
        self.writer, self.house, self.rng, self.today = writer, house, rng, today
        self.faker = Faker(house.faker)
        self.faker.seed_instance(rng.random())
        self.serial = 100_000

    def customer(self, door: FrontDoor, place: int) -> Customer:
        """The one at this place; the two at places 3 and 4 are the same company."""
        self.serial += 1
        id_, is_company = f"{door.key}-A{place}", door.preset == BUSINESS
        party = f"{door.key}-P{3 if place == 4 else place}"
        name = self.party(party, is_company) if place != 4 else ""
        self.writer.row(
            "accounts", external_id=id_, holder=party, portal=door.key, number=f"{self.serial}", status="ACTIVE", opened_on="2019-01-02"
        )
        mandate = f"{id_}-M"
        collector = identifiers.creditor_identifier(self.house.country, f"{self.serial:09d}") if self.house.country != "NO" else None
        self.writer.row(
            "mandates",
            external_id=mandate,
            account=id_,
            bank_account=f"{party}-B",
            reference=f"MND-{self.serial}",
            creditor_identifier=collector,
            scheme="AVTALEGIRO" if self.house.country == "NO" else "B2B" if is_company else "CORE",
            signed_on="2019-01-02",
            currency=self.house.currency,
            debit_day=5,
            state="ACTIVE",
        )
        return Customer(place, id_, party, name, is_company, mandate, door)

    def party(self, id_: str, is_company: bool) -> str:
        """A company or a person, with where they are found and paid."""
        country, faker = self.house.country, self.faker
        name = faker.company() if is_company else faker.name()
        if is_company:
            number = identifiers.belgian_enterprise_number(self.rng)
            self.writer.row(
                "parties",
                external_id=id_,
                kind="COMPANY",
                legal_name=name,
                legal_form="SA",
                enterprise_number=number,
                vat_number=identifiers.vat_number(country, number),
                country=country,
            )
        else:
            given, _, family = name.rpartition(" ")
            born = date(1950 + self.rng.randrange(50), 1 + self.rng.randrange(12), 1 + self.rng.randrange(28))
            self.writer.row(
                "parties",
                external_id=id_,
                kind="PERSON",
                legal_name=name,
                given_name=given or None,
                family_name=family,
                born_on=born,
                country=country,
                family_situation=self.rng.choice(("SINGLE", "MARRIED", "DIVORCED")),
                professional_situation=self.rng.choice(("EMPLOYEE", "RETIRED", "SELF_EMPLOYED")),
            )
        self.writer.row(
            "addresses",
            external_id=f"{id_}-AD",
            party=id_,
            kind="REGISTERED_OFFICE" if is_company else "HOME",
            street=faker.street_address(),
            postal_code=faker.postcode(),
            city=faker.city(),
            country=country,
        )
        self.writer.row("contact_points", external_id=f"{id_}-CP", party=id_, kind="EMAIL", value=f"{id_.lower()}@customer.example")
        self.writer.row(
            "bank_accounts",
            external_id=f"{id_}-B",
            party=id_,
            iban=identifiers.iban(country, self.rng),
            bic=identifiers.bic(country),
            holder_name=name[:70],
        )
        return name

    def people(self, door: FrontDoor, first_contract: str) -> None:
        """Those whom somebody can sign in as."""
        for person in people_of(self.house, door):
            email = f"{person.display_name.lower()}@{door.key}.example"
            self.writer.row(
                "users", external_id=person.external_id, display_name=person.display_name, email=email, locale=self.house.locale
            )
            self.writer.row("login_identities", user=person.external_id, kind=door.identifier, value=person.identifier)
            for place in person.places:
                self.profile(person, place, first_contract)

    def profile(self, person: Person, place: int, first_contract: str) -> None:
        is_admin = person.role == "ADMINISTRATOR"
        self.writer.row(
            "profiles",
            external_id=f"{person.external_id}-{place}",
            account=f"{person.door.key}-A{place}",
            user=person.external_id,
            role=person.role,
            basis="LEGAL_REPRESENTATIVE" if is_admin else "DELEGATED",
            contracts=[first_contract] if person.is_limited else None,
            document_kinds=["INVOICE"] if person.is_limited else None,
        )
