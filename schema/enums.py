"""Closed sets of words. The sentence of each word stands beside it in `models` or `resolvers`."""

from enum import StrEnum
from functools import cache
from typing import Any

import strawberry
import structlog
from graphql import ConstValueNode, GraphQLError, GraphQLSchema
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.enum import EnumValue

from models.columns import STORED
from models.sentences import Sentence
from models.words import NEWER, Described, is_known, placeholder

log = structlog.get_logger()


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
    if words in STORED and placeholder(words) == NEWER:
        definition.values.append(
            EnumValue(NEWER, NEWER, description="A value that a newer version of the server has stored: only in answers, during an update.")
        )
    return words


class OpenEnum(CustomGraphQLEnumType):
    """An enum whose column may hold a word of a newer version: it is shown as the placeholder of the set, and never taken from a client."""

    def coerce_output_value(self, output_value: Any) -> str:
        """The name of the word. What is no text is an error, as it is for other enums."""
        if isinstance(output_value, str) and not is_known(self.wrapped_cls, output_value):
            _log_newer(self.name, output_value)
            return placeholder(self.wrapped_cls)  # type: ignore[arg-type]  # strawberry types it as the class of all enum classes
        return super().coerce_output_value(output_value)

    def coerce_input_value(self, input_value: str, hide_suggestions: bool = False) -> Any:
        """The member. Raises `GraphQLError` for the placeholder."""
        self._refuse_placeholder(input_value)
        return super().coerce_input_value(input_value, hide_suggestions)

    def coerce_input_literal(self, value_node: ConstValueNode, hide_suggestions: bool = False) -> Any:
        """As `coerce_input_value`."""
        self._refuse_placeholder(getattr(value_node, "value", None))
        return super().coerce_input_literal(value_node, hide_suggestions)

    def _refuse_placeholder(self, given: Any) -> None:
        if given == NEWER and not is_known(self.wrapped_cls, given):
            raise GraphQLError(
                Sentence("{value} is a value of answers only: it stands for what a newer version of the server has stored.", value=NEWER)
            )


def open_stored(schema: GraphQLSchema) -> None:
    """Lets every enum that a column holds tolerate words of a newer version."""
    for type_ in schema.type_map.values():
        if isinstance(type_, CustomGraphQLEnumType) and type_.wrapped_cls in STORED:
            type_.__class__ = OpenEnum  # strawberry makes these objects itself, of one class


@cache  # once for each word: what is stored is a closed set
def _log_newer(enum: str, word: str) -> None:
    if word != NEWER:  # the engine asks for the names of all values when it makes a plan
        log.warning("newer_word", enum=enum, word=word)
