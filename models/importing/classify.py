"""What becomes of each staged row, decided in one statement per type against what is stored: CREATED, UPDATED, UNCHANGED, PARKED or REJECTED.

Types are judged and written parents first, so a reference finds rows of this run and of earlier ones in the same place. Rows that name
rows of their own type are judged in passes, until none is left whose parent has come.
"""

from models.importing.column_mapping import (
    REFERENCES,
    Unique,
    account_of,
    fills,
    is_reference,
    reference_alias,
    reference_joins,
    uniques,
)
from models.importing.context import ImportContext, judged, key, literal, name, names, staged, verdict
from models.importing.deferred_rows import DELETED, missing_type
from models.importing.shapes import Column, RowType

OLDER = "'Version ' || s.source_version || ' is older than the stored one.'"
WRITTEN = "('CREATED', 'UPDATED')"
# The other row, by its key: of more than two, the first, or for the first the second.
DUPLICATE = "w.keys[1 + (j._key = w.keys[1])::int] || ' in ' || w.places[1 + (j._key = w.keys[1])::int] || ' has it, too.'"
TAKEN = "coalesce(u.external_id || ', which is stored, has it.', 'A row of the portal has it.')"
# Whose currency is that of the row it names: the column that says it, both currencies, and what the other row is called.
OF_ITS_CONTRACT = (("currency", "s.currency", "r_contract.currency", "its contract"),)
SAME_CURRENCY: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "amortization_schedules": OF_ITS_CONTRACT,
    "installments": OF_ITS_CONTRACT,
    "statements": OF_ITS_CONTRACT,
    "operations": OF_ITS_CONTRACT,
    "invoices": OF_ITS_CONTRACT,
    "direct_debits": (("currency", "s.currency", "r_mandate.currency", "its mandate"),),
    "payment_allocations": tuple((paid, "p.currency", f"r_{paid}.currency", f"this {paid}") for paid in ("invoice", "installment", "case")),
}


def judged_columns(type_: RowType) -> list[str]:
    return [fill.column for fill in fills(type_)]


async def create_judged_table(context: ImportContext, type_: RowType) -> None:
    """The verdicts of one type, with the row as it will be stored."""
    columns = names(judged_columns(type_), "t")
    await context.run(
        f"create temp table {judged(type_)} on commit drop as select 0::bigint as _n, ''::text as _path, 0 as _line, ''::text as _key, "
        f"null::uuid as _id, false as _parked, 0 as _pass, ''::text as _result, null::text[] as _why, t.id, 0::bigint as source_version, {columns} "
        f"from {type_.table} t limit 0"
    )


async def find_twins(context: ImportContext, type_: RowType) -> None:
    """Keys that stand more than once in the run: none of their rows is taken, since no one can say which is meant."""
    await context.run(
        f"create temp table twins_{type_.name} on commit drop as select {key(type_, 's')} as key, (array_agg('line ' || s._line || ' of ' || s._path order by s._n))[1] as place from {staged(type_)} s "
        "where not s._parked group by 1 having count(*) > 1"
    )


async def judge(context: ImportContext, type_: RowType, *, pass_: int, is_last: bool) -> int:
    """Judges what can be judged now; in the last pass, everything that is left. Says how many rows that were."""
    own = [column for column in type_.columns if is_reference(column) and column.to == type_.name]
    ready = [f"(s.{name(column.name)} is null or {reference_alias(column)}.id is not null)" for column in own]
    left = f"not exists (select from {judged(type_)} d where d._n = s._n)" if own else "true"
    filled = fills(type_)
    columns = [fill.column for fill in filled]
    stored = ", ".join(f"t.{name(fill.column)}" for fill in filled if fill.is_compared)
    brought = ", ".join(fill.expression for fill in filled if fill.is_compared)
    expressions = ", ".join(f"{fill.expression} as {name(fill.column)}" for fill in filled)
    count = await context.run(f"""
        insert into {judged(type_)} (_n, _path, _line, _key, _id, _parked, _pass, _result, _why, id, source_version, {names(columns)})
        select _n, _path, _line, _key, _id, _parked, {pass_},
               case when _why is not null then _why[1] when not _stored then 'CREATED' when _differs then 'UPDATED' else 'UNCHANGED' end,
               _why, id, source_version, {names(columns)}
          from (select s._n, s._path, s._line, {key(type_, "s")} as _key, s._id, s._parked, coalesce(t.id, s._id) as id,
                       coalesce(s.source_version, t.source_version) as source_version, {expressions}, t.id is not null as _stored,
                       (t.source_version, {stored}) is distinct from (coalesce(s.source_version, t.source_version), {brought}) as _differs,
                       case {" ".join(conditions(context, type_))} end as _why
                  from {staged(type_)} s
                  {joins(context, type_)}
                 where s.deleted is not true and {left} and ({"true" if is_last else " and ".join(ready) or "true"})) q""")
    if count:
        # Before anything is joined with it: a table that nothing is known of is taken for a small one, and compared row by row.
        await context.run(f"analyze {judged(type_)}")
        await reject_shared(context, type_, pass_)
    return count


