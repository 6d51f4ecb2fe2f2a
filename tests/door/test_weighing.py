"""Documents are weighed in one pass that is as long as they are, whatever they hold."""

import json
import re

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse
from graphql.execution.values import VariableValues, get_variable_values

from server.limits.complexity import ComplexityRules, Limits, Weight
from tests.door.small import schema

SCALES = ComplexityRules(schema._schema)


def weigh(text: str) -> Weight:
    return SCALES.weigh(parse(text, max_tokens=20_000, no_location=True))


def said(text: str) -> tuple[str | None, int | None, int | None] | None:
    """What is refused, how much was asked and how much is allowed; nothing when it passes."""
    refusal = weigh(text).refusal
    facts = refusal.extensions if refusal else None
    return (facts.get("measure"), facts.get("requested"), facts.get("limit")) if facts is not None else None


def rule(text: str) -> str | None:
    """Which rule the input that is written in a document breaks."""
    refusal = weigh(text).refusal
    return refusal.extensions["rule"] if refusal and refusal.extensions else None


def cost(text: str, **variables: object) -> int:
    weight = weigh(text)
    assert weight.refusal is None
    [operation] = weight.operations.values()
    return operation.cost(coerced(text, variables))


def coerced(text: str, variables: dict[str, object]) -> VariableValues:
    """As resolvers read them."""
    [definition] = [d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode)]
    values = get_variable_values(schema._schema, definition.variable_definitions or (), variables)
    assert isinstance(values, VariableValues), values
    return values


def doubling(times: int) -> str:
    """Fragments that each spread the next twice: 2 to the power of `times` fields in a document of `times` lines."""
    chain = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} " for i in range(times))
    return "{ ...f0 } " + chain + f"fragment f{times} on Query {{ number }}"


def binary(levels: int) -> str:
    """Two of the same field in each of two of the same field: harmless in every selection set by itself."""
    inner = "name"
    for _ in range(levels):
        inner = f"next {{ {inner} }} next {{ {inner} }}"
    return f"{{ thing {{ {inner} }} }}"


def test_fragments_that_double_take_as_long_to_weigh_as_they_are_long():
    visited = [weigh(doubling(n)).visited for n in (20, 40, 80)]

    assert visited[1] - visited[0] == (visited[2] - visited[1]) / 2
    assert visited[2] < 2.2 * visited[1] < 4.5 * visited[0]


def test_fragments_that_double_are_refused_with_the_number_of_their_fields():
    assert said(doubling(20)) == ("fields", 2**20, 1_000)


@pytest.mark.parametrize("part", ["number ", "a: number ", "thing { name } ", "... { number } ", "latest(first: 1) { name } "])
def test_what_is_repeated_is_looked_at_in_proportion(part):
    visited = [weigh("{" + part * n + "}").visited for n in (100, 200, 400)]

    assert visited[1] < 2.05 * visited[0]
    assert visited[2] < 2.05 * visited[1]


def test_two_hundred_of_one_response_name_are_refused():
    assert said("{" + "thing { next { name } } " * 200 + "}") == ("sameName", 200, 10)


def test_response_names_are_counted_as_they_merge():
    """Each selection set has two of a name; merged, as validation compares them, the fifth level has thirty-two."""
    assert said(binary(3)) is None
    assert said(binary(5)) == ("sameName", 16, 10)


def test_ten_of_one_response_name_pass_and_eleven_do_not():
    assert said("{" + "number " * 10 + "}") is None
    assert said("{" + "number " * 11 + "}") == ("sameName", 11, 10)


def test_a_fragment_that_is_spread_twice_is_merged_once():
    assert said("{" + "...f " * 50 + "} fragment f on Query { number }") is None


def test_aliases_are_free_for_typename_only():
    names = " ".join(f"a{i}: number" for i in range(30))
    typenames = " ".join(f"t{i}: __typename" for i in range(100))

    assert said(f"{{ {names} {typenames} }}") is None
    assert said(f"{{ {names} more: number }}") == ("aliases", 31, 30)


def test_a_thousand_aliases_are_refused():
    assert said("{" + " ".join(f"a{i}: number" for i in range(1_000)) + "}") == ("aliases", 1_000, 30)


