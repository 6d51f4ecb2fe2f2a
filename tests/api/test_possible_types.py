"""The file for caches of clients says what the schema says, and what the page about caches says is so."""

import json
from pathlib import Path

from graphql import GraphQLObjectType

from schema import build
from schema.possible_types import possible_types, written

ROOT = Path(__file__).parents[2]


def test_the_file_for_caches_is_that_of_the_schema():
    assert (ROOT / "schema" / "possible-types.json").read_text("utf-8") == written(), "Run: make sdl"


def test_every_interface_names_its_types():
    assert {"Node", "Document", "UserError"} <= possible_types().keys()
    assert "Contract" in possible_types()["Node"]
    assert all(possible_types().values())


def test_the_page_names_every_scalar_for_code_generation():
    page = (ROOT / "docs" / "front-end.md").read_text("utf-8")
    written_there = page.partition("scalars: {")[2].partition("}")[0]
    own = {name for name, t in build()._schema.type_map.items() if type(t).__name__ == "GraphQLScalarType"} - {
        "String",
        "Int",
        "Float",
        "Boolean",
        "ID",
    }

    assert {line.split(":")[0].strip() for line in written_there.splitlines() if ":" in line} == own


def test_the_page_names_the_types_without_ids_that_a_cache_has_to_merge():
    page = (ROOT / "docs" / "front-end.md").read_text("utf-8")
    for name in ("Money", "Viewer", "BackOffice"):
        type_ = build()._schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        assert "id" not in type_.fields
        assert f"{name}:" in page


def test_the_file_is_json_that_apollo_takes_as_it_is():
    assert all(isinstance(names, list) for names in json.loads(written()).values())
