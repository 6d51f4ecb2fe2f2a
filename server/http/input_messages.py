"""What is said of a value that does not fit its place: our words for those of the GraphQL library, without the value itself.

The library repeats what was sent. It may be a password that was typed as a number, and nobody knows who reads the log of a front end.
"""

import re

from graphql import GraphQLError

from models.sentences import Sentence

PLACE = re.compile(r"(?:Variable '(\$\w{1,100})'|Argument '(\w{1,100})') has invalid value(?: at ([^:]{1,300}))?: ", re.ASCII)
NAME = r"'(?P<name>[A-Za-z_]\w{0,99})[!\]]*'"
NOT_FITTING = "This value does not fit here."
# The first that is found in the library's sentence.
WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII), words)
    for pattern, words in (
        (rf"to include required field {NAME}", "The field {name} is required."),
        (rf"not to include unknown field {NAME}", "There is no field {name} here."),
        (r"not to include unknown field", "There is a field that is not known here."),
        (r"^Expected .*(?:not to be None|to be provided)|^Argument .* of required type .* was not provided", "A value is required here."),
        (r"^Expected .* to be an object", "An object is expected here."),
        (r"^String cannot represent", "A text is expected here."),
        (r"^ID cannot represent", "An id is expected here, as text."),
        (r"^Int cannot represent", "A whole number of at most 32 bits is expected here."),
        (r"^Float cannot represent", "A number is expected here."),
        (r"^Boolean cannot represent", "true or false is expected here."),
        (rf"does not exist in {NAME} enum", "This is no value of {name}."),
        (rf"^Enum {NAME} cannot represent", "This is no value of {name}."),
    )
)
# What the library suggests, in those places of its sentences where nothing that was sent can be.
NAMES = r"(?P<names>'[A-Za-z_]\w{0,99}'(?:,? (?:or )?'[A-Za-z_]\w{0,99}')*)"
NAME_MEANT = re.compile(r"'\w+'", re.ASCII)
MEANT = (
    re.compile(rf"^Expected value of type '[^']*' not to include unknown field '\w*'\. Did you mean {NAMES}\? Found: ", re.ASCII),
    re.compile(rf"\. Did you mean the enum value {NAMES}\?$", re.ASCII),
)
ECHO = re.compile(r"^(Syntax Error: .*?, found (?:Int|Float|String|BlockString|Name)) .*$", re.DOTALL)
FOUND = re.compile(r"[Ff]ound: | cannot represent ")


def worded(error: GraphQLError, cause: Exception | None) -> str:
    """The message of an error about a value, or about the text of a document. Whatever else it is, its own words."""
    given = cause.message if isinstance(cause, GraphQLError) else error.message
    if isinstance(error.message, Sentence):
        return error.message
    place = PLACE.match(error.message)
    if place is None:
        return _without_value(error.message)
    words = given if isinstance(given, Sentence) else _ours(given if cause is not None else error.message[place.end() :])
    inside = (place[1] or place[2]) + (place[3] or "")
    return Sentence("{place}: {words}", place=inside, words=words or Sentence(NOT_FITTING))


def meant(words: Sentence, error: GraphQLError, cause: Exception | None) -> Sentence:
    """Our words for an error, and the names that the library suggests for it."""
    place = PLACE.match(error.message)
    given = cause.message if isinstance(cause, GraphQLError) else error.message[place.end() if place else 0 :]
    found = next(filter(None, (pattern.search(given) for pattern in MEANT)), None)
    if found is None:
        return words
    return Sentence("{words} Did you mean {names}?", words=words, names=", ".join(NAME_MEANT.findall(found["names"])))


def _without_value(message: str) -> str:
    if ours := _ours(message):
        return ours
    if FOUND.search(message):
        return Sentence(NOT_FITTING)
    return ECHO.sub(r"\1.", message)


def _ours(message: str) -> Sentence | None:
    for pattern, words in WORDS:
        if found := pattern.search(message):
            return Sentence(words, **found.groupdict())
    return None
