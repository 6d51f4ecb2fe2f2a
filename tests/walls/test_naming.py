"""Who may name what: what is left out does not count, and what hangs under an object that is never there for a caller may be named."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType, get_named_type, get_nullable_type, is_list_type

from models import ImportRun
from resolvers.node import KINDS
from schema import build
from tenants.policy import MODELS, Action, Policy
from tenants.scope import Principal
from tenants.table import LINES
from tests.world import World

SCHEMA = build()._schema
POLICY = Policy(SCHEMA, LINES)
WHO = """query Who($house: Boolean = false) { viewer {
  locale permissions session { id } user { displayName party { legalName } } staff { displayName roles } profiles { role account { number } } }
  backOffice @include(if: $house) { importRuns(first: 1) { totalCount } } }"""


async def test_one_question_tells_every_front_end_who_asks(world: World):
    found = {who: await world.ask(who, WHO) for who in (None, "admin1", "view1", "agent", "security")}

    assert {answer.status for answer in found.values()} == {200}
    assert found[None].data == {"viewer": None}
    for who in ("admin1", "view1"):
        assert found[who].data["viewer"]["user"]["displayName"] and found[who].data["viewer"]["staff"] is None
    for who in ("agent", "security"):
        assert found[who].data["viewer"]["staff"]["displayName"] == who and found[who].data["viewer"]["user"] is None


async def test_what_is_left_out_is_not_judged_and_what_is_asked_for_is(world: World):
    for who, code in ((None, "UNAUTHENTICATED"), ("admin1", "FORBIDDEN"), ("security", "FORBIDDEN")):
        assert (await world.ask(who, WHO, house=False)).codes == []
        assert (await world.ask(who, WHO, house=True)).codes == [code]
    assert (await world.ask("agent", WHO, house=True)).codes == []


@pytest.mark.parametrize(
    "text",
    [
        "{ backOffice @include(if: false) { importRuns { totalCount } } viewer { locale } }",
        "{ ... @skip(if: true) { backOffice { importRuns { totalCount } } } viewer { locale } }",
        "{ ...f @include(if: false) viewer { locale } } fragment f on Query { backOffice { importRuns { totalCount } } }",
        "query a { viewer { locale } }",
    ],
)
async def test_a_condition_may_be_written_anywhere(world: World, text: str):
    assert [(await world.ask(who, text)).codes for who in (None, "view1")] == [[], []]


@pytest.mark.parametrize(
    "text",
    [
        "query ($s: Boolean = true) { backOffice @include(if: $s) { importRuns { totalCount } } }",
        "query ($s: Boolean) { viewer { locale } backOffice @include(if: true) { importRuns { totalCount } } account(id: 1) @skip(if: true) { id } e: __typename }",
        "{ viewer { locale } backOffice { __typename } }",
        "{ ... on Query { backOffice { importRuns { totalCount } } } }",
        "{ backOffice @include(if: true) @skip(if: false) { importRuns { totalCount } } }",
    ],
)  # fmt: skip
async def test_a_root_field_that_a_role_may_never_use_stays_refused(world: World, text: str):
    text = text.replace("query ($s: Boolean)", "query")
    assert [(await world.ask(who, text)).codes for who in (None, "view1")] == [["UNAUTHENTICATED"], ["FORBIDDEN"]]


async def test_a_condition_that_cannot_be_read_leaves_nothing_out(world: World):
    """A wrong variable is told to those only who may name all of it."""
    text = "query ($s: Boolean!) { backOffice @include(if: $s) { importRuns { totalCount } } }"

    assert [(await world.ask(who, text, s="no")).codes for who in (None, "view1", "agent")] == [
        ["UNAUTHENTICATED"],
        ["FORBIDDEN"],
        ["BAD_USER_INPUT"],
    ]


async def test_any_kind_may_be_asked_for_by_its_id_and_is_nothing_where_it_is_not_yours(world: World):
    run = await world.owner.fetchval("select id from import_run where tenant_id = $1 limit 1", world.tenants["t1"])
    gid, missing = f"{ImportRun.PREFIX}_{run.hex}", f"{ImportRun.PREFIX}_{'0' * 32}"
    text = "query ($id: ID!) { node(id: $id) { id ... on ImportRun { state rows(first: 1) { totalCount } } ... on Staff { email } } }"

    for who in ("admin1", "view1", "security", "t2"):
        await world.ask(who, "{ __typename }")  # so that the standing has not to be read first
        theirs, none = await world.ask(who, text, id=gid), await world.ask(who, text, id=missing)
        assert (
            (theirs.status, theirs.data, theirs.statements)
            == (none.status, none.data, none.statements)
            == (200, {"node": None}, theirs.statements)
        )
    assert (await world.ask("agent", text, id=gid)).data["node"]["state"]
    assert (await world.ask(None, text, id=gid)).codes == ["UNAUTHENTICATED"]


def ways() -> list[tuple[str, str, Any]]:
    """Every field that may be null, and the type of what it gives."""
    return [
        (type_.name, name, get_named_type(definition.type))
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__")
        for name, definition in type_.fields.items()
        if not isinstance(definition.type, GraphQLNonNull) and not is_list_type(get_nullable_type(definition.type))
    ]


def test_what_is_never_there_for_somebody_is_known():
    """Each line is a promise of a resolver that the value is null, which the matrix asks for: read a new one twice."""
    found = {
        (principal.value, f"{of}.{name}")
        for of, name, type_ in ways()
        for principal in Principal
        if principal in POLICY.may_name[of, name]
        and type_.name in POLICY.names.openers
        and principal not in POLICY.names.openers[type_.name]
    }

    assert found == {("STRANGER", "Query.viewer"), ("VIEWER", "Viewer.staff"), ("ADMINISTRATOR", "Viewer.staff")}


def test_a_type_that_is_closed_to_somebody_is_of_rows_that_they_never_read():
    """So what a fragment on it names is never answered, whatever the policy of fields lets through."""
    for kind in KINDS:
        for name in {str(getattr(kind, "typename", kind.__name__))} & POLICY.names.openers.keys():
            closed = set(Principal) - POLICY.names.openers[name] - {Principal.JOB}
            assert closed.isdisjoint(MODELS[kind].may[Action.READ]), kind
