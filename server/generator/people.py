"""The people of the demo whom somebody can sign in as: five at each portal, each of another kind."""

from dataclasses import dataclass

from server.generator.houses import HOUSES, FrontDoor, House

# Which accounts of the portal each reaches, by their place, and how.
ROLES = (
    ("anna", "Anna", "ADMINISTRATOR", (0,), "administrator of one customer number"),
    ("bart", "Bart", "VIEWER", (0,), "view-only on the same customer number"),
    ("chloe", "Chloe", "VIEWER", (0, 1, 2), "accountant: view-only on three customers"),
    ("david", "David", "ADMINISTRATOR", (3, 4), "one company, two customer numbers"),
    ("emma", "Emma", "VIEWER", (0,), "view-only, limited to one contract and to invoices"),
)
FEWEST_ACCOUNTS = 5


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as. `name` is unique in the whole demo: `bailiwick token meuse.anna`."""

    name: str
    display_name: str
    house: House
    door: FrontDoor
    role: str
    places: tuple[int, ...]
    words: str
    identifier: str

    @property
    def is_limited(self) -> bool:
        return self.display_name == "Emma"

    @property
    def external_id(self) -> str:
        return f"{self.door.key}-U-{self.display_name}"


def people_of(house: House, door: FrontDoor) -> list[Person]:
    """The five at one portal."""
    return [
        Person(f"{door.key}.{key}", name, house, door, role, places, words, _identifier(door, key, number))
        for number, (key, name, role, places, words) in enumerate(ROLES, 1)
    ]


def _identifier(door: FrontDoor, key: str, number: int) -> str:
    """What this person types."""
    return {
        "LOGIN_ID": f"10000000{number}",
        "CARD_NUMBER": f"3060{number:013d}",
        "EXTERNAL": f"{door.key}-{key}",
        "EMAIL": f"{key}@{door.key}.example",
    }[door.identifier]


PEOPLE = tuple(person for house in HOUSES for door in house.doors for person in people_of(house, door))
