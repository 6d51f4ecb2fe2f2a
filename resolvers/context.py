"""What every resolver is handed besides its own arguments."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import strawberry

from finance.figures import Figures
from models import Document
from tenants import Gate, Scope, Tenancy
from tenants.portals import Door


class Link(NamedTuple):
    """An address that works for a few minutes, for the session it was made for."""

    url: str
    expires_at: datetime


class Links(Protocol):
    """Signs addresses. Made by the server, which serves them."""

    def document(self, scope: Scope, document: Document, disposition: str) -> Link:
        """Where the bytes of a document are fetched."""

    def upload(self, scope: Scope, ticket: str, byte_size: int, sha256: str) -> Link:
        """Where the bytes of an upload are put, once. `ticket` is its key, in hexadecimal digits: see `models.uploads`."""


@dataclass
class Context:
    """Made once an operation, by the endpoint. `loaders` belong to graphql-core's way of running it.

    `figures` are the law's: caps, rates and periods, each from a day on. `door` is the portal that the request's host names, for what is
    asked before there is a session.
    """

    scope: Scope
    gate: Gate
    tenancy: Tenancy
    links: Links
    figures: Figures
    door: Door | None = None
    loaders: dict[Any, Any] = field(default_factory=dict)

    def become(self, scope: Scope) -> None:
        """Answer what follows for someone who has just signed in."""
        self.scope, self.gate = scope, self.tenancy.gate(scope, is_current=True)


Info = strawberry.Info[Context, None]
