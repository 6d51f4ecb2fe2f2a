"""GraphQL over HTTP, one request from top to bottom: parse → prepare → authenticate → admit → execute → respond.

Each stage is a function from one value to the next, in a module of its own;
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import strawberry
from graphql import ExecutionResult

from models.base import Refusal
from models.sentences import spoken
from server.http.admission import Admission
from server.http.authentication import Authentication, SessionEnded
from server.http.content_negotiation import JSON
from server.http.error_codes import Code, Declined
from server.http.execution import Executed, Execution, MakeContext
from server.http.graphql_request import parse
from server.http.hosts import Hosts
from server.http.json_body import Receive
from server.http.middleware import Message, Send
from server.http.persisted_documents import PersistedDocuments
from server.http.preparation import InvalidDocument, OperationCall, Preparation
from server.http.request_head import RequestHead, read_head
from server.http.responses import Answer, ResponseMeta, answer, declined, refused
from server.http.suggestions import Suggestions, may_suggest
from server.limits.bounds import Bounds
from server.limits.concurrency import ClientGone, Watch, overloaded
from tenants import Scope, ScopeChanged, Tenancy
from tenants.policy import Policy


@dataclass(slots=True)
class Exchange:
    """One request and its response, as far as the stages have come: what a response says besides its result is read from here."""

    head: RequestHead
    call: OperationCall | None = None
    scope: Scope | None = None
    names_meant: bool = False

    def told(self) -> ResponseMeta:
        """The request's id, its operation, its cost and the language of its response."""
        client, call = self.head.client, self.call
        language = self.scope.locale if self.scope else spoken(client.languages)
        if call is None:
            return ResponseMeta(client.request_id, language=language, names_meant=self.names_meant)
        cost, name, is_query = {"cost": call.charge.shown()}, call.operation.name, call.operation.is_query
        return ResponseMeta(client.request_id, name, extensions=cost, language=language, is_query=is_query, names_meant=self.names_meant)


class Endpoint:
    """An ASGI application for one path."""

    def __init__(
        self,
        schema: strawberry.Schema,
        policy: Policy,
        tenancy: Tenancy,
        hosts: Hosts,
        make_context: MakeContext,
        clock: Callable[[], datetime],
        bounds: Bounds | None = None,
        trusted: PersistedDocuments | None = None,
        is_planned: bool = True,
    ) -> None:
        """Raises `NoDocument` for a trusted document that is none."""
        self.bounds, self.hosts, self.requests = bounds or Bounds(), hosts, 0
        self.preparation = Preparation(schema, policy, clock, self.bounds, trusted or PersistedDocuments(), is_planned)
        self.authentication, self.admission = Authentication(tenancy, hosts), Admission(policy)
        self.library = self.preparation.library
        self.execution = Execution(self.library, tenancy, make_context)
        self.suggestions = Suggestions(self.library, tenancy, hosts, self.bounds.concurrency, self.bounds.budgets)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.requests += 1
        try:
            status, headers, body = await self.answered(read_head(scope), receive)
        except ClientGone:
            return
        finally:
            self.requests -= 1
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def answered(self, head: RequestHead, receive: Receive) -> Answer:
        """The answer to one request, whether it is a result or a refusal."""
        exchange, media = Exchange(head), head.media or JSON
        try:
            executed = await self.executed(exchange, receive)
            exchange.scope, exchange.names_meant = executed.scope, executed.names_meant
            return answer(executed.result, media, exchange.told())
        except ClientGone:
            raise
        except InvalidDocument as invalid:
            exchange.names_meant = invalid.names_meant
            return answer(ExecutionResult(None, invalid.errors), media, exchange.told()._replace(otherwise=Code.GRAPHQL_VALIDATION_FAILED))
        except Exception as error:
            if isinstance(error, SessionEnded):
                exchange.scope = error.stranger
            return declined(refused(error, exchange.told()), media, exchange.told())

    async def executed(self, exchange: Exchange, receive: Receive) -> Executed:
        """All stages but the last.

        A query is tried for the remembered caller first, and for the current one when the remembered one has changed or would be refused.
        A mutation is never run for a remembered caller, so it never runs twice.
        """
        call = exchange.call = await self.called(exchange.head, receive)
        async with self.bounds.sign_in_concurrency if call.operation.is_sign_in else self.bounds.concurrency:
            with Watch(receive, self.bounds.operation_seconds):
                if call.operation.is_query and call.head.token:
                    try:
                        caller = await self.authentication.remembered(call)
                        exchange.scope = caller.scope
                        return await self.execution.execute(self.admission.admit(call, caller))
                    except (ScopeChanged, Refusal):
                        pass
                caller = await self.authentication.current(call)
                exchange.scope = caller.scope
                return await self.execution.execute(self.admission.admit(call, caller))

    async def called(self, head: RequestHead, receive: Receive) -> OperationCall:
        """The first two stages, for which nobody has to be known."""
        if head.media is None:
            raise Declined(Code.NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
        if self.requests > self.bounds.requests:
            raise overloaded("The server is full.")
        asked = await parse(head, receive)
        try:
            return self.preparation.prepare(head, asked)
        except InvalidDocument as invalid:
            raise await self.explained(invalid, head) from None

    async def explained(self, invalid: InvalidDocument, head: RequestHead) -> InvalidDocument:
        """The same with suggestions of names, where its sender proves a session."""
        if not may_suggest(invalid.errors):
            return invalid
        errors = await self.suggestions.errors(invalid.text, head.token, head.client, self.preparation.clock())
        return InvalidDocument(invalid.text, errors, names_meant=True) if errors else invalid
