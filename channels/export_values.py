"""Whether a value is what its column takes, and how it is spelled from there on.

A check takes the text of a file, without blanks around it, and gives the text that PostgreSQL reads, or a tuple for lists; or either of
them with a note for the report. It raises `BadValue`.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal

import stdnum.exceptions
import stdnum.iban

from channels import export_spellings as spellings
from channels.export_days import ZERO_OF_UNIX, NoDay, no_day
from channels.export_faults import BadValue, Noted
from channels.export_format import Column, Kind
from channels.export_names import spelled
from channels.export_private import shown
from channels.iso_codes import COUNTRIES, CURRENCIES, NOT_IN_HUNDREDTHS

Value = str | tuple[str, ...] | None
Check = Callable[[str], str | tuple[str, ...] | Noted]

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
CONTROLS_BUT_NEWLINE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
PORTAL = re.compile(r"[a-z][a-z0-9-]{1,31}")
LONG_TEXT = 500  # from here on a text may have several lines
LONGEST_PATH, LONGEST_NAME = 500, 255
# Digits before the point and after it, as the database keeps them.
SIZES = {Kind.AMOUNT: (15, 2), Kind.PRICE: (12, 6), Kind.QUANTITY: (12, 6), Kind.RATE: (3, 6)}
NUMBERS = frozenset({*SIZES, Kind.INTEGER})


def check_of(column: Column) -> Check:
    """The check of one column, made once per file."""
    if column.kind in SIZES:
        return number_check(column)
    if column.kind in MAKERS:
        return MAKERS[column.kind](column)
    return CHECKS[column.kind]


def text_check(column: Column) -> Check:
    longest = column.max_length or LONG_TEXT
    controls = CONTROLS_BUT_NEWLINE if longest >= LONG_TEXT else CONTROLS
    form = re.compile(column.form.pattern) if column.form else None

    def check(value: str) -> str | Noted:
        if "\r" in value:  # the end of a line, as Windows writes it
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        if len(value) > longest:
            raise BadValue("text.length", f"{len(value)} characters, and {longest} are the most.")
        if controls.search(value):
            raise BadValue("text.control", "Control characters do not belong in a text.")
        if value != value.strip():
            raise BadValue("text.blanks", "Blanks around a value do not belong to it.")
        if form is not None and form.fullmatch(value) is None:
            raise BadValue("text.form", f"{shown(value)} is not {column.form.meaning if column.form else ''}.")
        return mangled(column, value) if "E+" in value or "e+" in value else value

    return check


def mangled(column: Column, value: str) -> str | Noted:
    """A long number that a spreadsheet has rounded is no key any more: two rows may have become one."""
    if not spellings.is_exponent(value):
        return value
    message = f"{value!r} is what a spreadsheet makes of a long number, and digits of it are lost: have the column written as text."
    if column.kind is not Kind.TEXT:
        raise BadValue("key.exponent", message)
    return Noted(value, "text.exponent", message)


def number_check(column: Column) -> Check:
    digits, decimals = SIZES[column.kind]
    is_bounded = column.minimum is not None or column.is_positive

    def check(value: str) -> str:
        match = NUMBER.fullmatch(value)
        if match is None or (match[2] and len(match[2]) > decimals):
            value = spellings.number(value, decimals) or value
            match = NUMBER.fullmatch(value)
        if match is None:
            raise BadValue("number", f"{shown(value)} is not a number: digits, a point and decimals.")
        whole, fraction = match.groups()
        if fraction is not None and len(fraction) > decimals:
            raise BadValue("number.decimals", f"{len(fraction)} decimals, and {decimals} are the most.")
        if len(whole) > digits:
            raise BadValue("number.range", f"{len(whole)} digits before the point, and {digits} are the most.")
        if is_bounded:
            bound(column, Decimal(value))
        return value

    return check


def integer_check(column: Column) -> Check:
    def check(value: str) -> str:
        match = NUMBER.fullmatch(value)
        if match is None or match[2] is not None:
            value = spellings.number(value, 0) or value
            match = NUMBER.fullmatch(value)
        if match is None or match[2] is not None or len(match[1]) > 19:
            raise BadValue("integer", f"{shown(value)} is not a whole number.")
        bound(column, Decimal(value))
        return value

    return check


def bound(column: Column, number: Decimal) -> None:
    if column.is_positive and number <= 0:
        raise BadValue("number.range", f"{number} is not more than zero.")
    if column.minimum is not None and number < column.minimum:
        raise BadValue("number.range", f"{number} is less than {column.minimum}.")
    if column.maximum is not None and number > column.maximum:
        raise BadValue("number.range", f"{number} is more than {column.maximum}.")


def enum_check(column: Column) -> Check:
    values = frozenset(column.values)

    def check(value: str) -> str:
        if value in values:
            return value
        for meant in (value.upper(), spellings.number(value, 0)):
            if meant in values:
                return str(meant)
        raise BadValue("enum", f"{shown(value)} is none of {', '.join(column.values)}.")

    return check


def list_check(column: Column) -> Check:
    """A list comes as one text, its values apart by blanks."""
    each = enum_check(column) if column.kind is Kind.ENUMS else text_check(column)

    def check(value: str) -> tuple[str, ...]:
        values = tuple(str(each(one)) for one in value.split(" ") if one)
        if len(values) != len(set(values)):
            raise BadValue("list.duplicate", "A value stands twice in the list.")
        return values

    return check


def day_check(column: Column) -> Check:
    def check(value: str) -> str | Noted:
        day = spellings.day(value)
        try:
            if DATE.fullmatch(day) is None:
                raise ValueError
            datetime.date.fromisoformat(day)
        except ValueError:
            raise BadValue("date", f"{shown(value)} is not a day of the calendar, such as 2026-11-24.") from None
        return meant_day(column, day, day)

    return check


def instant_check(column: Column) -> Check:
    def check(value: str) -> str | Noted:
        return meant_day(column, value[:10], instant(value))

    return check


def meant_day(column: Column, day: str, value: str) -> str | Noted:
    """The value, unless its day is one by which systems say that there is none."""
    said = no_day(day)
    if said is None:
        if day == ZERO_OF_UNIX and not column.is_any_day:
            return Noted(value, "date.zero", f"{day} is where computers begin to count: is it meant?")
        return value
    if column.required or column.no_day not in (NoDay.BOTH, said):
        raise BadValue("date.none", f"{day} stands for {said}, and a day is needed here.")
    return Noted(None, "date.none", f"{day} stands for {said}, and is read as no day.")


def instant(value: str) -> str:
    """In UTC. Raises `BadValue`."""
    spelled = spellings.instant(value)
    try:
        if spelled is None:
            raise ValueError
        return in_utc(datetime.datetime.fromisoformat(spelled)).isoformat()
    except ValueError:
        raise BadValue("instant", f"{shown(value)} is not an instant with its offset, such as 2026-11-24T09:30:00Z.") from None


def in_utc(at: datetime.datetime) -> datetime.datetime:
    """The first and the last day of the calendar have instants that UTC has not: what they stand for, their day says."""
    try:
        return at.astimezone(datetime.UTC)
    except OverflowError:
        return at


def boolean(value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise BadValue("boolean", f"{shown(value)} is neither true nor false.")
    return value.lower()


def country(value: str) -> str:
    if value.upper() not in COUNTRIES:
        raise BadValue("country", f"{shown(value)} is no country of ISO 3166-1, such as BE.")
    return value.upper()


def currency(value: str) -> str:
    if value.upper() not in CURRENCIES:
        raise BadValue("currency", f"{shown(value)} is no currency of ISO 4217, such as EUR.")
    if value.upper() in NOT_IN_HUNDREDTHS:
        raise BadValue(
            "currency.decimals", f"{shown(value)} has no hundredths, and amounts are kept with two decimals: it cannot be taken."
        )
    return value.upper()


def locale(value: str) -> str:
    spelled = spellings.locale(value)
    if spelled is None:
        raise BadValue("locale", f"{shown(value)} is not a locale such as nl or nl-BE.")
    return spelled


def iban(value: str) -> str:
    """Without blanks. The message does not repeat what may be somebody's account."""
    if len(value) > 42:
        raise BadValue("iban", "This is no IBAN.")
    try:
        return str(stdnum.iban.validate(value, check_country=False))
    except stdnum.exceptions.ValidationError:
        raise BadValue("iban", "This is no IBAN, or its check digits are wrong.") from None


