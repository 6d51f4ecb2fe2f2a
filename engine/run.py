"""Runs a plan: one call a field and level, for all objects of that level."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLList, GraphQLNonNull, GraphQLObjectType, default_type_resolver
from graphql.execution.values import get_argument_values
from graphql.pyutils import inspect
from strawberry.types.arguments import convert_arguments

from engine.fields import BATCH, ONCE
from engine.leaves import Failure, failed, null, read, writer
from engine.loaders import answers
from engine.nulls import Spread
from engine.plan import Field, Plan, Selection

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Info:
    """What a resolver may ask for; one a field and request, not one an object, so there is no path."""

    context: Any
    plan: Plan
    field: Field
    variable_values: dict[str, Any]
    path: None = None
    root_value: None = None

    @property
    def field_name(self) -> str:
        return self.field.name

    @property
    def field_nodes(self) -> list[Any]:
        return self.field.nodes

    @property
    def operation(self) -> Any:
        return self.plan.operation

    @property
    def fragments(self) -> Any:
        return self.plan.fragments

    @property
    def return_type(self) -> Any:
        return self.field.type

    @property
    def parent_type(self) -> Any:
        return self.field.parent

    @property
    def schema(self) -> Any:
        return self.plan.schema._schema


async def run(plan: Plan, context: Any, variables: Any) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The data and the errors of one operation. `variables` are graphql-core's coerced ones."""
    running = _Run(plan, context, variables, [], {})
    [data] = await running.level(plan.root, [None], serial=plan.is_serial)
    if not running.failures:
        return data, []
    return Spread(running.types).root(plan.root, data)


