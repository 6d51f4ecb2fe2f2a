"""What happens when a field is asked: a value, a failure, something to be awaited, a list of such. Drawn by hypothesis, made anew for each ask."""

from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError


class Coded(Exception):
    """An error that says its extensions itself."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.extensions = {"code": text.upper()}


ERRORS: dict[str, type[Exception]] = {"plain": ValueError, "type": TypeError, "coded": Coded, "graphql": GraphQLError}


@dataclass(frozen=True)
class Value:
    """Just this."""

    value: Any

    def made(self, world: Any) -> Any:
        return self.value


@dataclass(frozen=True)
class Trouble:
    """An exception, raised or handed back as if it were a value."""

    kind: str
    number: int
    is_raised: bool = True

    @property
    def error(self) -> Exception:
        return ERRORS[self.kind](f"trouble {self.number}")

    def made(self, world: Any) -> Any:
        if self.is_raised:
            raise self.error
        return self.error


@dataclass(frozen=True)
class Awaited:
    """Something to be awaited, for some turns of the loop."""

    then: Any
    turns: int = 0

    def made(self, world: Any) -> Any:
        return _Awaitable(self, world)


@dataclass(eq=False)
class _Awaitable:
    """No coroutine: those complain when nobody awaits them, which graphql-core now and then does not."""

    happening: Awaited
    world: Any

    def __await__(self) -> Generator[Any, None, Any]:
        for _ in range(self.happening.turns):
            yield
        return self.happening.then.made(self.world)


@dataclass(frozen=True)
class Many:
    """Several, as a list or as something else that can be gone through. It may break off at the end."""

    items: tuple[Any, ...]
    how: str = "list"
    is_broken: bool = False

    def made(self, world: Any) -> Any:
        if self.how == "generator":
            return self.generated(world)
        if self.how == "async":
            return self.generated_slowly(world)
        items = [item.made(world) for item in self.items]
        return tuple(items) if self.how == "tuple" else items

    def generated(self, world: Any) -> Iterator[Any]:
        for item in self.items:
            yield item.made(world)
        if self.is_broken:
            raise ValueError("broke off")

    async def generated_slowly(self, world: Any) -> AsyncIterator[Any]:
        for item in self.items:
            yield item.made(world)
        if self.is_broken:
            raise ValueError("broke off")


@dataclass(frozen=True)
class Object:
    """A row of a type, with a number that decides what happens in its fields."""

    type: str
    number: int

    def made(self, world: Any) -> Any:
        return world.row(self.type, self.number)
