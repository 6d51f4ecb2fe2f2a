"""What went wrong in a mutation, for a person to correct."""

from enum import StrEnum

import strawberry

from engine import ByTypename


@strawberry.enum(description="Why something was not done. Values may be added.")
class UserErrorCode(StrEnum):
    INVALID = strawberry.enum_value("INVALID", description="The input breaks a rule.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="There is no such thing, or none you may know of.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="It is not in a state that allows this.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Its time is over.")
    LOCKED = strawberry.enum_value("LOCKED", description="Too many wrong attempts: wait, then try again.")
    INVALID_CREDENTIALS = strawberry.enum_value("INVALID_CREDENTIALS", description="The identifier or the secret is wrong.")
    ACTIVATION_REQUIRED = strawberry.enum_value("ACTIVATION_REQUIRED", description="The access has to be activated first.")
    SECRET_EXPIRED = strawberry.enum_value("SECRET_EXPIRED", description="The secret has to be renewed first.")


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
