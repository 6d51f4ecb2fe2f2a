"""Who is in the demo: the people of the generated exports, and staff of every house, whom no export has."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from models.policies import PrimaryFactor
from models.presets import PRESETS
from models.users import StaffRole
from server.generator import HOUSES, PEOPLE, House, Person
from server.generator.houses import Door

PASSWORD = "Open-Sesame-42"  # of everybody in the demo whose portal has passwords; the table says it
FIRST = "Élise Vanderelst"  # whose question is printed to be copied


@dataclass(frozen=True)
class Colleague:
    """Somebody who works for a house."""

    name: str
    role: StaffRole

    def email(self, house: str) -> str:
        return f"{self.name.partition(' ')[0].lower()}@{house}.example"


STAFF: dict[str, tuple[Colleague, ...]] = {
    "valdesenne": (
        Colleague("Katrien Peeters", StaffRole.AGENT),
        Colleague("Luc Hermans", StaffRole.SUPERVISOR),
        Colleague("Anke Willems", StaffRole.AUDITOR),
    ),
    "aubrelle": (Colleague("Julie Fabre", StaffRole.AGENT), Colleague("Marc Olivier", StaffRole.AUDITOR)),
    "skjaervik": (Colleague("Solveig Dahl", StaffRole.AGENT), Colleague("Per Lunde", StaffRole.AUDITOR)),
    "orvanne": (Colleague("Claire Mercier", StaffRole.AGENT), Colleague("Antoine Roy", StaffRole.AUDITOR)),
}


def is_typed(door: Door) -> bool:
    """Whether people sign in with a password here. Elsewhere they come in by a token: a preset is not bent for the demo."""
    return PrimaryFactor.PASSWORD in PRESETS[door.preset].primary_factors


def doors() -> Iterator[tuple[House, Door]]:
    """Every portal of every house."""
    return ((house, door) for house in HOUSES for door in house.portals)


def people_at(house: House, door: Door) -> list[Person]:
    """The people of a portal. A second login of somebody is not another person."""
    return [person for person in PEOPLE[house.key] if person.portal == door.key and not person.joined_with]


def table() -> Table:
    """Everybody, portal by portal, then the staff of each house."""
    shown = Table("Who", "Role", "Of what", Column("Signs in with", no_wrap=True), box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for house, door in doors():
        shown.add_row(f"[bold]{door.brand}[/]", "", f"[dim]portal {door.key}, preset {door.preset}[/]", "")
        for person in people_at(house, door):
            role = "administrator" if any(right.role == "ADMINISTRATOR" for right in person.rights) else "view-only"
            shown.add_row(f"  {person.name}", role, person.words, person.identifiers[0][1] if is_typed(door) else "[dim]a token[/]")
    for house in HOUSES:
        shown.add_row(f"[bold]{house.legal_name}[/]", "", f"[dim]staff of {house.key}[/]", "")
        for colleague in STAFF[house.key]:
            shown.add_row(f"  {colleague.name}", "staff", colleague.role.value.lower(), colleague.email(house.key))
    return shown
