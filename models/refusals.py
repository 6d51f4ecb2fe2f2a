"""How the product says no. The whole family is here; `code` is for programs, the sentence for people.

Refusal
├── Invalid               the input breaks rules: all of them are told at once
├── BadInput              the request itself is wrong: a page size, a cursor
├── Conflict, Expired     not in this state, not at this time
├── NotFound, Forbidden   not for this caller, or not this act
├── Unauthenticated       no session
├── StepUpRequired        not without proving once more who asks
├── NotOffered            the portal does not have it
├── InvalidCredentials, Locked, TooManyAttempts    signing in
├── TooLarge              more rows than one operation may read
└── RateLimited, Overloaded
"""

from typing import ClassVar, NamedTuple

from models.sentences import Sentence


class Fault(NamedTuple):
    """One rule that the input breaks: where, by its stable name, and in words. `path` starts below the input itself."""

    path: tuple[str | int, ...]
    rule: str
    message: str


class Refusal(Exception):
    """A request we understood and decline. `rule` is the stable name of what was broken, where there is one."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    rule: str | None = None

    def __init__(self, message: str | None = None, *, rule: str | None = None) -> None:
        self.message = message or self.sentence
        super().__init__(self.message)
        self.rule = rule or self.rule


class Invalid(Refusal):
    """The input breaks rules. A verb gathers all faults and raises once."""

    code = "INVALID"
    sentence = "The input breaks a rule."

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults), rule=faults[0].rule if faults else None)
        self.faults = faults


class BadInput(Refusal):
    """A query that cannot be answered as it was asked, such as one for a page of no rows."""

    code = "BAD_USER_INPUT"
    sentence = "This cannot be asked so."


class Conflict(Refusal):
    """The row is not in a state that allows this."""

    code = "CONFLICT"
    sentence = "This is not possible in the present state."


class NotFound(Refusal):
    """No such row, or none the caller may know of. The two read the same on purpose."""

    code = "NOT_FOUND"
    sentence = "Not found."


class Forbidden(Refusal):
    """The caller sees the row, but may not do this to it."""

    code = "FORBIDDEN"
    sentence = "Your profile does not allow this."


class Unauthenticated(Refusal):
    """No session, or one that has ended."""

    code = "UNAUTHENTICATED"
    sentence = "Sign in first."


class Expired(Refusal):
    """Its time is over."""

    code = "EXPIRED"
    sentence = "This has expired."


class Locked(Refusal):
    """Too many failures. Shown alike for identifiers that nobody has."""

    code = "LOCKED"
    sentence = "Too many attempts. Wait, then try again."


class StepUpRequired(Refusal):
    """The act is sensitive at this portal, and the session has no fresh second proof. `facts` tell by what it can be given."""

    code = "STEP_UP_REQUIRED"
    sentence = "Prove once more who you are."

    def __init__(self, operation: str, methods: tuple[str, ...]) -> None:
        super().__init__()
        self.facts = {"operation": operation, "methods": list(methods)}


class NotOffered(Refusal):
    """The portal's policy does not have this."""

    code = "NOT_OFFERED"
    sentence = "This portal does not offer this."


class InvalidCredentials(Refusal):
    """Identifier or secret is wrong: which of them is not told."""

    code = "INVALID_CREDENTIALS"
    sentence = "The identifier or the secret is wrong."


class RateLimited(Refusal):
    """The caller asks for more than his share."""

    code = "RATE_LIMITED"
    sentence = "Too many requests. Wait, then try again."


class TooManyAttempts(RateLimited):
    """Too many sign-ins from one address or network. Nobody was looked for."""

    rule = "sign_in.budget"

    def __init__(self, seconds: int) -> None:
        super().__init__(Sentence("Too many attempts from your network. Try again in {seconds} seconds.", seconds=seconds))


class Overloaded(Refusal):
    """The server has more to do than it can."""

    code = "OVERLOADED"
    sentence = "The server is busy. Try again."


class TooLarge(Refusal):
    """The operation has come to more rows than one may read, though its price allowed it."""

    code = "OPERATION_TOO_LARGE"
    sentence = "The operation reads too many rows: ask for smaller pages."

    def __init__(self, limit: int) -> None:
        super().__init__(Sentence("The operation reads more than {limit} rows: ask for smaller pages.", limit=limit))
        self.facts = {"measure": "rows", "limit": limit}
