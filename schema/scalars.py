"""How values look to clients, and which spellings are taken from them: one each.

A refused value is never repeated in the message. Writers are called for every value of every row, so text goes through as it is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NewType, NoReturn, TypeVar

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from models.sentences import Sentence

D = TypeVar("D", bound=date)
CurrencyCode = NewType("CurrencyCode", str)
Locale = NewType("Locale", str)
URL = NewType("URL", str)

PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,6})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", re.ASCII)
ADDRESS = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)
MOST_DIGITS, MOST_DECIMALS = 18, 6  # acts have narrower limits of their own, and say so with the path of the field
FIRST_DAY, LAST_DAY, NEVER = date(1900, 1, 1), date(2199, 12, 31), date(9999, 12, 31)


def decimal_text(value: str | Decimal) -> str:
    """Two decimals at least, and no zeros behind those: "10.00", "4.80", "4.125"."""
    text = value if isinstance(value, str) else format(value, "f")
    return text if text[-3:-2] == "." else _respelled(text)


@lru_cache(4_096)  # what has more decimals is rates, and a house has few
def _respelled(text: str) -> str:
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"


def decimal_of(given: Any) -> Decimal:
    """Only text: a JSON number has been a binary fraction on its way."""
    if not isinstance(given, str) or not PLAIN.fullmatch(given):
        refuse(Sentence('A Decimal is text in plain notation, such as "10.00", with at most {most} decimals.', most=MOST_DECIMALS))
    if sum(character.isdigit() for character in given) > MOST_DIGITS:
        refuse(Sentence("A Decimal has at most {most} digits.", most=MOST_DIGITS))
    return Decimal(given)


def date_text(value: date) -> str:
    """2026-11-24. A moment is no day."""
    if isinstance(value, datetime):
        raise TypeError("a moment is no day")
    return value.isoformat()


def date_of(given: Any) -> date:
    """One spelling of the many that ISO 8601 has."""
    if not isinstance(given, str) or not DAY.fullmatch(given):
        refuse('A Date is text like "2026-11-24".')
    day = _dated(date.fromisoformat, given, "There is no such day.")
    if not FIRST_DAY <= day <= LAST_DAY and day != NEVER:
        refuse(Sentence("A Date is from {first} to {last}, or {never} for never.", first=FIRST_DAY, last=LAST_DAY, never=NEVER))
    return day


def datetime_text(value: datetime) -> str:
    """In UTC, with a `Z`."""
    if value.utcoffset() is None:
        raise TypeError("a time without a zone is no instant")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def datetime_of(given: Any) -> datetime:
    """An instant: without its offset a time is half of one."""
    if not isinstance(given, str) or not INSTANT.fullmatch(given):
        refuse('A DateTime is text like "2026-11-24T09:30:00Z" or "2026-11-24T10:30:00+01:00".')
    moment = _dated(lambda text: datetime.fromisoformat(text).astimezone(UTC), given.upper(), "There is no such moment.")
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        refuse(Sentence("A DateTime is from {first} to {last}.", first=FIRST_DAY, last=LAST_DAY))
    return moment


def _dated(read: Callable[[str], D], given: str, otherwise: str) -> D:
    try:
        return read(given)
    except (ValueError, OverflowError):
        refuse(otherwise)


def _matching(pattern: re.Pattern[str], expected: str) -> Callable[[Any], str]:
    def read(given: Any) -> str:
        if not isinstance(given, str) or not pattern.fullmatch(given):
            refuse(expected)
        return given

    return read


def _as_it_is(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _literal_of(read: Callable[[Any], Any]) -> Callable[[ValueNode, Any], Any]:
    """As `read`, of a value that is written in the document: what is refused there says where, as any literal of a wrong type does."""

    def parse(node: ValueNode, variables: Any = None) -> Any:
        try:
            return read(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node, extensions={"code": "GRAPHQL_VALIDATION_FAILED"}) from None

    return parse


def refuse(message: str) -> NoReturn:
    """A `GraphQLError`, because graphql-core shows its message alone; any other exception it shows beside the value."""
    raise GraphQLError(message, extensions={"code": "BAD_USER_INPUT"}) from None


# For strawberry: which Python type is shown as which scalar.
SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description=(
            'An exact number as text in plain notation, such as "10.00" or "-4.125". Inputs have at most 18 digits, 6 of them '
            "decimals. JSON numbers are refused, because they are not exact. Answers have two decimals at least."
        ),
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
        serialize=decimal_text,
        parse_value=decimal_of,
        parse_literal=_literal_of(decimal_of),
    ),
    date: strawberry.scalar(
        name="Date",
        description='A day without a time, as text like "2026-11-24". Inputs are from 1900-01-01 to 2199-12-31, or 9999-12-31, which some '
        'systems write for "never".',
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=date_text,
        parse_value=date_of,
        parse_literal=_literal_of(date_of),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description='An instant. Answers are in UTC, like "2026-11-24T09:30:00Z"; inputs need an offset or a Z, and are from '
        "1900-01-01 to 2199-12-31.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=datetime_text,
        parse_value=datetime_of,
        parse_literal=_literal_of(datetime_of),
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description='A currency by the three letters of ISO 4217, such as "EUR".',
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=_as_it_is,
        parse_value=_matching(CURRENCY, 'A CurrencyCode is three capital letters, such as "EUR".'),
        parse_literal=_literal_of(_matching(CURRENCY, 'A CurrencyCode is three capital letters, such as "EUR".')),
    ),
    Locale: strawberry.scalar(
        name="Locale",
        description='A language, perhaps of a country, as in BCP 47: "fr", "nl-BE".',
        specified_by_url="https://www.rfc-editor.org/info/bcp47",
        serialize=_as_it_is,
        parse_value=_matching(LANGUAGE, 'A Locale is text like "fr" or "nl-BE".'),
        parse_literal=_literal_of(_matching(LANGUAGE, 'A Locale is text like "fr" or "nl-BE".')),
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute address of a page or file.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=_as_it_is,
        parse_value=_matching(ADDRESS, "A URL is an absolute address that begins with http:// or https://."),
        parse_literal=_literal_of(_matching(ADDRESS, "A URL is an absolute address that begins with http:// or https://.")),
    ),
}
