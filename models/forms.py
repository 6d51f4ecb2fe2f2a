"""The normal form of text that identifies somebody or something: one for each kind of column.

Whoever writes such a column and whoever looks in it uses the form of its declaration, so that one thing has one spelling. `Form.of` takes
any text and never raises, for those who look; `Form.checked` raises `Unfit`, for those who write.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

# What nobody sees: control and format characters, fillers, variation selectors and half surrogates. Blanks are not among them.
IGNORED_RANGES = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
IGNORED = re.compile(f"[{IGNORED_RANGES}\ud800-\udfff]")
# All that is read as a dash, beside the one on the keyboard.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
TO_DASH = str.maketrans(dict.fromkeys(DASHES, "-"))
SEPARATORS = re.compile(r"[\s\-./()]+")
PHONE_NUMBER = re.compile(r"\+?[0-9]{3,20}")
HASH = re.compile("[0-9a-f]{64}")
LONGEST_EMAIL = 254
# A spelling that is spelled again changes once or twice at most; a form that never came to rest must not run for ever.
MOST_ROUNDS = 8


class Unfit(ValueError):
    """A text that is nothing of its kind. The message does not repeat it: it may be somebody's."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


def plain(text: str) -> str:
    """Compatible spellings as one (NFKC), without what nobody sees, blanks around it, and several of them between words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if " " in text else text
    return " ".join(unicodedata.normalize("NFKC", IGNORED.sub("", unicodedata.normalize("NFKC", text))).split())


def lower(text: str) -> str:
    """Plain, and in any case the same. Not `casefold`, which makes two letters of one, and of an address another."""
    return plain(plain(text).lower())


@dataclass(frozen=True)
class Form:
    """How a kind of text is spelled. `country` (two capital letters) says how numbers without a country are read."""

    name: str
    spell: Callable[[str, str | None], str]
    is_fit: Callable[[str], bool] = bool
    rule: str = "text.empty"
    message: str = "Nothing in it can be seen."

    def of(self, text: str, country: str | None = None) -> str:
        """The one spelling of this text, whether or not it is fit.

        Taking a blank away can bring a letter and its accent together, and these are one letter: it is spelled again until nothing changes.
        """
        for _ in range(MOST_ROUNDS):
            if (spelled := self.spell(text, country)) == text:
                break
            text = spelled
        return text

    def checked(self, text: str, country: str | None = None) -> str:
        """The one spelling of this text. Raises `Unfit`."""
        spelled = self.of(text, country)
        if not self.is_fit(spelled):
            raise Unfit(self.rule, self.message)
        return spelled


def _key(text: str, country: str | None = None) -> str:
    return plain(text)


def _number(text: str, country: str | None = None) -> str:
    """As printed, but for dashes and blanks that look like others."""
    return plain(text).translate(TO_DASH)


def _name(text: str, country: str | None = None) -> str:
    """As written: what nobody sees may join or part letters in some scripts, and stays."""
    return unicodedata.normalize("NFC", text).strip()


def _hash(text: str, country: str | None = None) -> str:
    return plain(text).lower()


def _email(text: str, country: str | None = None) -> str:
    spelled = lower(text)
    try:
        return lower(validate_email(spelled, check_deliverability=False, test_environment=True).normalized)
    except EmailNotValidError:
        return spelled


def _is_email(text: str) -> bool:
    try:
        return len(text) <= LONGEST_EMAIL and bool(validate_email(text, check_deliverability=False, test_environment=True))
    except EmailNotValidError:
        return False


def _phone(text: str, country: str | None = None) -> str:
    """As everybody in the world would dial it (E.164), if it can be a number at all; else without what is put between digits."""
    digits = SEPARATORS.sub("", plain(_number(text).casefold()).removeprefix("tel:"))
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if not PHONE_NUMBER.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _called(text: str, country: str | None = None) -> str:
    """A number to be shown and called: as E.164 if it is one, else as it was written down, with whatever else was."""
    dialed = _phone(text, country)
    return dialed if _is_phone(dialed) else plain(text)


def _is_phone(text: str) -> bool:
    return text.startswith("+") and PHONE_NUMBER.fullmatch(text) is not None


def _login(text: str, country: str | None = None) -> str:
    """A number that was handed out. Nothing but separators is dropped, so that what is no number never turns into one."""
    return _email(text) if "@" in text else SEPARATORS.sub("", plain(_number(text).casefold()))


KEY = Form("key", _key)
NAME = Form("name", _name)
NUMBER = Form("number", _number)
SHA256 = Form("sha256", _hash, lambda text: HASH.fullmatch(text) is not None, "sha256", "These are not 64 hexadecimal digits.")
EMAIL = Form("email", _email, _is_email, "email.format", "This is no e-mail address, such as name@example.com, and nothing else.")
PHONE = Form(
    "phone", _phone, _is_phone, "phone.format", "This is no telephone number: give it with its country, such as +32 2 123 45 67."
)  # fmt: skip
# The same, but for numbers that no country would put through as they are written: those are kept.
CALLED = Form("phone", _called)
LOGIN_NUMBER = Form("login", _login)

# What is typed to say who one is, by its kind.
LOGIN_FORMS: Mapping[str, Form] = {
    "LOGIN_ID": LOGIN_NUMBER,
    "EMAIL": EMAIL,
    "PHONE": PHONE,
    "CARD_NUMBER": LOGIN_NUMBER,
    "CREDIT_NUMBER": LOGIN_NUMBER,
    "FILE_NUMBER": LOGIN_NUMBER,
    "EXTERNAL": KEY,
}
