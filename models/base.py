"""What every row has. How a model says no is in `models/refusals.py`, and named here for those who look for it in one place."""

import re
from typing import Any, ClassVar, Self
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as Key  # keys come from the database as these, and are made in a sixth of the time
from tortoise.models import Model

from models import columns
from models.money import Money, money
from models.refusals import (
    BadInput,
    Conflict,
    Expired,
    Fault,
    Forbidden,
    Invalid,
    InvalidCredentials,
    Locked,
    NotFound,
    NotOffered,
    Overloaded,
    RateLimited,
    Refusal,
    StepUpRequired,
    TooManyAttempts,
    Unauthenticated,
)

__all__ = [
    "BadInput",
    "Conflict",
    "Expired",
    "Fault",
    "Forbidden",
    "Imported",
    "InAccount",
    "Invalid",
    "InvalidCredentials",
    "Keyed",
    "Locked",
    "Money",
    "NotFound",
    "NotOffered",
    "Overloaded",
    "Owned",
    "RateLimited",
    "Refusal",
    "StepUpRequired",
    "TooManyAttempts",
    "Unauthenticated",
    "money",
]

GID = re.compile(r"([a-z]{3})_([0-9a-f]{32})", re.ASCII)


class Owned(Model):
    """A row of one tenant. Its primary key in the database is `(tenant_id, id)`: Tortoise knows the second half only.

    `UNREAD` are the columns that no client ever sees, so that no read brings them; `CLOSED` those that the web role has no right to
    read at all, so that they are no columns of the model. `READS` says of facts which columns they are made of; a fact that is not in it
    may be made of any. `TYPENAMES` says, where one table holds several types, which column tells them, and which type each value tells.
    `COPIES` says of keys which columns of what they point at the row has itself, held equal by a foreign key. `IS_NODE` says that clients
    find rows by their id, and `EXPORT` what an export of the finance house calls these rows; nothing where it has none.
    """

    PREFIX: ClassVar[str]
    TYPENAME: ClassVar[str]
    IS_NODE: ClassVar[bool] = False
    EXPORT: ClassVar[str | None] = None
    UNREAD: ClassVar[tuple[str, ...]] = ()
    CLOSED: ClassVar[tuple[str, ...]] = ()
    READS: ClassVar[dict[str, tuple[str, ...]]] = {"gid": ("id",), "typename": ()}
    TYPENAMES: ClassVar[tuple[str, dict[str, str]]] = ("", {})
    COPIES: ClassVar[dict[str, dict[str, str]]] = {}

    id = columns.row_id()
    tenant_id = columns.key()

    class Meta:
        abstract = True

    @property
    def gid(self) -> str:
        """The id that clients see."""
        return self.PREFIX + "_" + self.id.hex

    @property
    def typename(self) -> str:
        """The GraphQL type of this row."""
        return self.TYPENAME

    @classmethod
    def prefixes(cls) -> tuple[str, ...]:
        """What the ids of these rows begin with: one word, where one table holds one type."""
        return (cls.PREFIX,)

    @classmethod
    def nodes(cls) -> tuple["type[Owned]", ...]:
        """All models below this one whose rows clients find by their id, in the order of their names."""
        below = {model for kind in cls.__subclasses__() for model in (kind, *kind.nodes())}
        return tuple(sorted((model for model in below if model.IS_NODE), key=lambda model: model.__name__))

    @classmethod
    def id_in(cls, gid: str) -> UUID | None:
        """The key inside a client's id; `None` for an id of another kind, in another spelling, or none at all."""
        found = GID.fullmatch(gid)
        return Key(found[2]) if found and found[1] in cls.prefixes() else None

    async def keep(self, *names: str) -> Self:
        """Write these columns down, of this row of this tenant."""
        await type(self).filter(**self._own_key()).update(**{name: getattr(self, name) for name in names})
        return self

    def _own_key(self) -> dict[str, Any]:
        return {"tenant_id": self.tenant_id, "id": self.id}


class InAccount(Owned):
    """A row of one account: what the second wall is about."""

    account_id = columns.key()

    class Meta:
        abstract = True

    def _own_key(self) -> dict[str, Any]:
        return super()._own_key() | {"account_id": self.account_id}


class Imported(Model):
    """Where a row came from: what a source calls it, and which version of it we have."""

    UNREAD: ClassVar[tuple[str, ...]] = ("source_version", "created_at", "updated_at")

    source = columns.maybe_text()  # read: it says when the row was last brought up to date
    external_id = columns.maybe_external_key()
    source_version = columns.maybe_big()
    created_at = columns.instant()
    updated_at = columns.instant()

    class Meta:
        abstract = True


class Keyed(Model):
    """A row with no id of its own: its key is its parent's and a number or a name, of which Tortoise knows one column only.

    So `save` and `delete` would reach its siblings, and raise: such rows are written in bulk, and changed by a filter that says it all.
    """

    UNREAD: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    async def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `TypeError`."""
        raise TypeError(f"{type(self).__name__} has a key of several columns: write it in bulk")

    async def delete(self, *args: Any, **kwargs: Any) -> None:
        """Raises `TypeError`."""
        raise TypeError(f"{type(self).__name__} has a key of several columns: delete by a filter")
