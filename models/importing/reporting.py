"""What is said about every row of a run, in the order of the types and of the files."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from models.importing.context import ImportContext, judged, literal
from models.importing.shapes import RowType
from models.importing.tables import DIFFERS, UNCHECKED
from models.imports import ImportResult

# So many rows of a run are kept in the database; the report file has them all.
MOST_KEPT = 10_000
# Rules by which a row is taken, and noted; `import_note` holds what else there is to say of rows that are taken.
NOTED = f"('installment.schedule.differs', 'invoice.lines.differ', '{DIFFERS}', '{UNCHECKED}')"
# A parked row that stays parked is no news of this run.
IS_NEWS = "not (_parked and _result = 'PARKED')"
BY_WORTH = "array['REJECTED', 'NOTED', 'HELD_BACK', 'PARKED', 'UNMATCHED', 'CREATED', 'UPDATED', 'UNCHANGED']"
# What a run that takes all or nothing did not take, though there was nothing wrong with it.
TAKEN = ("CREATED", "UPDATED", "PARKED")
HELD_BACK = f"case when _result in {TAKEN} then 'HELD_BACK' else _result end"
UNMATCHED = """
    select 'documents' as type, path as file, 0 as line, null as external_id, 'UNMATCHED' as result, 'file' as field,
           'document.unmatched' as rule, 'No row of documents names this file: ' || name || '.' as message, 0::bigint as n, false as is_noted from unmatched_file"""
# All that is noted of a row, in one sentence after the other; the first says the rule and the column.
NOTES = """
    select n, (array_agg(rule order by at))[1] as rule, (array_agg(field order by at))[1] as field,
           string_agg(case at when 1 then message else field || ': ' || message end, ' ' order by at) as message
      from (select *, row_number() over (partition by n) as at from import_note) i group by n"""
COLUMNS = "type, file, line, external_id, result, field, rule, message"


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


class Report:
    """The report of one run, once all its rows are judged. `is_refused`: one faulty row, and the run takes nothing."""

    def __init__(self, context: ImportContext, types: Sequence[RowType], *, is_refused: bool = False) -> None:
        self.context, self.types, self.is_refused = context, types, is_refused

    async def rows(self) -> AsyncIterator[ReportRow]:
        """Every row, streamed."""
        for rows in (*map(self._of, self.types), UNMATCHED):
            async for row in self.context.connection.cursor(f"select {COLUMNS} from ({rows}) r order by n, file, line", prefetch=2_000):
                yield ReportRow(*row)

    async def worth_keeping(self) -> list[ReportRow]:
        """As many as are kept. When there are too many, those that somebody has to do something about are kept before the others."""
        await self.context.run("analyze import_note")
        parts = [*map(self._of, self.types), UNMATCHED]
        union = " union all ".join(f"select {place} as place, q.* from ({rows}) q" for place, rows in enumerate(parts))
        kept = f"""
            select * from ({union}) r
             order by array_position({BY_WORTH}, case when is_noted and result <> 'REJECTED' then 'NOTED' else result end), place, n, file
             limit {MOST_KEPT}"""
        return [ReportRow(*row) for row in await self.context.connection.fetch(f"select {COLUMNS} from ({kept}) k order by place, n, file")]

    def _of(self, type_: RowType) -> str:
        """Those of one type as they stood in the files, good and bad."""
        result = HELD_BACK if self.is_refused else "_result"
        return f"""
            select {literal(type_.name)} as type, path as file, line, key as external_id, 'REJECTED' as result, field, rule, message, n,
                   false as is_noted
              from import_fault where type = {literal(type_.name)}
            union all
            select {literal(type_.name)}, _path, _line, _key, {result}, case when _why is null then i.field else _why[3] end,
                   coalesce(_why[2], i.rule), nullif(concat_ws(' ', _why[4], i.message), ''), _n, i.n is not null or coalesce(_why[2] in {NOTED}, false)
              from {judged(type_)} left join ({NOTES}) i on i.n = _n where {IS_NEWS}"""


async def count_results(context: ImportContext, types: Sequence[RowType]) -> dict[ImportResult, int]:
    """How many rows ended each way."""
    counts = dict.fromkeys(ImportResult, 0)
    for type_ in types:
        for result, count in await context.connection.fetch(f"select _result, count(*) from {judged(type_)} where {IS_NEWS} group by 1"):
            counts[ImportResult[result]] += count
    counts[ImportResult.REJECTED] += int(await context.connection.fetchval("select count(*) from import_fault"))
    counts[ImportResult.UNMATCHED] += int(await context.connection.fetchval("select count(*) from unmatched_file"))
    return counts


async def complete_types(context: ImportContext, types: Sequence[RowType]) -> list[str]:
    """Those of the types of which every row of this run was taken: after that what is shown of them is as fresh as the run."""
    found = []
    for type_ in types:
        left = f"select from {judged(type_)} where _result in ('REJECTED', 'PARKED') and {IS_NEWS}"
        faulty = f"select from import_fault where type = {literal(type_.name)}"
        if not await context.connection.fetchval(f"select exists ({left}) or exists ({faulty})"):
            found.append(type_.name)
    return found


def held_back(counts: dict[ImportResult, int]) -> dict[ImportResult, int]:
    """The same counts for a run that takes all or nothing, and takes nothing."""
    taken = [ImportResult[name] for name in TAKEN]
    return counts | dict.fromkeys(taken, 0) | {ImportResult.HELD_BACK: sum(counts[result] for result in taken)}
