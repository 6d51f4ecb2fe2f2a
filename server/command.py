"""`bailiwick`: everything an operator does, each command with an example. What goes wrong is one line, never a traceback."""

import asyncio
import secrets
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import asyncpg
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from channels.files import FileStore
from models import CredentialState, Installation, Portal, Staff, StaffRole, Tenant
from models.base import Invalid
from models.connecting import writing_to
from models.imports import ImportMode
from models.migrating import MigrationRefused
from models.migrating import migrate as apply_migrations
from models.presets import DEFAULT, PRESETS
from server import demo as demonstration
from server.checks import findings
from server.generator import HOUSES, spoil
from server.generator import generate as write_export
from server.importing import import_folder
from server.installing import clock, product
from server.logs import set_up
from server.serving import listen
from server.serving import serve as serve_app
from server.settings import Settings, WrongSettings
from server.worker import Worker
from tenants.passwords import SCHEMES

T = TypeVar("T")
LATER = {"context_settings": {"help_option_names": ["-h", "--help"]}, "no_args_is_help": True}
main = typer.Typer(help="The GraphQL backend of customer portals for leasing and credit.", pretty_exceptions_enable=False, **LATER)  # type: ignore[arg-type]  # both are options of Typer
tenants = typer.Typer(help="Finance houses.", **LATER)  # type: ignore[arg-type]
portals = typer.Typer(help="Front doors of finance houses.", **LATER)  # type: ignore[arg-type]
staff = typer.Typer(help="People who work for a finance house.", **LATER)  # type: ignore[arg-type]
jobs = typer.Typer(help="Work to be done later.", **LATER)  # type: ignore[arg-type]
outbox = typer.Typer(help="Messages to customers.", **LATER)  # type: ignore[arg-type]
for name, group in {"tenant": tenants, "portal": portals, "staff": staff, "jobs": jobs, "outbox": outbox}.items():
    main.add_typer(group, name=name)
out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


@contextmanager
def told() -> Iterator[None]:
    """What an operator can put right is said in one line, and the command ends with 2."""
    try:
        yield
    except WrongSettings as wrong:
        stop(f"Settings: {wrong}")
    except Invalid as invalid:
        stop("; ".join(f"{fault.message} ({fault.rule})" for fault in invalid.faults))
    except MigrationRefused as refused:
        stop(str(refused))
    except demonstration.NoDemo as refused:
        stop(str(refused))
    except LookupError as missing:
        stop(f"There is no house {missing}.")
    except (OSError, asyncpg.PostgresError) as error:
        stop(f"The database said no: {error}")


def stop(why: str) -> None:
    err.print(why, style="red", markup=False)
    raise typer.Exit(2)


def settings(**given: object) -> Settings:
    return Settings.read(**given)