def matching(rule: str, pattern: re.Pattern[str], meaning: str) -> Check:
    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise BadValue(rule, f"{shown(value)} is not {meaning}.")
        return value

    return check


def sha256(value: str) -> str:
    """The message says no more than the length: half of all hashes look like somebody's account."""
    if SHA256.fullmatch(value) is None:
        raise BadValue("sha256", f"A hash has 64 hexadecimal digits, from 0 to 9 and a to f; this has {len(value)} characters.")
    return value.lower()


def path(value: str) -> str:
    """A path inside the export: relative, no way up. With forward slashes from there on."""
    value = spelled(value)
    if len(value) > LONGEST_PATH or CONTROLS.search(value) or is_escaping(value):
        raise BadValue("path.escape", f"{shown(value)} is not a path inside the export.")
    return value


def is_escaping(value: str) -> bool:
    """Whether a path leads out, is spelled in a way that systems read differently, or has a part that no disk has."""
    parts = value.split("/")
    is_odd = "\\" in value or ":" in parts[0] or not all(parts)
    return is_odd or any(part in (".", "..") or len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in parts)


MAKERS: dict[Kind, Callable[[Column], Check]] = {
    Kind.TEXT: text_check,
    Kind.KEY: text_check,
    Kind.REFERENCE: text_check,
    Kind.INTEGER: integer_check,
    Kind.ENUM: enum_check,
    Kind.ENUMS: list_check,
    Kind.REFERENCES: list_check,
    Kind.DATE: day_check,
    Kind.INSTANT: instant_check,
}
CHECKS: dict[Kind, Check] = {
    Kind.BOOLEAN: boolean,
    Kind.COUNTRY: country,
    Kind.CURRENCY: currency,
    Kind.IBAN: iban,
    Kind.LOCALE: locale,
    Kind.SHA256: sha256,
    Kind.PORTAL: matching("portal", PORTAL, "the key of a portal"),
    Kind.PATH: path,
}
