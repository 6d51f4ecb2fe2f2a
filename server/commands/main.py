"""The command line. It asks, prints and says what is wrong in one line; `operations.py` does the work.

The schema is brought in by those commands that need it: it takes longer to make than most commands take.
"""

from importlib.metadata import version
from typing import Annotated

import structlog
import typer
from rich.markup import escape

from server.commands import audit_commands, generate_command, import_command, job_commands, manifest_command, people, preview_command
from server.commands import operations as operating
from server.commands import tenant_commands as house_commands
from server.commands.terminal import Ends, console, example, here, run, said_in_one_line
from server.demo.running_file import FOLDER
from server.process import database_checks, logs
from server.process.clock import now
from server.process.health_findings import Finding, require
from server.process.settings import WrongSettings, settings
from server.process.worker import Worker
from server.process.worker import work as working

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  help="Bailiwick: the GraphQL backend of customer portals for leasing and credit.",
                  epilog="Ends with 0 when all is well, 1 when something was found wrong, 2 when it was asked for what is not done, "
                         "3 when the database or a file was away. docs/operations.md says more.")  # fmt: skip
log = structlog.get_logger("bailiwick.server")
GROUPS = {"tenant": house_commands.tenants, "portal": house_commands.portals, "staff": house_commands.staff, "user": house_commands.users,
          "keys": job_commands.keys, "jobs": job_commands.jobs, "outbox": job_commands.outbox,
          "audit": audit_commands.audit}  # fmt: skip
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def show_version(is_asked: bool) -> None:
    """Which release this is, and nothing else."""
    if is_asked:
        typer.echo(f"bailiwick {version('bailiwick')}")
        raise typer.Exit


@app.callback()
def bailiwick(
    is_asked: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print which release this is.")] = False,
) -> None:
    """Bailiwick: the GraphQL backend of customer portals for leasing and credit."""


@app.command(epilog=example("bailiwick serve"))
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Where to listen, instead of the setting `host`.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="On which port, instead of the setting `port`; 0 for any.")
    ] = None,
) -> None:
    """Answer requests until told to stop. Refuses to start where a check of `doctor` fails, and never migrates."""
    from server.process import checks
    from server.process.composition import opened
    from server.process.serving import listen
    from server.process.serving import serve as answer

    found = settings()
    logs.speak(found.log_level)
    require(run(checks.findings(found, ["app"])))
    run(operating.begin_with_keys(found, "app"))
    with listen(host or found.host, found.port if port is None else port) as listening:
        web = opened(found, is_demo=run(operating.is_demo(found)))
        bound_host, bound_port = listening.getsockname()[:2]

        def opened_all() -> None:
            log.info("listening", host=bound_host, port=bound_port)

        answer(web, web.health, listening, trusted_proxies=found.trusted_proxies, opened=opened_all)
        log.info("stopped")


@app.command(epilog=example("bailiwick work"))
def work() -> None:
    """Do the jobs that are waiting, and those to come, until told to stop. The job at hand is finished first."""
    from server.process import checks

    found = settings()
    logs.speak(found.log_level)
    require(run(checks.findings(found, ["jobs"])))
    run(operating.begin_with_keys(found, "jobs"))
    run(working(Worker.of(found)))


@app.command(epilog=example("bailiwick migrate"))
def migrate() -> None:
    """Bring the database up to date. Safe to run twice, and by two at once."""
    applied = run(operating.bring_up_to_date(settings()))
    console.print(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.", soft_wrap=True)


@app.command(epilog=example("bailiwick doctor"))
def doctor(
    sql: Annotated[bool, typer.Option("--sql", help="Only print what a database administrator runs to make roles and database.")] = False,
    web: Annotated[int, typer.Option("--web", min=1, help="How many web processes use the database.")] = 1,
    workers: Annotated[int, typer.Option("--work", min=0, help="How many worker processes use the database.")] = 1,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare the documents of every house with their bytes, which takes longer.")
    ] = False,
) -> None:
    """Check everything that a start depends on, each setting alone and all together, and say how to mend what is wrong.

    Says, too, what could not be checked. Exits with 1 when something is wrong.
    """
    if sql:
        typer.echo(database_checks.FOR_A_DBA)
        return
    found = examined(web, workers, deep)
    width = max(len(finding.name) for finding in found)
    for finding in found:
        mark, color = mark_of(finding)
        console.print(f"[{color}]{mark}[/]  {finding.name:{width}}  {escape(finding.found)}", highlight=False, soft_wrap=True)
        if finding.remedy:
            console.print(f"{'':{width + 8}}-> {escape(finding.remedy)}", highlight=False, soft_wrap=True)
    if empty := sum(finding.is_unchecked for finding in found):
        console.print(f"{empty} not checked: there was nothing to judge.", highlight=False)
    if not all(finding.is_well for finding in found):
        raise typer.Exit(Ends.FAULTY)