def done(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@main.command()
def serve(port: Annotated[int | None, typer.Option(help="Instead of PORT; 0 takes any that is free.")] = None) -> None:
    """Answer requests until told to stop.

    Example: DATABASE_URL=postgresql://bailiwick_app@db/bailiwick BAILIWICK_SECRET=... bailiwick serve
    """
    set_up()
    with told():
        chosen = settings() if port is None else settings(port=port)
        listening = listen(chosen.host, chosen.port)
        made = product(chosen)
        err.print(f"Listening on http://{chosen.host}:{listening.getsockname()[1]}", markup=False)
        serve_app(made.app, made.health, listening, trusted_proxies=chosen.trusted_proxies, notice_seconds=chosen.notice_seconds)


@main.command()
def work(once: Annotated[bool, typer.Option(help="Do what is due now, then end.")] = False) -> None:
    """Do what was left for later: imports, and keeping house.

    Example: bailiwick work
    """
    set_up()
    with told():
        chosen = settings()
        worker = Worker(chosen.jobs_url, FileStore.in_folder(chosen.files), chosen.keys, clock)
        done(worker.drain() if once else worker.run())


@jobs.command("run")
def jobs_run(name: Annotated[str, typer.Argument(help="house.keep or import.run")]) -> None:
    """Do the jobs of one kind that are due now.

    Example: bailiwick jobs run import.run
    """
    set_up()
    with told():
        chosen = settings()
        worker = Worker(chosen.jobs_url, FileStore.in_folder(chosen.files), chosen.keys, clock, only=name)
        out.print(f"{done(worker.drain())} done.")


@main.command()
def migrate() -> None:
    """Bring the database up to date. Needs BAILIWICK_OWNER_DATABASE_URL.

    Example: bailiwick migrate
    """
    with told():
        applied = done(apply_migrations(settings().owner_url))
        out.print(f"Applied: {', '.join(applied)}" if applied else "The database is up to date.", markup=False)


@main.command()
def doctor() -> None:
    """Check the installation, and say what to do where something is wrong. Ends with 1 when something is.

    Example: bailiwick doctor
    """

    async def looked() -> bool:
        are_well = True
        async for finding in findings(settings()):
            are_well &= finding.is_well
            mark = "[green]well[/]" if finding.is_well else "[red]WRONG[/]"
            out.print(f"{mark:<20} {finding.name}" + ("" if finding.is_well else f"\n      {finding.remedy}"))
        return are_well

    with told():
        if not done(looked()):
            raise typer.Exit(1)


@tenants.command("add")
def tenant_add(
    key: Annotated[str, typer.Argument(help="Its short name: small letters, digits and dashes.")],
    legal_name: Annotated[str, typer.Argument(help="Its name in law.")],
    country: Annotated[str, typer.Option(help="Two letters of ISO 3166.")] = "BE",
    currency: Annotated[str, typer.Option(help="What it keeps its books in.")] = "EUR",
) -> None:
    """Add a finance house.

    Example: bailiwick tenant add north "North Leasing SA" --country BE
    """

    async def added() -> None:
        async with writing_to(settings().owner_url):
            await Installation.note(clock(), is_demo=False)
            await Tenant.add(key, legal_name, country, currency, clock())

    with told():
        done(added())
        out.print(f"{key} is there. Next: bailiwick portal add {key} ...", markup=False)


@portals.command("add")
def portal_add(
    tenant: Annotated[str, typer.Argument(help="The key of the house.")],
    key: Annotated[str, typer.Argument(help="Its short name, of which there is one everywhere.")],
    brand: Annotated[str, typer.Argument(help="What it calls itself.")],
    preset: Annotated[str, typer.Option(help=f"What holds there: {', '.join(PRESETS)}.")] = DEFAULT,
    host: Annotated[list[str] | None, typer.Option(help="A host that leads to it; may be given again.")] = None,
) -> None:
    """Add a front door to a house.

    Example: bailiwick portal add north customers "North for you" --host portal.north.example
    """

    async def added() -> None:
        async with writing_to(settings().owner_url):
            await Portal.add(await house(tenant), key, brand, clock(), preset, host or [])

    with told():
        done(added())
        out.print(f"{key} is there.", markup=False)


@staff.command("add")
def staff_add(
    tenant: Annotated[str, typer.Argument(help="The key of the house.")],
    email: Annotated[str, typer.Argument(help="With what the person signs in.")],
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[list[StaffRole], typer.Option(help="What the person works on; may be given again.")],
) -> None:
    """Add a member of staff, and print the password to hand over.

    Example: bailiwick staff add north anna@north.example "Anna Molen" --role AGENT
    """
    secret = secrets.token_urlsafe(15)

    async def added() -> None:
        async with writing_to(settings().owner_url):
            person = await Staff.add((await house(tenant)).id, name, email, role, clock())
            await person.set_secret(SCHEMES.hash(secret), CredentialState.ACTIVE, clock())

    with told():
        done(added())
        out.print(f"{email} signs in with: {secret}", markup=False)


async def house(key: str) -> Tenant:
    found = await Tenant.get_or_none(key=key)
    if found is None:
        stop(f"There is no house {key!r}.")
    assert found is not None
    return found


@main.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="The export: a folder or an archive, see docs/import-format.md.")],
    tenant: Annotated[str, typer.Option(help="The key of the house.")],
    dry_run: Annotated[bool, typer.Option(help="Tell what would happen, and change nothing.")] = False,
    all_or_nothing: Annotated[bool, typer.Option(help="One faulty row, and nothing is taken.")] = False,
    report: Annotated[Path | None, typer.Option(help="Where to write what became of each row, as JSON lines.")] = None,
) -> None:
    """Bring an export in. Ends with 1 when something was refused.

    Example: bailiwick import ./export --tenant north --report report.jsonl
    """
    mode = ImportMode.ALL_OR_NOTHING if all_or_nothing else ImportMode.PER_ROW
    with told():
        if not folder.exists():
            stop(f"There is no {folder}.")
        with bar() as progress:
            chosen = settings()
            store, keys = FileStore.in_folder(chosen.files), chosen.keys
            read = import_folder(
                chosen.jobs_url, tenant, folder, mode=mode, dry_run=dry_run, keys=keys, store=store, report_to=report, progress=progress
            )
            outcome = done(read)
        for fault in outcome.faults:
            err.print(f"{fault.file or folder.name}: {fault.message} ({fault.rule})", style="red", markup=False)
        counts = ", ".join(f"{count} {name.lower()}" for name, count in outcome.counts.items() if count) or "no rows"
        out.print(f"{outcome.state.value.capitalize()}{' (dry run)' if dry_run else ''}: {counts}.", markup=False)
        if not outcome.is_completed or outcome.counts.get("REJECTED"):  # type: ignore[call-overload]  # its names are words
            raise typer.Exit(1)


