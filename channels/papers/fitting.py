"""How large the letters of a table may be, so that its widest row stands on the page: amounts are never broken."""

from collections.abc import Sequence
from dataclasses import dataclass

UPRIGHT, LANDSCAPE = 474.0, 721.0  # points between the margins of A4
CHARACTER = 0.53  # of the size of the letters: figures, and the letters between them
PADDING = 8.0  # points a column
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)


@dataclass(frozen=True)
class Fit:
    """The size of the letters in points, and which way the page lies."""

    size: float = SIZES[0]
    is_landscape: bool = False
    widths: tuple[float, ...] = ()  # of the columns, in proportion to each other


def fitted(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Fit:
    """Upright as long as the letters can be read well, then landscape, then as small as it takes. Words of the head may stand in lines."""
    longest = [max(_longest_word(title), *(len(row[n]) for row in rows)) for n, title in enumerate(head)]
    for width, is_landscape in ((UPRIGHT, False), (LANDSCAPE, True)):
        for size in SIZES:
            widths = _widths(longest, size)
            if sum(widths) <= width:
                return Fit(size, is_landscape, widths)
    size = (LANDSCAPE - PADDING * len(longest)) / (CHARACTER * sum(longest))
    return Fit(size, True, _widths(longest, size))


def _widths(longest: Sequence[int], size: float) -> tuple[float, ...]:
    return tuple(round(characters * CHARACTER * size + PADDING, 2) for characters in longest)


def _longest_word(title: str) -> int:
    return max(map(len, title.split()), default=0)
