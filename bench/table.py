"""The figures as a person reads them: per operation every server, then our ratios beside their goals."""

from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.rounds import Results

MANY = 16


class Goal(NamedTuple):
    """A ratio of ours and another's at 16 connections, and what it should be for `list`, `deep` and `one`: at least, or for CPU at most."""

    name: str
    other: str
    what: str
    goals: tuple[float, float, float]

    @property
    def is_cost(self) -> bool:
        return self.what.endswith("_ms")


GOALS = (
    Goal("÷ limit", "limit", "per_second", (0.75, 0.90, 0.50)),
    Goal("÷ PostGraphile bare", "postgraphile", "per_second", (1.8, 2.0, 1.3)),
    Goal("÷ PostGraphile, same guarantees", "postgraphile+", "per_second", (2.0, 2.3, 2.2)),
    Goal("÷ Mercurius bare", "mercurius", "per_second", (1.3, 1.5, 0.75)),
    Goal("÷ Mercurius, same guarantees", "mercurius+", "per_second", (1.6, 1.8, 1.5)),
    Goal("server CPU ÷ limit", "limit", "server_ms", (1.8, 1.3, 1.9)),
)
# Not goals, but of interest: what the engine brings, and what a server as the manuals show it does.
BESIDE = (
    Goal("÷ graphql-core's executor", "core", "per_second", (0, 0, 0)),
    Goal("÷ strawberry + Tortoise plain", "plain", "per_second", (0, 0, 0)),
    Goal("CPU in all ÷ limit", "limit", "all_ms", (0, 0, 0)),
)
OPERATIONS = ("list", "deep", "one")


def ratio(results: Results, goal: Goal, operation: str) -> float | None:
    """Ours through the other's; for CPU in all, server and database together."""
    if not results.has(operation, "ours") or not results.has(operation, goal.other):
        return None
    ours, other = [
        sum(
            results.median(operation, server, MANY, what)
            for what in (("server_ms", "database_ms") if goal.what == "all_ms" else (goal.what,))
        )
        for server in ("ours", goal.other)
    ]
    return ours / other if other else None


def ratios(results: Results) -> list[tuple[Goal, list[float | None]]]:
    return [(goal, [ratio(results, goal, operation) for operation in OPERATIONS]) for goal in (*GOALS, *BESIDE)]


def show(results: Results, console: Console) -> None:
    """Both tables."""
    for operation in OPERATIONS:
        servers = list(dict.fromkeys(server for of, server, _ in results.samples if of == operation))
        if servers:
            console.print(_servers(results, operation, servers))
    console.print(_ratios(results))


def _servers(results: Results, operation: str, servers: list[str]) -> Table:
    table = Table(
        "server",
        "req/s 1",
        "req/s 16",
        "±",
        "p50 ms",
        "p99 ms",
        "server CPU ms",
        "±",
        "database CPU ms",
        title=operation,
        title_justify="left",
    )
    for server in servers:
        one, many = (operation, server, 1), (operation, server, MANY)
        table.add_row(
            server, _n(results.median(*one, "per_second")), _n(results.median(*many, "per_second")), f"{results.spread(*many, 'per_second'):.0%}",
            _n(results.median(*many, "p50_ms")), _n(results.median(*many, "p99_ms")), _n(results.median(*many, "server_ms")),
            f"{results.spread(*many, 'server_ms'):.0%}", _n(results.median(*many, "database_ms")),
        )  # fmt: skip
    return table


def _ratios(results: Results) -> Table:
    table = Table("ours, at 16 connections", *OPERATIONS, title="Ratios (goal)", title_justify="left")
    for goal, values in ratios(results):
        table.add_row(goal.name, *[_cell(goal, value, wanted) for value, wanted in zip(values, goal.goals, strict=True)])
    return table


def _cell(goal: Goal, value: float | None, wanted: float) -> str:
    if value is None:
        return "-"
    if not wanted:
        return f"{value:.2f}"
    is_met = value <= wanted if goal.is_cost else value >= wanted
    return f"{value:.2f} ({'≤' if goal.is_cost else '≥'} {wanted:.2f}) {'met' if is_met else 'NOT MET'}"


def _n(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
