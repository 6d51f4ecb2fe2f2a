"""What a schema says of itself: as graphql-core says it, made once for all who ask, and never in the way of others."""

import asyncio
from typing import Any

import pytest
from graphql import get_introspection_query

from engine import Document, Library
from tests.engine.schema import SCHEMA, Context, World

NOTHING = World({})
FULL = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True)
ODD = [
    FULL,
    "{ __schema { queryType { name } } sync_text_or }",
    '{ a: __type(name: "Car") { name kind fields { name type { kind ofType { name } } } } b: __type(name: "Nothing") { name } }',
    "query ($d: Boolean!) { __schema { types { fields(includeDeprecated: $d) { name isDeprecated } } } }",
    "query ($d: Boolean!) { __schema { types @include(if: $d) { name } directives @skip(if: $d) { name args { defaultValue } } } }",
    "query ($n: String!) { __type(name: $n) { ...T } } fragment T on __Type { __typename enumValues { name } possibleTypes { name } interfaces { name } }",
]


def read(library: Library, text: str) -> Document:
    document = library.read(text)
    assert isinstance(document, Document), document
    return document


async def asked(library: Library, text: str, **variables: Any) -> Any:
    document = read(library, text)
    [operation] = document.operations.values()
    result = await library.execute(document, operation, variables, Context(NOTHING))
    return result.data, [error.formatted for error in result.errors or []]


@pytest.mark.parametrize("variables", [{"d": True, "n": "Car"}, {"d": False, "n": "Thing"}, {"d": True, "n": "é"}])
@pytest.mark.parametrize("text", ODD)
async def test_it_is_what_graphql_core_says(text: str, variables: dict[str, Any]):
    core = Library(SCHEMA, is_planned=False)
    library = Library(SCHEMA)

    for _ in range(2):
        assert await asked(library, text, **variables) == await asked(core, text, **variables)

    assert library.counts == {"planned": 2}


async def test_it_is_made_once_for_all_who_ask_the_same_in_whatever_words():
    library = Library(SCHEMA)
    texts = [
        "{ __schema { types { name kind } } }",
        "{ mine: __schema { types { name, kind } } }",
        "query A { __schema { ...S } } fragment S on __Schema { types { ... { name } kind } }",
        "query B($no: Boolean = false) { __schema { types { name kind description @include(if: $no) } } }",
    ]

    answers = [next(iter((await asked(library, text))[0].values())) for text in texts]

    assert library.descriptions.made == 1
    assert all(answer == answers[0] for answer in answers)


async def test_what_variables_choose_is_kept_apart():
    library, text = Library(SCHEMA), "query ($n: String!) { __type(name: $n) { name } }"

    assert [(await asked(library, text, n=name))[0]["__type"] for name in ("Car", "Boat", "Car")] == [
        {"name": "Car"},
        {"name": "Boat"},
        {"name": "Car"},
    ]
    assert library.descriptions.made == 2


async def test_others_have_a_turn_again_and_again_while_it_is_made():
    """Counted in turns of the loop and not in time: each of them ends after a few objects."""
    library, turns = Library(SCHEMA), 0
    read(library, FULL)

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(others())
    data, _ = await asked(library, FULL)
    other.cancel()

    fields = sum(len(type_["fields"] or ()) for type_ in data["__schema"]["types"])
    assert fields > 64
    assert turns >= fields // 64


async def test_what_is_kept_is_bounded_whatever_is_asked():
    library = Library(SCHEMA)
    shelf = library.descriptions.kept
    for number in range(3 * shelf.most):
        await asked(library, f"{{ __schema {{ types {{ a{number}: name }} }} }}")

    assert len(shelf) <= shelf.most
    assert shelf.weight <= shelf.heaviest


def test_the_depth_of_lists_is_bounded_as_graphql_core_recommends():
    library = Library(SCHEMA)
    errors = library.read("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }")

    assert {error.message for error in errors} == {"Maximum introspection depth exceeded"}  # type: ignore[union-attr]  # it is refused
