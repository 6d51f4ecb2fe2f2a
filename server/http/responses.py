"""From what happened to what a client reads. The one place where errors get their codes, and ours lose their words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from channels.error_reports import SELDOM, error_report, is_database_away, is_out_of_range, is_unanswered
from models.base import Refusal
from models.sentences import ENGLISH, Sentence, shown_in
from server.http.content_negotiation import GRAPHQL, JSON
from server.http.error_codes import Code, Declined, status_of
from server.http.input_messages import NOT_FITTING, meant, worded

MOST_ERRORS = 20
PARSER_LIMIT = re.compile(r"more than ([0-9]+) (?:lexical )?tokens")
DEEPEST_TEXT = 200  # levels of anything in one another that graphql-core's parser takes
UNEXPECTED = "Unexpected error."
AWAY = "The server cannot answer at the moment."
OUT_OF_RANGE = "A value is outside of what can be stored or calculated with."
Header = tuple[bytes, bytes]
TYPES = {media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in (GRAPHQL, JSON)}
CHALLENGE: Header = (b"www-authenticate", b"Bearer")
RETRY: tuple[Header, ...] = ((b"retry-after", b"1"),)
log = structlog.get_logger("bailiwick.server")


class Answer(NamedTuple):
    """What goes over the wire."""

    status: int
    headers: list[Header]
    body: bytes


class ResponseMeta(NamedTuple):
    """What answer and log say besides the result: the request's id, the document's name, and facts for `extensions`."""

    request_id: str
    name: str | None = None
    otherwise: Code = Code.BAD_USER_INPUT  # the code of an error that says none, when nothing was run
    extensions: Mapping[str, Any] | None = None
    language: str = ENGLISH  # in which whoever asks is answered
    headers: tuple[Header, ...] = ()
    is_query: bool = False
    names_meant: bool = False  # whether messages may suggest names of the schema


def answer(result: ExecutionResult, media: str, told: ResponseMeta) -> Answer:
    """For an operation that was run, or could not be."""
    shown: dict[str, Any] = {}
    if result.errors:
        if (away := _away(result, told)) is not None:
            return declined(refused(away, told), media, told)
        shown["errors"], written = errors_shown(result.errors, told)
        told = told._replace(language=_languages(written, told if _was_run(result) else None))
    if not _was_run(result):
        return _not_run(shown["errors"], media, told)
    shown["data"] = result.data
    if told.extensions:
        shown["extensions"] = told.extensions
    return _answer(200, shown, media, (_written_in(told.language), *told.headers))


def _away(result: ExecutionResult, told: ResponseMeta) -> Exception | None:
    """That the database went away while an operation ran: the same answer as when it is away before. A mutation that has done something
    says so.
    """
    if not told.is_query and any((result.data or {}).values()):
        return None
    causes = (_cause(error) for error in result.errors or ())
    return next((cause for cause in causes if cause is not None and is_database_away(cause)), None)


def _cause(error: GraphQLError) -> Exception | None:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def declined(refusal: Declined, media: str, told: ResponseMeta) -> Answer:
    """For a request that was refused before anything ran."""
    facts = {"requestId": told.request_id} if refusal.code is Code.INTERNAL_SERVER_ERROR else {}
    message, language = shown_in(told.language, refusal.message)
    error = {"message": message, "extensions": {"code": refusal.code.value, **refusal.facts, **facts}}
    status = refusal.status or status_of(refusal.code, media == GRAPHQL)
    challenge = (CHALLENGE,) if status == 401 else ()
    return _answer(status, {"errors": [error]}, media, (_written_in(language), *challenge, *refusal.headers, *told.headers))


def refused(error: Exception, told: ResponseMeta) -> Declined:
    """What an exception that ended the whole request is for the client; the log has the mistakes."""
    if isinstance(error, Declined):
        if error.code is Code.OVERLOADED:
            SELDOM.say("overloaded", error.message, request_id=told.request_id)
        return error
    if isinstance(error, Refusal):
        code = _code_of(error)
        if code is Code.OVERLOADED:
            SELDOM.say("overloaded", type(error).__qualname__, request_id=told.request_id)
        return Declined(code, error.message, headers=RETRY if code in (Code.OVERLOADED, Code.RATE_LIMITED) else (), **_facts_of(error))
    if is_unanswered(error):
        SELDOM.unanswered(error, request_id=told.request_id)
        return Declined(Code.OVERLOADED, AWAY, headers=RETRY)
    log.error("unexpected", request_id=told.request_id, operation=told.name, **error_report(error))
    return Declined(Code.INTERNAL_SERVER_ERROR, UNEXPECTED)


def errors_shown(errors: Iterable[GraphQLError], told: ResponseMeta) -> tuple[list[dict[str, Any]], list[str]]:
    """The first of them, coded, and the languages of their messages. A mistake is logged once, however many fields it spoils."""
    logged: set[int] = set()
    written: list[str] = []
    return [_shown(error, told, logged, written) for error in list(errors)[:MOST_ERRORS]], written


def _languages(written: list[str], run: ResponseMeta | None) -> str:
    """What `Content-Language` says: the language of whoever asks where something was read for him, and those of the messages."""
    return ", ".join(dict.fromkeys([*([run.language] if run else []), *written]))


def _written_in(languages: str) -> Header:
    return (b"content-language", languages.encode())


def _shown(error: GraphQLError, told: ResponseMeta, logged: set[int], written: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    code, message, facts = _coded(error, told.otherwise)
    is_ours = code is Code.INTERNAL_SERVER_ERROR or message is OUT_OF_RANGE
    if is_ours:
        facts["requestId"] = told.request_id
    if is_ours or code is Code.OVERLOADED:
        cause = error.original_error or error
        if id(cause) not in logged:
            logged.add(id(cause))
            _note(error, cause, told)
    message, language = shown_in(told.language, _with_names(message, error) if told.names_meant else _without_names(message))
    written.append(language)
    return shown | {"message": message, "extensions": {"code": code.value, **facts}}


def _with_names(message: str, error: GraphQLError) -> str:
    """The message with the suggestions of the library's own one, which the library's messages have already."""
    return meant(message, error, _cause(error)) if isinstance(message, Sentence) else message


def _without_names(message: str) -> str:
    """The message without suggestions, should one have slipped through. Sentences of ours have none."""
    return message if isinstance(message, Sentence) else message.split(" Did you mean ")[0]


def _note(error: GraphQLError, cause: Exception, told: ResponseMeta) -> None:
    below = _cause(error)
    if below is not None and is_unanswered(below):
        SELDOM.unanswered(below, request_id=told.request_id)
    else:
        log.error("unexpected", request_id=told.request_id, operation=told.name, at=_dotted(error.path), **error_report(cause))


def _coded(error: GraphQLError, otherwise: Code) -> tuple[Code, str, dict[str, Any]]:
    """The code, the words and the facts of one error."""
    cause = _cause(error)
    if isinstance(cause, Refusal):
        return _code_of(cause), cause.message, _facts_of(cause)
    given = dict(error.extensions or {})
    if (code := given.pop("code", None)) in Code.__members__ and (cause is None or isinstance(cause, GraphQLError)):
        return Code(code), worded(error, cause), given
    if isinstance(error, GraphQLSyntaxError):
        is_size = error.message.rstrip(".").endswith("Parsing aborted")
        return (
            (Code.OPERATION_TOO_LARGE, error.message, _too_long(error))
            if is_size
            else (Code.GRAPHQL_PARSE_FAILED, worded(error, cause), {})
        )
    if not error.path and (cause is None or isinstance(cause, GraphQLError | ValueError | TypeError)):  # what scalars say of a value
        return otherwise, worded(error, cause), {}
    # Of what goes wrong at a field, only what is said of the client's own arguments is for the client.
    is_argument = isinstance(cause, GraphQLError | None) and error.message.startswith("Argument ")
    if is_argument or isinstance(cause, StrawberryInputCoercionError):
        return Code.BAD_USER_INPUT, worded(error, cause) if isinstance(cause, GraphQLError | None) else Sentence(NOT_FITTING), {}
    if cause is not None and is_unanswered(cause):
        return Code.OVERLOADED, AWAY, {}
    if cause is not None and is_out_of_range(cause) and any(node for node in error.nodes or () if getattr(node, "arguments", ())):
        return Code.BAD_USER_INPUT, OUT_OF_RANGE, {"rule": "value.range"}  # a check is missing: the log says where
    return Code.INTERNAL_SERVER_ERROR, UNEXPECTED, {}


def _too_long(error: GraphQLSyntaxError) -> dict[str, Any]:
    """What the parser stopped at. It does not read on, so what was asked is at least one more than it takes."""
    found = PARSER_LIMIT.search(error.message)
    limit = int(found[1]) if found else DEEPEST_TEXT
    return {"measure": "tokens" if found else "nesting", "requested": limit + 1, "limit": limit}


def _code_of(refusal: Refusal) -> Code:
    """Refusals whose codes belong in payloads speak of the input, where they come without one."""
    return Code(refusal.code) if refusal.code in Code.__members__ else Code.BAD_USER_INPUT


def _facts_of(refusal: Refusal) -> dict[str, Any]:
    """What stands beside the code, for programs."""
    facts = dict(getattr(refusal, "facts", {}))
    return facts | ({"rule": refusal.rule} if refusal.rule else {})


def _was_run(result: ExecutionResult) -> bool:
    """Whether execution began: data, or null because of something that happened at a field."""
    return result.data is not None or not result.errors or any(error.path for error in result.errors)


def _not_run(errors: list[dict[str, Any]], media: str, told: ResponseMeta) -> Answer:
    code = Code(errors[0]["extensions"]["code"])
    return _answer(status_of(code, media == GRAPHQL), {"errors": errors}, media, (_written_in(told.language), *told.headers))


def _answer(status: int, shown: dict[str, Any], media: str, headers: Iterable[Header]) -> Answer:
    body = orjson.dumps(shown, option=orjson.OPT_UTC_Z)  # instants come from the engine as they are, in UTC
    return Answer(status, [TYPES[media], (b"content-length", b"%d" % len(body)), *headers], body)


def _dotted(path: Any) -> str | None:
    return ".".join(map(str, path)) if path else None
