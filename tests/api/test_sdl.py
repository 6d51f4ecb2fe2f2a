"""What the schema promises to those who write clients: described to the last value, named by the rules, and never taken back without notice."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from schema import build, exported
from schema.releases import REMOVED

COMMITTED = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"
SCHEMA = build()._schema
PAGING = {"first", "after", "last", "before"}
ROOTS = ("Query", "Mutation", "Subscription")
TYPES = [
    type_
    for type_ in SCHEMA.type_map.values()
    if not type_.name.startswith("__") and not is_specified_scalar_type(type_)
]  # fmt: skip


class Shown(NamedTuple):
    """A field of a type that is read, an argument, or a field of an input."""

    of: str
    name: str
    type: Any
    definition: Any


def outputs() -> Iterator[Shown]:
    for type_ in TYPES:
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield from (Shown(type_.name, name, field.type, field) for name, field in type_.fields.items())


def inputs() -> Iterator[Shown]:
    for field in outputs():
        yield from (Shown(f"{field.of}.{field.name}", name, argument.type, argument) for name, argument in field.definition.args.items())
    for type_ in TYPES:
        if isinstance(type_, GraphQLInputObjectType):
            yield from (Shown(type_.name, name, field.type, field) for name, field in type_.fields.items())


def enums() -> list[GraphQLEnumType]:
    return [type_ for type_ in TYPES if isinstance(type_, GraphQLEnumType)]


def is_sentence(text: str | None) -> bool:
    return bool(text) and str(text)[0].isupper() and str(text).rstrip("`\"')")[-1:] in (".", ":")


def test_the_committed_schema_is_the_one_that_is_served():
    assert COMMITTED.read_text(encoding="utf-8") == exported(), "Read the difference, then run: make sdl"


def test_it_is_exported_alike_every_time():
    assert exported() == exported()


def test_the_committed_schema_builds_without_us():
    assert set(build_schema(exported()).type_map) == set(SCHEMA.type_map)


def test_everything_is_described():
    """Every type, field, argument, input field and enum value; directives of ours too."""
    undescribed = [type_.name for type_ in TYPES if not is_sentence(type_.description)]
    undescribed += [f"{place.of}.{place.name}" for place in (*outputs(), *inputs()) if not is_sentence(place.definition.description)]
    undescribed += [f"{enum.name}.{name}" for enum in enums() for name, value in enum.values.items() if not is_sentence(value.description)]
    undescribed += [d.name for d in SCHEMA.directives if not is_specified_directive(d) and not is_sentence(d.description)]
    assert undescribed == []


def test_names_are_spelled_by_kind():
    assert [type_.name for type_ in TYPES if not re.fullmatch(r"([A-Z][a-z0-9]*)+|URL", type_.name)] == []
    places = [*outputs(), *inputs()]
    assert [f"{place.of}.{place.name}" for place in places if not re.fullmatch(r"[a-z][a-z0-9]*([A-Z][a-z0-9]*)*", place.name)] == []
    assert [f"{e.name}.{name}" for e in enums() for name in e.values if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", name)] == []


def test_enums_say_that_values_may_be_added():
    assert [enum.name for enum in enums() if not str(enum.description).endswith("Values may be added.")] == []


@pytest.mark.parametrize(
    ("type_name", "pattern"),
    [("Boolean", r"(is|has)[A-Z].*"), ("Date", r".*On"), ("DateTime", r".*At"), ("PageInfo", r"pageInfo")],
)
def test_a_name_says_what_kind_of_value_it_has(type_name: str, pattern: str):
    named = [place for place in (*outputs(), *inputs()) if get_named_type(place.type).name == type_name and place.of != "DateRange"]
    assert named
    assert [f"{place.of}.{place.name}" for place in named if not re.fullmatch(pattern, place.name)] == []


def test_objects_are_shown_and_ids_only_taken():
    """A field leads to the object; only `id` itself, and what another system calls a thing, are ids."""
    own = [f"{p.of}.{p.name}" for p in outputs() if re.search(r"Ids?$", p.name) and p.name != "externalId"]
    assert own == []
    assert {p.name for p in outputs() if get_named_type(p.type).name == "ID"} == {"id"}


@pytest.mark.row("X-15", part="no float anywhere in the schema, and money with its currency")
def test_no_binary_fraction_and_no_shapeless_value():
    assert {"Float", "JSON", "Upload!"}.isdisjoint(SCHEMA.type_map)
    assert set(SCHEMA.type_map["Money"].fields) == {"amount", "currency"}  # type: ignore[attr-defined]  # it has fields


def test_every_mutation_takes_one_input_and_gives_a_payload_with_errors():
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        whole = name[0].upper() + name[1:]
        assert str(field.type) in (f"{whole}Payload!", "SessionCreatePayload!", "SessionEndPayload!"), name
        if field.args:
            assert {a: str(argument.type) for a, argument in field.args.items()} == {"input": f"{whole}Input!"}
        payload: Any = get_named_type(field.type)
        assert str(payload.fields["errors"].type) == "[UserError!]!"
        assert [f for f, found in payload.fields.items() if f != "errors" and isinstance(found.type, GraphQLNonNull)] == []


def test_every_long_list_is_a_connection_of_one_shape():
    for of, name, type_, field in outputs():
        kind: Any = get_named_type(type_)
        if not kind.name.endswith("Connection"):
            assert field.args.keys().isdisjoint(PAGING - {"first"}), (of, name)  # the first few may be asked for without a cursor
            continue
        assert field.args.keys() >= PAGING, (of, name)
        assert set(kind.fields) == {"edges", "nodes", "pageInfo", "totalCount"}
        assert {n: str(f.type) for n, f in kind.fields.items() if n in ("pageInfo", "totalCount")} == {"pageInfo": "PageInfo!", "totalCount": "Int!"}  # fmt: skip
        row = get_named_type(kind.fields["nodes"].type).name
        assert str(kind.fields["nodes"].type) == f"[{row}!]!"
        for argument, suffix in (("filter", "Filter"), ("orderBy", "Order")):
            if argument in field.args:
                assert str(field.args[argument].type) == row + suffix


def test_lists_and_their_items_are_there():
    """Null is the answer for one id out of many, and for a profile without limits."""
    loose = {f"{p.of}.{p.name}" for p in outputs() if "[" in str(p.type) and not re.fullmatch(r"\[\w+!\]!", str(p.type))}
    assert loose == {"Profile.contracts", "Profile.documentKinds", "Query.nodes"}


def test_whatever_has_an_id_is_a_node():
    node: Any = SCHEMA.type_map["Node"]
    with_id = {of for of, name, _, _ in outputs() if name == "id"}
    implementing = {type_.name for type_ in SCHEMA.get_possible_types(node)} | {i.name for i in SCHEMA.get_implementations(node).interfaces}
    assert with_id - implementing == {"Node", "Upload"}  # an upload exists for minutes, and only to be named once


def test_looking_up_one_thing_may_find_nothing():
    assert SCHEMA.query_type is not None
    loose = {name for name, field in SCHEMA.query_type.fields.items() if not isinstance(field.type, GraphQLNonNull)}
    strict = {name for name, field in SCHEMA.query_type.fields.items() if isinstance(field.type, GraphQLNonNull)}
    assert all(
        get_named_type(SCHEMA.query_type.fields[name].type).name.endswith(("Connection", "Payload"))
        for name in strict - {"nodes", "backOffice", "dashboard"}
    )
    assert {"viewer", "portal", "node", "account", "company", "contract", "invoice", "document"} <= loose


def test_deprecations_say_what_to_use_and_until_when():
    reasons = [place.definition.deprecation_reason for place in (*outputs(), *inputs())]
    reasons += [value.deprecation_reason for enum in enums() for value in enum.values.values()]
    assert [reason for reason in reasons if reason is not None and not REMOVED.match(reason)] == []


def sized(field: GraphQLField) -> bool:
    return any("engine.size" in getattr(value, "metadata", {}) for value in (field.extensions or {}).values())


def test_closed_lists_of_objects_declare_how_long_they_get():
    """Undeclared ones are counted as 25: fine for few facts of one object, and for what takes `first`."""
    undeclared = [
        f"{p.of}.{p.name}"
        for p in outputs()
        if isinstance(get_nullable_type(p.type), GraphQLList)
        and isinstance(get_named_type(p.type), GraphQLObjectType | GraphQLInterfaceType)
        and not p.of.endswith(("Connection", "Payload"))
        and not p.definition.args
        and not sized(p.definition)
    ]
    assert sorted(undeclared) == []
