"""Rows that carry what they belong to: written with it, without asking the functions of those fields, and as if they had been asked."""

from collections.abc import Sequence
from typing import Any

import pytest
import strawberry

from engine import ByTypename, Document, Library, answered_by
from engine.rows import Layout, Prefetched

FIRMS = {"F": "Firm", "M": "Man", "X": "Nothing"}


class Owner(tuple[Any, ...]):
    """A name, and what tells the type."""

    __slots__ = ()
    LAYOUT = Layout({"name": 0, "kind": 1}, typenames=("kind", FIRMS))
    name = property(lambda row: row[0])
    kind = property(lambda row: row[1])
    typename = property(lambda row: FIRMS[row[1]])


class Shelf(tuple[Any, ...]):
    """A number, and behind it an owner."""

    __slots__ = ()
    LAYOUT = Layout({"number": 0})
    typename = "Shelf"
    number = property(lambda row: row[0])
    doubled = property(lambda row: 2 * row[0])
    owner = property(lambda row: None if row[1] is None else Owner(row[1:]))


OF_SHELF = Layout({"number": 2}, prefetched={"owner": Prefetched(Layout({"name": 3, "kind": 4}, typenames=("kind", FIRMS)), 3)})


class Book(tuple[Any, ...]):
    """A title and a page count, and behind them a shelf and its owner."""

    __slots__ = ()
    LAYOUT = Layout(
        {"title": 0, "pages": 1}, prefetched={"shelf": Prefetched(OF_SHELF, 2, "Shelf"), "place": Prefetched(OF_SHELF, 2, "Shelf")}
    )
    title = property(lambda row: row[0])
    pages = property(lambda row: row[1])
    shelf = property(lambda row: None if row[2] is None else Shelf(row[2:]))


class Silent(Book):
    """The same, which says nothing."""

    __slots__ = ()
    LAYOUT = Layout()


asked: list[str] = []


async def shelves(books: Sequence[Any], info: Any) -> list[Any]:
    asked.append("shelf")
    return [book.shelf for book in books]


async def owners(of: Sequence[Any], info: Any) -> list[Any]:
    asked.append("owner")
    return [shelf.owner for shelf in of]


async def every_other(of: Sequence[Any], info: Any, other: bool = False) -> list[Any]:
    asked.append("chosen")
    return [None if other else book.shelf for book in of]


@strawberry.interface
class Somebody(ByTypename):
    name: str


@strawberry.type
class Firm(Somebody): ...


@strawberry.type
class Man(Somebody): ...


@strawberry.type(name="Shelf")
class ShelfType(ByTypename):
    number: int
    doubled: int
    owner: Somebody | None = answered_by(owners, "Whose it is.")


@strawberry.type(name="Book")
class BookType:
    title: str
    pages: int
    shelf: ShelfType = answered_by(shelves, "Where it stands.")
    place: ShelfType | None = answered_by(shelves, "Where it stands, if anywhere.")
    chosen: ShelfType | None = answered_by(every_other, "With an argument.")


books: list[Any] = []


@strawberry.type
class Query:
    @strawberry.field
    def books(self) -> list[BookType | None]:
        return books


SCHEMA = strawberry.Schema(Query, types=[Firm, Man])


class Info:
    def __init__(self) -> None:
        self.loaders: dict[Any, Any] = {}


async def both_ways(text: str, of: list[Any]) -> tuple[Any, list[Any], list[str]]:
    """The answer, by graphql-core and by a plan alike, and which functions the plan asked."""
    books[:] = of
    results = []
    for is_planned in (False, True):
        asked.clear()
        library = Library(SCHEMA, is_planned=is_planned)
        document = library.read(text)
        assert isinstance(document, Document), document
        [operation] = document.operations.values()
        result = await library.execute(document, operation, {}, Info())
        results.append((result.data, [(error.message, error.path) for error in result.errors or ()]))
    assert results[0] == results[1]
    return *results[1], list(asked)


