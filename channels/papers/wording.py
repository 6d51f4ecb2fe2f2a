"""How papers speak: the texts of the catalogue, and numbers, days and money as the language and country write them."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

LANGUAGES = ("fr", "nl", "en", "de", "nb")
EXACT = "#,##0.00####"  # cents, and whatever is finer than that: no figure on a paper has more than six decimals, so none is rounded
NARROW, FIXED = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@lru_cache
def texts(language: str) -> Mapping[str, str]:
    """The catalogue of a language, by dotted keys: `letter.page`."""
    written = tomllib.loads((files("channels.papers") / "texts" / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({f"{section}.{key}": text for section, keys in written.items() for key, text in keys.items()})


class Wording:
    """One language, as it is written in one country. Where nobody has said how, as it is written at large."""

    def __init__(self, language: str, country: str) -> None:
        self.texts = texts(language)
        try:
            self.locale = Locale(language, territory=country)
        except UnknownLocaleError:
            self.locale = Locale(language)

    def say(self, key: str, **values: object) -> str:
        """A text with its blanks filled. Raises `KeyError` for one that the catalogue does not have."""
        return self.texts[key].format(**values)

    def day(self, day: date) -> str:
        """For tables: short, and never to be read as another day."""
        return str(format_date(day, "medium", self.locale))

    def long_day(self, day: date) -> str:
        """For sentences, kept on one line."""
        return str(format_date(day, "long", self.locale)).replace(" ", FIXED)

    def amount(self, amount: Decimal) -> str:
        """Without its currency, for columns."""
        return _apart(format_decimal(amount, EXACT, self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """With the letters of its currency, which say more than a sign that five countries share."""
        pattern = self.locale.currency_formats["standard"].pattern.replace("#,##0.00", EXACT)
        lettered = pattern.replace("¤#", f"¤{FIXED}#").replace("¤", "¤¤")
        return _apart(format_currency(amount, currency, lettered, self.locale, currency_digits=False))

    def percent(self, percent: Decimal) -> str:
        """4.8 for 4.8 %."""
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", EXACT)
        return _apart(format_percent(percent.scaleb(-2), pattern, self.locale))

    def country(self, code: str) -> str:
        """Its name; for one that nobody has named, its code."""
        return str(self.locale.territories.get(code, code))

    def months(self, months: int) -> str:
        return str(format_unit(months, "duration-month", "long", locale=self.locale))

    def number(self, number: int) -> str:
        return _apart(format_decimal(number, "#,##0", self.locale))


def _apart(number: str) -> str:
    """French puts the thinnest of blanks between thousands, which these fonts hardly show."""
    return number.replace(NARROW, FIXED)
