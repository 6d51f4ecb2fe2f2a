"""What is no request is refused, each with its code, and nothing a client sends ends in a 500."""

import asyncio
import gzip

import pytest

from server.http.error_codes import Code
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import Small

NUMBER = b'{"query": "{ number }"'
DEEP = b'{"query": "{ number }", "variables": {"x": ' + b"[" * 70 + b"]" * 70 + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        b"5",
        b'"x"',
        b"null",
        b"true",
        b"[]",
        b'[{"query": "{ number }"}]',
        b"",
        b"{",
        b'\xff\xfe{"query": "{ number }"}',
        b'{"query": "\xed\xa0\x80"}',
        b'{"query": "{ number }", "query": "{ who }"}',
        NUMBER + b', "variables": {"a": 1, "a": 2}}',
        NUMBER + b', "variables": {"n": NaN}}',
        NUMBER + b', "variables": {"n": -Infinity}}',
        NUMBER + b', "variables": {"n": 1e999}}',
        NUMBER + b', "variables": {"n": ' + b"9" * 5_000 + b"}}",
        NUMBER + b', "variables": {"t": "\\ud800"}}',
        NUMBER + b', "variables": {"\\udc00": 1}}',
        NUMBER + b', "variables": {"t": "a\\u0000b"}}',
        NUMBER + b', "variables": {"t": "a\x00b"}}',
        DEEP,
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        '{"query": "{ number }"}'.encode("utf-16"),
        NUMBER + b"} trailing",
        NUMBER + b', "documentId": "x"}',
        b'{"documentId": 5}',
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
async def test_a_body_that_two_readers_could_read_differently_is_refused(ask: Asker, body):
    for accept in (GRAPHQL, JSON):
        answer = await ask(body=body, headers={"accept": accept})

        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
        assert answer.headers["content-type"].startswith(accept)
        assert "data" not in answer.json()


async def test_sixty_four_levels_of_json_pass(ask: Asker):
    answer = await ask(body=b'{"query": "{ number }", "extensions": {"x": ' + b"[" * 62 + b"]" * 62 + b"}}")

    assert answer.json()["data"] == {"number": 1}


async def test_braces_in_a_text_are_no_depth(ask: Asker):
    answer = await ask("{ number } # " + "{" * 200)

    assert answer.json()["data"] == {"number": 1}


async def test_escapes_that_mean_something_pass(ask: Asker):
    answer = await ask(body=rb'{"query": "query ($t: String) { echo(text: $t) }", "variables": {"t": "\u00e9 \ud83c\udfca \\u0000"}}')

    assert answer.json()["data"] == {"echo": "é 🏊 \\u0000"}


async def test_a_huge_integer_is_wrong_input(ask: Asker):
    answer = await ask(body=b'{"query": "query ($n: Int) { echo(number: $n) }", "variables": {"n": ' + b"9" * 300 + b"}}")

    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")


async def test_a_body_of_two_hundred_kilobytes_passes_and_one_more_byte_does_not(ask: Asker):
    fits = b'{"query": "{ number }", "extensions": {"x": "' + b"a" * (200_000 - 48) + b'"}}'

    assert len(fits) == 200_000
    assert (await ask(body=fits)).status_code == 200
    for body in (fits + b" ", fits * 20):
        answer = await ask(body=body)
        assert (answer.status_code, code(answer)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_without_a_length_is_counted_while_it_comes(small: Small):
    taken = 0

    async def receive():
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 50_000, "more_body": True}

    sent = await _sent(small, receive, [(b"content-type", b"application/json")])

    assert (sent[0]["status"], taken) == (413, 5)


async def test_a_length_that_is_told_is_believed_before_anything_is_read(small: Small):
    async def receive():
        raise AssertionError("nothing is read")

    for told in (b"200001", b"9" * 30, b"-1", b"x"):
        sent = await _sent(small, receive, [(b"content-type", b"application/json"), (b"content-length", told)])
        assert sent[0]["status"] == 413


async def test_a_body_that_stops_coming_is_not_waited_for(small: Small, monkeypatch):
    monkeypatch.setattr("server.http.json_body.LONGEST_SECONDS", 0.01)

    async def receive():
        await asyncio.Event().wait()

    sent = await _sent(small, receive, [(b"content-type", b"application/json")])

    assert (sent[0]["status"], b"BAD_REQUEST" in sent[1]["body"]) == (408, True)


