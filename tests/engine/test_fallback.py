"""What has no plan: graphql-core answers it, and the library counts why."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLResolveInfo
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import FieldExtension, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from engine import Document, Library, Plan, Reason
from engine.compiler import DEEPEST, MOST_FIELDS
from tests.engine.happenings import Object, Value
from tests.engine.schema import SCHEMA, Context, World


async def both(schema: strawberry.Schema, text: str, values: Any = None, context: Any = None) -> tuple[Any, dict[str, int]]:
    """What is answered, the same by both executors; and why a plan did not answer, if it did not."""
    answers: list[Any] = []
    counts: dict[str, int] = {}
    for is_planned in (True, False):
        library = Library(schema, is_planned=is_planned)
        document = library.read(text)
        assert isinstance(document, Document), document
        operation = next(iter(document.operations.values()))
        result = await library.execute(document, operation, values or {}, context or Context(WORLD))
        answers.append((result.data, [error.formatted for error in result.errors or []]))
        counts = counts or dict(library.counts)
    assert answers[0] == answers[1]
    return answers[0][0], counts


WORLD = World(
    {"sync_car_or": (Object("Car", 0),), "batch_thing": (Object("Car", 0),), "sync_text_or": (Value("t"),), "plain_text": (Value("p"),)}
)
CASES = {
    Reason.CONDITION: ["query ($n: Boolean = true) { sync_text_or @skip(if: $n) sync_car_or { id } }", "query ($n: Boolean = true) { sync_car_or { ... @include(if: $n) { id } } }"],
    Reason.SIZE: ["{ sync_car_or { " + " ".join(f"a{i}: __typename" for i in range(MOST_FIELDS + 1)) + " } }"],
    Reason.DEPTH: ["{ sync_car_or { " + "batch_thing { " * DEEPEST + "id " + "}" * DEEPEST + "} }"],
}  # fmt: skip


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in CASES.items() for text in texts])
async def test_an_operation_without_a_plan_is_answered_by_graphql_core_and_counted(reason: Reason, text: str):
    library = Library(SCHEMA, parse_options={})
    document = library.read(text)
    assert isinstance(document, Document), document
    [operation] = document.operations.values()

    for _ in range(2):
        result = await library.execute(document, operation, {"n": None}, Context(WORLD))

    assert result.data is not None or result.errors
    assert library.counts == {reason.value: 2}


async def test_the_reasons_are_a_closed_list():
    """So the counts stay as small as they are, whatever clients send."""
    library = Library(SCHEMA)
    for text in (t for texts in CASES.values() for t in texts[:2]):
        document = library.read(text)
        if isinstance(document, Document):
            [operation] = document.operations.values()
            await library.execute(document, operation, {"n": None}, Context(WORLD))

    assert set(library.counts) <= {"planned", *[reason.value for reason in Reason]}


class Twice(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs) * 2


class Own(StrawberryField):
    """A field that gets its value in a way of its own."""

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        return f"own {super().get_result(source, info, args, kwargs)}"


@strawberry.type
class Held:
    name: str
    twice: str = strawberry.field(extensions=[Twice()])
    own: str = Own(python_name="own")  # type: ignore[assignment]  # as strawberry.field is told to be


@strawberry.type
class Query:
    @strawberry.field
    def held(self) -> Held:
        return Held(name="n", twice="t", own="o")


async def test_what_strawberry_does_to_an_attribute_is_done_to_it():
    """Extensions and fields of another class are no plain attributes, though they have no resolver."""
    data, counts = await both(strawberry.Schema(Query), "{ held { name twice own } }")

    assert data == {"held": {"name": "n", "twice": "tt", "own": "own o"}}
    assert counts == {"planned": 1}


async def test_where_attributes_are_found_otherwise_they_are_found_so():
    """A schema may say how an attribute is read."""

    def read(source: Any, name: str) -> Any:
        return source[name] if isinstance(source, dict) else getattr(source, name)

    @strawberry.type
    class Item:
        name: str
        size: int

    @strawberry.type
    class Root:
        @strawberry.field
        def items(self) -> list[Item]:
            return [{"name": "n", "size": 1}]  # type: ignore[list-item]  # a dict stands for one

    data, counts = await both(strawberry.Schema(Root, config=StrawberryConfig(default_resolver=read)), "{ items { name size } }")

    assert data == {"items": [{"name": "n", "size": 1}]}
    assert counts == {"planned": 1}


async def test_a_field_that_strawberry_does_not_know_is_asked_as_graphql_core_would():
    schema = strawberry.Schema(Query)
    field = schema._schema.type_map["Held"].fields["name"]  # type: ignore[attr-defined]  # it has fields

    def resolve(source: Any, info: GraphQLResolveInfo[Any]) -> Any:
        return f"{info.field_name} of {info.parent_type}"

    field.resolve, field.extensions = resolve, {}
    data, counts = await both(schema, "{ held { name } }")
    assert data == {"held": {"name": "name of Held"}}
    assert counts == {"planned": 1}

    field.resolve = None
    data, counts = await both(schema, "{ held { name } }")
    assert data == {"held": {"name": "n"}}


async def test_a_resolver_that_was_put_in_the_place_of_an_attribute_is_called():
    schema = strawberry.Schema(Query)
    schema._schema.type_map["Held"].fields["name"].resolve = lambda source, info: "replaced"  # type: ignore[attr-defined]  # it has fields

    data, _ = await both(schema, "{ held { name } }")

    assert data == {"held": {"name": "replaced"}}


def test_a_schema_whose_extensions_would_be_left_out_is_refused():
    class Guard(SchemaExtension):
        pass

    with pytest.raises(ValueError, match="schema extensions"):
        Library(strawberry.Schema(Query, extensions=[Guard]))


async def test_a_subscription_is_left_to_graphql_core():
    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def ticks(self) -> Any:
            yield 1

        ticks.type = int

    library = Library(strawberry.Schema(Query, subscription=Subscription))
    document = library.read("subscription { ticks }")
    assert isinstance(document, Document)
    [operation] = document.operations.values()

    await library.execute(document, operation, {}, Context(WORLD))

    assert library.counts == {Reason.SUBSCRIPTION: 1}


async def test_a_directive_of_an_operation_or_of_a_field_is_left_to_graphql_core():
    @strawberry.directive(locations=[DirectiveLocation.FIELD, DirectiveLocation.QUERY], name="loud")
    def loud(value: DirectiveValue[str], level: int = 1) -> str:
        return value.upper()

    schema = strawberry.Schema(Query, directives=[loud])
    for text in ("{ held { name @loud } }", "query ($l: Int!) @loud(level: $l) { held { name } }"):
        data, counts = await both(schema, text, {"l": 3})
        assert data == {"held": {"name": "n"}}
        assert counts == {Reason.DIRECTIVE: 1}


def test_a_directive_of_others_makes_no_plan_of_its_own_for_each_of_its_arguments():
    @strawberry.directive(locations=[DirectiveLocation.FIELD], name="loud")
    def loud(value: DirectiveValue[str], levels: list[int] | None = None) -> str:
        return value

    document = Library(strawberry.Schema(Query, directives=[loud])).read("query ($l: [Int!]) { held { name @loud(levels: $l) } }")

    assert isinstance(document, Document)
    assert document.conditions == []


def test_an_operation_of_a_document_with_several_has_a_plan_of_its_own():
    document = Library(SCHEMA).read("query A { sync_text_or } query B { sync_car_or { id } } mutation C { slow_int_or }")
    assert isinstance(document, Document)

    document.plan_ahead()

    plans = list(document.plans.values())
    assert [plan.root.fields[0].name for plan in plans if isinstance(plan, Plan)] == ["sync_text_or", "sync_car_or", "slow_int_or"]
    assert [plan.is_serial for plan in plans if isinstance(plan, Plan)] == [False, False, True]
