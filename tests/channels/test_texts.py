"""The catalogue is whole in every language: what is missing fails here, and not at a customer."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import ClassVar, get_args

import pytest

from channels.papers import LANGUAGES, Paper
from channels.papers.bodies import LEASES
from channels.papers.composing import composed
from channels.papers.values import ContractKind
from channels.papers.wording import Wording, texts
from tests.channels.papers import balance, credit, each, quote, schedule, situation

# Words that two languages share, or that all of them do.
ALIKE = {"letter.check_code", "quote.iban", "quote.bic"}
# requirements/glossary.md: the terms that papers are about, in the languages that they are printed in.
TERMS = {
    "title.SCHEDULE": ("Amortization schedule", "Tableau d’amortissement", "Aflossingstabel", "Tilgungsplan", "Nedbetalingsplan"),
    "title.SETTLEMENT_QUOTE": ("Settlement quote", "Décompte de remboursement anticipé", "Afrekening vervroegde terugbetaling", "Ablöseangebot", "Innfrielsesoppgave"),
    "letter.account_number": ("Customer number", "Numéro de client", "Klantnummer", "Kundennummer", "Kundenummer"),
    "kind.FINANCE_LEASE": ("Finance lease", "Crédit-bail", "Financiële leasing", "Finanzierungsleasing", "Finansiell leasing"),
    "kind.LOAN": ("Installment loan", "Prêt amortissable", "Lening op afbetaling", "Ratenkredit", "Nedbetalingslån"),
    "kind.REVOLVING_CREDIT": ("Revolving credit", "Crédit renouvelable", "Doorlopend krediet", "Revolvierender Kredit", "Rammekreditt"),
    "credit.nominal_rate": ("Nominal rate", "Taux débiteur", "Debetrente", "Sollzins", "Nominell rente"),
    "credit.apr": ("APR", "TAEG", "JKP", "Effektiver Jahreszins", "Effektiv rente"),
    "credit.first_rent": ("First increased rent", "Premier loyer majoré", "Verhoogde eerste huurprijs", "Sonderzahlung", "Startleie"),
    "credit.purchase_option": ("Purchase option", "Option d’achat", "Aankoopoptie", "Kaufoption", "Kjøpsopsjon"),
    "credit.residual_value": ("Residual value", "Valeur résiduelle", "Restwaarde", "Restwert", "Restverdi"),
    "item.COMPENSATION": ("Compensation for early repayment", "Indemnité de remboursement anticipé", "Wederbeleggingsvergoeding", "Vorfälligkeitsentschädigung", "Gebyr ved førtidig innfrielse"),
    "schedule.principal": ("Principal", "Capital", "Kapitaal", "Tilgung", "Avdrag"),
    "schedule.interest": ("Interest", "Intérêts", "Intrest", "Zinsen", "Renter"),
}  # fmt: skip


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.row("X-19", part="every text of papers exists in all five languages")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str):
    known, english = texts(language), texts("en")
    assert set(known) ^ set(english) == set()
    assert [key for key, text in known.items() if not text.strip() or text != text.strip()] == []
    assert [key for key, text in known.items() if blanks(text) != blanks(english[key])] == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_sentence_was_left_in_english(language: str):
    known, english = texts(language), texts("en")
    assert {key for key, text in known.items() if text == english[key] and len(text.split()) > 1} <= ALIKE


@pytest.mark.parametrize("key", TERMS)
def test_papers_use_the_terms_of_the_trade(key: str):
    assert tuple(texts(language)[key] for language in ("en", "fr", "nl", "de", "nb")) == TERMS[key]


class Read(dict[str, str]):
    """A catalogue that remembers what it was asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


def every_paper() -> Iterator[Paper]:
    yield from each()
    for kind in get_args(ContractKind):
        yield credit(contract_kind=kind)
    for months in (1, 2, 3, 4, 6, 12):
        yield credit(periodicity_months=months, timing="ADVANCE")
    yield schedule(status="PROVISIONAL")
    yield situation(overdue_amount="0.00", overdue=(), overdue_count=0)
    yield quote(is_binding=False, is_partial=True, quote_number="Q-1")
    yield balance()


def test_every_text_stands_on_some_paper():
    """And every text that some paper asks for is there: one that is not raises."""
    remembering = Wording("nb", "NO")
    remembering.texts = Read(texts("nb"))
    for paper in every_paper():
        composed(paper, remembering)
    assert set(remembering.texts) - Read.asked == set()


def test_leases_are_not_called_credits():
    titles = {kind: composed(credit(contract_kind=kind, language="en"))["heading"] for kind in get_args(ContractKind)}
    assert {kind for kind, title in titles.items() if title == "Financing certificate"} == LEASES
    assert re.search("credit", titles["LOAN"], re.IGNORECASE)
