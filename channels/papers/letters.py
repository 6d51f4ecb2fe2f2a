"""What of a text a paper can show. The fonts are those of typst's wheel; a letter that none of them has would make the paper invalid."""

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from importlib.resources import files

MISSING = "\N{REPLACEMENT CHARACTER}"
LONGEST_TEXT = 1_000
LONGEST_WORD = 14.0  # that is not broken, in squares of a letter's height: what fits into the narrowest place there is
WIDE = frozenset("MWmw@%&")
MOST_MARKS = 3  # on one letter: a tower of them would stand on the lines above
BREAK = "\N{ZERO WIDTH SPACE}"
BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class Letters:
    """The code points of one font."""

    def __init__(self, ranges: str) -> None:
        pairs = [part.partition("-") for part in ranges.split()]
        self.starts = [int(first, 16) for first, _, _ in pairs]
        self.ends = [int(last or first, 16) for first, _, last in pairs]

    def have(self, character: str) -> bool:
        at = bisect_right(self.starts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.ends[at]

    def all(self) -> Iterator[str]:
        for start, end in zip(self.starts, self.ends, strict=True):
            yield from map(chr, range(start, end + 1))


FONTS = {
    name: Letters(ranges) for name, ranges in tomllib.loads((files("channels.papers") / "letters.toml").read_text(encoding="utf-8")).items()
}


def legible(text: str, most: int = LONGEST_TEXT) -> str:
    """The text on one line, as a paper shows it: at most so many characters, each of which one of the fonts has.

    Blanks and control characters become one blank. Marks that order or hide text without being seen are left out, so that nobody turns
    what stands beside them around. Words that would run out of the page may be broken anywhere.
    """
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    line = BLANKS.sub(" ", unicodedata.normalize("NFC", seen)).strip()
    if len(line) > most:
        line = f"{line[: most - 1]}…"
    return _broken([cluster if _is_shown(cluster) else MISSING for cluster in _clusters(line)])


def _clusters(line: str) -> Iterator[str]:
    """Letters with the marks that stand on them. A font shows all of a cluster or nothing."""
    cluster = ""
    for character in line:
        is_mark = unicodedata.category(character).startswith("M")
        if cluster and not is_mark:
            yield cluster
            cluster = ""
        if not is_mark or len(cluster) <= MOST_MARKS:
            cluster += character
    if cluster:
        yield cluster


def _is_shown(cluster: str) -> bool:
    return any(all(map(font.have, cluster)) for font in FONTS.values())


def _broken(clusters: list[str]) -> str:
    """With places where a word too long for a line may end."""
    shown, width = [], 0.0
    for cluster in clusters:
        width = 0.0 if cluster == " " else width + _width(cluster[0])
        if width > LONGEST_WORD:
            shown.append(BREAK)
            width = _width(cluster[0])
        shown.append(cluster)
    return "".join(shown)


def _width(letter: str) -> float:
    """As a part of its height, and rather too much."""
    if letter in WIDE or letter > "\u024f":
        return 1.0
    return 0.75 if letter.isupper() else 0.55
