"""`make examples`: asks every example of the pages, and writes down what came back. Read what moved before it is committed."""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tests.database import FOLDER, Cluster, stop_server
from tests.demo import Demo, fill_demo, opened_demo, settings_of
from tests.docs.examples import comparable, examples, files, pages, shortened
from tests.docs.parts import with_parts

WIDE = 140


async def refreshed(demo: Demo, page: Path, text: str) -> str:
    """The text of a page, with the answers that its examples have now."""
    earlier: list[Any] = []
    moved = 0
    for example in examples(page):
        given = await demo.answer(example, earlier)
        print(example.place, *[error["message"] for error in given.get("errors", [])], sep=": ")
        earlier.append(given)
        if example.answer is not None:
            shown = spelled(shortened(comparable(example.shown, given)))
            text = text[: example.answer.start + moved] + shown + text[example.answer.end + moved :]
            moved += len(shown) - (example.answer.end - example.answer.start)
    return text


def spelled(value: Any) -> str:
    """As people write JSON: what fits on a line stays on one."""
    return lines(value, "") + "\n"


def lines(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDE - 20 or not isinstance(value, dict | list):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        inner = [f"{deeper}{json.dumps(name, ensure_ascii=False)}: {lines(one, deeper)}" for name, one in value.items()]
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
    return "[\n" + ",\n".join(f"{deeper}{lines(one, deeper)}" for one in value) + f"\n{indent}]"


async def main(cluster: Cluster, folder: Path) -> None:
    for page in pages():
        page.write_text(with_parts(page.read_text("utf-8")), encoding="utf-8")
        if list(examples(page)):
            async with opened_demo(settings_of(await cluster.clone("demo"), folder), files(page)) as demo:
                page.write_text(await refreshed(demo, page, page.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bailiwick-examples-", ignore_cleanup_errors=True) as place:
        os.environ[FOLDER] = place
        own = Path(place) / "demo-files"
        run = Cluster.of_this_run()
        try:
            run.template("demo", lambda urls: fill_demo(settings_of(urls, own)))
            asyncio.run(main(run, own))
        finally:
            stop_server(Path(place))
