"""graphql-core, for what has no plan; and the end of everything that it began."""

from asyncio import Future, gather
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode, execute
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine import loaders
from engine.tasks import stop


class _Executor(StrawberryGraphQLCoreExecutionContext):
    """strawberry's, with a list of what it leaves running."""

    def __init__(self, *arguments: Any, begun: list["Future[Any]"], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.begun = begun

    def settle_in_background(self, awaitables: list[Awaitable[Any]]) -> None:
        """When a field that may not be null fails at once, graphql-core answers while its siblings go on."""
        super().settle_in_background(awaitables)
        self.begun += self.background_futures


async def by_core(
    schema: strawberry.Schema, tree: DocumentNode, operation: OperationDefinitionNode, values: dict[str, Any] | None, context: Any
) -> ExecutionResult:
    """The result of one operation. Nothing of it goes on when this has returned or raised."""
    begun: list[Future[Any]] = []
    try:
        result = execute(
            schema._schema,
            tree,
            context_value=context,
            variable_values=values,
            operation_name=operation.name.value if operation.name else None,
            executor_class=_Executor,
            hide_suggestions=True,
            begun=begun,
        )
        done = await result if isawaitable(result) else result
        await gather(*begun, return_exceptions=True)
        return done
    finally:  # nothing is left, unless this was cancelled
        await stop(begun)
        await loaders.close(context)
