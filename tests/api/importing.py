"""Importing as staff do it: announce, send, start, and a worker that reads."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import httpx2

from channels.files import FileStore
from jobs.kinds import Tools
from server.process.worker import Worker
from tests.api.asking import read
from tests.world import KEYS, Answer, World, files_folder
from tests.world_rows import Rows, company, write

CREATE = """mutation ($input: ImportUploadCreateInput!) { importUploadCreate(input: $input) {
  upload { id url expiresAt } errors { code message rule path } } }"""
START = """mutation ($input: ImportStartInput!) { importStart(input: $input) {
  importRun { id state mode isDryRun source progressPercent } errors { code message rule path } } }"""
RUN = """query ($id: ID!, $rows: ImportRowFilter) { backOffice { importRun(id: $id) {
  id state source sequence mode isDryRun progressPercent createdAt startedAt finishedAt createdCount updatedCount unchangedCount parkedCount rejectedCount
  heldBackCount unmatchedCount faultRule faultFile faultMessage faults { file line column rule message }
  rows(filter: $rows) { totalCount nodes { number type file line externalId result column rule message laterResult } } } } }"""
FARM = company("P9", "New Farm SA", "BE68539007547034")


def zipped(folder: Path) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return into.getvalue()


def archive(place: Path, rows: Rows = FARM, house: str = "t1", sequence: int = 2) -> bytes:
    """An export as it is uploaded."""
    return zipped(write(place / f"export-{len(list(place.iterdir()))}", house, rows, sequence))


def announced(raw: bytes, **changed: Any) -> dict[str, Any]:
    return {"byteSize": len(raw), "sha256": hashlib.sha256(raw).hexdigest(), **changed}


async def create(world: World, who: str | None, raw: bytes, **changed: Any) -> Answer:
    return await world.ask(who, CREATE, input=announced(raw, **changed))


async def sent(world: World, url: str, raw: bytes, **headers: str) -> httpx2.Response:
    async with world.client() as client:
        return await client.put(url, content=raw, headers=headers)


async def uploaded(world: World, raw: bytes, who: str = "agent") -> str:
    """The id of an upload whose bytes have come."""
    upload = (await create(world, who, raw)).data["importUploadCreate"]["upload"]
    assert (await sent(world, upload["url"], raw)).status_code == 201
    return str(upload["id"])


async def start(world: World, who: str | None, upload: str, key: str = "one", **more: Any) -> Answer:
    return await world.ask(who, START, input={"upload": upload, "idempotencyKey": key, **more})


async def started(world: World, raw: bytes, **more: Any) -> str:
    """The id of a run that waits for a worker."""
    answer = await start(world, "agent", await uploaded(world, raw), **more)
    assert answer.data["importStart"]["errors"] == [], answer.raw
    return str(answer.data["importStart"]["importRun"]["id"])


def worker(world: World, **more: Any) -> Worker:
    tools = Tools(KEYS, FileStore.in_folder(files_folder()), world.urls.jobs)
    return Worker(world.urls.jobs, tools, clock=lambda: world.now, **more)


async def run_of(world: World, run: str, who: str = "agent", **rows: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await read(world, who, RUN, id=run, rows=rows or None))["backOffice"]["importRun"]
    return found