@dataclass(slots=True)
class _Run:
    plan: Plan
    context: Any
    variables: Any
    failures: list[Failure]
    types: dict[int, str]

    async def level(self, selection: Selection, objects: Sequence[Any], serial: bool = False) -> Rows:
        """One dict for each object, with everything below it."""
        rows = selection.build(objects, self.failures)
        waiting = [w for f in selection.steps if (w := self.step(f, objects, rows)) is not None] if not serial else []
        if serial:
            for field in selection.steps:
                await (self.step(field, objects, rows) or _nothing())
        elif len(waiting) == 1:
            await waiting[0]
        elif waiting:
            await asyncio.gather(*waiting)
        return rows

    def level_now(self, selection: Selection, objects: Sequence[Any]) -> Rows:
        """`level` where nothing below waits, or where there is nothing."""
        if not objects:
            return []
        rows = selection.build(objects, self.failures)
        for field in selection.steps:
            self.step(field, objects, rows)
        return rows

    def step(self, field: Field, objects: Sequence[Any], rows: Rows) -> Awaitable[None] | None:
        if field.kind == "plain":
            return self.complete(field, [read(o, field.attribute) for o in objects], rows)
        return self.answer(field, objects, rows)

    async def answer(self, field: Field, objects: Sequence[Any], rows: Rows) -> None:
        """Asks the resolver, then completes what it gave; an exception is the answer of every object."""
        try:
            values = await self.ask(field, objects)
        except Exception as error:
            values = [error] * len(objects)
        rest = self.complete(field, values, rows)
        if rest is not None:
            await rest

    async def ask(self, field: Field, objects: Sequence[Any]) -> list[Any]:
        """One value for each object."""
        assert field.strawberry is not None
        if field.kind == "other":
            return await self.ask_each(field, objects)
        resolver = field.strawberry.base_resolver
        assert resolver is not None
        converter = self.plan.schema.schema_converter
        info = strawberry.Info(self.info(field), field.strawberry)
        arguments = convert_arguments(self.arguments(field), resolver.arguments, converter.scalar_registry, self.plan.schema.config)
        if field.kind == "batch":
            return answers(await field.strawberry.metadata[BATCH](objects, info, **arguments), objects, field.where)
        return [await field.strawberry.metadata[ONCE](info, **arguments)]

    async def ask_each(self, field: Field, objects: Sequence[Any]) -> list[Any]:
        assert field.definition is not None and field.definition.resolve is not None
        arguments, info = self.arguments(field), self.info(field)
        values = [_called(field.definition.resolve, o, info, arguments) for o in objects]
        waiting = [i for i, value in enumerate(values) if isawaitable(value)]
        if len(waiting) == 1:  # nearly always at the root, where a task of its own would be the dearest thing on the way
            values[waiting[0]] = await _settled(values[waiting[0]])
            return values
        for i, value in zip(waiting, await asyncio.gather(*[values[i] for i in waiting], return_exceptions=True), strict=True):
            values[i] = value
        return values

    def arguments(self, field: Field) -> dict[str, Any]:
        assert field.definition is not None
        return get_argument_values(field.definition, field.nodes[0], self.variables) if field.definition.args else {}

    def info(self, field: Field) -> Any:
        return Info(self.context, self.plan, field, self.variables.coerced)

    def complete(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[None] | None:
        """Puts the values into the rows; what has fields of its own goes down one level, all together."""
        if not field.below:
            write = writer(field.named, True, field.where)
            for row, value in zip(rows, values, strict=True):
                row[field.key] = self.leaf(field.type, value, write, field)
            return None
        if field.is_simple_object and not self.checks(field) and not any(value is None or isinstance(value, Exception) for value in values):
            return self.objects(field, values, rows)
        if field.is_simple_list and not self.checks(field) and all(value.__class__ is list for value in values):
            flat = [item for value in values for item in value]
            if not any(item is None or isinstance(item, Exception) for item in flat):
                return self.lists(field, flat, [len(value) for value in values], rows)
        flat = []
        return self.shapes(field, flat, [self.shape(field.type, value, flat, field) for value in values], rows)

    def objects(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[None] | None:
        """The plain case: every parent has one object of one type."""
        [selection] = field.below.values()

        def place(done: Rows) -> None:
            for row, value in zip(rows, done, strict=True):
                row[field.key] = value

        async def later() -> None:
            place(await self.level(selection, values))

        if selection.waits:
            return later()
        place(self.level_now(selection, values))
        return None

    def lists(self, field: Field, flat: list[Any], sizes: list[int], rows: Rows) -> Awaitable[None] | None:
        """The other plain case: every parent has a list of objects of one type."""
        [selection] = field.below.values()

        def place(done: Rows) -> None:
            start = 0
            for row, size in zip(rows, sizes, strict=True):
                row[field.key] = done[start : start + size]
                start += size

        async def later() -> None:
            place(await self.level(selection, flat))

        if selection.waits and flat:
            return later()
        place(self.level_now(selection, flat))
        return None

    def shapes(self, field: Field, flat: list[Any], shapes: list[Any], rows: Rows) -> Awaitable[None] | None:
        """The general case: single objects, nulls, failures, lists of lists, several types."""
        done: list[Any] = [None] * len(flat)
        groups = self.by_type(field, flat, done)

        def place() -> None:
            for row, shape in zip(rows, shapes, strict=True):
                row[field.key] = _filled(shape, done)

        def keep(name: str, at: list[int], level: Rows) -> None:
            for i, row in zip(at, level, strict=True):
                done[i] = row
                if len(field.below) > 1:
                    self.types[id(row)] = name

        async def one(name: str, at: list[int]) -> None:
            keep(name, at, await self.level(field.below[name], [flat[i] for i in at]))

        async def later() -> None:
            await asyncio.gather(*[one(name, at) for name, at in groups.items()])
            place()

        if any(field.below[name].waits for name in groups):
            return later()
        for name, at in groups.items():
            keep(name, at, self.level_now(field.below[name], [flat[i] for i in at]))
        place()
        return None

    def checks(self, field: Field) -> bool:
        return any(selection.type.is_type_of is not None for selection in field.below.values())

    def by_type(self, field: Field, flat: list[Any], done: list[Any]) -> dict[str, list[int]]:
        """The places of the objects of each type; an object without one fails in its place."""
        groups: dict[str, list[int]] = {}
        info = self.info(field)
        for i, o in enumerate(flat):
            try:
                groups.setdefault(self.type_of(field, o, info), []).append(i)
            except Exception as error:
                done[i] = failed(error, self.failures)
        return groups

    def type_of(self, field: Field, o: Any, info: Any) -> str:
        """The name of the type of `o`. Raises what graphql-core would where there is none."""
        named: Any = field.named
        if isinstance(named, GraphQLObjectType):
            name: Any = named.name
        else:
            name = (named.resolve_type or default_type_resolver)(o, info, named)
            if name not in field.below:
                raise GraphQLError(f"Abstract type '{named}' was resolved to '{name}' for field '{field.where}'.", field.nodes)
        is_type_of = field.below[name].type.is_type_of
        if is_type_of and not is_type_of(o, info):
            raise GraphQLError(f"Expected value of type '{name}' but got: {inspect(o)}.", field.nodes)
        return str(name)

    def shape(self, type_: Any, value: Any, flat: list[Any], field: Field) -> Any:
        """The value with each object replaced by its number in `flat`."""
        if isinstance(value, Exception):
            return failed(value, self.failures)
        if isinstance(type_, GraphQLNonNull):
            inner = self.shape(type_.of_type, value, flat, field)
            return null(field.where, self.failures) if inner is None else inner
        if value is None:
            return None
        if not isinstance(type_, GraphQLList):
            flat.append(value)
            return len(flat) - 1
        try:
            return [self.shape(type_.of_type, item, flat, field) for item in value]
        except TypeError:
            return failed(GraphQLError(f"Expected Iterable, but did not find one for field '{field.where}'."), self.failures)

    def leaf(self, type_: Any, value: Any, write: Any, field: Field) -> Any:
        if isinstance(value, Exception):
            return failed(value, self.failures)
        if isinstance(type_, GraphQLNonNull):
            inner = self.leaf(type_.of_type, value, write, field)
            return null(field.where, self.failures) if inner is None else inner
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            return [self.leaf(type_.of_type, item, write, field) for item in value]
        return write(value, self.failures)


def _called(resolve: Any, o: Any, info: Info, arguments: dict[str, Any]) -> Any:
    try:
        return resolve(o, info, **arguments)
    except Exception as error:
        return error


async def _settled(value: Awaitable[Any]) -> Any:
    try:
        return await value
    except Exception as error:
        return error


def _filled(shape: Any, done: list[Any]) -> Any:
    if shape.__class__ is list:
        return [_filled(item, done) for item in shape]
    return done[shape] if shape.__class__ is int else shape


async def _nothing() -> None:
    """Waits for nothing."""
