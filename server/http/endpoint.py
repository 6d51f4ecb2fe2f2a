"""GraphQL over HTTP: read, parse, weigh, admit, run, answer. No request or response objects on the way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import strawberry
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from engine import Document, Library
from models.base import Refusal, Unauthenticated
from models.sentences import Sentence, spoken
from server.http.content_negotiation import JSON, answered_in, languages
from server.http.error_codes import Code, Declined
from server.http.graphql_request import GraphQLRequest, by_get, by_post
from server.http.hosts import Hosts
from server.http.json_body import Receive
from server.http.literals import refused_literal
from server.http.middleware import Message, Send
from server.http.persisted_documents import PersistedDocuments
from server.http.responses import Answer, Header, ResponseMeta, answer, declined, refused
from server.http.suggestions import Suggestions, may_suggest
from server.limits.budgets import Budgets, payer_of
from server.limits.complexity import ComplexityRules, Limits, MeasuredOperation
from server.limits.concurrency import ClientGone, ConcurrencyLimiter, Watch, overloaded
from tenants import ClientInfo, Gate, Scope, ScopeChanged, Tenancy
from tenants.naming import Demand
from tenants.passive import is_passive
from tenants.policy import Policy, admit
from tenants.portals import Door
from tenants.scope import Principal

PARSING = {"max_tokens": 2_000, "allow_empty_selection_sets": False}
NATIVE = ("Date", "DateTime", "Decimal")  # orjson writes days, instants in UTC, and text, as our scalars do
MOST_CONDITIONS = 16  # sets of them that are remembered for one operation
UNPLANNED = 5  # graphql-core takes about so many times as long as a plan
BEARER = re.compile(rb"(?i:bearer) +([!-~]{1,500})")  # the name of a scheme has no case
# A page cannot leave out both: on what it reads of its own host by GET browsers put no Origin, and everywhere they say where it comes from.
BROWSERS = frozenset((b"origin", b"sec-fetch-site"))
METHODS: Header = (b"allow", b"GET, HEAD, POST")
BY_POST: Header = (b"allow", b"POST")

Answering = Callable[[Scope, Gate, Door | None], Any]  # makes what resolvers are handed


@dataclass
class Bounds:
    """How much this process takes on at once, and how long it works on one thing."""

    limits: Limits = field(default_factory=Limits)
    concurrency: ConcurrencyLimiter = field(default_factory=lambda: ConcurrencyLimiter(64, 256))
    sign_in_concurrency: ConcurrencyLimiter = field(
        default_factory=lambda: ConcurrencyLimiter(8, 32)
    )  # so that a full house still lets people in
    budgets: Budgets = field(default_factory=Budgets)  # of people
    strangers: Budgets = field(default_factory=lambda: Budgets(10_000, 200))  # of networks from where nobody has signed in
    requests: int = 1_000  # at once, however far they have come: each may hold a body in memory
    operation_seconds: float = 10.0


class PreparedOperation(NamedTuple):
    """One operation of a document: all that is found out about it once, whoever sends it."""

    node: OperationDefinitionNode
    name: str | None
    weighed: MeasuredOperation
    demanded: dict[Any, "Demanded"]  # by the conditions that are known
    is_query: bool
    is_sign_in: bool  # a mutation that strangers may do: it runs without a session, whatever token came with it
    is_passive: bool  # it keeps no session alive


class Demanded(NamedTuple):
    """What is demanded of whoever names the fields of an operation, and as whom somebody has met it: there are few sets of roles."""

    demands: frozenset[Demand]
    admitted: set[frozenset[Principal]]


@dataclass(slots=True)
class Run:
    """One operation on its way."""

    document: Document
    known: PreparedOperation
    variables: dict[str, Any]
    coerced: VariableValues | list[GraphQLError]
    cost: int
    token: str | None  # empty when what came is none
    host: str
    client: ClientInfo
    now: datetime
    remaining: int | None = None  # cost points of whoever asks, once they have paid
    locale: str = ""
    names_meant: bool = False  # whether errors suggest names of the schema: to callers whose session is proven


class Endpoint:
    """An ASGI application for one path."""

    def __init__(
        self,
        schema: strawberry.Schema,
        policy: Policy,
        tenancy: Tenancy,
        hosts: Hosts,
        answering: Answering,
        clock: Callable[[], datetime],
        bounds: Bounds | None = None,
        trusted: PersistedDocuments | None = None,
        is_planned: bool = True,
    ) -> None:
        """Raises `NoDocument` for a trusted document that is none."""
        self.policy, self.tenancy, self.hosts, self.answering, self.clock = policy, tenancy, hosts, answering, clock
        self.bounds, self.trusted = bounds or Bounds(), trusted or PersistedDocuments()
        self.scales = ComplexityRules(schema._schema, self.bounds.limits)
        self.library = library_of(schema, self.scales, is_planned)
        self.suggestions = Suggestions(self.library, tenancy, hosts, self.bounds.concurrency, self.bounds.budgets)
        self.mutations = getattr(schema._schema.mutation_type, "name", "")
        self.requests = 0
        for document in self.trusted.register(self.library):
            for name in document.operations:
                self.known(document, name)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.requests += 1
        try:
            status, headers, body = await self.answered(scope, receive)
        except ClientGone:
            return
        finally:
            self.requests -= 1
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def answered(self, scope: Message, receive: Receive) -> Answer:
        """The answer to one request, whatever it is."""
        headers = _named(scope["headers"])
        media = answered_in(headers.get(b"accept", b"").decode("latin-1"))
        told = ResponseMeta(scope["request_id"], language=spoken(_languages(headers)))
        run: Run | None = None
        try:
            if media is None:
                raise Declined(Code.NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
            if self.requests > self.bounds.requests:
                raise overloaded("The server is full.")
            asked = await _asked(scope, headers, receive)
            text = self.trusted.text(asked, not BROWSERS.isdisjoint(headers))
            document = self.library.read(text)
            if isinstance(document, list):
                told = told._replace(otherwise=Code.GRAPHQL_VALIDATION_FAILED)
                suggesting = may_suggest(document) and await self.suggestions.errors(
                    text, _token(headers), _asking(scope, headers), self.clock()
                )
                return answer(ExecutionResult(None, suggesting or document), media, told._replace(names_meant=bool(suggesting)))
            run = self.run(scope, headers, asked, document)
            told = told._replace(name=run.known.name, is_query=run.known.is_query)
            result = await self.result(run, receive)
            return answer(result, media, self.told(told, run))
        except ClientGone:
            raise
        except Exception as error:
            return declined(refused(error, told), media or JSON, told._replace(language=(run and run.locale) or told.language))

    def run(self, scope: Message, headers: dict[bytes, bytes], asked: GraphQLRequest, document: Document) -> Run:
        """What is to be run. Raises when it is none of the document's operations, or asks for too much."""
        known = self.known(document, asked.operation_name)
        if asked.is_get and not known.is_query:
            raise Declined(Code.METHOD_NOT_ALLOWED, "Only queries are taken by GET.", headers=(BY_POST,))
        coerced = self.library.coerced(document, known.node, asked.variables)
        cost = self.price(document, known, coerced)
        if cost > self.bounds.limits.cost and not isinstance(coerced, list):
            error = self.scales.too_dear(document.tree, known.node, coerced, cost)
            facts = {name: value for name, value in (error.extensions or {}).items() if name != "code"}
            raise Declined(Code.OPERATION_TOO_LARGE, error.message, **facts)
        host = headers.get(b"host", b"").decode("latin-1")
        return Run(document, known, asked.variables, coerced, cost, _token(headers), host, _asking(scope, headers), self.clock())

    def price(self, document: Document, known: PreparedOperation, variables: VariableValues | list[GraphQLError]) -> int:
        """What an operation costs with these variables; nothing where it will not be run because they are wrong."""
        if isinstance(variables, list):
            return 0
        dearer = UNPLANNED if self.library.is_left(document, known.node, variables) else 1
        return known.weighed.cost(variables) * dearer

    def known(self, document: Document, name: str | None) -> PreparedOperation:
        """The operation of this name, or the only one. What is found out about it is kept with its document."""
        found: PreparedOperation | None = document.notes.get(name)
        if found is None:
            node = _chosen(document, name)
            own, kind = node.name.value if node.name else None, node.operation
            weighed = self.scales.weigh(document.tree).operations[own]
            is_sign_in = kind is OperationType.MUTATION and self.is_sign_in(weighed.roots)
            passive = is_passive(self.policy.schema, document.tree, node)
            found = document.notes[name] = PreparedOperation(node, own, weighed, {}, kind is OperationType.QUERY, is_sign_in, passive)
        return found

    async def result(self, run: Run, receive: Receive) -> ExecutionResult:
        """Runs it when there is a place, for as long as its client waits."""
        is_sign_in = run.known.is_sign_in
        async with self.bounds.sign_in_concurrency if is_sign_in else self.bounds.concurrency:
            with Watch(receive, self.bounds.operation_seconds):
                if is_sign_in or run.token is None:
                    return await self.by_stranger(run)
                return await self.by_caller(run)

    async def by_stranger(self, run: Run) -> ExecutionResult:
        """For somebody without a session: what he may ask depends on the portal only."""
        door = await self.hosts.door(run.host)
        scope = Scope(await self.tenancy.portals.stranger(door, run.now), run.now, run.client)
        if run.known.weighed.asks_schema:
            raise Declined(Code.INTROSPECTION_DISABLED, "Sign in to ask about the schema; it is published as a file, too.")
        return await self.executed(run, scope, door, is_current=True)

    async def by_caller(self, run: Run) -> ExecutionResult:
        """With the remembered standing first; when the database says that it has changed, or it would refuse, with the current one.

        A mutation never runs on a guess, so it never runs twice.
        """
        if not run.token:
            raise Unauthenticated
        sessions, door, slides = self.tenancy.sessions, await self.hosts.door(run.host), not run.known.is_passive
        if run.known.is_query:
            try:
                return await self.executed(run, Scope(await sessions.guess(run.token, run.now, slides), run.now, run.client), door)
            except (ScopeChanged, Refusal):
                pass
        try:
            auth = await sessions.read(run.token, run.now, slides)
        except Unauthenticated:
            run.locale = Scope(await self.tenancy.portals.stranger(door, run.now), run.now, run.client).locale if door else ""
            raise
        return await self.executed(run, Scope(auth, run.now, run.client), door, is_current=True)

    async def executed(self, run: Run, scope: Scope, door: Door | None, is_current: bool = False) -> ExecutionResult:
        """The result for this scope. Raises `ScopeChanged` when it turns out not to be the current one."""
        if door is not None and scope.auth.tenant_id != door.tenant_id:
            raise Unauthenticated  # a token of another house
        run.locale = scope.locale
        demanded = self.demanded(run)
        if (principals := scope.auth.principals) not in demanded.admitted:
            admit(demanded.demands, scope)
            demanded.admitted.add(principals)
        self.pay(run, scope)
        if isinstance(run.coerced, list):
            return ExecutionResult(None, self.not_coerced(run, scope, run.coerced, is_current))
        context = self.answering(scope, self.tenancy.gate(scope, is_current), door)
        result = await self.library.execute(run.document, run.known.node, run.variables, context, run.coerced)
        await context.gate.settle()
        self.settle(run, scope, context.gate.tally.rows)
        run.locale = context.scope.locale
        return result

    def not_coerced(self, run: Run, scope: Scope, errors: list[GraphQLError], is_current: bool) -> list[GraphQLError]:
        """Why the variables cannot be read: with suggestions of names for a caller whose session the database has just confirmed."""
        if not scope.is_signed_in:
            return errors
        if not is_current:
            raise ScopeChanged
        run.names_meant = True
        suggesting = self.library.coerced(run.document, run.known.node, run.variables, hide_suggestions=False)
        return suggesting if isinstance(suggesting, list) else errors

    def demanded(self, run: Run) -> Demanded:
        """What the policy asks of whoever sends this operation with these conditions. It is found out once."""
        known, given = run.known, {} if isinstance(run.coerced, list) else run.coerced.coerced
        conditions = {name: given[name] for name in run.document.conditions if isinstance(given.get(name), bool)}
        key = tuple(conditions.items())
        if (found := known.demanded.get(key)) is None:
            if len(known.demanded) >= MOST_CONDITIONS:
                known.demanded.clear()
            found = known.demanded[key] = Demanded(self.policy.demanded(run.document.tree, known.node, conditions), set())
        return found

    def pay(self, run: Run, scope: Scope) -> None:
        """Takes the cost from the budget of whoever asks, once. Raises when there is too little left.

        Signing in has throttles of its own, so that nobody is shut out by what others ask for at the same address.
        """
        if run.remaining is not None or run.known.is_sign_in:
            return
        budgets = self.bounds.budgets if scope.is_signed_in else self.bounds.strangers
        left = budgets.take(payer_of(scope), run.cost)
        if left.wait_seconds is not None:
            retry = (b"retry-after", b"%d" % left.wait_seconds)
            message = Sentence("Too much has been asked for: try again in {seconds} seconds.", seconds=left.wait_seconds)
            raise Declined(Code.RATE_LIMITED, message, headers=(retry,), cost=self.cost(run, left.points))
        run.remaining = left.points

    def settle(self, run: Run, scope: Scope, rows: int) -> None:
        """What was read beyond the price, because lists were longer than they usually are, is owed."""
        if rows > run.cost and not run.known.is_sign_in:
            budgets = self.bounds.budgets if scope.is_signed_in else self.bounds.strangers
            budgets.owe(payer_of(scope), rows - run.cost)

    def cost(self, run: Run, remaining: int) -> dict[str, int]:
        """What clients are told of costs."""
        budgets = self.bounds.strangers if run.token is None else self.bounds.budgets
        return {"requested": run.cost, "limit": self.bounds.limits.cost, "remaining": remaining, "restoreRate": budgets.per_second}

    def told(self, told: ResponseMeta, run: Run) -> ResponseMeta:
        budgets = self.bounds.strangers if run.token is None else self.bounds.budgets
        remaining = budgets.capacity if run.remaining is None else run.remaining
        cost = {"cost": self.cost(run, remaining)}
        return told._replace(extensions=cost, language=run.locale or told.language, names_meant=run.names_meant)

    def is_sign_in(self, mutations: frozenset[str]) -> bool:
        """Whether all of these are mutations that strangers may do."""
        lines = [self.policy.may_name.get((self.mutations, name), frozenset()) for name in mutations - {"__typename"}]
        return bool(lines) and all(Principal.STRANGER in principals for principals in lines)


