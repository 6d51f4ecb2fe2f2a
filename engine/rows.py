"""How a plain row is recognised as a value of a type: by what it says of itself."""

from collections.abc import Mapping
from functools import lru_cache
from inspect import getattr_static
from types import FunctionType
from typing import Any, NamedTuple


class ByTypename:
    """A base for strawberry interfaces and types whose values are rows: a row names its GraphQL type in `typename`.

    strawberry's own check is `isinstance`, which refuses every row. A value without `typename` is judged as strawberry would.
    """

    @classmethod
    def resolve_type(cls, row: Any, info: Any, abstract: Any) -> str:
        """The name of the object type of `row`."""
        name = getattr(row, "typename", None)
        return str(type(row).__strawberry_definition__.name if name is None else name)

    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> bool:
        """Whether `row` is a value of this type."""
        name = getattr(row, "typename", None)
        return isinstance(row, cls) if name is None else name == cls.__strawberry_definition__.name  # type: ignore[attr-defined]  # strawberry puts it there


@lru_cache(1024)
def typename_of(kind: type) -> str | None:
    """The type that all rows of a class have, if the class alone says it: a constant that no row can hide by one of its own.

    So a level of rows of one class is checked by one look and not by one call a row.
    """
    name = getattr_static(kind, "typename", None)
    return name if isinstance(name, str) and not _may_hide(kind) else None


class Layout(NamedTuple):
    """What a class of rows says in `LAYOUT` of how a row is laid out, so that generated code reads it by place and makes nothing of it.

    `places` are the attributes that are items of the row, by their index. `parts` are the attributes that give small objects, and for each
    which attributes of the row are those of the object; there is none where the first of them is `None`. `prefixed` are the attributes that
    are a text with the hexadecimal digits of a UUID behind it: the text, and the attribute that has the UUID. `typenames` is the attribute
    that tells the type of a row, and which type each of its values tells. `carried` are the attributes of batch fields whose answers have
    come with the row: for those nobody is asked.

    All of it must be what the attributes themselves, or the functions of those fields, would give. Attributes of `parts` and `prefixed`
    that are no `places` are not used.
    """

    places: Mapping[str, int] = {}
    parts: Mapping[str, Mapping[str, str]] = {}
    prefixed: Mapping[str, tuple[str, str]] = {}
    typenames: tuple[str, Mapping[Any, str]] | None = None
    prefetched: "Mapping[str, Prefetched]" = {}


class Prefetched(NamedTuple):
    """A row that has come within another one. Its places are those of the row that carries it; the one that is `key` is `None` where there
    is no such row. `typename` is the type of all such rows, where they have but one.
    """

    layout: Layout
    key: int
    typename: str | None = None


UNKNOWN = Layout()


@lru_cache(1024)
def layout_of(kind: type) -> Layout:
    """What the class says; `UNKNOWN` where it says nothing, or a row could differ."""
    said = getattr_static(kind, "LAYOUT", None)
    return said if isinstance(said, Layout) and not _may_hide(kind) else UNKNOWN


def _may_hide(kind: type) -> bool:
    """Whether an object of the class may have something else than the class says under one name."""
    return kind.__dictoffset__ != 0 or isinstance(kind.__getattribute__, FunctionType)


def is_by_typename(check: Any) -> bool:
    """Whether a type's `resolve_type` or `is_type_of` is the one above, and not one of its own."""
    return getattr(check, "__func__", None) in (ByTypename.resolve_type.__func__, ByTypename.is_type_of.__func__)  # type: ignore[attr-defined]  # of a classmethod
