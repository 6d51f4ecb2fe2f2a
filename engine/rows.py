"""How a plain row is recognised as a value of a type: by what it says of itself."""

from typing import Any


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
