"""An export as it was handed over: a folder or an archive with a manifest, every file of it checked before its first row is read."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from channels.export_archives import manifest_of, unpack
from channels.export_faults import BadValue, BrokenExport, FileFault
from channels.export_format import FORMAT_VERSION, TYPE_BY_NAME, RowType
from channels.export_json import once
from channels.export_names import Names, distinct, folded, top
from channels.export_private import shown
from channels.export_profiled import encoding_fault
from channels.export_profiles import PROFILE, FileMap, Profile, Reading, load_profile, parsed_profile, readings
from channels.export_values import instant, is_escaping
from channels.export_values import path as usable_path

MANIFEST = "manifest.json"
HEAD = {"format_version", "tenant", "source", "sequence", "created_at", "files"}
ENTRY = {"path", "type", "rows", "sha256", "encoding"}
LONGEST_MANIFEST = 4_000_000
MOST_FILES = 1_000
SOURCE = re.compile(r"[a-z][a-z0-9-]{0,31}")
BLOCK = 1 << 20
NO_MANIFEST = FileFault("manifest.missing", "There is no manifest.json at the top of the export, nor in the one folder that it has there.")
ENCODINGS = ("utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii")


@dataclass(frozen=True)
class ExportFile:
    """One file of rows, as the manifest announces it. A profile says how it is read instead, and neither count nor hash."""

    path: str
    type: RowType
    rows: int | None
    sha256: str | None
    reading: Reading | None = None


@dataclass(frozen=True)
class Export:
    """A manifest, what is wrong with it, and the folder it stands in. `tenant` and `source` are empty where it does not say them."""

    folder: Path
    tenant: str
    source: str
    sequence: int | None
    files: tuple[ExportFile, ...]
    faults: tuple[FileFault, ...] = ()

    @property
    def rows(self) -> int:
        return sum(file.rows or 0 for file in self.files)

    @cached_property
    def names(self) -> Names:
        """The files that there are, whatever system has written their names."""
        return Names(self.folder)

    def open(self, path: str) -> BinaryIO:
        """A file of the export. Raises `FileNotFoundError` for what is not there or lies outside."""
        return inside(self.folder, self.names.find(path) or path).open("rb")

    def original(self, type_name: str, path: str, column: str | None) -> str | None:
        """What the file calls a column of ours."""
        found = next((file.reading for file in self.files if (file.type.name, file.path) == (type_name, path)), None)
        return found.original(column) if found and column else column

    def papers(self) -> Iterator[str]:
        """Every other file in the folder, as rows name it: what the manifest does not list, and systems do not leave lying about."""
        listed = {self.names.find(path) for path in (MANIFEST, PROFILE, *(file.path for file in self.files))}
        yield from (path for path in self.names.all() if path not in listed)


@contextmanager
def opened_export(place: Path, profile: Path | None = None) -> Iterator[Export]:
    """The export at `place`, a folder or an archive; its files are not looked at yet. Raises `BrokenExport` where it says nothing.

    `profile` says how the files of another system are read; without it, a `profile.toml` beside them does.
    """
    if place.is_dir():
        yield read_export(place, profile)
    else:
        with TemporaryDirectory(prefix="bailiwick-import-") as folder:
            unpack(place, Path(folder))
            yield read_export(Path(folder), profile)


def read_export(place: Path, profile: Path | None) -> Export:
    folder = top(place, PROFILE if has_profile(place) else MANIFEST)
    if profile is None and not has_profile(place):
        return read_manifest(folder)
    if any(folded(entry.name) == MANIFEST for entry in folder.iterdir()):
        raise BrokenExport(FileFault("profile.manifest", "An export has a manifest or a profile, and this one has both: leave one out."))
    return profiled_export(folder, load_profile(profile or folder / PROFILE))


def has_profile(place: Path) -> bool:
    return (top(place, PROFILE) / PROFILE).is_file()


def profiled_export(folder: Path, profile: Profile) -> Export:
    """The files that the profile names, each once for every type that it feeds."""
    names = Names(folder)
    found = {file.path: matching_files(names, file) for file in profile.files}
    faults = [FileFault("file.missing", "The profile names a file that is not there.", path) for path, paths in found.items() if not paths]
    counts = Counter(path for paths in found.values() for path in paths)
    faults += [FileFault("profile.files", "The profile names this file twice.", path) for path in counts if counts[path] > 1]
    files = [
        ExportFile(path, TYPE_BY_NAME[reading.row.type], None, None, reading)
        for file in profile.files
        for path in found[file.path]
        for reading in readings(profile, file)
    ]
    return Export(folder, profile.tenant, profile.source, None, tuple(files), tuple(faults))


def matching_files(names: Names, file: FileMap) -> list[str]:
    pattern = folded(file.path)
    return sorted(path for path in names.all() if folded(path) == pattern or ("*" in pattern and fnmatchcase(folded(path), pattern)))


def check_tenant(export: Export, *, tenant: str) -> None:
    """Raises `BrokenExport` for the export of another house, of which nothing else is said."""
    if export.tenant != tenant:
        other = FileFault("manifest.tenant", f"The export is for {shown(export.tenant)}, not for {shown(tenant)}.")
        raise BrokenExport(*([other] if export.tenant else export.faults))


def check_export(export: Export) -> None:
    """Whether it has the files that it promises. Raises `BrokenExport` with every fault of the manifest and of them."""
    if faults := [*export.faults, *(fault for file in export.files for fault in file_faults(export, file))]:
        raise BrokenExport(*faults)


def read_manifest(folder: Path) -> Export:
    """The manifest with all that is wrong with it; the files are not looked at yet. Raises `BrokenExport` where it cannot be read."""
    manifest = load_manifest(folder)
    version = manifest.get("format_version")
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        said = shown(str(version))
        raise BrokenExport(FileFault("manifest.version", f"Format version {said} is not known here; {FORMAT_VERSION} is the newest."))
    files = manifest.get("files") if isinstance(manifest.get("files"), list) else []
    announced = [announced_file(entry) for entry in files[:MOST_FILES]] if files else []
    good = {file.path: file for file in announced if isinstance(file, ExportFile)}
    faults = [*head_faults(manifest), *(fault for fault in announced if isinstance(fault, FileFault))]
    counts = Counter(file.path for file in announced if isinstance(file, ExportFile))
    faults += [FileFault("manifest.files", "The manifest lists this file twice.", path) for path in counts if counts[path] > 1]
    wrong = {fault.rule for fault in faults if fault.file == MANIFEST}
    tenant, source, sequence = (None if f"manifest.{name}" in wrong else manifest.get(name) for name in ("tenant", "source", "sequence"))
    return Export(folder, tenant or "", source or "", sequence, tuple(good.values()), tuple(faults))


def load_manifest(folder: Path) -> dict[str, Any]:
    try:
        names = [entry.name for entry in folder.iterdir() if entry.name.casefold() == MANIFEST]
        with inside(folder, MANIFEST if MANIFEST in names or not names else names[0]).open("rb") as stream:
            return parsed(stream.read(LONGEST_MANIFEST))
    except FileNotFoundError:
        raise BrokenExport(NO_MANIFEST) from None


def parsed(raw: bytes) -> dict[str, Any]:
    try:
        # JSON says by its first bytes which Unicode it is in: PowerShell writes UTF-16.
        manifest = json.loads(raw.decode(json.detect_encoding(raw)), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not JSON in UTF-8 or UTF-16.")) from None
    if not isinstance(manifest, dict):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not an object."))
    return manifest


def named_tenant(place: Path, profile: Path | None = None) -> str:
    """Whose export it says it is, before anything else of it is read. Raises `BrokenExport`."""
    if profile is not None:
        return load_profile(profile).tenant
    if place.is_dir() and has_profile(place):
        return load_profile(top(place, PROFILE) / PROFILE).tenant
    if place.is_dir():
        manifest = load_manifest(top(place, MANIFEST))
    elif raw := manifest_of(place, MANIFEST, LONGEST_MANIFEST):
        manifest = parsed(raw)
    elif raw := manifest_of(place, PROFILE, LONGEST_MANIFEST):
        return parsed_profile(raw, PROFILE).tenant
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
    try:
        path = usable_path(named if isinstance(named, str) else "")
    except BadValue:
        return FileFault("path.escape", f"{shown(str(named))} is not a path inside the export.")
    for rule, message in entry_faults(entry):
        return FileFault(rule, message, path)
    return ExportFile(path, TYPE_BY_NAME[entry["type"]], entry["rows"], entry["sha256"].lower())


def entry_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry whose path is right."""
    if strange := sorted(set(entry) - ENTRY):
        yield "manifest.unknown", f"A file has no {shown(strange[0])}."
    if not entry["path"].lower().endswith((".csv", ".jsonl")):
        yield "file.kind", "A file of rows is .csv or .jsonl."
    if not isinstance(entry.get("type"), str) or entry["type"] not in TYPE_BY_NAME:
        yield "type.unknown", f"{shown(str(entry.get('type')))} is not a type of the format."
    if str(entry.get("encoding", "utf-8")).lower() not in ENCODINGS:
        # In most other encodings any byte is some letter, so that a wrong declaration could not be noticed.
        yield "file.encoding", "Files are in UTF-8 and no other encoding: have the file written in UTF-8."
    if type(entry.get("rows")) is not int or not 0 <= entry["rows"] < 2**31:
        yield "file.rows", "The number of rows is missing, or is no whole number."
    if not isinstance(entry.get("sha256"), str) or re.fullmatch(r"[0-9a-fA-F]{64}", entry["sha256"]) is None:
        yield "file.sha256", "The hash is missing, or is not 64 hexadecimal digits."


def file_faults(export: Export, file: ExportFile) -> Iterator[FileFault]:
    try:
        with export.open(file.path) as stream:
            if file.reading is not None:
                if fault := encoding_fault(file.reading, stream, file.path):
                    yield fault
                return
            found = sha256_of(stream)
    except FileNotFoundError:
        yield FileFault("file.missing", f"The manifest lists a file that is not there: {distinct(file.path)}.", file.path)
    else:
        if found != file.sha256:
            yield FileFault("file.sha256", "The file is not the one that was exported: its hash differs.", file.path)


def sha256_of(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
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
