"""Whatever somebody is called, it stands on the paper: as it is, or visibly not."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.papers.letters import BREAK, FONTS, LONGEST_TEXT, MISSING, legible
from tests.channels.papers import PRESS

ALPHABETS = {
    "fr": "abcdefghijklmnopqrstuvwxyz àâæçéèêëîïôœùûüÿ ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ «»’…–— 0123456789 €%§°",
    "nl": "ĳĲ áéíóúýëïöüäèò ÁÉÍÓÚÝËÏÖÜÄÈÒ ‘’“”",
    "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ £&@#*+-/\\|_^~`'\"()[]{}<>=!?;:,.$",
    "de": "äöüßẞÄÖÜ „“‚‘",
    "nb": "æøåéèêóòâôÆØÅÉÈÊÓÒÂÔ −",
}
PAGE = b"""#set document(title: "Letters")
#set text(font: json(bytes(sys.inputs.fonts)), size: 4pt)
#let letters = json(bytes(sys.inputs.letters))
#letters
#text(weight: "semibold", letters)
"""


@pytest.mark.row("X-19", part="the letters of all five languages are in the fonts of the papers")
@pytest.mark.parametrize("language", ALPHABETS)
def test_the_letters_of_the_five_languages_are_printed_by_the_first_font(language: str):
    letters = unicodedata.normalize("NFC", ALPHABETS[language])
    assert {letter for letter in letters if not FONTS["Libertinus Serif"].have(letter)} == set()
    assert legible(letters).replace(BREAK, "") == letters


@pytest.mark.parametrize("font", FONTS)
def test_the_fonts_have_the_letters_that_are_said_of_them(font: str):
    """In both weights. The standard lets no paper be made with a letter missing, so printing all of them is the proof."""
    letters = [letter for letter in FONTS[font].all() if not unicodedata.category(letter).startswith("M")]
    assert len(letters) > 1_000
    inputs = {"fonts": json.dumps([font]), "letters": json.dumps(" ".join(letters))}
    assert PRESS.typeset(PAGE, inputs, 0).startswith(b"%PDF-")


def test_a_letter_that_no_font_has_is_shown_as_missing():
    assert legible("Zoë 漢字 😀 👨‍👩‍👧 \ufdfd") == f"Zoë {MISSING * 2} {MISSING} {MISSING * 3} {MISSING}"


def test_letters_written_from_right_to_left_stay():
    assert legible("שלום مرحبا") == "שלום مرحبا"


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u200f", "\u200b", "\u00ad", "\ufeff", "\u061c"])
def test_marks_that_turn_or_hide_text_are_left_out(mark: str):
    assert legible(f"10{mark}.00") == "10.00"


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\t", "\x00", "\u2028", "\u2029", "  ", "\u00a0", "\x85"])
def test_every_gap_is_one_blank(gap: str):
    assert legible(f" a{gap}b ") == "a b"


def test_a_letter_carries_three_marks_and_no_tower():
    assert legible("a" + "\u0301" * 200) == unicodedata.normalize("NFC", "a" + "\u0301" * 4)


def test_a_thousand_characters_stay_and_more_are_cut_visibly():
    assert legible("x " * 500) == ("x " * 500).strip()
    assert len(legible("x " * 501)) == LONGEST_TEXT
    assert legible("x " * 600).endswith("…")


def test_a_word_too_long_for_a_line_may_be_broken_and_a_number_is_not():
    assert BREAK not in legible("BE68539007547034") and BREAK not in legible("2026-000123456789")
    assert max(map(len, legible("W" * 200).split(BREAK))) <= 14


@given(st.text(max_size=1_200))
def test_nothing_is_left_that_no_font_has_and_it_is_so_the_first_time(text: str):
    shown = legible(text)
    assert legible(shown) == shown
    assert len(shown.replace(BREAK, "")) <= LONGEST_TEXT
    kinds = {unicodedata.category(letter) for letter in shown if letter != BREAK}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
