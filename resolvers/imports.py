"""Runs that brought data of the finance house in."""

from typing import Annotated, Any

import strawberry

from models import ImportResult, ImportRow, ImportRun
from resolvers.connections import After, Before, First, Last
from resolvers.context import Info
from resolvers.filters import one_of
from tenants import Page, Window

NEWEST_FIRST = ("-created_at", "-id")


async def back_office(info: Info) -> str:
    """What only staff ask for. It has nothing of its own."""
    return "back office"


async def import_runs(
    offices: list[Any], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> list[Page]:
    """All runs, the newest first."""
    return [await info.context.gate.page(ImportRun, (), NEWEST_FIRST, Window(first, after, last, before)) for _ in offices]


async def import_run(
    offices: list[Any], info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a run.")]
) -> list[ImportRun | None]:
    """One run."""
    return [await info.context.gate.one(ImportRun, id) for _ in offices]


async def rows(
    runs: list[ImportRun],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    results: Annotated[list[ImportResult] | None, strawberry.argument(description="That came to one of these.")] = None,
) -> list[Page]:
    """The rows of each run that are worth reading about, in the order of the files."""
    conditions = one_of("result", results)
    return await info.context.gate.child_pages(ImportRow, runs, "run_id", ("number",), Window(first, after, last, before), conditions)