async def test_a_client_that_goes_while_it_sends_is_refused_quietly(small: Small):
    async def receive():
        return {"type": "http.disconnect"}

    assert (await _sent(small, receive, [(b"content-type", b"application/json")]))[0]["status"] == 400


async def _sent(small, receive, headers, method="POST", query_string=b""):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": "/graphql", "query_string": query_string, "headers": headers, "request_id": "r"}
    await small.endpoint(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonx",
    ],
)
async def test_only_json_in_utf8_is_read(ask: Asker, content_type):
    answer = await ask("{ number }", headers={"content-type": content_type})

    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON ; Charset=UTF-8", 'application/json; charset="utf-8"'])
async def test_json_may_say_that_it_is_utf8(ask: Asker, content_type):
    assert (await ask("{ number }", headers={"content-type": content_type})).status_code == 200


async def test_compressed_bodies_are_refused(ask: Asker):
    answer = await ask(body=gzip.compress(NUMBER + b"}"), headers={"content-encoding": "gzip"})

    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await ask("{ number }", headers={"content-encoding": "identity"})).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
async def test_other_methods_are_refused_with_those_that_are_not(ask: Asker, method):
    answer = await ask(method=method)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert code(answer) == "METHOD_NOT_ALLOWED"


async def test_a_mutation_is_not_taken_by_get(ask: Asker, small: Small):
    answer = await ask(method="GET", params={"query": 'mutation { rename(name: "x") }'})

    assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "POST", "METHOD_NOT_ALLOWED")
    assert small.done == []


@pytest.mark.parametrize(
    "accept, media",
    [
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json; charset=utf-8, application/json; q=0.9", GRAPHQL),
        ("application/graphql-response+json, application/json", GRAPHQL),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("application/json; q=0.9, application/graphql-response+json; q=0.5", JSON),
        ("application/graphql-response+json; q=0, */*", JSON),
        ("application/json; q=0, application/*", GRAPHQL),
        ("application/*", JSON),
        ("text/html, */*; q=0.1", JSON),
        ("APPLICATION/JSON", JSON),
        ("*/*", JSON),
        ("", JSON),
    ],
)
async def test_the_answer_is_of_the_type_that_is_wanted_most(ask: Asker, accept, media):
    answer = await ask("{ number }", headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media}; charset=utf-8")


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/*", "application/graphql-response+json; q=0", "application/json; q=0", "*/*; q=0", "application/json; q=x"],
)
async def test_what_cannot_be_answered_is_not_run(ask: Asker, small: Small, accept):
    answer = await ask('mutation { rename(name: "x") }', headers={"accept": accept})

    assert (answer.status_code, code(answer), small.done) == (406, "NOT_ACCEPTABLE", [])


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": "{ number }", "variables": "5"},
        {"query": "{ number }", "variables": "{"},
        {"query": "{ number }", "variables": '{"a": 1, "a": 2}'},
        {"query": "{ number }", "extensions": "[]"},
        [("query", "{ number }"), ("query", "{ who }")],
        {"query": "{ number } # \0"},
        {f"p{i}": "x" for i in range(30)},
    ],
)
async def test_an_address_is_read_as_strictly(ask: Asker, params):
    answer = await ask(method="GET", params=params)

    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("query_string", [b"query=%ff", b"query=\xff"])
async def test_an_address_that_is_not_utf8_is_refused(small: Small, query_string):
    async def receive():
        raise AssertionError("nothing is read")

    assert (await _sent(small, receive, [], method="GET", query_string=query_string))[0]["status"] == 400


async def test_by_get_empty_parameters_are_absent(ask: Asker):
    answer = await ask(method="GET", params={"query": "{ number }", "operationName": "", "variables": "", "extensions": ""})

    assert answer.json()["data"] == {"number": 1}


async def test_of_several_operations_one_must_be_named(ask: Asker):
    text = "query a { number } query b { who }"

    unnamed, unknown = await ask(text), await ask(text, operationName="c")
    named = await ask(text, operationName="b")

    assert [(a.status_code, code(a)) for a in (unnamed, unknown)] == [(400, "OPERATION_RESOLUTION_FAILURE")] * 2
    assert named.json()["data"] == {"who": "CUSTOMER"}


