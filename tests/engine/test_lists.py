"""Lists, and what is given where lists are expected. All held against graphql-core."""

from typing import Any

import pytest

from tests.engine.comparing import same
from tests.engine.happenings import Awaited, Many, Object, Trouble, Value

CAR, BOAT = Object("Car", 0), Object("Boat", 1)
WAYS = ("plain", "batch", "sync", "slow")
NO_LISTS: list[Any] = ["text", b"bytes", 5, {"a": 1}, 1.5, object]
LISTS = {"tags_or": "", "spots_or": " { plain_text_or }", "grid_or": "", "maze_or": " { __typename }"}


def asked(way: str, shape: str) -> str:
    return f"{{ sync_car_or {{ {way}_{shape}{LISTS[shape]} }} }}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", LISTS)
async def test_what_cannot_be_gone_through_is_refused(shape: str, way: str):
    """Text and mappings can, and are refused all the same."""
    for value in NO_LISTS:
        data, errors = await same(asked(way, shape), sync_car_or=CAR, **{f"{way}_{shape}": Value(value)})

        assert data == {"sync_car_or": {f"{way}_{shape}": None}}
        assert errors == {f"sync_car_or.{way}_{shape}": f"Expected Iterable, but did not find one for field 'Car.{way}_{shape}'."}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", ["list", "tuple", "generator", "async"])
async def test_what_can_be_gone_through_is_a_list(how: str, way: str):
    text = f"{{ sync_car_or {{ {way}_tags_or {way}_spots_or {{ plain_int }} }} }}"
    happen = {f"{way}_tags_or": Many((Value("a"), Value(None)), how), f"{way}_spots_or": Many((Object("Spot", 0), Value(None)), how)}

    data, errors = await same(text, sync_car_or=CAR, plain_int=5, **happen)

    assert data == {"sync_car_or": {f"{way}_tags_or": ["a", None], f"{way}_spots_or": [{"plain_int": 5}, None]}}
    assert errors == {}


@pytest.mark.parametrize("how", ["generator", "async"])
async def test_what_breaks_off_on_the_way_has_failed_as_a_whole(how: str):
    happen = {"plain_tags_or": Many((Value("a"),), how, is_broken=True), "slow_spots_or": Many((Object("Spot", 0),), how, is_broken=True)}

    data, errors = await same("{ sync_car_or { plain_tags_or slow_spots_or { plain_int } } }", sync_car_or=CAR, plain_int=5, **happen)

    assert data == {"sync_car_or": {"plain_tags_or": None, "slow_spots_or": None}}
    assert errors == {"sync_car_or.plain_tags_or": "broke off", "sync_car_or.slow_spots_or": "broke off"}


async def test_items_may_be_awaited_one_by_one_and_fail_one_by_one():
    text = "{ sync_car_or { plain_tags_or batch_spots_or { plain_text_or } slow_grid_or } }"
    tags = [Awaited(Value("a"), 2), "b", Awaited(Trouble("plain", 1)), Awaited(Value(None))]
    spots = [Object("Spot", 1), Awaited(Object("Spot", 2), 1), Awaited(Trouble("coded", 2)), Trouble("plain", 3, is_raised=False)]
    grid = [Awaited(Many((Value(1), Awaited(Value(2)))), 1), [Awaited(Value("x"))], Awaited(Value("row"))]

    data, errors = await same(text, sync_car_or=CAR, plain_tags_or=tags, batch_spots_or=spots, slow_grid_or=grid, plain_text_or="t")

    spot = {"plain_text_or": "t"}
    assert data["sync_car_or"] == {
        "plain_tags_or": ["a", "b", None, None],
        "batch_spots_or": [spot, spot, None, None],
        "slow_grid_or": [[1, 2], [None], None],
    }
    assert list(errors) == [
        "sync_car_or.plain_tags_or.2",
        "sync_car_or.batch_spots_or.2",
        "sync_car_or.batch_spots_or.3",
        "sync_car_or.slow_grid_or.1.0",
        "sync_car_or.slow_grid_or.2",
    ]


async def test_a_list_of_lists_keeps_its_holes():
    text = "{ sync_car_or { plain_maze_or { __typename id } plain_grid_or } }"
    maze = [[CAR, None, BOAT], None, [], Trouble("plain", 1, is_raised=False)]

    data, errors = await same(text, sync_car_or=CAR, plain_maze_or=maze, plain_grid_or=[[1, None], None, []])

    car, boat = {"__typename": "Car", "id": "0"}, {"__typename": "Boat", "id": "1"}
    assert data["sync_car_or"] == {"plain_maze_or": [[car, None, boat], None, [], None], "plain_grid_or": [[1, None], None, []]}
    assert errors == {"sync_car_or.plain_maze_or.3": "trouble 1"}


@pytest.mark.parametrize("way", WAYS)
async def test_below_an_empty_list_nothing_is_asked(way: str):
    """And nothing is left that somebody should have awaited."""
    text = f"{{ once_things {{ {way}_things {{ id batch_things {{ id }} slow_text }} {way}_maze_or {{ batch_text }} }} none: sync_maze {{ batch_text }} }}"

    data, errors = await same(text, once_things=[CAR, BOAT], sync_maze=[], **{f"{way}_things": [], f"{way}_maze_or": [[], []]})

    assert data == {"once_things": [{f"{way}_things": [], f"{way}_maze_or": [[], []]}] * 2, "none": []}
    assert errors == {}


async def test_parents_have_lists_of_their_own_lengths():
    data, _ = await same(
        "{ sync_things { id batch_spots { plain_int } } }",
        sync_things=[Object("Car", n) for n in range(3)],
        batch_spots=([Object("Spot", 0), Object("Spot", 1)], [], [Object("Spot", 2)]),
        plain_int=(0, 1, 2),
    )

    numbers = [[spot["plain_int"] for spot in thing["batch_spots"]] for thing in data["sync_things"]]
    assert numbers == [[0, 1], [], [2]]


BROKEN = {
    "short": "Thing.batch_text_or: 1 answers for 2 parents",
    "long": "Thing.batch_text_or: 3 answers for 2 parents",
    "none": "Thing.batch_text_or: answered by NoneType, not by a list of one answer for each parent",
    "dict": "Thing.batch_text_or: answered by dict, not by a list of one answer for each parent",
    "raises": "trouble 77",
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_batch_that_goes_wrong_has_gone_wrong_for_every_parent(how: str):
    data, errors = await same("{ sync_things { id batch_text_or } }", {"batch_text_or": how}, sync_things=[CAR, CAR], batch_text_or="a")

    assert data == {"sync_things": [{"id": "0", "batch_text_or": None}] * 2}
    message = BROKEN[how].replace("Thing.", "Car.")
    assert errors == {"sync_things.0.batch_text_or": message, "sync_things.1.batch_text_or": message}


async def test_a_batch_may_answer_with_a_tuple_and_with_an_exception_for_one_parent():
    text = "{ sync_things { batch_int_or } }"
    parents = [Object("Car", n) for n in range(3)]

    data, errors = await same(text, {"batch_int_or": "tuple"}, sync_things=parents, batch_int_or=(1, Trouble("plain", 1), None))

    assert data == {"sync_things": [{"batch_int_or": 1}, {"batch_int_or": None}, {"batch_int_or": None}]}
    assert errors == {"sync_things.1.batch_int_or": "trouble 1"}
