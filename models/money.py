"""An amount that stands alone, with its currency."""

from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple


class Money(NamedTuple):
    """So much of a currency. Of a light row the amount is text as the database wrote it, "10.00"; of a model a Decimal."""

    amount: Decimal | str
    currency: str


def money(column: str) -> property:
    """A fact: this amount in the row's own currency, or nothing where the column is empty."""
    amount_and_currency = attrgetter(column, "currency")

    def fact(row: Any) -> Money | None:
        amount, currency = amount_and_currency(row)
        return None if amount is None else Money(amount, currency)

    return property(fact, doc=f"`{column}` with its currency.")
