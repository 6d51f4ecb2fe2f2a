"""A finance house to import into, and exports to import."""

import csv
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from channels.export_format import TYPE_BY_NAME
from channels.files import FileStore
from jobs.imports import run_import
from models.importing.records import ImportOutcome
from models.imports import ImportMode
from models.secrets import KeyRing
from server.process.embedded_postgres import Urls
from tests.database import Cluster

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]
# What a run writes about itself; the tenant is locked, not written, by the foreign keys of those.
OF_THE_RUN = {"import_run", "import_row", "import_sync", "tenant"}


@pytest.fixture(scope="session")
async def house_urls(cluster: Cluster, empty_template: str, anyio_backend: str) -> AsyncIterator[Urls]:
    """A migrated database of this worker's own: every test makes houses of its own in it."""
    urls = await cluster.clone(empty_template)
    yield urls
    await cluster.drop(urls)


@pytest.fixture
async def owner(house_urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """Sees everything: asks what is stored."""
    connection = await asyncpg.connect(house_urls.owner, server_settings={"search_path": "bailiwick"})
    yield connection
    await connection.close()


@pytest.fixture
async def jobs(house_urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(house_urls.jobs, server_settings={"search_path": "bailiwick"})
    yield connection
    await connection.close()


@dataclass
class House:
    """A finance house: what it hands over, and what is stored of it."""

    key: str
    tenant_id: UUID
    owner: asyncpg.Connection
    jobs: asyncpg.Connection
    folder: Path
    keys: KeyRing
    store: FileStore
    sequence: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    def export(self, rows: Rows, *, form: str = "csv", source: str = "erp", **manifest: Any) -> Path:
        """A folder with these rows in it, and the documents in `files`."""
        self.sequence += 1
        folder = self.folder / f"{self.key}-{self.sequence}"
        folder.mkdir(parents=True)
        entries = [write_rows(folder, name, of_type, form) for name, of_type in rows.items()]
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        head = {"format_version": 1, "tenant": self.key, "source": source, "sequence": self.sequence, "files": entries, **manifest}
        (folder / "manifest.json").write_text(json.dumps(head), encoding="utf-8")
        return folder

    async def take(self, export: Path, *, mode: ImportMode = ImportMode.PER_ROW, dry_run: bool = False, **more: Any) -> "Taken":
        """Imports it, as the worker would."""
        report = export.parent / f"{export.name}.report.jsonl"
        result = await run_import(
            self.jobs, tenant_id=self.tenant_id, export=export, mode=mode, dry_run=dry_run, at=more.pop("at", NOW), keys=self.keys,
            store=self.store, report_to=report, **more,
        )  # fmt: skip
        return Taken(result, [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()])

    async def take_rows(self, rows: Rows, **more: Any) -> "Taken":
        manifest = {name: more.pop(name) for name in ("form", "source") if name in more}
        return await self.take(self.export(rows, **manifest), **more)

    async def written(self) -> dict[str, str]:
        """Every row of the tenant, with the transactions that wrote and locked it: a row that is written again with equal values shows too."""
        return await self.digests("t::text || t.xmin || t.xmax")

    async def contents(self) -> dict[str, str]:
        """Every row, with the transaction that wrote it. One that was taken back leaves its number behind as a lock, which is not looked at."""
        return await self.digests("t::text || t.xmin")

    async def digests(self, row: str) -> dict[str, str]:
        tables = await self.owner.fetch(
            "select table_name::text from information_schema.columns where table_schema = 'bailiwick' and column_name = 'tenant_id'"
        )
        found = {}
        for (table,) in tables:
            if table not in OF_THE_RUN:
                statement = f"select md5(coalesce(string_agg({row}, '|' order by t::text), '')) from {table} t where tenant_id = $1"
                found[table] = await self.owner.fetchval(statement, self.tenant_id)
        return found

    async def run(self, run_id: UUID) -> dict[str, Any]:
        """What is written down of a run."""
        [row] = await self.owner.fetch("select * from import_run where tenant_id = $1 and id = $2", self.tenant_id, run_id)
        return dict(row)

    async def stored(self, table: str, columns: str = "external_id", order: str = "1") -> list[Any]:
        rows = await self.owner.fetch(f"select {columns} from {table} where tenant_id = $1 order by {order}", self.tenant_id)
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]


@dataclass(frozen=True)
class Taken:
    """How an import ended, and its report."""

    result: ImportOutcome
    report: list[dict[str, Any]]

    def of(self, type_: str) -> dict[str, str]:
        return {row["external_id"]: row["result"] for row in self.report if row.get("type") == type_}

    def row(self, type_: str, external_id: str) -> dict[str, Any]:
        (found,) = [row for row in self.report if row.get("type") == type_ and row["external_id"] == external_id]
        return found

    @property
    def counts(self) -> dict[str, int]:
        return {name: count for name, count in self.result.counts.items() if count}


def write_rows(folder: Path, name: str, rows: list[dict[str, Any]], form: str) -> dict[str, Any]:
    """One file; `name` is a type, or a type and what tells its files apart: `contracts.2`."""
    path = folder / f"{name}.{form}"
    type_ = name.partition(".")[0]
    with path.open("w", encoding="utf-8", newline="") as file:
        if form == "jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        else:
            known = [column.name for column in TYPE_BY_NAME[type_].columns]
            columns = sorted(
                {*(column for row in rows for column in row), *(c.name for c in TYPE_BY_NAME[type_].columns if c.required)}, key=known.index
            )
            writer = csv.DictWriter(file, columns, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    return {
        "path": path.name,
        "type": type_,
        "rows": len(rows),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "encoding": "utf-8",
    }


@pytest.fixture
async def house(owner: asyncpg.Connection, jobs: asyncpg.Connection, tmp_path: Path) -> Callable[[str], Awaitable[House]]:
    """Makes a house of this name, with one portal."""

    async def make(name: str) -> House:
        return await open_house(owner, jobs, tmp_path, name)

    return make


async def open_house(owner: asyncpg.Connection, jobs: asyncpg.Connection, folder: Path, name: str) -> House:
    tenant_id, portal_id = uuid7(), uuid7()
    key = f"{name}-{tenant_id.hex[-8:]}"
    await owner.execute(
        "insert into tenant (id, key, legal_name, country, currency, created_at) values ($1, $2, $3, 'BE', 'EUR', $4)",
        tenant_id,
        key,
        name,
        NOW,
    )
    await owner.execute(
        "insert into portal (tenant_id, id, key, brand, preset, created_at) values ($1, $2, 'main', $3, 'customer-corner', $4)",
        tenant_id,
        portal_id,
        name,
        NOW,
    )
    return House(key, tenant_id, owner, jobs, folder, KeyRing.new(), FileStore.in_folder(folder / "files"))


@pytest.fixture
async def north(house: Callable[[str], Awaitable[House]]) -> House:
    return await house("north")


@pytest.fixture
async def south(house: Callable[[str], Awaitable[House]]) -> House:
    return await house("south")
