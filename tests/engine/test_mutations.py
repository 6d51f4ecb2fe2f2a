"""Mutations run their root fields one after the other, and stop where graphql-core stops."""

from typing import Any

import pytest

from engine import Document, Library
from tests.engine.comparing import same
from tests.engine.happenings import Many, Object, Trouble, Value
from tests.engine.schema import SCHEMA, Context, World

CAR = Object("Car", 0)


async def done(text: str, is_planned: bool, **happenings: Any) -> tuple[Any, list[str]]:
    """The data, and which root fields were begun and ended, in order."""
    library = Library(SCHEMA, is_planned=is_planned)
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    context = Context(World({name: (what if hasattr(what, "made") else Value(what),) for name, what in happenings.items()}))
    result = await library.execute(document, operation, {}, context)
    return result.data, [f"{what} {name}" for what, name, is_root in context.log if is_root]


@pytest.mark.parametrize("is_planned", [True, False])
async def test_each_root_field_ends_before_the_next_begins(is_planned: bool):
    text = "mutation { a: slow_car_or { slow_text } slow_int_or b: slow_car_or { slow_things { slow_text } } }"

    data, log = await done(text, is_planned, slow_car_or=CAR, slow_text="t", slow_int_or=1, slow_things=Many((CAR, CAR)))

    assert data == {"a": {"slow_text": "t"}, "slow_int_or": 1, "b": {"slow_things": [{"slow_text": "t"}] * 2}}
    assert log == [
        "begins slow_car_or", "ends slow_car_or", "begins slow_int_or", "ends slow_int_or", "begins slow_car_or", "ends slow_car_or",
    ]  # fmt: skip


@pytest.mark.parametrize("is_planned", [True, False])
async def test_after_a_field_that_may_fail_the_next_one_runs(is_planned: bool):
    data, log = await done("mutation { slow_text_or slow_int }", is_planned, slow_text_or=Trouble("plain", 1), slow_int=1)

    assert data == {"slow_text_or": None, "slow_int": 1}
    assert log[-1] == "ends slow_int"


@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize(
    "first", ["slow_text", "slow_thing { slow_text }", "slow_thing { slow_thing { plain_text } }", "slow_maze { plain_text }"]
)
async def test_after_a_field_that_nulls_the_answer_no_other_is_begun(first: str, is_planned: bool):
    """Its siblings would change something that nobody is told of."""
    happen = {"slow_text": Trouble("plain", 1), "slow_thing": CAR, "plain_text": None, "slow_maze": Many((Many((Object("Spot", 0),)),))}

    data, log = await done(f"mutation {{ sync_text_or {first} slow_int_or }}", is_planned, sync_text_or="t", slow_int_or=1, **happen)

    assert data is None
    assert "begins slow_int_or" not in log


async def test_errors_of_several_root_fields_are_all_told():
    text = "mutation { a: slow_text_or b: sync_car_or { batch_text } c: once_spot_or { plain_int } d: slow_int_or }"

    data, errors = await same(
        text,
        slow_text_or=Trouble("plain", 1),
        sync_car_or=CAR,
        batch_text=None,
        once_spot_or=Object("Spot", 0),
        plain_int="x",
        slow_int_or=1,
    )

    assert data == {"a": None, "b": None, "c": None, "d": 1}
    assert list(errors) == ["a", "b.batch_text", "c.plain_int"]


async def test_the_fields_of_an_answer_stand_in_the_order_in_which_they_were_asked():
    data, _ = await same("mutation { z: __typename slow_int_or a: __typename b: sync_int_or }", slow_int_or=1, sync_int_or=2)

    assert list(data) == ["z", "slow_int_or", "a", "b"]