def joins(context: ImportContext, type_: RowType) -> str:
    """The stored row of the same key, its twins, a stone that marks it deleted, a newer parked one, and all it names."""
    sets = "\n".join(
        f"left join broken_{lines.name} b_{lines.name} on b_{lines.name}.parent = s.external_id" for lines in context.sets_of(type_)
    )
    return f"""left join {type_.table} t on {context.own("t")} and t.external_id = s.external_id
        left join twins_{type_.name} w on w.key = s.external_id and not s._parked
        left join parked_row d on {context.own("d")} and d.type = {literal(type_.name)} and d.missing_type = '{DELETED}'
          and d.external_id = s.external_id and (d.payload->>'source_version')::bigint > s.source_version
        left join {staged(type_)} k on k._parked and not s._parked and k.external_id = s.external_id
        {reference_joins(context, type_)}
        {sets}"""


def conditions(context: ImportContext, type_: RowType) -> list[str]:
    """Why a row is not simply written, the first that holds: `when condition then verdict`."""
    found = [
        (
            "w.key is not null",
            verdict("REJECTED", "external_id.duplicate", type_.key[0], "'It stands more than once, first in ' || w.place || '.'"),
        ),
        ("d.external_id is not null", verdict("UNCHANGED", "source_version.older", "source_version", "'A newer version deleted it.'")),
        ("k._n is not null", verdict("UNCHANGED", "source_version.older", "source_version", "'A newer version has come before.'")),
        ("t.source_version > s.source_version", verdict("UNCHANGED", "source_version.older", "source_version", OLDER)),
    ]
    found += [(f"b_{lines.name}.parent is not null", set_verdict(lines)) for lines in context.sets_of(type_)]
    found += [condition for column in type_.columns for condition in column_conditions(type_, column)]
    if account_of(type_):
        found.append(
            (
                f"t.account_id <> {account_of(type_)}",
                verdict("REJECTED", f"{type_.table}.account.changed", "account", "'It belongs to another account already.'"),
            )
        )
        found += [
            (strange, verdict("REJECTED", "reference.account", field, "'It belongs to another account.'"))
            for field, strange in strangers(context, type_)
        ]
    found += other_currencies(type_)
    return [f"when {condition} then {why}" for condition, why in found]


def set_verdict(lines: RowType) -> str:
    alias = f"b_{lines.name}"
    return f"array['REJECTED', {alias}.rule, {alias}.field, {alias}.message, null, null]::text[]"


def column_conditions(type_: RowType, column: Column) -> list[tuple[str, str]]:
    """What a single column can be held up by."""
    staged_value = f"s.{name(column.name)}"
    if column.kind == "portal":
        return [
            (
                "s.portal is not null and r_portal.id is null",
                verdict("REJECTED", "portal.unknown", "portal", "'The tenant has no such portal.'"),
            )
        ]
    if column.kind == "path":
        return [("f.rule is not null", "array['REJECTED', f.rule, 'file', f.message, null, null]::text[]")]
    if column.kind == REFERENCES:
        missing = verdict(
            "PARKED",
            "reference.missing",
            column.name,
            waiting(column, "r_contracts.missing"),
            literal(str(column.to)),
            "r_contracts.missing",
        )
        strange = verdict("REJECTED", "reference.account", column.name, "r_contracts.strange || ' belongs to another account.'")
        return [
            ("t.id is null and r_contracts.missing is not null", missing),
            ("t.id is null and r_contracts.strange is not null", strange),
        ]
    if not is_reference(column):
        return []
    found = []
    if column.to == type_.name:
        found.append((f"{staged_value} = s.external_id", verdict("REJECTED", "reference.self", column.name, "'A row cannot name itself.'")))
    missing = verdict(
        "PARKED", "reference.missing", column.name, waiting(column, staged_value), literal(missing_type(column)), staged_value
    )
    return [*found, (f"{staged_value} is not null and {reference_alias(column)}.id is null", missing)]


def waiting(column: Column, value: str) -> str:
    return f"'Waits for ' || {value} || ' of {column.to}.'"


