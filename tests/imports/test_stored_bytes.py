"""No row without its bytes: whatever is lost, full, refused or stopped between the database and the store of documents."""

import asyncio
import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from obstore.exceptions import BaseError

from channels import files
from channels.files import FileStore, StoreFailed
from jobs.imports import OutcomeUnknown
from models.imports import ImportState
from server.process.embedded_postgres import Urls
from tests.imports.conftest import House
from tests.imports.lossy import Lossy
from tests.imports.test_papers import batch, kept, scans, without_papers

STORED = "select storage_key from document where tenant_id = $1 order by external_id"


async def lost(house: House) -> list[str]:
    """The keys that rows name and that have no bytes."""
    keys = [row[0] for row in await house.owner.fetch(STORED, house.tenant_id)]
    return sorted(set(keys) - await house.store.present(house.tenant_id, keys))


@pytest.fixture
async def scanned(north: House) -> House:
    """A house with contracts, and an export of three papers to come."""
    await north.take_rows(without_papers())
    north.files = scans(3)
    return north


async def test_an_import_whose_commit_is_not_answered_asks_what_became_of_it(scanned: House, house_urls: Urls):
    lossy = Lossy(house_urls.jobs)

    async with lossy.connection() as connection:
        taken = await replace(scanned, jobs=connection).take_rows({"documents": batch(3)}, publish_to=house_urls.jobs)

    assert lossy.is_lost.is_set()
    assert (taken.result.state, taken.counts) == (ImportState.COMPLETED, {"CREATED": 3})
    assert (await lost(scanned), len(kept(scanned))) == ([], 3)


async def test_an_unanswered_commit_of_a_run_with_rejected_rows_is_a_commit_as_well(scanned: House, house_urls: Urls):
    wrong = {**batch(1)[0], "external_id": "WRONG", "kind": "NO_SUCH_KIND"}
    lossy = Lossy(house_urls.jobs)

    async with lossy.connection() as connection:
        taken = await replace(scanned, jobs=connection).take_rows({"documents": [*batch(3), wrong]}, publish_to=house_urls.jobs)

    assert lossy.is_lost.is_set()
    assert (taken.result.state, taken.counts) == (ImportState.COMPLETED_WITH_REJECTIONS, {"CREATED": 3, "REJECTED": 1})
    assert (await lost(scanned), len(kept(scanned))) == ([], 3)


async def test_an_import_that_learns_nothing_of_its_commit_deletes_nothing(scanned: House, house_urls: Urls):
    export = scanned.export({"documents": batch(3)})

    async with Lossy(house_urls.jobs).connection() as connection:
        with pytest.raises(OutcomeUnknown):
            await replace(scanned, jobs=connection).take(export)

    assert (await lost(scanned), len(kept(scanned))) == ([], 3)
    assert (await scanned.take(export)).counts == {"UNCHANGED": 3}


async def test_an_import_whose_commit_never_arrived_takes_its_bytes_back(scanned: House, house_urls: Urls):
    async with Lossy(house_urls.jobs, is_passed_on=False).connection() as connection:
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await replace(scanned, jobs=connection).take_rows({"documents": batch(3)}, publish_to=house_urls.jobs)

    assert (await scanned.stored("document"), kept(scanned)) == ([], [])


async def test_an_import_that_is_stopped_while_it_commits_says_what_became_of_it(
    scanned: House, house_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    """TERM comes when COMMIT was sent and is not answered yet: the wait for the answer is what is cancelled."""
    commit = asyncpg.transaction.Transaction._Transaction__commit  # type: ignore[attr-defined]  # the last step that can be stopped

    async def stopped(self: Any) -> None:
        statements = await scanned.owner.fetchval(
            "select count(*) from import_sync where tenant_id = $1 and type = 'documents'", scanned.tenant_id
        )
        await commit(self)
        if not statements and await scanned.stored("document"):
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncpg.transaction.Transaction, "_Transaction__commit", stopped)

    taken = await scanned.take_rows({"documents": batch(3)}, publish_to=house_urls.jobs)

    assert taken.result.state is ImportState.COMPLETED
    assert (await lost(scanned), len(kept(scanned))) == ([], 3)


