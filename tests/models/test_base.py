"""What models say of themselves, compared with the schema and with the format of exports."""

from graphql import GraphQLInterfaceType, GraphQLObjectType

from channels.export_format import TYPES
from models.base import Owned
from schema import build
from tests.api.exported import MODELS

SCHEMA = build()._schema


def typenames(model: type[Owned]) -> set[str]:
    column, names = model.TYPENAMES
    return set(names.values()) if column else {model.TYPENAME}


def test_what_clients_find_by_id_are_the_nodes_of_the_schema():
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    named = [typenames(model) for model in Owned.nodes()]

    assert set.union(*named) == {type_.name for type_ in SCHEMA.get_possible_types(node)}
    assert sum(map(len, named)) == len(set.union(*named))  # no type is of two models


def test_no_two_models_begin_their_ids_alike():
    prefixes = [prefix for model in Owned.nodes() for prefix in model.prefixes()]

    assert len(prefixes) == len(set(prefixes))


def test_models_name_the_type_of_their_rows_in_an_export():
    assert {model.EXPORT: model for model in Owned.nodes() if model.EXPORT} == MODELS
    assert MODELS.keys() <= {type_.name for type_ in TYPES}


def test_what_shows_how_fresh_it_is_comes_from_exports_or_is_made_here():
    dated = {type_.name for type_ in SCHEMA.type_map.values() if isinstance(type_, GraphQLObjectType) and "syncedAt" in type_.fields}

    assert dated <= {name for model in Owned.nodes() if model.EXPORT for name in typenames(model)}
