"""Every sentence that a client of the API may read, found in the code: what stands where a refusal is made."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "tenants", "resolvers", "schema", "server")
# What makes a refusal, and where its sentence is among the arguments.
PLACES = {
    "Sentence": 0, "Fault": 2, "_fault": 1, "Difference": 1, "Form": 4, "Unfit": 1,
    "Conflict": 0, "BadInput": 0, "NotFound": 0, "Forbidden": 0, "Unauthenticated": 0, "Expired": 0, "Locked": 0, "NotOffered": 0,
    "InvalidCredentials": 0, "RateLimited": 0, "Overloaded": 0,
    "Declined": 1, "overloaded": 0, "bad": 0, "GraphQLError": 0, "_matching": 1, "_dated": 2, "_refused": 3, "Refused": 1, "plain_text": 2,
}  # fmt: skip
# Read only by those who operate a house on the command line, or who write documents: in English, and called English.
ENGLISH_ONLY = (
    "models/legal_figures.py", "models/portal_rules.py", "models/portals.py", "models/migrations/", "models/importing/",
    "server/commands/operations.py", "server/commands/people.py", "jobs/imports.py", "server/generator/", "server/limits/complexity.py",
)  # fmt: skip
# Tables of sentences, from where one is chosen; a table may hold other texts, which end without a full stop.
TABLES = ("UNANSWERED", "LIMITS", "WORDS", "COUNTED")
# Sentences that were made elsewhere, at a place that is found by itself.
HANDED_ON = {
    "unfit.message", "fault.message", "error.message", "difference.sentence", "_sentence(error)", "self.message", "refused.message",
    "message", "expected", "otherwise", "words", "NO_UPLOAD",
}  # fmt: skip
PROTOCOL = {"PersistedQueryNotFound", "PersistedQueryNotSupported"}  # Apollo's clients compare the message


@cache
def raised() -> dict[str, str]:
    """Each English text, with the first place where it stands."""
    found: dict[str, str] = {}
    for path, tree in _modules():
        named = {node.id for node in _given(path, tree) if isinstance(node, ast.Name)} | {
            "AWAY",
            "UNEXPECTED",
            "OUT_OF_RANGE",
            "UNCERTAIN",
            "NO_UPLOAD",
        }
        for node in [*_given(path, tree), *_assigned(tree, named)]:
            for text, line in _texts(node):
                found.setdefault(text, f"{path}:{line}")
    return {text: place for text, place in found.items() if text not in PROTOCOL}


@cache
def unreadable() -> list[str]:
    """Places whose sentence is put together in a way that no catalogue can follow."""
    return [
        f"{path}:{node.lineno} {ast.unparse(node)}" for path, tree in _modules() for node in _given(path, tree) if not _is_followed(node)
    ]


@cache
def unnamed() -> list[str]:
    """Sentences whose template names other values than it is given."""
    found = []
    for path, tree in _modules():
        for node in ast.walk(tree):
            if _called(node) == "Sentence" and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                given = {keyword.arg for keyword in node.keywords}
                if None not in given and given != names_in(str(node.args[0].value)):
                    found.append(f"{path}:{node.lineno}")
    return found


def names_in(template: str) -> set[str]:
    """The values that a sentence has places for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _modules() -> list[tuple[str, ast.Module]]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    named = [(str(path.relative_to(ROOT)), path) for path in paths]
    return [(name, ast.parse(path.read_text("utf-8"))) for name, path in named if not name.startswith(ENGLISH_ONLY)]


def _given(path: str, tree: ast.Module) -> Iterator[ast.expr]:
    """What is handed to whatever makes a refusal."""
    places = PLACES | ({"refuse": 0} if path == "schema/scalars.py" else {})  # elsewhere it takes faults
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (place := places.get(_called(node))) is not None:
            yield from node.args[place : place + 1]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "message")


def _assigned(tree: ast.Module, named: set[str]) -> Iterator[ast.expr]:
    """The values of the names that stand there, of the tables, and what a class of refusals says by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and "strawberry" not in ast.unparse(node.value):
            targets = {ast.unparse(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])}
            is_default = targets == {"message"} and isinstance(node, ast.AnnAssign)
            if targets & {*TABLES, *named, "sentence"} or is_default:
                yield node.value


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _is_followed(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_followed(node.body) and _is_followed(node.orelse)
    is_table = isinstance(node, ast.Subscript) and ast.unparse(node.value) in TABLES
    is_constant = isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())
    return is_constant or is_table or _called(node) == "Sentence" or ast.unparse(node) in HANDED_ON


def _texts(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The sentences in an expression. One that is handed over by itself need not end like one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, node.lineno
        return
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith(".") and " " in part.value:
            yield part.value, part.lineno
