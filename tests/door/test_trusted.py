"""Documents that the deployment registered: named by their hash, judged and compiled at the start, and all that pages may send where that is said."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine import Plan, Reason
from server.http.persisted_documents import NoDocument, PersistedDocuments
from tests.door.asking import GRAPHQL, JSON, Asker, code
from tests.door.small import Small

NUMBER = "query Number { number }"
PAGE = {"origin": "https://north.example"}


def hash_of(trusted: PersistedDocuments) -> str:
    [hashed] = trusted.texts
    return hashed


async def test_a_known_document_is_asked_for_by_its_hash():
    trusted = PersistedDocuments.of([NUMBER])
    hashed, ask = hash_of(trusted), Asker(Small(trusted=trusted))

    known, spelled = await ask(documentId=hashed), await ask(documentId=f"sha256:{hashed}")
    by_get = await ask(method="GET", params={"documentId": hashed})

    assert [a.json()["data"] for a in (known, spelled, by_get)] == [{"number": 1}] * 3


def hashed_in_extensions(hashed: object, **more: object) -> dict[str, Any]:
    """As Apollo's link and urql's exchange send it."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashed}}} | more


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_client_with_persisted_queries_names_a_known_document_in_its_own_way(accept: str):
    trusted = PersistedDocuments.of(["query A($t: String!) { echo(text: $t) }"], is_required=True)
    ask, sent = Asker(Small(trusted=trusted)), hashed_in_extensions(hash_of(trusted), operationName="A", variables={"t": "x"})
    by_get = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in sent.items()}

    posted = await ask(**sent, headers={"accept": accept} | PAGE)
    got = await ask(method="GET", params=by_get, headers={"accept": accept} | PAGE)

    assert [a.json()["data"] for a in (posted, got)] == [{"echo": "x"}] * 2


@pytest.mark.parametrize("accept, status", [(GRAPHQL, 400), (JSON, 200)])
@pytest.mark.parametrize("texts, why", [([NUMBER], "NOT_FOUND"), ([], "NOT_SUPPORTED")])
async def test_of_an_unknown_one_it_is_told_in_the_words_on_which_it_sends_the_text(accept: str, status: int, texts: list[str], why: str):
    ask = Asker(Small(trusted=PersistedDocuments.of(texts)))

    first = await ask(**hashed_in_extensions("0" * 64), headers={"accept": accept})
    second = await ask("{ number }", **hashed_in_extensions("0" * 64), headers={"accept": accept})

    assert (first.status_code, code(first)) == (status, f"PERSISTED_QUERY_{why}")
    assert (
        first.json()["errors"][0]["message"] == {"NOT_FOUND": "PersistedQueryNotFound", "NOT_SUPPORTED": "PersistedQueryNotSupported"}[why]
    )
    assert second.json()["data"] == {"number": 1}


@pytest.mark.parametrize("sent", [5, "x", [], {}, {"sha256Hash": 5}, {"sha256Hash": None}])
async def test_a_persisted_query_that_is_none_is_no_request(sent: object):
    answer = await Asker(Small())("{ number }", extensions={"persistedQuery": sent})

    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


async def test_a_document_id_and_a_persisted_query_are_not_taken_together():
    trusted = PersistedDocuments.of([NUMBER])

    assert code(await Asker(Small(trusted=trusted))(documentId=hash_of(trusted), **hashed_in_extensions(hash_of(trusted)))) == "BAD_REQUEST"


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize("named", ["0" * 64, "", "sha256:", NUMBER])
async def test_an_unknown_document_is_refused(accept: str, named: str):
    answer = await Asker(Small(trusted=PersistedDocuments.of([NUMBER])))(documentId=named, headers={"accept": accept})

    assert (answer.status_code, code(answer)) == (400, "DOCUMENT_NOT_FOUND")


async def test_a_document_with_variables_and_several_operations_is_asked_for_like_any_other():
    trusted = PersistedDocuments.of(["query A($t: String!) { echo(text: $t) } query B { number }"])
    hashed, ask = hash_of(trusted), Asker(Small(trusted=trusted))

    one = await ask(documentId=hashed, operationName="A", variables={"t": "x"})
    other = await ask(documentId=hashed, operationName="B")

    assert [one.json()["data"], other.json()["data"]] == [{"echo": "x"}, {"number": 1}]
    assert code(await ask(documentId=hashed)) == "OPERATION_RESOLUTION_FAILURE"
    assert code(await ask(documentId=hashed, operationName="A", variables={"t": 1})) == "BAD_USER_INPUT"


async def test_whoever_may_not_name_its_fields_may_not_ask_for_a_known_document():
    trusted = PersistedDocuments.of(["{ secret }"])

    answer = await Asker(Small(trusted=trusted))(documentId=hash_of(trusted), token=None)

    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("shown", [PAGE, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "cross-site", **PAGE}])