def strangers(context: ImportContext, type_: RowType) -> list[tuple[str, str]]:
    """Each row that this one names must be of its account; the database would refuse the whole statement otherwise."""
    account = account_of(type_)
    found = []
    for column in type_.columns:
        if is_reference(column) and column.name != type_.set_of:
            parent = context.format[str(column.to)]
            if column.to == "accounts":
                found.append((column.name, f"{reference_alias(column)}.id <> {account}"))
            elif account_of(parent):
                found.append((column.name, f"{reference_alias(column)}.account_id <> {account}"))
    return found


def other_currencies(type_: RowType) -> list[tuple[str, str]]:
    """Amounts are added up and compared between a row and what it is of, which takes one currency."""
    return [
        (
            f"{theirs} <> {ours}",
            verdict("REJECTED", "currency.differs", field, f"'It is in ' || {ours} || ', and {whose} in ' || {theirs} || '.'"),
        )
        for field, ours, theirs, whose in SAME_CURRENCY.get(type_.name, ())
    ]


async def note_kept(context: ImportContext, type_: RowType, pass_: int) -> None:
    """What an export brings for a column that the portal owns, and is not taken: asked before the row is written."""
    for column in type_.columns:
        if column.owned_by_portal:
            brought, kept = owned_values(column)
            message = literal(f"{column.name} is kept as it is: the portal owns it.")
            await context.run(f"""
                insert into import_note (n, rule, field, message)
                select j._n, 'column.kept', {literal(column.name)}, {message}
                  from {judged(type_)} j join {staged(type_)} s on s._n = j._n
                 where j._pass = {pass_} and j._result in ('UPDATED', 'UNCHANGED') and j._why is null and {brought} is not null
                   and {brought} is distinct from {kept}""")


def owned_values(column: Column) -> tuple[str, str]:
    """What the file says, and what will be stored, in one spelling."""
    if column.kind == REFERENCES:
        stored = "select array_agg(c.external_id order by c.external_id) from contract c where c.id = any(j.contract_ids)"
        return f"(select array_agg(k order by k) from unnest(s.{name(column.name)}) k)", f"({stored})"
    return f"s.{name(column.name)}", f"j.{name(column.name)}"


async def reject_shared(context: ImportContext, type_: RowType, pass_: int) -> None:
    """Numbers that two rows would share: neither of two new ones is taken, and none that belongs to a stored row which keeps it."""
    for unique in uniques(type_):
        await context.run(twins_in_run(type_, unique, pass_))
        # A row that is refused keeps its number, which may hold up another: again, until nothing moves.
        while await context.run(held_by_stored(context, type_, unique, pass_)):
            pass


def twins_in_run(type_: RowType, unique: Unique, pass_: int) -> str:
    condition = unique.condition.format(alias="j")
    columns = names(f"c{place}" for place in range(len(unique.columns)))
    return f"""
        update {judged(type_)} j set _result = 'REJECTED', _why = {verdict("REJECTED", f"{unique.field}.duplicate", unique.field, DUPLICATE)}
          from (select {columns}, (array_agg(_key order by _n))[:2] as keys, (array_agg('line ' || _line || ' of ' || _path order by _n))[:2] as places
                  from (select j._n, j._key, j._path, j._line, {unique.values("j")} from {judged(type_)} j where _result in {WRITTEN} and {condition})
                    j (_n, _key, _path, _line, {columns}) group by {columns} having count(*) > 1) w
         where ({unique.values("j")}) = ({names((f"c{place}" for place in range(len(unique.columns))), "w")}) and j._pass = {pass_} and j._result in {WRITTEN} and {condition}"""


def held_by_stored(context: ImportContext, type_: RowType, unique: Unique, pass_: int) -> str:
    by_source = f"and u.source = {context.source}" if unique.is_by_source else ""
    mine, theirs = unique.condition.format(alias="j"), unique.condition.format(alias="u")
    moves_away = f"(({unique.values('h')}) is distinct from ({unique.values('u')}) or not ({unique.condition.format(alias='h')}))"
    return f"""
        update {judged(type_)} j set _result = 'REJECTED', _why = {verdict("REJECTED", f"{unique.field}.taken", unique.field, TAKEN)}
          from {type_.table} u
         where u.tenant_id = {context.tenant} {by_source} and ({unique.values("u")}) = ({unique.values("j")}) and u.id <> j.id
           and j._result in {WRITTEN} and j._pass = {pass_} and {mine} and {theirs}
           and not exists (select from {judged(type_)} h where h.id = u.id and h._result = 'UPDATED' and {moves_away})"""
