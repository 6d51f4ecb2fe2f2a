"""`make bench-imports`: a million installments through `bailiwick import`, as an operator runs it: rows a second, and the memory it takes."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console

from bench.ground import FOLDER, ROOT, SETTINGS
from bench.machine import calibrated, machine
from bench.processes import family, peak_bytes
from models.connecting import writing_to
from models.days import months_before
from models.migrating import make_database, make_roles, migrate
from models.portals import Portal, Tenant
from server.generator.writing import Export
from server.process.clock import now
from server.process.embedded_postgres import Embedded, Urls
from server.process.keys import new_master

HOUSE, DATABASE, MONTHS, CONTRACTS_OF_EACH = "million", "bench_import", 60, 20
MIB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.imports", description=__doc__)
    parser.add_argument("--installments", type=int, default=1_000_000, help="how many (1,000,000)")
    asked, console = parser.parse_args(), Console()
    console.print(f"Calibration: {calibrated():.1f} ms. Machine: {machine()}.")
    with _server() as (urls, postmaster), _export(asked.installments) as (export, rows):
        console.print(f"{rows:,} rows, {asked.installments:,} of them installments")
        found = [_imported(urls, postmaster, export, rows, what, console) for what in ("first", "again, nothing new")]
    (ROOT / "var" / "bench-imports.json").write_text(json.dumps({"machine": machine(), "runs": found}, indent=1), "utf-8")


@contextmanager
def _server() -> Iterator[tuple[Urls, int]]:
    """The bench's PostgreSQL, with an empty house in a database of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    embedded = Embedded(FOLDER / "postgres", SETTINGS)
    url = embedded.start()
    try:
        asyncio.run(_prepared(url))
        yield Urls.of(url, DATABASE), int((embedded.server and embedded.server.get_pid()) or 0)
    finally:
        embedded.stop()


async def _prepared(url: str) -> None:
    await make_roles(url)
    connection = await asyncpg.connect(url)
    await connection.execute(f"drop database if exists {DATABASE} with (force)")
    await connection.close()
    await make_database(url, DATABASE)
    urls = Urls.of(url, DATABASE)
    await migrate(urls.owner)
    async with writing_to(urls.owner):
        await Portal.add(await Tenant.add(HOUSE, "Million SA", "BE", "EUR", now()), "million", "Million", now())


@contextmanager
def _export(installments: int) -> Iterator[tuple[Path, int]]:
    """Companies with twenty contracts each, sixty installments to a contract, in the documented format."""
    folder = FOLDER / "export"
    shutil.rmtree(folder, ignore_errors=True)
    out = Export(folder, HOUSE, "erp")
    first_day, due = date(2024, 1, 1), 0
    contracts = -(-installments // MONTHS)
    for a in range(-(-contracts // CONTRACTS_OF_EACH)):
        out.row("parties", external_id=f"P{a}", kind="COMPANY", legal_name=f"Company {a}", country="BE")
        out.row(
            "accounts", external_id=f"A{a}", holder=f"P{a}", portal="million", number=f"7001{a:06}", status="ACTIVE", opened_on=first_day
        )
    days = [months_before(first_day, -month) for month in range(MONTHS)]
    for c in range(contracts):
        out.row(
            "contracts", external_id=f"C{c}", account=f"A{c // CONTRACTS_OF_EACH}", number=f"C-{c:07}", kind="FINANCE_LEASE", state="ACTIVE", currency="EUR",
            starts_on=first_day, ends_on=days[-1], duration_months=MONTHS, periodicity_months=1, financed_amount=Decimal("15000.00"),
            rent_excl_vat_amount=Decimal("250.00"), rent_incl_vat_amount=Decimal("302.50"), vat_percent=Decimal(21),
        )  # fmt: skip
        for month in range(min(MONTHS, installments - due)):
            out.row(
                "installments", external_id=f"I{c}-{month}", contract=f"C{c}", number=month + 1, due_on=days[month], currency="EUR", state="SCHEDULED",
                excl_vat_amount=Decimal("250.00"), vat_amount=Decimal("52.50"), principal_amount=Decimal(200 + month), interest_amount=Decimal(50 - month % 50),
                paid_amount=Decimal(0),
            )  # fmt: skip
        due += MONTHS
    rows = out.close(1)
    try:
        yield folder, sum(rows.values())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _imported(urls: Urls, postmaster: int, export: Path, rows: int, what: str, console: Console) -> dict[str, Any]:
    """One run of the command, watched: its own most memory, and the most that one process of PostgreSQL had for itself."""
    environment = {
        **os.environ, "DATABASE_URL": urls.app, "BAILIWICK_OWNER_DATABASE_URL": urls.owner, "BAILIWICK_JOBS_DATABASE_URL": urls.jobs,
        "BAILIWICK_MASTER_KEYS": new_master(), "BAILIWICK_FILES": str(FOLDER / "files"), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    began, peak, of_postgres = time.perf_counter(), 0, 0
    command = [str(Path(sys.executable).with_name("bailiwick")), "import", str(export), "--tenant", HOUSE]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while process.poll() is None:
        try:
            peak = max(peak, peak_bytes(process.pid))
            of_postgres = max(of_postgres, *(_private_bytes(pid) for pid in family(postmaster)))
        except OSError:
            pass  # it has just ended
        time.sleep(0.2)
    took = time.perf_counter() - began
    said = process.stdout.read() if process.stdout else ""
    if process.returncode != 0:
        raise SystemExit(said[-2000:])
    console.print(
        f"{what}: {took:.0f} s, {rows / took:,.0f} rows a second; at most {peak / MIB:.0f} MiB in our process, "
        f"{of_postgres / MIB:.0f} MiB private to one of PostgreSQL's"
    )
    return {"what": what, "rows": rows, "seconds": took, "peak_bytes": peak, "postgres_private_bytes": of_postgres, "said": said[-600:]}


def _private_bytes(pid: int) -> int:
    """Memory of a process that is not shared."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main()
