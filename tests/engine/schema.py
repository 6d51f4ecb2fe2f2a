"""A schema with every shape that a field can have, answered in every way that a field can be answered, by rows that do as they are told.

A field is named by its way and its shape: `batch_things_or` is a batch field of `[Thing!]`. All of them are on `Thing`; some types have
less, so that unions and interfaces have something to tell apart.
"""

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from inspect import Parameter, Signature
from typing import Annotated, Any, NewType, Optional, Union

import strawberry
from graphql import Undefined
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from engine import ByTypename, answered_by, answered_once_by
from tests.engine.happenings import Trouble

Info = strawberry.Info[Any, None]
Code = NewType("Code", str)


def code_text(value: Any) -> Any:
    """A scalar that refuses some values, and has nothing to say for others."""
    if value == "bad":
        raise ValueError("no code")
    return {"none": None, "undefined": Undefined}.get(value, f"<{value}>")


def code_of(given: Any) -> str:
    if given == "bad":
        raise ValueError("no code")
    return f"code {given}"


@strawberry.enum
class Color(enum.Enum):
    RED = "red"
    BLUE = strawberry.enum_value("blue", name="AZURE")
    NONE = None


@strawberry.enum
class Shade(enum.Enum):
    DARK = ["#000", "#111"]
    LIGHT = 1


@strawberry.input(one_of=True)
class Either:
    number: int | None = strawberry.UNSET
    text: str | None = strawberry.UNSET


@strawberry.input
class Filter:
    colors: list[Color] | None = None
    since: date | None = strawberry.UNSET
    deeper: Optional["Filter"] = None
    either: Either | None = None
    maybe: strawberry.Maybe[int | None]
    code: Code = Code("usual")


@strawberry.interface
class Node(ByTypename):
    id: strawberry.ID


class Odd(BasePermission):
    """Every third row is not for everybody."""

    message = "not yours"

    async def has_permission(self, source: Any, info: Info, **_: Any) -> bool:
        return getattr(source, "number", 0) % 3 != 2


SHAPES: dict[str, Any] = {
    "text": str,
    "text_or": str | None,
    "int": int,
    "int_or": int | None,
    "float_or": float | None,
    "flag_or": bool | None,
    "id_or": strawberry.ID | None,
    "day_or": date | None,
    "at_or": datetime | None,
    "price": Decimal,
    "price_or": Decimal | None,
    "code": Code,
    "code_or": Code | None,
    "color": Color,
    "color_or": Color | None,
    "shade_or": Shade | None,
    "json_or": JSON | None,
    "tags": list[str],
    "tags_or": list[str | None] | None,
    "colors_or": list[Color | None] | None,
    "codes_or": list[Code] | None,
    "grid": list[list[int]],
    "grid_or": list[list[int | None] | None] | None,
    "spot": "Spot",
    "spot_or": Optional["Spot"],
    "thing": "Thing",
    "thing_or": Optional["Thing"],
    "car_or": Optional["Car"],
    "node_or": Optional[Node],
    "find_or": Optional["Find"],
    "spots": list["Spot"],
    "spots_or": Optional[list[Optional["Spot"]]],
    "things": list["Thing"],
    "things_or": Optional[list[Optional["Thing"]]],
    "finds_or": Optional[list[Optional["Find"]]],
    "maze": list[list["Spot"]],
    "maze_or": Optional[list[Optional[list[Optional["Thing"]]]]],
}
WAYS = ("plain", "batch", "sync", "slow", "guarded")
ARGUMENTS = [
    Parameter("first", Parameter.POSITIONAL_OR_KEYWORD, default=2, annotation=int),
    Parameter("color", Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Color | None),
    Parameter("filter", Parameter.POSITIONAL_OR_KEYWORD, default=strawberry.UNSET, annotation=Filter | None),
]


def shown(function: Any, name: str, *first: tuple[str, Any]) -> Any:
    """The function with these parameters and the arguments that all fields take."""
    parameters = [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD, annotation=a) for n, a in first] + ARGUMENTS
    function.__signature__ = Signature(parameters)
    function.__annotations__ = {p.name: p.annotation for p in parameters}
    function.__name__ = name
    return function


def batch_field(name: str) -> Any:
    async def batch(parents: list[Any], info: Info, **arguments: Any) -> Any:
        return await info.context.world.answer_all(name, parents, arguments)

    return answered_by(shown(batch, name, ("parents", object), ("info", Info)), "")


def sync_field(name: str) -> Any:
    def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return info.context.world.answer(name, root, arguments)

    return strawberry.field(resolver=shown(resolve, name, ("root", object), ("info", Info)))


def slow_field(name: str) -> Any:
    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        info.context.log.append(("begins", name, root is None))
        await asyncio.sleep(0)
        info.context.log.append(("ends", name, root is None))
        return info.context.world.answer(name, root, arguments)

    return strawberry.field(resolver=shown(resolve, name, ("root", object), ("info", Info)))


def guarded_field(name: str) -> Any:
    def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return info.context.world.answer(name, root, arguments)

    return strawberry.field(resolver=shown(resolve, name, ("root", object), ("info", Info)), permission_classes=[Odd])


def once_field(name: str) -> Any:
    async def resolve(info: Info, **arguments: Any) -> Any:
        return info.context.world.answer(name, None, arguments)

    return answered_once_by(shown(resolve, name, ("info", Info)), "")


