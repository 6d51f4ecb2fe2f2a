"""Whether lines hang together: none is missing, none stands twice, and an amortization table chains. What invoices add up to, see `bills`.

Lines come in as a whole or not at all, and a parent in the same run is refused with them: half an invoice would be a lie.
"""

from models.importing.claims import allocations
from models.importing.context import ImportContext, literal, name, staged
from models.importing.shapes import RowType


async def find_broken(context: ImportContext, type_: RowType) -> None:
    """One row for every parent whose lines cannot come in, with the first reason why."""
    reasons = [wrong_line(type_), twice(type_), gap(type_), *RULES.get(type_.name, lambda _: [])(context)]
    union = " union all ".join(f"select {place} as place, q.* from ({reason}) q" for place, reason in enumerate(reasons))
    await context.run(f"""
        create temp table broken_{type_.name} on commit drop as
        select distinct on (parent) parent, rule, field, message
          from ({union}) r (place, parent, rule, field, message) order by parent, place""")


def wrong_line(type_: RowType) -> str:
    return (
        "select f.parent, 'lines.incomplete', f.field, 'Line ' || f.line || ' of ' || f.path || ' is refused, and lines come in as a whole.' "
        f"from import_fault f where f.type = {literal(type_.name)} and f.parent is not null"
    )


def twice(type_: RowType) -> str:
    parent = name(str(type_.set_of))
    return (
        f"select s.{parent}, 'number.duplicate', 'number', 'Number ' || s.number || ' stands more than once.' from {staged(type_)} s "
        f"group by s.{parent}, s.number, s._parked having count(*) > 1"
    )


def gap(type_: RowType) -> str:
    parent = name(str(type_.set_of))
    return (
        f"select s.{parent}, 'lines.gap', 'number', 'There are ' || count(*) || ' lines, and the last is number ' || max(s.number) || '.' "
        f"from {staged(type_)} s group by s.{parent}, s._parked having max(s.number) <> count(*)"
    )


def chain(context: ImportContext) -> list[str]:
    """Closing is opening less principal, the next line opens there, and the payment is the sum of its parts."""
    lines = """
        select s.schedule as parent, s.*, lag(s.closing_balance_amount) over w as before, lag(s.due_on) over w as due_before
          from staged_amortization_lines s window w as (partition by s.schedule, s._parked order by s.number)"""
    parts = "l.principal_amount + l.interest_amount + l.fees_amount + l.insurance_amount + l.vat_amount"
    rules = [
        ("schedule.closing", "closing_balance_amount", "l.closing_balance_amount <> l.opening_balance_amount - l.principal_amount",
         "format('Line %s closes at %s; %s less %s of principal is %s.', l.number, l.closing_balance_amount, l.opening_balance_amount, "
         "l.principal_amount, l.opening_balance_amount - l.principal_amount)"),
        ("schedule.chain", "opening_balance_amount", "l.opening_balance_amount <> l.before",
         "format('Line %s opens at %s; the line before closes at %s.', l.number, l.opening_balance_amount, l.before)"),
        ("schedule.payment", "payment_amount", f"l.payment_amount <> {parts}",
         f"format('Line %s pays %s; its parts add up to %s.', l.number, l.payment_amount, {parts})"),
        ("schedule.order", "due_on", "l.due_on < l.due_before", "format('Line %s is due before the line above.', l.number)"),
    ]  # fmt: skip
    return [
        f"select l.parent, '{rule}', '{field}', {message} from ({lines}) l where {condition}" for rule, field, condition, message in rules
    ]


STORED_BY_RULE = "case j.vat_rounding when 'PER_LINE' then l.vat else l.rounded end"
STORED_LINES = """
    select invoice_id, sum(net) as net, sum(vat) as vat, sum(rounded) as rounded, sum(count) as count
      from (select invoice_id, count(*) as count, sum(net_amount) as net, sum(vat_amount) as vat, round(sum(net_amount) * vat_percent / 100, 2) as rounded
              from invoice_line where tenant_id = {tenant} and invoice_id in (select id from judged_invoices where _result = 'UPDATED')
             group by invoice_id, vat_category, vat_percent) c group by invoice_id"""
RULES = {"amortization_lines": chain, "payment_allocations": allocations}


async def note_other_totals(context: ImportContext) -> None:
    """A changed invoice whose stored lines are still those of before: they come by themselves, and until then the report says so."""
    await context.run(f"""
        update judged_invoices j
           set _why = array[j._result, 'invoice.lines.differ', 'net_amount',
               format('Its stored lines add up to %s and %s of VAT: those of this version are awaited.', l.net, {STORED_BY_RULE}), null, null]
          from ({STORED_LINES.format(tenant=context.tenant)}) l
         where j._why is null and j._result = 'UPDATED' and l.invoice_id = j.id
           and (l.net <> j.net_amount or abs({STORED_BY_RULE} - j.vat_amount) > 0.01 * l.count)""")


async def note_differences(context: ImportContext) -> None:
    """A schedule line is a plan and an installment a claim: where they differ, the report says so and nothing is refused."""
    plan = f"""
        select distinct on (m.contract_id) m.contract_id, m.id from amortization_schedule m
         where m.tenant_id = {context.tenant} and m.status = 'FINAL' and m.contract_id in (select contract_id from judged_installments)
         order by m.contract_id, m.revision desc"""
    await context.run(f"""
        update judged_installments j
           set _why = array[j._result, 'installment.schedule.differs', case when l.due_on <> j.due_on then 'due_on'
                 when l.principal_amount <> j.principal_amount then 'principal_amount' else 'interest_amount' end,
               format('The final table has line %s due on %s with %s of principal and %s of interest.',
                 l.number, l.due_on, l.principal_amount, l.interest_amount), null, null]
          from ({plan}) m join amortization_line l on l.tenant_id = {context.tenant} and l.schedule_id = m.id
         where j._why is null and m.contract_id = j.contract_id and l.number = j.number
           and (l.due_on <> j.due_on or l.principal_amount <> j.principal_amount or l.interest_amount <> j.interest_amount)""")
