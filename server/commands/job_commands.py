"""The commands about what runs later and what lies outside: `jobs`, `outbox` and `keys`."""

import json
from typing import Annotated
from uuid import UUID

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from jobs.kinds import KINDS, ROUTINE
from models.jobs import JobState
from server.commands import operations as operating
from server.commands.tenant_commands import TenantKey
from server.commands.terminal import console, example, here, run
from server.process.keys import new_master
from server.process.worker import Worker

keys = typer.Typer(no_args_is_help=True, help="Master secrets.")
jobs = typer.Typer(no_args_is_help=True, help="Work that is left to be done later.")
outbox = typer.Typer(no_args_is_help=True, help="Messages that are left to be sent.")


@keys.command("new", epilog=example("(umask 077; bailiwick keys new > var/keys/master)"))
def new_key() -> None:
    """Print a new master secret. Put it first in the key file, before the earlier ones, which must stay."""
    typer.echo(new_master())


@outbox.command("list", epilog=example("bailiwick outbox list --tenant north-lease --json"))
def list_outbox(
    tenant: TenantKey,
    limit: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=1_000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one message a line.")] = False,
) -> None:
    """Show the newest messages of a house. Recipients are shortened."""
    found = run(operating.outbox(here(), tenant, limit))
    if as_json:
        for message in found:
            typer.echo(json.dumps(message, default=str))
        return
    table = Table("Created", "Template", "Channel", "To", "State", "Attempts")
    for message in found:
        table.add_row(*(str(message[name]) for name in ("created_at", "template", "channel", "recipient", "state", "attempts")))
    console.print(table)


@jobs.command("run", epilog=example("bailiwick jobs run housekeeping"))
def run_jobs(kind: Annotated[str, typer.Argument(help=f"Which: {', '.join(KINDS)}.")]) -> None:
    """Leave routine work for every house now, and do all of this kind that is due, here."""
    if kind not in KINDS:
        raise operating.Unwilling(f"There is no job {kind}. There are: {', '.join(KINDS)}.")
    found = here()
    done = run(operating.run_jobs(found, Worker.of(found, kind), kind if kind in ROUTINE else None))
    console.print(f"{done} done.")


@jobs.command("list", epilog=example("bailiwick jobs list --state DEAD"))
def list_jobs(
    state: Annotated[JobState | None, typer.Option("--state", help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=1_000)] = 50,
) -> None:
    """Show the newest jobs."""
    table = Table(Column("Job", no_wrap=True, min_width=36), "Kind", "State", "Attempts", "Due", "Last error", box=SIMPLE_HEAD)
    for row in run(operating.jobs(here(), state, limit)):
        due = f"{row['run_at']:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(row["id"]), row["kind"], row["state"], str(row["attempts"]), due, row["last_error"] or "")
    console.print(table)


@jobs.command("retry", epilog=example("bailiwick jobs retry 01a20e8d-aff1-73f5-9594-1d52d5289a5b"))
def retry_job(job: Annotated[UUID, typer.Argument(help="A dead one, from `jobs list`.")]) -> None:
    """Try a dead job again."""
    if not run(operating.retry(here(), job)):
        raise operating.Unwilling("There is no dead job with this id.")
    console.print("It is queued.")
