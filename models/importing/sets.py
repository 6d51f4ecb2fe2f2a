"""Lines: judged set by set, and replaced as a whole for their parent where anything differs."""

from models.importing.classify import WRITTEN, column_conditions, judged_columns, other_currencies, set_verdict, strangers
from models.importing.column_mapping import fills, reference_joins
from models.importing.context import ImportContext, judged, key, literal, name, names, parent_type, staged, verdict
from models.importing.deferred_rows import NEWER
from models.importing.shapes import RowType

INCOMPLETE = "'Another line of the same parent is held up, and lines come in as a whole.'"
RANK = "case {}._why[1] when 'REJECTED' then 0 when 'PARKED' then 1 else 2 end"


def parent_column(type_: RowType) -> str:
    return f"{type_.set_of}_id"


async def create_judged_lines(context: ImportContext, type_: RowType) -> None:
    columns = names([parent_column(type_), "number", *line_columns(type_)], "t")
    await context.run(
        f"create temp table {judged(type_)} on commit drop as select 0::bigint as _n, ''::text as _path, 0 as _line, ''::text as _key, "
        f"''::text as _parent, false as _parked, ''::text as _result, null::text[] as _why, {columns} from {type_.table} t limit 0"
    )


def line_columns(type_: RowType) -> list[str]:
    return [column for column in judged_columns(type_) if column != "number"]


async def judge_lines(context: ImportContext, type_: RowType) -> None:
    """Each line by itself, then each set by the worst of its lines."""
    parent = parent_type(context.format, type_)
    of, column = name(str(type_.set_of)), parent_column(type_)
    columns = names(["number", *line_columns(type_)])
    expressions = ", ".join(f"{fill.expression} as {name(fill.column)}" for fill in fills(type_))
    compared = [fill for fill in fills(type_) if fill.is_compared]
    differs = f"({names((f.column for f in compared), 't')}) is distinct from ({', '.join(f.expression for f in compared)})"
    await context.run(f"""
        insert into {judged(type_)} (_n, _path, _line, _key, _parent, _parked, _result, _why, {name(column)}, {columns})
        select _n, _path, _line, _key, _parent, _parked,
               case when _why is not null then _why[1] when not _stored then 'CREATED' when _differs then 'UPDATED' else 'UNCHANGED' end,
               _why, parent_id, {columns}
          from (select s._n, s._path, s._line, {key(type_, "s")} as _key, s.{of} as _parent, s._parked, p.id as parent_id, {expressions},
                       t.number is not null as _stored, {differs} as _differs, case {" ".join(line_conditions(context, type_, parent))} end as _why
                  from {staged(type_)} s
                  left join {parent.table} p on {context.own("p")} and p.external_id = s.{of}
                  left join {type_.table} t on t.tenant_id = {context.tenant} and t.{name(column)} = p.id and t.number = s.number
                  left join broken_{type_.name} b_{type_.name} on b_{type_.name}.parent = s.{of}
                  left join (select distinct {of} as parent from {staged(type_)} where _parked) k on k.parent = s.{of} and not s._parked
                  left join ({parents_in_run(parent)}) h on h.key = s.{of}
                  {reference_joins(context, type_)}) q""")
    await spread(context, type_)
    await make_lines_findable(context, type_)
    await note_removed(context, type_)


async def make_lines_findable(context: ImportContext, type_: RowType) -> None:
    """The server may take stored lines for few, as after a first import. It must not then read all judged lines for each of them."""
    await context.run(f"create index on {judged(type_)} ({name(parent_column(type_))}, number); analyze {judged(type_)}")


def parents_in_run(parent: RowType) -> str:
    """What this run says of each parent: its version, and whether it was refused."""
    return f"""
        select s.external_id as key, max(s.source_version) as version, bool_or(j._result = 'REJECTED') as is_refused
          from {staged(parent)} s join {judged(parent)} j on j._n = s._n where not s._parked group by 1
        union all
        select distinct f.key, null::bigint, true from import_fault f where f.type = {literal(parent.name)} and f.key is not null
           and not exists (select from {staged(parent)} s where s.external_id = f.key)"""


