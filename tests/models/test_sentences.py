"""What people read exists in every language of the portals, with the same values in it."""

from datetime import date
from decimal import Decimal

import pytest

from models.presets import PRESETS
from models.sentences import ENGLISH, LANGUAGES, Sentence, catalogue, shown_in, spoken
from tests.models.sentences_raised import names_in, raised, unnamed, unreadable

OTHERS = [language for language in LANGUAGES if language != ENGLISH]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    missing = {text: place for text, place in raised().items() if text not in catalogue(language)}
    assert missing == {}, f"add these to models/sentences/{language}.toml"


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    assert set(catalogue(language)) - set(raised()) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_sentence(language: str) -> None:
    assert [english for english, text in catalogue(language).items() if names_in(english) != names_in(text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_not_empty_and_not_english(language: str) -> None:
    same = {
        english for english, text in catalogue(language).items() if not text.strip() or (text == english and english != "{place}: {words}")
    }
    assert same == set()


def test_sentences_are_written_so_that_they_can_be_translated() -> None:
    assert unreadable() == []
    assert unnamed() == []


def test_the_scan_finds_sentences() -> None:
    assert len(raised()) > 150
    assert {"Not found.", "Give a name.", "At least {least} digits.", "Sign in first.", "A number is expected here."} <= set(raised())


def test_every_language_of_a_preset_has_a_catalogue() -> None:
    spoken_by_portals = {locale.partition("-")[0] for rules in PRESETS.values() for locale in rules.locales}
    assert spoken_by_portals <= set(LANGUAGES)


def test_values_are_spelled_as_the_language_does() -> None:
    sentence = Sentence("Between {least} and {most} may be borrowed.", least=Decimal("1250.5"), most=20_000)
    assert sentence == "Between 1,250.50 and 20,000 may be borrowed."
    assert shown_in("de-AT", sentence) == ("Der Kreditbetrag liegt zwischen 1.250,50 und 20.000.", "de-AT")
    day = Sentence("The last payment is due on {day}: nothing is repaid early then.", day=date(2026, 3, 1))
    assert "2026-03-01" in shown_in("fr", day).text


def test_what_no_catalogue_has_is_called_english() -> None:
    assert shown_in("fr", "Cannot query field 'x'.") == ("Cannot query field 'x'.", "en")
    assert shown_in("es", "Not found.") == ("Not found.", "en")


def test_text_of_a_client_is_never_a_template() -> None:
    place = Sentence("{place}: {words}", place="{words}", words=Sentence("A value is required here."))
    assert place == "{words}: A value is required here."
    assert shown_in("nl", place).text == "{words}: Hier is een waarde verplicht."


def test_the_language_asked_for_counts_where_no_portal_is_known() -> None:
    assert [spoken(("es", "nb-NO", "fr")), spoken(("es",)), spoken(())] == ["nb", "en", "en"]
