"""One value and what is written for it. Every case is held against graphql-core; what is expected stands here too, to be read."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from graphql import Undefined
from strawberry.schema.config import StrawberryConfig

from engine import Document, Library, Reason
from tests.engine.comparing import same
from tests.engine.drawn import STRANGE, USUAL
from tests.engine.happenings import Awaited, Object, Trouble, Value
from tests.engine.schema import SHAPES, Color

BY_SCALAR = {
    "String": "text_or",
    "Int": "int_or",
    "Float": "float_or",
    "Boolean": "flag_or",
    "ID": "id_or",
    "Date": "day_or",
    "DateTime": "at_or",
    "Decimal": "price_or",
    "Code": "code_or",
    "Color": "color_or",
    "Shade": "shade_or",
    "JSON": "json_or",
}
CAR = Object("Car", 0)


@pytest.mark.parametrize("way", ["plain", "batch", "sync", "slow"])
@pytest.mark.parametrize("scalar", BY_SCALAR)
async def test_every_value_of_every_scalar_is_written_or_refused_as_graphql_core_does(scalar: str, way: str):
    for value in [*USUAL[scalar], *STRANGE[scalar], None, Undefined, Trouble("plain", 1), Trouble("coded", 2, is_raised=False)]:
        shape = BY_SCALAR[scalar]
        await same(f"{{ sync_car_or {{ id {way}_{shape} }} }}", sync_car_or=CAR, **{f"{way}_{shape}": value})


@pytest.mark.parametrize("value", [None, Undefined])
@pytest.mark.parametrize("shape", [name for name in SHAPES if not name.endswith("_or")])
async def test_nothing_where_something_must_be_nulls_the_parent(shape: str, value: Any):
    below = "" if shape in ("text", "int", "price", "code", "color", "tags", "grid") else "{ __typename }"

    data, errors = await same(f"{{ sync_car_or {{ id plain_{shape} {below} }} }}", sync_car_or=CAR, **{f"plain_{shape}": value})

    assert data == {"sync_car_or": None}
    assert errors == {f"sync_car_or.plain_{shape}": f"Cannot return null for non-nullable field Car.plain_{shape}."}


async def test_an_exception_in_the_place_of_a_value_is_an_error_even_of_a_scalar_that_writes_anything():
    """`str(exception)` would be a fine Decimal."""
    data, errors = await same(
        "{ sync_car_or { plain_price_or plain_json_or } }", sync_car_or=CAR, plain_price_or=Trouble("plain", 1, False), plain_json_or=Trouble("type", 2, False)
    )  # fmt: skip

    assert data == {"sync_car_or": {"plain_price_or": None, "plain_json_or": None}}
    assert errors == {"sync_car_or.plain_price_or": "trouble 1", "sync_car_or.plain_json_or": "trouble 2"}


async def test_one_failing_value_leaves_its_neighbors_alone():
    """The fast way gives up at the first exception; the slow one goes on."""
    data, errors = await same(
        "{ sync_things { ...F } } fragment F on Thing { id plain_code_or plain_text_or }",
        sync_things=[Object("Car", 0), Object("Car", 1), Object("Car", 2)],
        plain_code_or=("ok", "bad", "ok"),
        plain_text_or=("a", "b", Trouble("coded", 3)),
    )

    assert [car["plain_code_or"] for car in data["sync_things"]] == ["<ok>", None, "<ok>"]
    assert [car["plain_text_or"] for car in data["sync_things"]] == ["a", "b", None]
    assert errors == {"sync_things.1.plain_code_or": "no code", "sync_things.2.plain_text_or": "trouble 3"}


async def test_a_scalar_that_says_nothing_of_a_value_has_failed():
    for word, shown in (("none", "None"), ("undefined", "Undefined")):
        data, errors = await same("{ sync_code_or }", sync_code_or=word)

        assert data == {"sync_code_or": None}
        assert errors["sync_code_or"].endswith(f"to return non-nullable value, returned: {shown}")


async def test_an_attribute_may_be_something_to_be_awaited():
    data, errors = await same(
        "{ sync_things { id plain_text plain_int_or plain_tags_or plain_spot_or { plain_text_or } } }",
        sync_things=[Object("Car", 0), Object("Boat", 1)],
        plain_text=(Awaited(Value("late"), 2), "now"),
        plain_int_or=(7, Awaited(Trouble("plain", 4))),
        plain_tags_or=(Awaited(Value(None)), ["a"]),
        plain_spot_or=(Awaited(Object("Spot", 1)), None),
        plain_text_or=("first", Awaited(Value("second"))),
    )

    assert data["sync_things"] == [
        {"id": "0", "plain_text": "late", "plain_int_or": 7, "plain_tags_or": None, "plain_spot_or": {"plain_text_or": "second"}},
        {"id": "1", "plain_text": "now", "plain_int_or": None, "plain_tags_or": ["a"], "plain_spot_or": None},
    ]
    assert errors == {"sync_things.1.plain_int_or": "trouble 4"}


async def test_an_enum_is_found_by_its_member_by_its_value_and_not_by_a_name_that_is_neither():
    data, errors = await same(
        "{ sync_things { plain_color_or } }",
        sync_things=[Object("Car", n) for n in range(3)],
        plain_color_or=(Color.BLUE, "blue", "AZURE"),
    )

    assert [car["plain_color_or"] for car in data["sync_things"]] == ["AZURE", "AZURE", None]
    assert list(errors) == ["sync_things.2.plain_color_or"]


async def test_an_enum_whose_value_is_none_is_still_null():
    assert await same("{ sync_car_or { plain_color_or } }", sync_car_or=CAR, plain_color_or=None) == (
        {"sync_car_or": {"plain_color_or": None}},
        {},
    )


async def test_an_enum_may_have_values_that_no_table_can_hold():
    data, _ = await same("{ sync_car_or { plain_shade_or } }", sync_car_or=CAR, plain_shade_or=Value(["#000", "#111"]))

    assert data == {"sync_car_or": {"plain_shade_or": "DARK"}}


@strawberry.type
class Days:
    """Scalars whose names say nothing of how they are written."""

    day: date
    at: datetime


@strawberry.type
class Query:
    @strawberry.field
    def days(self) -> Days:
        return Days(day=date(2026, 1, 2), at=datetime(2026, 1, 2, 3, tzinfo=UTC))


OWN: dict[object, Any] = {
    date: strawberry.scalar(name="Date", serialize=lambda day: f"{day:%d/%m/%Y}", parse_value=str),
    datetime: strawberry.scalar(name="DateTime", serialize=lambda at: int(at.timestamp()), parse_value=str),
}


async def asked(schema: strawberry.Schema, text: str, is_planned: bool = True, native: tuple[str, ...] = ()) -> Any:
    library = Library(schema, is_planned=is_planned, native=native)
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    return (await library.execute(document, operation, {}, None)), library.counts


async def test_scalars_are_known_by_themselves_and_not_by_their_names():
    schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=OWN))

    planned, counts = await asked(schema, "{ days { day at } }")
    core, _ = await asked(schema, "{ days { day at } }", is_planned=False)

    assert planned.data == core.data == {"days": {"day": "02/01/2026", "at": 1767322800}}
    assert counts == {"planned": 1}


async def test_only_what_the_writer_of_the_json_writes_alike_is_left_to_it():
    """A time without a zone, or of another, goes through the scalar."""
    here = timezone(timedelta(hours=2))
    for value in (datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 3), datetime(2026, 1, 2, 3, tzinfo=here)):
        data, _ = await same("{ sync_car_or { plain_at_or } }", sync_car_or=CAR, plain_at_or=value)

        assert data == {"sync_car_or": {"plain_at_or": value.isoformat()}}


def test_nobody_leaves_a_scalar_to_json_that_no_writer_is_known_to_write():
    with pytest.raises(ValueError, match="Time"):
        Library(strawberry.Schema(Query), native=["Time"])


async def test_a_scalar_that_has_to_be_awaited_is_left_to_graphql_core():
    async def written(value: Any) -> str:
        return f"{value:f}"

    @strawberry.type
    class Priced:
        @strawberry.field
        def price(self) -> Decimal:
            return Decimal("1.50")

    own = strawberry.scalar(name="Decimal", serialize=written, parse_value=str)
    schema = strawberry.Schema(Priced, config=StrawberryConfig(scalar_map={Decimal: own}))

    result, counts = await asked(schema, "{ price }")

    assert (result.data, counts) == ({"price": "1.50"}, {Reason.ASYNC_SCALAR: 1})
