"""Amounts and days that people type in, checked before anything is done with them: before a row is written, a table read, a sum made."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from finance.dates import months_after
from models.refusals import Fault, Invalid
from models.sentences import Sentence

LARGEST_AMOUNT = Decimal("999999999999.99")  # so that sums of all that one input can name still fit the columns of the database
CENT = Decimal("0.01")
MOST_MONTHS_AHEAD = 12  # how far ahead a repayment can be quoted or simulated
OVER = "Nothing is repaid on a day that is over."
TOO_FAR = Sentence("A repayment is at most {months} months ahead.", months=MOST_MONTHS_AHEAD)

Path = tuple[str | int, ...]


def amount_faults(path: Path, amount: Decimal, *, may_be_nothing: bool = False) -> Iterator[Fault]:
    """What is wrong with an amount of money: one fault at most."""
    if not amount.is_finite() or amount.copy_abs() > LARGEST_AMOUNT:
        yield Fault(path, "amount.size", Sentence("An amount is at most {most}.", most=LARGEST_AMOUNT))
    elif may_be_nothing and amount < 0:
        yield Fault(path, "amount.scale", "An amount is not below nothing, and has at most two decimals.")
    elif not may_be_nothing and amount <= 0:
        yield Fault(path, "amount.positive", "An amount is more than nothing.")
    elif amount != amount.quantize(CENT):
        yield Fault(path, "amount.scale", "An amount has at most two decimals.")


def repayment_faults(amount: Decimal | None, repay_on: date, today: date) -> Iterator[Fault]:
    """What is wrong with the wish to repay on a day, all of a contract or this much of its principal."""
    if repay_on < today:
        yield Fault(("repayOn",), "quote.repay_on", OVER)
    elif repay_on > months_after(today, MOST_MONTHS_AHEAD):
        yield Fault(("repayOn",), "quote.repay_on", TOO_FAR)
    if amount is not None:
        yield from amount_faults(("amount",), amount)


def refuse(faults: Iterator[Fault]) -> None:
    """Raises `Invalid` with all of them at once, if there are any."""
    if found := tuple(faults):
        raise Invalid(found)
