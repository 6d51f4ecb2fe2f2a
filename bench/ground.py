"""What the bench stands on: a PostgreSQL of its own under `var/bench`, filled once and kept until the tables or the sizes change."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg

from bench.loading import Size, load, signed_in
from models.migrating import make_roles, migrate
from models.migrations import ORDER
from server.process.embedded_postgres import Embedded, Urls, as_role

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "var" / "bench"
# A crash may cost the rows, which are made again; nothing that a query meets is relaxed. Nothing is cleaned up while others are timed.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
KEPT_FOR = timedelta(days=60)  # documents are dated within the portal's window, which moves on
Say = Callable[[str], None]


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: an accountant who reaches all accounts of one house."""

    token: str
    tenant_id: str
    contracts: tuple[str, ...]


class Ground:
    """The database and who may ask it. Used with `with`: the server runs for as long as the block."""

    def __init__(self, size: Size, folder: Path = FOLDER, say: Say = print) -> None:
        self.size, self.folder, self.say = size, folder, say
        self.name = f"bench_{size.houses}_{size.contracts}_{size.installments}"
        self.embedded = Embedded(folder / "postgres", SETTINGS)

    def __enter__(self) -> "Ground":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.superuser_url = self.embedded.start()
        asyncio.run(make_roles(self.superuser_url))
        if not self.is_loaded:
            asyncio.run(self.loaded())
        self.callers = asyncio.run(self.entered())
        return self

    def __exit__(self, *_: object) -> None:
        self.embedded.stop()

    @cached_property
    def urls(self) -> Urls:
        """Who is held by row-level security."""
        return Urls.of(self.superuser_url, self.name)

    @property
    def unwalled_url(self) -> str:
        """Whom no policy holds: for servers that filter by tenant and have no walls in the database."""
        return as_role(self.superuser_url, "postgres", self.name)

    @property
    def postmaster(self) -> int:
        """The process all others of the cluster come from."""
        assert self.embedded.server is not None
        return int(self.embedded.server.get_pid() or 0)

    @property
    def stamp(self) -> Path:
        return self.folder / f"{self.name}.json"

    @property
    def is_loaded(self) -> bool:
        """Whether the rows are those that would be loaded now, and not too old."""
        if not self.stamp.exists():
            return False
        said = json.loads(self.stamp.read_text("utf-8"))
        return said["of"] == self.made_of() and datetime.now(UTC) - datetime.fromisoformat(said["at"]) < KEPT_FOR

    def made_of(self) -> str:
        """A digest of all that the rows follow from."""
        files = [ROOT / "bench" / name for name in ("load.sql", "loading.py")]
        files += sorted(path for step in ORDER for path in (ROOT / "models" / "migrations" / step).glob("*.sql"))
        return sha256(b"".join(file.read_bytes() for file in files) + repr(asdict(self.size)).encode()).hexdigest()

    async def loaded(self) -> None:
        """Makes the database anew."""
        self.stamp.unlink(missing_ok=True)
        for statement in (f'drop database if exists "{self.name}" with (force)', f'create database "{self.name}" owner bailiwick_owner'):
            await self.run(self.superuser_url, statement)
        await migrate(self.urls.owner)
        await load(self.urls, self.size, self.say)
        await self.run(self.unwalled_url, "vacuum (analyze)")
        self.stamp.write_text(json.dumps({"of": self.made_of(), "at": datetime.now(UTC).isoformat()}), "utf-8")

    async def entered(self) -> list[Caller]:
        """New sessions for all accountants, and the contracts of their houses by their ids."""
        tokens = await signed_in(self.urls)
        rows = await self.run(
            self.unwalled_url, "select tenant_id::text, array_agg(id::text order by id) as contracts from bailiwick.contract group by 1"
        )
        await self.run(self.unwalled_url, "analyze bailiwick.session; checkpoint")
        contracts = {row["tenant_id"]: tuple(row["contracts"]) for row in rows}
        return [Caller(token, tenant, contracts[tenant]) for tenant, token in tokens.items()]

    async def run(self, url: str, sql: str) -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            if ";" in sql or not sql.startswith("select"):
                await connection.execute(sql)
                return []
            return await connection.fetch(sql)
        finally:
            await connection.close()
