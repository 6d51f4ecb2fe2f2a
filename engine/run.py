"""Runs a plan: one call a field and level, for all objects of that level.

A level is a list of objects of one type and the selection on them. `build` makes their dicts, with all plain leaves in them; every other
field is a step: it asks its function for one value an object, completes those values, and takes all objects among them down one level,
together. Steps of a level run at the same time. What fails is noted in its place, and `nulls.py` clears it up at the end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute_of
from itertools import chain
from typing import Any

from graphql import GraphQLError, default_field_resolver
from graphql.execution.values import VariableValues, get_argument_values

from engine.describing import Descriptions
from engine.fields import BATCH, ONCE
from engine.info import Info
from engine.kinds import all_are, all_tell, known_types, told_type, told_types, type_of
from engine.leaves import Notes, Unsettled, read_all
from engine.loaders import answers
from engine.nulls import Nulled, NullPropagation
from engine.plan import Field, Plan, Selection
from engine.shapes import all_settled, are_usual, filled, have_awaitables, listed, must_wait, settled, shaped, written, written_one_by_one
from engine.tasks import dropped, together

Rows = list[dict[str, Any]]
Put = Callable[[list[Any]], list[Any]]
Result = tuple[dict[str, Any] | None, list[GraphQLError]]
AT_ONCE = 64  # objects of a level that are asked one by one before everybody else on the loop has a turn


async def run(plan: Plan, context: Any, variables: VariableValues, descriptions: Descriptions | None = None) -> Result:
    """The data and the errors of one operation. `descriptions` has what was said of the schema before."""
    running = _Run(plan, context, variables, descriptions or Descriptions())
    try:
        return await (running.serially() if plan.is_serial else running.whole())
    finally:
        dropped(running.notes.late)


@dataclass(slots=True)
class _Run:
    plan: Plan
    context: Any
    variables: VariableValues
    descriptions: Descriptions
    notes: Notes = attribute_of(default_factory=Notes)
    typed: list[tuple[Sequence[str], Rows]] = attribute_of(default_factory=list)  # rows of one of several types, for `nulls.py`

    async def whole(self) -> Result:
        """A query: everything at once."""
        [data], rest = self.level(self.plan.root, [None])
        if rest is not None:
            await rest
        await self.catch_up()
        if not self.notes.failures:
            return data, []
        spread = self.spread()
        try:
            spread.object(self.plan.root, data)
        except Nulled:
            return None, spread.errors
        return data, spread.errors

    async def serially(self) -> Result:
        """A mutation: a root field after the other, each with everything below it. After one that nulls the answer none is begun."""
        [data] = self.plan.root.build([None], self.notes)
        errors: list[GraphQLError] = []
        for field in self.plan.root.fields:
            if field in self.plan.root.steps and (waiting := self.step(field, [None], [data])) is not None:
                await waiting
            await self.catch_up()
            spread = self.spread()
            try:
                spread.field(field, data)
            except Nulled:
                return None, errors + spread.errors
            errors += spread.errors
        return data, errors

    async def catch_up(self) -> None:
        """Awaits what came where nothing was expected to be awaited, and what comes of it."""
        while self.notes.late:
            late, self.notes.late = self.notes.late, []
            await together(late)

    def spread(self) -> NullPropagation:
        return NullPropagation({id(row): name for names, rows in self.typed for name, row in zip(names, rows, strict=True)})

    def level(self, selection: Selection, objects: Sequence[Any]) -> tuple[Rows, Awaitable[Any] | None]:
        """One dict for each object, and what is to be awaited before all that is below them is there. They can be placed at once."""
        rows, steps = self.built(selection, objects)
        return rows, _all([w for field in steps if (w := self.step(field, objects, rows)) is not None])

    def built(self, selection: Selection, objects: Sequence[Any]) -> tuple[Rows, list[Field]]:
        """The dicts with their plain leaves, and the steps that are left."""
        if selection.is_worth_it(objects):
            write, others = selection.whole(objects)
            if (rows := write(objects, self.notes)) is not None:
                return rows, others
        return selection.build(objects, self.notes), selection.steps

    def step(self, field: Field, objects: Sequence[Any], rows: Rows) -> Awaitable[Any] | None:
        if field.kind != "plain":
            return self.describe(field, rows) if field.kind == "schema" else self.answer(field, objects, rows)
        values = read_all(objects, field.attribute)
        if have_awaitables(values):
            return self.answer_later(field, values, rows)
        return self.complete(field, values, rows)

    async def answer(self, field: Field, objects: Sequence[Any], rows: Rows) -> None:
        """Asks the resolver, then completes what it gave; an exception is the answer of every object."""
        try:
            values = await self.ask(field, objects)
        except Exception as error:
            values = [error] * len(objects)
        if (rest := self.complete(field, values, rows)) is not None:
            await rest

    async def describe(self, field: Field, rows: Rows) -> None:
        """What the schema says of itself. It is made apart, so that the same can be handed to others."""

        async def make() -> tuple[Any, bool]:
            apart: Rows = [{}]
            before = len(self.notes.failures)
            await self.answer(field, [None], apart)
            return apart[0][field.key], len(self.notes.failures) == before

        _placed(field, [await self.descriptions.of(field, self.variables, make)], rows)

    async def answer_later(self, field: Field, values: list[Any], rows: Rows) -> None:
        if (rest := self.complete(field, await all_settled(values), rows)) is not None:
            await rest

    async def ask(self, field: Field, objects: Sequence[Any]) -> list[Any]:
        """One value for each object."""
        if field.kind in ("other", "schema"):
            return await self.ask_each(field, objects)
        assert field.strawberry is not None and field.arguments is not None
        info = self.plan.schema.config.info_class(self.info(field), field.strawberry)  # type: ignore[arg-type]  # our Info stands for graphql-core's
        arguments = field.arguments.values(self.variables, info)
        if field.kind == "batch":
            return answers(await field.strawberry.metadata[BATCH](objects, info, **arguments), objects, field.where)
        return [await field.strawberry.metadata[ONCE](info, **arguments)]

    async def ask_each(self, field: Field, objects: Sequence[Any]) -> list[Any]:
        """What strawberry built for one object at a time."""
        resolve, arguments, info = field.definition.resolve or default_field_resolver, self.arguments(field), self.info(field)
        values: list[Any] = []
        for start in range(0, len(objects), AT_ONCE):
            if start:
                await asyncio.sleep(0)
            values += [_called(resolve, o, info, **arguments) for o in objects[start : start + AT_ONCE]]
        return await all_settled(values) if have_awaitables(values) else values

    def arguments(self, field: Field) -> dict[str, Any]:
        if not field.definition.args:
            return {}
        return get_argument_values(field.definition, field.nodes[0], self.variables, hide_suggestions=True)

    def info(self, field: Field) -> Info:
        return Info(self.context, self.plan, field, self.variables.coerced)

    def complete(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[Any] | None:
        """Puts the values into the rows; what has fields of its own goes down one level, all together."""
        if field.is_leaf and not field.is_list:
            return self.leaves(field, values, rows)
        kinds = set(map(type, values))
        if field.shape == "one" and are_usual(kinds):
            if all_are(field, kinds):
                return self.objects(field, values, rows)
            return self.by_type(field, values, rows, lambda done: done)
        if field.shape == "list" and kinds == {list}:
            flat = list(chain.from_iterable(values))
            if are_usual(kinds := set(map(type, flat))):
                sizes = [len(value) for value in values]
                if all_are(field, kinds):
                    return self.lists(field, flat, sizes, rows)
                return self.by_type(field, flat, rows, lambda done: _cut(done, sizes))
        return self.any_shape(field, values, rows)

    def leaves(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[Any] | None:
        """Scalars and enums, and lists of them."""
        assert field.column is not None
        before, done = len(self.notes.failures), []
        try:
            if field.is_list:
                done = [written(field.type, value, field, self.notes) for value in values]
            else:
                done = field.column(values, self.notes)
        except Unsettled:
            del self.notes.failures[before:]
            return self.leaves_later(field, values, rows)
        _placed(field, done, rows)
        return None

    async def leaves_later(self, field: Field, values: list[Any], rows: Rows) -> None:
        _placed(field, await together([written_one_by_one(field.type, value, field, self.notes) for value in values]), rows)

    def objects(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[Any] | None:
        """The plain case: every parent has one object of one type."""
        [selection] = field.below.values()
        level, rest = self.level(selection, values)
        _placed(field, level, rows)
        return rest

    def lists(self, field: Field, flat: list[Any], sizes: list[int], rows: Rows) -> Awaitable[Any] | None:
        """The other plain case: every parent has a list of objects of one type."""
        [selection] = field.below.values()
        level, rest = self.level(selection, flat) if flat else ([], None)
        _placed(field, _cut(level, sizes), rows)
        return rest

    def any_shape(self, field: Field, values: list[Any], rows: Rows) -> Awaitable[Any] | None:
        """The general case: nulls, failures, lists of lists, several types, things to be awaited."""
        values = [listed(field.type, value, field.where) for value in values]
        if any(must_wait(field.type, value) for value in values):
            return self.any_shape_later(field, values, rows)
        if field.is_leaf:
            return self.leaves(field, values, rows)
        flat: list[Any] = []
        shapes = [shaped(field.type, value, flat, field, self.notes) for value in values]
        return self.by_type(field, flat, rows, lambda done: [filled(shape, done) for shape in shapes])

    async def any_shape_later(self, field: Field, values: list[Any], rows: Rows) -> None:
        values = await together([settled(field.type, value, field.where) for value in values])
        if (rest := self.any_shape(field, values, rows)) is not None:
            await rest

    def by_type(self, field: Field, flat: list[Any], rows: Rows, put: Put) -> Awaitable[Any] | None:
        """Finds the type of each object, which may itself have to be awaited. `put` makes the values of the field from what they become."""
        if field.alike is not None and (level := self.alike(field, field.alike, flat)) is not None:
            _placed(field, put(level), rows)
            return None
        if (names := told_types(field, flat)) is not None:
            return self.grouped(field, flat, names, rows, put)
        known = known_types(field, set(map(type, flat)))
        info = self.info(field)
        types = [known.get(type(o)) or told_type(field, o) or _called(type_of, field, o, info) for o in flat]
        if have_awaitables(types):
            return self.by_type_later(field, flat, types, rows, put)
        return self.grouped(field, flat, types, rows, put)

    def alike(self, field: Field, selection: Selection, objects: list[Any]) -> Rows | None:
        """Rows of several types that all write the same, written without being sorted by type; `None` where anything is to be looked at."""
        keys = selection.typename_keys
        names = told_types(field, objects) if keys else None
        if names is None and (keys or not all_tell(field, objects)):
            return None
        level = selection.whole(objects).write(objects, self.notes)
        if level is not None and names is not None:
            for key in keys:
                for row, name in zip(level, names, strict=True):
                    row[key] = name
        return level

    async def by_type_later(self, field: Field, flat: list[Any], types: list[Any], rows: Rows, put: Put) -> None:
        if (rest := self.grouped(field, flat, await all_settled(types), rows, put)) is not None:
            await rest

    def grouped(self, field: Field, flat: list[Any], types: list[Any], rows: Rows, put: Put) -> Awaitable[Any] | None:
        """Takes the objects of each type down one level; an object without one fails in its place."""
        done: list[Any] = [None] * len(flat)
        groups: dict[str, list[int]] = {}
        for i, name in enumerate(types):
            if isinstance(name, Exception):
                done[i] = self.notes.failed(name)
            else:
                groups.setdefault(name, []).append(i)
        waiting = []
        for name, at in groups.items():
            level, rest = self.level(field.below[name], [flat[i] for i in at])
            for i, row in zip(at, level, strict=True):
                done[i] = row
            if len(field.below) > 1:
                self.typed.append(([name] * len(level), level))
            if rest is not None:
                waiting.append(rest)
        _placed(field, put(done), rows)
        return _all(waiting)


def _all(waiting: list[Awaitable[Any]]) -> Awaitable[Any] | None:
    """All of them at the same time; a single one, as nearly every level has, without a task of its own."""
    if len(waiting) > 1:
        return together(waiting)
    return waiting[0] if waiting else None


def _placed(field: Field, values: Sequence[Any], rows: Rows) -> None:
    """One value in each row."""
    key = field.key
    for row, value in zip(rows, values, strict=True):
        row[key] = value


def _cut(flat: list[Any], sizes: list[int]) -> list[Any]:
    """The list in pieces of these sizes."""
    pieces, start = [], 0
    for size in sizes:
        pieces.append(flat[start : start + size])
        start += size
    return pieces


def _called(function: Any, /, *arguments: Any, **named: Any) -> Any:
    """What a resolver or a check gives, or the exception that it raised."""
    try:
        return function(*arguments, **named)
    except Exception as error:
        return error
