"""What a message may repeat of somebody else's file: nothing that is, by its check digits, the number of a bank account or of a card."""

import re

import stdnum.iban
import stdnum.luhn

# What may be an IBAN: compact, or in groups. Where it ends, its country says.
IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
# A card is printed in groups of four, of American Express 4-6-5, or without a gap: 12 to 19 digits.
CARD = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:[0-9]{12,19}|[0-9]{4}([ .-])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|[0-9]{4}[ .-][0-9]{6}[ .-][0-9]{5})"
    r"(?![0-9A-Za-z])"
)
APART = str.maketrans("", "", " .-")


def is_private(value: str) -> bool:
    """Whether the number of a bank account or of a card stands in it, in whatever column it is by mistake."""
    return any(is_iban(found[0]) for found in IBAN.finditer(value)) or any(is_card(found[0]) for found in CARD.finditer(value))


def is_iban(spelled: str) -> bool:
    """Whether it begins with an IBAN: other words may follow it."""
    compact = spelled.translate(APART).upper()
    lengths = range(SHORTEST_IBAN, min(len(compact), LONGEST_IBAN) + 1)
    return any(stdnum.iban.is_valid(compact[:length], check_country=False) for length in lengths)


def is_card(spelled: str) -> bool:
    return bool(stdnum.luhn.is_valid(spelled.translate(APART)))


def shown(value: str) -> str:
    """What a message may repeat of a value: short, on one line, and without somebody's account or card."""
    if is_private(value):
        return "The value (not shown, for it has the number of an account or a card in it)"
    return repr(value if len(value) <= 40 else value[:39] + "…")
