"""`bailiwick doctor --deep`: documents and their bytes, held against each other for every house."""

import asyncio
import shutil
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from server.process.settings import Settings
from tests.imports.exports import mill
from tests.server.conftest import Ended, Terminal, said_of
from tests.server.test_import_command import Desk


@pytest.fixture
def desk(bailiwick: Terminal, installed: Settings, tmp_path: Path) -> Desk:
    return Desk(bailiwick, installed, tmp_path)


def doctor(desk: Desk, *words: str) -> Ended:
    return desk.terminal("doctor", *words, **said_of(desk.settings))


def test_documents_that_lost_their_bytes_are_counted_named_and_healed_by_the_same_export(desk: Desk):
    export = desk.house.export(mill())
    assert desk.run(export).status == 0
    [document] = desk.looked(lambda house: house.stored("document", "id"))
    well = doctor(desk, "--deep")
    assert (well.status, "all 1 documents have bytes; 0 files that no row names" in well.out) == (0, True), well.out

    shutil.rmtree(Path(desk.settings.files) / str(desk.house.tenant_id))
    lost = doctor(desk, "--deep")
    assert (lost.status, f"1 (doc_{document.hex}) of 1 documents without bytes" in lost.out) == (1, True), lost.out
    assert "import the same export again" in lost.out
    later = doctor(desk)  # what was seen once is known without looking again
    assert (later.status, "1 documents were without bytes when they were last compared" in later.out) == (1, True), later.out

    assert desk.run(export).status == 0
    healed = doctor(desk, "--deep")
    assert (healed.status, "all 1 documents have bytes" in healed.out) == (0, True), healed.out
    assert doctor(desk).status == 0


def test_bytes_that_no_row_names_are_counted_and_left_where_they_are(desk: Desk):
    for _ in range(2):
        put = desk.settings.store.put(desk.house.tenant_id, BytesIO(b"bytes"), sha256(b"bytes").hexdigest())
        asyncio.run(put)
    for _ in range(2):
        ended = doctor(desk, "--deep")
        assert (ended.status, "not checked: there is no document; 2 files that no row names" in ended.out) == (0, True), ended.out
    assert len(list(Path(desk.settings.files).rglob("*"))) >= 2


def test_a_store_that_cannot_be_listed_is_a_fault_and_not_a_house_without_bytes(desk: Desk):
    assert desk.run(desk.house.export(mill())).status == 0
    folder = Path(desk.settings.files)
    shutil.rmtree(folder)
    folder.write_bytes(b"no folder")
    ended = doctor(desk, "--deep")
    assert ended.status == 1
    assert "FAIL  files" in ended.out
    assert "Traceback" not in ended.err


def test_without_deep_the_doctor_says_that_it_did_not_look(desk: Desk):
    assert "not checked: documents were not compared with their bytes" in doctor(desk).out