async def test_an_unknown_name_is_refused_for_a_single_operation_too(ask: Asker):
    assert code(await ask("query a { number }", operationName="b")) == "OPERATION_RESOLUTION_FAILURE"
    assert code(await ask("fragment f on Query { number }")) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{}", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { number }", "GRAPHQL_VALIDATION_FAILED"),
        ("type A { b: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ " + "number " * 2_001 + "}", "OPERATION_TOO_LARGE"),
        ("{ thing " + "{ next " * 300 + "}" * 301, "OPERATION_TOO_LARGE"),
        ("{ echo(number: " + "[" * 900 + "]" * 900 + ") }", "OPERATION_TOO_LARGE"),
        ("{ " + "number " * 11 + "}", "OPERATION_TOO_LARGE"),
        ("{ things(first: 100) { nodes { thing: next { lines { number } } } } }", "OPERATION_TOO_LARGE"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_documents_that_cannot_be_run_are_refused_with_a_code(ask: Asker, text, wanted):
    strict, lenient = await ask(text), await ask(text, headers={"accept": JSON})

    assert (strict.status_code, lenient.status_code) == (400, 200)
    assert code(strict) == code(lenient) == wanted
    assert "data" not in strict.json() | lenient.json()


async def test_a_cost_that_variables_make_too_high_is_told_with_both_numbers(ask: Asker):
    text = "query ($n: Int) { things(first: $n) { nodes { things(first: $n) { nodes { name } } } } }"

    fits, large = await ask(text, variables={"n": 90}), await ask(text, variables={"n": 100})

    assert fits.json()["extensions"]["cost"]["requested"] == 1 + 90 * 92
    assert large.json()["errors"][0]["extensions"] == {
        "code": "OPERATION_TOO_LARGE",
        "limit": 10_000,
        "requested": 10_201,
        "measure": "cost",
        "field": "things.nodes.things",
        "cost": 10_100,
        "first": 97,
    }


@pytest.mark.parametrize(
    "text, measure, limit",
    [("{ " + "number " * 2_001 + "}", "tokens", 2_000), ("{ echo(number: " + "[" * 900 + "]" * 900 + ") }", "nesting", 200)],
    ids=["tokens", "nesting"],
)
async def test_what_the_parser_stops_at_is_told_as_other_limits_are(ask: Asker, text: str, measure: str, limit: int):
    shown = (await ask(text)).json()["errors"][0]["extensions"]

    assert shown == {"code": "OPERATION_TOO_LARGE", "measure": measure, "requested": limit + 1, "limit": limit}


async def test_long_texts_and_lists_in_variables_are_refused(ask: Asker):
    text = await ask("query ($t: String) { echo(text: $t) }", variables={"t": "a" * 1_001})
    items = await ask("query ($i: [ID!]!) { nodes(ids: $i) { name } }", variables={"i": ["a"] * 101})

    assert [a.json()["errors"][0]["extensions"] for a in (text, items)] == [
        {"code": "BAD_USER_INPUT", "rule": "text.length"},
        {"code": "BAD_USER_INPUT", "rule": "list.length"},
    ]
    assert (await ask("query ($t: String) { echo(text: $t) }", variables={"t": "a" * 1_000})).status_code == 200


async def test_validation_reports_at_most_five_errors(ask: Asker):
    answer = await ask("{ numbe nubmer nmber numberr who2 whoo thigns }")

    assert len(answer.json()["errors"]) <= 5


def test_every_code_has_a_place_in_the_closed_list():
    assert all(code.value == code.name for code in Code)


TEXTS_THAT_NO_DATABASE_STORES = [r'"a\u0000b"', r'"\u{0}"', r'"\u{0000}"', '"x\\u0000"']


@pytest.mark.parametrize("literal", TEXTS_THAT_NO_DATABASE_STORES)
@pytest.mark.parametrize(
    "around", ["{{ echo(text: {}) }}", "query ($t: String = {}) {{ echo(text: $t) }}", "{{ nodes(ids: [{}]) {{ name }} }}"]
)
async def test_text_that_no_database_stores_is_refused_in_documents_as_in_variables(ask: Asker, literal: str, around: str):
    written, by_get = await ask(around.format(literal)), await ask(method="GET", params={"query": around.format(literal)})
    sent = await ask(body=rb'{"query": "query ($t: String) { echo(text: $t) }", "variables": {"t": "\u0000"}}')

    for answer in (written, by_get, sent):
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
        assert answer.json()["errors"][0]["message"] == "The request holds NUL or half a character."
    assert written.json()["errors"][0]["locations"]


@pytest.mark.parametrize("literal", [r'"\ud800"', r'"\u{d800}"', r'"\udc00\ud800"'])
async def test_half_a_character_is_refused_in_documents_too(ask: Asker, literal: str):
    answer = await ask(f"{{ echo(text: {literal}) }}")

    assert (answer.status_code, code(answer)) == (400, "GRAPHQL_PARSE_FAILED")


async def test_a_backslash_in_a_block_string_is_a_backslash(ask: Asker):
    assert (await ask(r'{ echo(text: """\u0000""") }')).json()["data"] == {"echo": r"\u0000"}


async def test_long_texts_and_lists_are_refused_in_documents_as_in_variables(ask: Asker):
    text = await ask(f'{{ echo(text: "{"a" * 1_001}") }}')
    block = await ask(f'{{ echo(text: """{"a" * 1_001}""") }}')
    items = await ask(f"{{ nodes(ids: [{', '.join(['1'] * 101)}]) {{ name }} }}")

    assert [a.json()["errors"][0]["extensions"] for a in (text, block, items)] == [
        {"code": "BAD_USER_INPUT", "rule": "text.length"},
        {"code": "BAD_USER_INPUT", "rule": "text.length"},
        {"code": "BAD_USER_INPUT", "rule": "list.length"},
    ]
    assert (await ask(f'{{ echo(text: "{"a" * 1_000}") }}')).status_code == 200
    assert (await ask(f"{{ nodes(ids: [{', '.join(['1'] * 100)}]) {{ name }} }}")).status_code == 200


async def test_a_byte_order_mark_before_the_json_is_passed_over(ask: Asker):
    for body in (b'{"query": "{ number }"}', b'{"query":"{ number }"}', b'{"query": "{ number }", "variables": {"t": "\\u00e9"}}'):
        assert (await ask(body=b"\xef\xbb\xbf" + body)).json()["data"] == {"number": 1}
    assert code(await ask(body=b"\xef\xbb\xbf\xef\xbb\xbf{}")) == "BAD_REQUEST"


async def test_head_is_answered_as_get_without_the_body(ask: Asker, small: Small):
    query = {"query": "{ number }"}
    got, headed = await ask(method="GET", params=query), await ask(method="HEAD", params=query)
    refused = await ask(method="HEAD", params={"query": 'mutation { rename(name: "x") }'})

    assert (headed.status_code, headed.content) == (got.status_code, b"") == (200, b"")
    for name in ("content-type", "content-length"):
        assert headed.headers[name] == got.headers[name]
    assert (refused.status_code, refused.headers["allow"], small.done) == (405, "POST", [])


async def test_an_address_with_a_slash_at_its_end_is_the_same(small: Small):
    async with small.client(authorization="Bearer north.customer") as client:
        answer = await client.post("/graphql/", json={"query": "{ who }"})
        refused = await client.put("/graphql/")

    assert (answer.status_code, answer.json()["data"]) == (200, {"who": "CUSTOMER"})
    assert (refused.status_code, code(refused)) == (405, "METHOD_NOT_ALLOWED")


HOSTS = [
    ([], "1.1", 400), ([], "1.0", 200), ([b"north.example"], "1.1", 200), ([b"north.example:8443"], "1.1", 200), ([b"NORTH.example:"], "1.1", 200), ([b"[::1]:8000"], "1.1", 200),
    ([b"north.example", b"south.example"], "1.1", 400), ([b"north.example", b"north.example"], "1.1", 400), ([b"north.example", b"south.example"], "1.0", 400),
    ([b"north.example, south.example"], "1.1", 400), ([b"north.example south.example"], "1.1", 400), ([b""], "1.1", 400), ([b"north.example/x"], "1.1", 400), ([b"u@north.example"], "1.1", 400), ([b"north.example:x"], "1.1", 400),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/graphql", "/live", "/nowhere"])
@pytest.mark.parametrize("hosts, version, status", HOSTS)
async def test_a_request_names_one_host(small: Small, path: str, hosts: list[bytes], version: str, status: int):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    headers = [(b"host", host) for host in hosts]
    query = b"query=%7B%20number%20%7D"
    scope = {
        "type": "http",
        "http_version": version,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": headers,
    }
    await small.app(scope, receive, send)

    assert sent[0]["status"] == (404 if path == "/nowhere" and status == 200 else status)
    assert b"x-content-type-options" in dict(sent[0]["headers"])
    assert status == 200 or b"BAD_REQUEST" in sent[1]["body"]
