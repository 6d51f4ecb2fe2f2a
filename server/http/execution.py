"""The fifth stage: an admitted operation call runs, and what it has read is settled."""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import ExecutionResult, GraphQLError

from engine import Library
from server.http.admission import Admitted
from server.http.authentication import Caller
from server.http.preparation import OperationCall
from tenants import Gate, Scope, ScopeChanged, Tenancy
from tenants.portals import Door

MakeContext = Callable[[Scope, Gate, Door | None], Any]  # what resolvers are handed


class Executed(NamedTuple):
    """The result, and the scope it ended with: whoever has just signed in is answered in their own language.

    `names_meant` says that errors may suggest names of the schema.
    """

    result: ExecutionResult
    scope: Scope
    names_meant: bool = False


class Execution:
    """Runs operations through the engine, with a gate of their own."""

    def __init__(self, library: Library, tenancy: Tenancy, make_context: MakeContext) -> None:
        self.library, self.tenancy, self.make_context = library, tenancy, make_context

    async def execute(self, admitted: Admitted) -> Executed:
        """Raises `ScopeChanged` when the remembered caller turns out not to be the current one: then nothing of the result may be used."""
        call, (scope, door, is_current) = admitted
        if isinstance(call.coerced, list):
            return self.not_coerced(call, call.coerced, admitted.caller)
        context = self.make_context(scope, self.tenancy.gate(scope, is_current), door)
        result = await self.library.execute(call.document, call.operation.node, call.variables, context, call.coerced)
        await context.gate.settle()
        call.charge.settle(scope, context.gate.tally.rows)
        return Executed(result, context.scope)

    def not_coerced(self, call: OperationCall, errors: list[GraphQLError], caller: Caller) -> Executed:
        """Why the variables cannot be read: with suggestions of names for a caller whose session the database has just confirmed."""
        if not caller.scope.is_signed_in:
            return Executed(ExecutionResult(None, errors), caller.scope)
        if not caller.is_current:
            raise ScopeChanged
        suggesting = self.library.coerced(call.document, call.operation.node, call.variables, hide_suggestions=False)
        return Executed(ExecutionResult(None, suggesting if isinstance(suggesting, list) else errors), caller.scope, names_meant=True)