def line_conditions(context: ImportContext, type_: RowType, parent: RowType) -> list[str]:
    """Why a line is held up, the first that holds. A line without a version has that of its parent in the same run."""
    of, version = f"s.{name(str(type_.set_of))}", "coalesce(s.source_version, h.version)"
    waits = literal(f" of {parent.name}.")
    found = [
        (f"b_{type_.name}.parent is not null", set_verdict(type_)),
        ("h.is_refused", verdict("REJECTED", "parent.rejected", type_.set_of, f"{of} || ' is refused in the same run.'")),
        ("k.parent is not null", verdict("UNCHANGED", "source_version.older", "source_version", "'Newer lines have come before.'")),
        ("p.id is null", verdict("PARKED", "reference.missing", type_.set_of, f"'Waits for ' || {of} || {waits}", literal(parent.name), of)),
        (
            f"{version} < p.source_version",
            verdict("UNCHANGED", "source_version.older", "source_version", "'The lines are of an older version than their parent.'"),
        ),
        (
            "s.source_version > p.source_version",
            verdict("PARKED", "reference.older", "source_version", f"'Waits for version ' || s.source_version || ' of ' || {of} || '.'",
                    literal(NEWER.format(parent.name)), of),
        ),
    ]  # fmt: skip
    found += [condition for column in type_.columns if column.name != type_.set_of for condition in column_conditions(type_, column)]
    found += [
        (strange, verdict("REJECTED", "reference.account", field, "'It belongs to another account.'"))
        for field, strange in strangers(context, type_)
    ]
    found += other_currencies(type_)
    return [f"when {condition} then {why}" for condition, why in found]


async def spread(context: ImportContext, type_: RowType) -> None:
    """One refused line refuses its set, and one parked line parks it."""
    await context.run(f"""
        update {judged(type_)} j set _result = w._why[1],
               _why = case w._why[1] when 'REJECTED' then {verdict("REJECTED", "lines.incomplete", None, INCOMPLETE)} else w._why end
          from (select distinct on (_parent, _parked) _parent, _parked, _why from {judged(type_)} x where _why is not null
                 order by _parent, _parked, {RANK.format("x")}, number) w
         where j._parent = w._parent and j._parked = w._parked and (j._why is null or {RANK.format("j")} > {RANK.format("w")})""")


async def note_removed(context: ImportContext, type_: RowType) -> None:
    """Lines that are no more: the first line of the set says how many, for they have no row of their own."""
    column = name(parent_column(type_))
    await context.run(f"""
        update {judged(type_)} j set _result = 'UPDATED',
               _why = {verdict("UPDATED", "lines.removed", None, "r.count || ' lines are no more.'")}
          from (select t.{column}, count(*) from {type_.table} t where {vanished(context, type_)} group by 1) r
         where j.{column} = r.{column} and j.number = 1 and j._why is null""")


def vanished(context: ImportContext, type_: RowType) -> str:
    """Stored lines `t` of a parent whose lines came, and they did not."""
    column = name(parent_column(type_))
    coming = "(_why is null or _why[2] = 'lines.removed')"
    return f"""t.tenant_id = {context.tenant} and t.{column} in (select {column} from {judged(type_)} where {coming})
           and not exists (select from {judged(type_)} x where x.{column} = t.{column} and x.number = t.number and {coming.replace("_why", "x._why")})"""


async def merge_lines(context: ImportContext, type_: RowType) -> None:
    """Removes what is no more and stores what is new or different."""
    column = parent_column(type_)
    columns = [column, "number", *line_columns(type_)]
    moving = [fill.column for fill in fills(type_) if not fill.is_kept and fill.column != "number"]
    await context.run(f"delete from {type_.table} t where {vanished(context, type_)}")
    await context.run(f"""
        insert into {type_.table} as t (tenant_id, {names(columns)})
        select {context.tenant}, {names(columns, "j")} from {judged(type_)} j where j._result in {WRITTEN} order by j._n
        on conflict (tenant_id, {name(column)}, number) do update set {", ".join(f"{name(c)} = excluded.{name(c)}" for c in moving)}
         where ({names(moving, "t")}) is distinct from ({names(moving, "excluded")})""")
