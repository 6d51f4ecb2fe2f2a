"""Spellings of other systems that can be meant in one way only, turned into the one that the format has.

Nothing here guesses: what has two readings, such as 1.234 or 03/04/2026, is left as it is, and refused.
"""

import re

# A sign before or, as SAP and COBOL write it, behind; no zero before the point, as Oracle writes it.
NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(-?)")
INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,12}))?)? ?(?:([Zz])|([+-][0-9]{2}):?([0-9]{2})?)"
)
# The day of a system whose days all have a time.
MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:[.,]0{1,12})?)?")
LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?")
# What a spreadsheet makes of a long number, or a program that takes an id for a measurement.
EXPONENT = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}")


def number(spelled: str, decimals: int) -> str | None:
    """Digits, a point and no more decimals than these; zeros beyond them are left out. None for anything else."""
    match = NUMBER.fullmatch(spelled)
    if match is None or not (match[2] or match[3]) or (match[1] and match[4]):
        return None
    fraction = match[3] or ""
    kept = fraction[:decimals] + fraction[decimals:].rstrip("0")
    sign = "-" if "-" in (match[1], match[4]) else ""
    return f"{sign}{match[2] or '0'}{'.' if kept else ''}{kept}"


def instant(spelled: str) -> str | None:
    """As ISO 8601 has it: a `T`, at most six decimals of a second, of which more are cut off, and a colon in the offset."""
    match = INSTANT.fullmatch(spelled)
    if match is None:
        return None
    day, minute, second, fraction, zulu, hours, minutes = match.groups()
    offset = "+00:00" if zulu else f"{hours}:{minutes or '00'}"
    return f"{day}T{minute}:{second or '00'}.{(fraction or '0')[:6].ljust(6, '0')}{offset}"


def day(spelled: str) -> str:
    """Without its midnight, which has no offset and so means the day."""
    match = MIDNIGHT.fullmatch(spelled)
    return match[1] if match else spelled


def locale(spelled: str) -> str | None:
    """`fr_be` as `fr-BE`."""
    match = LOCALE.fullmatch(spelled)
    if match is None:
        return None
    return f"{match[1].lower()}-{match[2].upper()}" if match[2] else match[1].lower()


def is_exponent(spelled: str) -> bool:
    """Whether it was a long number once, of which digits are lost."""
    return EXPONENT.fullmatch(spelled) is not None
