"""The frame of every mutation: one transaction, and refusals that a person can correct turned into the payload. Nothing else catches."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import wraps
from inspect import signature
from typing import Any

from models.base import (
    Conflict,
    Expired,
    Fault,
    Invalid,
    InvalidCredentials,
    Locked,
    NotFound,
    Refusal,
    TooManyAttempts,
)
from models.sentences import Sentence, shown_in
from resolvers.context import Info
from tenants.writing import WritingGate
from tenants.writing import writing as transaction

LONGEST_KEY = 100  # as the database has it
KEY_DESCRIPTION = (
    "A text of your own, at most 100 characters: the same call with the same key within 24 hours is done once. Of the input, what you sent "
    "must be the same; equal amounts may be spelled differently."
)
CORRECTABLE = (Invalid, NotFound, Conflict, Expired, Locked, InvalidCredentials, TooManyAttempts)
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
            return Outcome(errors=_errors(refusal, _language(args, arguments)))

    answer.__signature__ = signature(resolver)  # type: ignore[attr-defined]  # read by strawberry; functions may have one
    return answer


def writing(info: Info) -> AbstractAsyncContextManager[WritingGate]:
    """The one transaction of this mutation."""
    return transaction(info.context.scope, info.context.tenancy)


async def done_before(gate: WritingGate, action: str, input: Any) -> dict[str, Any] | None:
    """What the same call gave the first time; `None` on the first, whose outcome `gate.remember` has to keep.

    Raises `Invalid` for a key that tells no calls apart, and `Conflict` where the key was used for another call.
    """
    return await gate.repeated(_usable_key(input.idempotency_key), action, as_sent(input))


def as_sent(input: Any) -> dict[str, Any]:
    """What a call asks for, in one spelling of many and without its key: what was sent, and nothing that the clock would fill in."""
    return {f.name: _normal(getattr(input, f.name)) for f in fields(input) if f.name != "idempotency_key"}


def _normal(value: Any) -> Any:
    """Of equal values one text: "1000", "1000.0" and "1000.00" are the same amount. Lists keep their order."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return as_sent(value) if is_dataclass(value) else value


def _usable_key(key: str) -> str:
    """Raises `Invalid` for a key that tells no calls apart, or cannot be kept."""
    if not key.strip() or len(key) > LONGEST_KEY:
        raise Invalid(
            (Fault(("idempotencyKey",), "idempotency.key", Sentence("A key has from 1 to {most} characters.", most=LONGEST_KEY)),)
        )
    return key


def _language(args: tuple[Any, ...], arguments: dict[str, Any]) -> str:
    """In which language whoever asks is answered."""
    info: Info = arguments["info"] if "info" in arguments else args[0]
    return info.context.scope.locale


def _errors(refusal: Refusal, language: str) -> list[UserError]:
    typename = TYPENAMES.get(type(refusal), "RefusalError")
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    if faults:
        return [UserError(typename, refusal.code, shown_in(language, f.message).text, ["input", *map(str, f.path)], f.rule) for f in faults]
    return [UserError(typename, refusal.code, shown_in(language, refusal.message).text, [], getattr(refusal, "rule", None))]
