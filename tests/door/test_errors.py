"""Every error has a code of the closed list, and none has words of ours that were not meant for a client."""

import asyncio
from decimal import InvalidOperation

import pytest
from graphql import GraphQLError
from structlog.testing import capture_logs

from channels.error_reports import SELDOM
from models.base import Conflict, NotOffered, RateLimited
from server.http.error_codes import Code
from server.http.responses import ResponseMeta, errors_shown
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import SECRET, Small


class Stopped(Exception):
    """As the database's driver says that a statement took too long."""

    sqlstate = "57014"


@pytest.mark.row("X-22", part="a mistake at a field, on a small schema")
async def test_a_mistake_of_ours_keeps_its_words_to_itself(ask: Asker):
    with capture_logs() as logs:
        answer = await ask("query Broken { number broken }")

    assert answer.json()["data"] == {"number": 1, "broken": None}
    [error] = answer.json()["errors"]
    request_id = answer.headers["x-request-id"]
    assert error == {
        "message": "Unexpected error.",
        "locations": [{"line": 1, "column": 23}],
        "path": ["broken"],
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
    }
    assert [(line["request_id"], line["operation"], line["error"], line["at"]) for line in logs] == [
        (request_id, "Broken", "RuntimeError", "broken")
    ]
    assert SECRET not in answer.text + str(logs)


async def test_a_mistake_that_spoils_many_fields_is_logged_once(ask: Asker):
    with capture_logs() as logs:
        answer = await ask("{ latest(first: 50) { broken } }")

    assert len(logs) == 1
    assert len(answer.json()["errors"]) == 20


async def test_what_a_client_sent_is_not_logged(ask: Asker, small: Small):
    small.trouble = ValueError(SECRET)
    with capture_logs() as logs:
        await ask("query ($t: String) { broken echo(text: $t) }", variables={"t": SECRET})
        await ask("query ($t: Int) { broken echo(number: $t) }", variables={"t": SECRET})
        await ask(f'{{ nowhere(text: "{SECRET}") }}')

    assert len(logs) == 1
    assert SECRET not in str(logs)


