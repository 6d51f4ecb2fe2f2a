"""Credit lines held against themselves: statements that do not follow each other or their operations, and what is drawn above its limit.

The lender's figures hold and nothing is refused: the report says where they differ. Only what a run has changed is looked at.
"""

from models.importing.classify import WRITTEN
from models.importing.context import ImportContext, literal

STATEMENT, CONTRACT = "statement.differs", "contract.differs"
# The statements of changed contracts, each with the one before it and what was booked in its days. Days may be those of value, too.
STATEMENTS = """
    select m.id, m.external_id, m.contract_id, m.period_from_on, m.opening_balance_amount as opening, m.closing_balance_amount as closing,
           lag(m.external_id) over w as before, lag(m.period_to_on) over w as before_to_on, lag(m.closing_balance_amount) over w as before_closing,
           o.booked, o.valued, o.first_on
      from statement m left join lateral (
        select sum(p.amount) filter (where p.booked_on between m.period_from_on and m.period_to_on) as booked,
               sum(p.amount) filter (where p.value_on between m.period_from_on and m.period_to_on) as valued, min(p.booked_on) as first_on
          from operation p where p.tenant_id = m.tenant_id and p.contract_id = m.contract_id) o on true
     where {own} and m.contract_id in (select contract_id from changed_line)
    window w as (partition by m.contract_id order by m.period_from_on, m.period_to_on)"""
# The first that holds: the column at fault, and a sentence.
DIFFERENCES = (
    ("period_from_on", "s.period_from_on <= s.before_to_on",
     "format('It begins on %s, and %s ends on %s.', s.period_from_on, s.before, s.before_to_on)"),
    ("opening_balance_amount", "s.period_from_on = s.before_to_on + 1 and s.opening <> s.before_closing",
     "format('It opens at %s, and %s closes at %s.', s.opening, s.before, s.before_closing)"),
    # Operations of before the first that was brought are not known: a statement without any is not checked there.
    ("closing_balance_amount",
     "(s.booked is not null or s.first_on < s.period_from_on) and s.closing not in (s.opening + coalesce(s.booked, 0), s.opening + coalesce(s.valued, 0))",
     "format('It closes at %s; %s and its operations are %s.', s.closing, s.opening, s.opening + coalesce(s.booked, 0))"),
)  # fmt: skip
CONTRACT_DIFFERENCES = (
    ("drawn_amount", "j.drawn_amount > j.credit_limit_amount", "format('%s is drawn of a limit of %s.', j.drawn_amount, j.credit_limit_amount)"),
    ("rent_incl_vat_amount", "abs(j.rent_excl_vat_amount * (1 + j.vat_percent / 100) - j.rent_incl_vat_amount) >= 0.02",
     "format('The rent is %s without VAT and %s with it, at %s %%.', j.rent_excl_vat_amount, j.rent_incl_vat_amount, trim_scale(j.vat_percent))"),
)  # fmt: skip


async def note_statements(context: ImportContext, *, types: set[str]) -> None:
    """One note for a statement, at its row, or at the first row of its contract in this run."""
    present = [f"judged_{name}" for name in ("statements", "operations") if name in types]
    changed = " union ".join(f"select contract_id from {judged} where _result in {WRITTEN}" for judged in present)
    rows = " union all ".join(
        f"select contract_id, {'id' if judged == 'judged_statements' else 'null::uuid'} as id, _n from {judged} where _result not in ('REJECTED', 'PARKED')"
        for judged in present
    )
    await context.run(f"create temp table changed_line on commit drop as {changed}")
    await context.run("analyze changed_line")
    await context.run(f"""
        insert into import_note (n, rule, field, message)
        select coalesce(r.n, f.n), {literal(STATEMENT)}, d.field, case when r.n is null then 'Statement ' || d.external_id || ': ' else '' end || d.message
          from (select s.*, case {whens(DIFFERENCES, 0)} end as field, case {whens(DIFFERENCES, 2)} end as message
                  from ({STATEMENTS.format(own=context.own("m"))}) s) d
          left join (select id, min(_n) as n from ({rows}) i where id is not null group by id) r on r.id = d.id
          join (select contract_id, min(_n) as n from ({rows}) i group by contract_id) f on f.contract_id = d.contract_id
         where d.message is not null""")


async def note_contracts(context: ImportContext) -> None:
    """What new and changed contracts say of themselves."""
    for field, condition, message in CONTRACT_DIFFERENCES:
        await context.run(
            f"insert into import_note (n, rule, field, message) select j._n, {literal(CONTRACT)}, {literal(field)}, {message} "
            f"from judged_contracts j where j._result in {WRITTEN} and {condition}"
        )


def whens(differences: tuple[tuple[str, str, str], ...], place: int) -> str:
    said = ((literal(one[0]) if place == 0 else one[place], one[1]) for one in differences)
    return " ".join(f"when {condition} then {what}" for what, condition in said)
