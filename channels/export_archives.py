"""Archives, unpacked without trusting them: no path leads out, nothing but files, and no more bytes than announced limits."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from channels.export_faults import BrokenExport, FileFault
from channels.export_values import CONTROLS, is_escaping, shown

MOST_MEMBERS = 200_000
MOST_BYTES = 20 << 30
# A table of numbers shrinks to a tenth; what shrinks to a hundredth was made to burst. Small archives are left alone.
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 50 << 20
BLOCK = 1 << 20


def unpack(archive: Path, folder: Path) -> None:
    """The files of a `.zip` or `.tar.gz`, into an empty folder. Raises `BrokenExport`."""
    name = archive.name
    try:
        if name.endswith(".zip"):
            unpack_members(zip_members(archive), folder, archive)
        elif name.endswith((".tar.gz", ".tgz")):
            unpack_members(tar_members(archive), folder, archive)
        else:
            raise BrokenExport(FileFault("archive.kind", "An export is a folder, a .zip or a .tar.gz.", name))
    except FileNotFoundError:
        raise BrokenExport(FileFault("archive.missing", "There is no such file or folder.", name)) from None
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError, NotImplementedError, RuntimeError):
        raise BrokenExport(FileFault("archive.truncated", "The archive is truncated or damaged.", name)) from None


def unpack_members(members: Iterator[tuple[str, IO[bytes]]], folder: Path, archive: Path) -> None:
    limit = min(MOST_BYTES, max(RATIO_COUNTS_FROM, archive.stat().st_size * HIGHEST_RATIO))
    written = 0
    for count, (path, stream) in enumerate(members, 1):
        if count > MOST_MEMBERS:
            raise BrokenExport(FileFault("archive.bomb", f"The archive has more than {MOST_MEMBERS:,} files.", archive.name))
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while block := stream.read(BLOCK):
                written += len(block)
                if written > limit:
                    raise BrokenExport(FileFault("archive.bomb", "The archive unpacks to more than it may.", archive.name))
                file.write(block)


def zip_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            kind = info.external_attr >> 28
            if info.is_dir():
                continue
            if kind not in (0, 0o10) or info.flag_bits & 1:
                raise BrokenExport(FileFault("archive.member", f"{shown(info.filename)} is not a plain file.", archive.name))
            with opened.open(info) as stream:
                yield safe(info.filename, archive), stream


def tar_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(archive, "r:gz") as opened:
        for info in opened:
            if info.isdir():
                continue
            stream = opened.extractfile(info) if info.isreg() else None
            if stream is None:
                raise BrokenExport(FileFault("archive.member", f"{shown(info.name)} is not a plain file.", archive.name))
            yield safe(info.name.removeprefix("./"), archive), stream
            opened.members = []  # type: ignore[attr-defined]  # it remembers every member for a second reading, and there is none


def safe(path: str, archive: Path) -> str:
    if CONTROLS.search(path) or is_escaping(path):
        raise BrokenExport(FileFault("path.escape", f"{shown(path)} leads out of the export.", archive.name))
    return path
