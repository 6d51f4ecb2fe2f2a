"""An export as it was handed over: a folder or an archive with a manifest, every file of it checked before its first row is read."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from channels.export_archives import member_of, unpack
from channels.export_faults import BadValue, BrokenExport, FileFault
from channels.export_format import FORMAT_VERSION, TYPE_BY_NAME, RowType
from channels.export_json import once
from channels.export_private import shown
from channels.export_values import instant, is_escaping
from channels.export_values import path as usable_path

MANIFEST = "manifest.json"
HEAD = {"format_version", "tenant", "source", "sequence", "created_at", "files"}
ENTRY = {"path", "type", "rows", "sha256", "encoding"}
LONGEST_MANIFEST = 4_000_000
MOST_FILES = 1_000
SOURCE = re.compile(r"[a-z][a-z0-9-]{0,31}")
BLOCK = 1 << 20
NO_MANIFEST = FileFault("manifest.missing", "There is no manifest.json at the top of the export.")


@dataclass(frozen=True)
class ExportFile:
    """One file of rows, as the manifest announces it."""

    path: str
    type: RowType
    rows: int
    sha256: str


@dataclass(frozen=True)
class Export:
    """A manifest that holds what it promises, and the folder it stands in."""

    folder: Path
    tenant: str
    source: str
    sequence: int | None
    files: tuple[ExportFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    def open(self, path: str) -> BinaryIO:
        """A file of the export. Raises `FileNotFoundError` for what is not there or lies outside."""
        return inside(self.folder, path).open("rb")

    def papers(self) -> Iterator[str]:
        """Every other file in the folder, as rows name it: what the manifest does not list, and systems do not leave lying about."""
        listed = {MANIFEST, *(file.path for file in self.files)}
        for place, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not is_litter(name)]
            for name in names:
                path = (Path(place) / name).relative_to(self.folder).as_posix()
                if path not in listed and not is_litter(name):
                    yield path


@contextmanager
def opened_export(place: Path) -> Iterator[Export]:
    """The export at `place`, a folder or an archive; its files are not looked at yet. Raises `BrokenExport`."""
    if place.is_dir():
        yield read_manifest(place)
    else:
        with TemporaryDirectory(prefix="bailiwick-import-") as folder:
            unpack(place, Path(folder))
            yield read_manifest(Path(folder))


def check_export(export: Export, *, tenant: str) -> None:
    """Whether it is for the tenant of this key, with the files it promises. Raises `BrokenExport` with every fault found."""
    if export.tenant != tenant:
        raise BrokenExport(FileFault("manifest.tenant", f"The export is for {shown(export.tenant)}, not for {shown(tenant)}."))
    if faults := [fault for file in export.files for fault in file_faults(export.folder, file)]:
        raise BrokenExport(*faults)


def is_litter(name: str) -> bool:
    """What computers put into folders by themselves."""
    return name.startswith(".") or name in ("Thumbs.db", "desktop.ini", "__MACOSX")


def read_manifest(folder: Path) -> Export:
    """The manifest, its own faults found; the files are not looked at yet."""
    manifest = load_manifest(folder)
    version = manifest.get("format_version")
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        said = shown(str(version))
        raise BrokenExport(FileFault("manifest.version", f"Format version {said} is not known here; {FORMAT_VERSION} is the newest."))
    faults = list(head_faults(manifest))
    files = manifest.get("files") if isinstance(manifest.get("files"), list) else []
    announced = [announced_file(entry) for entry in files[:MOST_FILES]] if files else []
    faults += [fault for fault in announced if isinstance(fault, FileFault)]
    good = [file for file in announced if isinstance(file, ExportFile)]
    counts = Counter(file.path for file in good)
    faults += [FileFault("manifest.files", "The manifest lists this file twice.", path) for path in counts if counts[path] > 1]
    if faults:
        raise BrokenExport(*faults)
    return Export(folder, manifest["tenant"], manifest["source"], manifest.get("sequence"), tuple(good))


def load_manifest(folder: Path) -> dict[str, Any]:
    try:
        with inside(folder, MANIFEST).open("rb") as stream:
            return parsed(stream.read(LONGEST_MANIFEST))
    except FileNotFoundError:
        raise BrokenExport(NO_MANIFEST) from None


def parsed(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not JSON in UTF-8.")) from None
    if not isinstance(manifest, dict):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not an object."))
    return manifest


def named_tenant(place: Path) -> str:
    """Whose export it says it is, before anything else of it is read. Raises `BrokenExport`."""
    if place.is_dir():
        manifest = load_manifest(place)
    elif raw := member_of(place, MANIFEST, LONGEST_MANIFEST):
        manifest = parsed(raw)
    else:
        raise BrokenExport(NO_MANIFEST)
    if not isinstance(tenant := manifest.get("tenant"), str):
        raise BrokenExport(FileFault("manifest.tenant", "The tenant is missing."))
    return tenant


def head_faults(manifest: dict[str, Any]) -> Iterator[FileFault]:
    for name in sorted(set(manifest) - HEAD)[:MOST_FILES]:
        yield FileFault("manifest.unknown", f"The manifest has no {shown(name)}.")
    if not isinstance(manifest.get("tenant"), str):
        yield FileFault("manifest.tenant", "The tenant is missing.")
    if not isinstance(manifest.get("source"), str) or SOURCE.fullmatch(manifest["source"]) is None:
        yield FileFault("manifest.source", "The source is missing, or is not a word of letters, digits and dashes.")
    sequence = manifest.get("sequence")
    if sequence is not None and (type(sequence) is not int or not 0 <= sequence < 2**63):
        yield FileFault("manifest.sequence", "The sequence is not a whole number from 0 on.")
    if "created_at" in manifest and not is_instant(manifest["created_at"]):
        yield FileFault("manifest.created_at", "The instant is not spelled like 2026-11-24T09:30:00Z.")
    files = manifest.get("files")
    if not isinstance(files, list) or not files or len(files) > MOST_FILES:
        yield FileFault("manifest.files", f"The manifest lists 1 to {MOST_FILES} files.")


def is_instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(instant(value))
    except BadValue:
        return False


def announced_file(entry: Any) -> ExportFile | FileFault:
    """One entry of the manifest, or what is wrong with it."""
    named = entry.get("path") if isinstance(entry, dict) else None
    path = named if isinstance(named, str) else ""
    try:
        usable_path(path)
    except BadValue:
        return FileFault("path.escape", f"{shown(str(named))} is not a path inside the export.")
    for rule, message in entry_faults(entry):
        return FileFault(rule, message, path)
    return ExportFile(path, TYPE_BY_NAME[entry["type"]], entry["rows"], entry["sha256"])


def entry_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry whose path is right."""
    if strange := sorted(set(entry) - ENTRY):
        yield "manifest.unknown", f"A file has no {shown(strange[0])}."
    if not entry["path"].endswith((".csv", ".jsonl")):
        yield "file.kind", "A file of rows is .csv or .jsonl."
    if not isinstance(entry.get("type"), str) or entry["type"] not in TYPE_BY_NAME:
        yield "type.unknown", f"{shown(str(entry.get('type')))} is not a type of the format."
    if str(entry.get("encoding", "utf-8")).lower() not in ("utf-8", "utf8"):
        # In most other encodings any byte is some letter, so that a wrong declaration could not be noticed.
        yield "file.encoding", "Files are in UTF-8 and no other encoding: have the file written in UTF-8."
    if type(entry.get("rows")) is not int or not 0 <= entry["rows"] < 2**31:
        yield "file.rows", "The number of rows is missing, or is no whole number."
    if not isinstance(entry.get("sha256"), str) or re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) is None:
        yield "file.sha256", "The hash is missing, or is not 64 lower-case hexadecimal digits."


def file_faults(folder: Path, file: ExportFile) -> Iterator[FileFault]:
    try:
        found = sha256_of(inside(folder, file.path))
    except FileNotFoundError:
        yield FileFault("file.missing", "The manifest lists a file that is not there.", file.path)
    else:
        if found != file.sha256:
            yield FileFault("file.sha256", "The file is not the one that was exported: its hash differs.", file.path)


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def inside(folder: Path, path: str) -> Path:
    """A file below the folder, and below it still when links are followed. Raises `FileNotFoundError`."""
    if is_escaping(path):
        raise FileNotFoundError(path)
    try:
        found = (folder / path).resolve()
        is_inside = found.is_relative_to(folder.resolve()) and found.is_file()
    except (OSError, RuntimeError, ValueError):  # links that lead in circles, and names that no disk takes
        raise FileNotFoundError(path) from None
    if not is_inside:
        raise FileNotFoundError(path)
    return found
