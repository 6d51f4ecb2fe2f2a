"""The categories of VAT of an invoice, by the codes of EN 16931 (of UNCL5305), and the rates that they go with.

Source: EN 16931, rules BR-S-05, BR-Z-05, BR-E-05, BR-AE-05, BR-IC-05, BR-G-05, BR-O-05, BR-AF-05 (L) and BR-AG-05 (M); BR-B-01 (B).
"""

from decimal import Decimal

MORE_THAN_ZERO = frozenset({"S", "B"})
ZERO = frozenset({"Z", "E", "AE", "K", "G", "O"})
ANY_RATE = frozenset({"L", "M"})
CATEGORIES = MORE_THAN_ZERO | ZERO | ANY_RATE


def right_rate(category: str, percent: Decimal) -> str | None:
    """In words, the rate that the category goes with, where this one is not it; None where it is, or where nothing is known of it."""
    if category in ZERO and percent != 0:
        return "0 %"
    if category in MORE_THAN_ZERO and percent <= 0:
        return "more than 0 %"
    return None
