"""What the bench asks is what the product answers, within its limits."""

import pytest
from graphql.execution.values import VariableValues

from bench.inside import FIELDS, counted, hundred_fields
from bench.operations import DOCUMENTS, content
from engine import Document, Library
from schema import build
from server.http.preparation import PARSING
from server.limits.complexity import ComplexityRules, Limits


@pytest.fixture(scope="module")
def library() -> Library:
    schema = build()
    scales = ComplexityRules(schema._schema)
    return Library(schema, lambda tree: scales.weigh(tree).refusal, PARSING)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_operations_of_the_bench_are_valid_and_within_the_limits(library, name):
    document = library.read(DOCUMENTS[name])

    assert isinstance(document, Document), document
    [operation] = ComplexityRules(library.schema._schema).weigh(document.tree).operations.values()
    assert operation.cost(VariableValues({}, {})) <= Limits().cost


def test_the_operation_that_is_compiled_has_a_hundred_fields(library):
    document = library.read(hundred_fields(library.schema._schema, "Cold"))

    assert isinstance(document, Document), document
    written = document.text.partition("{")[2].replace("(first: 1)", "")
    assert len(written.replace("{", " ").replace("}", " ").split()) == FIELDS


def test_answers_of_different_shapes_have_the_same_content():
    ours = {"contract": {"id": "con_0197" + "a" * 28, "financedAmount": {"amount": "10.50"}, "pageInfo": {"endCursor": "x"}}}
    theirs = {"c": {"rowId": "0197aaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "amount": "10.500000", "pageInfo": {"endCursor": "another"}}}

    assert content(ours) == content(theirs)


def test_answers_of_different_content_are_told_apart():
    assert content({"nodes": [{"number": "1"}, {"number": "2"}]}) != content({"nodes": [{"number": "1"}]})
    assert content({"amount": "10.50"}) != content({"amount": "10.51"})
    assert content({"endCursor": None}) != content({"endCursor": "x"})


def test_values_and_fields_are_counted():
    assert counted({"a": 1, "b": [{"c": 2}, {"c": None}]}) == (3, 4)
