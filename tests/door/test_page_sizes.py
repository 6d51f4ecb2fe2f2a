"""A page size is one number, however it is spelled: what is priced is what the resolver reads."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.door.asking import Asker, code
from tests.door.small import Small

BODY = "nodes { name } totalCount"
numbers = st.integers(-3, 130)
SPELLED: st.SearchStrategy[Any] = st.one_of(
    numbers,
    numbers.map(float),
    numbers.map(str),
    numbers.map(lambda n: [n]),
    st.sampled_from([None, True, "1e2", 1e2, 0.5, 99.5, 1e300, 10**18, "", "100.0", " 7", [], {}, [[3]]]),
)
LITERALS = st.one_of(
    numbers.map(str), st.sampled_from(["100.0", "1e2", "1E2", '"100"', "null", "true", "[3]", "$n", "0x10", "1_0", "00", "-0"])
)
DEFAULTS = st.sampled_from(["", " = 3", " = null", " = 3.0", ' = "3"', " = 100"])


async def agrees(text: str, variables: dict[str, Any]) -> None:
    """Either it is refused before it runs, or it cost what was read."""
    answer = await Asker(Small())(text, variables=variables)
    shown = answer.json()
    if shown.get("data") is None:
        assert code(answer) in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "OPERATION_TOO_LARGE"), shown
        return
    read = shown["data"]["things"]["totalCount"]
    assert shown["extensions"]["cost"]["requested"] == 1 + min(max(read, 1), 100), shown


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["Int", "Int!", "Float", "String", "[Int]"]), DEFAULTS, SPELLED, st.booleans(), st.sampled_from(["first", "last"]))
async def test_a_size_in_a_variable_is_priced_as_it_is_read(type_: str, default: str, value: Any, is_given: bool, name: str):
    text = f"query ($n: {type_}{default}) {{ things({name}: $n) {{ {BODY} }} }}"

    await agrees(text, {"n": value} if is_given else {})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LITERALS, SPELLED)
async def test_a_size_in_the_document_is_priced_as_it_is_read(literal: str, value: Any):
    declared = "query ($n: Int)" if literal == "$n" else "query"

    await agrees(f"{declared} {{ things(first: {literal}) {{ {BODY} }} }}", {"n": value})


async def test_three_levels_of_a_hundred_are_refused_however_a_hundred_is_spelled():
    text = "query ($n: Int) { things(first: $n) { nodes { things(first: $n) { nodes { things(first: $n) { nodes { name } } } } } } }"
    for body in ('{"n": 100}', '{"n": 100.0}', '{"n": 1e2}', '{"n": 1.0E+2}', '{"n": 10000e-2}'):
        raw = b'{"query": "' + text.encode() + b'", "variables": ' + body.encode() + b"}"
        shown = (await Asker(Small())(body=raw)).json()["errors"][0]["extensions"]
        assert (shown["code"], shown["requested"]) == ("OPERATION_TOO_LARGE", 1 + 100 * (2 + 100 * (2 + 100)))


async def test_ids_are_counted_as_they_are_read():
    """One id stands for a list of one, in a variable and in the document."""
    for text in (
        "query ($i: [ID!]!) { nodes(ids: $i) { name } }",
        'query { nodes(ids: "a") { name } }',
        "query { nodes(ids: 7) { name } }",
    ):
        answer = await Asker(Small())(text, variables={"i": "a"})
        assert answer.json()["extensions"]["cost"]["requested"] == len(answer.json()["data"]["nodes"]) == 1
