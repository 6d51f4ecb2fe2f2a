"""Amortization tables as they will stand after a run, held against their contracts. Where they differ, the report says so: the lessor's
table holds, nothing is refused, and no customer is told.

A table is checked when it changes, or the terms of its contract do. One that a later revision has replaced is not: what the contract says
now is not what it said then.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from asyncpg import Record

from finance.checking import MOST_DIFFERENCES, Agreed, Difference, check
from finance.dates import MONTHLY, MOST_PERIODS, Periodicity
from finance.lines import Line
from finance.money import NOTHING
from finance.payments import Timing
from models.importing.classify import WRITTEN
from models.importing.context import ImportContext, names

DIFFERS, UNCHECKED = "schedule.differs", "schedule.unchecked"
# What a contract says of its table; a change of anything else, such as of what is owed today, has nothing checked again.
TERMS = (
    "kind", "financed_amount", "residual_value_amount", "purchase_option_amount", "nominal_rate_percent", "starts_on", "periodicity_months",
    "timing",
)  # fmt: skip
# Their rents are agreed, and their tables may run at the rate that these imply.
LEASES = ("FINANCE_LEASE", "HIRE_PURCHASE", "RENTAL")
LINE = (
    "number", "due_on", "opening_balance_amount", "payment_amount", "principal_amount", "interest_amount", "fees_amount", "insurance_amount",
    "vat_amount",
)  # fmt: skip
# That the principal adds up follows from where a table begins and ends, as one that does not chain is not taken.
SAID_ALREADY = ("principal.sum",)
MOST_AT_ONCE = 500  # tables whose terms are in memory
LINES_AT_ONCE = 2_000  # lines in memory, beside those of one table
FIRST = UUID(int=0)


class Table(NamedTuple):
    """What an amortization table and its contract agree on."""

    id: UUID
    revision: int
    valid_from_on: date | None
    kind: str
    financed_amount: Decimal | None
    residual_value_amount: Decimal | None
    purchase_option_amount: Decimal | None
    nominal_rate_percent: Decimal | None
    starts_on: date
    periodicity_months: int | None
    timing: str | None


class Note(NamedTuple):
    """What the report says of a table: the rule, the column of its lines, and a sentence."""

    id: UUID
    rule: str
    field: str | None
    message: str


async def create_changed_terms(context: ImportContext) -> None:
    await context.run("create temp table changed_terms (contract_id uuid) on commit drop")


async def find_changed_terms(context: ImportContext, pass_: int) -> None:
    """The contracts of which this pass changes what their tables follow from: asked before they are written."""
    await context.run(f"""
        insert into changed_terms select j.id from judged_contracts j join contract t on t.tenant_id = {context.tenant} and t.id = j.id
         where j._result = 'UPDATED' and j._pass = {pass_} and ({names(TERMS, "j")}) is distinct from ({names(TERMS, "t")})""")


async def note_tables(context: ImportContext, *, types: set[str]) -> int:
    """Checks every table that this run has changed, or whose terms it has. Says how many those were."""
    await context.run(
        "create temp table schedule_note (id uuid, external_id text, contract_id uuid, rule text, field text, message text) on commit drop"
    )
    await context.run(f"create temp table checked_schedule on commit drop as {changed(context, types)}")
    await context.run("create unique index on checked_schedule (id); analyze checked_schedule")
    count = 0
    async for batch in batches(context):
        # Beside the event loop: the worker has more to do, such as saying how far the run is.
        await write(context, await asyncio.to_thread(notes, batch))
        count += len(batch)
    await context.run("analyze schedule_note")
    for statement in places(types):
        await context.run(statement)
    return count


def changed(context: ImportContext, types: set[str]) -> str:
    """The tables to be checked, each the newest of its status. New terms concern the one that holds: the final one, else the provisional."""
    reasons = []
    if "amortization_schedules" in types:
        reasons += [
            f"m.id in (select id from judged_amortization_schedules where _result in {WRITTEN})",
            f"m.id in (select schedule_id from judged_amortization_lines where _result in {WRITTEN})",
        ]
    if "contracts" in types:
        reasons.append("m.contract_id in (select contract_id from changed_terms) and (m.status = 'FINAL' or not exists ("
                       "select from amortization_schedule f where f.tenant_id = m.tenant_id and f.contract_id = m.contract_id and f.status = 'FINAL'))")  # fmt: skip
    return f"""
        select m.id, m.external_id, m.contract_id, m.revision, m.valid_from_on, {names(TERMS, "c")}
          from amortization_schedule m join contract c on c.tenant_id = m.tenant_id and c.id = m.contract_id
         where {context.own("m")} and ({" or ".join(f"({reason})" for reason in reasons)})
           and not exists (select from amortization_schedule n where n.tenant_id = m.tenant_id and n.contract_id = m.contract_id
                              and n.status = m.status and n.revision > m.revision)"""


async def batches(context: ImportContext) -> AsyncIterator[list[tuple[Table, list[Line]]]]:
    """The tables with their lines, as many at once as have so many lines. A table without lines says nothing yet."""
    batch: list[tuple[Table, list[Line]]] = []
    size = 0
    async for table, lines in tables(context):
        batch.append((table, lines))
        size += len(lines)
        if size >= LINES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def tables(context: ImportContext) -> AsyncIterator[tuple[Table, list[Line]]]:
    """Every table with the lines that it will have. Of a longer one than can be checked, one line more than can be."""
    columns = names(Table._fields)
    after = FIRST
    while heads := await context.connection.fetch(
        f"select {columns} from checked_schedule where id > $1 order by id limit {MOST_AT_ONCE}", after
    ):
        table_by_id = {head["id"]: Table(*head) for head in heads}
        lines: list[Line] = []
        of: UUID | None = None
        async for row in lines_of(context, list(table_by_id)):
            if row[0] != of:
                if of is not None:
                    yield table_by_id[of], lines
                of, lines = row[0], []
            lines.append(Line(*row[1:]))
        if of is not None:
            yield table_by_id[of], lines
        after = heads[-1]["id"]


def lines_of(context: ImportContext, ids: Sequence[UUID]) -> AsyncIterator[Record]:
    """The schedule of each line, and its figures: nothing is drawn in an imported one. Streamed."""
    return context.connection.cursor(
        f"select schedule_id, {names(LINE)}, 0::numeric, closing_balance_amount from amortization_line "
        f"where tenant_id = {context.tenant} and schedule_id = any($1::uuid[]) and number <= {MOST_PERIODS + 2} order by schedule_id, number",
        ids,
        prefetch=LINES_AT_ONCE,
    )  # type: ignore[return-value]  # what asyncpg gives is iterated only


def notes(batch: Sequence[tuple[Table, Sequence[Line]]]) -> list[Note]:
    """What there is to say of these tables."""
    return [note for table, lines in batch if (note := noted(table, lines))]


def noted(table: Table, lines: Sequence[Line]) -> Note | None:
    """The first difference of a table, and how many more there are. None if all is well."""
    found = check(lines, agreed(table, lines))
    told = [difference for difference in found if difference.rule not in SAID_ALREADY]
    if not told:
        return None
    rule, field, message = said(told[0])
    return Note(table.id, rule, field, f"{message}{more(len(told) - 1, is_all=len(found) < MOST_DIFFERENCES)}.")


def agreed(table: Table, lines: Sequence[Line]) -> Agreed:
    """What the contract says of its table. What it leaves open is not asked of it."""
    goes_on = table.revision > 1 and (table.valid_from_on is None or table.valid_from_on > table.starts_on)
    is_rate_usable = table.nominal_rate_percent is not None and table.periodicity_months is not None
    return Agreed(
        # A revised table may begin with what the one before has left owed.
        financed_amount=lines[0].opening if goes_on or table.financed_amount is None else table.financed_amount,
        remaining_amount=remaining_amount(table, lines[-1]),
        rate_percent=table.nominal_rate_percent if is_rate_usable else None,
        starts_on=table.starts_on,
        every=Periodicity(months=table.periodicity_months) if table.periodicity_months else MONTHLY,
        timing=Timing(table.timing or Timing.ARREARS),
        may_imply_rate=table.kind in LEASES,
        is_counting_known=False,
        is_beginning_known=not goes_on and table.timing is not None and table.starts_on <= lines[0].due_on,
    )


def remaining_amount(table: Table, last: Line) -> Decimal:
    """What a table should leave owed: the residual value or the price of the option, unless its last payment includes that; else nothing."""
    known = [amount for amount in (table.purchase_option_amount, table.residual_value_amount) if amount]
    if not known or (last.closing == NOTHING and last.principal >= min(known)):
        return NOTHING
    return last.closing if last.closing in known else known[0]


def said(difference: Difference) -> tuple[str, str | None, str]:
    """The rule, the column and the words for a difference."""
    _, number, expected, found = difference
    match difference.rule:
        case "interest.rate":
            return DIFFERS, "interest_amount", f"Line {number}: interest is {found}, at the agreed rate it would be {expected}"
        case "balance.start":
            return DIFFERS, "opening_balance_amount", f"Line {number} opens at {found}, the contract finances {expected}"
        case "balance.end":
            return DIFFERS, "closing_balance_amount", f"Line {number} closes at {found}, the contract leaves {expected}"
        case "table.too_long":
            return UNCHECKED, None, f"It has more than {expected} lines, and is not checked"
        case "terms.unusable":
            return UNCHECKED, "interest_amount", f"Its interest is not checked: {found}"
        case rule:
            return DIFFERS, None, f"Line {number} breaks the rule {rule}: {found} instead of {expected}"


def more(count: int, *, is_all: bool) -> str:
    """How many differences there are beside the one that is told."""
    if count == 0:
        return ""
    return f" ({'' if is_all else 'at least '}{count} more difference{'s' if count > 1 else ''})"


async def write(context: ImportContext, found: Sequence[Note]) -> None:
    await context.connection.executemany(
        "insert into schedule_note (id, external_id, contract_id, rule, field, message) "
        "select $1, external_id, contract_id, $2, $3, $4 from checked_schedule where id = $1",
        found,
    )


def places(types: set[str]) -> list[str]:
    """Where the report says it: at the table; at its first line that has nothing else to say, where only lines came; else at the contract."""
    found: list[str] = []
    if "amortization_schedules" in types:
        found = [
            placed(
                "judged_amortization_schedules", "schedule_note", "j.id = n.id and j._why is null and j._result <> 'PARKED'", "n.message"
            ),
            placed("judged_amortization_lines", BY_FIRST_LINE, "j._n = n.n", "concat_ws(' ', j._why[4], n.message)"),
        ]
    if "contracts" in types:
        at = "'Table ' || n.external_id || ': ' || n.message"
        found.append(placed("judged_contracts", "schedule_note", "j.id = n.contract_id and j._why is null", at))
    return found


# How many lines are no more may have been said at the only line that is left.
BY_FIRST_LINE = """(select distinct on (m.id) f._n as n, m.* from schedule_note m join judged_amortization_lines f on f.schedule_id = m.id
                     where coalesce(f._why[2] = 'lines.removed', true) order by m.id, f._why is not null, f.number)"""


def placed(judged: str, notes: str, where: str, message: str) -> str:
    """Puts notes where they belong, each once."""
    return f"""
        with placed as (
          update {judged} j set _why = array[j._result, n.rule, n.field, {message}, null, null] from {notes} n where {where} returning n.id)
        delete from schedule_note where id in (select id from placed)"""
