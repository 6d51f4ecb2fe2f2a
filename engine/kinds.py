"""Which object type a value has, and whether it is one of it. What is wrong is said in graphql-core's words, by graphql-core."""

from collections.abc import Awaitable, Iterable, Sequence
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

from graphql import GraphQLObjectType, default_type_resolver
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.executor import Executor, invalid_return_type_error
from graphql.pyutils import is_awaitable

from engine.generated import MOST_KNOWN
from engine.info import Info
from engine.plan import Field
from engine.rows import UNKNOWN, Layout, layout_of, typename_of


def all_are(field: Field, kinds: set[type]) -> bool:
    """Whether all values of these classes are objects of the field's only type, as far as their classes tell."""
    if len(field.below) != 1:
        return False
    if field.judged == "freely" or kinds <= field.known:
        return True
    if field.judged == "by typename" and all(typename_of(kind) == field.named.name for kind in kinds):
        if len(field.known) < MOST_KNOWN:
            field.known |= kinds
        return True
    return False


def known_types(field: Field, kinds: Iterable[type]) -> dict[type, str]:
    """The types that the classes alone tell."""
    if field.judged != "by typename":
        return {}
    return {kind: name for kind in kinds if (name := typename_of(kind)) in field.below}


def told_types(field: Field, objects: Sequence[Any]) -> list[str] | None:
    """The types that all rows of a level tell themselves; `None` where one of them has to be looked at."""
    if field.judged != "by typename":
        return None
    try:
        names = _typenames(objects)
        return names if set(names) <= field.below.keys() else None
    except Exception:  # said again, and noted, where it is looked at closely
        return None


def all_tell(field: Field, objects: Sequence[Any]) -> bool:
    """The same where nobody needs to know which row is of which type: a level has many rows and few types."""
    if field.judged != "by typename":
        return False
    try:
        layout = _layout(objects)
        if layout.typenames is None:
            return {o.typename for o in objects} <= field.below.keys()
        by, names = layout.typenames
        return set(map(names.get, set(map(itemgetter(layout.places[by]), objects)))) <= field.below.keys()
    except Exception:  # as above
        return False


def _typenames(objects: Sequence[Any]) -> list[Any]:
    layout = _layout(objects)
    if layout.typenames is None:
        return [o.typename for o in objects]
    by, names = layout.typenames
    return list(map(names.get, map(itemgetter(layout.places[by]), objects)))


def _layout(objects: Sequence[Any]) -> Layout:
    """How all of them are laid out, where they have one class."""
    kinds = set(map(type, objects))
    return layout_of(kinds.pop()) if len(kinds) == 1 else UNKNOWN


def told_type(field: Field, o: Any) -> str | None:
    """The type that a row itself tells, where that settles it: what `ByTypename` would say of it, asked once and not three times."""
    if field.judged != "by typename":
        return None
    try:
        name = o.typename
        return name if name in field.below else None
    except Exception:  # said again, and noted, where it is looked at closely
        return None


def type_of(field: Field, o: Any, info: Info) -> str | Awaitable[str]:
    """The name of the type of `o`. Raises what graphql-core would where there is none."""
    named = field.named
    if isinstance(named, GraphQLObjectType):
        return _checked(field, named.name, o, info)
    name = (named.resolve_type or default_type_resolver)(o, info, named)  # type: ignore[arg-type]  # our Info stands for graphql-core's
    return _found(field, name, o, info) if is_awaitable(name) else _named(field, name, o, info)


async def _found(field: Field, name: Awaitable[Any], o: Any, info: Info) -> str:
    found = _named(field, await name, o, info)
    return await found if is_awaitable(found) else found  # type: ignore[return-value]  # it is text where it is not awaitable


def _named(field: Field, name: Any, o: Any, info: Info) -> str | Awaitable[str]:
    if not isinstance(name, str) or name not in field.below:
        _refuse(field, name, o, info)
    return _checked(field, name, o, info)


def _checked(field: Field, name: str, o: Any, info: Info) -> str | Awaitable[str]:
    type_ = field.below[name].type
    if type_.is_type_of is None:
        return name
    is_one = type_.is_type_of(o, info)  # type: ignore[arg-type]  # as above
    if is_awaitable(is_one):
        return _confirmed(field, type_, is_one, o)
    if not is_one:
        raise invalid_return_type_error(type_, o, _details(field))
    return name


async def _confirmed(field: Field, type_: GraphQLObjectType, is_one: Awaitable[bool], o: Any) -> str:
    if not await is_one:
        raise invalid_return_type_error(type_, o, _details(field))
    return type_.name


def _refuse(field: Field, name: Any, o: Any, info: Info) -> None:
    """Says why `name` is no type of a value of the field. That much of the executor reads nothing but the schema."""
    executor: Any = SimpleNamespace(schema=info.schema)
    Executor.ensure_valid_runtime_type(executor, name, field.named, _details(field), info, o)  # type: ignore[arg-type]  # as above


def _details(field: Field) -> list[FieldDetails]:
    return [FieldDetails(node, None) for node in field.nodes]
