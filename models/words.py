"""Closed sets of words that clients see, each value with a sentence for people who will never see this code."""

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """A set of words. `ACTIVE = "ACTIVE", "It runs."`: the value as stored and shown, and what it means."""

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member
