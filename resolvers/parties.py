"""How companies and persons are reached and paid."""

from models import Address, BankAccount, ContactPoint, Party
from resolvers.context import Info

MOST = 20
BY_KIND = ("kind", "id")


async def addresses(parties: list[Party], info: Info) -> list[list[Address]]:
    """Where each is found."""
    return await info.context.gate.first_children(Address, parties, "party_id", BY_KIND, MOST)


async def contact_points(parties: list[Party], info: Info) -> list[list[ContactPoint]]:
    """How each is reached."""
    return await info.context.gate.first_children(ContactPoint, parties, "party_id", BY_KIND, MOST)


async def bank_accounts(parties: list[Party], info: Info) -> list[list[BankAccount]]:
    """Where each is paid."""
    return await info.context.gate.first_children(BankAccount, parties, "party_id", ("-id",), MOST)
