"""What a call with an idempotency key asks for: equal for calls that mean the same, different for all others."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import orjson
import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st

from models.words import Described
from resolvers.mutations import as_sent
from schema import build
from schema.scalars import decimal_of


class Shade(Described):
    DARK = "dark", "Little light."


@strawberry.input
class Part:
    amount: Decimal
    on: date | None = None


@strawberry.input
class Asked:
    idempotency_key: str
    parts: list[Part]
    at: datetime | None = None
    shade: Shade | None = None
    text: str = ""


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=4), st.integers(0, 2))
def test_equal_amounts_are_the_same_however_they_are_spelled(amount: Decimal, zeros: int):
    plain = f"{amount:f}"
    longer = plain + "0" * zeros

    assert said([Part(amount=decimal_of(plain))]) == said([Part(amount=decimal_of(longer))])
    assert said([Part(amount=amount)]) != said([Part(amount=amount + Decimal("0.0001"))])


def test_nothing_is_nothing_with_any_sign():
    assert said([Part(amount=Decimal("-0.00"))]) == said([Part(amount=Decimal(0))])


def test_an_instant_is_the_same_in_any_zone_and_a_list_only_in_its_order():
    one, other = Part(amount=Decimal(1)), Part(amount=Decimal(2), on=date(2026, 3, 2))
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert said([], at=moment) == said([], at=moment.astimezone(timezone(timedelta(hours=5))))
    assert said([one, other]) != said([other, one])
    assert said([one], shade=Shade.DARK) != said([one])


def test_the_key_itself_is_no_part_of_what_is_asked_for():
    assert said([], key="one") == said([], key="two")


def said(parts: list[Part], key: str = "key", **more: Any) -> bytes:
    return orjson.dumps(as_sent(Asked(idempotency_key=key, parts=parts, **more)), option=orjson.OPT_SORT_KEYS)


ORIGINS: list[Any] = [getattr(kind.definition, "origin", None) for kind in build().schema_converter.type_map.values()]
KEYED = [origin for origin in ORIGINS if is_dataclass(origin) and any(f.name == "idempotency_key" for f in fields(origin))]


@pytest.mark.parametrize("input_type", KEYED, ids=lambda kind: str(kind.__name__))
def test_every_input_with_a_key_says_all_else_that_it_has(input_type: Any):
    empty = input_type(**{f.name: None for f in fields(input_type)})

    assert set(as_sent(empty)) == {f.name for f in fields(input_type)} - {"idempotency_key"}
    assert len(KEYED) >= 3
