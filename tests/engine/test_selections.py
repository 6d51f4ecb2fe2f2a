"""Which fields an operation selects: aliases, merged fields, fragments, conditions, `__typename`. All held against graphql-core."""

from typing import Any

import pytest

from engine import Document, Library
from tests.engine.comparing import same
from tests.engine.happenings import Object
from tests.engine.schema import SCHEMA

CAR, BOAT, ROCK = Object("Car", 0), Object("Boat", 1), Object("Rock", 2)


async def test_fields_of_one_response_key_are_merged_with_all_that_is_asked_below_them():
    data, _ = await same(
        "{ a: sync_car_or { id } a: sync_car_or { doors thing: batch_thing { id } } ...F } fragment F on Query { a: sync_car_or { thing: batch_thing { __typename } } }",
        sync_car_or=CAR,
        batch_thing=BOAT,
    )

    assert data == {"a": {"id": "0", "doors": 1000, "thing": {"id": "1", "__typename": "Boat"}}}


async def test_a_fragment_that_merged_fields_spread_twice_counts_once():
    """Else an error in it would have its place twice."""
    text = "{ sync_car_or { ...F } sync_car_or { ...F } } fragment F on Car { plain_int_or }"

    data, errors = await same(text, sync_car_or=CAR, plain_int_or="x")

    assert data == {"sync_car_or": {"plain_int_or": None}}
    assert list(errors) == ["sync_car_or.plain_int_or"]


async def test_one_response_key_may_be_another_field_in_another_type():
    data, _ = await same(
        "{ sync_things { ... on Car { x: doors y: batch_echo(first: 1) } ... on Boat { x: plain_int y: batch_echo(first: 2) } ... on Node { id } } }",
        sync_things=[CAR, BOAT],
        plain_int=5,
    )

    assert [(thing["x"], thing["id"]) for thing in data["sync_things"]] == [(1000, "0"), (5, "1")]
    assert [thing["y"][:17] for thing in data["sync_things"]] == ["0: {'first': 1, '", "1: {'first': 2, '"]


async def test_fragments_on_interfaces_of_interfaces_and_on_unions_apply_to_the_types_within():
    text = """{
        sync_finds_or { __typename ...OnNode ...OnThing ... on Find { ... on Rock { r: plain_int } } ... { ... on Spot { s: plain_int } } }
    }
    fragment OnNode on Node { id ...OnThing }
    fragment OnThing on Thing { t: plain_int ... on Car { doors } ... on Boat { sails } }"""

    data, _ = await same(text, sync_finds_or=[CAR, ROCK, Object("Spot", 3)], plain_int=7)

    assert data["sync_finds_or"] == [
        {"__typename": "Car", "id": "0", "t": 7, "doors": 1000},
        {"__typename": "Rock", "id": "2", "r": 7},
        {"__typename": "Spot", "s": 7},
    ]


async def test_typename_is_known_at_every_level_under_every_name():
    data, _ = await same(
        "{ __typename q: __typename sync_car_or { __typename a: __typename batch_node_or { b: __typename } } } ",
        sync_car_or=CAR,
        batch_node_or=ROCK,
    )

    assert data == {"__typename": "Query", "q": "Query", "sync_car_or": {"__typename": "Car", "a": "Car", "batch_node_or": {"b": "Rock"}}}
    assert (await same("mutation { __typename }"))[0] == {"__typename": "Mutation"}


CONDITIONS = [
    ("@skip(if: true)", {}),
    ("@skip(if: false)", {}),
    ("@include(if: true)", {}),
    ("@include(if: false)", {}),
    ("@skip(if: $a) @include(if: $b)", {"a": True, "b": True}),
    ("@include(if: $b) @skip(if: $a)", {"a": False, "b": True}),
    ("@skip(if: $a) @include(if: $b)", {"a": False, "b": False}),
    ("@include(if: $d)", {}),
    ("@include(if: $d)", {"d": False}),
    ("@skip(if: $n)", {}),
    ("@skip(if: $n)", {"n": False}),
    ("@skip(if: $n)", {"n": None}),
]
DECLARED = {"a": "Boolean!", "b": "Boolean!", "d": "Boolean! = true", "n": "Boolean = true"}


