"""Archives, unpacked without trusting them: no path leads out, nothing but files, and no more bytes or memory than stated limits.

What an archive is, its first bytes say: an upload has no name.
"""

import errno
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from channels.export_faults import BrokenExport, FileFault
from channels.export_names import folded, spelled
from channels.export_private import shown
from channels.export_values import CONTROLS, is_escaping

MOST_MEMBERS = 200_000
MOST_BYTES = 20 << 30
# A table of numbers shrinks to a tenth; what shrinks to a hundredth was made to burst. Small archives are left alone.
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 50 << 20
BLOCK = 1 << 20
LONGEST_PATH_BYTES = 2_048  # of 4,096 that a path has on Linux: the folder that it is unpacked to comes before it
NAMES_REFUSED = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)  # by a disk, and no fault of it
# What is read of an archive to learn of its members, at once and between two of them: a list of 200,000 has some 20 MB.
MOST_OF_A_LIST = 32 << 20
MOST_OF_A_HEADER = 4 << 20
ZIP, EMPTY_ZIP, GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
# Other ways of shrinking make gigabytes of a few bytes before anybody can count them.
SHRUNK_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
)


class Unreadable(ValueError):
    """The archive asks for bytes that it does not have, or for more of them than its lists may take."""


class Reader:
    """The bytes of an archive for the libraries that read it. `left` bounds what they may keep of it until it is set again."""

    def __init__(self, stream: IO[bytes], left: int | None = None) -> None:
        self.stream, self.left = stream, left

    def read(self, size: int = -1) -> bytes:
        if self.left is not None and size > self.left:
            raise Unreadable
        try:
            block = self.stream.read(size if size >= 0 or self.left is None else self.left)
        except OSError:
            raise Unreadable from None
        if self.left is not None:
            self.left -= len(block)
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self.stream.seek(offset, whence)
        except OSError:
            raise Unreadable from None

    def tell(self) -> int:
        return self.stream.tell()

    def seekable(self) -> bool:
        return True


def unpack(archive: Path, folder: Path) -> None:
    """The files of a zip or a gzipped tar, into an empty folder. Raises `BrokenExport`; an `OSError` is that of the disk written to."""
    with refusing(archive), archive.open("rb") as stream:
        unpack_members(members_of(stream, archive), folder, archive)


def manifest_of(archive: Path, name: str, most: int) -> bytes | None:
    """The beginning of the file of this name that is nearest to the top of an archive, which is not unpacked. Raises `BrokenExport`."""
    found: tuple[int, bytes] | None = None
    with refusing(archive), archive.open("rb") as stream:
        for path, member in members_of(stream, archive):
            *folders, last = folded(path).split("/")
            if last == name and "__macosx" not in folders and (found is None or len(folders) < found[0]):
                found = len(folders), member.read(most)
            if found and found[0] == 0:
                break
    return found[1] if found else None


@contextmanager
def refusing(archive: Path) -> Iterator[None]:
    """Says of an archive that cannot be read that it is broken."""
    try:
        yield
    except FileNotFoundError:
        raise BrokenExport(FileFault("archive.missing", "There is no such file or folder.", archive.name)) from None
    except DAMAGE:
        raise BrokenExport(FileFault("archive.truncated", "The archive is truncated or damaged: make it anew.", archive.name)) from None


def is_archive(beginning: bytes) -> bool:
    """Whether a file that begins like this is an archive that `unpack` knows."""
    return beginning.startswith((ZIP, EMPTY_ZIP, GZIP))