ALL = "{ books { title s: shelf { __typename n: number owner { __typename name kind: __typename } } place { owner { name } } } }"
ONE, TWO = Book(("Emma", 400, 7, "Austen & Co", "F")), Book(("Ulysses", 700, 8, "Joyce", "M"))


@pytest.mark.parametrize("of", [[ONE], [ONE, TWO] * 20])
async def test_what_a_row_carries_is_written_and_nobody_is_asked(of: list[Any]):
    data, errors, who = await both_ways(ALL, of)

    owner = {"__typename": "Firm", "name": "Austen & Co", "kind": "Firm"}
    assert data["books"][0] == {
        "title": "Emma",
        "s": {"__typename": "Shelf", "n": 7, "owner": owner},
        "place": {"owner": {"name": "Austen & Co"}},
    }
    assert (errors, who) == ([], [])


async def test_fields_come_in_the_order_in_which_they_are_asked_for():
    data, _, _ = await both_ways("{ books { pages shelf { owner { name } number } title } }", [ONE])

    assert list(data["books"][0]) == ["pages", "shelf", "title"]
    assert list(data["books"][0]["shelf"]) == ["owner", "number"]


async def test_what_is_not_there_is_null_or_fails_in_its_place():
    nowhere, unowned = Book(("Emma", 1, None, None, None)), Book(("Emma", 1, 7, None, None))

    data, errors, who = await both_ways("{ books { place { number owner { name } } } }", [ONE, nowhere, unowned])
    assert [book["place"] for book in data["books"][1:]] == [None, {"number": 7, "owner": None}]
    assert (errors, who) == ([], [])

    data, errors, _ = await both_ways("{ books { shelf { number } } }", [ONE, nowhere])
    assert data["books"] == [{"shelf": {"number": 7}}, None]
    assert errors == [("Cannot return null for non-nullable field Book.shelf.", ["books", 1, "shelf"])]


@pytest.mark.parametrize(
    "odd",
    [
        Book(("Emma", 1, "seven", "Austen", "F")),
        Book(("Emma", 1, 7, ValueError("no name"), "F")),
        Book(("Emma", 1, 7, "Austen", "X")),
        Book(("Emma", 1, 7, "Austen", "?")),
        Book(("Emma", 1, 7, "Austen", [])),
    ],
)
async def test_what_is_odd_in_it_fails_as_it_would_by_itself(odd: Any):
    data, errors, _ = await both_ways(ALL, [ONE, odd, TWO])

    assert errors
    assert [book and book["title"] for book in data["books"]][::2] == ["Emma", "Ulysses"]


async def test_a_failure_beside_it_leaves_it_as_it_is():
    """The second pass goes through all that was written, and does not know the types of what was written within a row."""
    wrong = Book(("Emma", "many", 7, "Austen", "F"))

    data, errors, who = await both_ways("{ books { place { owner { name __typename } } } more: books { pages } }", [ONE, wrong])

    assert data["books"][1]["place"] == {"owner": {"name": "Austen", "__typename": "Firm"}}
    assert (data["more"], who, len(errors)) == ([{"pages": 400}, None], [], 1)


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("{ books { shelf { doubled } } }", [ONE], ["shelf"]),  # a fact that no item of the row is
        ("{ books { shelf { number owner { ... on Firm { name } } } } }", [ONE], ["shelf", "owner"]),  # not alike for all types
        ("{ books { chosen { number } } }", [ONE], ["chosen"]),  # with an argument it may be another one
        ("{ books { shelf { number } } }", [Silent(ONE)], ["shelf"]),
        ("{ books { shelf { number } } }", [ONE, Silent(TWO)], ["shelf"]),
    ],
)
async def test_where_a_row_does_not_have_all_of_it_the_functions_are_asked(text: str, of: list[Any], expected: list[str]):
    _, errors, who = await both_ways(text, of)

    assert (errors, who) == ([], expected)