@pytest.mark.parametrize(("condition", "variables"), CONDITIONS)
async def test_conditions_hold_for_fields_for_fragments_and_for_spreads(condition: str, variables: dict[str, Any]):
    declared = ", ".join(f"${name}: {type_}" for name, type_ in DECLARED.items() if f"${name})" in condition)
    text = f"""query Q{f"({declared})" if declared else ""} {{
        __typename
        a: sync_text_or {condition}
        b: sync_car_or {condition} {{ id }}
        c: sync_car_or {{ id doors {condition} ... {condition} {{ x: id }} ...F {condition} ... on Car {condition} {{ y: batch_thing {{ id }} }} }}
        ...G {condition}
    }}
    fragment F on Thing {{ z: id {condition} }}
    fragment G on Query {{ g: __typename }}"""

    await same(text, None, variables, sync_text_or="t", sync_car_or=CAR, batch_thing=BOAT)


async def test_a_condition_without_a_value_is_what_graphql_core_says():
    """A nullable variable may stand there if it has a default, and may be null all the same."""
    text = "query ($n: Boolean = true) { sync_car_or { id @skip(if: $n) } }"

    data, errors = await same(text, None, {"n": None}, sync_car_or=CAR)

    assert data == {"sync_car_or": None}
    assert list(errors) == ["sync_car_or"]


async def test_where_everything_is_skipped_an_empty_object_is_left():
    assert await same("{ sync_car_or { id @skip(if: true) } }", sync_car_or=CAR) == ({"sync_car_or": {}}, {})
    assert await same("{ ... @include(if: false) { __typename } }") == ({}, {})


@pytest.mark.parametrize(
    "text",
    [
        "{ sync_car_or { ...F } } fragment F on Car { batch_car_or { ...F } }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "{ sync_car_or { id @upper } }",
        "{ sync_car_or @skip(if: 1) { id } }",
        "{ a: sync_text_or a: sync_int_or }",
        "{ a: sync_echo(first: 1) a: sync_echo(first: 2) }",
        "{ sync_car_or }",
        "{ sync_text_or { id } }",
        "{ nothing }",
        "query A { __typename } query A { __typename }",
        "query ($a: Int) { __typename }",
        "{ __typename @skip(if: $a) }",
    ],
)
def test_what_is_no_valid_document_gets_no_further(text: str):
    assert isinstance(Library(SCHEMA).read(text), list)


@pytest.mark.parametrize("way", ["plain", "batch"])
async def test_a_wide_operation(way: str):
    fields = " ".join(f"a{i}: {way}_text b{i}: {way}_thing {{ id }}" for i in range(200))

    data, _ = await same(f"{{ sync_things {{ {fields} }} }}", sync_things=[CAR, BOAT], **{f"{way}_text": "t", f"{way}_thing": CAR})

    assert len(data["sync_things"][1]) == 400


@pytest.mark.parametrize("way", ["plain", "batch", "sync", "slow"])
async def test_a_deep_operation(way: str):
    depth = 90
    chain = f"{way}_thing {{ id " * depth + f"{way}_text" + " }" * depth

    data, _ = await same(f"{{ sync_car_or {{ {chain} }} }}", sync_car_or=CAR, **{f"{way}_thing": CAR, f"{way}_text": "bottom"})

    at = data["sync_car_or"]
    for _ in range(depth):
        at = at[f"{way}_thing"]
    assert at == {"id": "0", f"{way}_text": "bottom"}


async def test_deep_failures_are_spread_without_running_out_of_stack():
    depth = 90
    chain = "batch_things_or { " * depth + "batch_text" + " }" * depth

    data, errors = await same(f"{{ sync_car_or {{ {chain} }} }}", sync_car_or=CAR, batch_things_or=[CAR], batch_text=None)

    at = data["sync_car_or"]
    for _ in range(depth - 1):
        [at] = at["batch_things_or"]
    assert at == {"batch_things_or": [None]}
    assert len(errors) == 1


def test_the_same_selection_on_the_same_type_is_compiled_once():
    """Or each level of an interface of n types would make the plan n times as large."""
    chain = "plain_thing { " * 12 + "id" + " }" * 12
    document = Library(SCHEMA).read(f"{{ sync_car_or {{ {chain} }} }}")
    assert isinstance(document, Document)

    document.plan_ahead()

    [plan] = document.plans.values()
    assert plan.size == 1 + 1 + 2 * 12  # type: ignore[union-attr]  # it was planned
