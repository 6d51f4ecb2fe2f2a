"""What a demo writes down while it runs, so that other commands in its folder find it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path("var/demo")


class NoDemo(Exception):
    """None runs in this folder."""


@contextmanager
def known(folder: Path, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """For as long as the demo runs. For its owner only: an address may hold a password."""
    place = folder / "running.json"
    place.unlink(missing_ok=True)
    place.touch(0o600)
    place.write_text(json.dumps(said, default=str), "utf-8")
    try:
        yield said
    finally:
        place.unlink(missing_ok=True)


def running_in(folder: Path) -> dict[str, Any]:
    """The settings of the demo that runs in this folder. Raises `NoDemo`."""
    try:
        said: dict[str, Any] = json.loads((folder / "running.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        raise NoDemo from None
    return said | {"key_file": Path(said["key_file"])}
