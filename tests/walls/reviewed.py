"""`tests/policy.txt`, read as a person reads it: an x below a name, and what the row names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

POLICY_TXT = Path(__file__).parent.parent / "policy.txt"
Names = frozenset[str]


class Reviewed(NamedTuple):
    """Who may name which field of which type, and who may do what to which model."""

    fields: dict[tuple[str, str], Names]
    acts: dict[tuple[str, str], Names]


def reviewed(text: str) -> Reviewed:
    """All of it. What is in it twice is an error."""
    fields, acts = re.split(r"^ROWS: ", text, flags=re.MULTILINE)
    return Reviewed(_once(_fields(fields)), _once(_acts(acts)))


def _fields(text: str) -> Iterator[tuple[tuple[str, str], Names]]:
    for who, row in _rows(text):
        types, _, names = row.partition(": ")
        yield from (((type_, name), who) for type_ in types.split() for name in names.split())


def _acts(text: str) -> Iterator[tuple[tuple[str, str], Names]]:
    for who, row in _rows(text):
        actions, _, models = row.partition(": ")[0].partition(" on ")
        yield from (((model, action), who) for model in models.split() for action in actions.split())


def _rows(text: str) -> Iterator[tuple[Names, str]]:
    columns = {len(found[1]) // 2: found[2] for found in re.finditer(r"^((?:\| )*)([A-Z]+)$", text, re.MULTILINE)}
    whole = re.sub(r"\n {3,}", " ", text)  # a row goes on in the next line
    for marks, row in re.findall(r"^((?:[x.] )+) (.+)$", whole, re.MULTILINE):
        yield frozenset(columns[at] for at, mark in enumerate(marks.split()) if mark == "x"), row


def _once(pairs: Iterator[tuple[tuple[str, str], Names]]) -> dict[tuple[str, str], Names]:
    found: dict[tuple[str, str], Names] = {}
    for place, who in pairs:
        assert place not in found, place
        found[place] = who
    return found
