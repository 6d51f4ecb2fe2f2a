"""What the engine costs by itself, in this process: rows are given, so nothing waits, and what is timed is execution alone."""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from rich.console import Console

from bench.ground import Ground
from bench.operations import DOCUMENTS
from engine import Library
from models.legal_figures import legal_figures
from resolvers.context import Context
from schema import build
from server.http.preparation import NATIVE, PARSING
from server.http.signed_links import SignedLinks
from server.limits.complexity import ComplexityRules
from tenants import ClientInfo, Scope, Tenancy
from tenants.database import Database
from tenants.policy import Policy
from tenants.table import LINES

COUNTS = (1, 10, 25, 50, 75, 100)
FIELDS = 100
PER_VALUE_GOAL_US, COMPILE_GOAL_MS = 0.25, 10.0


class Given:
    """A gate that asks the real one once, and from then on answers out of its memory."""

    def __init__(self, gate: Any) -> None:
        self.gate, self.kept = gate, dict[Any, Any]()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def answer(model: Any, *arguments: Any, **named: Any) -> Any:
            by = named.get("by") or next((argument for argument in arguments if isinstance(argument, str)), "")
            key = (name, model, by)
            if key not in self.kept:
                self.kept[key] = await getattr(self.gate, name)(model, *arguments, **named)
            return self.kept[key]

        return answer


class Inside:
    """The product without its door: the library, and somebody's context."""

    def __init__(self, ground: Ground) -> None:
        secret = sha256(b"bench").digest()
        self.tenancy = Tenancy(Database(ground.urls.app, 2), Database(ground.urls.app, 1, is_writing=True), secret, secret)
        self.token = ground.callers[0].token
        self.schema = build()
        self.policy, self.scales = Policy(self.schema._schema, LINES), ComplexityRules(self.schema._schema)
        self.library = self.empty_library()
        self.links = SignedLinks(secret, "http://localhost")

    def empty_library(self) -> Library:
        return Library(self.schema, lambda tree: self.scales.weigh(tree).refusal, PARSING, native=NATIVE)

    async def context(self) -> Context:
        at = datetime.now(UTC)
        scope = Scope(await self.tenancy.sessions.read(self.token, at), at, ClientInfo("bench"))
        given: Any = Given(self.tenancy.gate(scope))
        return Context(scope, given, self.tenancy, self.links, legal_figures())

    async def data(self, text: str, context: Context) -> Any:
        document: Any = self.library.read(text)
        result = await self.library.execute(document, next(iter(document.operations.values())), {}, context)
        assert not result.errors, result.errors
        return result.data

    async def timed(self, text: str, seconds: float = 1.0) -> tuple[float, Any]:
        """Seconds for one execution, the median of many, and its data."""
        context = await self.context()
        data = await self.data(text, context)
        took: list[float] = []
        until = time.perf_counter() + seconds
        while len(took) < 10 or time.perf_counter() < until:
            began = time.perf_counter()
            await self.data(text, context)
            took.append(time.perf_counter() - began)
        return statistics.median(took), data

    def compiled(self) -> float:
        """Seconds until a document of a hundred fields that nobody has sent before is ready to run: the median of many."""
        took = []
        for turn in range(30):
            text = hundred_fields(self.schema._schema, f"Cold{turn}")
            gc.collect()
            began = time.perf_counter()
            document: Any = self.library.read(text)
            document.plan(next(iter(document.operations.values())), _NO_VARIABLES).generate()
            self.policy.demanded(document.tree, next(iter(document.operations.values())))
            self.scales.weigh(document.tree)
            took.append(time.perf_counter() - began)
        return statistics.median(took)


class _NoVariables:
    coerced: dict[str, Any] = {}


_NO_VARIABLES = _NoVariables()


def inside(ground: Ground, console: Console) -> dict[str, Any]:
    """Measures, prints, and gives the figures."""
    return asyncio.run(_inside(Inside(ground), console))