def library_of(schema: strawberry.Schema, scales: ComplexityRules, is_planned: bool = True) -> Library:
    """A library that takes what this server takes, and no more."""
    return Library(schema, lambda tree: refused_literal(tree) or scales.weigh(tree).refusal, PARSING, is_planned, NATIVE)


async def _asked(scope: Message, headers: dict[bytes, bytes], receive: Receive) -> GraphQLRequest:
    if scope["method"] == "POST":
        return await by_post(headers, receive)
    if scope["method"] in ("GET", "HEAD"):
        return by_get(scope["query_string"])
    raise Declined(Code.METHOD_NOT_ALLOWED, "Use POST, or GET for queries.", headers=(METHODS,))


def _chosen(document: Document, name: str | None) -> OperationDefinitionNode:
    """The operation of this name, or the only one."""
    if name is None and len(document.operations) > 1:
        raise Declined(Code.OPERATION_RESOLUTION_FAILURE, "The document has several operations: say which by operationName.")
    node = document.operations.get(name) if name is not None else next(iter(document.operations.values()), None)
    if node is None:
        raise Declined(Code.OPERATION_RESOLUTION_FAILURE, "The document has no such operation.")
    return node


def _named(headers: list[Header]) -> dict[bytes, bytes]:
    """By name. A list that was sent in several lines is one; of anything else that stands twice, no line can be trusted."""
    found = dict(headers)
    if len(found) == len(headers):
        return found
    found = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def _token(headers: dict[bytes, bytes]) -> str | None:
    """The bearer token; empty when what was sent is none."""
    sent = headers.get(b"authorization")
    if sent is None:
        return None
    match = BEARER.fullmatch(sent.strip())
    return match[1].decode() if match else ""


def _languages(headers: dict[bytes, bytes]) -> tuple[str, ...]:
    return languages(headers.get(b"accept-language", b"").decode("latin-1"))


def _asking(scope: Message, headers: dict[bytes, bytes]) -> ClientInfo:
    client, agent = scope.get("client"), headers.get(b"user-agent")
    return ClientInfo(
        scope["request_id"],
        client[0] if client else None,
        agent.decode("latin-1") if agent else None,
        _languages(headers),
        headers.get(b"host", b"").decode("latin-1"),
        scope.get("scheme", "https"),
    )