def test_a_thousand_fields_pass_and_one_more_does_not():
    """Aliases and names are bounded too, so so many fields can only stand in many places: here, in a fragment that is spread a lot."""
    wide = ComplexityRules(schema._schema, Limits(same_name=10_000, aliases=10_000))
    text = "{ " + " ".join("...f" for _ in range(100)) + "%s } fragment f on Query { " + "number " * 10 + "}"

    assert wide.weigh(parse(text % "")).refusal is None
    assert "1001" in str(wide.weigh(parse(text % " who")).refusal)


def nested(depth: int) -> str:
    return "{ thing " + "{ next " * (depth - 2) + "{ name }" + " }" * (depth - 2) + " }"


def test_twelve_levels_pass_and_thirteen_do_not():
    assert said(nested(12)) is None
    assert said(nested(13)) == ("depth", 13, 12)


def test_depth_is_counted_through_fragments():
    text = "{ thing { ...a } } fragment a on Thing { next { next { next { next { next { ...b } } } } } } fragment b on Thing { next { next { next { next { next { next { name } } } } } } }"

    assert said(text) == ("depth", 13, 12)


def test_depth_is_not_counted_where_the_schema_is_described():
    inner = "name"
    for _ in range(15):
        inner = f"ofType {{ {inner} }}"

    assert said(f"{{ __schema {{ types {{ fields {{ type {{ {inner} }} }} }} }} }}") is None


def test_the_schema_is_asked_for_once_and_a_type_ten_times_however_they_are_called():
    """What is said of the schema is the same under every alias, so nobody needs it twice."""
    assert said("{ __schema { queryType { name } } }") is None
    assert said("{ __schema { queryType { name } } again: __schema { queryType { name } } }") == ("schemas", 2, 1)
    assert said("{ ...f __schema { types { name } } } fragment f on Query { a: __schema { types { name } } }") == ("schemas", 2, 1)
    assert said("{ " + " ".join(f'a{i}: __type(name: "Thing") {{ name }}' for i in range(11)) + " }") == ("types", 11, 10)


def test_what_is_asked_of_the_schema_has_a_depth_of_its_own():
    assert said("{ __schema { queryType { " + "ofType { " * 28 + "name " + "} " * 31) is None
    assert said("{ __schema { queryType { " + "ofType { " * 29 + "name " + "} " * 32) == ("schemaDepth", 31, 30)


@pytest.mark.parametrize(
    "options",
    [{}, {"input_value_deprecation": True, "specified_by_url": True, "schema_description": True, "directive_is_repeatable": True}],
)
def test_everything_that_the_schema_says_is_priced_by_how_much_it_is(options):
    """By parts, of which ten are one point; nobody knows beforehand how deep each type lies in lists, so it is not exact."""
    text = get_introspection_query(**options)
    parts = len([part for part in re.findall(r"\{", json.dumps(schema.execute_sync(text).data))])

    assert parts / 10 * 0.7 < cost(text) < parts / 10 * 1.5


@pytest.mark.parametrize(
    "text",
    [
        '{ __type(name: "Query") { fields { args { type { name } } } } }',
        "{ __schema { queryType { fields { type { fields { name } } } } } }",
        "{ __schema { types { possibleTypes { fields { name } } } } }",
        "{ ...f } fragment f on Query { __schema { types { ...t } } } fragment t on __Type { fields { args { name } type { name } } }",
    ],
)
def test_what_a_client_chooses_of_the_schema_costs_at_least_what_it_returns(text):
    parts = len(re.findall(r"\{", json.dumps(schema.execute_sync(text).data)))

    assert cost(text) >= parts / 10 * 0.7


def test_eleven_operations_are_refused():
    assert said(" ".join(f"query q{i} {{ number }}" for i in range(10))) is None
    assert said(" ".join(f"query q{i} {{ number }}" for i in range(11))) == ("operations", 11, 10)


def test_a_mutation_has_one_root_field_however_it_is_spelled():
    assert said("mutation { signIn __typename }") is None
    assert said("mutation { signIn more: signIn }") == ("mutations", 2, 1)
    assert said('mutation { signIn ...f } fragment f on Mutation { rename(name: "x") }') == ("mutations", 2, 1)


def test_fragments_that_nobody_could_follow_are_refused_before_they_are_followed():
    assert "within itself" in str(weigh("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }").refusal)
    assert "never used" in str(weigh("{ number } fragment a on Query { number }").refusal)
    assert "only one" in str(weigh("{ ...a } fragment a on Query { who } fragment a on Query { number }").refusal)


