"""Login identities: added when they are named, never taken from another user, removed with `deleted` only."""

from models.importing.classify import waiting
from models.importing.context import ImportContext, judged, key, literal, staged, verdict
from models.importing.shapes import RowType


async def create_judged_identities(context: ImportContext, type_: RowType) -> None:
    await context.run(
        f"create temp table {judged(type_)} (_n bigint, _path text, _line int, _key text, _parked boolean, _result text, _why text[], "
        "id uuid, user_id uuid, kind text, value text) on commit drop"
    )


async def judge_identities(context: ImportContext, type_: RowType) -> None:
    """An identity of somebody else is refused: whoever could move it could sign in as the other."""
    of = next(column for column in type_.columns if column.name == "user")
    conditions = [
        (
            "w.key is not null or twin.value is not null",
            verdict("REJECTED", "login_identity.duplicate", "value", "'It stands more than once.'"),
        ),
        ("p.id is null", verdict("PARKED", "reference.missing", "user", waiting(of, 's."user"'), literal("users"), 's."user"')),
        (
            "t.user_id <> p.id",
            verdict(
                "REJECTED", "login_identity.taken", "value", "'It belongs to another user' || coalesce(', ' || o.external_id, '') || '.'"
            ),
        ),
    ]
    await context.run(f"""
        insert into {judged(type_)}
        select _n, _path, _line, _key, _parked, case when _why is not null then _why[1] when _stored then 'UNCHANGED' else 'CREATED' end, _why,
               _id, user_id, kind, value
          from (select s._n, s._path, s._line, {key(type_, "s")} as _key, s._parked, s._id, p.id as user_id, s.kind, s.value,
                       t.id is not null as _stored, case {" ".join(f"when {condition} then {why}" for condition, why in conditions)} end as _why
                  from {staged(type_)} s
                  left join twins_{type_.name} w on w.key = {key(type_, "s")} and not s._parked
                  left join (select kind, value from {staged(type_)} where deleted is not true group by 1, 2 having count(distinct "user") > 1)
                    twin on (twin.kind, twin.value) = (s.kind, s.value)
                  left join portal_user p on {context.own("p")} and p.external_id = s."user"
                  left join login_identity t on t.tenant_id = {context.tenant} and t.kind = s.kind and t.value = s.value and t.user_id is not null
                  left join portal_user o on o.tenant_id = t.tenant_id and o.id = t.user_id
                 where s.deleted is not true) q""")


async def merge_identities(context: ImportContext, type_: RowType) -> None:
    await context.run(f"""
        insert into login_identity (tenant_id, id, user_id, kind, value, created_at)
        select {context.tenant}, id, user_id, kind, value, {context.at} from {judged(type_)} where _result = 'CREATED' order by _n""")
