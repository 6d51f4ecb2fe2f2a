"""Writes realistic exports of finance houses that do not exist: for the demo, for trying the importer out, and for measuring it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from server.generator.accounts import Customers
from server.generator.contracts import Contracts
from server.generator.faults import Spoiled, spoil
from server.generator.houses import HOUSES, FrontDoor, House
from server.generator.people import FEWEST_ACCOUNTS, PEOPLE, ROLES, Person
from server.generator.writing import ExportWriter

__all__ = ["HOUSES", "PEOPLE", "ROLES", "FrontDoor", "House", "Person", "Spoiled", "generate", "spoil"]
CONTRACTS_AN_ACCOUNT = 3


def generate(
    folder: Path, house: House, seed: int, contracts: int, today: date, progress: Callable[[int], None] = lambda made: None
) -> dict[str, int]:
    """An export of this house in a new folder. Equal seeds and days give equal bytes. Gives how many rows of each type there are."""
    rng = Random(f"{house.key} {seed}")
    with ExportWriter(folder, house.key) as writer:
        customers, made = Customers(writer, house, rng, today), Contracts(writer, house, rng, today)
        for door in house.doors:
            _fill(door, customers, made, max(1, contracts // len(house.doors)), progress)
    return writer.counts


def _fill(door: FrontDoor, customers: Customers, made: Contracts, contracts: int, progress: Callable[[int], None]) -> None:
    """The customers of one portal with their contracts."""
    first = ""
    accounts = max(FEWEST_ACCOUNTS, contracts // CONTRACTS_AN_ACCOUNT)
    for place in range(accounts):
        customer = customers.customer(door, place)
        for _ in range(contracts // accounts + (place < contracts % accounts) or (place == 0)):
            contract = made.contract(customer)
            first = first or contract
            progress(1)
        if door.preset == "kredinor":
            _claims(customers, customer.id, place)
    customers.people(door, first)


def _claims(customers: Customers, account: str, place: int) -> None:
    """Two claims that the house collects for others."""
    rng = customers.rng
    for number in (1, 2):
        principal = Decimal(rng.randrange(400, 9_000))
        customers.writer.row(
            "cases",
            external_id=f"{account}-K{number}",
            account=account,
            number=f"SAK-{place:05d}-{number}",
            original_creditor=rng.choice(("Kraft AS", "Tele Nord AS", "Helse AS")),
            original_invoice_number=f"{rng.randrange(10**6):06d}",
            currency=customers.house.currency,
            principal_amount=principal,
            interest_amount=rng.randrange(1, 300),
            interest_percent="12.5",
            fees_amount="350.00",
            opened_on=customers.today - timedelta(days=rng.randrange(20, 400)),
            state=rng.choice(("OPEN", "OPEN", "ON_PLAN", "DISPUTED")),
        )