def mark_of(finding: Finding) -> tuple[str, str]:
    """What begins its line, and in which color."""
    if finding.is_unchecked:
        return "skip", "cyan"
    return ("ok  ", "green") if not finding.remedy else ("warn", "yellow") if finding.is_warning else ("FAIL", "red")


def examined(web: int, workers: int, is_deep: bool) -> list[Finding]:
    """What `doctor` finds. Settings that cannot be read are a finding, too."""
    from server.process import checks
    from server.process.joint_checks import Processes

    logs.speak("error")  # to standard error: what the checks find is printed below
    try:
        return run(checks.examine(here(), Processes(web, workers), is_deep=is_deep))
    except WrongSettings as wrong:
        return [Finding("settings", "cannot be read", str(wrong))]


@app.command(epilog=generate_command.EPILOG)
def generate(
    folder: generate_command.Folder,
    house: generate_command.Houses = None,
    size: generate_command.HowLarge = generate_command.Size.SMALL,
    contracts: generate_command.Contracts = None,
    seed: generate_command.Seed = 1,
    today: generate_command.Today = None,
    faults: generate_command.Faults = False,
    old_erp: generate_command.OldErp = False,
) -> None:
    """Write realistic exports of finance houses that do not exist, to be imported. The same seed and day give the same bytes."""
    on = today.date() if today else now().date()
    generate_command.write(folder, house, size, contracts, seed, on, faults, old_erp)


@app.command("import", epilog=import_command.EPILOG)
def import_(
    export: import_command.Export,
    tenant: import_command.Tenant = None,
    mode: import_command.How = import_command.Mode.PER_ROW,
    dry_run: import_command.DryRun = False,
    report: import_command.ReportTo = None,
    no_wait: import_command.NoWait = False,
    profile: import_command.ProfileFile = None,
) -> None:
    """Bring in the data of a house. The same export twice changes nothing the second time, and a run that was killed can be run again."""
    if ends := import_command.import_export(here(), export, tenant, mode, dry_run, report, no_wait, profile):
        raise typer.Exit(ends)


@app.command(epilog=preview_command.EPILOG)
def preview(
    export: import_command.Export,
    profile: import_command.ProfileFile = None,
    rows: preview_command.Rows = 3,
) -> None:
    """Show the first rows of each type as they would be read, with their faults. Needs no database, and changes nothing."""
    if ends := preview_command.show_preview(export, profile, rows):
        raise typer.Exit(ends)


@app.command(epilog=manifest_command.EPILOG)
def manifest(
    folder: manifest_command.Folder,
    tenant: manifest_command.Tenant,
    source: manifest_command.Source,
    sequence: manifest_command.Sequence = None,
    force: manifest_command.Force = False,
) -> None:
    """Write the manifest.json of a folder whose files are in the format: type, number of rows and hash of each."""
    if ends := manifest_command.write_manifest(folder, tenant, source, sequence, force):
        raise typer.Exit(ends)


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


@app.command(epilog=example('bailiwick token "Élise Vanderelst"'))
def token(
    who: Annotated[str, typer.Argument(help="A name, identifier, e-mail address or external id.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="The house, where several know somebody of this name.")] = None,
) -> None:
    """Print a bearer token for somebody in the demo that is running. Refused anywhere else."""
    typer.echo(run(people.token_for(here(), who, tenant)))


@app.command(epilog=example("bailiwick demo"))
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Forget what the demo holds and start it over.")] = False,
    contracts: Annotated[int, typer.Option("--contracts", help="How many each house has, of those it makes now.", min=1)] = 60,
) -> None:
    """Run the product on demo data. The first start takes a moment; later ones keep the data. PORT and DATABASE_URL are honored."""
    from server.demo.run import Demo  # the generator and its names take a moment, and no other command needs them

    Demo(settings(), FOLDER, console, contracts).run(is_reset=reset)


def main() -> None:
    """The entry point."""
    with said_in_one_line():
        app()


if __name__ == "__main__":
    main()
