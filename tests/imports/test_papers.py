"""Documents come in by the hundred, each with the hash of its bytes, and find their contract by its number."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from channels import files
from models.imports import ImportMode
from tests.imports.conftest import House, Rows
from tests.imports.exports import PAPER, mill


def paper(n: int) -> bytes:
    return PAPER + str(n).encode()


def batch(count: int, contract: str = "L-1") -> list[dict[str, Any]]:
    """A manifest of papers: contract, kind, date, batch, hash."""
    return [
        {
            "external_id": f"SCAN-{n}", "contract_number": contract, "kind": "AMENDMENT", "number": f"AM-{n}", "title": f"Amendment {n}", "document_on": "2026-11-01",
            "published_at": "2026-11-02T08:00:00Z", "batch_number": "B-2026-11", "content_type": "application/pdf", "file": f"scans/{n}.pdf",
            "sha256": hashlib.sha256(paper(n)).hexdigest(),
        }
        for n in range(count)
    ]  # fmt: skip


def scans(count: int) -> dict[str, bytes]:
    return {f"scans/{n}.pdf": paper(n) for n in range(count)}


def without_papers() -> Rows:
    rows = mill()
    rows.pop("documents")
    return rows


def kept(house: House) -> list[Path]:
    return [path for path in (house.folder / "files").rglob("*") if path.is_file()]


@pytest.mark.row("BO-6", part="papers in bulk find their contract by its number")
async def test_a_batch_of_papers_finds_its_contract_by_number(north: House):
    await north.take_rows(without_papers())
    north.files = scans(40)

    taken = await north.take_rows({"documents": batch(40)})

    assert taken.counts == {"CREATED": 40}
    stored = await north.owner.fetch(
        "select d.external_id, c.external_id, d.batch_number, d.sha256, d.byte_size, d.storage_key from document d "
        "join contract c on (c.tenant_id, c.id) = (d.tenant_id, d.contract_id) where d.tenant_id = $1",
        north.tenant_id,
    )
    assert len(stored) == 40
    assert {(row[1], row[2]) for row in stored} == {("C1", "B-2026-11")}
    for row in stored:
        content = b"".join([block async for block in north.store.get(north.tenant_id, row["storage_key"])])
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row["sha256"], row["byte_size"])


@pytest.mark.row("BO-6", part="other bytes than those of the hash are refused")
@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_paper_with_other_bytes_is_refused_and_the_rest_taken(north: House, dry_run: bool):
    await north.take_rows(without_papers())
    north.files = scans(3) | {"scans/1.pdf": b"not what was scanned"}

    taken = await north.take_rows({"documents": batch(3)}, dry_run=dry_run)

    assert taken.of("documents") == {"SCAN-0": "CREATED", "SCAN-1": "REJECTED", "SCAN-2": "CREATED"}
    assert (taken.row("documents", "SCAN-1")["rule"], taken.row("documents", "SCAN-1")["field"]) == ("document.sha256", "file")
    assert len(kept(north)) == (0 if dry_run else 2)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_paper_that_is_too_large_is_refused(north: House, monkeypatch: pytest.MonkeyPatch, dry_run: bool):
    monkeypatch.setattr(files, "MOST_BYTES", len(paper(0)))
    await north.take_rows(without_papers())
    north.files = scans(2) | {"scans/1.pdf": paper(0) + b"!"}

    taken = await north.take_rows({"documents": batch(2)}, dry_run=dry_run)

    assert taken.of("documents") == {"SCAN-0": "CREATED", "SCAN-1": "REJECTED"}
    assert taken.row("documents", "SCAN-1")["rule"] == "document.size"


@pytest.mark.row("BO-6", part="what matches nothing is listed")
async def test_papers_without_their_contract_wait_and_are_listed_and_come_in_with_it(north: House):
    north.files = scans(2)
    early = await north.take_rows({"documents": batch(2)})
    north.files = {}

    late = await north.take_rows(without_papers())

    assert early.of("documents") == {"SCAN-0": "PARKED", "SCAN-1": "PARKED"}
    assert early.row("documents", "SCAN-0")["message"] == "Waits for L-1 of contracts."
    waited = [row for row in await north.stored("import_row", "external_id, result") if row[1] == "PARKED"]
    assert waited == [("SCAN-0", "PARKED"), ("SCAN-1", "PARKED")]
    assert late.of("documents") == {"SCAN-0": "CREATED", "SCAN-1": "CREATED"}
    assert len(kept(north)) == 2


@pytest.mark.row("BO-6", part="what matches nothing is listed")
@pytest.mark.parametrize("mode", ImportMode)
async def test_files_that_no_row_names_are_listed_and_left_out(north: House, mode: ImportMode):
    await north.take_rows(without_papers())
    north.files = scans(3) | {"scans/.DS_Store": b"", "letter.docx": b"?"}

    taken = await north.take_rows({"documents": batch(2)}, mode=mode)

    assert taken.counts == {"CREATED": 2, "UNMATCHED": 2}
    assert [(row["file"], row["rule"]) for row in taken.report if row["result"] == "UNMATCHED"] == [
        ("letter.docx", "document.unmatched"),
        ("scans/2.pdf", "document.unmatched"),
    ]
    unmatched = [row for row in await north.stored("import_row", "file, result") if row[1] == "UNMATCHED"]
    assert unmatched == [("letter.docx", "UNMATCHED"), ("scans/2.pdf", "UNMATCHED")]
    assert (await north.run(taken.result.run_id))["unmatched_count"] == 2
    assert len(kept(north)) == 2


async def test_files_are_listed_too_where_there_are_no_rows_of_documents(north: House):
    north.files = {"scans/1.pdf": PAPER}

    taken = await north.take_rows({"parties": mill()["parties"]})

    assert taken.counts == {"CREATED": 2, "UNMATCHED": 1}


@pytest.mark.row("BO-6", part="the same papers again are not kept again")
async def test_the_same_papers_again_change_nothing_and_keep_no_second_copy(north: House):
    await north.take_rows(without_papers())
    north.files = scans(5)
    await north.take_rows({"documents": batch(5)})
    before, files_before = await north.written(), sorted(kept(north))

    again = await north.take_rows({"documents": batch(5)})

    assert again.counts == {"UNCHANGED": 5}
    assert await north.written() == before
    assert sorted(kept(north)) == files_before


async def test_new_bytes_of_a_paper_are_a_change(north: House):
    await north.take_rows(without_papers())
    north.files = scans(1)
    await north.take_rows({"documents": batch(1)})
    rows = batch(2)[1:]
    rows[0] |= {"external_id": "SCAN-0"}
    north.files = {"scans/1.pdf": paper(1)}

    taken = await north.take_rows({"documents": rows})

    assert taken.of("documents") == {"SCAN-0": "UPDATED"}
    assert await north.stored("document", "sha256") == [hashlib.sha256(paper(1)).hexdigest()]
