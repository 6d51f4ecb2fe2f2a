"""What it costs to ask what the schema says of itself: by how much there is to say.

A list below `types` is as long as such lists are on average, so that asking for everything is priced by what there is. Anywhere else a
client chooses the type, and the longest list counts.
"""

from collections.abc import Callable, Iterable
from math import ceil
from typing import Any, NamedTuple

from graphql import GraphQLInterfaceType, GraphQLSchema, GraphQLUnionType

PARTS_A_POINT = 10  # what describes one part takes about a tenth of the time that a row of a list takes
ROOTS = frozenset({"__schema", "__type"})
MOST_SCHEMAS, MOST_TYPES = 1, 10  # of one operation, however they are called
DEEPEST = 30  # fields in one another below a root; what code generators ask for has about fifteen
TYPES = ("__Schema", "types")


class Parts(NamedTuple):
    """How many parts of the schema a selection describes, where it is asked of a part that a client chose, and of one of all parts."""

    chosen: float = 0
    of_all: float = 0

    def plus(self, other: "Parts") -> "Parts":
        return Parts(self.chosen + other.chosen, self.of_all + other.of_all)

    @property
    def points(self) -> int:
        return ceil(self.chosen / PARTS_A_POINT)


class Sizes:
    """How many parts stand at each field of the description of a schema: at most, and on average."""

    def __init__(self, schema: GraphQLSchema) -> None:
        types: list[Any] = list(schema.type_map.values())
        lists = _lists(schema)
        fields = [field for type_ in types if _is_output(type_) for field in type_.fields.values()]
        self.sizes = {("__Type", name): _sizes(map(long, types)) for name, long in lists.items()} | {
            TYPES: _sizes([len(types)]),
            ("__Schema", "directives"): _sizes([len(schema.directives)]),
            ("__Directive", "args"): _sizes(len(directive.args) for directive in schema.directives),
            ("__Field", "args"): _sizes(len(field.args) for field in fields),
            ("__Type", "ofType"): (0.5, 0.5),  # most references end after one or two
        }

    def parts(self, parent: str, name: str, below: Parts) -> Parts:
        """What a field with something below it asks for."""
        most, average = self.sizes.get((parent, name), (1.0, 1.0))
        if (parent, name) == TYPES:
            return Parts(most * (1 + below.of_all), most * (1 + below.of_all))
        is_inside = name in ("args", "fields", "inputFields", "enumValues", "directives")  # else it leads to a type that the schema chose
        return Parts(most * (1 + below.chosen), average * (1 + (below.of_all if is_inside else below.chosen)))


def _lists(schema: GraphQLSchema) -> dict[str, Callable[[Any], int]]:
    """The lists of a type, and how long they are."""
    return {
        "fields": lambda type_: len(type_.fields) if _is_output(type_) else 0,
        "inputFields": lambda type_: 0 if _is_output(type_) else len(getattr(type_, "fields", ())),
        "enumValues": lambda type_: len(getattr(type_, "values", ())),
        "interfaces": lambda type_: len(getattr(type_, "interfaces", ())),
        "possibleTypes": lambda type_: len(schema.get_possible_types(type_)) if _is_abstract(type_) else 0,
    }


def _sizes(lengths: Iterable[int]) -> tuple[float, float]:
    known = list(lengths)
    return float(max(known, default=0)), sum(known) / max(len(known), 1)


def _is_output(type_: Any) -> bool:
    return hasattr(type_, "fields") and hasattr(type_, "interfaces")


def _is_abstract(type_: Any) -> bool:
    return isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
