"""Rows that say by their class what small objects are made of: written from the row, and as if the objects had been made."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest
import strawberry

from engine import ByTypename, Document, Library
from engine.rows import Layout


class Amount(NamedTuple):
    number: Any
    unit: str = "EUR"


class Row:
    """A row of two columns. `made` counts the objects that somebody made of them."""

    __slots__ = ("number", "unit")
    LAYOUT = Layout({"number": 0, "unit": 1}, {name: {"number": "number", "unit": "unit"} for name in ("price", "rebate")})
    typename = "Ware"
    made = 0

    def __init__(self, number: Any, unit: Any = "EUR") -> None:
        self.number, self.unit = number, unit

    def __getitem__(self, place: int) -> Any:
        return (self.number, self.unit)[place]

    @property
    def price(self) -> Amount | None:
        Row.made += 1
        return None if self.number is None else Amount(self.number, self.unit)

    rebate = price


class Plain:
    """Another class of the same type, which says nothing."""

    __slots__ = ("price", "rebate")
    typename = "Ware"

    def __init__(self, number: Any) -> None:
        self.price = self.rebate = Amount(number)


class Loose(Row):
    """A class whose rows may have something else under the same name."""

    __slots__ = ("__dict__",)


@strawberry.type
class Price:
    number: int
    unit: str
    plus_one: int | None = None


@strawberry.interface
class Thing(ByTypename):
    price: Price
    rebate: Price | None


@strawberry.type
class Ware(Thing): ...


@strawberry.type
class Service(Thing): ...


class ServiceRow(Row):
    __slots__ = ()
    typename = "Service"


rows: list[Any] = []


@strawberry.type
class Query:
    @strawberry.field
    def wares(self) -> list[Ware]:
        return rows

    @strawberry.field
    def things(self) -> list[Thing | None]:
        return rows


SCHEMA = strawberry.Schema(Query, types=[Ware, Service])
ALL = "{ wares { __typename price { __typename number n: number unit } rebate { number } } }"
THINGS = "{ things { price { number unit } __typename rebate { unit } name: __typename } }"


async def both_ways(text: str, of: list[Any]) -> tuple[Any, int]:
    """The answer, by graphql-core and by a plan alike, and how many small objects the plan had made."""
    rows[:] = of
    results = []
    for is_planned in (False, True):
        Row.made = 0
        library = Library(SCHEMA, is_planned=is_planned)
        document = library.read(text)
        assert isinstance(document, Document)
        [operation] = document.operations.values()
        result = await library.execute(document, operation, {}, None)
        results.append((result.data, [(error.message, error.path) for error in result.errors or ()]))
    assert results[0] == results[1]
    return results[1], Row.made


async def test_a_small_object_is_written_from_the_row_and_never_made():
    (data, errors), made = await both_ways(ALL, [Row(1), Row(2, "USD")])

    price = {"__typename": "Price", "number": 2, "n": 2, "unit": "USD"}
    assert data["wares"][1] == {"__typename": "Ware", "price": price, "rebate": {"number": 2}}
    assert (errors, made) == ([], 0)


@pytest.mark.parametrize("of", [[Row(1), Plain(2)], [Plain(2), Row(1), Loose(4)], [Loose(3)], [Plain(2)]])
async def test_rows_of_classes_that_say_nothing_are_asked(of: list[Any]):
    (data, errors), _ = await both_ways(ALL, of)

    assert [ware["price"]["number"] for ware in data["wares"]] == [getattr(row, "number", 2) for row in of]
    assert errors == []


async def test_an_object_that_is_not_there_is_null_or_fails_in_its_place():
    (data, errors), _ = await both_ways("{ wares { rebate { number } } }", [Row(1), Row(None)])
    assert (data["wares"][1], errors) == ({"rebate": None}, [])

    (_, errors), _ = await both_ways(ALL, [Row(1), Row(None)])
    assert errors == [("Cannot return null for non-nullable field Ware.price.", ["wares", 1, "price"])]


@pytest.mark.parametrize("wrong", [Row(1, None), Row("much"), Row(ValueError("no"))])
async def test_a_part_that_fails_fails_as_it_would_in_the_object(wrong: Row):
    (_, errors), _ = await both_ways(ALL, [Row(1), wrong])

    assert errors


async def test_a_part_that_the_class_does_not_name_is_read_of_the_object():
    (data, _), made = await both_ways("{ wares { rebate { plusOne: unit number } price { unit } } }", [Row(1)])
    assert (data["wares"][0]["rebate"], made) == ({"plusOne": "EUR", "number": 1}, 0)

    (_, errors), made = await both_ways("{ wares { price { plusOne } } }", [Row(1)])
    assert (len(errors), made > 0) == (1, True)


async def test_rows_of_several_types_that_write_alike_keep_their_names_and_their_order():
    (data, errors), _ = await both_ways(THINGS, [ServiceRow(1), Row(2), ServiceRow(3)])

    assert [thing["__typename"] for thing in data["things"]] == ["Service", "Ware", "Service"]
    assert [list(thing) for thing in data["things"]] == [["price", "__typename", "rebate", "name"]] * 3
    assert errors == []


async def test_a_failure_among_rows_that_write_alike_is_that_of_its_own_type():
    (data, errors), _ = await both_ways(THINGS, [Row(2), ServiceRow(None), Row(3)])

    assert errors == [("Cannot return null for non-nullable field Service.price.", ["things", 1, "price"])]
    assert [thing and thing["name"] for thing in data["things"]] == ["Ware", None, "Ware"]


async def test_more_classes_than_are_remembered_are_written_like_any_others():
    kinds = [type(f"Row{i}", (Row,), {"__slots__": (), "LAYOUT": Row.LAYOUT}) for i in range(70)]
    library = Library(SCHEMA)
    document = library.read(ALL)
    assert isinstance(document, Document)
    [operation] = document.operations.values()

    for i, kind in enumerate(kinds):
        rows[:] = [kind(i)]
        result = await library.execute(document, operation, {}, None)
        assert result.data and result.data["wares"][0]["price"]["number"] == i


class Told(tuple[Any, ...]):
    """A row of a key and of what tells its type: a tuple, as those are that come from a database."""

    __slots__ = ()
    LAYOUT = Layout({"key": 0, "kind": 1}, {}, {"code": ("w-", "key")}, ("kind", {"W": "Sold", "S": "Lent", "X": "Nothing"}))
    asked = 0

    @property
    def key(self) -> Any:
        return self[0]

    @property
    def code(self) -> str:
        Told.asked += 1
        return f"w-{self[0].hex}"

    @property
    def typename(self) -> Any:
        Told.asked += 1
        return {"W": "Sold", "S": "Lent", "X": "Nothing"}.get(self[1])


@strawberry.interface
class Coded(ByTypename):
    code: strawberry.ID


@strawberry.type
class Sold(Coded): ...


@strawberry.type
class Lent(Coded): ...


@strawberry.type
class Codes:
    @strawberry.field
    def all(self) -> list[Coded | None]:
        return rows


CODES = strawberry.Schema(Codes, types=[Sold, Lent])


async def codes(of: list[Any]) -> tuple[Any, list[str], int]:
    """The answer, by graphql-core and by a plan alike, and what the plan asked of the rows."""
    rows[:] = of
    results = []
    for is_planned in (False, True):
        Told.asked = 0
        library = Library(CODES, is_planned=is_planned)
        document = library.read("{ all { __typename code } }")
        assert isinstance(document, Document)
        [operation] = document.operations.values()
        result = await library.execute(document, operation, {}, None)
        results.append((result.data, [error.message for error in result.errors or ()]))
    assert results[0] == results[1]
    return *results[1], Told.asked


async def test_ids_and_types_are_written_from_the_columns_they_are_made_of():
    keys = [UUID(int=number) for number in range(12)]

    data, errors, asked = await codes([Told((key, "WS"[key.int % 2])) for key in keys])

    assert [row["code"] for row in data["all"]] == [f"w-{key.hex}" for key in keys]
    assert [row["__typename"] for row in data["all"]] == ["Sold", "Lent"] * 6
    assert (errors, asked) == ([], 0)


@pytest.mark.parametrize("odd", [Told((UUID(int=1), "X")), Told((UUID(int=1), "?")), Told((None, "W")), Told((UUID(int=1), None))])
async def test_a_row_with_an_odd_key_or_type_fails_alone_and_as_it_would_by_itself(odd: Told):
    data, errors, _ = await codes([*[Told((UUID(int=number), "W")) for number in range(10)], odd])

    assert data["all"][10] is None
    assert [row["__typename"] for row in data["all"][:10]] == ["Sold"] * 10
    assert len(errors) == 1


async def test_what_a_layout_says_of_columns_that_were_not_read_is_not_used():
    """A row class names all its ids and types, whichever columns a statement has brought."""

    class Cut(Told):
        __slots__ = ()
        LAYOUT = Told.LAYOUT._replace(places={})

    data, errors, asked = await codes([Cut((UUID(int=number), "W")) for number in range(12)])

    assert [row["code"] for row in data["all"]] == [f"w-{UUID(int=number).hex}" for number in range(12)]
    assert errors == [] and asked > 0
