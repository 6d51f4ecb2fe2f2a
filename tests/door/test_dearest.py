"""An operation that is too dear is refused with the field that makes it so, and the page size that would do."""

from typing import Any

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from server.limits.complexity import ComplexityRules
from server.limits.costliest_field import Finder
from tests.door.asking import Asker
from tests.door.small import Small, schema

SCALES = ComplexityRules(schema._schema)
TWO = "query ($n: Int, $m: Int) { number wide: things(first: $n) { nodes { deep: things(first: $m) { nodes { name } totalCount } } } thing { name } }"
DEAR = [
    "{ wide: things(first: 100) { nodes { deep: things(first: 100) { nodes { name } } } } }",
    "{ things(first: 100) { nodes { ...f } } } fragment f on Thing { lines { number } next { name } }",
    "{ latest(first: 50) { things(first: 90) { edges { cursor node { next { name } next2: next { name } } } } } }",
]


@pytest.mark.parametrize("text", DEAR)
async def test_the_suggested_page_passes_and_one_more_does_not(text: str):
    """Whichever field is named, its size is what is written for it."""
    shown = (await Asker(Small())(text)).json()["errors"][0]["extensions"]
    assert (shown["code"], shown["measure"], shown["limit"]) == ("OPERATION_TOO_LARGE", "cost", 10_000)
    assert shown["limit"] / 2 < shown["cost"] <= shown["requested"]

    field = shown["field"].split(".")[-1]
    sizes = {"wide": "100", "deep": "100", "things": "100" if "lines" in text else "90", "latest": "50"}
    for first, passes in ((shown["first"], True), (shown["first"] + 1, False)):
        before, written, after = text.partition(
            f"{field}: things(first: {sizes[field]})" if field in ("wide", "deep") else f"{field}(first: {sizes[field]})"
        )
        answer = await Asker(Small())(before + written.replace(sizes[field], str(first)) + after)
        assert ("errors" not in answer.json()) is passes, (field, first, answer.text)


async def test_sizes_of_variables_are_named_too():
    shown = (await Asker(Small())(TWO, variables={"n": 100, "m": 100})).json()["errors"][0]

    assert shown["extensions"]["field"] == "wide.nodes.deep"
    assert "wide.nodes.deep" in shown["message"] and str(shown["extensions"]["first"]) in shown["message"]
    passing = await Asker(Small())(TWO, variables={"n": 100, "m": shown["extensions"]["first"]})
    assert "errors" not in passing.json()


@pytest.mark.parametrize("text", [*DEAR, "{ thing { next { lines { number } } } a: thing { name } nodes(ids: [1, 2]) { next { name } } }"])
def test_it_adds_up_to_the_price(text: str):
    document = parse(text)
    [operation] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments: Any = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    finder = Finder(schema._schema, SCALES.tariff, fragments)
    spots = list(finder.spots(operation.selection_set, schema._schema.query_type, ()))
    weight = SCALES.weigh(document)

    price = weight.refusal.extensions["requested"] if weight.refusal else next(iter(weight.operations.values())).price.least  # type: ignore[index]  # a refusal has facts
    assert sum(spot.amount for spot in spots) == price