async def test_clients_mistakes_are_not_logged(ask: Asker):
    with capture_logs() as logs:
        for text in ("{", "{ nothing }", "{ wrong }", "{ staffSecret }"):
            await ask(text)
        await ask(body=b"5")

    assert logs == []


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_mistake_before_any_field_is_masked_too(ask: Asker, small: Small, accept):
    async def broken(*_: object) -> None:
        raise KeyError(SECRET)

    small.memory.guess = broken  # type: ignore[method-assign, assignment]  # the database itself fails
    with capture_logs() as logs:
        answer = await ask("{ number }", headers={"accept": accept})

    assert (answer.status_code, code(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"] == logs[0]["request_id"]
    assert SECRET not in answer.text + str(logs)


@pytest.mark.parametrize("away", [ConnectionRefusedError(SECRET), TimeoutError(), Stopped(SECRET)])
async def test_a_database_that_is_away_is_no_mistake(ask: Asker, small: Small, away):
    async def refusing(*_: object) -> None:
        raise away

    small.memory.guess = refusing  # type: ignore[method-assign, assignment]  # the database is stopped
    with capture_logs() as logs:
        answer = await ask("{ number }")

    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (503, "OVERLOADED", "1")
    assert len(logs) == 1


async def test_a_statement_that_took_too_long_is_told_apart(ask: Asker, small: Small):
    small.trouble = Stopped(SECRET)
    with capture_logs() as logs:
        answer = await ask("{ number broken }")

    assert (answer.status_code, answer.json()["data"]["number"], code(answer)) == (200, 1, "OVERLOADED")
    assert [(line["event"], line["reason"]) for line in logs] == [("too slow", "Stopped 57014")]
    assert SECRET not in answer.text + str(logs)


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_database_that_goes_away_at_a_field_is_answered_as_one_that_was_away_before(ask: Asker, small: Small, accept: str):
    small.trouble = ConnectionResetError(SECRET)
    with capture_logs() as logs:
        answers = [await ask("{ number broken }", headers={"accept": accept}) for _ in range(3)]

    for answer in answers:
        assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (503, "OVERLOADED", "1")
        assert answer.json().get("data") is None
    assert [(line["event"], line["count"]) for line in logs] == [("database away", 1)]
    assert SELDOM.totals == {"database away": 3}


async def test_a_refusal_for_lack_of_room_is_counted_and_in_the_log(small: Small):
    small.endpoint.bounds.requests = 0
    with capture_logs() as logs:
        answers = [await Asker(small)("{ number }") for _ in range(5)]

    assert {answer.status_code for answer in answers} == {503}
    assert [(line["event"], line["reason"], line["count"]) for line in logs] == [("overloaded", "The server is full.", 1)]
    assert SELDOM.totals == {"overloaded": 5}


async def test_a_refusal_says_its_rule(ask: Asker):
    [error] = (await ask("{ number wrong }")).json()["errors"]

    assert (error["extensions"], error["path"]) == ({"code": "BAD_USER_INPUT", "rule": "page.size"}, ["wrong"])


@pytest.mark.parametrize("refusal, wanted", [(NotOffered, "NOT_OFFERED"), (RateLimited, "RATE_LIMITED"), (Conflict, "BAD_USER_INPUT")])
async def test_a_code_that_belongs_in_payloads_does_not_stand_at_the_top(ask: Asker, small: Small, refusal, wanted):
    small.trouble = refusal()

    assert code(await ask("{ broken }")) == wanted


async def test_a_code_that_is_not_in_the_list_is_a_mistake(ask: Asker, small: Small):
    small.trouble = GraphQLError("From below.", extensions={"code": "MADE_UP"})
    with capture_logs() as logs:
        answers = [await ask("{ broken }"), await ask("{ coded }")]

    assert [code(answer) for answer in answers] == ["INTERNAL_SERVER_ERROR"] * 2
    assert "From below" not in str([answer.text for answer in answers])
    assert len(logs) == 2


@pytest.mark.parametrize("variables", [{}, {"n": None}, {"n": "x"}, {"n": 2**40}, {"n": [1]}, {"n": {}}])
async def test_a_wrong_variable_is_wrong_input(ask: Asker, variables):
    strict = await ask("query ($n: Int!) { echo(number: $n) }", variables=variables)
    lenient = await ask("query ($n: Int!) { echo(number: $n) }", variables=variables, headers={"accept": JSON})

    assert (strict.status_code, lenient.status_code) == (400, 200)
    assert code(strict) == code(lenient) == "BAD_USER_INPUT"
    assert "data" not in strict.json() | lenient.json()


def test_a_suggestion_that_slipped_through_is_cut():
    [shown], _ = errors_shown([GraphQLError("There is no 'x'. Did you mean 'y'?")], ResponseMeta("r"))

    assert shown["message"] == "There is no 'x'."


async def test_at_most_twenty_errors_are_told(ask: Asker, small: Small):
    small.trouble = NotOffered()
    text = "{ " + " ".join(f"a{i}: broken" for i in range(25)) + " }"

    assert len((await ask(text)).json()["errors"]) == 20


async def test_every_answer_has_an_id_of_its_own(ask: Asker):
    answers = [await ask("{ number }") for _ in range(3)] + [await ask(body=b"5"), await ask(method="PUT"), await ask("{")]

    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == len(answers)
    assert all(id not in answer.text for id in ids for answer in answers)


async def test_an_operation_that_takes_too_long_is_stopped(small: Small):
    small.endpoint.bounds.operation_seconds = 0.01
    stopped = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    small.slowness = forever
    answer = await Asker(small)("{ slow }")

    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (503, "OVERLOADED", "1")
    assert stopped.is_set()
    assert (await Asker(small)("{ number }")).status_code == 200


def test_the_list_of_codes_is_closed():
    assert {str(code) for code in Code} == set(
        [
            "UNAUTHENTICATED",
            "FORBIDDEN",
            "STEP_UP_REQUIRED",
            "NOT_OFFERED",
            "RATE_LIMITED",
            "OVERLOADED",
            "BAD_USER_INPUT",
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "OPERATION_RESOLUTION_FAILURE",
            "OPERATION_TOO_LARGE",
            "INTROSPECTION_DISABLED",
            "DOCUMENT_NOT_FOUND",
            "PERSISTED_QUERY_NOT_FOUND",
            "PERSISTED_QUERY_NOT_SUPPORTED",
            "BAD_REQUEST",
            "METHOD_NOT_ALLOWED",
            "NOT_ACCEPTABLE",
            "PAYLOAD_TOO_LARGE",
            "UNSUPPORTED_MEDIA_TYPE",
            "INTERNAL_SERVER_ERROR",
        ]
    )


class Beyond(Exception):
    """As the database's driver says that a number does not fit its column."""

    sqlstate = "22003"


@pytest.mark.parametrize("trouble", [Beyond(SECRET), OverflowError(SECRET), InvalidOperation(SECRET)])
async def test_a_value_that_nobody_checked_and_nothing_takes_is_wrong_input_and_in_the_log(ask: Asker, small: Small, trouble: Exception):
    """Of a field that takes input. Where nothing was given it is a mistake of ours."""
    wrapped = RuntimeError(SECRET)
    wrapped.__cause__ = trouble
    for raised in (trouble, wrapped):
        small.trouble = raised
        with capture_logs() as logs:
            given, bare = await ask("{ breaking(number: 7) }"), await ask("{ broken }")

        [error] = given.json()["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "rule": "value.range", "requestId": given.headers["x-request-id"]}
        assert code(bare) == "INTERNAL_SERVER_ERROR"
        assert len(logs) == 2
        assert SECRET not in given.text + str(logs)
