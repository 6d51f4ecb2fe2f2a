"""The commands about the audit trail: `audit verify` and `audit export`."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any, TextIO

import asyncpg
import orjson
import typer

from jobs.transaction import scoped
from models.audit_chain import COLUMNS, Head, Verdict, events_of, verified
from server.commands import operations
from server.commands.tenant_commands import TenantKey
from server.commands.terminal import Ends, console, example, here, run
from server.process.settings import Settings

audit = typer.Typer(no_args_is_help=True, help="The audit trail: what was done, by whom, sealed so that later changes are found.")


@audit.command("verify", epilog=example("bailiwick audit verify --tenant north-lease --head 1204:9c1f..."))
def verify(
    tenant: TenantKey,
    head: Annotated[
        str | None,
        typer.Option("--head", help="A head that an earlier run printed: finds events that were removed from the end since."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one line of JSON.")] = False,
) -> None:
    """Check that no sealed event was changed, removed or inserted. Exits with 1 when one was. Keep the printed head somewhere else."""
    known = _head(head)
    found = run(_verified(here(), tenant, known))
    typer.echo(json.dumps(_as_json(found)) if as_json else _as_text(found))
    if found.broken:
        raise typer.Exit(Ends.FAULTY)


@audit.command("export", epilog=example("bailiwick audit export --tenant north-lease --out trail.jsonl"))
def export(
    tenant: TenantKey,
    out: Annotated[Path | None, typer.Option("--out", help="Into this new file instead of standard output.")] = None,
) -> None:
    """Write the sealed events, one line of JSON each, with their seals. docs/audit-trail.md says how to check them without Bailiwick."""
    if out is None:
        run(_exported(here(), tenant, sys.stdout))
        return
    with _new(out) as file:
        count = run(_exported(here(), tenant, file))
    console.print(f"{count} events are in {out}.", highlight=False)


def _new(out: Path) -> TextIO:
    try:
        return out.open("x", encoding="utf-8")
    except FileExistsError:
        raise operations.Unwilling(f"{out} exists already: nothing was written.") from None


def _head(text: str | None) -> Head | None:
    try:
        return Head.read(text) if text else None
    except ValueError:
        raise operations.Unwilling("A head is its sequence, a colon and 64 hexadecimal digits, as `audit verify` prints it.") from None


@asynccontextmanager
async def _trail(settings: Settings, tenant_key: str) -> AsyncIterator[tuple["asyncpg.Connection[Any]", Any]]:
    """A connection that sees the trail of one tenant as it is at one moment."""
    async with operations.as_jobs(settings) as connection:
        tenant_id = await operations.tenant_id_of(connection, tenant_key)
        async with connection.transaction(isolation="repeatable_read", readonly=True), scoped(connection, tenant_id):
            await connection.execute("set local statement_timeout = 0")
            yield connection, tenant_id


async def _verified(settings: Settings, tenant_key: str, known: Head | None) -> Verdict:
    async with _trail(settings, tenant_key) as (connection, tenant_id):
        return await verified(connection, tenant_id, known)


async def _exported(settings: Settings, tenant_key: str, file: TextIO) -> int:
    count = 0
    async with _trail(settings, tenant_key) as (connection, tenant_id):
        async for event in events_of(connection, tenant_id):
            file.write(orjson.dumps(_line(tenant_id, event)).decode() + "\n")
            count += 1
    return count


def _line(tenant_id: Any, event: Any) -> dict[str, Any]:
    """What the seal covers, and the seals themselves."""
    facts = {name: str(event[name]) for name in COLUMNS if name not in ("at", "sequence") and event[name] is not None}
    at = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    seals = {"previous_hash": event["previous_hash"].hex(), "hash": event["hash"].hex()}
    return {"tenant_id": str(tenant_id), "sequence": event["sequence"], "at": at, **facts, "changes": event["changes"], **seals}


def _as_text(found: Verdict) -> str:
    waiting = (
        f" {found.waiting} more wait for their seal, the oldest since {found.waiting_since_at:%Y-%m-%d %H:%M:%S}." if found.waiting else ""
    )
    if found.broken:
        which = f" ({found.broken.event_id})" if found.broken.event_id else ""
        return f"BROKEN at event {found.broken.sequence}{which}: {found.broken.reason} {found.count} events before it are intact.{waiting}"
    return f"{found.count} events are intact.{waiting}\nHead: {found.head}"


def _as_json(found: Verdict) -> dict[str, Any]:
    broken = found.broken and {"sequence": found.broken.sequence, "event": found.broken.event_id, "reason": found.broken.reason}
    return {
        "isIntact": found.broken is None, "eventCount": found.count, "unsealedCount": found.waiting, "head": str(found.head),
        "firstBroken": broken and {name: str(value) if value else value for name, value in broken.items()},
    }  # fmt: skip
