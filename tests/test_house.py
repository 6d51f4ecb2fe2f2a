"""The rules of the house that a machine can hold: rooms, sizes, names, words, and nothing left lying about."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("channels", "engine", "finance", "jobs", "models", "resolvers", "schema", "server", "tenants")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
# One declaration of all types and columns of an export: a table, not a program.
TABLES = {"channels/export_format.py", "tenants/table.py"}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "service", "services", "manager", "managers", "base_classes"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")
OF_A_MACHINE = re.compile(r"(/home/|/Users/|/root/|/work/|C:\\\\)")
# What other rooms call. Columns are named by their kinds, and the inside of the importer is called by itself.
SAID, UNSAID = ("engine/", "finance/", "models/", "resolvers/", "tenants/"), ("models/columns.py", "models/importing/", "models/secrets.py")
TOP_LEVEL = {
    *ROOMS,
    "tests",
    "docs",
    "bench",
    "pyproject.toml",
    "Procfile",
    "Makefile",
    "README.md",
    "requirements.lock",
    "requirements-dev.lock",
    ".ci",
    ".gitignore",
    "var",
}


def tracked() -> list[str]:
    """The files of the product, by git where there is one."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_top_level_is_the_one_that_was_asked_for():
    assert {name.partition("/")[0] for name in tracked()} <= TOP_LEVEL


def test_every_module_says_what_it_is_for():
    assert [name for name, tree in modules() if tree.body and not ast.get_docstring(tree)] == []


def test_every_public_class_and_function_of_a_module_says_what_it_means():
    silent = []
    for name, tree in modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                is_shown = any("strawberry" in ast.unparse(decorator) for decorator in node.decorator_list)  # its description says it
                if not ast.get_docstring(node) and not is_shown and name.startswith(SAID) and not name.startswith(UNSAID):
                    silent.append(f"{name}: {node.name}")
    assert silent == []


def test_modules_and_functions_can_be_read_in_one_go():
    long = [name for name, tree in modules() if name not in TABLES and len((ROOT / name).read_text("utf-8").splitlines()) > LONGEST_MODULE]
    wide = [f"{name}: {f.name}" for name, tree in modules() for f in functions(tree) if (f.end_lineno or 0) - f.lineno > LONGEST_FUNCTION]
    assert (long, wide) == ([], [])


def test_modules_are_named_for_what_they_hold():
    assert [name for name, _ in modules() if NAMELESS & set(Path(name).with_suffix("").parts)] == []


def test_nothing_is_left_unfinished_and_nothing_tells_of_a_machine():
    found = []
    for name in tracked():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".sql", ".toml", ".graphql") or path.name in ("Makefile", "Procfile"):
            text = path.read_text("utf-8")
            if name != "tests/test_house.py" and (UNFINISHED.search(text) or OF_A_MACHINE.search(text)):
                found.append(name)
    assert found == []


def test_locks_carry_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--extra-index|file:", text)


def listed(heading: str) -> set[str]:
    """The packages under a heading of docs/dependencies.md."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    return set(re.findall(r"^\| `([^`]+)` \| \S", text.partition(f"## {heading}\n")[2].partition("\n## ")[0], re.MULTILINE))


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!;\[ ]", requirement)[0] for requirement in requirements}


def test_every_dependency_is_argued_for_and_no_other():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    assert listed("At run time") == declared(project["project"]["dependencies"])
    assert listed("To install from the checkout") == declared(groups["install"])
    assert listed("For checks and tests") == declared(groups["dev"])


def test_what_the_rooms_import_is_a_dependency_of_our_own_and_not_of_another_package():
    """A package that only comes along with another may be gone with its next version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    known = {name.lower().replace("_", "-") for name in declared(project["project"]["dependencies"])}
    ours, by_import = {*ROOMS, *sys.stdlib_module_names}, packages_distributions()
    borrowed = [f"{name}: {top}" for name, tree in modules() for top in imported(tree) - ours
                if not {package.lower().replace("_", "-") for package in by_import.get(top, [])} & known]  # fmt: skip
    assert borrowed == []


def imported(tree: ast.Module) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


# How Tortoise's models reach rows by themselves, past the gate and its scope.
UNSCOPED = {"all", "filter", "exclude", "get", "get_or_none", "first", "in_bulk", "raw", "create", "bulk_create", "bulk_update", "exists"}


def test_above_the_gate_nobody_has_a_way_to_rows_of_their_own():
    """The first wall: no driver, nothing of the ORM but the name of its base class, and no model that is asked for its rows."""
    found = []
    for name, tree in modules():
        if not name.startswith(("schema/", "resolvers/")):
            continue
        models = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "tortoise":
                found += [f"{name}: {alias.name} of tortoise" for alias in node.names if alias.name != "Model"]
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "models":
                models |= {alias.asname or alias.name for alias in node.names}
        found += [f"{name}: asyncpg" for top in imported(tree) & {"asyncpg"}]
        found += [
            f"{name}: {ast.unparse(node)}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in UNSCOPED and isinstance(node.value, ast.Name) and node.value.id in models
        ]
    assert found == []


def test_the_processes_of_the_procfile_are_commands_of_ours():
    lines = dict(line.split(": ") for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    assert lines == {"release": "bailiwick migrate", "web": "bailiwick serve", "worker": "bailiwick work"}


def test_every_decision_is_in_the_list_of_decisions():
    folder = ROOT / "docs" / "decisions"
    listed_there = set(re.findall(r"\]\(([a-z0-9-]+\.md)\)", (folder / "README.md").read_text("utf-8")))
    assert {path.name for path in folder.glob("*.md")} - {"README.md"} == listed_there


def test_the_schema_and_the_resolvers_keep_their_annotations():
    """strawberry reads them where they stand, so they may not be put off."""
    late = [
        name
        for name, _ in modules()
        if name.startswith(("schema/", "resolvers/")) and "from __future__ import annotations" in (ROOT / name).read_text("utf-8")
    ]
    assert late == []


def test_silenced_checks_are_argued_for_on_the_line():
    silenced = re.compile(r"# (?:type: ignore\[[a-z-, ]+\]|noqa: [A-Z0-9, ]+)(.*)$", re.MULTILINE)
    bare = [
        f"{name}: {found[0]}"
        for name, _ in modules()
        for found in silenced.finditer((ROOT / name).read_text("utf-8"))
        if len(found[1].strip(" #")) < 8
    ]
    assert bare == []


def test_what_a_key_stands_for_is_asked_in_one_place():
    """So that no mutation compares what the clock filled in: `resolvers/mutations.py` compares what was sent."""
    asking = [path.name for path in (ROOT / "resolvers").glob("*.py") if ".repeated(" in path.read_text("utf-8")]

    assert asking == ["mutations.py"]
