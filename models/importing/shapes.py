"""What the import is told: the declared types, the rows of a file, and where bytes are kept.

The reading of files lives in another room, which this one does not import; these are the shapes they meet in.
"""

from collections.abc import Mapping, Sequence
from typing import BinaryIO, Protocol
from uuid import UUID

Value = str | tuple[str, ...] | None


class Column(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def to(self) -> str | None: ...
    @property
    def by(self) -> str: ...
    @property
    def owned_by_portal(self) -> bool: ...
    @property
    def narrowing(self) -> tuple[str, ...]: ...


class RowType(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def set_of(self) -> str | None: ...
    @property
    def unique(self) -> tuple[tuple[str, ...], ...]: ...


Format = Mapping[str, RowType]
"""The declared types by name, parents first."""


class RowNote(Protocol):
    """What the report says of a row that is taken."""

    @property
    def field(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...


class GoodRow(Protocol):
    """A row whose values are each right, in the order of the columns of its type."""

    @property
    def line(self) -> int: ...
    @property
    def values(self) -> tuple[Value, ...]: ...
    @property
    def notes(self) -> Sequence[RowNote]: ...


class BadRow(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def field(self) -> str | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def key(self) -> str | None: ...
    @property
    def parent(self) -> str | None: ...


class Kept(Protocol):
    @property
    def storage_key(self) -> str: ...
    @property
    def byte_size(self) -> int: ...


class Store(Protocol):
    """Where the bytes of documents go. `put` raises an error with `rule` and `message` for bytes that are not those of the hash.

    `look` says the same of them, and keeps nothing.
    """

    async def put(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Kept: ...
    async def look(self, tenant_id: UUID, stream: BinaryIO, sha256: str) -> Kept: ...
    async def delete(self, tenant_id: UUID, storage_key: str) -> None: ...