@pytest.mark.parametrize("count", [1, 3])
async def test_the_same_export_again_heals_rows_whose_bytes_are_gone(scanned: House, count: int):
    export = scanned.export({"documents": batch(3)})
    await scanned.take(export)
    for path in kept(scanned)[:count]:
        path.unlink()
    assert len(await lost(scanned)) == count

    tried = await scanned.take(export, dry_run=True)
    assert len(await lost(scanned)) == count
    healed = await scanned.take(export)

    assert tried.counts == healed.counts == {"UPDATED": count} | ({"UNCHANGED": 3 - count} if count < 3 else {})
    assert await lost(scanned) == []
    assert (await scanned.take(export)).counts == {"UNCHANGED": 3}


async def test_parked_papers_whose_bytes_are_gone_are_read_again(north: House):
    north.files = scans(2)
    export = north.export({"documents": batch(2)})
    assert (await north.take(export)).counts == {"PARKED": 2}
    kept(north)[0].unlink()

    await north.take(export)
    north.files = {}
    await north.take_rows(without_papers())

    assert await north.stored("document") == ["SCAN-0", "SCAN-1"]
    assert await lost(north) == []


class Failing(FileStore):
    """Fails at one of its calls."""

    def __init__(self, folder: Path, at: int) -> None:
        super().__init__(FileStore.in_folder(folder).store)
        self.calls, self.at = 0, at

    def count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise StoreFailed.of(OSError(errno.ENOSPC, "No space left on device"))

    async def put(self, *given: Any) -> files.Stored:
        self.count()
        return await super().put(*given)

    async def settle(self, *given: Any) -> None:
        self.count()
        await super().settle(*given)

    async def present(self, *given: Any) -> set[str]:
        self.count()
        return await super().present(*given)

    async def delete(self, *given: Any) -> None:
        self.count()
        await super().delete(*given)


async def test_a_store_that_fails_at_any_call_leaves_no_row_without_bytes(scanned: House):
    export, at = scanned.export({"documents": batch(3)}), 0
    while True:
        at += 1
        failing = Failing(scanned.folder / "files", at)
        try:
            await replace(scanned, store=failing).take(export)
        except StoreFailed as error:
            assert (error.errno, str(error)) == (errno.ENOSPC, "The document store is full: make room, then try again.")
            assert (await scanned.stored("document"), kept(scanned)) == ([], [])
        else:
            break

    assert at > 4  # three files, whether they are there, and forcing them to disk
    assert await lost(scanned) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EROFS, "read-only"), (errno.EACCES, "rights"), (errno.EIO, "did not do it")],
)
def test_what_a_store_lacks_is_told_apart(number: int, words: str):
    said = BaseError(f"Generic LocalFileSystem error: Unable to write: {os.strerror(number)} (os error {number})")

    for error in (said, OSError(number, os.strerror(number))):
        failed = StoreFailed.of(error)
        assert (failed.errno, words in str(failed)) == (number, True)


async def test_bytes_are_forced_to_disk_before_their_rows_are_committed(scanned: House, monkeypatch: pytest.MonkeyPatch):
    """Each file once, and the folders once for all of them, while no row is there yet."""
    force, seen = files.forced, []

    def noted(place: Path) -> None:
        seen.append(place)
        force(place)

    monkeypatch.setattr(files, "forced", noted)
    settle = scanned.store.settle

    async def settled(tenant_id: Any) -> None:
        assert await scanned.stored("document") == []
        await settle(tenant_id)

    monkeypatch.setattr(scanned.store, "settle", settled)

    await scanned.take_rows({"documents": batch(3)})

    folder = scanned.folder / "files"
    assert sorted(seen[:3]) == sorted(kept(scanned))
    assert seen[3:] == [folder / str(scanned.tenant_id), folder]


async def test_every_way_of_keeping_bytes_forces_them_to_disk(north: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    force, seen = files.forced, set()

    def noted(place: Path) -> None:
        seen.add(place)
        force(place)

    monkeypatch.setattr(files, "forced", noted)
    key, file = f"{north.tenant_id}/{'0' * 32}", tmp_path / "upload"
    file.write_bytes(b"bytes")

    await north.store.put_file(north.tenant_id, key, file)

    folder = north.folder / "files"
    assert seen == {folder / key, folder / str(north.tenant_id), folder}