def members_of(stream: IO[bytes], archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    beginning = stream.read(len(ZIP))
    stream.seek(0)
    if beginning.startswith((ZIP, EMPTY_ZIP)):
        return zip_members(Reader(stream, MOST_OF_A_LIST), archive)
    if beginning.startswith(GZIP):
        return tar_members(stream, archive)
    raise BrokenExport(FileFault("archive.kind", "An export is a folder, a .zip or a .tar.gz, and this is none of them.", archive.name))


def unpack_members(members: Iterator[tuple[str, IO[bytes]]], folder: Path, archive: Path) -> None:
    limit = min(MOST_BYTES, max(RATIO_COUNTS_FROM, archive.stat().st_size * HIGHEST_RATIO))
    written = 0
    for count, (path, stream) in enumerate(members, 1):
        if count > MOST_MEMBERS:
            raise BrokenExport(FileFault("archive.bomb", f"The archive has more than {MOST_MEMBERS:,} files.", archive.name))
        with created(folder / path, path, archive) as file:
            while block := stream.read(BLOCK):
                written += len(block)
                if written > limit:
                    raise BrokenExport(FileFault("archive.bomb", "The archive unpacks to more than it may.", archive.name))
                file.write(block)


def created(target: Path, path: str, archive: Path) -> IO[bytes]:
    """A new file. One that is there already, or in the place of a folder, came out of the same archive."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.open("xb")
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise BrokenExport(FileFault("archive.member", f"{shown(path)} stands twice.", archive.name)) from None
    except OSError as error:
        if error.errno not in NAMES_REFUSED:
            raise
        raise BrokenExport(FileFault("archive.member", f"{shown(path)} is no name that a disk takes.", archive.name)) from None


def zip_members(reader: Reader, archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(reader) as opened:
        reader.left = None
        for info in opened.infolist():
            kind = info.external_attr >> 28
            if info.filename.endswith(("/", "\\")):
                continue
            if info.flag_bits & 1:
                raise BrokenExport(FileFault("archive.member", f"{shown(info.filename)} is encrypted.", archive.name))
            if kind not in (0, 0o10) or info.compress_type not in SHRUNK_BY:
                raise BrokenExport(FileFault("archive.member", f"{shown(info.filename)} is not a plain file.", archive.name))
            with opened.open(info) as stream:
                yield safe(name_of(info), archive), stream


def name_of(info: zipfile.ZipInfo) -> str:
    """What macOS calls UTF-8 without saying so, and what it is read as then, is undone; other names stay as they are read."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def tar_members(packed: IO[bytes], archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    unpacked = gzip.GzipFile(fileobj=packed)
    reader = Reader(unpacked, MOST_OF_A_HEADER)  # type: ignore[arg-type]  # it reads and seeks, which is all
    with tarfile.open(fileobj=reader, mode="r:") as opened:  # type: ignore[call-overload]  # it asks for these methods and no more
        while info := opened.next():
            opened.members = []  # it remembers every member for a second reading, and there is none
            if not info.isdir():
                stream = opened.extractfile(info) if info.isreg() else None
                if stream is None:
                    raise BrokenExport(FileFault("archive.member", f"{shown(info.name)} is not a plain file.", archive.name))
                reader.left = None
                yield safe(info.name, archive), stream
            reader.left = MOST_OF_A_HEADER
    # The hash of the whole stands at its end, and a damaged header looks like the end to tarfile.
    for _ in range(MOST_BYTES // BLOCK):
        if not unpacked.read(BLOCK):
            return
    raise Unreadable


def safe(path: str, archive: Path) -> str:
    """The path below the folder that it is unpacked to. Raises `BrokenExport` for one that leads out of it, or that no disk takes.

    A disk counts bytes of UTF-8. What a row may name is far below that, so a longer path belongs to no export.
    """
    path = spelled(path)
    if CONTROLS.search(path) or is_escaping(path):
        raise BrokenExport(FileFault("path.escape", f"{shown(path)} is not a path inside the export.", archive.name))
    if len(path.encode()) > LONGEST_PATH_BYTES:
        words = f"{shown(path)} is too long: a path has at most {LONGEST_PATH_BYTES:,} bytes."
        raise BrokenExport(FileFault("archive.member", words, archive.name))
    return path
