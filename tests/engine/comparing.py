"""Runs an operation by a plan and by graphql-core, and holds the two answers against each other."""

import gc
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
import strawberry
from graphql import DirectiveNode, DocumentNode, ExecutionResult, NameNode, OperationDefinitionNode

from engine import Document, Library
from engine.fallback import by_core
from tests.engine.drawn import Operation
from tests.engine.happenings import Many, Value
from tests.engine.schema import SCHEMA, Context, World

# Under graphql-core a batch is what came together in one moment, so it may be called for fewer parents at a time.
ANSWERS = re.compile(r"\d+ answers for \d+ parents")
NATIVE = ("Date", "DateTime")  # orjson writes them as strawberry's scalars do
Error = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What an operation came to."""

    data: bytes
    errors: list[Any]
    log: list[Any]

    @classmethod
    def of(cls, result: ExecutionResult, context: Any, option: int = 0) -> "Answer":
        errors = [orjson.loads(orjson.dumps(error.formatted, default=str)) for error in result.errors or []]
        return cls(orjson.dumps(result.data, option=option), errors, getattr(context, "log", []))


def read(operation: Operation, schema: strawberry.Schema = SCHEMA) -> Document:
    """The operation's document, which must be valid."""
    document = Library(schema, native=NATIVE).read(operation.text)
    assert isinstance(document, Document), (document, operation.text)
    return document


async def answered(world: World, operation: Operation, document: Document, is_planned: bool) -> Answer:
    """What one of the executors makes of it."""
    context, [node] = Context(world), document.operations.values()
    library = Library(document.schema, is_planned=is_planned)
    return Answer.of(await library.execute(document, node, operation.variables, context), context)


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What Python complains of meanwhile, such as that a coroutine was never awaited; and nothing that was left before."""
    told: list[str] = []
    gc.disable()  # so that all that is made from here on is young, and quickly gone through
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            gc.collect(0)
            caught.clear()
            yield told
            gc.collect(0)
            told += [str(one.message) for one in caught]
    finally:
        gc.enable()


async def compare(world: World, operation: Operation, schema: strawberry.Schema = SCHEMA) -> Answer:
    """Fails unless both answer the same: data always, errors as far as graphql-core itself is sure of them.

    Where several things failed below one null, graphql-core tells those that it met before it gave up. Nearly all that there are it tells
    when it is asked not to spread nulls; of all that is known so, each executor has to tell at least one for each null.
    """
    document = read(operation, schema)
    with complaints() as told:
        planned = await answered(world, operation, document, True)
    assert told == []
    with complaints():  # graphql-core now and then leaves one behind
        core = await answered(world, operation, document, False)
        everything = await all_failures(world, operation, document)
    assert planned.data == core.data, operation.text
    if operation.text.startswith("mutation"):
        assert _begun_at_root(planned.log) == _begun_at_root(core.log)
    if everything is None:  # it was refused before anything ran
        assert planned.errors == core.errors
    else:
        agree(orjson.loads(planned.data), planned.errors, core.errors, everything + core.errors)
    return planned


def agree(data: Any, planned: list[Any], core: list[Any], everything: list[Any]) -> None:
    """The errors of two executors, given all there are."""
    groups: dict[str, set[Error]] = {}
    for error in everything:
        groups.setdefault(_nulled_at(data, error.get("path", [])), set()).add(_known(error))
    for name, told in (("plan", planned), ("core", core)):
        found = [_known(error) for error in told]
        assert len(set(found)) == len(found), f"{name} tells something twice: {told}"
        assert set(found) <= set().union(*groups.values()), f"{name} tells what did not happen: {told}, {everything}"
        for where, possible in groups.items():
            assert possible & set(found), f"{name} is silent about the null at {where}: {possible}"


async def all_failures(world: World, operation: Operation, document: Document) -> list[Any] | None:
    """Every error there is, wherever it leads; `None` when the operation does not run."""
    tree, node = without_spreading(document)
    result = await by_core(document.schema, tree, node, operation.variables, Context(world))
    if result.errors and result.data is None and not any(error.path for error in result.errors):
        return None
    return Answer.of(result, None).errors


def without_spreading(document: Document) -> tuple[DocumentNode, OperationDefinitionNode]:
    """The document and its only operation, told not to spread nulls."""
    [node] = document.operations.values()
    silent = replace(node, directives=(DirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=()),))
    return DocumentNode(definitions=tuple(silent if d is node else d for d in document.tree.definitions)), silent


def _begun_at_root(log: list[Any]) -> list[Any]:
    return [(what, name) for what, name, is_root in log if is_root]


def _nulled_at(data: Any, path: list[Any]) -> str:
    """The place of the null that an error led to."""
    for i, step in enumerate(path):
        if data is None:
            return repr(path[:i])
        data = data[step]
    return repr(path)


def _known(error: Any) -> Error:
    return (
        *[repr(error.get(key)) for key in ("path", "locations", "extensions")],
        ANSWERS.sub("n answers for m parents", error["message"]),
    )


async def same(text: str, batches: Any = None, variables: Any = None, **happenings: Any) -> Any:
    """What a plan answers in a world where these things happen, after it was held against graphql-core: data, and messages by path.

    `await same("{ sync_text }", sync_text="a")`: what is no happening is a value.
    """
    several = {name: what if isinstance(what, tuple) else (what,) for name, what in happenings.items()}
    world = World({name: tuple(_happening(one) for one in what) for name, what in several.items()}, batches or {})
    answer = await compare(world, Operation(text, variables or {}))
    return orjson.loads(answer.data), {".".join(map(str, error.get("path", []))): error["message"] for error in answer.errors}


def _happening(what: Any) -> Any:
    if isinstance(what, list):
        return Many(tuple(map(_happening, what)))
    return what if hasattr(what, "made") else Value(what)
