"""Closed sets of words that clients see, each value with a sentence for people who will never see this code."""

from collections.abc import Mapping
from enum import EnumMeta, StrEnum
from typing import Self


class Described(StrEnum):
    """A set of words. `ACTIVE = "ACTIVE", "It runs."`: the value as stored and shown, and what it means.

    A column may hold a word that this version does not know: during an update the next version writes to the same database. Such a word
    stays plain text where it is read, is no member, and is shown as `NEWER`.
    """

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


OTHER = "OTHER"  # the word of many sets for what has no word of its own: it fits a word of a newer version, too
NEWER = "UNKNOWN"  # for sets that have no such word


def is_known(words: EnumMeta, stored: str) -> bool:
    """Whether this version knows a stored word. Rights are given for known words only."""
    return stored in words._value2member_map_


def placeholder(words: type[Described]) -> str:
    """What is shown for a stored word that this version does not know."""
    return OTHER if OTHER in words.__members__ else NEWER


class TypeNames(dict[str, str]):
    """The GraphQL type that each stored word stands for; `otherwise` is that of a word that this version does not know."""

    def __init__(self, names: Mapping[str, str], otherwise: str) -> None:
        super().__init__(names)
        self.otherwise = otherwise

    def __missing__(self, word: str) -> str:
        return self.otherwise

    def get(self, word: str, default: object = None) -> str:
        """As `[]`: a plain dictionary would not ask `__missing__` here."""
        return self[word]
