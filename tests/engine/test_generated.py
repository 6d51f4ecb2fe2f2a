"""The generated code: nothing but the expressions that it should be made of, whatever clients and schemas call things."""

import ast
import builtins
import keyword
import re
from typing import Any

import pytest
import strawberry
from graphql import GraphQLString
from hypothesis import given
from strawberry.schema.config import StrawberryConfig

from engine import Document, Library, generated
from engine.generated import SCOPE, Leaf, compile_build, is_readable
from engine.leaves import Notes
from tests.engine.drawn import operations
from tests.engine.schema import SCHEMA
from tests.engine.test_carried import ALL, ONE, both_ways
from tests.engine.thorough import examples

INTERNAL = [
    "build",
    "objects",
    "notes",
    "values",
    "v",
    "w",
    "o",
    "write0",
    "coerce0",
    "names0",
    "known5",
    "other5",
    "m5",
    "usual",
    "isfinite",
    "utc",
    "None",
    "True",
    "row",
    "key",
]
HOSTILE = [*INTERNAL, *keyword.kwlist, *[name for name in dir(builtins) if name.isidentifier()][:40], "__class__", "__dict__", "__import__", "__builtins__", "_" * 50, "x" * 4_000, "__"]  # fmt: skip


def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is compiled from now on."""
    told: list[str] = []
    made, column = generated.source_of_build, generated._code_of_column.__wrapped__

    def build(parts: Any) -> str:
        told.append(made(parts))
        return told[-1]

    def code(expression: str) -> Any:
        told.append(f"def build(values, notes):\n return [{expression} for v in values]")
        return column(expression)

    monkeypatch.setattr(generated, "source_of_build", build)
    monkeypatch.setattr(generated, "_code_of_column", code)
    return told


def strangers(source: str, attributes: set[str]) -> list[str]:
    """What is in a source and has no business there."""
    tree = ast.parse(source)
    [function] = tree.body
    assert isinstance(function, ast.FunctionDef)
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not _is_known(node.id):
            found.append(node.id)
        if isinstance(node, ast.Attribute) and not (_is_ours(node) or _is_of_the_object(node, attributes)):
            found.append(node.attr)
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) or _is_ours(node.func)):
            found.append(ast.unparse(node))
        if not isinstance(node, ALLOWED):
            found.append(type(node).__name__)
    return found


ALLOWED = (
    ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.ListComp, ast.comprehension, ast.Dict, ast.Constant, ast.IfExp, ast.Compare,
    ast.NamedExpr, ast.Name, ast.Attribute, ast.Call, ast.BoolOp, ast.And, ast.Is, ast.IsNot, ast.In, ast.LtE, ast.Gt, ast.Eq, ast.UnaryOp, ast.USub, ast.Subscript,
    ast.Load, ast.Store,
)  # fmt: skip
OURS = {*SCOPE, "v", "w", "o", "objects", "values", "notes", "str", "int", "bool", "float", "len"}
STEMS = (
    "write",
    "coerce",
    "names",
    "known",
    "other",
    "told",
    "m",
)  # of what each leaf has for itself, with its number; `m` is a small object


def _is_known(name: str) -> bool:
    return name in OURS or any(name.startswith(stem) and name[len(stem) :].isdigit() for stem in STEMS)


def _is_ours(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("__class__", "tzinfo", "get") and not _is_object(node.value)


def _is_of_the_object(node: ast.Attribute, attributes: set[str]) -> bool:
    return _is_object(node.value) and node.attr in attributes


def _is_object(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and re.fullmatch(r"o|m\d+", node.id) is not None


ATTRIBUTES = {field for type_ in ("Thing", "Rock", "Spot") for field in SCHEMA._schema.type_map[type_].fields} | {"doors", "sails", "id"}  # type: ignore[attr-defined]  # they have fields


@examples(100)
@given(operations(SCHEMA._schema))
def test_generated_code_is_made_of_what_it_should_be_made_of(operation: Any):
    with pytest.MonkeyPatch.context() as monkeypatch:
        told = sources(monkeypatch)
        document = Library(SCHEMA, native=list(generated.NATIVE)).read(operation.text)
        assert isinstance(document, Document)
        document.plan_ahead()

    assert [strangers(source, ATTRIBUTES) for source in told] == [[]] * len(told)


async def test_code_that_writes_what_rows_carry_is_made_of_the_same(monkeypatch: pytest.MonkeyPatch):
    told = sources(monkeypatch)
    await both_ways(ALL, [ONE])

    assert any("told" in source for source in told)
    assert [strangers(source, {"title", "pages"}) for source in told] == [[]] * len(told)


def test_the_test_sees_what_does_not_belong():
    for source in (
        "[{'a': open('x')} for o in objects]",
        "[{'a': o.secret} for o in objects]",
        "[{'a': v.__dict__} for o in objects]",
        "[x for o in objects]",
    ):
        assert strangers(f"def build(objects, notes):\n return {source}", ATTRIBUTES)


@pytest.mark.parametrize("alias", HOSTILE)
def test_a_response_key_may_be_any_name(alias: str):
    """GraphQL names are letters, digits and underscores, which leaves keywords, dunders and our own names."""
    document = Library(SCHEMA).read(
        f"{{ sync_car_or {{ {alias}: plain_text {alias}2: batch_text {alias}3: __typename }} {alias}: __typename }}"
    )
    assert isinstance(document, Document), document

    document.plan_ahead()

    build = compile_build([Leaf(alias, None, "name", GraphQLString), Leaf(f"{alias}2", "Car"), Leaf(f"{alias}3")])
    assert build([Named()], Notes()) == [{alias: "named", f"{alias}2": "Car", f"{alias}3": None}]


class Named:
    name = "named"


@pytest.mark.parametrize("key", ["a'b", 'a"b', "a\\", "a\n", "'}] + [1] #", "{o}", "é", "\u2028"])
def test_even_what_is_no_name_stays_between_its_quotes(key: str):
    """The lexer lets none of these through; if it did, they would still be text."""
    build = compile_build([Leaf(key, None, "name", GraphQLString), Leaf(f"{key}2", key)])

    assert build([Named()], Notes()) == [{key: "named", f"{key}2": key}]


@pytest.mark.parametrize("name", [*keyword.kwlist, "a b", "a.b", "a-b", "1a", "a;b", "a\n", "o)", "__import__('os')"])
async def test_an_attribute_that_could_not_stand_in_source_is_read_otherwise(name: str):
    @strawberry.type
    class Odd:
        plain: str

    @strawberry.type
    class Query:
        @strawberry.field
        def odd(self) -> Odd:
            odd = Odd(plain="p")
            odd.__dict__[name] = "found"
            return odd

    schema = strawberry.Schema(Query, config=StrawberryConfig(auto_camel_case=False))
    schema._schema.type_map["Odd"].fields["plain"].extensions["strawberry-definition"].python_name = name  # type: ignore[attr-defined]  # it has fields
    assert not is_readable(name)
    results = []
    for is_planned in (True, False):
        library = Library(schema, is_planned=is_planned)
        document = library.read("{ odd { plain } }")
        assert isinstance(document, Document)
        [operation] = document.operations.values()
        results.append((await library.execute(document, operation, {}, None)).data)

    assert results == [{"odd": {"plain": "found"}}] * 2


@pytest.mark.parametrize("attribute", [name for name in HOSTILE if is_readable(name) and not name.startswith("__")])
def test_an_attribute_may_have_the_name_of_anything_of_ours(attribute: str):
    thing = type("Thing", (), {attribute: "value"})()

    build = compile_build([Leaf("a", None, attribute, GraphQLString), Leaf("b", None, attribute, GraphQLString)])

    assert build([thing], Notes()) == [{"a": "value", "b": "value"}]
