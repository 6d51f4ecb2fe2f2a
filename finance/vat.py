"""VAT: by the category of a line, never by what the line is for; rounded half up, once for each category and rate of an invoice.

An imported invoice is checked by the rule that its issuer declares. Source: EN 16931, BR-CO-17; that rule lets a neighboring cent pass, and
its official check up to a whole unit, so figures are checked to the cent here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from finance.money import HUNDRED, NOTHING, Exact, calculation, cents
from finance.refusals import Unanswerable

MOST_LINES = 10_000


class VatRule(StrEnum):
    """Where the issuer rounds: the words of `models.invoices.VatRounding`."""

    PER_CATEGORY = "PER_CATEGORY"
    PER_LINE = "PER_LINE"


class VatLine(NamedTuple):
    """One line of an invoice, before VAT. `vat_amount` is what the issuer says of it, where it does."""

    category: str
    percent: Decimal
    net_amount: Decimal
    vat_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VatTotal(Exact):
    """All lines of one category at one rate."""

    category: str
    percent: Decimal
    net_amount: Decimal
    vat_amount: Decimal


@dataclass(frozen=True, slots=True)
class VatDifference(Exact):
    """What an invoice says and what its own rule gives. `place` is `net`, `vat`, or a category and its rate, or a line by its number."""

    place: str
    said_amount: Decimal
    right_amount: Decimal


@calculation
def vat(net_amount: Decimal, percent: Decimal) -> Decimal:
    """The VAT on one amount, half up to the cent; a credit note mirrors its invoice."""
    if not 0 <= percent <= HUNDRED:
        raise Unanswerable("vat.percent", f"{percent} is no rate of VAT")
    return cents(net_amount * percent / HUNDRED)


@calculation
def vat_totals(lines: Sequence[VatLine], rule: VatRule = VatRule.PER_CATEGORY) -> tuple[VatTotal, ...]:
    """The totals by category and rate, in the order in which they first come."""
    if len(lines) > MOST_LINES:
        raise Unanswerable("vat.lines", f"an invoice has at most {MOST_LINES} lines")
    groups: dict[tuple[str, Decimal], list[VatLine]] = {}
    for line in lines:
        groups.setdefault((line.category, line.percent), []).append(line)
    return tuple(_total(category, percent, group, VatRule(rule)) for (category, percent), group in groups.items())


@calculation
def vat_differences(
    lines: Sequence[VatLine],
    said: Sequence[VatTotal],
    *,
    net_amount: Decimal,
    vat_amount: Decimal,
    rule: VatRule,
) -> tuple[VatDifference, ...]:
    """Where an invoice differs from what its lines come to by the rule that it declares. None: it is right to the cent.

    Lines that state their VAT are checked one by one, whatever the rule. A category that only one side has counts as nothing on the other.
    """
    right = vat_totals(lines, rule)
    found = [
        VatDifference(f"line {number}", line.vat_amount, vat(line.net_amount, line.percent))
        for number, line in enumerate(lines, 1)
        if line.vat_amount is not None
    ]
    found += _by_category(said, right)
    found.append(VatDifference("net", net_amount, sum((total.net_amount for total in right), NOTHING)))
    found.append(VatDifference("vat", vat_amount, sum((total.vat_amount for total in right), NOTHING)))
    return tuple(difference for difference in found if difference.said_amount != difference.right_amount)


def _total(category: str, percent: Decimal, lines: Sequence[VatLine], rule: VatRule) -> VatTotal:
    net_amount = sum((line.net_amount for line in lines), NOTHING)
    by_line = sum((vat(line.net_amount, percent) for line in lines), NOTHING)
    return VatTotal(category, percent, net_amount, by_line if rule is VatRule.PER_LINE else vat(net_amount, percent))


def _by_category(said: Sequence[VatTotal], right: Sequence[VatTotal]) -> list[VatDifference]:
    ours, theirs = ({(total.category, total.percent): total for total in totals} for totals in (right, said))
    if len(theirs) != len(said):
        raise Unanswerable("vat.totals", "a category and rate are totaled twice")
    found = []
    for category, percent in {**ours, **theirs}:
        one, other = theirs.get((category, percent)), ours.get((category, percent))
        place = f"{category} {percent.normalize():f} %"
        found.append(VatDifference(f"{place} net", one.net_amount if one else NOTHING, other.net_amount if other else NOTHING))
        found.append(VatDifference(f"{place} vat", one.vat_amount if one else NOTHING, other.vat_amount if other else NOTHING))
    return found
