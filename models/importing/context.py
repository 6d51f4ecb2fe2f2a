"""Where a run works: one connection inside one transaction, one tenant, one source, one instant; and how its statements spell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Connection, Record

from models.importing.shapes import Format, RowType


@dataclass(frozen=True)
class ImportContext:
    """The tenant is told to row-level security for this transaction only; every statement names it again."""

    connection: "Connection[Record]"
    tenant_id: UUID
    source_name: str
    at_instant: datetime
    format: Format

    @property
    def tenant(self) -> str:
        return f"'{self.tenant_id}'::uuid"

    @property
    def source(self) -> str:
        return literal(self.source_name)

    @property
    def at(self) -> str:
        return f"'{self.at_instant.isoformat()}'::timestamptz"

    def sets_of(self, type_: RowType) -> list[RowType]:
        """The types whose rows are lines of this one."""
        return [lines for lines in self.format.values() if lines.set_of and parent_type(self.format, lines).name == type_.name]

    def own(self, alias: str) -> str:
        """Rows of this tenant that came from this source."""
        return f"{alias}.tenant_id = {self.tenant} and {alias}.source = {self.source}"

    async def open(self) -> None:
        """Enters the tenant, for this transaction."""
        await self.connection.execute(
            "select set_config('bailiwick.tenant', $1, true), set_config('bailiwick.realm', 'JOB', true), "
            "set_config('search_path', 'bailiwick, pg_temp', true), set_config('jit', 'off', true), set_config('work_mem', '64MB', true), "
            "set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)",
            str(self.tenant_id),
        )

    async def run(self, statement: str) -> int:
        """How many rows the statement touched."""
        status = await self.connection.execute(statement)
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


def parent_type(format_: Format, lines: RowType) -> RowType:
    """The type that these are lines of."""
    to = next(column.to for column in lines.columns if column.name == lines.set_of)
    assert to is not None
    return format_[to]


def literal(text: str) -> str:
    """A text inside a statement. Backslashes mean themselves: standard_conforming_strings is on."""
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    return f'"{column}"'


def names(columns: Iterable[str], alias: str = "") -> str:
    return ", ".join(f"{alias}.{name(column)}" if alias else name(column) for column in columns)


def staged(type_: RowType) -> str:
    return f"staged_{type_.name}"


def judged(type_: RowType) -> str:
    return f"judged_{type_.name}"


def key(type_: RowType, alias: str) -> str:
    """What the source calls a staged row: its external id, or its parent and number."""
    return " || '#' || ".join(f"{alias}.{name(column)}::text" for column in type_.key)


def verdict(
    result: str, rule: str, field: str | None = None, message: str = "null", missing_type: str = "null", missing: str = "null"
) -> str:
    """Why a row is not simply written; `message`, `missing_type` and `missing` are expressions."""
    shown = literal(field) if field else "null"
    return f"array[{literal(result)}, {literal(rule)}, {shown}, {message}, {missing_type}, {missing}]::text[]"


def version(type_: RowType, alias: str) -> str:
    """The version of a staged row; login identities have none."""
    return f"{alias}.source_version" if any(column.name == "source_version" for column in type_.columns) else "null::bigint"
