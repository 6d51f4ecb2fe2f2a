"""Who is in the demo: the people of the generated exports, and staff of every house, whom no export has."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from models.portal_rules import PrimaryFactor
from models.presets import PRESETS
from models.users import StaffRole
from server.generator import HOUSES, PEOPLE, House, Person
from server.generator.houses import Door
from server.http.landing_page import Demo, Group

PASSWORD = "Open-Sesame-42"  # of everybody in the demo whose portal has passwords; the table says it
FIRST_KEY, FIRST = "elise", "Élise Vanderelst"  # whose question is printed to be copied


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


def groups() -> list[Group]:
    """Everybody, portal by portal, then the staff of each house."""
    customers = [
        Group(door.brand, f"portal {door.key}, preset {door.preset}", [_row(person, door) for person in people_at(house, door)])
        for house, door in doors()
    ]
    staff = [
        Group(house.legal_name, f"staff of {house.key}", [(c.name, c.role.value.lower(), c.email(house.key)) for c in STAFF[house.key]])
        for house in HOUSES
    ]
    return [*customers, *staff]


def _row(person: Person, door: Door) -> tuple[str, str, str]:
    role = "administrator" if any(right.role == "ADMINISTRATOR" for right in person.rights) else "view-only"
    joint = " " if person.words.startswith(("of ", "for ")) else ", "
    return person.name, f"{role}{joint}{person.words}", person.identifiers[0][1] if is_typed(door) else "by token"


def table() -> Table:
    """Everybody, for a terminal."""
    shown = Table("Who", "What", Column("Signs in with", no_wrap=True), box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for group in groups():
        shown.add_row(f"[bold]{group.name}[/]", f"[dim]{group.door}[/]", "")
        for name, what, how in group.people:
            shown.add_row(f"  {name}", what, how)
    return shown


def on_page() -> Demo:
    """Everybody, for the page at `/`, and the first of them to sign in as."""
    [first] = [person for people in PEOPLE.values() for person in people if person.key == FIRST_KEY]
    return Demo(groups(), PASSWORD, first.identifiers[0][1], first.portal)
