"""Companies and persons: finding them, and how they are reached and paid."""

from typing import Annotated

import strawberry

from models import Address, BankAccount, ContactPoint, Party, PartyWord
from models.words import Described
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, equal, numbered, together, worded
from resolvers.listings import Listing

MOST = 20
SEARCHED = (
    "Whose names, register numbers, e-mail addresses or telephone numbers contain each of these words, in any order, or a word that begins "
    "with it. Case and accents make no difference, and the last digits of a number are enough. At most 8 words."
)
BY_KIND = ("kind", "id")
BY_NAME = ("sort_name", "id")


@strawberry.input(description="Which companies.")
class CompanyFilter:
    name: str | None = strawberry.field(default=None, description="With exactly this name in the register.")
    enterprise_number: str | None = strawberry.field(
        default=None, description="With this number in the register. Case, blanks, dots, dashes and slashes make no difference."
    )
    search: str | None = strawberry.field(default=None, description=SEARCHED)


class CompanyOrderField(Described):
    """What companies are sorted by."""

    NAME = "sort_name", "The name in the register, as dictionaries sort it: accents and case come second."


@strawberry.input(description="In which order companies come.")
class CompanyOrder:
    field: CompanyOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which_companies(info: Info, filter: CompanyFilter | None) -> Conditions:
    asked = (
        together(
            equal("legal_name", filter.name),
            numbered("search_enterprise_number", filter.enterprise_number),
            worded(PartyWord, "party_id", filter.search),
        )
        if filter
        else []
    )
    return [("kind", "=", "COMPANY"), *asked]


@strawberry.input(description="Which persons.")
class PersonFilter:
    name: str | None = strawberry.field(default=None, description="With exactly this full name.")
    search: str | None = strawberry.field(default=None, description=SEARCHED)


class PersonOrderField(Described):
    """What persons are sorted by."""

    NAME = "sort_name", "The full name, as dictionaries sort it: accents and case come second."


@strawberry.input(description="In which order persons come.")
class PersonOrder:
    field: PersonOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which_persons(info: Info, filter: PersonFilter | None) -> Conditions:
    asked = together(equal("legal_name", filter.name), worded(PartyWord, "party_id", filter.search)) if filter else []
    return [("kind", "=", "PERSON"), *asked]


companies = Listing(Party, CompanyFilter, CompanyOrder, BY_NAME, "by name", _which_companies).everywhere()
persons = Listing(Party, PersonFilter, PersonOrder, BY_NAME, "by name", _which_persons).everywhere()


async def company(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a company.")]) -> Party | None:
    """One company in reach; a person is none."""
    return await _of_kind(info, id, "Company")


async def person(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a person.")]) -> Party | None:
    """One person in reach; a company is none."""
    return await _of_kind(info, id, "Person")


async def _of_kind(info: Info, gid: str, typename: str) -> Party | None:
    found = await info.context.gate.one(Party, gid)
    return found if found is not None and found.typename == typename and found.gid == gid else None


async def addresses(parties: list[Party], info: Info) -> list[list[Address]]:
    """Where each is found."""
    return await info.context.gate.first_children(Address, parties, "party_id", BY_KIND, MOST)


async def contact_points(parties: list[Party], info: Info) -> list[list[ContactPoint]]:
    """How each is reached."""
    return await info.context.gate.first_children(ContactPoint, parties, "party_id", BY_KIND, MOST)


async def bank_accounts(parties: list[Party], info: Info) -> list[list[BankAccount]]:
    """Where each is paid."""
    return await info.context.gate.first_children(BankAccount, parties, "party_id", ("-id",), MOST)
