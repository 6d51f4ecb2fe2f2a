"""An amount that stands alone, with its currency."""

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from finance.currencies import has_cents
from models.refusals import Fault, Invalid

NO_CENTS = "The smallest unit of this currency is no hundredth, and all figures are rounded to two decimals."


class Money(NamedTuple):
    """So much of a currency. Of a light row the amount is text as the database wrote it, "10.00"; of a model a Decimal."""

    amount: Decimal | str
    currency: str


def refuse_without_cents(currency: str, field: str) -> None:
    """Refuse to work out figures in a currency that has other decimals than the two that all figures are rounded to."""
    if not has_cents(currency):
        raise Invalid((Fault((field,), "currency.decimals", NO_CENTS),))


class MoneyFact(property):
    """A fact: an amount in the row's own currency, or nothing where the column is empty."""

    column: str

    def of_tuple(self, columns: Sequence[str]) -> property:
        """The same fact of a row that is a tuple of these columns: read by place, in a third less time.

        Where nobody looks at currencies, none was read, and the amount has an empty one.
        """
        if "currency" not in columns:
            amount_of = itemgetter(columns.index(self.column))
            return property(lambda row: None if (amount := amount_of(row)) is None else Money(amount, ""))
        both = itemgetter(columns.index(self.column), columns.index("currency"))

        def fact(row: Any) -> Money | None:
            pair = both(row)
            return None if pair[0] is None else tuple.__new__(Money, pair)

        return property(fact)


def money(column: str) -> MoneyFact:
    """The fact of this column."""
    amount_and_currency = attrgetter(column, "currency")

    def fact(row: Any) -> Money | None:
        amount, currency = amount_and_currency(row)
        return None if amount is None else Money(amount, currency)

    made = MoneyFact(fact, doc=f"`{column}` with its currency.")
    made.column = column
    return made
