"""Suggestions of names: callers with a session get the library's, and a stranger gets none, in whatever error."""

from typing import Any

import pytest

from server.http.suggestions import COST
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import Small, auth

NOT_VALID = {
    "{ numbr }": "number",
    "{ echo(txt: 1) }": "text",
    "{ ... on Thig { name } }": "Thing",
    "query ($a: Strin) { echo(text: $a) }": "String",
    "{ number @skip(iff: true) }": "if",
    "{ thing { nxt { name } } }": "next",
    "mutation { renam(name: 1) }": "rename",
    "fragment F on Thing { nam } { thing { ...F } }": "name",
}
STRANGERS: dict[str, dict[str, Any]] = {
    "no token": {"token": None},
    "a token that is none": {"headers": {"authorization": "Bearer"}},
    "a session that is over": {"token": "north.gone"},
    "a session of another house": {"token": "south.customer"},
}


def messages(answer: Any) -> str:
    return " ".join(error["message"] for error in answer.json()["errors"])


@pytest.mark.parametrize(("text", "name"), NOT_VALID.items())
async def test_a_caller_with_a_session_is_told_the_name_that_was_meant(ask: Asker, text: str, name: str):
    posted, got = await ask(text), await ask(method="GET", params={"query": text})

    for answer in (posted, got):
        assert (answer.status_code, code(answer)) == (400, "GRAPHQL_VALIDATION_FAILED")
        assert "Did you mean" in messages(answer)
        assert f"'{name}'" in messages(answer).partition("Did you mean")[2]


@pytest.mark.parametrize("who", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("text", NOT_VALID)
async def test_a_stranger_is_told_no_name_whoever_asked_before(ask: Asker, text: str, who: dict[str, Any]):
    await ask(text)  # what a caller was told is kept

    for accept in (GRAPHQL, JSON):
        sent = who | {"headers": {"accept": accept} | who.get("headers", {})}
        posted, got = await ask(text, **sent), await ask(method="GET", params={"query": text}, **sent)
        assert code(posted) == code(got) == "GRAPHQL_VALIDATION_FAILED"
        assert "Did you mean" not in posted.text + got.text


async def test_a_session_that_ended_a_moment_ago_is_told_no_name(ask: Asker, small: Small):
    await ask("{ number }")
    del small.memory.living["north.customer"]  # and the process still remembers it

    assert "Did you mean" not in (await ask("{ numbr }")).text
    small.memory.kept["north.customer"] = auth("north.customer")
    assert code(await ask("query ($n: Int) { echo(number: $n) }", variables={"n": "x"})) == "UNAUTHENTICATED"


async def test_suggestions_are_validated_for_once_and_paid_for(ask: Asker, small: Small):
    first, second = await ask("{ numbr }"), await ask("{ numbr }")
    budgets = small.endpoint.bounds.budgets
    [payer] = budgets.buckets

    assert first.json() == second.json()
    assert budgets.buckets[payer][0] <= budgets.capacity - COST * 2 + budgets.per_second
    budgets.owe(payer, 10 * budgets.capacity)
    assert (await ask("{ numbr }")).json()["errors"][0]["message"] == "Cannot query field 'numbr' on type 'Query'."


async def test_a_crowd_or_a_failing_database_costs_the_suggestion_and_not_the_answer(ask: Asker, small: Small):
    small.endpoint.bounds.concurrency.free = 0
    small.endpoint.bounds.concurrency.queue = 0

    answer = await ask("{ numbr }")

    assert code(answer) == "GRAPHQL_VALIDATION_FAILED"
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize("text", ["{", "{ number(", "{ a: number a: who }", '{ echo(text: "\\u0000") }'])
async def test_what_is_no_question_of_names_reads_no_session(ask: Asker, small: Small, text: str):
    await ask(text)

    assert small.memory.reads == (1 if "who" in text else 0)
