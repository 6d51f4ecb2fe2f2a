"""Legal figures: caps, rates, scales and periods that the law sets, each from a day on. Data, never code.

A figure is looked up by country, audience, kind and day. One that is not in the table is a refusal that names it: nothing is guessed,
nothing is taken from another country, and a figure that has ended is not carried on. What each kind holds: `finance/figure_kinds.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, TypeVar

from finance.money import exact
from finance.refusals import Unanswerable

Scale = tuple[Mapping[str, Decimal], ...]
Value = Decimal | int | bool | str | Scale
V = TypeVar("V")


class Audience(StrEnum):
    """Whom a figure is for."""

    CONSUMER = "CONSUMER"
    PROFESSIONAL = "PROFESSIONAL"


class Certainty(StrEnum):
    """How sure a figure is: read in a source, or remembered and still to be checked against one."""

    SEEN = "seen"
    REMEMBERED = "remembered"


class Subject(NamedTuple):
    """What a figure is about. The country is a code of two letters, or EU for what holds in all of the union."""

    country: str
    audience: Audience
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} for {self.country} {self.audience}"


@dataclass(frozen=True, slots=True)
class Figure:
    """What the law sets from one day on: to a last day, where there is one, else until the next entry of the same subject."""

    subject: Subject
    valid_from_on: date
    values: Mapping[str, Value]
    source: str
    certainty: Certainty
    valid_to_on: date | None = None

    def __post_init__(self) -> None:
        exact(dict(self.values))

    def decimal(self, name: str) -> Decimal:
        """An amount, a rate or a factor."""
        return self._value(name, Decimal)

    def maybe_decimal(self, name: str) -> Decimal | None:
        """The same, or nothing where the law sets none."""
        return self.decimal(name) if name in self.values else None

    def count(self, name: str) -> int:
        """So many days, weeks, months or parts."""
        return self._value(name, int)

    def flag(self, name: str) -> bool:
        """Whether the law says so."""
        return self._value(name, bool)

    def text(self, name: str) -> str:
        """A word."""
        return self._value(name, str)

    def scale(self, name: str) -> Scale:
        """Bands, from the lowest to the highest."""
        return self._value(name, tuple)

    def _value(self, name: str, of: type[V]) -> V:
        value = self.values.get(name)
        if type(value) is not of:  # a truth value is an int to `isinstance`, and no number of days
            raise Unanswerable("figure.missing", f"the legal figure {self.subject} from {self.valid_from_on} has no {of.__name__} {name}")
        return value


class Figures:
    """A table of legal figures. Within a subject the entries ascend and do not overlap; between two there may be a gap."""

    def __init__(self, entries: Iterable[Figure]) -> None:
        self._entries = tuple(entries)
        if wrong := disorders(self._entries):
            raise Unanswerable("figures.order", "; ".join(words for _, words in wrong))
        self._series = {subject: _spells(series) for subject, series in _by_subject(self._entries).items()}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._entries)

    def on(self, country: str, audience: Audience, kind: str, day: date) -> Figure:
        """What holds on this day."""
        return self._on(Subject(country, audience, kind), day).figure

    def during(self, country: str, audience: Audience, kind: str, from_on: date, until_on: date) -> tuple[Figure, ...]:
        """What holds from one day to the day before another, change after change. A day in between without a figure is refused."""
        subject, found, day = Subject(country, audience, kind), [], from_on
        while day < until_on:
            spell = self._on(subject, day)
            found.append(spell.figure)
            if spell.last_on >= until_on:
                break
            day = spell.last_on + timedelta(days=1)
        return tuple(found)

    def _on(self, subject: Subject, day: date) -> "_Spell":
        for spell in self._series.get(subject, ()):
            if spell.figure.valid_from_on <= day <= spell.last_on:
                return spell
        raise Unanswerable("figure.missing", f"the legal figure {subject} on {day} is not in the table")


class _Spell(NamedTuple):
    """A figure and the last day on which it holds."""

    figure: Figure
    last_on: date


def disorders(entries: Iterable[Figure]) -> list[tuple[Figure, str]]:
    """The entries that do not come after the one before them, or end before they begin, each with what is wrong in words."""
    entries = tuple(entries)
    wrong = [
        (figure, f"{figure.subject} from {figure.valid_from_on} ends before it begins, on {figure.valid_to_on}")
        for figure in entries
        if figure.valid_to_on is not None and figure.valid_to_on < figure.valid_from_on
    ]
    for series in _by_subject(entries).values():
        for earlier, later in pairwise(series):
            if later.valid_from_on <= (earlier.valid_to_on or earlier.valid_from_on):
                wrong.append((later, f"{later.subject} from {later.valid_from_on} does not come after the entry before it"))
    return wrong


def _by_subject(entries: Iterable[Figure]) -> dict[Subject, list[Figure]]:
    series: dict[Subject, list[Figure]] = {}
    for figure in entries:
        series.setdefault(figure.subject, []).append(figure)
    return series


def _spells(series: list[Figure]) -> tuple[_Spell, ...]:
    """Each figure to its own last day, else to the day before the next, else for good."""
    nexts = [figure.valid_from_on - timedelta(days=1) for figure in series[1:]] + [date.max]
    return tuple(_Spell(figure, figure.valid_to_on or last_on) for figure, last_on in zip(series, nexts, strict=True))
