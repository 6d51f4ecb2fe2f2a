"""The frame of every mutation: one transaction, and refusals that a person can correct turned into the payload. Nothing else catches."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

from models.base import (
    ActivationRequired,
    Conflict,
    Expired,
    Fault,
    Invalid,
    InvalidCredentials,
    Locked,
    NotFound,
    Refusal,
    SecretExpired,
)
from resolvers.context import Info
from tenants.writing import WritingGate
from tenants.writing import writing as transaction

LONGEST_KEY = 100  # as the database has it
KEY_DESCRIPTION = "A text of your own, at most 100 characters: the same call with the same key within 24 hours is done once."
CORRECTABLE = (Invalid, NotFound, Conflict, Expired, Locked, InvalidCredentials, ActivationRequired, SecretExpired)
TYPENAMES = {Invalid: "InputError", NotFound: "NotFoundError", Conflict: "ConflictError"}


@dataclass(frozen=True, slots=True)
class UserError:
    """One thing that a person can correct. Not the refusal itself: an exception given back as a value is raised by both executors."""

    typename: str
    code: str
    message: str
    path: list[str]
    rule: str | None


class Outcome:
    """What a mutation gives back: what it changed, by the names of the payload, or errors."""

    def __init__(self, errors: list[UserError] | None = None, **changed: Any) -> None:
        self.errors = errors or []
        self.changed = changed

    def __getattr__(self, name: str) -> Any:
        return None if name.startswith("__") else self.__dict__.get("changed", {}).get(name)


def correctable(resolver: Callable[..., Awaitable[Outcome]]) -> Callable[..., Awaitable[Outcome]]:
    """A mutation whose refusals reach the client in `errors`, where a person can do something about them."""

    @wraps(resolver)
    async def answer(*args: Any, **arguments: Any) -> Outcome:
        try:
            return await resolver(*args, **arguments)
        except CORRECTABLE as refusal:
            return Outcome(errors=_errors(refusal))

    answer.__signature__ = signature(resolver)  # type: ignore[attr-defined]  # read by strawberry; functions may have one
    return answer


def writing(info: Info) -> AbstractAsyncContextManager[WritingGate]:
    """The one transaction of this mutation."""
    return transaction(info.context.scope, info.context.tenancy)


def usable_key(key: str) -> str:
    """The key of a call that must not be done twice. Raises `Invalid` for one that tells no calls apart, or cannot be kept."""
    if not key.strip() or len(key) > LONGEST_KEY or "\0" in key:
        raise Invalid((Fault(("idempotencyKey",), "idempotency.key", f"A key has from 1 to {LONGEST_KEY} characters."),))
    return key


def _errors(refusal: Refusal) -> list[UserError]:
    typename = TYPENAMES.get(type(refusal), "RefusalError")
    if isinstance(refusal, Invalid):
        return [UserError(typename, refusal.code, f.message, ["input", *map(str, f.path)], f.rule) for f in refusal.faults]
    return [UserError(typename, refusal.code, str(refusal), [], getattr(refusal, "rule", None))]
