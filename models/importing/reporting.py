"""What is said about every row of a run, in the order of the types and of the files."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from models.importing.ground import Ground, judged, literal
from models.importing.shapes import RowType
from models.imports import ImportResult

# So many rows of a run are kept in the database; the report file has them all.
MOST_KEPT = 10_000
NOTED = "('installment.schedule.differs')"
# A parked row that stays parked is no news of this run.
IS_NEWS = "not (_parked and _result = 'PARKED')"


class ReportRow(NamedTuple):
    """One row of the export, and what became of it. `rule`, `field` and `message` say why, where there is something to say."""

    type: str
    file: str
    line: int
    external_id: str | None
    result: str
    field: str | None
    rule: str | None
    message: str | None


def rows_of(type_: RowType) -> str:
    """Bad rows first, then the judged ones as they came."""
    return f"""
        select {literal(type_.name)} as type, path as file, line, key as external_id, 'REJECTED' as result, field, rule, message, 0::bigint as n
          from import_fault where type = {literal(type_.name)}
        union all
        select {literal(type_.name)}, _path, _line, _key, _result, _why[3], _why[2], _why[4], _n from {judged(type_)} where {IS_NEWS}"""


async def report(ground: Ground, types: Sequence[RowType]) -> AsyncIterator[ReportRow]:
    """Every row, streamed."""
    for type_ in types:
        statement = f"select type, file, line, external_id, result, field, rule, message from ({rows_of(type_)}) r order by n, file, line"
        async for row in ground.connection.cursor(statement, prefetch=2_000):
            yield ReportRow(*row)


async def worth_keeping(ground: Ground, types: Sequence[RowType]) -> list[ReportRow]:
    """The refused and parked rows, and those that differ from their schedule."""
    union = " union all ".join(f"({rows_of(type_)})" for type_ in types)
    rows = await ground.connection.fetch(
        f"select type, file, line, external_id, result, field, rule, message from ({union}) r "
        f"where result in ('PARKED', 'REJECTED') or rule in {NOTED} limit {MOST_KEPT}"
    )
    return [ReportRow(*row) for row in rows]


async def count_results(ground: Ground, types: Sequence[RowType]) -> dict[ImportResult, int]:
    """How many rows ended each way."""
    counts = dict.fromkeys(ImportResult, 0)
    for type_ in types:
        for result, count in await ground.connection.fetch(f"select _result, count(*) from {judged(type_)} where {IS_NEWS} group by 1"):
            counts[ImportResult[result]] += count
    counts[ImportResult.REJECTED] += int(await ground.connection.fetchval("select count(*) from import_fault"))
    return counts
