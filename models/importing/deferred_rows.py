"""Rows whose parent has not come yet wait in `parked_row`, and are staged again by the run that can place them.

A deleted row with a version leaves a stone there, so that an older version that arrives late does not bring it back.
"""

from models.importing.column_mapping import is_reference
from models.importing.context import ImportContext, judged, key, literal, name, names, staged, version
from models.importing.shapes import Column, RowType
from models.importing.staging import payload, staged_columns

DELETED = "deleted"
# What differs between two readings of one and the same row.
STRAYS = "'{_id,_storage_key,iban_encrypted}'::text[]"
BY_NUMBER = "{}.number"
NEWER = "{}.version"


def missing_type(column: Column) -> str:
    """How a parked row says what it waits for."""
    return BY_NUMBER.format(column.to) if column.by == "number" else str(column.to)


async def waiting_types(context: ImportContext) -> set[str]:
    """The types of which rows are parked."""
    rows = await context.connection.fetch(
        f"select distinct type from parked_row where tenant_id = {context.tenant} and source = {context.source}"
    )
    return {row["type"] for row in rows}


async def stage_parked(context: ImportContext, type_: RowType) -> None:
    """Brings back parked rows whose parent has come, unless this run has the row itself, no older than the parked one."""
    columns = staged_columns(type_)
    await context.run(f"""
        insert into {staged(type_)} (_n, _path, _line, _id, _parked, {names(columns)})
        select -row_number() over (order by p.external_id), 'parked', 0, (p.payload->>'_id')::uuid, true, {names(columns, "r")}
          from parked_row p, jsonb_populate_record(null::{staged(type_)}, p.payload) r
         where {context.own("p")} and p.type = {literal(type_.name)}
           and p.missing_type <> '{DELETED}' and ({" or ".join(arrivals(context, type_))})
           and not exists (select from {staged(type_)} s where {same(type_)} and coalesce({version(type_, "r")} <= {version(type_, "s")}, true))""")


def same(type_: RowType) -> str:
    """The staged row `s` is the parked row `p`; lines are the same when their parent is, since they come as a whole."""
    return f"s.{name(type_.set_of)} = r.{name(type_.set_of)}" if type_.set_of else f"{key(type_, 's')} = p.external_id"


def arrivals(context: ImportContext, type_: RowType) -> list[str]:
    """What a parked row may have waited for, each as a condition that it is there now."""
    conditions = []
    for column in type_.columns:
        if is_reference(column) or column.kind == "list of reference":
            assert column.to is not None
            conditions.append(f"(p.missing_type = {literal(missing_type(column))} and ({arrival(context, type_, column)}))")
    if type_.set_of:
        conditions.append(newer_arrival(context, type_))
    return conditions or ["false"]


def arrival(context: ImportContext, type_: RowType, column: Column) -> str:
    """Rows of the same type may come in this very run: those are always tried again. A parent of lines is staged before it is stored."""
    parent = context.format[str(column.to)]
    if parent.name == type_.name:
        return "true"
    stored = f"exists (select from {parent.table} m where {context.own('m')} and m.{name(column.by)} = p.missing_external_id)"
    return f"{stored} or {in_this_run(parent)}" if column.name == type_.set_of else stored


def newer_arrival(context: ImportContext, type_: RowType) -> str:
    column = next(column for column in type_.columns if column.name == type_.set_of)
    parent = context.format[str(column.to)]
    return (
        f"(p.missing_type = {literal(NEWER.format(parent.name))} and (exists (select from {parent.table} m where m.tenant_id = {context.tenant} "
        f"and m.source = {context.source} and m.external_id = p.missing_external_id and m.source_version >= r.source_version) "
        f"or {in_this_run(parent)}))"
    )


def in_this_run(parent: RowType) -> str:
    return f"exists (select from {staged(parent)} h where h.external_id = p.missing_external_id and h.deleted is not true)"


async def settle_parked(context: ImportContext, type_: RowType) -> None:
    """Parks what this run could not place, and forgets what it placed. Writes nothing that is there already."""
    mine = f"{context.own('p')} and p.type = {literal(type_.name)}"
    parked_version = "(p.payload->>'source_version')::bigint"
    await context.run(f"""
        with gone as (delete from parked_row p using {judged(type_)} j join {staged(type_)} s on s._n = j._n where {mine} {taken(type_)} and case
          when j._parked then p.external_id = j._key and j._result <> 'PARKED'
          else {same_row(type_, "j._key", "j._parent")} and j._result <> 'REJECTED' and j._why[2] is distinct from 'source_version.older'
           and coalesce({parked_version} <= {version(type_, "s")}, true)
           and not exists (select from {judged(type_)} k where k._key = p.external_id and k._result = 'PARKED' and not k._parked) end
          returning p.external_id as key, j._result as result)
        {settling(context, type_)}""")
    # A conflict would lock the row, and so write to it, even where nothing differs: what is there already is left out beforehand.
    await context.run(f"""
        insert into parked_row (tenant_id, source, type, external_id, missing_type, missing_external_id, payload, parked_at)
        select {context.tenant}, {context.source}, {literal(type_.name)}, q.key, q.missing_type, q.missing, q.payload, {context.at}
          from (select j._key as key, {"j._parent" if type_.set_of else "null"} as parent, {version(type_, "s")} as version,
                       j._why[5] as missing_type, j._why[6] as missing, {payload(type_, "s")}{brought_bytes(type_)} as payload
                  from {judged(type_)} j join {staged(type_)} s on s._n = j._n where j._result = 'PARKED') q
         where not exists (select from parked_row p where {mine} and p.external_id = q.key
           and (p.missing_type, p.missing_external_id, p.payload - {STRAYS}) = (q.missing_type, q.missing, q.payload - {STRAYS})
           and coalesce(p.payload->>'_storage_key' = q.payload->>'_storage_key', true))
           and not exists (select from parked_row p where {mine} and {same_row(type_, "q.key", "q.parent")} and {parked_version} > q.version)
        on conflict (tenant_id, source, type, external_id) do update set missing_type = excluded.missing_type,
           missing_external_id = excluded.missing_external_id, payload = excluded.payload, parked_at = excluded.parked_at""")


def taken(type_: RowType) -> str:
    """Rows to be deleted are settled when they are."""
    return "and s.deleted is not true" if any(column.name == DELETED for column in type_.columns) else ""


def settling(context: ImportContext, type_: RowType) -> str:
    """Runs of before say of the rows in `gone`, which they kept aside, what became of them."""
    return f"""
        update import_row i set later_result = g.result, later_at = {context.at} from (select distinct on (key) key, result from gone) g, import_run r
         where i.tenant_id = {context.tenant} and i.type = {literal(type_.name)} and i.external_id = g.key and i.result = 'PARKED'
           and i.later_result is null and (r.tenant_id, r.id) = (i.tenant_id, i.run_id) and r.source = {context.source}"""


def same_row(type_: RowType, key_: str, parent: str) -> str:
    """The parked row `p` is this row; or a line of the same set, which comes and goes as a whole."""
    return f"p.payload->>{literal(type_.set_of)} = {parent}" if type_.set_of else f"p.external_id = {key_}"


def brought_bytes(type_: RowType) -> str:
    """The bytes of a parked document are kept already: the archive that brought them will be gone when its parent comes."""
    if type_.name != "documents":
        return ""
    kept = "jsonb_build_object('_storage_key', f.storage_key, '_byte_size', f.byte_size)"
    return f" || coalesce((select {kept} from brought_files f where f.n = s._n and f.rule is null), '{{}}')"
