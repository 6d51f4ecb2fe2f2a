"""What went wrong in a mutation, for a person to correct."""

import strawberry

from engine import ByTypename
from models.words import Described
from schema.enums import shown


class UserErrorCode(Described):
    """Why something was not done."""

    INVALID = "INVALID", "The input breaks a rule."
    NOT_FOUND = "NOT_FOUND", "There is no such thing, or none you may know of."
    CONFLICT = "CONFLICT", "It is not in a state that allows this."
    EXPIRED = "EXPIRED", "Its time is over."
    LOCKED = "LOCKED", "Too many wrong attempts with this identifier: wait, then try again. Said alike whether or not somebody has it."
    RATE_LIMITED = "RATE_LIMITED", "Too many attempts from one network address: wait, then try again."
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS", "The identifier or the secret is wrong."


shown(UserErrorCode, "Why something was not done.")


@strawberry.interface(description="One thing that a person can correct.")
class UserError(ByTypename):
    code: UserErrorCode = strawberry.field(description="Why, for programs.")
    message: str = strawberry.field(description="Why, for people, in their language.")
    path: list[str] = strawberry.field(description="Where in the arguments, from `input` on; empty when it is about no one place.")
    rule: str | None = strawberry.field(description="The stable name of the rule that was broken, where there is one.")


@strawberry.type(description="A field of the input breaks a rule.")
class InputError(UserError):
    pass


@strawberry.type(description="What the input names does not exist, or not for you.")
class NotFoundError(UserError):
    pass


@strawberry.type(description="What the input names is not in a state that allows this.")
class ConflictError(UserError):
    pass


@strawberry.type(description="Any other refusal.")
class RefusalError(UserError):
    pass


ERRORS = [InputError, NotFoundError, ConflictError, RefusalError]