async def test_where_only_known_documents_are_taken_a_browser_may_send_nothing_else(shown: dict[str, str]):
    """By whichever of the two that no page can leave out."""
    trusted = PersistedDocuments.of([NUMBER], is_required=True)
    hashed, ask = hash_of(trusted), Asker(Small(trusted=trusted))

    refused = await ask(NUMBER, headers=shown)
    by_get = await ask(method="GET", params={"query": NUMBER}, headers=shown)

    assert [(a.status_code, code(a)) for a in (refused, by_get)] == [(400, "BAD_REQUEST")] * 2
    assert (await ask(documentId=hashed, headers=shown)).json()["data"] == {"number": 1}
    assert (await ask(NUMBER)).json()["data"] == {"number": 1}  # what is no page, as a back office of one's own


async def test_where_nothing_else_is_said_a_browser_may_send_any_document():
    assert (await Asker(Small(trusted=PersistedDocuments.of([NUMBER])))("{ number }", headers=PAGE)).json()["data"] == {"number": 1}


async def test_known_documents_are_compiled_before_anybody_asks():
    """For every choice of their conditions, and weighed, and judged by the policy."""
    trusted = PersistedDocuments.of(["query ($yes: Boolean!) { number @include(if: $yes) }"])
    small = Small(trusted=trusted)
    [document] = small.endpoint.library.pinned.values()
    made = document.compiled

    for yes in (True, False):
        assert (await Asker(small)(documentId=hash_of(trusted), variables={"yes": yes})).status_code == 200

    assert (made, document.compiled, set(document.notes)) == (2, 2, {None})
    assert all(isinstance(plan, Plan) for plan in document.plans.values())
    assert (len(small.endpoint.library.new), len(small.endpoint.library.proven)) == (0, 0)


async def test_a_document_that_graphql_core_has_to_run_may_be_known_too():
    trusted = PersistedDocuments.of(["query ($n: Boolean = true) { who @skip(if: $n) number }"])
    small = Small(trusted=trusted, is_planned=True)

    answer = await Asker(small)(documentId=hash_of(trusted), variables={"n": None})

    assert code(answer) == "BAD_USER_INPUT"
    assert small.endpoint.library.counts == {Reason.CONDITION.value: 1}


WRONG = {
    "unknown.graphql": ("query {\n  nothing\n}", "unknown.graphql:2:3: Cannot query field 'nothing' on type 'Query'."),
    "cut.graphql": ("query { number", "cut.graphql:1:15: Syntax Error: Expected Name, found <EOF>."),
    "part.graphql": ("fragment Part on Query { number }", "part.graphql:1:1: Fragment 'Part' is never used."),
    "deep/large.graphql": (f"{{ {' '.join(f'a{i}: number' for i in range(31))} }}", "deep/large.graphql:1:1: The number of aliases is 31, at most 30 is allowed."),
    "empty.graphql": ("", "empty.graphql:1:1: Syntax Error: Unexpected <EOF>."),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_known_document_that_could_not_be_asked_for_stops_the_start_by_its_name_and_place(tmp_path: Path, name: str):
    text, says = WRONG[name]
    (tmp_path / "well.graphql").write_text(NUMBER)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)

    with pytest.raises(NoDocument) as refused:
        Small(trusted=PersistedDocuments.in_folder(tmp_path))

    assert str(refused.value) == says


def test_of_several_wrong_documents_the_first_is_told_and_the_others_are_counted(tmp_path: Path):
    for name in "cab":
        (tmp_path / f"{name}.graphql").write_text(f"{{ {name} }}")

    with pytest.raises(NoDocument, match=r"^a\.graphql:1:3: Cannot query field 'a' on type 'Query'\. \(2 more files\)$"):
        Small(trusted=PersistedDocuments.in_folder(tmp_path))


def test_known_documents_are_the_files_of_a_folder(tmp_path: Path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "contracts.graphql").write_text("{ number }")
    (tmp_path / "again.graphql").write_text("{ number }")
    (tmp_path / "notes.txt").write_text("{ who }")

    assert list(PersistedDocuments.in_folder(tmp_path).texts.values()) == ["{ number }"]


@pytest.mark.parametrize("written", [b"{ number }", b"{ number }\n", b"{\r\n  number\r\n}\r\n", "\ufeff{ number } # café\n".encode()])
async def test_the_hash_of_a_file_is_what_any_program_says_it_is(tmp_path: Path, written: bytes):
    """Its bytes as they lie there, whatever ends its lines."""
    (tmp_path / "a.graphql").write_bytes(written)
    said = sha256(written).hexdigest()

    answer = await Asker(Small(trusted=PersistedDocuments.in_folder(tmp_path)))(documentId=said)

    assert answer.json()["data"] == {"number": 1}


def test_a_folder_without_documents_and_a_file_that_is_no_text_are_refused(tmp_path: Path):
    with pytest.raises(NoDocument, match=r"^there is no \*\.graphql file in "):
        PersistedDocuments.in_folder(tmp_path)
    (tmp_path / "latin.graphql").write_bytes("{ number } # é".encode("latin-1"))
    with pytest.raises(NoDocument, match=r"^latin\.graphql is not UTF-8\.$"):
        PersistedDocuments.in_folder(tmp_path)
