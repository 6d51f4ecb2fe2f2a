"""The policy as a matrix that a person reads: a row for each distinct set of readers, with all that is open to exactly these.

Complete: every field of every type is in it once, and every action on every model. What is not in it is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any, NamedTuple, TypeVar

from graphql import GraphQLInterfaceType, GraphQLSchema

from tenants.fields import Place
from tenants.scope import Principal
from tenants.table import Principals

Row = TypeVar("Row", bound=tuple[Any, ...])
WIDTH = 140
MARKS = len(Principal) * 2 + 1  # columns that the marks of a row take
FIELDS = """FIELDS: who may name which. A field of an interface is in the row of the interface, with the types where it is open alike.
Which rows somebody finds is decided below."""
ROWS = """ROWS: who may do what to which rows of which models. `s` is the scope of the caller. Staff reach the rows of their tenant,
customers those of their accounts; `limited` is what is left to a profile with limits to contracts, document kinds or days."""


class PolicyLine(NamedTuple):
    """What some may do to certain rows of a model."""

    who: Principals
    action: str
    model: str
    rows: str


def printed(schema: GraphQLSchema, may_name: Mapping[Place, Principals], lines: Iterable[PolicyLine]) -> str:
    """The whole policy, for people."""
    fields, rows = _fields(schema, may_name), _rows(lines)
    return "\n".join([*FIELDS.splitlines(), "", *_heading(), *fields, "", *ROWS.splitlines(), "", *_heading(), *rows, ""])


def _heading() -> Iterator[str]:
    """The names of the columns, each above its own."""
    for at, principal in enumerate(Principal):
        yield "| " * at + principal.value


def _fields(schema: GraphQLSchema, may_name: Mapping[Place, Principals]) -> Iterator[str]:
    """Types that have the same fields for the same readers are in one row."""
    by_type: dict[tuple[Principals, str, str], list[str]] = {}
    for (type_name, name), who in sorted(may_name.items()):
        by_type.setdefault((who, _declaring(schema, may_name, type_name, name), type_name), []).append(name)
    alike = _grouped(((who, declaring, " ".join(names)), type_name) for (who, declaring, type_name), names in by_type.items())
    return _sorted((who, f"{types}: {names}") for (who, _, names), types in alike)


def _declaring(schema: GraphQLSchema, may_name: Mapping[Place, Principals], type_name: str, name: str) -> str:
    """The interface that declares a field first and opens it to the same readers; nothing for a field of the type alone."""
    type_: Any = schema.type_map[type_name]
    above = [i.name for i in type_.interfaces if may_name.get((i.name, name)) == may_name[type_name, name]]
    itself = type_name if isinstance(type_, GraphQLInterfaceType) else ""
    return _declaring(schema, may_name, above[0], name) if above else itself


def _rows(lines: Iterable[PolicyLine]) -> Iterator[str]:
    """Models whose rows are open alike are in one row, and actions on the same models too."""
    models = _grouped(((line.who, line.rows, line.action), line.model) for line in lines)
    actions = _grouped(((who, rows, models), action) for (who, rows, action), models in models)
    return _sorted((who, f"{actions} on {models}: {rows}") for (who, rows, models), actions in actions)


def _grouped(pairs: Iterable[tuple[Row, str]]) -> list[tuple[Row, str]]:
    """Each row once, with all its names in order."""
    found: dict[Row, list[str]] = {}
    for row, name in pairs:
        found.setdefault(row, []).append(name)
    return [(row, " ".join(sorted(names))) for row, names in found.items()]


def _sorted(found: Iterable[tuple[Principals, str]]) -> Iterator[str]:
    for who, text in sorted(found, key=lambda row: (_order(row[0]), row[1])):
        yield from wrap(text, WIDTH, initial_indent=_marks(who), subsequent_indent=" " * (MARKS + 2), break_long_words=False)


def _marks(who: Principals) -> str:
    """An x below the name of each who may."""
    return "".join("x " if principal in who else ". " for principal in Principal) + " "


def _order(who: Principals) -> list[bool]:
    """What strangers see comes first, then what customers see."""
    return [principal not in who for principal in Principal]
