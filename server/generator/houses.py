"""Finance houses that do not exist: one world each, and five front doors between the four of them."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Door:
    """A portal of a house. `identity` is what its customers type; `mix` says how often each kind of contract is signed there."""

    key: str
    brand: str
    preset: str
    host: str
    identity: str
    mix: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class House:
    """A finance house: who it is in law, and what its world looks like. `companies` of a hundred customers are companies."""

    key: str
    legal_name: str
    country: str
    currency: str
    languages: tuple[str, ...]
    locale: str  # where its customers' names are from
    portals: tuple[Door, ...]
    companies: int
    vat_percent: Decimal
    creditor: str  # its national number in the creditor identifier
    is_invoicing: bool = False
    is_collecting: bool = False
    source: str = "erp"

    def door(self, key: str) -> Door:
        return next(door for door in self.portals if door.key == key)


HOUSES = (
    House(
        key="valdesenne",
        legal_name="Val de Senne Lease NV",
        country="BE",
        currency="EUR",
        languages=("nl", "fr"),
        locale="nl_BE",
        portals=(
            Door(
                key="valdesenne",
                brand="Val de Senne Lease",
                preset="customer-corner",
                host="valdesenne.localhost",
                identity="LOGIN_ID",
                mix=(("FINANCE_LEASE", 56), ("RENTAL", 20), ("HIRE_PURCHASE", 12), ("LOAN", 5), ("CREDIT_FACILITY", 3), ("INSURANCE", 4)),
            ),
        ),
        companies=94,
        vat_percent=Decimal(21),
        creditor="0797999934",
        is_invoicing=True,
    ),
    House(
        key="aubrelle",
        legal_name="Crédit Aubrelle SA",
        country="FR",
        currency="EUR",
        languages=("fr",),
        locale="fr_FR",
        portals=(
            Door(
                key="aubrelle",
                brand="Crédit Aubrelle",
                preset="cofidis",
                host="aubrelle.localhost",
                identity="EMAIL",
                mix=(("LOAN", 52), ("REVOLVING_CREDIT", 22), ("CONSOLIDATION", 15), ("INSURANCE", 11)),
            ),
        ),
        companies=0,
        vat_percent=Decimal(20),
        creditor="979991",
    ),
    House(
        key="skjaervik",
        legal_name="Skjærvik Inkasso AS",
        country="NO",
        currency="NOK",
        languages=("nb",),
        locale="no_NO",
        portals=(
            Door(
                key="skjaervik",
                brand="Skjærvik",
                preset="kredinor",
                host="skjaervik.localhost",
                identity="EXTERNAL",
                mix=(("CASE", 70), ("LOAN", 30)),
            ),
        ),
        companies=22,
        vat_percent=Decimal(25),
        creditor="979979979",
        is_collecting=True,
    ),
    House(
        key="orvanne",
        legal_name="Orvanne Finance SA",
        country="FR",
        currency="EUR",
        languages=("fr",),
        locale="fr_FR",
        portals=(
            Door(
                key="orvanne",
                brand="Carte Orvanne",
                preset="cofinoga",
                host="orvanne.localhost",
                identity="CARD_NUMBER",
                mix=(("REVOLVING_CREDIT", 78), ("INSURANCE", 10), ("LOAN", 12)),
            ),
            Door(
                key="nordelis",
                brand="Nordelis",
                preset="norrsken",
                host="nordelis.localhost",
                identity="EMAIL",
                mix=(("HIRE_PURCHASE", 38), ("LOAN", 44), ("RENTAL", 10), ("INSURANCE", 8)),
            ),
        ),
        companies=0,
        vat_percent=Decimal(20),
        creditor="979992",
    ),
)