MAKERS: dict[str, Callable[[str], Any]] = {
    "plain": lambda name: strawberry.field(),
    "batch": batch_field,
    "sync": sync_field,
    "slow": slow_field,
    "guarded": guarded_field,
    "once": once_field,
}


def fields(ways: tuple[str, ...], shapes: Any = SHAPES) -> tuple[dict[str, Any], dict[str, Any]]:
    """Annotations and attributes of a class with these fields."""
    annotations = {f"{way}_{shape}": SHAPES[shape] for shape in shapes for way in ways}
    made = {f"{way}_{shape}": MAKERS[way](f"{way}_{shape}") for shape in shapes for way in ways}
    if set(ways) - {"plain"}:
        annotations |= {f"{way}_echo": str for way in ways if way != "plain"}
        made |= {f"{way}_echo": MAKERS[way](f"{way}_echo") for way in ways if way != "plain"}
    return annotations, made


def made(name: str, bases: tuple[type, ...], contents: tuple[dict[str, Any], dict[str, Any]]) -> type:
    """A class with these annotations and attributes."""
    annotations, attributes = contents
    return type(name, bases, {"__module__": __name__, "__annotations__": annotations, **attributes})


Thing: Any = strawberry.interface(made("Thing", (Node,), fields(WAYS)))
FEW = ("text", "text_or", "int", "tags_or", "spot_or", "things_or")
Spot: Any = strawberry.type(made("Spot", (), fields(("plain", "batch", "slow"), FEW)))


@strawberry.type
class Car(Thing):  # type: ignore[misc]  # made above
    doors: int


@strawberry.type
class Boat(Thing):  # type: ignore[misc]  # made above
    sails: str | None


@strawberry.type
class Rock(Node):
    plain_text: str
    plain_int: int
    plain_thing_or: Optional[Thing]


Find = Annotated[Union[Car, Rock, Spot], strawberry.union("Find")]
Query: Any = strawberry.type(made("Query", (), fields(("once", "batch", "sync", "slow", "guarded"))))
Mutation: Any = strawberry.type(made("Mutation", (), fields(("once", "slow", "sync"))))
SCALARS: dict[object, Any] = {Code: strawberry.scalar(name="Code", serialize=code_text, parse_value=code_of)}
SCHEMA = strawberry.Schema(Query, Mutation, types=[Car, Boat, Rock], config=StrawberryConfig(auto_camel_case=False, scalar_map=SCALARS))


class Row:
    """A row whose attributes are what happens in them. Its type is a constant of its class, as in rows of tables of one type."""

    __slots__ = ("number", "world")

    def __init__(self, world: "World", number: int) -> None:
        self.world, self.number = world, number

    @property
    def id(self) -> Any:
        return str(self.number)

    @property
    def doors(self) -> Any:
        return 1000 + self.number

    @property
    def sails(self) -> Any:
        return None if self.number % 2 else f"sail {self.number}"

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("plain_"):
            raise AttributeError(name)
        return self.world.answer(name, self, {})


class CarRow(Row):
    __slots__ = ()
    typename = "Car"


class BoatRow(Row):
    __slots__ = ()
    typename = "Boat"


class LooseRow(Row):
    """Says its type itself, as rows of tables of several types do."""

    def __init__(self, world: "World", number: int, typename: Any) -> None:
        super().__init__(world, number)
        self.typename = typename


class SpotRow(Spot):  # type: ignore[misc]  # made above
    """strawberry's own check of unions knows its own instances only."""

    def __init__(self, world: "World", number: int) -> None:
        self.world, self.number = world, number

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("plain_"):
            raise AttributeError(name)
        return self.world.answer(name, self, {})


ROWS: dict[str, Any] = {"Car": CarRow, "Boat": BoatRow, "Spot": SpotRow}


@dataclass
class World:
    """What happens where: for each field a few happenings, of which a row's number chooses one; and what happens to whole batches."""

    happenings: dict[str, tuple[Any, ...]]
    batches: dict[str, str] = field(default_factory=dict)

    def row(self, type_: str, number: int) -> Any:
        return ROWS[type_](self, number) if type_ in ROWS else LooseRow(self, number, type_)

    def happening(self, name: str, row: Any) -> Any:
        found = self.happenings[name]
        return found[(getattr(row, "number", None) or 0) % len(found)]

    def answer(self, name: str, row: Any, arguments: dict[str, Any]) -> Any:
        if name.endswith("_echo"):
            return f"{getattr(row, 'number', None)}: {arguments}"
        return self.happening(name, row).made(self)

    async def answer_all(self, name: str, rows: list[Any], arguments: dict[str, Any]) -> Any:
        """What a batch function answers: an exception stands for what failed."""
        what = self.batches.get(name, "well")
        if what == "raises":
            raise Trouble("plain", 77).error
        if what == "waits":
            await asyncio.sleep(0)
        answers = [self._answer(name, row, arguments) for row in rows]
        return {
            "short": answers[1:],
            "long": [*answers, None],
            "none": None,
            "dict": dict(enumerate(answers)),
            "tuple": tuple(answers),
        }.get(what, answers)

    def _answer(self, name: str, row: Any, arguments: dict[str, Any]) -> Any:
        try:
            return self.answer(name, row, arguments)
        except Exception as error:
            return error


@dataclass
class Context:
    """What resolvers are handed, made for each run."""

    world: World
    log: list[Any] = field(default_factory=list)
    loaders: dict[Any, Any] = field(default_factory=dict)
