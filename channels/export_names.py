"""Names of files as different systems write them: one file is found by all of them.

Windows separates with back slashes and does not tell capital letters from small ones; macOS takes letters and their accents apart.
"""

import os
from collections import defaultdict
from pathlib import Path
from unicodedata import normalize


def spelled(path: str) -> str:
    """With forward slashes, letters and accents together, and nothing before it that says "here"."""
    return normalize("NFC", path).replace("\\", "/").removeprefix("./")


def folded(path: str) -> str:
    """What the names of one file have in common on every system."""
    return normalize("NFC", spelled(path).casefold())


def distinct(path: str) -> str:
    """A name for a message: two names that look the same are told apart by their codes."""
    return path if path.isascii() and path.isprintable() else f"{path} ({ascii(path)[1:-1]})"


def is_litter(name: str) -> bool:
    """What computers put into folders by themselves."""
    return name.startswith(".") or name in ("Thumbs.db", "desktop.ini", "__MACOSX")


class Names:
    """The files below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for place, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not is_litter(name)]
            for name in names:
                if not is_litter(name):
                    path = (Path(place) / name).relative_to(folder).as_posix()
                    self.by_name[folded(path)].append(path)

    def find(self, path: str) -> str | None:
        """The file as it is called on this disk. None where there is none, or where two of them may be meant."""
        found = self.by_name.get(folded(path), [])
        if path in found or len(found) == 1:
            return path if path in found else found[0]
        same = [name for name in found if spelled(name) == spelled(path)]
        return same[0] if len(same) == 1 else None

    def all(self) -> list[str]:
        return [path for paths in self.by_name.values() for path in paths]


def top(folder: Path, manifest: str) -> Path:
    """Where the manifest is: here, or below folders that have nothing but one folder in them, as archives have it."""
    for _ in range(5):
        entries = [entry for entry in folder.iterdir() if not is_litter(entry.name)]
        if any(folded(entry.name) == manifest for entry in entries) or len(entries) != 1 or not is_folder(entries[0]):
            break
        folder = entries[0]
    return folder


def is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()
