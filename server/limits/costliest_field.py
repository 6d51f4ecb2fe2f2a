"""Which field makes an operation too dear, and with which page size it would pass. One pass; only what is refused is looked at so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.execution.values import VariableValues

from server.limits.field_cost import BIGGEST_PAGE, LEAVES, Kind, Rate, Tariff, Working


@dataclass(slots=True)
class Spot:
    """One field where it stands, with what is asked below it."""

    path: tuple[str, ...]
    rate: Rate
    size: int = 1
    work: int = 0
    below: list["Spot"] = field(default_factory=list)
    each: int = 0  # what one of its rows costs
    amount: int = 0  # what it costs once
    times: int = 1  # how often it is asked

    @property
    def is_row(self) -> bool:
        return self.rate.kind in (Kind.NODES, Kind.EDGES)

    @property
    def cost(self) -> int:
        return self.times * self.amount


@dataclass(frozen=True)
class Finder:
    """For one operation. Without variables sizes are what they are at least."""

    schema: GraphQLSchema
    tariff: Tariff
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues | None = None

    def facts(self, operation: OperationDefinitionNode, limit: int) -> dict[str, Any]:
        """The dearest field with its cost, and the page size that would do, if one would."""
        tops = list(self.spots(operation.selection_set, self.schema.get_root_type(operation.operation), ()))
        total = sum(spot.amount for spot in tops)
        way = list(_dearest(tops, total))
        if not way:
            return {}
        for spot in reversed(way):
            if spot.rate.pages and (first := _fitting(spot, total, limit)):
                return {"field": ".".join(spot.path), "cost": spot.cost, "first": first}
        return {"field": ".".join(way[-1].path), "cost": way[-1].cost}

    def spots(self, chosen: SelectionSetNode, parent: Any, path: tuple[str, ...]) -> Iterator[Spot]:
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                yield self.spot(node, parent, path)
            elif isinstance(node, InlineFragmentNode):
                yield from self.spots(node.selection_set, self.named(node.type_condition) or parent, path)
            elif isinstance(node, FragmentSpreadNode) and (spread := self.fragments.get(node.name.value)) is not None:
                yield from self.spots(spread.selection_set, self.named(spread.type_condition), path)

    def spot(self, node: FieldNode, parent: Any, path: tuple[str, ...]) -> Spot:
        rate = self.tariff.rate(parent, node.name.value)
        spot = Spot((*path, (node.alias or node.name).value), rate)
        if node.selection_set:
            spot.below = list(self.spots(node.selection_set, rate.type, spot.path))
        if rate.kind in (Kind.CONNECTION, Kind.LIST):
            spot.size = self.settled(rate.size(node))
        if rate.work is not None and rate.definition is not None:
            spot.work = self.settled(Working(rate.work, rate.definition, node))
        _price(spot, len(spot.below) - sum(bool(inner.below) for inner in spot.below))
        return spot

    def settled(self, size: Any) -> int:
        if isinstance(size, int):
            return size
        return size.least if self.variables is None else size.size(self.variables)  # type: ignore[no-any-return]  # whatever is open has numbers

    def named(self, condition: Any) -> Any:
        return self.schema.get_type(condition.name.value) if condition else None


def _price(spot: Spot, leaves: int) -> None:
    once = sum(inner.amount for inner in spot.below if not inner.is_row)
    rows = sum(inner.amount for inner in spot.below if inner.is_row)
    own = (spot.rate.kind is not Kind.EDGES) + leaves // LEAVES
    if spot.rate.kind is Kind.FREE:
        spot.amount = spot.work
    elif spot.rate.kind is Kind.CONNECTION:
        spot.each = rows or 1
        spot.amount = own + once + spot.size * spot.each + spot.work
    else:
        spot.each = own + once + rows
        spot.amount = spot.size * spot.each + spot.work


def _dearest(spots: list[Spot], total: int) -> Iterator[Spot]:
    """The way down along fields that are more than half of all that is asked."""
    while spots:
        spot = max(spots, key=lambda spot: spot.cost)
        if spot.cost * 2 <= total:
            return
        yield spot
        for inner in spot.below:
            inner.times = spot.times * (1 if spot.rate.kind is Kind.CONNECTION and not inner.is_row else spot.size)
        spots = spot.below


def _fitting(spot: Spot, total: int, limit: int) -> int:
    """The largest page of this field with which all of it passes; 0 where none would."""
    row = spot.times * spot.each
    fits = spot.size - -(-(total - limit) // max(row, 1))
    return min(max(fits, 0), BIGGEST_PAGE)
