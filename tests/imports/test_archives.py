"""Archives are unpacked without being trusted: what does not come out whole comes out not at all."""

import bz2
import gzip
import io
import stat
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import export_archives
from channels.export_archives import unpack
from channels.export_faults import BrokenExport
from channels.export_files import named_tenant

FILES = {"manifest.json": b"{}", "papers/one.pdf": Random(1).randbytes(3_000), "contracts.csv": b"number\r\n" + b"L-1\r\n" * 900}


def zipped(files: dict[str, bytes] = FILES, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return into.getvalue()


def tarred(files: dict[str, bytes] = FILES, form: int = tarfile.PAX_FORMAT) -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return into.getvalue()


def with_member(**what: Any) -> bytes:
    """A tar whose one member is something else than a file."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz") as archive:
        info = tarfile.TarInfo("manifest.json")
        for name, value in what.items():
            setattr(info, name, value)
        archive.addfile(info)
    return into.getvalue()


def zip_link() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        info = zipfile.ZipInfo("manifest.json")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return into.getvalue()


def encrypted_zip() -> bytes:
    raw = bytearray(zipped({"manifest.json": b"{}"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= 1
    return bytes(raw)


def twice_in_a_zip() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("manifest.json", b"{}")
        archive.writestr("manifest.json", b"[]")
    return into.getvalue()


def huge_header() -> bytes:
    """A tar whose header says that a name of 1 GiB follows, and the name."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    into = io.BytesIO()
    with gzip.GzipFile(fileobj=into, mode="wb", compresslevel=1) as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            file.write(b"a" * (1 << 20))
    return into.getvalue()


def opened(raw: bytes, name: str = "export") -> dict[str, bytes]:
    """What comes out."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "out"
        folder.mkdir()
        (Path(place) / name).write_bytes(raw)
        unpack(Path(place) / name, folder)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rule_of(raw: bytes, name: str = "export") -> str:
    with pytest.raises(BrokenExport) as broken:
        opened(raw, name)
    [fault] = broken.value.faults
    assert fault.file == name
    assert fault.message.endswith(".")
    return fault.rule


@pytest.mark.parametrize("name", ["export", "export.zip", "export.bin"])
@pytest.mark.parametrize(
    "raw", [zipped(), zipped(how=zipfile.ZIP_STORED), tarred(), tarred(form=tarfile.GNU_FORMAT), tarred(form=tarfile.USTAR_FORMAT)]
)
def test_an_archive_is_known_by_its_bytes_whatever_it_is_called(raw: bytes, name: str):
    assert opened(raw, name) == FILES


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a path that leads up in a zip": (lambda: zipped({"../evil": b""}), "path.escape"),
    "a path that leads up later": (lambda: zipped({"papers/../../evil": b""}), "path.escape"),
    "a path from the root in a zip": (lambda: zipped({"/etc/evil": b""}), "path.escape"),
    "a path of Windows": (lambda: zipped({"C:/evil": b""}), "path.escape"),
    "a backslash": (lambda: tarred({"papers\\..\\evil": b""}), "path.escape"),
    "a path that leads up in a tar": (lambda: tarred({"../evil": b""}), "path.escape"),
    "a path from the root in a tar": (lambda: tarred({"/etc/evil": b""}), "path.escape"),
    "a name with a line break": (lambda: zipped({"a\nb": b""}), "path.escape"),
    "a name that no disk takes": (lambda: tarred({"a" * 300: b""}), "path.escape"),
    "a path longer than a disk takes in a zip": (lambda: zipped({"/".join(["a" * 200] * 25): b""}), "archive.member"),
    "a path longer than a disk takes in a tar": (lambda: tarred({"/".join(["a" * 200] * 25): b""}), "archive.member"),
    "a path whose bytes are too many": (lambda: tarred({"/".join(["é" * 100] * 15): b""}), "archive.member"),
    "a path that is no text": (lambda: tarred({"caf\udce9.pdf": b""}, tarfile.GNU_FORMAT), "path.escape"),
    "a link in a tar": (lambda: with_member(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "archive.member"),
    "a hard link in a tar": (lambda: with_member(type=tarfile.LNKTYPE, linkname="/etc/passwd"), "archive.member"),
    "a device in a tar": (lambda: with_member(type=tarfile.CHRTYPE), "archive.member"),
    "a pipe in a tar": (lambda: with_member(type=tarfile.FIFOTYPE), "archive.member"),
    "a link in a zip": (zip_link, "archive.member"),
    "an encrypted zip": (encrypted_zip, "archive.member"),
    "a file twice": (twice_in_a_zip, "archive.member"),
    "a file where a folder is": (lambda: tarred({"a": b"", "a/b": b""}), "archive.member"),
    "a zip shrunk by bzip2": (lambda: zipped(how=zipfile.ZIP_BZIP2), "archive.member"),
    "a zip shrunk by LZMA": (lambda: zipped(how=zipfile.ZIP_LZMA), "archive.member"),
    "a table that is no archive": (lambda: FILES["contracts.csv"], "archive.kind"),
    "a tar that is not shrunk": (lambda: gzip.decompress(tarred()), "archive.kind"),
    "something shrunk by bzip2": (lambda: bz2.compress(b"a" * 100), "archive.kind"),
    "no bytes": (lambda: b"", "archive.kind"),
    "a gzip that is no tar": (lambda: gzip.compress(b"number\r\n" * 900), "archive.truncated"),
    "a header of a gigabyte": (huge_header, "archive.truncated"),
}  # fmt: skip


@pytest.mark.parametrize("number", export_archives.NAMES_REFUSED)
def test_a_name_that_this_disk_refuses_is_a_fault_of_the_archive(number: int, monkeypatch: pytest.MonkeyPatch):
    """Disks differ in what they take: encrypted ones take shorter names, those of macOS no bytes that are not UTF-8."""

    def refused(place: Path, mode: str) -> None:
        raise OSError(number, "no such name")

    raw = tarred({"a.pdf": b""})
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "export").write_bytes(raw)
        monkeypatch.setattr(Path, "open", lambda self, mode="r": io.FileIO(self, mode) if "x" not in mode else refused(self, mode))
        with pytest.raises(BrokenExport) as broken:
            unpack(Path(place) / "export", Path(place) / "out")

    assert broken.value.faults[0].rule == "archive.member"


@pytest.mark.parametrize("what", HOSTILE)
def test_an_archive_is_refused_that_holds(what: str, tmp_path: Path):
    make, rule = HOSTILE[what]

    assert rule_of(make()) == rule


def test_nothing_is_written_outside_of_the_folder(tmp_path: Path):
    (tmp_path / "export").write_bytes(zipped({"../evil": b"evil"}))
    (tmp_path / "out").mkdir()

    with pytest.raises(BrokenExport):
        unpack(tmp_path / "export", tmp_path / "out")

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["export", "out"]


def test_an_archive_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(BrokenExport) as broken:
        unpack(tmp_path / "nothing.zip", tmp_path)

    assert broken.value.faults[0].rule == "archive.missing"


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_bomb_is_stopped_before_it_fills_the_disk(make: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export_archives, "RATIO_COUNTS_FROM", 1 << 20)
    (tmp_path / "export").write_bytes(make({"zeros": bytes(64 << 20)}))
    (tmp_path / "out").mkdir()

    with pytest.raises(BrokenExport) as broken:
        unpack(tmp_path / "export", tmp_path / "out")

    assert broken.value.faults[0].rule == "archive.bomb"
    assert (tmp_path / "out" / "zeros").stat().st_size <= (tmp_path / "export").stat().st_size * export_archives.HIGHEST_RATIO


@pytest.mark.parametrize("make", [zipped, tarred])
def test_an_archive_of_too_many_files_is_stopped(make: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export_archives, "MOST_MEMBERS", 5)

    assert rule_of(make({f"{n}.pdf": b"" for n in range(6)})) == "archive.bomb"
    assert len(opened(make({f"{n}.pdf": b"" for n in range(5)}))) == 5


def test_a_list_of_members_is_not_read_when_it_would_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export_archives, "MOST_OF_A_LIST", 1_000)

    assert rule_of(zipped({f"{n}.pdf": b"" for n in range(100)})) == "archive.truncated"


def test_a_header_that_asks_for_a_gigabyte_gets_none():
    raw = huge_header()
    tracemalloc.start()
    try:
        rule_of(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 << 20


@settings(max_examples=60, deadline=None)
@given(make=st.sampled_from([zipped(), tarred()]), share=st.floats(0, 1, exclude_max=True))
def test_an_archive_that_was_cut_short_is_refused(make: bytes, share: float):
    with pytest.raises(BrokenExport) as broken:
        opened(make[: int(len(make) * share)])

    assert broken.value.faults[0].rule in ("archive.truncated", "archive.kind")


@settings(max_examples=100, deadline=None)
@given(
    make=st.sampled_from([zipped(), tarred()]),
    places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_no_byte_of_a_damaged_archive_comes_out_changed(make: bytes, places: list[tuple[float, int]]):
    raw = bytearray(make)
    for share, change in places:
        raw[int(len(raw) * share)] ^= change

    try:
        found = opened(bytes(raw))
    except BrokenExport as broken:
        assert all(fault.rule for fault in broken.faults)
    else:
        # A zip may have lost members or names by a bent directory: that the manifest notices, which lists what there must be.
        assert set(found.values()) <= set(FILES.values())


def test_back_slashes_of_windows_are_folders():
    raw = zipped({"papers\\2026\\": b"", "papers\\2026\\one.pdf": b"1"})

    assert opened(raw) == {"papers/2026/one.pdf": b"1"}


@pytest.mark.parametrize("name", ["..\\manifest.json", "papers\\..\\..\\manifest.json", "D:\\manifest.json", "\\manifest.json"])
def test_back_slashes_lead_out_no_more_than_others(name: str):
    assert rule_of(zipped({name: b"{}"})) == "path.escape"


def test_names_of_macos_are_read_as_they_are_typed():
    """It writes UTF-8 without saying so, and letters apart from their accents."""
    raw = zipped({"XX.pdf": b"1"}).replace(b"XX.pdf", "é.pdf".encode())
    apart = zipped({"e\u0301.pdf": b"1"})

    assert opened(raw) == opened(apart) == {"é.pdf": b"1"}


@pytest.mark.parametrize("path", ["manifest.json", "Manifest.JSON", "north/manifest.json", "exports\\north\\manifest.json"])
@pytest.mark.parametrize("packed", [zipped, tarred])
def test_the_tenant_is_read_of_a_manifest_in_a_folder(packed: Any, path: str, tmp_path: Path):
    raw = packed({"__MACOSX/manifest.json": b"[]", "a/b/c/d/manifest.json": b"[]", path: b'{"tenant": "north"}'})
    (tmp_path / "export").write_bytes(raw)

    assert named_tenant(tmp_path / "export") == "north"
