"""Which type a value has, and what is said when it has none. All held against graphql-core."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import strawberry

from engine import ByTypename, Document, Library
from engine.rows import typename_of
from tests.engine.comparing import same
from tests.engine.happenings import Awaited, Object, Trouble, Value
from tests.engine.schema import CarRow, LooseRow

WAYS = ("plain", "batch", "sync", "slow")
NO_TYPES = ["Nothing", "Node", "Spot", "Rock", "", "String"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("typename", NO_TYPES)
async def test_a_value_of_no_type_that_may_be_here_fails_alone(typename: str, way: str):
    text = f"{{ once_car_or {{ {way}_things_or {{ __typename id }} {way}_thing_or {{ id }} {way}_car_or {{ id }} }} }}"
    happen: dict[str, Any] = {f"{way}_things_or": [Object("Boat", 0), Object(typename, 1)], f"{way}_thing_or": Object(typename, 2)}

    data, errors = await same(text, once_car_or=Object("Car", 0), **happen, **{f"{way}_car_or": Object(typename, 3)})

    assert data == {
        "once_car_or": {f"{way}_things_or": [{"__typename": "Boat", "id": "0"}, None], f"{way}_thing_or": None, f"{way}_car_or": None}
    }
    assert len(errors) == 3


async def test_rows_that_say_their_type_each_are_told_apart_from_rows_whose_class_says_it():
    data, _ = await same(
        "{ sync_things { __typename id ... on Boat { sails } } sync_nodes: sync_finds_or { __typename } }",
        sync_things=[Object("Car", 0), Object("Boat", 2), Object("Boat", 1)],
        sync_finds_or=[Object("Rock", 0), Object("Car", 0), Object("Spot", 0)],
    )

    assert [thing["__typename"] for thing in data["sync_things"]] == ["Car", "Boat", "Boat"]
    assert [found["__typename"] for found in data["sync_nodes"]] == ["Rock", "Car", "Spot"]


def test_a_class_says_the_type_of_its_rows_only_where_no_row_can_say_another():
    class Slotted:
        __slots__ = ()
        typename = "Car"

    class Open:
        typename = "Car"

    class Computed:
        __slots__ = ()

        @property
        def typename(self) -> str:
            return "Car"

    class Hidden(Slotted):
        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            return "Boat"

    assert [typename_of(kind) for kind in (Slotted, CarRow)] == ["Car", "Car"]
    assert [typename_of(kind) for kind in (Open, Computed, Hidden, LooseRow, str)] == [None] * 5


@dataclass
class Row:
    kind: Any
    name: str = "n"


def later(value: Any) -> Any:
    """Something to be awaited, which does not mind when nobody does."""
    return Awaited(Trouble("plain", 1) if isinstance(value, Exception) else Value(value), 1).made(None)


def told(row: Row, *_: Any) -> Any:
    """What a row's kind makes of the question which type it has: an answer, or one to wait for, or trouble."""
    if isinstance(row.kind, Exception):
        raise row.kind
    return row.kind


@strawberry.interface
class Animal:
    name: str

    @classmethod
    def resolve_type(cls, row: Any, info: Any, abstract: Any) -> Any:
        return told(row)


@strawberry.type
class Cat(Animal):
    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> Any:
        return True


@strawberry.type
class Dog(Animal):
    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> Any:
        return later(row.name != "wolf")


@strawberry.type
class Fish:
    name: str

    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> Any:
        if row.kind == "breaks":
            raise ValueError("is it?")
        return row.kind == "Fish"


@strawberry.type
class Bird:
    name: str

    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> Any:
        return bool(row.kind == "Bird")


@strawberry.type
class Query:
    @strawberry.field
    def animal(self, info: strawberry.Info[Any, None]) -> Animal | None:
        return info.context["row"]  # type: ignore[no-any-return]  # whatever the test says

    @strawberry.field
    def animals(self, info: strawberry.Info[Any, None]) -> list[Animal | None]:
        return [info.context["row"], Row("Cat"), Row(later("Cat"))]

    @strawberry.field
    def pet(self, info: strawberry.Info[Any, None]) -> Annotated[Fish | Bird, strawberry.union("Pet")] | None:
        return info.context["row"]  # type: ignore[no-any-return]  # as above

    @strawberry.field
    def fish(self, info: strawberry.Info[Any, None]) -> Fish | None:
        return info.context["row"]  # type: ignore[no-any-return]  # as above


SCHEMA = strawberry.Schema(Query, types=[Cat, Dog])
# What a row says, made anew for each run: some of it can be awaited only once.
SAID: dict[str, Any] = {
    "a name": lambda: Row("Cat"),
    "a name, later": lambda: Row(later("Cat")),
    "a name whose type is sure later": lambda: Row("Dog"),
    "both later": lambda: Row(later("Dog")),
    "a type that says no, later": lambda: Row("Dog", "wolf"),
    "nothing": lambda: Row(None),
    "nothing, later": lambda: Row(later(None)),
    "a number": lambda: Row(5),
    "a list": lambda: Row(["Cat"]),
    "a name that is none": lambda: Row("Unicorn"),
    "the interface": lambda: Row("Animal"),
    "a scalar": lambda: Row("String"),
    "another type": lambda: Row("Fish"),
    "another type, later": lambda: Row(later("Bird")),
    "trouble": lambda: Row(ValueError("no idea")),
    "trouble, later": lambda: Row(later(ValueError("no idea"))),
    "trouble of the type": lambda: Row("breaks"),
}


async def asked(text: str, row: Any, is_planned: bool) -> Any:
    library = Library(SCHEMA, is_planned=is_planned)
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    result = await library.execute(document, operation, {}, {"row": row})
    assert set(library.counts) == {"planned" if is_planned else "switched off"}
    return result.data, [error.formatted for error in result.errors or []]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("field", ["animal", "animals", "pet", "fish"])
async def test_whatever_is_said_of_a_type_comes_to_what_graphql_core_makes_of_it(field: str, said: str):
    below = {"pet": "", "fish": "name"}.get(field, "name ... on Dog { name }")
    text = f"{{ {field} {{ __typename {below} }} }}"

    planned, core = await asked(text, SAID[said](), True), await asked(text, SAID[said](), False)

    assert planned == core


@strawberry.interface
class Lonely(ByTypename):
    name: str


@strawberry.type
class Empty:
    @strawberry.field
    def lonely(self) -> Lonely | None:
        return Row("Lonely")  # type: ignore[return-value]  # rows stand for types


async def test_an_interface_that_nothing_implements_has_no_values():
    results = []
    for is_planned in (True, False):
        library = Library(strawberry.Schema(Empty), is_planned=is_planned)
        document = library.read("{ lonely { name } }")
        assert isinstance(document, Document)
        [operation] = document.operations.values()
        result = await library.execute(document, operation, {}, None)
        results.append((result.data, [error.formatted for error in result.errors or []]))

    assert results[0] == results[1]
    assert results[0][0] == {"lonely": None}
