"""What a field takes is declared where it takes more than it gives: whatever reckons, and whatever loads by a list that a client sends."""

import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLObjectType, get_named_type, get_nullable_type, parse
from graphql.execution.values import VariableValues
from strawberry.schema.schema_converter import GraphQLCoreConverter
from tortoise.models import Model

from engine import BATCH, ONCE, WORK
from models import Contract
from schema import build
from server.limits.complexity import ComplexityRules
from tests.world import World

SCHEMA = build()
# What of `finance/` takes no time to speak of: a rule for one row, a day, a number.
LIGHT = (
    "finance.money",
    "finance.dates",
    "finance.figures",
    "finance.figure_kinds",
    "finance.refusals",
    "finance.calendars",
    "finance.currencies",
    "finance.vat",
)
BY_PRICE = {"Query.nodes"}  # priced by the ids themselves
CERTAIN = VariableValues({}, {})


def fields() -> Iterator[tuple[str, Any, Any]]:
    for type_ in SCHEMA._schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, definition in type_.fields.items():
                made = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if made is not None:
                    yield f"{type_.name}.{name}", made, definition


def reaches(function: Any, seen: set[int]) -> Iterator[str]:
    """The names of all functions of `finance/` that a function of ours may come to, through functions and plain classes of ours."""
    if id(function) in seen:
        return
    seen.add(id(function))
    for used in used_by(function):
        module = getattr(used, "__module__", "") or ""
        if isinstance(used, FunctionType) and module.startswith("finance.") and module not in LIGHT:
            yield f"{module}.{used.__name__}"
        elif module.startswith(("models.", "resolvers.")) and (isinstance(used, FunctionType) or is_plain(used)):
            yield from reaches(used, seen)


def is_plain(used: Any) -> bool:
    """A class that is no table: what such a class does is done by whoever makes one."""
    return inspect.isclass(used) and not issubclass(used, Model)


def used_by(used: Any) -> Iterator[Any]:
    if inspect.isclass(used):
        for member in vars(used).values():
            inner = getattr(member, "fget", None) or getattr(member, "func", None) or getattr(member, "__func__", member)
            if isinstance(inner, FunctionType):
                yield from named_in(inner, inner.__code__)
        return
    while hasattr(used, "__wrapped__"):
        used = used.__wrapped__
    yield from named_in(used, used.__code__)


def named_in(function: FunctionType, code: Any) -> Iterator[Any]:
    found = [function.__globals__[name] for name in code.co_names if name in function.__globals__]
    yield from found
    for module in found:
        if isinstance(module, ModuleType):
            yield from (getattr(module, name) for name in code.co_names if hasattr(module, name))
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from named_in(function, constant)


def takes_a_list(definition: Any) -> bool:
    """Whether a client sends a list by which things are looked up: at the top, or in the input of a root field; filters only narrow."""
    return any(_has_list(argument.type, name == "input") for name, argument in definition.args.items())


def _has_list(type_: Any, is_input: bool) -> bool:
    if isinstance(get_nullable_type(type_), GraphQLList):
        return get_named_type(type_).name == "ID" or isinstance(get_named_type(type_), GraphQLInputObjectType)
    named = get_named_type(type_)
    return is_input and isinstance(named, GraphQLInputObjectType) and any(_has_list(f.type, True) for f in named.fields.values())


def test_every_field_that_reckons_or_loads_by_a_list_has_a_declared_price():
    without = {}
    for place, made, definition in fields():
        function = made.metadata.get(BATCH) or made.metadata.get(ONCE)
        if function is None or WORK in made.metadata or place in BY_PRICE:
            continue
        if found := sorted(set(reaches(function, set()))):
            without[place] = found[:3]
        elif takes_a_list(definition):
            without[place] = ["a list"]
    assert without == {}


def cost(text: str) -> int:
    [operation] = ComplexityRules(SCHEMA._schema).weigh(parse(text)).operations.values()
    return operation.cost(CERTAIN)


def consolidated(contracts: int, externals: int = 0, installments: int = 1, months: int = 12) -> int:
    named = ", ".join(f'"con_{number}"' for number in range(contracts))
    other = ", ".join(f'{{name: "x", settlement: "1", installment: "1", installments: {installments}}}' for _ in range(externals))
    return cost(
        f"{{ simulateConsolidation(input: {{contracts: [{named}], externals: [{other}], months: {months}}}) {{ simulation {{ reference }} }} }}"
    )


def test_a_simulation_costs_by_what_it_is_made_of():
    assert consolidated(20) - consolidated(10) == 10 * 200
    assert consolidated(2, externals=20, installments=480) - consolidated(2) == 0.15 * 20 * 480
    assert consolidated(2, months=480) - consolidated(2) == 468
    assert consolidated(2, months=2_000_000_000) == consolidated(2, months=480)  # it is refused, not reckoned


def test_twenty_consolidations_of_twenty_contracts_are_one_operation_too_large():
    ids = ", ".join(['"con_x"'] * 20)
    one = f"simulateConsolidation(input: {{contracts: [{ids}], months: 12}}) {{ simulation {{ reference }} }}"

    assert cost("{ " + " ".join(f"a{i}: {one}" for i in range(20)) + " }") > 80_000


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('contracts: ["%s", "%s"], months: 48', "consolidation.twice"),
        ('contracts: ["%s"], months: 48', "consolidation.credits"),
        ('contracts: ["%s"], months: 1000, externals: [{name: "x", settlement: "1", installment: "1", installments: 1}]', "credit.months"),
        ('contracts: ["%s"], months: 48, externals: [{name: "x", settlement: "1", installment: "1", installments: 0}]', "consolidation.installments"),
        ('contracts: ["%s"], months: 48, product: "none", externals: [{name: "x", settlement: "1", installment: "1", installments: 1}]', "credit.product"),
    ],
)  # fmt: skip
async def test_what_is_wrong_in_itself_is_refused_before_a_contract_is_read(world: World, wrong: str, rule: str):
    gid = world.gid("t2", Contract, "A1-C1")
    text = "{ simulateConsolidation(input: {%s}) { errors { rule } } }"
    await world.ask("t2", text % "contracts: [], months: 48")

    answer = await world.ask("t2", text % wrong.replace("%s", gid))

    assert [error["rule"] for error in answer.data["simulateConsolidation"]["errors"]] == [rule]
    assert answer.statements <= 1  # whether the standing is the current one
