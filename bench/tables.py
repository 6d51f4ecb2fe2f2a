"""`make bench-tables`: how many amortization tables are checked in a minute, by the check alone and at import; the goal is 10,000.

The tables are what finance houses hand over: loans, leases at the rate that their rents imply, loans that count their days, and among them
some with a wrong line, which cost most because every way to count is tried on them.
"""

import argparse
import asyncio
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from rich.console import Console

from bench.ground import FOLDER, ROOT, SETTINGS
from bench.machine import calibrated, machine
from channels.files import FileStore
from finance.day_counts import DayCount, year_fraction
from finance.phases import Annuity
from finance.plans import Closing, Plan
from finance.schedules import Line, schedule
from jobs.imports import run_import
from models.connecting import writing_to
from models.importing import run
from models.importing.tables import Table, noted
from models.imports import ImportMode
from models.migrating import make_database, make_roles, migrate
from models.portals import Portal, Tenant
from models.secrets import KeyRing
from server.generator.writing import Export
from server.process.clock import now
from server.process.embedded_postgres import Embedded, Urls

IMPORTING: Any = run  # whose check is timed
HOUSE, DATABASE, GOAL = "tables", "bench_tables", 10_000
STARTS_ON, FIRST_ON = date(2024, 1, 31), date(2024, 2, 29)
ROUNDS = 5


@dataclass(frozen=True)
class Kind:
    """A kind of table, and how many of a hundred are of it."""

    name: str
    contract: str
    changes: dict[str, Any]
    share: int
    is_wrong: bool = False


KINDS = (
    Kind("loan", "LOAN", {}, 60),
    Kind(
        "lease at the rate its rents imply",
        "FINANCE_LEASE",
        {"closing": Closing.LEASE, "rate_percent": Decimal("4.1234"), "residual_amount": Decimal(500)},
        30,
    ),
    Kind("loan by days", "LOAN", {"counting": partial(year_fraction, DayCount.ACT_360)}, 9),
    Kind("loan with a wrong line", "LOAN", {}, 1, is_wrong=True),
)


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.tables", description=__doc__)
    parser.add_argument("--tables", type=int, default=10_000, help="how many are imported (10,000)")
    parser.add_argument("--lines", type=int, default=60, help="lines of each (60)")
    parser.add_argument("--alone", action="store_true", help="the check alone, without an import")
    asked, console = parser.parse_args(), Console(soft_wrap=True)
    console.print(f"Calibration: {calibrated():.1f} ms. Machine: {machine()}.")
    found: dict[str, Any] = {"machine": machine(), "lines": asked.lines, "alone": alone(asked.lines, console)}
    if not asked.alone:
        with _export(asked.tables, asked.lines) as export, _server() as urls:
            found["import"] = asyncio.run(_imported(urls, export, asked.tables, console))
    (ROOT / "var" / "bench-tables.json").write_text(json.dumps(found, indent=1), "utf-8")


def table_of(number: int, lines: int) -> tuple[Kind, Plan, list[Line]]:
    """A table that no other of the run equals."""
    place, kind = number % 100, KINDS[0]
    for kind in KINDS:
        if place < kind.share:
            break
        place -= kind.share
    return kind, *_drawn_up(kind, number, lines)


def _drawn_up(kind: Kind, number: int, lines: int) -> tuple[Plan, list[Line]]:
    amount, rate = Decimal(15_000 + number), Decimal("3.90") + Decimal(number % 50) / 20
    plan = Plan(financed_amount=amount, rate_percent=rate, phases=(Annuity(periods=lines),), first_due_on=FIRST_ON, starts_on=STARTS_ON)
    drawn_up = list(schedule(replace(plan, **kind.changes)).lines)
    if kind.is_wrong:
        middle = lines // 2
        line = drawn_up[middle]
        drawn_up[middle] = line._replace(interest=line.interest + 1, payment=line.payment + 1)
    return plan, drawn_up


def _all_noted(heads: Sequence[Any]) -> None:
    for one in heads:
        noted(*one)


def alone(lines: int, console: Console) -> dict[str, float]:
    """Tables a minute of one core, by kind: the time of this process alone, the best of some rounds. Raises if a note is wrong."""
    found: dict[str, float] = {}
    for kind in KINDS:
        tables = [(kind, *_drawn_up(kind, number, lines)) for number in range(40)]
        heads = [(head(kind, plan), drawn_up) for kind, plan, drawn_up in tables]
        assert all((noted(contract, drawn_up) is not None) == kind.is_wrong for contract, drawn_up in heads), kind.name
        seconds = min(_timed(partial(_all_noted, heads)) for _ in range(ROUNDS)) / len(heads)
        found[kind.name] = 60 / seconds
        console.print(f"{kind.name + ', checked alone':<50}{seconds * 1e3:>8.2f} ms {60 / seconds:>12,.0f} a minute")
    return found