async def _inside(inside: Inside, console: Console) -> dict[str, Any]:
    await inside.tenancy.open()
    try:
        gc.collect()
        gc.freeze()
        found: dict[str, Any] = {}
        for name in ("list", "deep"):
            took, data = await inside.timed(DOCUMENTS[name])
            leaves, fields = counted(data)
            written = _json_seconds(data)
            found[name] = {
                "execution_us": took * 1e6,
                "values": leaves,
                "fields": fields,
                "per_value_us": took * 1e6 / leaves,
                "json_us": written * 1e6,
            }
            goal = f" (goal ≤ {PER_VALUE_GOAL_US})" if name == "list" else ""
            console.print(
                f"{name}: {took * 1e6:,.0f} µs to execute {leaves:,} values ({fields:,} fields with objects), {took * 1e6 / leaves:.3f} µs a value{goal}; "
                f"{written * 1e6:,.0f} µs to write as JSON"
            )
        times = {n: (await inside.timed(DOCUMENTS["list"].replace("first: 50", f"first: {n}"), 0.5))[0] * 1e6 for n in COUNTS}
        slope, start, fit = line(list(times), list(times.values()))
        console.print(f"growth: {start:.0f} µs + {slope:.1f} µs a contract from 1 to 100 contracts, R² {fit:.4f}")
        compiled = inside.compiled() * 1e3
        console.print(
            f"compile: {compiled:.1f} ms for a new document of {FIELDS} fields: parse, weigh, validate, plan (goal ≤ {COMPILE_GOAL_MS:.0f})"
        )
        return found | {"growth_us": times, "growth_fit": [start, slope, fit], "compile_ms": compiled}
    finally:
        gc.unfreeze()
        await inside.tenancy.close()


def counted(data: Any) -> tuple[int, int]:
    """Scalars, and all fields, in an answer."""
    if isinstance(data, dict):
        below = [counted(value) for value in data.values()]
        return sum(leaves for leaves, _ in below), len(data) + sum(fields for _, fields in below)
    if isinstance(data, list):
        below = [counted(item) for item in data]
        return sum(leaves for leaves, _ in below), sum(fields for _, fields in below)
    return 1, 0


def line(x: list[int], y: list[float]) -> tuple[float, float, float]:
    """The straight line through points: its slope, where it starts, and how much of the points it explains."""
    slope, start = statistics.linear_regression(x, y)
    return slope, start, statistics.correlation(x, y) ** 2


def hundred_fields(schema: Any, name: str) -> str:
    """An operation of a hundred fields, of the types that a contract leads to."""
    left = FIELDS - 2  # the two around them
    parts = []
    for field in (
        "",
        "account",
        "assets",
        "documents",
        "installments",
        "invoices",
        "payments",
        "directDebits",
        "mandate",
        "statements",
        "operations",
    ):
        type_ = schema.type_map["Contract"] if not field else get_named_type(schema.type_map["Contract"].fields[field].type)
        is_list = field and "nodes" in type_.fields
        shown: Any = get_named_type(type_.fields["nodes"].type) if is_list else type_
        leaves = [n for n, f in shown.fields.items() if is_leaf_type(get_named_type(f.type)) and not f.args]
        around = 2 if is_list else 1 if field else 0
        taken = leaves[: max(0, left - around)]
        left -= len(taken) + around
        inner = " ".join(taken)
        parts.append(inner if not field else f"{field} {{ nodes {{ {inner} }} }}" if is_list else f"{field} {{ {inner} }}")
        if left <= around:
            break
    assert isinstance(schema.type_map["Contract"], GraphQLObjectType)
    return f"query {name} {{ contracts(first: 1) {{ nodes {{ {' '.join(parts)} }} }} }}"


def _json_seconds(data: Any) -> float:
    took = []
    for _ in range(200):
        began = time.perf_counter()
        orjson.dumps(data, option=orjson.OPT_UTC_Z)
        took.append(time.perf_counter() - began)
    return statistics.median(took)
