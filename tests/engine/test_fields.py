"""How fields are declared, and what their functions are handed, under both executors."""

import enum
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import pytest
import strawberry

from engine import BATCH, SIZE, ByTypename, Document, Library, answered_by, answered_once_by
from engine.compiler import MOST_FIELDS

Info = strawberry.Info[Any, None]
FIRST = strawberry.ID("1")
First = Annotated[int | None, strawberry.argument(description="How many at most.")]


@strawberry.enum
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Filter:
    colours: list[Colour] | None = None
    since: date | None = None


@dataclass
class Row:
    typename: str
    id: str
    label_text: str = "label"
    weight: int = 3


@dataclass
class Context:
    loaders: dict[Any, Any] = field(default_factory=dict)
    seen: list[Any] = field(default_factory=list)


async def its_siblings(parents: list[Row], info: Info, first: First = 2, filter: Filter | None = None) -> list[list[Row]]:
    info.context.seen.append((len(parents), first, filter))
    return [[Row("Car", f"{p.id}.{i}") for i in range(first or 0)] for p in parents]


async def all_things(info: Info, filter: Filter | None = None) -> list[Row]:
    info.context.seen.append(filter)
    return [Row("Car", "1"), Row("Boat", "2"), Row("Plane", "3"), Row("Car", "4")]


async def one_thing(info: Info, id: strawberry.ID = FIRST) -> Row:
    return Row("Boat", id)


@strawberry.interface
class Thing(ByTypename):
    id: strawberry.ID
    label: str = strawberry.field(name="title", description="What it is called.")


@strawberry.type
class Car(Thing):
    weight: int
    siblings: list[Thing] = answered_by(its_siblings, "Its like.", size=480)


@strawberry.type
class Boat(Thing):
    label_text: str


@strawberry.type
class Plane(Thing):
    weight: int = strawberry.field(name="mass")


@strawberry.type
class Query:
    things: list[Thing] = answered_once_by(all_things, "All.")
    thing: Thing | None = answered_once_by(one_thing, "One.")
    boat: Boat = answered_once_by(one_thing, "A boat.", name="ship", deprecation_reason="It sank.")


Row.label = property(lambda row: f"the {row.id}")  # type: ignore[attr-defined]
SCHEMA = strawberry.Schema(Query, types=[Car, Boat, Plane])


@pytest.fixture(params=[True, False], ids=["planned", "core"])
def library(request: pytest.FixtureRequest) -> Library:
    return Library(SCHEMA, is_planned=request.param)


async def ask(library: Library, text: str, values: dict[str, Any] | None = None, context: Any = None) -> Any:
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    result = await library.execute(document, operation, values or {}, context or Context())
    assert not result.errors, result.errors
    return result.data


def test_the_description_of_an_argument_is_in_the_schema() -> None:
    sdl = SCHEMA.as_str()

    assert '"""How many at most."""\n    first: Int = 2' in sdl
    assert 'ship(id: ID! = 1): Boat! @deprecated(reason: "It sank.")' in sdl


def test_the_size_and_the_function_of_a_field_are_in_its_metadata() -> None:
    declared = {f.python_name: f for f in Car.__strawberry_definition__.fields}  # type: ignore[attr-defined]

    assert declared["siblings"].metadata[SIZE] == 480
    assert declared["siblings"].metadata[BATCH] is its_siblings


async def test_rows_of_three_types_are_told_apart_by_their_typename(library: Library) -> None:
    data = await ask(library, "{things{__typename id title ...on Car{weight} ...on Boat{labelText} ...on Plane{mass}} thing{id} ship{id}}")

    assert data["things"] == [
        {"__typename": "Car", "id": "1", "title": "the 1", "weight": 3},
        {"__typename": "Boat", "id": "2", "title": "the 2", "labelText": "label"},
        {"__typename": "Plane", "id": "3", "title": "the 3", "mass": 3},
        {"__typename": "Car", "id": "4", "title": "the 4", "weight": 3},
    ]
    assert data["thing"] == data["ship"] == {"id": "1"}


async def test_arguments_arrive_as_strawberry_made_them_once_for_all_parents(library: Library) -> None:
    context = Context()

    await ask(
        library,
        "query Q($f: Filter){things(filter: $f){...on Car{siblings(filter: {colours: [BLUE]}){id}}}}",
        {"f": {"since": "2026-01-02"}},
        context,
    )

    assert context.seen == [Filter(since=date(2026, 1, 2)), (2, 2, Filter(colours=[Colour.BLUE]))]


async def test_a_library_counts_what_ran_where(library: Library) -> None:
    await ask(library, "{things{id}}")
    wide = " ".join(f"a{i}: __typename" for i in range(MOST_FIELDS // 6 + 1))  # of three types, in two places
    await ask(library, f"{{things{{...F}} more: things{{...F}}}} fragment F on Thing {{{wide}}}")

    assert library.counts == ({"planned": 1, "size": 1} if library.is_planned else {"switched off": 2})


async def test_a_document_is_weighed_before_it_is_validated() -> None:
    from graphql import GraphQLError

    library = Library(SCHEMA, weigh=lambda tree: GraphQLError("Too heavy."))

    [error] = library.read("{nope}")  # type: ignore[misc]

    assert error.message == "Too heavy."
