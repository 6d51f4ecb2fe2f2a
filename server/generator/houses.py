"""The finance houses of the demo. They do not exist."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FrontDoor:
    """A portal of a house: `kinds` are the contracts that are shown there."""

    key: str
    brand: str
    preset: str
    kinds: tuple[str, ...]
    identifier: str  # what its people type


@dataclass(frozen=True)
class House:
    """A finance house. `faker` names the locale that its customers' names come from."""

    key: str
    legal_name: str
    country: str
    currency: str
    locale: str
    faker: str
    vat_percent: str
    doors: tuple[FrontDoor, ...]


LEASES = ("FINANCE_LEASE", "FINANCE_LEASE", "HIRE_PURCHASE", "RENTAL", "LOAN")
HOUSES = (
    House(
        "meuse", "Meuse Leasing SA", "BE", "EUR", "fr", "fr_BE", "21",
        (FrontDoor("meuse", "Meuse Leasing", "customer-corner", LEASES, "LOGIN_ID"),),
    ),
    House(
        "clairet", "Clairet Credit SA", "FR", "EUR", "fr", "fr_FR", "20",
        (FrontDoor("clairet", "Clairet", "cofidis", ("LOAN", "LOAN", "CONSOLIDATION", "REVOLVING_CREDIT", "INSURANCE"), "EMAIL"),),
    ),
    House(
        "fjordkrav", "Fjordkrav AS", "NO", "NOK", "nb", "no_NO", "25",
        (FrontDoor("fjordkrav", "Fjordkrav", "kredinor", ("LOAN",), "EXTERNAL"),),
    ),
    House(
        "arvenne", "Arvenne Finance SA", "FR", "EUR", "fr", "fr_FR", "20",
        (
            FrontDoor("arvenne-card", "Arvenne Card", "cofinoga", ("REVOLVING_CREDIT",), "CARD_NUMBER"),
            FrontDoor("arvenne-projects", "Arvenne Projects", "norrsken", ("LOAN", "FINANCE_LEASE"), "EMAIL"),
        ),
    ),
)  # fmt: skip
