"""The second stage: from a GraphQL request to an operation that can run. Nothing here depends on who sends it, or reads a row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from engine import Document, Library
from server.http.error_codes import Code, Declined
from server.http.graphql_request import GraphQLRequest
from server.http.literals import refused_literal
from server.http.persisted_documents import PersistedDocuments
from server.http.request_head import RequestHead
from server.limits.bounds import Bounds
from server.limits.charges import Charge
from server.limits.complexity import ComplexityRules, MeasuredOperation
from tenants.naming import Demand
from tenants.passive import is_passive
from tenants.policy import Policy
from tenants.scope import Principal

PARSING = {"max_tokens": 2_000, "allow_empty_selection_sets": False}
NATIVE = ("Date", "DateTime", "Decimal")  # orjson writes days, instants in UTC, and text, as our scalars do
UNPLANNED = 5  # graphql-core takes about so many times as long as a plan
BY_POST = (b"allow", b"POST")


class InvalidDocument(Exception):
    """The text of a request is no document of this schema, or one that is too large. `names_meant` says that errors may suggest names."""

    def __init__(self, text: str, errors: list[GraphQLError], names_meant: bool = False) -> None:
        super().__init__()
        self.text, self.errors, self.names_meant = text, errors, names_meant


class Demanded(NamedTuple):
    """What the policy demands of the sender of an operation, and the sets of roles that have met it already: there are few of these."""

    demands: frozenset[Demand]
    admitted: set[frozenset[Principal]]


class PreparedOperation(NamedTuple):
    """One operation of a document, with all that is found out about it once, for all senders."""

    node: OperationDefinitionNode
    name: str | None
    weighed: MeasuredOperation
    demanded: dict[Any, Demanded]  # by the values of `@skip` and `@include`
    is_query: bool
    is_sign_in: bool  # a mutation that strangers may do: it runs without a session, whatever token came with it
    is_passive: bool  # it keeps no session alive


class OperationCall(NamedTuple):
    """What one request asks for: an operation and its variables, at one instant. `coerced` has errors where the variables do not fit."""

    head: RequestHead
    document: Document
    operation: PreparedOperation
    variables: dict[str, Any]
    coerced: VariableValues | list[GraphQLError]
    charge: Charge
    now: datetime


class Preparation:
    """Makes operation calls. What is found out about an operation is kept with its document, for the next request."""

    def __init__(
        self,
        schema: strawberry.Schema,
        policy: Policy,
        clock: Callable[[], datetime],
        bounds: Bounds,
        trusted: PersistedDocuments,
        is_planned: bool = True,
    ) -> None:
        """Raises `NoDocument` for a trusted document that is none."""
        self.policy, self.clock, self.bounds, self.trusted = policy, clock, bounds, trusted
        self.scales = ComplexityRules(schema._schema, bounds.limits)
        self.library = library_of(schema, self.scales, is_planned)
        self.mutations = getattr(schema._schema.mutation_type, "name", "")
        for document in trusted.register(self.library):
            for name in document.operations:
                self.operation(document, name)

    def prepare(self, head: RequestHead, asked: GraphQLRequest) -> OperationCall:
        """Raises `InvalidDocument`, or `Declined` for an operation that is not there, may not come this way, or costs too much."""
        text = self.trusted.text(asked, head.is_browser)
        document = self.library.read(text)
        if isinstance(document, list):
            raise InvalidDocument(text, document)
        operation = self.operation(document, asked.operation_name)
        if asked.is_get and not operation.is_query:
            raise Declined(Code.METHOD_NOT_ALLOWED, "Only queries are taken by GET.", headers=(BY_POST,))
        coerced = self.library.coerced(document, operation.node, asked.variables)
        charge = self.charge(head, document, operation, coerced)
        return OperationCall(head, document, operation, asked.variables, coerced, charge, self.clock())

    def operation(self, document: Document, name: str | None) -> PreparedOperation:
        """The operation of this name, or the only one."""
        found: PreparedOperation | None = document.notes.get(name)
        if found is None:
            node = _chosen(document, name)
            own, kind = node.name.value if node.name else None, node.operation
            weighed = self.scales.weigh(document.tree).operations[own]
            is_sign_in = kind is OperationType.MUTATION and self.is_sign_in(weighed.roots)
            passive = is_passive(self.policy.schema, document.tree, node)
            found = document.notes[name] = PreparedOperation(node, own, weighed, {}, kind is OperationType.QUERY, is_sign_in, passive)
        return found

    def is_sign_in(self, mutations: frozenset[str]) -> bool:
        """Whether all of these are mutations that strangers may do."""
        lines = [self.policy.may_name.get((self.mutations, name), frozenset()) for name in mutations - {"__typename"}]
        return bool(lines) and all(Principal.STRANGER in principals for principals in lines)

    def charge(
        self, head: RequestHead, document: Document, operation: PreparedOperation, coerced: VariableValues | list[GraphQLError]
    ) -> Charge:
        """What the operation costs with these variables. Raises when it is too much.

        Nothing where they are wrong, since it will not run.
        """
        cost, limit = 0, self.bounds.limits.cost
        if not isinstance(coerced, list):
            dearer = UNPLANNED if self.library.is_left(document, operation.node, coerced) else 1
            cost = operation.weighed.cost(coerced) * dearer
            if cost > limit:
                raise self.too_costly(document, operation, coerced, cost)
        return Charge(cost, self.bounds.strangers if head.token is None else self.bounds.budgets, limit, operation.is_sign_in)

    def too_costly(self, document: Document, operation: PreparedOperation, variables: VariableValues, cost: int) -> Declined:
        """The refusal of an operation that costs too much with its variables."""
        error = self.scales.too_dear(document.tree, operation.node, variables, cost)
        facts = {name: value for name, value in (error.extensions or {}).items() if name != "code"}
        return Declined(Code.OPERATION_TOO_LARGE, error.message, **facts)


def library_of(schema: strawberry.Schema, scales: ComplexityRules, is_planned: bool = True) -> Library:
    """A library that takes what this server takes, and no more."""
    return Library(schema, lambda tree: refused_literal(tree) or scales.weigh(tree).refusal, PARSING, is_planned, NATIVE)


def _chosen(document: Document, name: str | None) -> OperationDefinitionNode:
    if name is None and len(document.operations) > 1:
        raise Declined(Code.OPERATION_RESOLUTION_FAILURE, "The document has several operations: say which by operationName.")
    node = document.operations.get(name) if name is not None else next(iter(document.operations.values()), None)
    if node is None:
        raise Declined(Code.OPERATION_RESOLUTION_FAILURE, "The document has no such operation.")
    return node
