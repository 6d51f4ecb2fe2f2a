"""The table of legal figures: read from the file that ships, or from the operator's own, which then holds alone.

How to edit it: `docs/money.md`. A file with a fault in it is refused as a whole, with every fault named by its place.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from finance.figure_kinds import KINDS, Form, misfits
from finance.figures import Audience, Certainty, Figure, Figures, Subject, disorders
from finance.money import exact
from finance.refusals import Unanswerable
from models.refusals import Fault, Invalid

SHIPPED = Path(__file__).with_name("legal_figures.toml")
FORMAT = 1
MOST_ENTRIES, MOST_BYTES = 5_000, 2_000_000
FIELDS: dict[str, type] = {
    "kind": str,
    "country": str,
    "audiences": list,
    "valid_from_on": date,
    "source": str,
    "certainty": str,
    "values": dict,
}
MAYBE: dict[str, type] = {"valid_to_on": date, "note": str}


def legal_figures(path: Path = SHIPPED) -> Figures:
    """The figures of this file. Raises `Invalid` with all its faults."""
    numbered = list(enumerate(_entries(path), 1))
    faults = [fault for number, entry in numbered for fault in _malformed(number, entry)]
    if faults:
        raise Invalid(tuple(faults))
    figures = [(number, figure) for number, entry in numbered for figure in _figures(number, entry)]
    faults = [_fault(number, name, words) for number, figure in figures for name, words in misfits(figure)]
    numbers = {id(figure): number for number, figure in figures}
    faults += [_fault(numbers[id(figure)], "valid_from_on", words) for figure, words in disorders(figure for _, figure in figures)]
    if faults:
        raise Invalid(tuple(dict.fromkeys(faults)))  # an entry for both audiences says some of them twice
    return Figures(figure for _, figure in figures)


def _entries(path: Path) -> list[dict[str, Any]]:
    """The entries as they are written, if it is a file of this format at all. Numbers with a point are exact, never floats."""
    try:
        written = path.read_bytes()
        table = tomllib.loads(written[:MOST_BYTES].decode("utf-8"), parse_float=_finite)
    except (OSError, ValueError) as error:  # unreadable, not UTF-8, not TOML, or a number without end
        raise Invalid((Fault((), "figures.unreadable", f"{path.name} cannot be read: {error}."),)) from error
    entries: Any = table.get("figure")
    is_list = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    if len(written) > MOST_BYTES or set(table) != {"format", "figure"} or table["format"] != FORMAT or not is_list:
        words = f"{path.name} is no table of legal figures: `format = {FORMAT}` and entries `[[figure]]`, in at most {MOST_BYTES} bytes."
        raise Invalid((Fault((), "figures.format", words),))
    if len(entries) > MOST_ENTRIES:
        raise Invalid((Fault((), "figures.many", f"{path.name} has more than {MOST_ENTRIES} entries."),))
    return list(entries)


def _finite(text: str) -> Decimal:
    """A number with a point, which TOML would also write `inf` or `nan`."""
    number = Decimal(text)
    exact(number)
    return number


def _malformed(number: int, entry: dict[str, Any]) -> Iterator[Fault]:
    """What an entry lacks, has too much or has wrongly, whatever its kind."""
    for name in sorted(entry.keys() - FIELDS.keys() - MAYBE.keys()):
        yield _fault(number, name, "is not a field of an entry")
    for name, form in (FIELDS | MAYBE).items():
        value = entry.get(name)
        if name not in entry and name in FIELDS:
            yield _fault(number, name, "is missing")
        elif name in entry and (not isinstance(value, form) or isinstance(value, datetime) or not value):
            yield _fault(number, name, f"is {value!r}, not a {form.__name__} with something in it")
    yield from _unknown_words(number, entry)


def _unknown_words(number: int, entry: dict[str, Any]) -> Iterator[Fault]:
    """Words that are not among those a field can have. Fields of the wrong form have been told already."""
    certainty, audiences, country = (entry.get(name) for name in ("certainty", "audiences", "country"))
    if isinstance(certainty, str) and certainty not in list(Certainty):
        yield _fault(number, "certainty", f"is {certainty!r}, none of {', '.join(Certainty)}")
    if isinstance(audiences, list) and not all(audience in list(Audience) and audiences.count(audience) == 1 for audience in audiences):
        yield _fault(number, "audiences", f"is {audiences!r}, not a list of {', '.join(Audience)}")
    if isinstance(country, str) and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        yield _fault(number, "country", f"is {country!r}, not a code of two capital letters")


def _figures(number: int, entry: dict[str, Any]) -> Iterator[Figure]:
    """One for each audience."""
    kind = KINDS.get(entry["kind"])
    forms = kind.values | kind.bands if kind else {}
    values = {name: _value(forms, name, value) for name, value in entry["values"].items()}
    for audience in entry["audiences"]:
        subject = Subject(entry["country"], Audience(audience), entry["kind"])
        try:
            yield Figure(subject, entry["valid_from_on"], values, entry["source"], Certainty(entry["certainty"]), entry.get("valid_to_on"))
        except Unanswerable as error:  # a number too large for an amount
            raise Invalid((_fault(number, "values", str(error)),)) from error


def _value(forms: dict[str, Form], name: str, value: Any) -> Any:
    """As written, but `10` is the exact figure 10 where one is asked for, and a list of bands a scale."""
    if type(value) is int and name in forms and forms[name].type is Decimal:
        return Decimal(value)
    if isinstance(value, list) and all(isinstance(band, dict) for band in value):
        return tuple({key: _value(forms, key, part) for key, part in band.items()} for band in value)
    return value


def _fault(number: int, name: str, words: str) -> Fault:
    return Fault(("figure", number, name), "figures.entry", f"Entry {number}: {name} {words}.")
