"""The product's own schema on a real world: generated operations are answered by a plan as by graphql-core, in no more statements."""

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
import pytest
from graphql import FieldNode, GraphQLEnumType, GraphQLField, get_named_type, is_required_argument
from hypothesis import given
from hypothesis import strategies as st

from engine import Document, Library
from engine import plan as engine_plan
from engine.fallback import by_core
from models.legal_figures import legal_figures
from resolvers.context import Context
from schema import build
from server.http.preparation import NATIVE, PARSING
from server.http.signed_links import SignedLinks
from tenants import ClientInfo, Scope
from tests.engine.comparing import Answer, agree, without_spreading
from tests.engine.drawn import Operation, operations
from tests.engine.thorough import examples
from tests.walls.operations import Maker
from tests.walls.test_matrix import maker_for
from tests.world import World, token_of

SCHEMA = build()
LINKS = SignedLinks(sha256(b"links").digest(), "https://portal.test")
FIGURES = legal_figures()
PEOPLE = ["admin1", "acct", "narrow", "t2", "t4", "agent", None]
SIZES = ["1", "2", "3", "100", "0", "101", "-1", "null"]
# What may be said for arguments that nobody has to say anything for.
OPTIONAL = {
    "first": SIZES,
    "last": SIZES,
    "after": ['"x"', "null", '""'],
    "before": ['"x"', "null"],
    "filter": ["null", "{}", '{search: "A1"}', '{search: "nothing"}', '{ids: ["x"]}'],
    "disposition": ["null"],
}


# Drawn before there is a world: an id is the place that it stands in, until somebody's world is at hand.
MAKER = Maker(SCHEMA._schema, lambda of, name, argument: f'"<{of}.{name}.{argument}>"')
PLACE = re.compile(r'"<(\w+)\.(\w+)\.(\w+)>"')


def arguments(type_: str, name: str, definition: GraphQLField) -> st.SearchStrategy[str]:
    """What stands between the parentheses of a field: what must, and some of what may."""
    required = [f"{a}: {MAKER.value(type_, name, a, d.type)}" for a, d in definition.args.items() if is_required_argument(d)]
    optional = {a: values for a, d in definition.args.items() if not is_required_argument(d) and (values := values_of(a, d))}
    some = st.lists(st.sampled_from(sorted(optional)), max_size=2, unique=True) if optional else st.just([])
    return some.flatmap(lambda names: written(required, {n: optional[n] for n in names}))


def values_of(name: str, definition: Any) -> list[str]:
    named = get_named_type(definition.type)
    if isinstance(named, GraphQLEnumType) and definition.type is named:
        return [*named.values, "null"]
    return OPTIONAL.get(name, [])


def written(required: list[str], optional: dict[str, list[str]]) -> st.SearchStrategy[str]:
    some = st.tuples(*[st.sampled_from(values).map(f"{name}: {{}}".format) for name, values in optional.items()])
    return some.map(lambda said: ", ".join([*required, *said]))


@pytest.fixture(params=[0, 1_000], ids=["by place", "by attribute"], autouse=True, scope="module")
def _written(request: pytest.FixtureRequest) -> Iterator[None]:
    """Long levels are written by code of their class's own and short ones are not; here all are, or none but those with small objects."""
    before = engine_plan.FEW
    engine_plan.FEW = request.param
    yield
    engine_plan.FEW = before


async def context_of(world: World, who: str | None) -> Any:
    """What resolvers are handed, made anew for each run."""
    tenancy, client = world.tenancy, ClientInfo("test")
    auth = await (tenancy.sessions.read(token_of(who), world.now) if who else tenancy.portals.stranger(None, world.now))
    scope = Scope(auth, world.now, client)
    return Context(scope, tenancy.gate(scope, is_current=True), tenancy, LINKS, FIGURES)


async def answered(world: World, who: str | None, document: Document, operation: Operation, is_planned: bool) -> tuple[Answer, int]:
    """The answer, and how many statements it took."""
    context, [node] = await context_of(world, who), document.operations.values()
    before = world.statements()
    result = await Library(SCHEMA, is_planned=is_planned).execute(document, node, operation.variables, context)
    return Answer.of(result, context, orjson.OPT_UTC_Z), world.statements() - before


async def compare(world: World, who: str | None, operation: Operation) -> None:
    document = Library(SCHEMA, parse_options=PARSING, native=NATIVE).read(operation.text)
    if isinstance(document, list):  # a filter that this list does not have, a field that needs more
        return
    planned, statements = await answered(world, who, document, operation, is_planned=True)
    core, by_core_statements = await answered(world, who, document, operation, is_planned=False)
    assert planned.data == core.data, operation.text
    if not core.errors and _has_one_root(document):
        assert statements <= by_core_statements, operation.text
    tree, node = without_spreading(document)
    everything = Answer.of(await by_core(SCHEMA, tree, node, operation.variables, await context_of(world, who)), None, orjson.OPT_UTC_Z)
    if any(not error.get("path") for error in everything.errors):  # it was refused before anything ran
        assert planned.errors == core.errors
    else:
        agree(orjson.loads(planned.data), planned.errors, core.errors, everything.errors + core.errors)


def _has_one_root(document: Document) -> bool:
    """Of several root fields one may find rows that another has read, which is a matter of time."""
    [operation] = document.operations.values()
    return len(operation.selection_set.selections) == 1 and isinstance(operation.selection_set.selections[0], FieldNode)


@examples(60)
@given(st.sampled_from(PEOPLE), operations(SCHEMA._schema, arguments, ("query",)))
async def test_generated_operations_are_answered_alike_by_both_executors(world: World, who: str | None, operation: Operation):
    ids = maker_for(world, who).ids

    await compare(world, who, replace(operation, text=PLACE.sub(lambda place: ids(*place.groups()), operation.text)))


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_field_is_answered_alike_by_both_executors(world: World, who: str | None):
    maker = maker_for(world, who)
    for of, path in maker.paths().items():
        fields = " ".join(maker.leaf_call(of, name) for name in maker.type(of).fields if name not in ("__schema", "__type"))
        text = maker.wrapped(fields, of, path) if path else f"{{ {fields} }}"

        await compare(world, who, Operation(text))


@pytest.mark.parametrize("who", ["t2", "agent"])
async def test_a_field_that_is_asked_for_alone_finds_all_that_it_looks_at(world: World, who: str):
    """A list brings the columns that its operation reads, so a resolver that has not said what it looks at misses it when nothing else asks for it."""
    maker, library = maker_for(world, who), Library(SCHEMA, native=NATIVE)
    lost = []
    for of, path in maker.paths().items():
        for name in maker.type(of).fields:
            document = library.read(maker.reaching(of, name, path))
            assert isinstance(document, Document), document
            [node] = document.operations.values()
            result = await library.execute(document, node, {}, await context_of(world, who))
            lost += [f"{of}.{name}: {error.message}" for error in result.errors or () if isinstance(error.original_error, AttributeError)]

    assert sorted(set(lost)) == []