def head(kind: Kind, plan: Plan) -> Table:
    """The contract as it would be read."""
    residual = kind.changes.get("residual_amount")
    return Table(UUID(int=0), 1, None, kind.contract, plan.financed_amount, residual, None, plan.rate_percent, STARTS_ON, 1, "ARREARS")


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@contextmanager
def _export(tables: int, lines: int) -> Iterator[Path]:
    """One company with a contract for each table, in the documented format."""
    folder = FOLDER / "export-tables"
    shutil.rmtree(folder, ignore_errors=True)
    out = Export(folder, HOUSE, "erp")
    out.row("parties", external_id="P", kind="COMPANY", legal_name="Company", country="BE")
    out.row("accounts", external_id="A", holder="P", portal="tables", number="7001", status="ACTIVE", opened_on=STARTS_ON)
    for number in range(tables):
        kind, plan, drawn_up = table_of(number, lines)
        out.row(
            "contracts", external_id=f"C{number}", account="A", number=f"C-{number:07}", kind=kind.contract, state="ACTIVE", currency="EUR",
            starts_on=STARTS_ON, duration_months=lines, periodicity_months=1, timing="ARREARS", financed_amount=plan.financed_amount,
            nominal_rate_percent=plan.rate_percent, residual_value_amount=kind.changes.get("residual_amount"),
        )  # fmt: skip
        out.row("amortization_schedules", external_id=f"S{number}", contract=f"C{number}", status="FINAL", revision=1, currency="EUR")
        for line in drawn_up:
            out.row(
                "amortization_lines", schedule=f"S{number}", number=line.number, due_on=line.due_on, opening_balance_amount=line.opening,
                payment_amount=line.payment, principal_amount=line.principal, interest_amount=line.interest, closing_balance_amount=line.closing,
            )  # fmt: skip
    out.close(1)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server() -> Iterator[Urls]:
    """The bench's PostgreSQL, with an empty house in a database of its own."""
    embedded = Embedded(FOLDER / "postgres", SETTINGS)
    url = embedded.start()
    try:
        yield asyncio.run(_prepared(url))
    finally:
        embedded.stop()


async def _prepared(url: str) -> Urls:
    await make_roles(url)
    connection = await asyncpg.connect(url)
    await connection.execute(f"drop database if exists {DATABASE} with (force)")
    await connection.close()
    await make_database(url, DATABASE)
    urls = Urls.of(url, DATABASE)
    await migrate(urls.owner)
    async with writing_to(urls.owner):
        await Portal.add(await Tenant.add(HOUSE, "Tables SA", "BE", "EUR", now()), "tables", "Tables", now())
    return urls


async def _imported(urls: Urls, export: Path, tables: int, console: Console) -> list[dict[str, Any]]:
    """The export through the importer, twice: all of it new, then nothing. The checking is timed within the run, with its reading of lines."""
    jobs = await asyncpg.connect(urls.jobs, server_settings={"search_path": "bailiwick"})
    tenant_id = await jobs.fetchval("select find_tenant($1)", HOUSE)
    found = []
    try:
        for what in ("first", "again, nothing new"):
            began, watched = time.perf_counter(), Watched(IMPORTING.note_tables)
            IMPORTING.note_tables = watched  # the same, and timed
            try:
                outcome = await run_import(
                    jobs, tenant_id=tenant_id, export=export, mode=ImportMode.PER_ROW, dry_run=False, at=now(), keys=KeyRing.new(),
                    store=FileStore.in_folder(FOLDER / "files"),
                )  # fmt: skip
            finally:
                IMPORTING.note_tables = watched.original
            took = time.perf_counter() - began
            notes = await _notes(jobs, tenant_id, outcome.run_id)
            a_minute = 60 * watched.tables / watched.seconds
            console.print(
                f"{what}: imported in {took:.1f} s ({60 * tables / took:,.0f} tables a minute, read, written and checked); "
                f"{watched.tables:,} checked in {watched.seconds:.1f} s ({a_minute:,.0f} a minute; the goal is {GOAL:,}), {notes:,} noted; "
                f"the event loop stood still for {watched.stillest * 1e3:.0f} ms at most"
            )
            found.append({"what": what, "seconds": took, "checked": watched.tables, "checking_seconds": watched.seconds, "noted": notes})
    finally:
        await jobs.close()
    return found


async def _notes(jobs: Any, tenant_id: Any, run_id: Any) -> int:
    async with jobs.transaction():
        await jobs.execute("select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', 'JOB', true)", str(tenant_id))
        return int(await jobs.fetchval("select count(*) from import_row where run_id = $1 and rule = 'schedule.differs'", run_id))


class Watched:
    """The checking of a run, timed; and for how long nothing else could run meanwhile."""

    def __init__(self, original: Any) -> None:
        self.original = original
        self.seconds, self.tables, self.stillest = 0.0, 0, 0.0

    async def __call__(self, *given: Any, **more: Any) -> int:
        ticking = asyncio.create_task(self._tick())
        began = time.perf_counter()
        self.tables = await self.original(*given, **more)
        self.seconds = time.perf_counter() - began
        ticking.cancel()
        return self.tables

    async def _tick(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            self.stillest = max(self.stillest, time.perf_counter() - before)


if __name__ == "__main__":
    main()
