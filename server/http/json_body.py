"""JSON as strictly as money deserves: nothing that two readers could read differently, nothing that a database could choke on."""

import json
from collections.abc import Awaitable, Callable
from math import isfinite
from typing import Any, NoReturn

import orjson

from models.sentences import Sentence
from server.http.error_codes import Code, Declined
from server.limits.timeouts import Within

Receive = Callable[[], Awaitable[Any]]
BIGGEST = 200_000  # bytes of a body
LONGEST_SECONDS = 10  # to send it
DEEPEST = 64  # lists and objects in one another
LONGEST_TEXT, LONGEST_LIST = 1_000, 100  # of what comes as input
BOM = b"\xef\xbb\xbf"
UNSTORABLE = "The request holds NUL or half a character."


class _Twice(ValueError):
    """A name that stands twice in an object: which of the two is meant depends on the reader."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _no_number(spelled: str) -> NoReturn:
    raise ValueError(spelled)


def _finite(spelled: str) -> float:
    number = float(spelled)
    return number if isfinite(number) else _no_number(spelled)


READER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)


def bad(message: str) -> Declined:
    """A request that is none."""
    return Declined(Code.BAD_REQUEST, message)


async def read_body(receive: Receive, told_length: bytes | None) -> bytes:
    """All that the client sends. Raises when it is, or says it is, too much; stops reading there."""
    if told_length is not None and (not told_length.isdigit() or int(told_length[:20]) > BIGGEST):
        raise _too_large()
    try:
        with Within(LONGEST_SECONDS):
            return await _all(receive)
    except TimeoutError:
        raise Declined(Code.BAD_REQUEST, "The request body did not come in time.", status=408) from None


async def _all(receive: Receive) -> bytes:
    parts, size, has_more = [], 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise bad("The request body ended early.")
        parts.append(message.get("body", b""))
        size, has_more = size + len(parts[-1]), message.get("more_body", False)
        if size > BIGGEST:
            raise _too_large()
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read_json(sent: bytes) -> Any:
    """The value that a text of JSON stands for. A byte order mark, which some programs write before UTF-8, is passed over."""
    sent = sent.removeprefix(BOM)
    if (found := _written_as_read(sent)) is not None:
        return found
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        raise bad("The request is not UTF-8.") from None
    try:
        value = READER.decode(text)
    except _Twice:
        raise bad("A name stands twice in one JSON object.") from None
    except (ValueError, RecursionError):  # ValueError also for an integer of more digits than Python reads
        raise bad("The request is not JSON.") from None
    if text.count("{") + text.count("[") > DEEPEST or "\\u" in text:
        _look_into(value)
    return value


def _written_as_read(sent: bytes) -> Any:
    """The value of a text that is what its own value is written as, as browsers write it: nothing in it can be read in two ways.

    A name that stands twice, a number that loses digits and whatever else is odd would be written otherwise. Such texts, and all that hold
    escapes or many levels, give `None`, and are read the slow way. It costs a fifth of that.
    """
    if sent.count(b"{") + sent.count(b"[") > DEEPEST or b"\\u" in sent:
        return None
    try:
        value = orjson.loads(sent)
        return value if orjson.dumps(value) == sent else None
    except ValueError:  # said again, and why, by the reader that is strict
        return None


def is_storable(text: str) -> bool:
    """Whether a database takes this text: without NUL and without half characters, in variables and in documents alike."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))


def bounded(variables: dict[str, Any]) -> None:
    """Raises for a text or list that is longer than any the schema takes."""
    todo: list[Any] = list(variables.values())
    while todo:
        value = todo.pop()
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise Declined(Code.BAD_USER_INPUT, Sentence("A text is longer than {most} characters.", most=LONGEST_TEXT), rule="text.length")
        if isinstance(value, list):
            if len(value) > LONGEST_LIST:
                raise Declined(Code.BAD_USER_INPUT, Sentence("A list has more than {most} items.", most=LONGEST_LIST), rule="list.length")
            todo += value
        elif isinstance(value, dict):
            todo += value.values()


def _look_into(value: Any) -> None:
    """Raises for what is nested too deeply, and for text that no database stores: NUL and half characters."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST + 1:
            raise bad(Sentence("The JSON is nested more than {most} levels deep.", most=DEEPEST))
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                if not is_storable(item):
                    raise bad(UNSTORABLE)
            elif isinstance(item, dict):
                below += item
                below += item.values()
            elif isinstance(item, list):
                below += item
        level = below


def _too_large() -> Declined:
    return Declined(Code.PAYLOAD_TOO_LARGE, Sentence("The request body is larger than {most} bytes.", most=BIGGEST), limit=BIGGEST)
