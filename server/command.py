"""The command line. It asks, prints and says what is wrong in one line; what is done is in `server/operating.py` and its neighbors."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from models.base import Refusal
from models.jobs import JobState
from models.migrating import MigrationRefused
from models.presets import DEFAULT, PRESETS
from models.users import StaffRole
from server import checks, generate_command, import_command, logs, operating
from server.demo import FOLDER, Demo, NoDemo, running_in
from server.installing import now
from server.jobs import KINDS, ROUTINE, Tools
from server.keys import new_master
from server.settings import Settings, WrongSettings, one_line, settings
from server.worker import Worker
from server.worker import work as working

T = TypeVar("T")
WRONG_USE, INTERRUPTED = 2, 130
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  help="Bailiwick: the GraphQL backend of customer portals for leasing and credit.")  # fmt: skip
tenant_commands = typer.Typer(no_args_is_help=True, help="Finance houses.")
portal_commands = typer.Typer(no_args_is_help=True, help="Front doors of finance houses.")
staff_commands = typer.Typer(no_args_is_help=True, help="People who work for a finance house.")
keys_commands = typer.Typer(no_args_is_help=True, help="Master secrets.")
jobs_commands = typer.Typer(no_args_is_help=True, help="Work that is left to be done later.")
outbox_commands = typer.Typer(no_args_is_help=True, help="Messages that are left to be sent.")
for name, group in {"tenant": tenant_commands, "portal": portal_commands, "staff": staff_commands, "keys": keys_commands,
                    "jobs": jobs_commands, "outbox": outbox_commands}.items():  # fmt: skip
    app.add_typer(group, name=name)
console, errors = Console(), Console(stderr=True)
TenantKey = Annotated[str, typer.Option("--tenant", help="The key of the house: north-lease.")]


def example(line: str) -> str:
    return f"Example:  {line}"


@app.command(epilog=example("bailiwick serve"))
def serve() -> None:
    """Answer requests until told to stop. Refuses to start on a database that is behind this code."""
    from server.installing import opened
    from server.serving import listen
    from server.serving import serve as answer

    found = settings()
    logs.speak(found.log_level)
    wrong = [finding for finding in run(checks.findings(found)) if not finding.is_well]
    if wrong:
        raise WrongSettings(f"{wrong[0].name}: {wrong[0].found}. {wrong[0].remedy}")
    with listen(found.host, found.port) as listening:
        web = opened(found, is_demo=run(operating.is_demo(found)))
        answer(web, web.state.health, listening, trusted_proxies=found.trusted_proxies)


@app.command(epilog=example("bailiwick work"))
def work() -> None:
    """Do the jobs that are waiting, and those to come, until told to stop. The job at hand is finished first."""
    found = settings()
    logs.speak(found.log_level)
    run(working(worker_of(found)))


@app.command(epilog=example("bailiwick migrate"))
def migrate() -> None:
    """Bring the database up to date. Safe to run twice, and by two at once."""
    applied = run(operating.bring_up_to_date(settings()))
    console.print(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@tenant_commands.command("add", epilog=example('bailiwick tenant add north-lease --name "North Lease SA" --country BE --currency EUR'))
def add_tenant(
    key: Annotated[str, typer.Argument(help="What tokens and exports call it: small letters, digits, dashes.")],
    name: Annotated[str, typer.Option("--name", help="The legal name.")],
    country: Annotated[str, typer.Option("--country", help="Two capital letters.")] = "BE",
    currency: Annotated[str, typer.Option("--currency", help="Three capital letters.")] = "EUR",
) -> None:
    """Add a finance house."""
    tenant = run(operating.add_tenant(here(), key, name, country, currency))
    console.print(f"{tenant.legal_name} is {tenant.gid}. Next: bailiwick portal add KEY --tenant {key} --brand NAME --host HOST")


@portal_commands.command("add", epilog=example("bailiwick portal add corner --tenant north-lease --brand Corner --preset customer-corner "
                                                "--host portal.example.com"))  # fmt: skip
def add_portal(
    key: Annotated[str, typer.Argument(help="What it is called where no host says it.")],
    tenant: TenantKey,
    brand: Annotated[str, typer.Option("--brand", help="What customers call it.")],
    preset: Annotated[str, typer.Option("--preset", help=f"The rules to begin with: {', '.join(PRESETS)}.")] = DEFAULT,
    host: Annotated[list[str] | None, typer.Option("--host", help="A host that leads here. May be said several times.")] = None,
) -> None:
    """Add a front door to a house. The first one is its default."""
    portal = run(operating.add_portal(here(), tenant, key, brand, preset, host or []))
    console.print(f"{portal.brand} is {portal.gid}.")


@staff_commands.command("add", epilog=example("bailiwick staff add sofie@house.example --tenant north-lease --name Sofie --role AGENT"))
def add_staff(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    tenant: TenantKey,
    name: Annotated[str, typer.Option("--name", help="What colleagues call them.")],
    role: Annotated[list[StaffRole], typer.Option("--role", help="What they work on. May be said several times.")],
    ask: Annotated[bool, typer.Option("--ask-password", help="Ask for their password instead of making one.")] = False,
) -> None:
    """Add somebody to the staff of a house, and print the password they begin with, once."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else None
    secret = run(operating.add_staff(here(), tenant, name, email, role, password))
    console.print(f"{name} may sign in at {tenant}." + ("" if ask else f" Password, shown this once: {secret}"), highlight=False)