@contextmanager
def bar() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar, and what to tell it."""
    with Progress(TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err) as shown:
        task = shown.add_task("reading", total=None)

        def told_of(at: int, of: int, what: str) -> None:
            shown.update(task, completed=at, total=of, description=what)

        yield told_of


@main.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to write the exports; must not exist.")],
    contracts: Annotated[int, typer.Option(help="How many contracts a house has.", min=1, max=1_000_000)] = 120,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    house: Annotated[str | None, typer.Option(help="One house only, by its key.")] = None,
    faults: Annotated[bool, typer.Option(help="Beside each, a second export with deliberate errors.")] = False,
) -> None:
    """Write realistic exports of the demo's finance houses.

    Example: bailiwick generate ./exports --contracts 1000 --seed 7
    """
    with told():
        if folder.exists():
            stop(f"{folder} is there already: choose another place.")
        for one in HOUSES:
            if house in (None, one.key):
                counts = write_export(folder / one.key, one, seed, contracts, clock().date())
                out.print(f"{folder / one.key}: {sum(counts.values()):,} rows", markup=False)
                if faults:
                    spoiled = spoil(folder / one.key, folder / f"{one.key}-faulty")
                    out.print(f"{folder / one.key}-faulty: {len(spoiled)} deliberate errors", markup=False)


@main.command()
def schema() -> None:
    """Print the schema.

    Example: bailiwick schema > schema.graphql
    """
    from schema import exported

    sys.stdout.write(exported())


@main.command()
def policy() -> None:
    """Print who may name which field, and who reaches which rows.

    Example: bailiwick policy > policy.txt
    """
    from schema import build
    from tenants.policy import Policy
    from tenants.table import LINES

    sys.stdout.write(Policy(build()._schema, LINES).printed())


@main.command()
def token(who: Annotated[str, typer.Argument(help="A person of the demo, as its table names them.")]) -> None:
    """Print a bearer token for a person of the demo. Refused anywhere else.

    Example: bailiwick token anna
    """
    with told():
        out.print(done(demonstration.token_of(who)), markup=False)


@outbox.command("list")
def outbox_list(
    tenant: Annotated[str, typer.Option(help="The key of the house.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the latest messages to customers: to whom, by what, in which state. Not what they say.

    Example: bailiwick outbox list --tenant north --json
    """
    columns = "id, template, channel, recipient, locale, state, created_at"

    async def rows() -> list[Any]:
        connection = await asyncpg.connect(settings().owner_url, server_settings={"search_path": "bailiwick"})
        try:
            found = await connection.fetch(
                f"select {columns} from outbox_message where tenant_id = (select id from tenant where key = $1) "
                "order by created_at desc limit 100",
                tenant,
            )
            return [dict(row) for row in found]
        finally:
            await connection.close()

    with told():
        for row in done(rows()):
            words = f"{row['created_at']:%Y-%m-%d %H:%M} {row['channel']:<6} {row['state']:<8} {row['recipient']}  {row['template']}"
            out.print(orjson.dumps(row, default=str).decode() if as_json else words, markup=False)


@main.command()
def demo(
    reset: Annotated[bool, typer.Option(help="Forget the demo's data and start it over.")] = False,
    contracts: Annotated[int, typer.Option(help="How many contracts a house has.", min=1)] = 120,
    prepare_only: Annotated[bool, typer.Option(help="Fill the database, print the table, and end.")] = False,
) -> None:
    """Run the product on demo data of its own. PORT and DATABASE_URL are honored.

    Example: PORT=9000 bailiwick demo
    """
    with told():
        demonstration.run(reset, contracts, prepare_only, out, bar)
