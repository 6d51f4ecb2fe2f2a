"""The people of the demo: who they are, what they type to sign in, and what they may do. They are the same whatever the seed.

Their customers come first in every export, so an export is never smaller than them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    """A customer number that a demo person needs, and the kinds of contract it has. `holder` tells the parties of a house apart."""

    number: str
    holder: str
    name: str
    portal: str
    kinds: tuple[str, ...]
    is_company: bool = False
    legal_form: str | None = None


@dataclass(frozen=True)
class Right:
    """A profile: what a person may do on a customer number.

    `contracts` narrows it to the first so many of the customer's contracts, `document_kinds` and `documents_months` to papers of some
    kinds and of so many months.
    """

    customer: str
    role: str = "ADMINISTRATOR"
    basis: str = "HOLDER"
    contracts: int | None = None
    document_kinds: tuple[str, ...] = ()
    documents_months: int | None = None
    valid_months: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody to be in the demo. `joined_with` names another login of the same human, for the demo to join them."""

    key: str
    name: str
    house: str
    portal: str
    words: str
    identifiers: tuple[tuple[str, str], ...]
    rights: tuple[Right, ...]
    locale: str
    is_holder: str | None = None  # the party this person is
    joined_with: str | None = None

    @property
    def email(self) -> str:
        return f"{self.key}@{self.portal}.example"


LEASING = ("FINANCE_LEASE", "RENTAL", "HIRE_PURCHASE", "LOAN", "CREDIT_FACILITY", "INSURANCE", "FINANCE_LEASE")
CUSTOMERS: dict[str, tuple[Customer, ...]] = {
    "valdesenne": (
        Customer("100200300", "mill", "Molens van de Zenne NV", "valdesenne", LEASING, True, "NV"),
        Customer("100200301", "mill", "Molens van de Zenne NV", "valdesenne", ("RENTAL", "FINANCE_LEASE"), True, "NV"),
        Customer(
            "100200400", "farm", "Ferme du Grand Orme SRL", "valdesenne", ("FINANCE_LEASE", "HIRE_PURCHASE", "FINANCE_LEASE"), True, "SRL"
        ),
        Customer("100200500", "clinic", "Praktijk Wilgenhof BV", "valdesenne", ("FINANCE_LEASE", "RENTAL"), True, "BV"),
    ),
    "aubrelle": (
        # The same number as at Val de Senne Lease, on purpose: numbers are of one house only.
        Customer("100200300", "camille", "Camille Roussel", "aubrelle", ("LOAN", "REVOLVING_CREDIT", "INSURANCE")),
        Customer("100200310", "camille", "Camille Roussel", "aubrelle", ("CONSOLIDATION",)),
        Customer("100200400", "yanis", "Yanis Belkacem", "aubrelle", ("LOAN", "REVOLVING_CREDIT")),
    ),
    "skjaervik": (
        Customer("900100", "kari", "Kari Nordhagen", "skjaervik", ("CASE", "CASE", "LOAN")),
        Customer("900101", "kari", "Kari Nordhagen", "skjaervik", ("CASE",)),
        Customer("900200", "builder", "Fjellheim Bygg AS", "skjaervik", ("CASE", "CASE", "CASE"), True, "AS"),
    ),
    "orvanne": (
        Customer("800100", "hugo", "Hugo Marchetti", "orvanne", ("REVOLVING_CREDIT", "INSURANCE")),
        Customer("800200", "hugo", "Hugo Marchetti", "nordelis", ("HIRE_PURCHASE", "LOAN")),
        Customer("800300", "lina", "Lina Delorme", "nordelis", ("LOAN", "HIRE_PURCHASE", "RENTAL")),
        Customer("800310", "lina", "Lina Delorme", "nordelis", ("LOAN",)),
        Customer("800400", "ines", "Inès Vauthier", "orvanne", ("REVOLVING_CREDIT", "LOAN")),
        Customer("800410", "ines", "Inès Vauthier", "orvanne", ("REVOLVING_CREDIT",)),
    ),
}

