"""Rows that the source says are gone: children first, each by itself, and none that other rows still hang on.

They go before the others come, so that what replaces them finds their place free. What is still needed then may be free when all the
others have come, and is tried again; what a refused row was to replace stays.
"""

from models.importing.column_mapping import uniques
from models.importing.context import ImportContext, judged, key, literal, name, staged, verdict, version
from models.importing.deferred_rows import DELETED, settling
from models.importing.shapes import RowType

IDENTITY = "login_identities"


async def delete_rows(context: ImportContext, type_: RowType, *, is_last: bool) -> int:
    """Deletes in the database's own judgement: a foreign key refuses what is still needed, for good in the last try only. Says how many
    rows asked for it.
    """
    if not any(column.name == "deleted" for column in type_.columns):
        return 0
    asked = int(await context.connection.fetchval(f"select count(*) from {staged(type_)} where deleted"))
    if asked:
        await context.run(deletion(context, type_, is_last=is_last))
        if is_last:
            await leave_stones(context, type_)
    return asked


def deletion(context: ImportContext, type_: RowType, *, is_last: bool) -> str:
    owned = "\n".join(
        f"delete from {lines.table} where tenant_id = {context.tenant} and {name(f'{lines.set_of}_id')} = r.id;"
        for lines in context.sets_of(type_)
    )
    return f"""
        do $$
        declare r record; why text[];
        begin
          for r in {candidates(context, type_)} and not exists (select from {judged(type_)} d where d._n = s._n) {order(type_)} loop
            if r.is_needed then why := {verdict("REJECTED", "deleted.replaced", "deleted", "'What was to take its place is refused: it stays.'")};
            elsif r.is_twin then why := {verdict("REJECTED", "external_id.duplicate", type_.key[0], "'It stands more than once.'")};
            elsif r.is_older then why := {verdict("UNCHANGED", "source_version.older", "source_version", "'The stored one is newer.'")};
            elsif r.id is null then why := {verdict("UNCHANGED", "deleted.already", None, "'There is no such row.'")};
            else
              begin
                {owned}
                delete from {type_.table} where tenant_id = {context.tenant} and id = r.id;
                why := {verdict("UPDATED", "deleted", None, "'It is deleted.'")};
              exception when foreign_key_violation then
                {"" if is_last else "continue;"}
                why := {verdict("REJECTED", "deleted.referenced", "deleted", "'Other rows still hang on it.'")};
              end;
            end if;
            insert into {judged(type_)} (_n, _path, _line, _key, _parked, _result, _why) values (r._n, r._path, r._line, r.key, false, why[1], why);
          end loop;
        end $$"""


def candidates(context: ImportContext, type_: RowType) -> str:
    """The staged rows that ask for it, with the stored row of each."""
    twin = f"left join twins_{type_.name} w on w.key = {key(type_, 's')}"
    if type_.name == IDENTITY:
        return f"""
            select s._n, s._path, s._line, {key(type_, "s")} as key, t.id, w.key is not null as is_twin, false as is_older, false as is_needed
              from {staged(type_)} s {twin}
              left join portal_user p on {context.own("p")} and p.external_id = s."user"
              left join login_identity t on t.tenant_id = {context.tenant} and t.user_id = p.id and t.kind = s.kind and t.value = s.value
             where s.deleted"""
    return f"""
        select s._n, s._path, s._line, s.external_id as key, t.id, w.key is not null as is_twin,
               coalesce(t.source_version > s.source_version, false) as is_older, {needed(type_)} as is_needed
          from {staged(type_)} s {twin}
          left join {type_.table} t on {context.own("t")} and t.external_id = s.external_id
         where s.deleted"""


def order(type_: RowType) -> str:
    return "" if type_.name == IDENTITY else "order by s._n desc"


def needed(type_: RowType) -> str:
    """Whether a row of this run was refused because this one, which is there still, has what only one row may have."""
    shares = [f"(j._why[2] = '{unique.field}.taken' and ({unique.values('j')}) = ({unique.values('t')}))" for unique in uniques(type_)]
    return f"exists (select from {judged(type_)} j where j._result = 'REJECTED' and ({' or '.join(shares)}))" if shares else "false"


async def leave_stones(context: ImportContext, type_: RowType) -> None:
    """What was parked of a deleted row goes too; a version is remembered, so that an older row that comes late stays away."""
    gone = f"{judged(type_)} j join {staged(type_)} s on s._n = j._n where s.deleted and j._why[2] in ('deleted', 'deleted.already')"
    mine = f"tenant_id = {context.tenant} and source = {context.source} and type = {literal(type_.name)}"
    await context.run(f"""
        with gone as (delete from parked_row p using (select j._key, j._result, {version(type_, "s")} as version from {gone}) g
         where {mine} and p.external_id = g._key and p.missing_type <> '{DELETED}'
           and coalesce((p.payload->>'source_version')::bigint <= g.version, true) returning p.external_id as key, g._result as result)
        {settling(context, type_)}""")
    if type_.name != IDENTITY:
        await context.run(f"""
            insert into parked_row as p (tenant_id, source, type, external_id, missing_type, missing_external_id, payload, parked_at)
            select {context.tenant}, {context.source}, {literal(type_.name)}, j._key, '{DELETED}', j._key,
                   jsonb_build_object('source_version', s.source_version), {context.at}
              from {gone} and s.source_version is not null and not exists (
                select from parked_row e where {mine} and e.external_id = j._key and (e.payload->>'source_version')::bigint >= s.source_version)
            on conflict (tenant_id, source, type, external_id) do update set payload = excluded.payload, parked_at = excluded.parked_at""")
