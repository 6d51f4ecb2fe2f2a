"""The policy as a person reads it: complete, short, and what follows from its lines never opens more than they do."""

from collections.abc import Mapping

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema

from schema import build
from tenants.fields import Undeclared
from tenants.policy import MODELS, Policy
from tenants.table import ADMINISTRATORS, EVERYONE, LINES, OVERSEERS, READERS, SHARED, STAFF, FieldLines, Principals
from tests.walls.reviewed import POLICY_TXT, reviewed

SCHEMA = build()._schema
SMALL = """
  type Query { notes: NoteConnection secret: Secret parties: PartyConnection document: Document }
  type Mutation { noteCreate: NoteCreatePayload }
  type NoteCreatePayload { note: Note errors: [String!]! }
  type NoteConnection { edges: [NoteEdge!]! nodes: [Note!]! pageInfo: PageInfo! totalCount: Int! }
  type NoteEdge { cursor: String! node: Note! }
  type PartyConnection { edges: [PartyEdge!]! nodes: [Party!]! pageInfo: PageInfo! totalCount: Int! }
  type PartyEdge { cursor: String! node: Party! }
  type PageInfo { endCursor: String }
  type Note { text: String source: String }
  type Secret { text: String source: String }
  type Party { name: String }
  interface Document { title: String pages: Int }
  type Letter implements Document { title: String pages: Int sender: String }
  type Form implements Document { title: String pages: Int }
"""
SMALL_LINES: FieldLines = {
    "Query": [(READERS, "notes parties document"), (EVERYONE, "secret")],
    "Mutation": [(ADMINISTRATORS, "noteCreate")],
    SHARED: [(OVERSEERS, "source")],
    "PageInfo": [(READERS, "endCursor")],
    "Note": [(EVERYONE, "text")],
    "Secret": [(ADMINISTRATORS | STAFF, "text")],
    "Party": [(STAFF, "name")],
    "Document": [(READERS, "title"), (STAFF, "pages")],
    "Letter": [(ADMINISTRATORS, "sender")],
}


def small(text: str = SMALL, lines: FieldLines | None = None) -> Mapping[tuple[str, str], Principals]:
    return Policy(build_schema(text), {**SMALL_LINES, **(lines or {})}).may_name


def test_every_field_of_the_schema_is_printed_once():
    places = {
        (type_.name, name)
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__")
        for name in type_.fields
    }
    decided = Policy(SCHEMA, LINES).may_name

    printed = reviewed(POLICY_TXT.read_text("utf-8")).fields

    assert printed.keys() == places
    assert printed == {place: frozenset(principal.value for principal in who) for place, who in decided.items()}


def test_every_action_on_every_model_is_printed_once():
    decided = {
        (model.__name__, action.value): frozenset(p.value for p in who)
        for model, rule in MODELS.items()
        for action, who in rule.may.items()
    }

    assert reviewed(POLICY_TXT.read_text("utf-8")).acts == decided


def test_it_is_short_and_printed_alike_every_time():
    """A person reads all of it in five minutes: at most a line for five fields."""
    text = POLICY_TXT.read_text("utf-8")

    assert len(text.splitlines()) < len(reviewed(text).fields) / 5
    assert Policy(build()._schema, dict(reversed(LINES.items()))).printed() == text


def test_a_list_is_named_by_those_who_may_name_it_and_something_of_its_rows():
    found = small()

    assert {found["NoteConnection", name] for name in ("edges", "nodes", "pageInfo", "totalCount")} == {READERS}
    assert {found["NoteEdge", name] for name in ("cursor", "node")} == {READERS}
    assert found["PartyConnection", "totalCount"] == found["PartyEdge", "node"] == STAFF


def test_a_payload_is_named_by_those_who_may_name_its_mutation():
    assert {small()["NoteCreatePayload", name] for name in ("note", "errors")} == {ADMINISTRATORS}


def test_a_field_of_an_interface_follows_it_and_a_shared_field_its_one_line_but_no_further_than_the_type_itself():
    found = small()

    assert (found["Form", "title"], found["Form", "pages"]) == (READERS, STAFF)
    assert (found["Letter", "title"], found["Letter", "pages"]) == (ADMINISTRATORS, frozenset())
    assert (found["Note", "source"], found["Secret", "source"]) == (OVERSEERS, OVERSEERS & (ADMINISTRATORS | STAFF))


@pytest.mark.parametrize(
    ("before", "after", "missing"),
    [
        ("type Party {", "type Person { name: String source: String } type Party { person: Person", r"Party\.person, Person\.name, Person\.source"),
        ("type Party {", "type Empty { source: String } type Party {", r"Empty\.source"),
        ("totalCount: Int! }\n  type NoteEdge {", "totalCount: Int! sum: Int }\n  type NoteEdge {", r"NoteConnection\.edges, .*NoteConnection\.sum"),
        ("cursor: String! node: Note!", "cursor: String! node: Note! by: String", r"NoteEdge\.by, NoteEdge\.cursor, NoteEdge\.node"),
        ("errors: [String!]!", "problems: [String!]!", r"NoteCreatePayload\.note, NoteCreatePayload\.problems"),
        ("interface Document { title", "interface Document { size: Int title", r"Document\.size"),
        ("sender: String", "sender: String receiver: String", r"Letter\.receiver"),
        ("notes: NoteConnection", "notes: NoteConnection source: String", r"Query\.source"),
        ("type Party {", "type LoosePayload { errors: Int } type Party {", r"LoosePayload\.errors"),
    ],
)  # fmt: skip
def test_what_nothing_covers_stops_the_start(before: str, after: str, missing: str):
    assert before in SMALL
    with pytest.raises(Undeclared, match=f"no line for {missing}"):
        small(SMALL.replace(before, after, 1))


@pytest.mark.parametrize(
    ("type_name", "names"),
    [
        ("NoteConnection", "nodes"),
        ("NoteEdge", "node"),
        ("NoteCreatePayload", "errors"),
        ("Note", "texts"),
        (SHARED, "synced"),
        ("Query", "*"),
    ],
)
def test_a_line_that_decides_nothing_stops_the_start(type_name: str, names: str):
    with pytest.raises(Undeclared, match=r"nothing in the schema needs a line for"):
        small(lines={type_name: [*SMALL_LINES.get(type_name, []), (EVERYONE, names)]})