@keys_commands.command("new", epilog=example("(umask 077; bailiwick keys new > var/keys/master)"))
def new_key() -> None:
    """Print a new master secret. Put it first in the key file, before the earlier ones, which must stay."""
    typer.echo(new_master())


@app.command(epilog=example("bailiwick doctor"))
def doctor(
    sql: Annotated[bool, typer.Option("--sql", help="Only print what a database administrator runs to make the roles.")] = False,
) -> None:
    """Check everything that a start depends on, and say how to mend what is wrong."""
    if sql:
        typer.echo(checks.FOR_A_DBA)
        return
    found = run(checks.findings(here()))
    table = Table("Check", "Found", "Remedy")
    for finding in found:
        color = "green" if not finding.remedy else "yellow" if finding.is_warning else "red"
        table.add_row(f"[{color}]{finding.name}[/]", finding.found, finding.remedy)
    console.print(table)
    if not all(finding.is_well for finding in found):
        raise typer.Exit(1)


@app.command(epilog=generate_command.EPILOG)
def generate(
    folder: generate_command.Folder,
    house: generate_command.Houses = None,
    size: generate_command.HowLarge = generate_command.Size.SMALL,
    contracts: generate_command.Contracts = None,
    seed: generate_command.Seed = 1,
    today: generate_command.Today = None,
    faults: generate_command.Faults = False,
) -> None:
    """Write realistic exports of finance houses that do not exist, to be imported. The same seed and day give the same bytes."""
    on = today.date() if today else now().date()
    generate_command.write(folder, house, size, contracts, seed, on, faults, console, errors)


@app.command("import", epilog=import_command.EPILOG)
def import_(
    export: import_command.Export,
    tenant: import_command.Tenant = None,
    mode: import_command.How = import_command.Mode.PER_ROW,
    dry_run: import_command.DryRun = False,
    report: import_command.ReportTo = None,
    no_wait: import_command.NoWait = False,
) -> None:
    """Bring in the data of a house. The same export twice changes nothing the second time, and a run that was killed can be run again."""
    code = import_command.import_export(here(), export, tenant, mode, dry_run, report, no_wait, console, errors)
    if code:
        raise typer.Exit(code)


@app.command(epilog=example("bailiwick schema > schema.graphql"))
def schema() -> None:
    """Print the schema, as front-end teams read it."""
    from schema import exported

    typer.echo(exported(), nl=False)


