"""Closed sets of words. The sentence of each word stands beside it in `models` or `resolvers`."""

from enum import StrEnum

import strawberry

from models.words import Described


def shown(words: type[Described], description: str, name: str | None = None) -> type[StrEnum]:
    """These words as an enum of the schema, each with its own sentence."""
    shown_words = strawberry.enum(words, name=name, description=f"{description} Values may be added.")
    for value, word in zip(shown_words.__strawberry_definition__.values, words, strict=True):  # type: ignore[attr-defined]
        value.description = word.description
    return shown_words
