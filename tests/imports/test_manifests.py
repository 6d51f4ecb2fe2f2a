"""A manifest is read strictly: every field of it can be wrong, and each wrong one is named."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from channels.export_faults import BrokenExport, FileFault
from channels.export_files import Export, check_export, check_tenant, named_tenant, opened_export
from channels.export_rows import read_rows

ROWS = b"external_id,kind,legal_name,country\r\nP1,COMPANY,Mill SA,BE\r\n"
ENTRY = {"path": "parties.csv", "type": "parties", "rows": 1, "sha256": hashlib.sha256(ROWS).hexdigest(), "encoding": "utf-8"}
MANIFEST = {"format_version": 1, "tenant": "north", "source": "erp", "sequence": 1, "created_at": "2026-11-24T09:30:00Z", "files": [ENTRY]}


def entry(**changed: Any) -> dict[str, Any]:
    """The manifest with one thing changed in what it says of its file; `None` leaves it out."""
    return {"files": [{name: value for name, value in (ENTRY | changed).items() if value is not None}]}


def handed_over(folder: Path, manifest: Any, **files: bytes) -> Path:
    (folder / "parties.csv").write_bytes(ROWS)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "manifest.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest), encoding="utf-8")
    return folder


def read(folder: Path, tenant: str = "north") -> Export:
    with opened_export(folder) as export:
        check_tenant(export, tenant=tenant)
        check_export(export)
        return export


def faults_of(folder: Path, **more: Any) -> tuple[FileFault, ...]:
    with pytest.raises(BrokenExport) as broken:
        read(folder, **more)
    assert all(fault.message[-1] in ".!?" and fault.file for fault in broken.value.faults)
    return broken.value.faults


def test_a_right_manifest_says_what_there_is(tmp_path: Path):
    export = read(handed_over(tmp_path, MANIFEST))

    assert (export.tenant, export.source, export.sequence, export.rows) == ("north", "erp", 1, 1)
    assert [(file.path, file.type.name, file.rows) for file in export.files] == [("parties.csv", "parties", 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8", None])
def test_utf_8_may_be_said_in_its_spellings_or_not_at_all(tmp_path: Path, encoding: str | None):
    assert read(handed_over(tmp_path, MANIFEST | entry(encoding=encoding))).rows == 1


@pytest.mark.parametrize("left_out", ["sequence", "created_at"])
def test_what_is_not_needed_may_be_left_out(tmp_path: Path, left_out: str):
    assert read(handed_over(tmp_path, {name: value for name, value in MANIFEST.items() if name != left_out})).rows == 1


def test_a_byte_order_mark_before_the_manifest_is_none_of_it(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST)
    (folder / "manifest.json").write_bytes(b"\xef\xbb\xbf" + (folder / "manifest.json").read_bytes())

    assert read(folder).rows == 1


HEAD_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no version": ({"format_version": None}, "manifest.version"),
    "a version to come": ({"format_version": 2}, "manifest.version"),
    "a version in quotes": ({"format_version": "1"}, "manifest.version"),
    "true for a version": ({"format_version": True}, "manifest.version"),
    "no tenant": ({"tenant": None}, "manifest.tenant"),
    "another tenant": ({"tenant": "south"}, "manifest.tenant"),
    "a number for a tenant": ({"tenant": 7}, "manifest.tenant"),
    "no source": ({"source": None}, "manifest.source"),
    "a source with blanks": ({"source": "our erp"}, "manifest.source"),
    "a source in capitals": ({"source": "ERP"}, "manifest.source"),
    "a source that is long": ({"source": "e" * 33}, "manifest.source"),
    "a sequence in quotes": ({"sequence": "17"}, "manifest.sequence"),
    "a negative sequence": ({"sequence": -1}, "manifest.sequence"),
    "a sequence with decimals": ({"sequence": 1.5}, "manifest.sequence"),
    "a sequence beyond counting": ({"sequence": 2**63}, "manifest.sequence"),
    "an instant that is none": ({"created_at": "yesterday"}, "manifest.created_at"),
    "an instant without its offset": ({"created_at": "2026-11-24T09:30:00"}, "manifest.created_at"),
    "a word it does not know": ({"tenants": "north"}, "manifest.unknown"),
    "no files": ({"files": []}, "manifest.files"),
    "nothing for files": ({"files": None}, "manifest.files"),
    "files that are no list": ({"files": {"parties.csv": 1}}, "manifest.files"),
    "too many files": ({"files": [ENTRY] * 1_001}, "manifest.files"),
    "a file twice": ({"files": [ENTRY, ENTRY]}, "manifest.files"),
}
ENTRY_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no path": ({"path": None}, "path.escape"),
    "a number for a path": ({"path": 7}, "path.escape"),
    "a path that leads out": ({"path": "../parties.csv"}, "path.escape"),
    "a path from the root": ({"path": "/etc/parties.csv"}, "path.escape"),
    "a path that leads out, of Windows": ({"path": "..\\parties.csv"}, "path.escape"),
    "a path of a drive": ({"path": "D:\\exports\\parties.csv"}, "path.escape"),
    "a path with a NUL": ({"path": "parties\0.csv"}, "path.escape"),
    "a path that no disk takes": ({"path": "p" * 300 + ".csv"}, "path.escape"),
    "a path that is long": ({"path": "p/" * 300 + "p.csv"}, "path.escape"),
    "a table of a spreadsheet": ({"path": "parties.xlsx"}, "file.kind"),
    "no type": ({"type": None}, "type.unknown"),
    "a type it does not know": ({"type": "customers"}, "type.unknown"),
    "a list for a type": ({"type": ["parties"]}, "type.unknown"),
    "Latin 1": ({"encoding": "latin-1"}, "file.encoding"),
    "Windows": ({"encoding": "windows-1252"}, "file.encoding"),
    "UTF-16": ({"encoding": "utf-16"}, "file.encoding"),
    "a number for an encoding": ({"encoding": 8}, "file.encoding"),
    "no number of rows": ({"rows": None}, "file.rows"),
    "a number of rows in quotes": ({"rows": "1"}, "file.rows"),
    "less rows than none": ({"rows": -1}, "file.rows"),
    "true for a number of rows": ({"rows": True}, "file.rows"),
    "no hash": ({"sha256": None}, "file.sha256"),
    "half a hash": ({"sha256": "0" * 32}, "file.sha256"),
    "the hash of another file": ({"sha256": "0" * 64}, "file.sha256"),
    "a file that is not there": ({"path": "persons.csv"}, "file.missing"),
    "a word it does not know": ({"row": 1}, "manifest.unknown"),
}  # fmt: skip


@pytest.mark.parametrize("what", HEAD_FAULTS)
def test_a_manifest_is_refused_that_says(tmp_path: Path, what: str):
    change, rule = HEAD_FAULTS[what]

    assert {fault.rule for fault in faults_of(handed_over(tmp_path, MANIFEST | change))} == {rule}


@pytest.mark.parametrize("what", ENTRY_FAULTS)
def test_a_manifest_is_refused_that_says_of_a_file(tmp_path: Path, what: str):
    change, rule = ENTRY_FAULTS[what]

    assert {fault.rule for fault in faults_of(handed_over(tmp_path, MANIFEST | entry(**change)))} == {rule}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"format_version": 1,}', "[" * 100_000, json.dumps(MANIFEST).replace('"tenant"', '"tenant": "south", "tenant"'), '{"sequence": ' + "9" * 5_000 + "}"],
    ids=["nothing", "a list", "half", "a comma too many", "deep", "the tenant twice", "a number without end"],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str):
    assert [fault.rule for fault in faults_of(handed_over(tmp_path, text))] == ["manifest.json"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_a_manifest_is_read_in_every_encoding_of_unicode(tmp_path: Path, encoding: str):
    folder = handed_over(tmp_path, MANIFEST)
    (folder / "manifest.json").write_bytes(json.dumps(MANIFEST).encode(encoding))

    assert read(folder).rows == 1


def test_a_manifest_in_another_encoding_is_refused(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST)
    (folder / "manifest.json").write_bytes(json.dumps(MANIFEST | {"tenant": "nör"}, ensure_ascii=False).encode("latin-1"))

    assert [fault.rule for fault in faults_of(folder)] == ["manifest.json"]


@pytest.mark.parametrize(
    "there,named",
    [
        ("PARTIES.CSV", "parties.csv"),
        ("parties.csv", "PARTIES.CSV"),
        ("data/parties.csv", "data\\parties.csv"),
        ("Data/Parties.csv", ".\\data\\parties.csv"),
        ("parties.csv", "./parties.csv"),
        ("cliënten.csv", "cliënten.csv"),
        ("cliënten.csv", "cliënten.csv"),
        ("Straße.csv", "STRASSE.CSV"),
    ],
)
def test_a_file_is_found_whatever_system_wrote_its_name(tmp_path: Path, there: str, named: str):
    folder = handed_over(tmp_path, MANIFEST | entry(path=named))
    (folder / there).parent.mkdir(exist_ok=True)
    (folder / "parties.csv").rename(folder / there)

    export = read(folder)

    assert list(export.papers()) == []
    [file] = export.files
    with export.open(file.path) as stream:
        assert [row.line for row in read_rows(file.type, stream, file.path)] == [2]


def test_of_two_names_that_differ_in_capitals_only_the_one_that_is_said_is_meant(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST, **{"PARTIES.csv": b"another"})

    assert list(read(folder).papers()) == ["PARTIES.csv"]


def test_of_two_names_that_may_be_meant_none_is_taken(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST | entry(path="Parties.CSV"), **{"PARTIES.csv": b"another"})

    assert [fault.rule for fault in faults_of(folder)] == ["file.missing"]


def test_a_name_that_looks_like_another_is_told_apart(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST | entry(path="p\u0430rties.csv"))  # a Cyrillic letter

    [fault] = faults_of(folder)

    assert "p\\u0430rties.csv" in fault.message


@pytest.mark.parametrize("name", ["Manifest.json", "MANIFEST.JSON"])
def test_a_manifest_may_be_written_in_capitals(tmp_path: Path, name: str):
    folder = handed_over(tmp_path, MANIFEST)
    (folder / "manifest.json").rename(folder / name)

    assert list(read(folder).papers()) == []


@pytest.mark.parametrize("depth", [1, 2])
def test_the_folder_around_an_export_is_none_of_it(tmp_path: Path, depth: int):
    inner = tmp_path.joinpath(*["north 2026"] * depth)
    inner.mkdir(parents=True)
    handed_over(inner, MANIFEST)
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "__MACOSX").mkdir()

    assert read(tmp_path).rows == 1
    assert named_tenant(tmp_path) == "north"


def test_of_two_exports_none_is_meant(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        handed_over(tmp_path / name, MANIFEST)

    assert [fault.rule for fault in faults_of(tmp_path)] == ["manifest.missing"]


def test_a_folder_without_a_manifest_is_no_export(tmp_path: Path):
    assert [fault.rule for fault in faults_of(tmp_path)] == ["manifest.missing"]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path):
    entries = [entry(type="customers", path="a.csv")["files"][0], entry(rows=None, path="b.csv")["files"][0]]

    found = faults_of(handed_over(tmp_path, MANIFEST | {"source": "?", "files": entries}))

    assert [(fault.file, fault.rule) for fault in found] == [
        ("manifest.json", "manifest.source"),
        ("a.csv", "type.unknown"),
        ("b.csv", "file.rows"),
    ]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path):
    (tmp_path / "outside.csv").write_bytes(ROWS)
    folder = tmp_path / "export"
    folder.mkdir()
    handed_over(folder, MANIFEST)
    (folder / "parties.csv").unlink()
    os.symlink(tmp_path / "outside.csv", folder / "parties.csv")

    assert [fault.rule for fault in faults_of(folder)] == ["file.missing"]


def test_a_link_that_leads_in_a_circle_is_no_file(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST)
    (folder / "parties.csv").unlink()
    os.symlink("parties.csv", folder / "parties.csv")

    assert [fault.rule for fault in faults_of(folder)] == ["file.missing"]


def test_the_other_files_are_listed_but_for_what_computers_leave_lying_about(tmp_path: Path):
    folder = handed_over(tmp_path, MANIFEST, **{".DS_Store": b"", "Thumbs.db": b"", "readme.txt": b""})
    (folder / "papers").mkdir()
    (folder / "papers" / "one.pdf").touch()
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "one.pdf").touch()

    assert sorted(read(folder).papers()) == ["papers/one.pdf", "readme.txt"]


def test_a_file_is_read_where_the_manifest_says(tmp_path: Path):
    export = read(handed_over(tmp_path, MANIFEST))
    [file] = export.files

    with export.open(file.path) as stream:
        assert [row.line for row in read_rows(file.type, stream, file.path)] == [2]
