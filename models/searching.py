"""How text is searched: the same as the functions of `models/migrations/searching`, which keep what is found. A test holds them equal."""

import re
import unicodedata
from typing import NamedTuple

from models.forms import DASHES, IGNORED_RANGES

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
UNREAD = re.compile(f"[{IGNORED_RANGES}{MARKS}\ud800-\udfff]")
UNPRINTED = re.compile(rf"[{IGNORED_RANGES}\ud800-\udfff\s./{DASHES}-]")
PARTS = (
    "\x00-/:-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02bc\u2010-\u205e\u2190-\u2bff\u3000-\u3004\u3008-\u3020"
)
BETWEEN = re.compile(f"[{PARTS}]+")
BETWEEN_DIGITS = re.compile(f"(?<=[0-9])[{PARTS}]+(?=[0-9])")
LETTERS = str.maketrans(dict(zip("\xf8\u0142\u0111\xf0\u0127\u0167\u0131\u014b", "olddhtin", strict=True)))
SEVERAL = str.maketrans({"\xdf": "ss", "\u1e9e": "ss", "\xe6": "ae", "\u0153": "oe", "\xfe": "th"})
UMLAUT, RING = re.compile("([aouAOU])\u0308"), re.compile("([aA])\u030a")
FEWEST_DIGITS, MOST_WORDS = 3, 8


class Sought(NamedTuple):
    """One word that is looked for: the beginnings of any of these will do."""

    beginnings: tuple[str, ...]


def search_key(printed: str) -> str:
    """A printed number without case, blanks, dashes, dots, slashes and what nobody sees. Anything else stands for itself."""
    folded_case = _case_folded(unicodedata.normalize("NFKD", printed))
    return UNPRINTED.sub("", unicodedata.normalize("NFKC", folded_case))


def folded(written: str) -> str:
    """Without case and accents."""
    plain = UNREAD.sub("", unicodedata.normalize("NFKD", written))
    return _case_folded(plain).translate(LETTERS).translate(SEVERAL)


def spelled_out(written: str) -> str:
    """The other way to write it in plain letters: Müller as Mueller."""
    plain = RING.sub(r"\1a", UMLAUT.sub(r"\1e", unicodedata.normalize("NFKD", written)))
    return folded(plain.replace("\xf8", "oe").replace("\xd8", "oe"))


def words_sought(typed: str) -> list[Sought]:
    """The words of what was typed. Digits that only blanks and signs part are one number."""
    plain, full = (BETWEEN_DIGITS.sub("", text) for text in (folded(typed), spelled_out(typed)))
    pairs = zip(_split(plain), _split(full), strict=True)
    return [Sought(tuple(dict.fromkeys([word, other, *_numbers(word)]))) for word, other in pairs]


def _numbers(word: str) -> list[str]:
    """The other beginnings of a number: without what dials abroad, and its last digits, which are kept from behind."""
    if not (word.isascii() and word.isdigit()) or len(word.lstrip("0")) < FEWEST_DIGITS:
        return []
    return [*([word.lstrip("0")] if word.startswith("0") else []), "~" + word.lstrip("0")[::-1]]


def _split(plain: str) -> list[str]:
    return [word for word in BETWEEN.split(plain) if word]


def _case_folded(decomposed: str) -> str:
    return "".join(other if len(other := letter.casefold()) == 1 else letter for letter in decomposed)
