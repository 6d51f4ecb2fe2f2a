"""Companies and persons, and how they are reached and paid."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by, answered_once_by
from models import AddressKind, ContactKind, FamilySituation, ProfessionalSituation, Verification
from resolvers import accounts
from resolvers import parties as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.freshness import Kept
from schema.node import Node

if TYPE_CHECKING:
    from schema.accounts import Account

shown(AddressKind, "What an address is for.")
shown(ContactKind, "How somebody is reached.")
shown(Verification, "Whether a bank account belongs to whom it should.")
shown(FamilySituation, "A person's household.")
shown(ProfessionalSituation, "Where a person's income comes from.")
shown(resolve.CompanyOrderField, "What companies are sorted by.")
shown(resolve.PersonOrderField, "What persons are sorted by.")


@strawberry.type(description="Where a company or person is found.")
class Address(Node):
    kind: AddressKind = strawberry.field(description="What it is for.")
    street: str = strawberry.field(description="Street and number.")
    street_2: str | None = strawberry.field(name="streetLine2", description="A second line.")
    postal_code: str | None = strawberry.field(description="As printed.")
    city: str = strawberry.field(description="As printed.")
    country: str = strawberry.field(description="Two letters of ISO 3166.")
    valid_from_on: date | None = strawberry.field(description="From which day; null for always.")
    valid_to_on: date | None = strawberry.field(description="Until which day, included; null while it holds.")


@strawberry.type(description="How a company or person is reached.")
class ContactPoint(Node):
    kind: ContactKind = strawberry.field(description="By what.")
    value: str = strawberry.field(description="The address or number.")


@strawberry.type(description="Where a company or person is paid. The number itself is never shown.")
class BankAccount(Node):
    masked_iban: str = strawberry.field(description="Country and last four characters of the number.")
    bic: str | None = strawberry.field(description="Of the bank.")
    holder_name: str = strawberry.field(description="The name the bank knows.")
    verification: Verification = strawberry.field(description="Whether the name was checked against the number.")
    valid_from_on: date | None = strawberry.field(description="From which day; null for always.")
    valid_to_on: date | None = strawberry.field(description="Until which day, included; null while it holds.")


@strawberry.interface(description="Whom a finance house does business with: a company or a person.")
class Party(Node):
    legal_name: str = strawberry.field(description="The name in the register, or the full name of a person.")
    country: str = strawberry.field(description="Where it is established, or where the person lives: two letters of ISO 3166.")
    addresses: list[Address] = answered_by(
        resolve.addresses, "Where it is found: at most 20, and none when it is not you or whom you act for.", size=20, usual=3
    )
    contact_points: list[ContactPoint] = answered_by(
        resolve.contact_points, "How it is reached: at most 20, and none when it is not you or whom you act for.", size=20, usual=3
    )
    bank_accounts: list[BankAccount] = answered_by(
        resolve.bank_accounts,
        "Where it is paid, the newest first: at most 20, and none when it is not you or whom you act for.",
        size=20,
        usual=3,
    )
    accounts: Connection[Annotated["Account", strawberry.lazy("schema.accounts")]] = answered_by(
        accounts.of_parties, "Its customer numbers that you reach.", usual=3
    )


@strawberry.type(description="A legal person.")
class Company(Party, Kept):
    trade_name: str | None = strawberry.field(description="The name it trades under.")
    legal_form: str | None = strawberry.field(description="SA, BV, GmbH...")
    enterprise_number: str | None = strawberry.field(description="Its number in the national register, as printed.")
    vat_number: str | None = strawberry.field(description="Its VAT number, as printed.")


@strawberry.type(description="A natural person.")
class Person(Party, Kept):
    given_name: str | None = strawberry.field(description="As in the passport.")
    family_name: str | None = strawberry.field(description="As in the passport.")
    born_on: date | None = strawberry.field(description="The day of birth.")
    family_situation: FamilySituation | None = strawberry.field(description="The household, as told to the finance house.")
    professional_situation: ProfessionalSituation | None = strawberry.field(
        description="Where income comes from, as told to the finance house."
    )


@strawberry.type
class PartyQuery:
    company: Company | None = answered_once_by(resolve.company, "One company; null when you reach none by this id.")
    companies: Connection[Company] = answered_once_by(resolve.companies, "The companies that you reach.")
    person: Person | None = answered_once_by(resolve.person, "One person; null when you reach none by this id.")
    persons: Connection[Person] = answered_once_by(resolve.persons, "The persons that you reach.")
