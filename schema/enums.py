"""Closed sets of words. The sentence of each word stands beside it in `models` or `resolvers`."""

from enum import StrEnum
from typing import Any

import strawberry

from models.words import Described


def shown(words: type[Described], description: str, name: str | None = None) -> type[StrEnum]:
    """These words as an enum of the schema, each with its own sentence.

    An input in `resolvers` that has a field of these words has made them an enum already, without a word of description: then they stay
    the one they are, since a second would be another type of the same name.
    """
    if "__strawberry_definition__" not in vars(words):
        strawberry.enum(words)
    shown_words: Any = words
    definition = shown_words.__strawberry_definition__
    definition.name, definition.description = name or definition.name, f"{description} Values may be added."
    for value, word in zip(definition.values, words, strict=True):
        value.description = word.description
    return words
