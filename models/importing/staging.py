"""Rows on their way in: copied into temporary tables as they were read. Nothing of the tenant is touched yet.

COPY is refused on tables under row-level security, so the rows wait in tables without one; those end with the transaction.
"""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from uuid_utils import uuid7

from models.forms import KEY
from models.importing.context import ImportContext, name, names, staged
from models.importing.encryption import SEALED, Sealer
from models.importing.shapes import BadRow, Column, GoodRow, RowNote, RowType, Value
from models.importing.spelling import Speller

TEXTS = {"key", "reference", "portal", "path"}
# How much of the faults stays in memory while rows are copied past them.
SPOOL_BYTES = 4 << 20
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Rows = AsyncIterable[Sequence[GoodRow | BadRow]]


def staged_columns(type_: RowType) -> list[str]:
    """The columns of a staged row as the file has them; an IBAN is sealed before it comes here."""
    return [part for column in type_.columns for part in (SEALED if column.kind == "iban" else (column.name,))]


async def create_fault_table(context: ImportContext) -> None:
    await context.run(
        "create temp table import_fault (n bigint, type text, path text, line int, field text, rule text, message text, key text, parent text) "
        "on commit drop; create temp table import_note (n bigint, rule text, field text, message text) on commit drop"
    )


async def create_staged_table(context: ImportContext, type_: RowType) -> None:
    """A table like the one the rows go to, without its walls, with text where they still name other rows."""
    rows = await context.connection.fetch(
        "select a.attname::text, format_type(a.atttypid, a.atttypmod) from pg_attribute a where a.attrelid = $1::text::regclass and a.attnum > 0",
        type_.table,
    )
    types: dict[str, str] = {row[0]: row[1] for row in rows}
    columns = [f"{name(part)} {types[part]}" for part in SEALED] if any(column.kind == "iban" for column in type_.columns) else []
    columns += [f"{name(column.name)} {column_type(column, types)}" for column in type_.columns if column.kind != "iban"]
    await context.run(
        f"create temp table {staged(type_)} (_n bigint, _path text, _line int, _id uuid, _parked boolean not null default false, "
        f"{', '.join(columns)}) on commit drop"
    )


def column_type(column: Column, types: dict[str, str]) -> str:
    if column.name == "deleted":
        return "boolean"
    if column.name == "source_version":
        return "bigint"
    if column.kind == "list of reference":
        return "text[]"
    return "text" if column.kind in TEXTS else types[column.name]


class Staging:
    """Copies the files of one run, one after the other, and counts the rows."""

    def __init__(self, context: ImportContext, sealer: Sealer) -> None:
        self.context = context
        self.sealer = sealer
        self.country: str | None = None  # of the house
        self.count = 0

    async def copy(self, type_: RowType, path: str, rows: Rows) -> int:
        """All rows of one file: the good ones beside those of their type, the bad ones among the faults. Says how many there were."""
        before = self.count
        with spool() as faults, spool() as notes:
            columns = ["_n", "_path", "_line", "_id", *staged_columns(type_)]
            await self.into(staged(type_), self.spelled(type_, path, rows, faults, notes), columns)
            faults.seek(0)
            await self.into("import_fault", faults, ["n", "type", "path", "line", "field", "rule", "message", "key", "parent"])
            notes.seek(0)
            await self.into("import_note", notes, ["n", "field", "rule", "message"])
        return self.count - before

    async def into(self, table: str, source: AsyncIterator[bytes] | BinaryIO, columns: list[str]) -> None:
        await self.context.connection.copy_to_table(table, source=source, columns=columns, format="text")

    async def spelled(self, type_: RowType, path: str, rows: Rows, faults: BinaryIO, notes: BinaryIO) -> AsyncIterator[bytes]:
        where = path.translate(ESCAPES)
        seals, speller = self.sealer.of(type_), Speller(self.context.format, type_, self.country)
        async for chunk in rows:
            lines = []
            for row in chunk:
                self.count += 1
                read = spelled_by(speller, row)
                if not isinstance(read, tuple):
                    faults.write(fault_line(self.count, type_, path, read))
                else:
                    row_id = str(uuid7())
                    cells = [spelling(value) for value in (seals(row_id, read) if seals else read)]
                    lines.append("\t".join([f"{self.count}\t{where}\t{row.line}\t{row_id}", *cells]))
                    notes.writelines(note_line(self.count, note) for note in row.notes)  # type: ignore[union-attr]  # a good row has them
            if lines:
                yield ("\n".join(lines) + "\n").encode()


def spelled_by(speller: Speller, row: GoodRow | BadRow) -> tuple[Value, ...] | BadRow:
    """The values of a row as they are stored, or what is wrong with it."""
    values = getattr(row, "values", None)
    return speller.row(row.line, values) if isinstance(values, tuple) else row  # type: ignore[return-value]  # without values it is a bad one


def spool() -> BinaryIO:
    """Holds faults and notes while rows are copied past them: one connection copies one thing at a time."""
    return cast(BinaryIO, SpooledTemporaryFile(max_size=SPOOL_BYTES))


def fault_line(n: int, type_: RowType, path: str, row: BadRow) -> bytes:
    key, parent = (KEY.of(shown) if shown else shown for shown in (row.key, row.parent))
    cells = (str(n), type_.name, path, str(row.line), row.field, row.rule, row.message, key, parent)
    return ("\t".join(spelling(cell if cell is None else printable(cell)) for cell in cells) + "\n").encode()


def note_line(n: int, note: RowNote) -> bytes:
    return ("\t".join(spelling(printable(cell)) for cell in (str(n), note.field, note.rule, note.message)) + "\n").encode()


def printable(text: str) -> str:
    """What was wrong may be its very characters: those that no text column takes are shown as a question mark."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


def spelling(value: Value) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, tuple):
        quoted = ",".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value)
        return ("{" + quoted + "}").translate(ESCAPES)
    return value.translate(ESCAPES) if "\\" in value or "\n" in value or "\t" in value or "\r" in value else value


def payload(type_: RowType, alias: str) -> str:
    """A staged row as it is parked: all of it but where it stood in its file."""
    columns = names(staged_columns(type_), alias)
    pairs = ", ".join(f"'{column}', {alias}.{name(column)}" for column in staged_columns(type_))
    assert columns
    return f"jsonb_strip_nulls(jsonb_build_object('_id', {alias}._id, {pairs}))"
