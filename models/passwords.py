"""What a new secret must be: the rules of the portals it opens, judged in one place, wherever a secret is set."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from secrets import choice

from zxcvbn import zxcvbn

from models.portal_rules import SecretRules
from models.refusals import Fault
from models.sentences import Sentence

LONGEST = 128  # characters; any portal takes a secret of this length
SHORTEST_WORD = 4  # of the words about a person or portal that a secret may not contain
EASY = 1_000_000  # guesses, as zxcvbn estimates them: below, it says, a secret does not stand up to guesses that are slowed down
LONGEST_ESTIMATE = 72  # characters that zxcvbn takes
SMALL, CAPITALS, DIGITS, SIGNS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-"  # none that looks like another


def secret_faults(secret: str, rules: Iterable[SecretRules], about: Iterable[str] = ()) -> tuple[Fault, ...]:
    """Everything that is wrong with a new secret, by the rules of all portals that it opens.

    `about` is what others know of its owner and the portal: identifiers, names, brands. The secret is never repeated in a message.
    """
    spelled, words = unicodedata.normalize("NFC", secret), list(about)
    found = [fault for each in rules for fault in _faults(spelled, each, words)]
    return tuple(dict.fromkeys(found))


COUNTED = {
    "upper": "At least {least} capital letters.",
    "lower": "At least {least} small letters.",
    "digits": "At least {least} digits.",
    "punctuation": "At least {least} other characters.",
}


def new_secret(rules: Iterable[SecretRules] = ()) -> str:
    """A random password that all of these rules take, and that can be read out: at least 74 bits."""
    wanted = list(rules)
    groups = ["".join(choice(SMALL) for _ in range(5)) for _ in range(3)]
    made = "-".join([groups[0].capitalize(), *groups[1:], "".join(choice(DIGITS) for _ in range(2))])
    for signs, name in ((CAPITALS, "upper"), (SMALL, "lower"), (DIGITS, "digits"), (SIGNS, "punctuation")):
        missing = max((getattr(each, name) for each in wanted), default=0) - _counts(made)[name]
        made += "".join(choice(signs) for _ in range(missing))
    missing = max((each.min_length for each in wanted), default=0) - len(made)
    return made + "".join(choice(SMALL) for _ in range(missing))


def _faults(secret: str, rules: SecretRules, about: list[str]) -> Iterable[Fault]:
    if len(secret) > LONGEST or "\0" in secret:
        yield _fault("too_long", Sentence("At most {most} characters, none of them NUL.", most=LONGEST))
    yield from _shape(secret, rules)
    if rules.refuses_identifier and any(word in secret.casefold() for word in _words(about)):
        yield _fault("identifier", "It contains the identifier, a name, or the name of the portal.")
    if rules.refuses_common and (_is_usual(secret) if rules.exact_digits else _is_easy(secret, about)):
        yield _fault("common", "It is among the first that somebody would guess.")


def _shape(secret: str, rules: SecretRules) -> Iterable[Fault]:
    if rules.exact_digits is not None:
        if not (secret.isascii() and secret.isdigit() and len(secret) == rules.exact_digits):
            yield _fault("exact_digits", Sentence("Exactly {count} digits, and nothing else.", count=rules.exact_digits))
        return
    if len(secret) < rules.min_length:
        yield _fault("min_length", Sentence("At least {least} characters.", least=rules.min_length))
    has = _counts(secret)
    for name, words in COUNTED.items():
        if has[name] < (least := getattr(rules, name)):
            yield _fault(name, Sentence(words, least=least))


def _counts(secret: str) -> dict[str, int]:
    return {
        "upper": sum(map(str.isupper, secret)),
        "lower": sum(map(str.islower, secret)),
        "digits": sum(map(str.isdecimal, secret)),
        "punctuation": sum(not (sign.isalnum() or sign.isspace()) for sign in secret),
    }


def _words(about: list[str]) -> set[str]:
    """Whole texts without blanks, and the words in them; short ones say nothing."""
    plain = [unicodedata.normalize("NFC", text).casefold() for text in about]
    parts = [part for text in plain for part in ("".join(text.split()), *re.split(r"[\W_]+", text))]
    return {part for part in parts if len(part) >= SHORTEST_WORD}


def _is_easy(secret: str, about: list[str]) -> bool:
    """Whether it is a common password, or close to one: one of a list, a row of keys, a word with a year."""
    return bool(secret) and zxcvbn(secret[:LONGEST_ESTIMATE], user_inputs=sorted(_words(about)))["guesses"] < EASY


def _is_usual(code: str) -> bool:
    """Whether a code of digits is one that many people choose: the same few digits, a row, a pattern that repeats."""
    if not (code.isascii() and code.isdigit()):
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    repeats = any(code == code[:size] * (len(code) // size) for size in range(1, len(code) // 2 + 1) if len(code) % size == 0)
    return len(set(code)) <= 2 or len(steps) == 1 or repeats or code == code[::-1]


def _fault(rule: str, message: str) -> Fault:
    return Fault(("secret",), f"secret.{rule}", message)
