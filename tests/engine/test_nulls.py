"""How far a null goes up, and which errors stay. All held against graphql-core."""

import pytest

from tests.engine.comparing import same
from tests.engine.happenings import Object, Trouble

CAR = Object("Car", 0)
TROUBLE = Trouble("plain", 1)


@pytest.mark.parametrize("way", ["plain", "batch", "sync", "slow"])
@pytest.mark.parametrize("depth", range(5))
async def test_a_null_goes_up_to_the_first_field_that_may_be_null(depth: int, way: str):
    """`thing` may not be null, `car_or` may: the null stops there, however far below it began."""
    chain = f"{way}_thing {{ " * depth + f"{way}_text" + " }" * depth
    happen = {f"{way}_thing": CAR, f"{way}_text": TROUBLE}

    data, errors = await same(f"{{ sync_car_or {{ id {chain} }} once_text_or }}", sync_car_or=CAR, once_text_or="here", **happen)

    assert data == {"sync_car_or": None, "once_text_or": "here"}
    assert errors == {".".join(["sync_car_or", *[f"{way}_thing"] * depth, f"{way}_text"]): "trouble 1"}


@pytest.mark.parametrize("depth", range(4))
async def test_a_null_that_nothing_stops_nulls_the_answer(depth: int):
    chain = "batch_thing { " * depth + "batch_text" + " }" * depth

    data, errors = await same(f"{{ {chain} sync_text_or }}", batch_thing=CAR, batch_text=TROUBLE, sync_text_or="here")

    assert data is None
    assert len(errors) == 1


async def test_a_null_item_nulls_the_list_or_stays_where_it_is():
    text = "{ sync_things { plain_things_or { id } plain_spots_or { plain_int } plain_tags_or plain_codes_or plain_maze_or { id } plain_grid_or } }"
    happen = {
        "plain_things_or": [CAR, None],
        "plain_spots_or": [None],
        "plain_tags_or": ["a", None],
        "plain_codes_or": ["ok", "none"],
        "plain_maze_or": [[None]],
        "plain_grid_or": [["x"]],
    }

    data, errors = await same(text, sync_things=[CAR], **happen)

    assert data == {
        "sync_things": [
            {
                "plain_things_or": [{"id": "0"}, None],
                "plain_spots_or": [None],
                "plain_tags_or": ["a", None],
                "plain_codes_or": None,
                "plain_maze_or": [[None]],
                "plain_grid_or": [[None]],
            }
        ]
    }
    assert sorted(errors) == ["sync_things.0.plain_codes_or.1", "sync_things.0.plain_grid_or.0.0"]


async def test_an_object_that_must_be_there_nulls_the_list_it_is_missing_from():
    data, errors = await same(
        "{ sync_car_or { batch_spots { plain_int } } }", sync_car_or=CAR, batch_spots=[Object("Spot", 0), None], plain_int=1
    )

    assert data == {"sync_car_or": None}
    assert errors == {"sync_car_or.batch_spots.1": "Cannot return null for non-nullable field Car.batch_spots."}


async def test_several_failures_in_one_nulled_object_tell_of_one_at_least():
    data, errors = await same(
        "{ sync_car_or { batch_text sync_int slow_code id } }", sync_car_or=CAR, batch_text=TROUBLE, sync_int=None, slow_code="bad"
    )

    assert data == {"sync_car_or": None}
    assert errors


async def test_an_error_keeps_its_extensions_and_its_places():
    """A field that stands twice has two places."""
    text = "{ sync_car_or { sync_text_or ...F } } fragment F on Thing { sync_text_or }"

    await same(text, sync_car_or=CAR, sync_text_or=Trouble("coded", 5))
    await same(text, sync_car_or=CAR, sync_text_or=Trouble("graphql", 5))


async def test_one_of_several_types_is_nulled_by_its_own_fields():
    """The second pass has to know which type each object was of."""
    data, errors = await same(
        "{ sync_things { __typename ... on Car { x: plain_text_or } ... on Boat { y: plain_text } } sync_finds_or { ...on Rock { plain_int } ... on Car { doors } } }",
        sync_things=[Object("Boat", 0), Object("Car", 1)],
        sync_finds_or=[Object("Rock", 0), Object("Car", 0)],
        plain_text_or=TROUBLE,
        plain_text="fine",
        plain_int="x",
    )

    assert data == {
        "sync_things": [{"__typename": "Boat", "y": "fine"}, {"__typename": "Car", "x": None}],
        "sync_finds_or": [None, {"doors": 1000}],
    }
    assert sorted(errors) == ["sync_finds_or.0.plain_int", "sync_things.1.x"]
