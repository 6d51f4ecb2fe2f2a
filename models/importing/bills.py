"""Invoices held against their lines and declared totals, by the rule that they declare.

Nothing is refused for rounding: an agreed price with VAT in it has no VAT that is right to the cent, and the customer has the paper already.
What differs by no more than a cent a line is noted, and so is the VAT of lines that do not count, and a rate that its category has not.
The rule itself is `finance.vat`; the statement here only finds the invoices to which it has something to say.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from finance.refusals import Unanswerable
from finance.vat import VatDifference, VatLine, VatRule, VatTotal, vat_differences, vat_totals
from finance.vat_categories import right_rate
from models.importing.context import ImportContext, literal

DIFFERS = "invoice.differs"
CENT = Decimal("0.01")
MOST_AT_ONCE = 500  # invoices in memory, each with its lines
LINES, TOTALS = "invoice_lines", "invoice_vat_totals"
OF_LINE = "round(net_amount * vat_percent / 100, 2)"
# What finance.vat_categories knows; the test of the pages compares them.
STRANGE_RATE = (
    "(vat_category in ('Z', 'E', 'AE', 'K', 'G', 'O') and vat_percent <> 0 or vat_category in ('S', 'B') and vat_percent <= 0 "
    "or vat_percent not between 0 and 100)"
)
ROW = "json_build_array(number, vat_category, vat_percent::text, net_amount::text, vat_amount::text, _n)"


class Bill(NamedTuple):
    """One invoice of the run: what it says, and what its lines and totals say. `n` is where a note of it belongs."""

    parent: str
    n: int
    net_amount: Decimal
    vat_amount: Decimal
    rule: VatRule
    lines: Sequence[VatLine]
    totals: Sequence[VatTotal]


class Finding(NamedTuple):
    """`lines` is the type whose rows are refused; None for what is only noted."""

    lines: str | None
    rule: str
    field: str
    message: str


async def check_bills(context: ImportContext) -> None:
    """Adds what is wrong to the broken sets, and keeps what is to be noted until it is known what became of the rows."""
    await context.run("create temp table bill_note (parent text, n bigint, field text, message text) on commit drop")
    await context.run(f"create temp table suspect_bill on commit drop as {suspects(context)}")
    if not await context.run("analyze suspect_bill") and not await context.connection.fetchval("select exists (select from suspect_bill)"):
        return
    batch: list[Bill] = []
    async for row in context.connection.cursor(bills(context), prefetch=MOST_AT_ONCE):
        batch.append(bill(*row))
        if len(batch) == MOST_AT_ONCE:
            await write(context, batch)
            batch = []
    await write(context, batch)


def heads(context: ImportContext) -> str:
    """What each invoice says of itself: in this run, else as it is stored."""
    return f"""
        select s.external_id as parent, s._n as n, s.source_version as version, s.net_amount, s.vat_amount, s.vat_rounding
          from staged_invoices s where s.deleted is not true and not s._parked
        union all
        select t.external_id, null, t.source_version, t.net_amount, t.vat_amount, t.vat_rounding from invoice t
         where {context.own("t")}
           and t.external_id in (select invoice from staged_invoice_lines union select invoice from staged_invoice_vat_totals)
           and not exists (select from staged_invoices s where s.external_id = t.external_id and s.deleted is not true and not s._parked)"""


def suspects(context: ImportContext) -> str:
    """Invoices whose figures are not all equal. Lines and totals of another version are not held against them."""
    return f"""
        with category as (
          select invoice, _parked, max(source_version) as version, vat_category, vat_percent, sum(net_amount) as net, sum(vat_amount) as vat,
                 round(sum(net_amount) * vat_percent / 100, 2) as rounded, bool_or(vat_amount <> {OF_LINE} or {STRANGE_RATE}) as is_strange
            from staged_invoice_lines group by invoice, _parked, vat_category, vat_percent),
        lines as (
          select invoice, _parked, max(version) as version, sum(net) as net, sum(vat) as vat, sum(rounded) as rounded, bool_or(is_strange) as is_strange
            from category group by invoice, _parked),
        totals as (
          select t.invoice, t._parked, max(t.source_version) as version, sum(t.net_amount) as net, sum(t.vat_amount) as vat,
                 bool_or({STRANGE_RATE.replace("vat_", "t.vat_")}) as is_strange,
                 bool_or((coalesce(c.net, 0), coalesce(c.vat, 0)) <> (t.net_amount, t.vat_amount)) as is_other
            from staged_invoice_vat_totals t
            left join category c on (c.invoice, c._parked, c.vat_category, c.vat_percent) = (t.invoice, t._parked, t.vat_category, t.vat_percent)
           group by t.invoice, t._parked)
        select distinct h.parent, h.n, h.net_amount, h.vat_amount, h.vat_rounding, l.invoice is not null as has_lines, d.invoice is not null as has_totals,
               coalesce(l._parked, d._parked) as parked
          from ({heads(context)}) h
          left join lines l on l.invoice = h.parent and coalesce(h.version = l.version, true)
          left join totals d on d.invoice = h.parent and coalesce(h.version = d.version, true) and d._parked = coalesce(l._parked, d._parked)
         where l.net <> h.net_amount or l.vat <> h.vat_amount or l.rounded <> h.vat_amount or l.is_strange
            or d.net <> h.net_amount or d.vat <> h.vat_amount or d.is_strange or (d.is_other and l.invoice is not null)"""


def bills(context: ImportContext) -> str:
    def rows(table: str) -> str:
        return f"""(select invoice, _parked, min(_n) as n, json_agg({ROW} order by number)::text as rows from {table}
                     where invoice in (select parent from suspect_bill) group by 1, 2)"""

    return f"""
        select s.parent, coalesce(s.n, l.n, d.n), s.net_amount, s.vat_amount, s.vat_rounding, l.rows, d.rows from suspect_bill s
          left join {rows("staged_invoice_lines")} l on s.has_lines and (l.invoice, l._parked) = (s.parent, s.parked)
          left join {rows("staged_invoice_vat_totals")} d on s.has_totals and (d.invoice, d._parked) = (s.parent, s.parked)"""


def bill(parent: str, n: int, net: Decimal, vat: Decimal, rounding: str, lines: str | None, totals: str | None) -> Bill:
    def rows(spelled: str | None) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
        for _, category, percent, net_amount, vat_amount, _ in orjson.loads(spelled or "[]"):
            yield category, Decimal(percent), Decimal(net_amount), Decimal(vat_amount)

    return Bill(
        parent, n, net, vat, VatRule(rounding), [VatLine(*row) for row in rows(lines)], added([VatTotal(*row) for row in rows(totals)])
    )


def added(totals: Sequence[VatTotal]) -> list[VatTotal]:
    """One total for each category and rate: some systems write one for each reason of an exemption."""
    found: dict[tuple[str, Decimal], VatTotal] = {}
    for one in totals:
        key = one.category, one.percent
        before = found.get(key)
        found[key] = VatTotal(*key, before.net_amount + one.net_amount, before.vat_amount + one.vat_amount) if before else one
    return list(found.values())


async def write(context: ImportContext, batch: Sequence[Bill]) -> None:
    found = await asyncio.to_thread(lambda: [(bill, list(findings(bill))) for bill in batch])
    for lines in (LINES, TOTALS):
        first = [
            (bill.parent, *next(f for f in all_ if f.lines == lines)[1:]) for bill, all_ in found if any(f.lines == lines for f in all_)
        ]
        await context.connection.executemany(
            f"insert into broken_{lines} (parent, rule, field, message) select $1, $2, $3, $4 "
            f"where not exists (select from broken_{lines} where parent = $1)", first,
        )  # fmt: skip
    await context.connection.executemany(
        "insert into bill_note (parent, n, field, message) values ($1, $2, $3, $4)",
        [(bill.parent, bill.n, noted[0].field, sentence(noted)) for bill, all_ in found if (noted := [f for f in all_ if f.lines is None])],
    )


def sentence(noted: Sequence[Finding]) -> str:
    more = len(noted) - 1
    return noted[0].message if not more else f"{noted[0].message[:-1]} ({more} more difference{'s' if more > 1 else ''})."


def findings(bill: Bill) -> Iterator[Finding]:
    """What is wrong with one invoice, what refuses it before what is noted of it."""
    yield from sums_of_totals(bill)
    try:
        differences = of_lines(bill) if bill.lines else ()
    except Unanswerable as error:
        yield Finding(LINES, "invoice.vat", "vat_amount", f"Its VAT cannot be checked: {error}.")
        return
    lines_of = Counter((line.category, line.percent) for line in bill.lines)
    found = [told(bill, difference, lines_of) for difference in differences if not is_cent_of_a_category(bill, difference, lines_of)]
    yield from sorted(found, key=lambda finding: finding.lines is None)
    yield from strange_rates(bill)


def is_cent_of_a_category(bill: Bill, difference: VatDifference, lines_of: Counter[tuple[str, Decimal]]) -> bool:
    """Whether a line has the cents that rounding per category loses or finds: some line has to take them."""
    if bill.rule is not VatRule.PER_CATEGORY or not difference.place.startswith("line "):
        return False
    line = bill.lines[int(difference.place[5:]) - 1]
    return abs(difference.said_amount - difference.right_amount) <= CENT * lines_of[line.category, line.percent]


def of_lines(bill: Bill) -> tuple[VatDifference, ...]:
    """Without declared totals, those that follow from the lines are taken for declared."""
    totals = bill.totals or vat_totals(bill.lines, bill.rule)
    return vat_differences(bill.lines, totals, net_amount=bill.net_amount, vat_amount=bill.vat_amount, rule=bill.rule)


def sums_of_totals(bill: Bill) -> Iterator[Finding]:
    net, vat = (sum(getattr(total, name) for total in bill.totals) for name in ("net_amount", "vat_amount"))
    if bill.totals and (net, vat) != (bill.net_amount, bill.vat_amount):
        says = f"the invoice says {bill.net_amount} and {bill.vat_amount}"
        yield Finding(TOTALS, "invoice.totals", "net_amount", f"The totals add up to {net} and {vat} of VAT, {says}.")


def told(bill: Bill, difference: VatDifference, lines_of: Counter[tuple[str, Decimal]]) -> Finding:
    """A difference in words, and whether it refuses: more than a cent a line does, where it counts."""
    place, said, right = difference.place, difference.said_amount, difference.right_amount
    off = abs(said - right)
    if place.startswith("line "):
        line = bill.lines[int(place[5:]) - 1]
        message = f"Line {place[5:]}: VAT of {line.percent.normalize():f} % on {line.net_amount} is {right}, not {said}."
        is_refused = bill.rule is VatRule.PER_LINE and off > CENT
        return Finding(LINES if is_refused else None, "invoice_line.vat" if is_refused else DIFFERS, "vat_amount", message)
    if place == "net":
        return Finding(LINES, "invoice.net", "net_amount", f"The lines add up to {right}, the invoice says {said}.")
    if place == "vat":
        message = f"VAT by the declared rounding is {right}, the invoice says {said}."
        is_refused = off > CENT * len(bill.lines)
        return Finding(LINES if is_refused else None, "invoice.vat" if is_refused else DIFFERS, "vat_amount", message)
    return of_category(difference, lines_of)


def of_category(difference: VatDifference, lines_of: Counter[tuple[str, Decimal]]) -> Finding:
    category, percent, _, what = difference.place.split(" ")
    said, right = difference.said_amount, difference.right_amount
    field = "net_amount" if what == "net" else "vat_amount"
    of = "" if what == "net" else " of VAT"
    message = f"The lines of category {category} at {percent} % add up to {right}{of}, the total says {said}."
    is_refused = what == "net" or abs(said - right) > CENT * lines_of[category, Decimal(percent)]
    return Finding(TOTALS if is_refused else None, "invoice.category" if is_refused else DIFFERS, field, message)


def strange_rates(bill: Bill) -> Iterator[Finding]:
    """A rate that the category of the line, or of the total, does not go with."""
    rows: list[tuple[str, Any]] = [(f"Line {number}", line) for number, line in enumerate(bill.lines, 1)] + [
        ("A total", t) for t in bill.totals
    ]
    for where, row in rows:
        if right := right_rate(row.category, row.percent):
            message = f"{where}: category {row.category} goes with {right}, and it says {row.percent.normalize():f} %."
            yield Finding(None, DIFFERS, "vat_percent", message)


async def note_bills(context: ImportContext) -> None:
    """Puts the notes at the rows, unless all of the invoice has come before as it is."""
    changed = " union ".join([
        "select _key from judged_invoices where _result in ('CREATED', 'UPDATED')",
        *(f"select _parent from judged_{lines} where _result in ('CREATED', 'UPDATED')" for lines in (LINES, TOTALS)),
    ])  # fmt: skip
    await context.run(
        f"insert into import_note (n, rule, field, message) select n, {literal(DIFFERS)}, field, message from bill_note where parent in ({changed})"
    )
