"""Writing what was judged: one statement per type and pass, which touches created and changed rows only."""

from models.importing.classify import WRITTEN, judged_columns
from models.importing.column_mapping import fills, uniques
from models.importing.context import ImportContext, judged, name, names
from models.importing.shapes import RowType


async def merge(context: ImportContext, type_: RowType, pass_: int) -> int:
    """Stores the created and changed rows of a pass. Says how many were written."""
    columns = judged_columns(type_)
    moving = [fill.column for fill in fills(type_) if not fill.is_kept]
    compared = ["source_version", *(fill.column for fill in fills(type_) if fill.is_compared)]
    return await context.run(f"""
        insert into {type_.table} as t (tenant_id, id, source, external_id, source_version, created_at, updated_at, {names(columns)})
        select {context.tenant}, j.id, {context.source}, j._key, j.source_version, {context.at}, {context.at}, {names(columns, "j")}
          from {judged(type_)} j where j._result in {WRITTEN} and j._pass = {pass_} order by {order(type_)}
        on conflict (tenant_id, source, external_id) do update
           set source_version = excluded.source_version, updated_at = excluded.updated_at,
               {", ".join(f"{name(column)} = excluded.{name(column)}" for column in moving)}
         where ({names(compared, "t")}) is distinct from ({names(compared, "excluded")})""")


def order(type_: RowType) -> str:
    """Rows that leave a shared place go first: an index, unlike a constraint, is not checked at the end of the statement."""
    leaving = [f"({unique.condition.format(alias='j')})" for unique in uniques(type_) if unique.condition != "true"]
    return ", ".join([*leaving, "j._n"])
