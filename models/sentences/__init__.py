"""What people read when something is refused, in the languages of the portals.

A sentence is written in English where it is raised, and that text is its key in the catalogues beside this module, one for each other
language. Values are put in by name, so that every language has its own order of words, and its own signs in numbers.
"""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from babel.numbers import format_decimal

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr", "nb", "nl")
WHOLE, EXACT = "#,##0", "#,##0.00####"

Value = str | int | float | Decimal | date


class Sentence(str):
    """An English text that knows its template and its values: `Sentence("At most {most} rows.", most=100)`."""

    template: str
    values: dict[str, Value]

    def __new__(cls, template: str, /, **values: Value) -> "Sentence":
        made = super().__new__(cls, _filled(template, values, ENGLISH) if values else template)
        made.template, made.values = template, values
        return made


class Shown(NamedTuple):
    """A text, and the language it is really in."""

    text: str
    language: str


def shown_in(language: str, message: str) -> Shown:
    """The message in a language such as "fr" or "nl-BE"; as it is, in English, where the catalogue does not have it."""
    wanted = language.partition("-")[0].lower()
    template, values = (message.template, message.values) if isinstance(message, Sentence) else (message, {})
    translated = catalogue(wanted).get(template) if wanted in LANGUAGES[1:] else None
    if translated is None:
        return Shown(message, ENGLISH)
    return Shown(_filled(translated, values, wanted) if values else translated, language)


@cache
def catalogue(language: str) -> dict[str, str]:
    """The texts of one language by their English templates."""
    found = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    return {english: text for english, text in found.items() if isinstance(text, str)}


@lru_cache(256)
def spoken(wanted: tuple[str, ...]) -> str:
    """The first wanted language that there is a catalogue of, for requests whose portal is not known yet; else English."""
    names = (one.partition("-")[0].lower() for one in wanted)
    return next((name for name in names if name in LANGUAGES), ENGLISH)


def _filled(template: str, values: dict[str, Value], language: str) -> str:
    return template.format(**{name: _spelled(value, language) for name, value in values.items()})


def _spelled(value: Value, language: str) -> str:
    """Days as they are sent, numbers as people of the language write them."""
    if isinstance(value, Sentence):
        return shown_in(language, value).text
    if isinstance(value, str | date):
        return str(value)
    return format_decimal(value, EXACT if isinstance(value, Decimal) else WHOLE, locale=language)
