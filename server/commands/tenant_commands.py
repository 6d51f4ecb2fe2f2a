"""The commands about finance houses and those who belong to them: `tenant`, `portal`, `staff` and `user`."""

from typing import Annotated

import typer

from models.presets import DEFAULT, PRESETS
from models.users import StaffRole
from server.commands import operations as operating
from server.commands import people
from server.commands.terminal import console, example, here, run

TenantKey = Annotated[str, typer.Option("--tenant", help="The key of the house: north-lease.")]
AskPassword = Annotated[bool, typer.Option("--ask-password", help="Ask for the password instead of making one.")]
tenants = typer.Typer(no_args_is_help=True, help="Finance houses.")
portals = typer.Typer(no_args_is_help=True, help="Front doors of finance houses.")
staff = typer.Typer(no_args_is_help=True, help="People who work for a finance house.")
users = typer.Typer(no_args_is_help=True, help="Customers' people, whom an import brings in without a secret.")


@tenants.command("add", epilog=example('bailiwick tenant add north-lease --name "North Lease SA" --country BE --currency EUR'))
def add_tenant(
    key: Annotated[str, typer.Argument(help="What tokens and exports call it: small letters, digits, dashes.")],
    name: Annotated[str, typer.Option("--name", help="The legal name.")],
    country: Annotated[str, typer.Option("--country", help="Two capital letters.")] = "BE",
    currency: Annotated[str, typer.Option("--currency", help="Three capital letters.")] = "EUR",
) -> None:
    """Add a finance house."""
    tenant = run(operating.add_tenant(here(), key, name, country, currency))
    console.print(
        f"{tenant.legal_name} is {tenant.gid}. Next: bailiwick portal add KEY --tenant {key} --brand NAME --host HOST", highlight=False
    )


@portals.command("add", epilog=example("bailiwick portal add corner --tenant north-lease --brand Corner --preset customer-corner "
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
    console.print(f"{portal.brand} is {portal.gid}.", highlight=False)


@staff.command("add", epilog=example("bailiwick staff add sofie@house.example --tenant north-lease --name Sofie --role AGENT"))
def add_staff(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    tenant: TenantKey,
    name: Annotated[str, typer.Option("--name", help="What colleagues call them.")],
    role: Annotated[list[StaffRole], typer.Option("--role", help="What they work on. May be said several times.")],
    ask: AskPassword = False,
) -> None:
    """Add somebody to the staff of a house, and print the password they begin with, once."""
    secret = run(operating.add_staff(here(), tenant, name, email, role, asked() if ask else None))
    console.print(f"{name} may sign in at {tenant}." + ("" if ask else f" Password, shown this once: {secret}"), highlight=False)


@users.command("secret", epilog=example("bailiwick user secret anna@mill.example --tenant north-lease"))
def give_secret(
    who: Annotated[str, typer.Argument(help="A name, identifier, e-mail address or external id.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="The house, where several know somebody of this name.")] = None,
    ask: AskPassword = False,
) -> None:
    """Give somebody a new password in place of the one before, and print it, once. Ends all their sessions and locks.

    Refused where their portal has no passwords, and for one that breaks its rules.
    """
    name, secret = run(people.give_secret(here(), who, tenant, asked() if ask else None))
    console.print(f"{name} has a new password." + ("" if ask else f" Shown this once: {secret}"), highlight=False)


@users.command("unlock", epilog=example("bailiwick user unlock anna@mill.example --tenant north-lease"))
def unlock_user(
    who: Annotated[str, typer.Argument(help="A name, identifier, e-mail address or external id.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="The house, where several know somebody of this name.")] = None,
) -> None:
    """Let somebody who is locked out after wrong passwords try again now. Their password and sessions stay as they are."""
    unlocked(who, tenant)


@staff.command("unlock", epilog=example("bailiwick staff unlock sofie@house.example --tenant north-lease"))
def unlock_staff(
    who: Annotated[str, typer.Argument(help="A name or e-mail address.")],
    tenant: TenantKey,
) -> None:
    """Let a member of staff who is locked out after wrong passwords try again now. Password and sessions stay as they are."""
    unlocked(who, tenant)


@staff.command("secret", epilog=example("bailiwick staff secret sofie@house.example --tenant north-lease"))
def give_staff_secret(
    who: Annotated[str, typer.Argument(help="A name or e-mail address.")],
    tenant: TenantKey,
    ask: AskPassword = False,
) -> None:
    """Give a member of staff a new password in place of the one before, and print it, once. Ends all their sessions and locks."""
    give_secret(who, tenant, ask)


def unlocked(who: str, tenant: str | None) -> None:
    """End the locks of somebody, and say so."""
    name, counts = run(people.unlock(here(), who, tenant))
    console.print(f"{name} may try again." if counts else f"{name} was not locked.", highlight=False)


def asked() -> str:
    """A password that somebody types, twice. It is in no list of processes, and in no history of a shell."""
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
