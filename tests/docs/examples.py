"""The examples in README.md and docs/: what is asked, by whom, and what is shown as the answer.

A block of a page is an example when its first line says who asks:

    ```graphql as Élise Vanderelst       the operation; also ```sh as …, a curl command
    ```json variables                    optional
    ```json answer                       what comes back, without `extensions` unless they are shown

A page may register documents, each in a block ```graphql file NAME: its examples are asked of a server that knows them, and takes nothing else
from browsers.

`…` in an answer stands for whatever differs from run to run: the rest of an id, a cursor, an address. In variables it stands for what came
back last in that place: `"con_…"` for the latest id of a contract on the page, `"…"` after `after` for the latest cursor, and after
another name for what came last under it. `nobody` asks without a session. `make examples` writes the answers of the demo into the pages, to be read before they are committed.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```(\w+)(?: +(\S[^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
GID = re.compile(r"[a-z]{3}_[0-9a-f]{32}")
DRAWN = re.compile(r"(Q-)[0-9A-Z]{5}-[0-9A-Z]{5}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")  # the number of a quote, the code of a certificate


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and where its text stands."""

    language: str
    words: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """One operation with its answer. `place` is how it is found again: page and line. `sent` is the request but for its variables."""

    place: str
    who: str
    sent: dict[str, Any]
    headers: dict[str, str]
    variables: dict[str, Any]
    shown: Any
    answer: Block | None


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str) -> list[Block]:
    return [Block(found[1], found[2] or "", found[3], found.start(3), found.end(3)) for found in BLOCK.finditer(text)]


def examples(page: Path) -> Iterator[Example]:
    """Those of a page, in its order."""
    text = page.read_text("utf-8")
    all_blocks = blocks(text)
    for i, block in enumerate(all_blocks):
        if not block.words.startswith("as "):
            continue
        follow = all_blocks[i + 1 : i + 3]
        variables = next((other for other in follow[:1] if other.words == "variables"), None)
        answer = next((other for other in follow[: 2 if variables else 1] if other.words == "answer"), None)
        sent, headers = asked(block)
        own = sent.pop("variables", {})
        yield Example(
            f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, block.start)}",
            block.words.removeprefix("as "),
            sent,
            headers,
            json.loads(variables.text) if variables else own,
            json.loads(answer.text) if answer and answer.text.strip() else None,
            answer,
        )


def files(page: Path) -> dict[str, str]:
    """The documents that a page registers, by the names of their files."""
    found = blocks(page.read_text("utf-8"))
    return {block.words.removeprefix("file "): block.text for block in found if block.words.startswith("file ")}


def asked(block: Block) -> tuple[dict[str, Any], dict[str, str]]:
    """The request of a block, itself an operation or what a curl command sends, and the headers that are not in every one."""
    if block.language == "graphql":
        return {"query": block.text}, {}
    words = shlex.split(block.text)
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    usual = ("content-type", "authorization")
    return json.loads(words[words.index("-d") + 1]), {name: value for name, value in headers.items() if name not in usual}


def filled(variables: Any, earlier: Any) -> Any:
    """Variables with `…` replaced by what came back before: the latest string that fits, under the same name for a whole `…`."""
    if isinstance(variables, dict):
        return {name: latest(earlier, name) if value == ANYTHING else filled(value, earlier) for name, value in variables.items()}
    if isinstance(variables, list):
        return [filled(value, earlier) for value in variables]
    if isinstance(variables, str) and ANYTHING in variables:
        fitting = [string for string in strings(earlier) if fits(variables, string)]
        assert fitting, f"nothing like {variables} came back before"
        return fitting[-1]
    return variables


def latest(earlier: Any, name: str) -> str:
    """What came last under this name, or the cursor: `after` is an end, `before` a start."""
    wanted = {"after": "endCursor", "before": "startCursor"}.get(name, name)
    return [value for key, value in pairs(earlier) if key == wanted and isinstance(value, str)][-1]


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from pairs(inner)
    if isinstance(value, list):
        for inner in value:
            yield from pairs(inner)


def strings(value: Any) -> Iterator[str]:
    return (inner for _, inner in pairs({"": value}) if isinstance(inner, str)) if not isinstance(value, str) else iter([value])


def fits(shown: Any, given: Any) -> bool:
    """Whether an answer is the one that is shown."""
    if isinstance(shown, dict) and isinstance(given, dict):
        return shown.keys() == given.keys() and all(fits(shown[key], given[key]) for key in shown)
    if isinstance(shown, list) and isinstance(given, list):
        return len(shown) == len(given) and all(fits(one, other) for one, other in zip(shown, given, strict=True))
    if isinstance(shown, str) and isinstance(given, str) and ANYTHING in shown:
        return re.fullmatch(".*".join(map(re.escape, shown.split(ANYTHING))), given, re.DOTALL) is not None
    return bool(shown == given) and type(shown) is type(given)


def comparable(shown: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What is compared of an answer: `extensions` only where they are shown, and never what a budget still holds."""
    given = json.loads(json.dumps(given))
    if "extensions" not in (shown or {}):
        given.pop("extensions", None)
    elif cost := given["extensions"].get("cost"):
        cost["remaining"] = shown["extensions"]["cost"]["remaining"]
    return given


def shortened(value: Any, key: str = "") -> Any:
    """An answer as a page shows it, without what differs from run to run."""
    if isinstance(value, dict):
        return {name: shortened(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [shortened(inner, key) for inner in value]
    if not isinstance(value, str):
        return value
    if GID.fullmatch(value):
        return f"{value[:4]}{ANYTHING}"
    if key in ("number", "code") and (drawn := DRAWN.fullmatch(value)):
        return f"{drawn[1] or ''}{ANYTHING}"
    if key in ("cursor", "startCursor", "endCursor", "requestId"):
        return ANYTHING
    if key == "token":
        return f"{value.partition('.')[0]}.{ANYTHING}"
    return re.sub(r"(/(?:documents|uploads)/).*", rf"\1{ANYTHING}", value) if key == "url" else value
