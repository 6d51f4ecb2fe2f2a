"""What everything that writes an export has at hand: the house, the day, chance, names, and the files."""

from collections import Counter
from datetime import date
from random import Random

from faker import Faker

from server.generator.houses import House
from server.generator.plans import months_after
from server.generator.writing import Export

# The source hands over invoices and payments of so many months; what is older stays in its archive.
HISTORY_MONTHS = 24
# Of how many of its latest invoices a contract has the paper.
INVOICE_PAPERS = 6


class Desk:
    """The generator of one export. Chance starts anew for every customer, so that a customer looks the same in a larger export."""

    def __init__(self, house: House, out: Export, seed: int, today: date) -> None:
        self.house = house
        self.out = out
        self.seed = seed
        self.today = today
        self.history_from = months_after(today, -HISTORY_MONTHS)
        self.faker = Faker(house.locale)
        self.rng = Random()
        self._counts: Counter[str] = Counter()

    def begin(self, customer: str) -> None:
        """Chance from here on is this customer's."""
        self.rng.seed(f"{self.house.key}/{self.seed}/{customer}")
        self.faker.seed_instance(self.rng.getrandbits(64))

    def count(self, what: str) -> int:
        """The next number of its sort, from 1."""
        self._counts[what] += 1
        return self._counts[what]

    def language(self) -> str:
        return self.rng.choice(self.house.languages)
