"""The bytes of documents: kept before the transaction commits, so that no stored row points at nothing. What a failed run kept is deleted."""

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from models.importing.ground import Ground, literal, staged
from models.importing.shapes import RowType, Store

MOST_AT_ONCE = 500
BLOCK = 1 << 20


class Papers:
    """Brings the bytes of one run into the store."""

    def __init__(self, ground: Ground, store: Store, opener: Callable[[str], BinaryIO], *, is_dry_run: bool) -> None:
        self.ground = ground
        self.store = store
        self.opener = opener
        self.is_dry_run = is_dry_run
        self.kept: list[str] = []

    async def bring(self, type_: RowType) -> None:
        """Bytes of new and changed documents. Those that are stored or parked already under the same hash are not read again."""
        await self.ground.run(
            "create temp table brought_files (n bigint, storage_key text, byte_size bigint, rule text, message text) on commit drop"
        )
        await self.reuse_parked(type_)
        after = 0
        while rows := await self.ground.connection.fetch(self.missing(type_), after):
            brought = [await self.brought(row["_n"], row["file"], row["sha256"]) for row in rows]
            await self.ground.connection.copy_records_to_table("brought_files", records=brought)
            after = rows[-1]["_n"]

    async def reuse_parked(self, type_: RowType) -> None:
        await self.ground.run(f"""
            insert into brought_files (n, storage_key, byte_size)
            select s._n, p.payload->>'_storage_key', (p.payload->>'_byte_size')::bigint
              from {staged(type_)} s join parked_row p on {self.ground.own("p")}
               and p.type = {literal(type_.name)} and p.external_id = s.external_id and p.payload->>'sha256' = s.sha256
             where p.payload ? '_storage_key'""")

    def missing(self, type_: RowType) -> str:
        return f"""
            select s._n, s.file, s.sha256 from {staged(type_)} s
              left join {type_.table} t on {self.ground.own("t")} and t.external_id = s.external_id
             where s._n > $1 and s.deleted is not true and s.sha256 is distinct from t.sha256
               and not exists (select from brought_files f where f.n = s._n) order by s._n limit {MOST_AT_ONCE}"""

    async def brought(self, n: int, path: str, sha256: str) -> tuple[int, str | None, int | None, str | None, str | None]:
        try:
            with self.opener(path) as stream:
                if self.is_dry_run:
                    return n, *hashed(stream, sha256)
                kept = await self.store.put(self.ground.tenant_id, stream, sha256)
        except FileNotFoundError:
            return n, None, None, "document.missing", f"The export has no file {path}."
        except Exception as error:
            # Whatever store there is says by `rule` that the bytes are at fault; anything else is our own failure.
            if not isinstance(rule := getattr(error, "rule", None), str):
                raise
            return n, None, None, rule, str(error)
        self.kept.append(kept.storage_key)
        return n, kept.storage_key, kept.byte_size, None, None

    async def forget(self) -> None:
        """Deletes what this run kept: its transaction did not commit."""
        for storage_key in self.kept:
            await self.store.delete(self.ground.tenant_id, storage_key)
        self.kept.clear()


def hashed(stream: BinaryIO, sha256: str) -> tuple[str | None, int | None, str | None, str | None]:
    """What a dry run looks at: the bytes are read and compared, and not kept."""
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
    if digest.hexdigest() != sha256:
        return None, None, "document.sha256", "The bytes are not those of the hash."
    return "dry-run", size, None, None
