"""Generated exports, and houses to import them into."""

import csv
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from channels.files import FileStore
from jobs.imports import run_import
from models import Portal, Tenant
from models.connecting import writing_to
from models.importing.records import ImportOutcome
from models.imports import ImportMode
from models.secrets import Key, KeyRing
from server.generator import HOUSES, House, generate
from server.process.embedded_postgres import Urls

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEYS = KeyRing(Key(b"seal" * 8), Key(b"find" * 8))
HOUSE_BY_KEY = {house.key: house for house in HOUSES}
CONTRACTS = 40


@dataclass(frozen=True)
class Taken:
    """How an import ended, and its report."""

    result: ImportOutcome
    report: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        return {name: count for name, count in self.result.counts.items() if count}

    @property
    def rules(self) -> Counter[str]:
        return Counter(row["rule"] for row in self.report if row.get("rule"))


@pytest.fixture(scope="session", params=[house.key for house in HOUSES])
def house(request: pytest.FixtureRequest) -> House:
    """Each house in turn."""
    return HOUSE_BY_KEY[request.param]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Callable[[House], Path]:
    """The export of a house, written once in a session; nobody may change it."""
    place = tmp_path_factory.mktemp("exports")

    def export(house: House) -> Path:
        folder = place / house.key
        if not folder.exists():
            generate(folder, house, 7, CONTRACTS, TODAY)
        return folder

    return export


@pytest.fixture(scope="session")
def export(house: House, exports: Callable[[House], Path]) -> Path:
    return exports(house)


@pytest.fixture
def rows(export: Path) -> Callable[[str], list[dict[str, str]]]:
    """All rows of a type of the house at hand, as text."""
    return lambda type_name: read(export, type_name)


def read(folder: Path, type_name: str) -> list[dict[str, str]]:
    """The rows of one type in an export; none where it has no file."""
    lines = folder / f"{type_name}.jsonl"
    if lines.exists():
        return [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    table = folder / f"{type_name}.csv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Take = Callable[[House, Path], Awaitable[Taken]]


@pytest.fixture
async def take(empty_urls: Urls, tmp_path: Path) -> AsyncIterator[Take]:
    """Imports into a database of the test's own, where houses come to be when they are first named."""
    jobs = await asyncpg.connect(empty_urls.jobs, server_settings={"search_path": "bailiwick"})
    store = FileStore.in_folder(tmp_path / "files")

    async def take(house: House, folder: Path) -> Taken:
        tenant_id = await jobs.fetchval("select find_tenant($1)", house.key)
        if tenant_id is None:
            await open_house(empty_urls, house)
            tenant_id = await jobs.fetchval("select find_tenant($1)", house.key)
        report = tmp_path / "report.jsonl"
        result = await run_import(
            jobs,
            tenant_id=tenant_id,
            export=folder,
            mode=ImportMode.PER_ROW,
            dry_run=False,
            at=NOW,
            keys=KEYS,
            store=store,
            report_to=report,
        )
        return Taken(result, [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()])

    yield take
    await jobs.close()


async def open_house(urls: Urls, house: House) -> None:
    async with writing_to(urls.owner):
        tenant = await Tenant.add(house.key, house.legal_name, house.country, house.currency, NOW)
        for door in house.portals:
            await Portal.add(tenant, door.key, door.brand, NOW, door.preset, hosts=[door.host])