@app.command(epilog=example("bailiwick policy > tests/policy.txt"))
def policy() -> None:
    """Print who may do what, to be read before it is committed."""
    from schema import build
    from tenants.policy import Policy
    from tenants.table import LINES

    typer.echo(Policy(build()._schema, LINES).printed(), nl=False)


@app.command(epilog=example('bailiwick token "Anna Molen"'))
def token(
    who: Annotated[str, typer.Argument(help="A name, identifier, e-mail address or external id.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="The house, where several know somebody of this name.")] = None,
) -> None:
    """Print a bearer token for somebody in the demo that is running. Refused anywhere else."""
    typer.echo(run(operating.token_for(here(), who, tenant)))


def here() -> Settings:
    """The settings of the environment; where they name no database, those of the demo that runs in this folder."""
    found = settings()
    if found.database_url:
        return found
    try:
        return found.model_copy(update=running_in(FOLDER))
    except NoDemo:
        return found


@app.command(epilog=example("bailiwick demo"))
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Forget what the demo holds and start it over.")] = False,
) -> None:
    """Run the product on demo data. The first start takes a moment; later ones keep the data. PORT and DATABASE_URL are honored."""
    found = settings()
    logs.speak("warning")
    Demo(found, FOLDER, console).run(is_reset=reset)


@outbox_commands.command("list", epilog=example("bailiwick outbox list --tenant north-lease --json"))
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


@jobs_commands.command("run", epilog=example("bailiwick jobs run housekeeping"))
def run_jobs(kind: Annotated[str, typer.Argument(help=f"Which: {', '.join(KINDS)}.")]) -> None:
    """Leave routine work for every house now, and do all of this kind that is due, here."""
    if kind not in KINDS:
        raise operating.Unwilling(f"There is no job {kind}. There are: {', '.join(KINDS)}.")
    found = here()
    worker = worker_of(found, kind)
    done = run(operating.run_jobs(found, worker, kind if kind in ROUTINE else None))
    console.print(f"{done} done.")


@jobs_commands.command("list", epilog=example("bailiwick jobs list --state DEAD"))
def list_jobs(
    state: Annotated[JobState | None, typer.Option("--state", help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many.", min=1, max=1_000)] = 50,
) -> None:
    """Show the newest jobs."""
    table = Table("Job", "Kind", "State", "Attempts", "Due", "Last error")
    for row in run(operating.jobs(here(), state, limit)):
        table.add_row(
            *(str(row[name] if row[name] is not None else "") for name in ("id", "kind", "state", "attempts", "run_at", "last_error"))
        )
    console.print(table)


@jobs_commands.command("retry", epilog=example("bailiwick jobs retry 01a20e8d-aff1-73f5-9594-1d52d5289a5b"))
def retry_job(job: Annotated[UUID, typer.Argument(help="A dead one, from `jobs list`.")]) -> None:
    """Try a dead job again."""
    if not run(operating.retry(here(), job)):
        raise operating.Unwilling("There is no dead job with this id.")
    console.print("It is queued.")


def worker_of(found: Settings, kind: str | None = None) -> Worker:
    """The worker of an installation: for all kinds of jobs, or one."""
    kinds = {kind: KINDS[kind]} if kind else KINDS
    return Worker(found.url("jobs"), Tools(found.keys.ring, found.store, found.url("jobs")), found.workers, kinds)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The commands are plain functions, and what they do is not."""
    return asyncio.run(coroutine)


def main() -> None:
    """The entry point: whatever an operator can mend is said in one line, with exit code 2."""
    try:
        app(standalone_mode=True)
    except (WrongSettings, operating.Unwilling, MigrationRefused, Refusal) as error:
        stop(one_line(error))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError, TimeoutError) as error:
        stop(f"The database did not do it: {one_line(error)}")
    except OSError as error:
        stop(one_line(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def stop(line: str) -> None:
    errors.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(WRONG_USE)


if __name__ == "__main__":
    main()