def test_long_texts_and_lists_are_refused():
    assert said('{ echo(text: "' + "a" * 1_000 + '") }') is None
    assert rule('{ echo(text: "' + "a" * 1_001 + '") }') == "text.length"
    assert rule("{ nodes(ids: [" + "1 " * 101 + "]) { name } }") == "list.length"
    assert rule("query ($x: [ID!] = [" + "1 " * 101 + "]) { number }") == "list.length"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("{ number who }", 0),
        ("{ thing { name } }", 1),
        ("{ thing { next { name } } }", 2),
        ("{ things { totalCount } }", 1 + 25),
        ("{ things(first: 3) { edges { cursor } } }", 1 + 3),
        ("{ thing { " + " ".join(f"t{i}: __typename" for i in range(120)) + " } }", 1 + 2),
        ("{ things { nodes { name } } }", 1 + 25),
        ("{ things(first: 10) { nodes { name } } }", 1 + 10),
        ("{ things(last: 10) { nodes { name } } }", 1 + 10),
        ("{ things(first: null) { nodes { name } } }", 1 + 25),
        ("{ things(first: 10) { edges { cursor node { name } } } }", 1 + 10),
        ("{ things(first: 10) { nodes { name } pageInfo { hasNextPage } } }", 1 + 10 + 1),
        ("{ things(first: 10) { nodes { things(first: 10) { nodes { name } } } } }", 1 + 10 * (1 + 1 + 10)),
        ("{ things(first: 10) { ...f } } fragment f on ThingConnection { nodes { name } }", 1 + 10),
        ("{ things(first: 10) { nodes { ... { next { name } } } } }", 1 + 10 * 2),
        ("{ thing { lines { number } } }", 1 + 480),
        ("{ latest { name } }", 6),
        ("{ latest(first: 3) { name } }", 3),
        ('{ nodes(ids: ["a", "b", "c"]) { name } }', 3),
        ('{ nodes(ids: "a") { name } }', 1),
    ],
)
def test_a_scalar_costs_nothing_an_object_one_and_a_list_its_size_times_its_items(text, expected):
    assert cost(text) == expected


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, 25),
        ({"n": None}, 25),
        ({"n": 7}, 7),
        ({"n": 100}, 100),
        ({"n": 10**9}, 100),
        ({"n": -5}, 1),
        ({"n": 100.0}, 100),
    ],
)
def test_a_page_that_variables_decide_is_priced_with_them(variables, expected):
    assert cost("query ($n: Int) { things(first: $n) { nodes { name } } }", **variables) == 1 + expected


def test_a_default_of_the_operation_counts_where_nothing_is_given():
    text = "query ($n: Int = 3) { things(first: $n) { nodes { name } } }"

    assert [cost(text), cost(text, n=5), cost(text, n=None)] == [1 + 3, 1 + 5, 1 + 25]


def test_ids_are_counted_by_their_list():
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { name next { name } } }"

    assert [cost(text, ids=[]), cost(text, ids=["a"] * 7), cost(text, ids="a")] == [0, 14, 2]


def test_one_fragment_is_priced_once_with_variables_too():
    """Each of these fragments asks twice for the next. Were one settled for each time it is asked for, this would not end."""
    wide = ComplexityRules(schema._schema, Limits(fields=10**30, cost=10**30))
    chain = "".join(f"fragment f{i} on Thing {{ ...f{i + 1} ... {{ ...f{i + 1} }} }} " for i in range(60))
    text = "query ($n: Int) { thing { ...f0 } } " + chain + "fragment f60 on Thing { things(first: $n) { nodes { name } } }"

    [operation] = wide.weigh(parse(text)).operations.values()

    assert operation.cost(coerced(text, {"n": 10})) == 1 + 2**60 * (1 + 10)


def test_what_is_certainly_too_dear_is_refused_before_validation():
    assert said("{ things(first: 100) { nodes { things(first: 100) { nodes { name } } } } }") == ("cost", 1 + 100 * 102, 10_000)


def test_a_field_that_does_not_exist_weighs_nothing_and_is_left_to_validation():
    assert said("{ nowhere { nothing(first: 3) { nodes { x } } } }") is None
    assert said("{ ...unknown }") is None
