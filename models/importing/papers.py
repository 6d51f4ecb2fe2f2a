"""The bytes of documents: kept before the transaction commits, so that no stored row points at nothing.

What a run kept is deleted only where it is certain that its transaction did not commit. All else is for housekeeping to sweep.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from models.importing.context import ImportContext, literal, staged
from models.importing.shapes import RowType, Store
from models.importing.staging import printable

MOST_AT_ONCE = 500
# How many of the keys that a run kept stay in memory.
SPOOL_BYTES = 1 << 20


class Papers:
    """Brings the bytes of one run into the store. To be closed."""

    def __init__(
        self, context: ImportContext, store: Store, opener: Callable[[str], BinaryIO], others: Iterable[str], *, is_dry_run: bool
    ) -> None:
        """`others` are the files of the export that hold no rows: what documents may name."""
        self.context = context
        self.store = store
        self.opener = opener
        self.others = others
        self.is_dry_run = is_dry_run
        self.kept = SpooledTemporaryFile(max_size=SPOOL_BYTES, mode="w+", encoding="ascii")  # noqa: SIM115  it lives as long as the run

    async def bring(self, type_: RowType) -> None:
        """Bytes of new and changed documents, and of those whose bytes the store has lost.

        What is stored or parked already under the same hash, and is in the store, is not read again.
        """
        await self.context.run(
            "create temp table brought_files (n bigint, storage_key text, byte_size bigint, rule text, message text) on commit drop"
        )
        await self.reuse_parked(type_)
        after = 0
        while rows := await self.context.connection.fetch(self.not_brought(type_), after):
            present = await self.store.present(self.context.tenant_id, [row["stored"] for row in rows if row["stored"]])
            brought = [await self.brought(row["_n"], row["file"], row["sha256"]) for row in rows if row["stored"] not in present]
            await self.context.connection.copy_records_to_table("brought_files", records=brought)
            after = rows[-1]["_n"]

    async def reuse_parked(self, type_: RowType) -> None:
        await self.context.run(f"""
            insert into brought_files (n, storage_key, byte_size)
            select s._n, p.payload->>'_storage_key', (p.payload->>'_byte_size')::bigint
              from {staged(type_)} s join parked_row p on {self.context.own("p")}
               and p.type = {literal(type_.name)} and p.external_id = s.external_id and p.payload->>'sha256' = s.sha256
             where p.payload ? '_storage_key'""")
        await self.drop_lost()

    async def drop_lost(self) -> None:
        """Parked documents whose bytes the store has lost: they are read again."""
        after = 0
        page = f"select n, storage_key from brought_files where n > $1 order by n limit {MOST_AT_ONCE}"
        while rows := await self.context.connection.fetch(page, after):
            present = await self.store.present(self.context.tenant_id, [row["storage_key"] for row in rows])
            lost = [row["n"] for row in rows if row["storage_key"] not in present]
            await self.context.connection.execute("delete from brought_files where n = any($1)", lost)
            after = rows[-1]["n"]

    def not_brought(self, type_: RowType) -> str:
        """The next documents, each with the key of the bytes that are stored of it under the same hash."""
        return f"""
            select s._n, s.file, s.sha256, case when s.sha256 = t.sha256 then t.storage_key end as stored from {staged(type_)} s
              left join {type_.table} t on {self.context.own("t")} and t.external_id = s.external_id
             where s._n > $1 and s.deleted is not true
               and not exists (select from brought_files f where f.n = s._n) order by s._n limit {MOST_AT_ONCE}"""

    async def brought(self, n: int, path: str, sha256: str) -> tuple[int, str | None, int | None, str | None, str | None]:
        bring = self.store.look if self.is_dry_run else self.store.put
        try:
            with self.opener(path) as stream:
                kept = await bring(self.context.tenant_id, stream, sha256)
        except FileNotFoundError:
            return n, None, None, "document.missing", f"The export has no file {distinct(path)}."
        except Exception as error:
            # Whatever store there is says by `rule` that the bytes are at fault; anything else is our own failure.
            if not isinstance(rule := getattr(error, "rule", None), str):
                raise
            return n, None, None, rule, str(error)
        if not self.is_dry_run:
            self.kept.write(kept.storage_key + "\n")
        return n, kept.storage_key, kept.byte_size, None, None

    async def find_unmatched(self, documents: RowType | None) -> None:
        """The files of the export that no row names. What names them is in the staged documents, where there are some."""
        await self.context.run(
            "create temp table other_file (path text, name text) on commit drop; "
            "create temp table unmatched_file (path text, name text) on commit drop"
        )
        others = iter(self.others)
        while paths := await asyncio.to_thread(taken, others):
            await self.context.connection.copy_records_to_table(
                "other_file", records=[(printable(path), printable(distinct(path))) for path in paths]
            )
        named = f"where not exists (select from {staged(documents)} s where s.file = o.path)" if documents else ""
        await self.context.run(f"insert into unmatched_file select path, name from other_file o {named}")

    async def forget(self) -> None:
        """Deletes what this run kept: it is certain that its transaction did not commit."""
        self.kept.seek(0)
        for storage_key in self.kept:
            await self.store.delete(self.context.tenant_id, storage_key.strip())
        self.kept.seek(0)
        self.kept.truncate()

    async def settle(self) -> None:
        """Forces it to disk, before the transaction commits."""
        if not self.is_dry_run:
            await self.store.settle(self.context.tenant_id)

    def close(self) -> None:
        self.kept.close()


def distinct(path: str) -> str:
    """A name for a message: two names that look the same are told apart by their codes."""
    return path if path.isascii() and path.isprintable() else f"{path} ({ascii(path)[1:-1]})"


def taken(paths: Iterator[str]) -> list[str]:
    """The next ones, looked for beside the event loop."""
    return list(islice(paths, MOST_AT_ONCE))