BILLS = ("INVOICE", "CREDIT_NOTE")
LEGAL, VIEW = "LEGAL_REPRESENTATIVE", "VIEWER"
BANK_ID = "https://bankid.example"
PEOPLE: dict[str, tuple[Person, ...]] = {
    "valdesenne": (
        Person(
            "elise",
            "Élise Vanderelst",
            "valdesenne",
            "valdesenne",
            "of a company",
            (("LOGIN_ID", "111111111"),),
            (Right("100200300", basis=LEGAL),),
            "fr-BE",
        ),
        Person(
            "elise.two",
            "Élise Vanderelst",
            "valdesenne",
            "valdesenne",
            "her login for the same company's second customer number",
            (("LOGIN_ID", "111111113"),),
            (Right("100200301", basis=LEGAL),),
            "fr-BE",
            joined_with="elise",
        ),
        Person(
            "bram",
            "Bram Claessens",
            "valdesenne",
            "valdesenne",
            "of the same company",
            (("LOGIN_ID", "111111112"),),
            (Right("100200300", VIEW, "DELEGATED"),),
            "nl-BE",
        ),
        Person(
            "noor",
            "Noor Verhaegen",
            "valdesenne",
            "valdesenne",
            "of another company",
            (("LOGIN_ID", "222222221"),),
            (Right("100200400", basis=LEGAL),),
            "nl-BE",
        ),
        Person(
            "marc",
            "Marc Dewinter",
            "valdesenne",
            "valdesenne",
            "accountant of three companies",
            (("LOGIN_ID", "333333331"),),
            tuple(Right(number, VIEW, "DELEGATED") for number in ("100200300", "100200400", "100200500")),
            "nl-BE",
        ),
        Person(
            "sofie",
            "Sofie Lambrechts",
            "valdesenne",
            "valdesenne",
            "one contract and its invoices of the last year",
            (("LOGIN_ID", "444444441"),),
            (Right("100200300", VIEW, "ADMINISTRATIVE_CONTACT", 1, BILLS, 12),),
            "nl-BE",
        ),
    ),
    "aubrelle": (
        Person(
            "camille",
            "Camille Roussel",
            "aubrelle",
            "aubrelle",
            "borrower with two customer numbers",
            (("EMAIL", "camille@aubrelle.example"), ("LOGIN_ID", "100200300"), ("PHONE", "+33639980001")),
            (Right("100200300"), Right("100200310")),
            "fr",
            "camille",
        ),
        Person(
            "thomas",
            "Thomas Roussel",
            "aubrelle",
            "aubrelle",
            "co-borrower on the first of them",
            (("EMAIL", "thomas@aubrelle.example"), ("PHONE", "+33639980002")),
            (Right("100200300"),),
            "fr",
        ),
        Person(
            "nadia",
            "Nadia Belkacem",
            "aubrelle",
            "aubrelle",
            "guarantor: one contract and few papers",
            (("EMAIL", "nadia@aubrelle.example"),),
            (Right("100200400", VIEW, "GUARANTOR", 1, ("SIGNED_CONTRACT", "FINAL_AMORTIZATION_TABLE")),),
            "fr",
        ),
        Person(
            "yanis",
            "Yanis Belkacem",
            "aubrelle",
            "aubrelle",
            "borrower",
            (("EMAIL", "yanis@aubrelle.example"), ("LOGIN_ID", "100200400")),
            (Right("100200400"),),
            "fr",
            "yanis",
        ),
        Person(
            "leila",
            "Leïla Haddad",
            "aubrelle",
            "aubrelle",
            "budget adviser of two households",
            (("EMAIL", "leila@aubrelle.example"),),
            (Right("100200300", VIEW, "DELEGATED"), Right("100200400", VIEW, "DELEGATED")),
            "fr",
        ),
    ),
    "skjaervik": (
        Person(
            "kari",
            "Kari Nordhagen",
            "skjaervik",
            "skjaervik",
            "debtor with two customer numbers",
            (("EXTERNAL", f"{BANK_ID}|kari-nordhagen"),),
            (Right("900100"), Right("900101")),
            "nb",
            "kari",
        ),
        Person(
            "ola",
            "Ola Fossum",
            "skjaervik",
            "skjaervik",
            "for her, by a power of attorney of six months",
            (("EXTERNAL", f"{BANK_ID}|ola-fossum"),),
            (Right("900100", VIEW, "POWER_OF_ATTORNEY", valid_months=6),),
            "nb",
        ),
        Person(
            "ingrid",
            "Ingrid Fjellheim",
            "skjaervik",
            "skjaervik",
            "of a company with claims",
            (("EXTERNAL", f"{BANK_ID}|ingrid-fjellheim"),),
            (Right("900200", basis=LEGAL),),
            "nb",
        ),
        Person(
            "terje",
            "Terje Aune",
            "skjaervik",
            "skjaervik",
            "accountant of a company and a person",
            (("EXTERNAL", f"{BANK_ID}|terje-aune"),),
            (Right("900100", VIEW, "DELEGATED"), Right("900200", VIEW, "DELEGATED")),
            "nb",
        ),
    ),
    "orvanne": (
        Person(
            "hugo",
            "Hugo Marchetti",
            "orvanne",
            "orvanne",
            "card holder who also has a car at Nordelis",
            (("CARD_NUMBER", "30609790000000011"), ("EMAIL", "hugo@nordelis.example")),
            (Right("800100"), Right("800200")),
            "fr",
            "hugo",
        ),
        Person(
            "ines",
            "Inès Vauthier",
            "orvanne",
            "orvanne",
            "card holder with two customer numbers",
            (("CARD_NUMBER", "30609790000000029"),),
            (Right("800400"), Right("800410")),
            "fr",
            "ines",
        ),
        Person(
            "rose",
            "Rose Vauthier",
            "orvanne",
            "orvanne",
            "her sister's first customer number",
            (("FILE_NUMBER", "800901"),),
            (Right("800400", VIEW, "DELEGATED"),),
            "fr",
        ),
        Person(
            "denis",
            "Denis Aubert",
            "orvanne",
            "orvanne",
            "budget adviser of two card holders",
            (("FILE_NUMBER", "800902"),),
            (Right("800100", VIEW, "DELEGATED"), Right("800400", VIEW, "DELEGATED")),
            "fr",
        ),
        Person(
            "lina",
            "Lina Delorme",
            "orvanne",
            "nordelis",
            "borrower with two customer numbers",
            (("EMAIL", "lina@nordelis.example"),),
            (Right("800300"), Right("800310")),
            "fr",
            "lina",
        ),
        Person(
            "paul",
            "Paul Delorme",
            "orvanne",
            "nordelis",
            "her contracts",
            (("EMAIL", "paul@nordelis.example"),),
            (Right("800300", VIEW, "DELEGATED"),),
            "fr",
        ),
        Person(
            "sami",
            "Sami Khelifi",
            "orvanne",
            "nordelis",
            "budget adviser of two households",
            (("EMAIL", "sami@nordelis.example"),),
            (Right("800200", VIEW, "DELEGATED"), Right("800300", VIEW, "DELEGATED")),
            "fr",
        ),
    ),
}
