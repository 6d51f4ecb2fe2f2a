"""`bailiwick manifest`: what it writes is what the import reads, and what it could not tell it says."""

import json
import shutil
from pathlib import Path

from channels.export_files import check_export, opened_export
from tests.imports.conftest import House
from tests.imports.exports import PAPER, mill
from tests.processes import Ended, bailiwick, environment


async def manifest(folder: Path, *more: str) -> Ended:
    return await bailiwick({}, "manifest", folder, "--tenant", "north", "--source", "erp", *more)


async def test_a_folder_without_a_manifest_gets_one_that_the_import_takes(north: House, house_urls):
    north.files = {"papers/welcome.pdf": PAPER}
    folder = north.export(mill())
    before = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").unlink()
    env = environment(house_urls, north.folder / "files")

    made = await bailiwick(env, "manifest", folder, "--tenant", north.key, "--source", "erp", "--sequence", "3")
    taken = await bailiwick(env, "import", folder)

    assert (made.code, taken.code) == (0, 0), made.err + taken.err
    found = json.loads((folder / "manifest.json").read_text())
    of = {entry["path"]: (entry["type"], entry["rows"], entry["sha256"]) for entry in before["files"]}
    assert {entry["path"]: (entry["type"], entry["rows"], entry["sha256"]) for entry in found["files"]} == of
    assert found["sequence"] == 3


async def test_a_manifest_is_not_overwritten_unless_it_is_asked_for(tmp_path: Path):
    (tmp_path / "manifest.json").write_text("mine")
    (tmp_path / "parties.csv").write_text("external_id,kind,legal_name,country\nP1,PERSON,Anna,BE\n")
    refused = await manifest(tmp_path)
    assert (refused.code, (tmp_path / "manifest.json").read_text()) == (2, "mine")
    assert "--force" in refused.err
    assert (await manifest(tmp_path, "--force")).code == 0
    with opened_export(tmp_path) as export:
        check_export(export)


async def test_what_cannot_be_told_is_named_and_left_out(tmp_path: Path):
    good = "external_id,kind,legal_name,country\nP1,PERSON,Anna,BE\n"
    (tmp_path / "clients-2026.csv").write_text(good)
    (tmp_path / "addresses.csv").write_text("external_id,straat\nA,B\n")
    (tmp_path / "semicolons.csv").write_text(good.replace(",", ";"))
    (tmp_path / "old.csv").write_bytes("external_id,kind,legal_name,country\nP1,PERSON,Élise,BE\n".encode("cp1252"))
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "cut.jsonl").write_text('{"external_id": \n')
    (tmp_path / "letter.pdf").write_bytes(PAPER)

    made = await manifest(tmp_path)

    assert made.code == 1
    (entry,) = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert (entry["path"], entry["type"], entry["rows"]) == ("clients-2026.csv", "parties", 1)
    told = dict(line.split(": left out. ") for line in made.err.splitlines())
    assert told.keys() == {"addresses.csv", "semicolons.csv", "old.csv", "empty.csv", "other.csv", "cut.jsonl"}
    assert "'straat'" in told["addresses.csv"]
    assert "';'" in told["semicolons.csv"]
    assert "UTF-8 (line 2)" in told["old.csv"]


async def test_where_nothing_can_be_told_nothing_is_written(tmp_path: Path):
    shutil.copy(__file__, tmp_path / "notes.csv")
    assert (await manifest(tmp_path)).code == 4
    assert not (tmp_path / "manifest.json").exists()
