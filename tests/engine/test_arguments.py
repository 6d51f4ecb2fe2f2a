"""What resolvers are handed: arguments, and what they may ask of the operation. All held against graphql-core."""

from typing import Any

import pytest
import strawberry

from engine import Document, Library, answered_by, answered_once_by
from tests.engine.comparing import same
from tests.engine.drawn import LITERALS, VARIABLES
from tests.engine.happenings import Object

WAYS = ("batch", "sync", "slow", "guarded")
CAR = Object("Car", 0)
DECLARED = {name: type_ for name, (type_, _, _) in VARIABLES.items()}


def declared(*names: str) -> str:
    return f"({', '.join(f'${name}: {DECLARED[name]}' for name in names)})" if names else ""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("written", [literal for literal in LITERALS if "$" not in literal])
async def test_arguments_as_they_are_written(written: str, way: str):
    head = f"{way}_echo{f'({written})' if written else ''}"

    data, errors = await same(f"{{ {head} sync_car_or {{ {head} }} }}", sync_car_or=CAR)

    assert errors == {}
    assert data[f"{way}_echo"].removeprefix("None") == data["sync_car_or"][f"{way}_echo"].removeprefix("0")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["int", "optional", "color", "filter", "number"])
async def test_arguments_from_variables_that_fit_that_do_not_that_are_null_and_that_are_absent(name: str, way: str):
    written = {"int": "first: $int", "optional": "first: $optional", "number": "filter: {either: {number: $number}}"}
    text = f"query {declared(name)} {{ sync_car_or {{ {way}_echo({written.get(name, f'{name}: ${name}')}) }} }}"
    _, right, wrong = VARIABLES[name]

    for value in [*right, *wrong, None]:
        await same(text, None, {name: value}, sync_car_or=CAR)
    await same(text, None, {}, sync_car_or=CAR)


async def test_a_variable_that_is_absent_is_none_of_an_input_and_null_is_null():
    text = f"query {declared('colors', 'since')} {{ batch_echo(filter: {{colors: $colors, since: $since}}) }}"

    absent, _ = await same(text)
    null, _ = await same(text, None, {"colors": None, "since": None})

    assert "since=UNSET" in absent["batch_echo"]
    assert "since=None" in null["batch_echo"]


async def test_a_literal_that_a_scalar_refuses_only_when_it_runs_fails_for_every_parent():
    text = f"query {declared('filter')} {{ sync_things {{ batch_echo(filter: $filter) }} sync_text_or }}"

    data, errors = await same(text, None, {"filter": {"code": "bad"}}, sync_things=[CAR, CAR], sync_text_or="t")

    assert data is None  # variables are refused before anything runs
    assert len(errors) == 1


Info = strawberry.Info[Any, None]


def seen(info: Info) -> str:
    """All that an info tells, but for the path."""
    raw = info._raw_info
    told = [
        info.field_name, info.python_name, str(info.return_type), info.variable_values, info.operation.name.value if info.operation.name else None,
        str(info.selected_fields), sorted(raw.fragments), len(raw.field_nodes),
        str(raw.parent_type), str(raw.return_type), info.root_value, raw.is_awaitable(5), info.query, info.schema is SCHEMA, raw.abort_signal,
        info.input_extensions,
    ]  # fmt: skip
    return repr(told)


async def told_all(parents: list[Any], info: Info, first: int = 1) -> list[str]:
    return [seen(info) for _ in parents]


async def told_once(info: Info, first: int = 1) -> str:
    return seen(info)


@strawberry.type
class Thing:
    name: str = "n"
    batch: str = answered_by(told_all, "")

    @strawberry.field
    def sync(self, info: Info, first: int = 1) -> str:
        return seen(info)

    @strawberry.field
    async def awaits(self, info: Info) -> list[str]:
        async def one(name: str) -> str:
            return name

        return list(await info._raw_info.async_helpers.gather([one("a"), one("b")]))

    @strawberry.field
    def place(self, info: Info) -> str:
        return str(info.path.key)

    @strawberry.field
    def function(self, function: str, self_: str = strawberry.UNSET) -> str:
        return f"{function} {self_}"


@strawberry.type
class Query:
    once: str = answered_once_by(told_once, "")

    @strawberry.field
    def thing(self, info: Info) -> Thing:
        return Thing()

    @strawberry.field
    def again(self) -> "Query":
        return Query()


SCHEMA = strawberry.Schema(Query)


class Context:
    def __init__(self) -> None:
        self.loaders: dict[Any, Any] = {}


async def asked(text: str, is_planned: bool, **values: Any) -> Any:
    library = Library(SCHEMA, is_planned=is_planned)
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()
    result = await library.execute(document, operation, values, Context())
    return result.data, [error.formatted for error in result.errors or []]


async def test_an_info_tells_what_graphql_cores_tells():
    text = """query Seen($n: Int = 2) { once(first: $n) ...F thing { sync sync batch(first: $n) } }
    fragment F on Query { thing { sync } x: thing { y: batch } }"""

    assert await asked(text, True, n=5) == await asked(text, False, n=5)


async def test_a_resolver_may_await_several_things_by_the_operations_own_means():
    text = "{ thing { awaits } }"

    assert await asked(text, True) == await asked(text, False) == ({"thing": {"awaits": ["a", "b"]}}, [])


async def test_an_info_has_no_path_and_says_so():
    """Documented: breadth first, one call stands for many places."""
    data, [error] = await asked("{ thing { place } }", True)

    assert data is None
    assert "info.path does not exist here" in error["message"]


async def test_arguments_may_have_any_name():
    text = '{ thing { function(function: "f", self_: "s") } }'

    assert await asked(text, True) == await asked(text, False) == ({"thing": {"function": "f s"}}, [])


async def test_a_root_field_that_is_reached_again_further_down_is_asked_for_each_object():
    text = "{ once again { again { __typename } o: once } }"

    planned, core = await asked(text, True), await asked(text, False)

    assert planned == core
    assert planned[0]["again"]["again"] == {"__typename": "Query"}
