"""An export as it was handed over: a folder or an archive with a manifest, every file of it checked before its first row is read."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from channels.export_archives import unpack
from channels.export_faults import BrokenExport, FileFault
from channels.export_format import FORMAT_VERSION, TYPE_BY_NAME, RowType
from channels.export_values import is_escaping, shown

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 4_000_000
MOST_FILES = 1_000
SOURCE = re.compile(r"[a-z][a-z0-9-]{0,31}")
BLOCK = 1 << 20


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


@contextmanager
def opened_export(place: Path, *, tenant: str) -> Iterator[Export]:
    """The export at `place`, a folder, `.zip` or `.tar.gz`, for the tenant of this key. Raises `BrokenExport` with every fault found."""
    if place.is_dir():
        yield checked(place, tenant)
    else:
        with TemporaryDirectory(prefix="bailiwick-import-") as folder:
            unpack(place, Path(folder))
            yield checked(Path(folder), tenant)


def checked(folder: Path, tenant: str) -> Export:
    export = read_manifest(folder)
    if export.tenant != tenant:
        raise BrokenExport(FileFault("manifest.tenant", f"The export is for {shown(export.tenant)}, not for {shown(tenant)}."))
    faults = [fault for file in export.files for fault in file_faults(folder, file)]
    if faults:
        raise BrokenExport(*faults)
    return export


def read_manifest(folder: Path) -> Export:
    """The manifest, its own faults found; the files are not looked at yet."""
    manifest = load_manifest(folder)
    version = manifest.get("format_version")
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        raise BrokenExport(FileFault("manifest.version", f"Format version {version!r} is not known here; {FORMAT_VERSION} is the newest."))
    faults = list(head_faults(manifest))
    files = manifest.get("files") if isinstance(manifest.get("files"), list) else []
    announced = [announced_file(entry) for entry in files[: MOST_FILES + 1]] if files else []
    faults += [fault for fault in announced if isinstance(fault, FileFault)]
    good = [file for file in announced if isinstance(file, ExportFile)]
    faults += [FileFault("manifest.files", "The file stands twice.", path) for path in twice([file.path for file in good])]
    if faults:
        raise BrokenExport(*faults)
    return Export(folder, manifest["tenant"], manifest["source"], manifest.get("sequence"), tuple(good))


def load_manifest(folder: Path) -> dict[str, Any]:
    try:
        with inside(folder, MANIFEST).open("rb") as stream:
            manifest = json.loads(stream.read(LONGEST_MANIFEST).decode("utf-8-sig"))
    except FileNotFoundError:
        raise BrokenExport(FileFault("manifest.missing", "There is no manifest.json at the top of the export.")) from None
    except (ValueError, RecursionError):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not JSON in UTF-8.")) from None
    if not isinstance(manifest, dict):
        raise BrokenExport(FileFault("manifest.json", "The manifest is not an object."))
    return manifest


def head_faults(manifest: dict[str, Any]) -> Iterator[FileFault]:
    for name in sorted(set(manifest) - {"format_version", "tenant", "source", "sequence", "created_at", "files"}):
        yield FileFault("manifest.unknown", f"The manifest has no {shown(name)}.")
    if not isinstance(manifest.get("tenant"), str):
        yield FileFault("manifest.tenant", "The tenant is missing.")
    if not isinstance(manifest.get("source"), str) or SOURCE.fullmatch(manifest["source"]) is None:
        yield FileFault("manifest.source", "The source is missing, or is not a word of letters, digits and dashes.")
    sequence = manifest.get("sequence")
    if sequence is not None and (type(sequence) is not int or not 0 <= sequence < 2**63):
        yield FileFault("manifest.sequence", "The sequence is not a whole number.")
    files = manifest.get("files")
    if not isinstance(files, list) or not files or len(files) > MOST_FILES:
        yield FileFault("manifest.files", f"The manifest lists 1 to {MOST_FILES} files.")


def announced_file(entry: Any) -> ExportFile | FileFault:
    """One entry of the manifest, or what is wrong with it."""
    path = entry.get("path") if isinstance(entry, dict) else None
    if not isinstance(path, str) or len(path) > 500 or is_escaping(path):
        return FileFault("path.escape", f"{shown(str(path))} is not a path inside the export.")
    if not path.endswith((".csv", ".jsonl")):
        return FileFault("file.kind", "A file is .csv or .jsonl.", path)
    if entry.get("type") not in TYPE_BY_NAME:
        return FileFault("type.unknown", f"{shown(str(entry.get('type')))} is not a type of the format.", path)
    if str(entry.get("encoding", "utf-8")).lower() not in ("utf-8", "utf8"):
        return FileFault("file.encoding", "Files are UTF-8.", path)
    rows, sha256 = entry.get("rows"), entry.get("sha256")
    if type(rows) is not int or not 0 <= rows < 2**31:
        return FileFault("file.rows", "The number of rows is missing.", path)
    if not isinstance(sha256, str) or re.fullmatch(r"[0-9a-f]{64}", sha256) is None:
        return FileFault("file.sha256", "The hash is missing.", path)
    return ExportFile(path, TYPE_BY_NAME[entry["type"]], rows, sha256)


def twice(paths: list[str]) -> list[str]:
    return sorted({path for path in paths if paths.count(path) > 1})


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
    found = (folder / path).resolve()
    if is_escaping(path) or not found.is_relative_to(folder.resolve()) or not found.is_file():
        raise FileNotFoundError(path)
    return found
