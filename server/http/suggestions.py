"""Suggestions of names ("Did you mean ...?") in the errors of a document that is not valid: only for callers with a session.

Strangers may not ask about the schema, and an error must not tell them its names. A document is validated before anybody knows who sends
it, so it is validated without suggestions first. Only if it is refused, and its sender proves a session, it is validated again.
"""

from datetime import datetime

from graphql import GraphQLError, GraphQLSyntaxError

from channels.error_reports import is_unanswered
from engine import Library
from models.base import Refusal
from server.http.error_codes import Declined
from server.http.hosts import Hosts
from server.limits.budgets import Budgets, payer_of
from server.limits.concurrency import ConcurrencyLimiter
from tenants import ClientInfo, Scope, Tenancy

COST = 50  # points that the second validation takes from a person's budget


class Suggestions:
    """`concurrency` and `budgets` are those of operations: a suggestion is refused when an operation would be."""

    def __init__(self, library: Library, tenancy: Tenancy, hosts: Hosts, concurrency: ConcurrencyLimiter, budgets: Budgets) -> None:
        self.library, self.tenancy, self.hosts, self.concurrency, self.budgets = library, tenancy, hosts, concurrency, budgets

    async def errors(self, text: str, token: str | None, client: ClientInfo, now: datetime) -> list[GraphQLError] | None:
        """The errors of a refused document with suggestions; `None` if its sender gets the errors without them."""
        try:
            async with self.concurrency:
                scope = await self._proven(token, client, now) if token else None
        except Exception as error:
            if isinstance(error, Refusal | Declined) or is_unanswered(error):
                return None
            raise
        if scope is None or self.budgets.take(payer_of(scope), COST).wait_seconds is not None:
            return None
        return self.library.suggesting(text)

    async def _proven(self, token: str, client: ClientInfo, now: datetime) -> Scope | None:
        """The scope of a session that the database knows at this moment, on a host of its own tenant. This is no use of the session."""
        auth = await self.tenancy.sessions.read(token, now, slides=False)
        door = await self.hosts.door(client.host)
        is_foreign = door is not None and door.tenant_id != auth.tenant_id
        return None if is_foreign else Scope(auth, now, client)


def may_suggest(errors: list[GraphQLError]) -> bool:
    """Whether one of these errors may be about a name: it comes from validation, not from the parser or a limit."""
    return any(not isinstance(error, GraphQLSyntaxError) and not error.extensions for error in errors)
