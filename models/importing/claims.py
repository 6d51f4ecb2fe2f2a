"""What payments, installments and credit notes say of one another: parts against their whole, their sign, and money that went back."""

from models.importing.context import ImportContext

RETURNING = frozenset({"payments", "direct_debits"})


def allocations(context: ImportContext) -> list[str]:
    """Each is more than nothing, and together they are no more than their payment: in this run, else as it is stored."""
    payments = f"""
        select s.external_id as parent, s.amount from staged_payments s where s.deleted is not true and not s._parked
        union all
        select t.external_id, t.amount from payment t
         where {context.own("t")} and t.external_id in (select payment from staged_payment_allocations)
           and not exists (select from staged_payments s where s.external_id = t.external_id and s.deleted is not true and not s._parked)"""
    return [
        """select s.payment, 'payment_allocation.amount', 'amount', format('Line %s is %s: what a payment pays is more than nothing.', s.number,
               s.amount) from staged_payment_allocations s where s.amount <= 0""",
        f"""select l.parent, 'payment_allocation.sum', 'amount', format('The lines add up to %s, the payment is %s.', l.sum, p.amount)
              from (select payment as parent, sum(amount) as sum from staged_payment_allocations group by payment, _parked) l
              join ({payments}) p on p.parent = l.parent where l.sum > p.amount""",
    ]


async def turn_credit_notes(context: ImportContext) -> None:
    """Credit notes with positive amounts, as in EN 16931, become less than nothing with their lines and totals, so that sums come out."""
    turned = f"""
        select s.external_id as parent from staged_invoices s where s.kind = 'CREDIT_NOTE' and s.net_amount + s.vat_amount > 0
        union
        select t.external_id from invoice t join staged_invoice_lines l on l.invoice = t.external_id
         where {context.own("t")} and t.kind = 'CREDIT_NOTE' and t.net_amount < 0
           and not exists (select from staged_invoices s where s.external_id = t.external_id)
         group by t.external_id having sum(l.net_amount) > 0"""
    await context.run(f"create temp table turned_invoice on commit drop as {turned}")
    ours = "where invoice in (select parent from turned_invoice)"
    await context.run(f"update staged_invoice_lines set quantity = -quantity, net_amount = -net_amount, vat_amount = -vat_amount {ours}")
    await context.run(f"update staged_invoice_vat_totals set net_amount = -net_amount, vat_amount = -vat_amount {ours}")
    await context.run("""
        update staged_invoices set net_amount = -net_amount, vat_amount = -vat_amount, paid_amount = -abs(paid_amount)
         where external_id in (select parent from turned_invoice)""")


async def note_paid(context: ImportContext) -> None:
    """Installments whose state and amounts contradict one another: they are taken, and nothing binding is said of their contract."""
    await context.run("""
        update judged_installments j
           set _why = array[j._result, 'installment.paid.differs', 'paid_amount',
               format('It is %s, and %s of %s were paid.', j.state, j.paid_amount, j.excl_vat_amount + j.vat_amount), null, null]
         where j._why is null and j.state not in ('CANCELLED', 'WAIVED') and case j.state
           when 'PAID' then j.paid_amount <> j.excl_vat_amount + j.vat_amount
           else j.paid_amount < least(j.excl_vat_amount + j.vat_amount, 0) or j.paid_amount > greatest(j.excl_vat_amount + j.vat_amount, 0)
           end""")


async def reopen_returned(context: ImportContext, table: str) -> None:
    """Installments (or invoices) that were paid by money which the bank has sent back are owed again at once, until the house says more.

    Only a return that came after the last change of a row counts: what the house has said since, it has said knowing of it.
    """
    names = {"tenant": context.tenant, "table": table}
    gone = GONE.format(**names) + (GONE_WITHOUT_ALLOCATION.format(**names) if table == "installment" else "")
    await context.run(f"""
        with gone as ({gone}), came as ({CAME.format(**names)}), wanted as (
          select i.id, least(i.paid_amount, greatest(g.amount, 0)) as gone, least(coalesce(c.amount, 0), i.paid_amount) as came, i.paid_amount
            from {table} i left join (select id, sum(amount) as amount from gone group by id) g on g.id = i.id
            left join came c on c.id = i.id
           where i.tenant_id = {context.tenant} and (i.returned_amount > 0 or i.id in (select id from gone)))
        update {table} i set returned_amount = greatest(w.paid_amount - greatest(w.paid_amount - coalesce(w.gone, 0), w.came), 0)
          from wanted w where i.tenant_id = {context.tenant} and i.id = w.id
           and i.returned_amount <> greatest(w.paid_amount - greatest(w.paid_amount - coalesce(w.gone, 0), w.came), 0)""")


# What went back of each row: by the payment that is returned, or whose collection is.
GONE = """
    select i.id, a.amount from payment p
      join payment_allocation a on a.tenant_id = p.tenant_id and a.payment_id = p.id
      join {table} i on i.tenant_id = a.tenant_id and i.id = a.{table}_id
      left join direct_debit d on d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state = 'RETURNED'
     where p.tenant_id = {tenant} and p.direction = 'INCOMING' and (p.state = 'RETURNED' or d.id is not null)
       and greatest(d.updated_at, case when p.state = 'RETURNED' then p.updated_at end) > i.updated_at"""
# A collection of which no allocation says what it paid is that of the newest installment of its very amount.
GONE_WITHOUT_ALLOCATION = """
    union all
    select i.id, d.amount from direct_debit d cross join lateral (
      select n.id, n.updated_at from installment n
       where n.tenant_id = d.tenant_id and n.contract_id = d.contract_id and n.excl_vat_amount + n.vat_amount = d.amount
         and n.due_on between d.collection_on - 31 and d.collection_on and n.paid_amount > 0
       order by n.due_on desc limit 1) i
     where d.tenant_id = {tenant} and d.state = 'RETURNED' and d.updated_at > i.updated_at
       and not exists (select from payment_allocation a where a.tenant_id = d.tenant_id and a.payment_id = d.payment_id)"""
# What settled payments, whose collection has not come back, have paid of each row.
CAME = """
    select a.{table}_id as id, sum(a.amount) as amount from payment p
      join payment_allocation a on a.tenant_id = p.tenant_id and a.payment_id = p.id
     where p.tenant_id = {tenant} and p.direction = 'INCOMING' and p.state = 'SETTLED' and a.{table}_id in (select id from gone)
       and not exists (select from direct_debit d where d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state = 'RETURNED')
     group by 1"""
