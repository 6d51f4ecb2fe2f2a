"""A document is held against every rule that it could break, and the others would have found nothing."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from engine.rules import ALL, MARKS, rules_for
from tests.engine.drawn import operations
from tests.engine.schema import SCHEMA as DRAWN
from tests.engine.thorough import examples


@strawberry.input
class Choice:
    name: str | None = None
    size: int = 1


@strawberry.interface
class Thing:
    name: str


@strawberry.type
class Rock(Thing):
    weight: int


@strawberry.type
class Bird:
    name: str


@strawberry.type
class Query:
    things: list[Thing]
    bird: Bird

    @strawberry.field
    def pick(self, size: int, of: Choice | None = None) -> Thing | None:
        return None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def things(self) -> Any:
        yield []


SCHEMA = strawberry.Schema(Query, types=[Rock])._schema
# What each rule that is sometimes left out finds, by its name.
BROKEN = {
    "VariablesAreInputTypesRule": "query ($a: Rock) { pick(size: $a) { name } }",
    "UniqueVariableNamesRule": "query ($a: Int!, $a: Int!) { pick(size: $a) { name } }",
    "NoUndefinedVariablesRule": "{ pick(size: $a) { name } }",
    "NoUnusedVariablesRule": "query ($a: Int) { bird { name } }",
    "VariablesInAllowedPositionRule": "query ($a: String) { pick(size: $a) { name } }",
    "KnownDirectivesRule": "{ bird @odd { name } }",
    "UniqueDirectivesPerLocationRule": "{ bird @skip(if: true) @skip(if: false) { name } }",
    "FragmentsOnCompositeTypesRule": "{ bird { ...f } } fragment f on Int { name }",
    "UniqueFragmentNamesRule": "{ bird { ...f } } fragment f on Bird { name } fragment f on Bird { name }",
    "KnownFragmentNamesRule": "{ bird { ...f } }",
    "NoUnusedFragmentsRule": "{ bird { name } } fragment f on Bird { name }",
    "PossibleFragmentSpreadsRule": "{ bird { ... on Rock { name } } }",
    "NoFragmentCyclesRule": "{ bird { ...f } } fragment f on Bird { ...f }",
    "KnownArgumentNamesRule": "{ bird(odd: 1) { name } }",
    "UniqueArgumentNamesRule": "{ pick(size: 1, size: 2) { name } }",
    "UniqueInputFieldNamesRule": "{ pick(size: 1, of: { size: 1, size: 2 }) { name } }",
    "SingleFieldSubscriptionsRule": "subscription { a: things b: things }",
}
# These need directives that the schema does not have, so that `KnownDirectivesRule` speaks first; the "@" is in all of them.
UNSEEN = {name for name in MARKS if name.startswith(("Defer", "Stream"))} | {"SingleFieldSubscriptionsRule"}
WORDS = ["bird", "things", "name", "odd", "{", "}", "(", ")", "size: 1", "...", "on Rock", "fragment f on Bird", "$a", "query ($a: Int)", "@skip(if: true)", '"$ @ ("', "subscription", "mutation", "type A { b: C }", "#..."]  # fmt: skip


def errors(schema: Any, text: str, rules: Any) -> list[str]:
    return [f"{error.message} {error.locations}" for error in validate(schema, parse(text), rules)]


def is_document(text: str) -> bool:
    try:
        return bool(parse(text))
    except GraphQLError:
        return False


def test_every_rule_that_is_left_out_is_one_that_there_is():
    assert set(MARKS) <= {rule.__name__ for rule in ALL}
    assert set(MARKS) == set(BROKEN) | UNSEEN


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_asked(name: str):
    found = errors(SCHEMA, BROKEN[name], ALL)

    assert errors(SCHEMA, BROKEN[name], rules_for(BROKEN[name])) == found != []
    if name not in UNSEEN:
        [rule] = [rule for rule in ALL if rule.__name__ == name]
        assert errors(SCHEMA, BROKEN[name], [rule])


@examples(300)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_texts_of_any_words_break_the_same_rules(words: list[str]):
    text = "{ " + " ".join(words) + " }"
    assert not is_document(text) or errors(SCHEMA, text, rules_for(text)) == errors(SCHEMA, text, ALL)


@examples(100)
@given(operations(DRAWN._schema), st.sampled_from(["name", "id", "kind", "on", "if", "true", "Int"]))
def test_operations_with_a_word_gone_wrong_break_the_same_rules(operation: Any, word: str):
    text = operation.text.replace(word, f"{word}x")
    assert not is_document(text) or errors(DRAWN._schema, text, rules_for(text)) == errors(DRAWN._schema, text, ALL)


def test_a_plain_document_is_spared_what_it_cannot_break():
    assert len(rules_for("{ bird { name } }")) < len(ALL) / 2 + 2
