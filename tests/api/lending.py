"""A loan as a finance house exports it, with its table: 30,000.00 over 60 months at 6 %, of which 20 installments are paid today.

Its figures are those of requirements/numbers.md, "partial repayment": 579.98 a month, 20,979.40 owed after the twentieth.
"""

import json
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg

from channels.files import FileStore
from finance.phases import Annuity
from finance.plans import Plan
from finance.schedules import schedule
from models import Contract
from tests.world import World, bring_in, files_folder
from tests.world_rows import Rows, company, person, profile, together, write

PLAN = Plan(
    financed_amount=Decimal(30_000),
    rate_percent=Decimal(6),
    phases=(Annuity(periods=60),),
    starts_on=date(2024, 7, 2),
    first_due_on=date(2024, 8, 2),
)
PAID = 20


def loan(prefix: str, holder: Rows, number: str) -> Rows:
    """An account of this holder with the loan."""
    external, contract = holder["parties"][0]["external_id"], f"{prefix}-LOAN"
    lines = schedule(PLAN).lines
    return together(
        holder,
        {
            "accounts": [{"external_id": f"{prefix}-ACC", "holder": external, "portal": "cofidis", "number": number, "status": "ACTIVE"}],
            "contracts": [
                {
                    "external_id": contract, "account": f"{prefix}-ACC", "number": f"L/{number}", "kind": "LOAN", "state": "ACTIVE", "currency": "EUR",
                    "starts_on": "2024-07-02", "ends_on": "2029-07-02", "duration_months": "60", "periodicity_months": "1", "timing": "ARREARS",
                    "financed_amount": "30000.00", "nominal_rate_percent": "6", "installment_amount": "579.98", "outstanding_principal_amount": "20979.40",
                }
            ],
            "amortization_schedules": [{"external_id": f"{contract}-S", "contract": contract, "status": "FINAL", "revision": "1", "currency": "EUR"}],
            "amortization_lines": [
                {
                    "schedule": f"{contract}-S", "number": str(line.number), "due_on": line.due_on.isoformat(), "opening_balance_amount": str(line.opening),
                    "payment_amount": str(line.payment), "principal_amount": str(line.principal), "interest_amount": str(line.interest),
                    "closing_balance_amount": str(line.closing),
                }
                for line in lines
            ],
            "installments": [
                {
                    "external_id": f"{contract}-I{line.number}", "contract": contract, "number": str(line.number), "due_on": line.due_on.isoformat(),
                    "currency": "EUR", "excl_vat_amount": str(line.payment), "vat_amount": "0.00", "principal_amount": str(line.principal),
                    "interest_amount": str(line.interest), "state": "PAID" if line.number <= PAID else "SCHEDULED",
                    "paid_amount": str(line.payment) if line.number <= PAID else "0.00",
                }
                for line in lines
            ],
        },
    )  # fmt: skip


async def lend(world: World) -> None:
    """At T2: the loan of a consumer (A9) and that of a company (A8), both in the reach of `t2`, and one of a neighbor (A7)."""
    rows = together(
        loan("A9", person("P9", "Marie Curie"), "900100200"),
        loan("A8", company("P8", "Radium SA", "FR7630006000011234567890189"), "900100300"),
        loan("A7", person("P7", "Pierre Neighbor"), "900100400"),
        profile("t2", "A9-ACC", "ADMINISTRATOR", "HOLDER"),
        profile("t2", "A8-ACC", "ADMINISTRATOR", "HOLDER"),
    )
    jobs = await asyncpg.connect(world.urls.jobs, server_settings={"search_path": "bailiwick"})
    with tempfile.TemporaryDirectory() as folder:
        await bring_in(jobs, "t2", write(Path(folder) / "loans", "t2", rows, sequence=2), FileStore.in_folder(files_folder()))
    await jobs.close()
    world.ids |= {
        (key, table, external): found
        for table in ("contract", "account")
        for key, external, found in await world.owner.fetch(
            f"select t.key, x.external_id, x.id from {table} x join tenant t on t.id = x.tenant_id where x.external_id is not null"
        )
    }


def contract_of(world: World, prefix: str) -> str:
    """The id of an account's loan."""
    return world.gid("t2", Contract, f"{prefix}-LOAN")


async def prove(world: World, minutes: int = 5) -> None:
    """As a second proof will: the session is strong for a while."""
    await world.owner.execute("update session set strong_until_at = $1::timestamptz + make_interval(mins => $2)", world.now, minutes)


async def set_policy(world: World, portal: str = "cofidis", **changes: Any) -> None:
    """Other rules at a portal."""
    await world.owner.execute(
        "update portal_policy set record = record || $1::text::jsonb where portal_id in (select id from portal where key = $2)",
        json.dumps(changes),
        portal,
    )
