"""What each paper says, between its heading and its end."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from channels.papers.blocks import Block, facts, figure, heading, paragraph, table
from channels.papers.letters import legible
from channels.papers.values import Balance, Credit, Item, Line, Paper, Schedule, SettlementQuote, Situation
from channels.papers.wording import Wording

LEASES = frozenset({"FINANCE_LEASE", "HIRE_PURCHASE", "RENTAL"})
ZERO = Decimal(0)
# Columns of a schedule that are left out where nothing stands in them.
EXTRAS = ("fees", "insurance", "vat")


def _schedule(paper: Schedule, wording: Wording) -> list[Block]:
    lines, day = paper.lines, wording.long_day(paper.as_of_on)
    money = _maybe_money(paper, wording)
    rows = [
        ("schedule.financed", money(paper.financed_amount)),
        ("schedule.count", wording.number(len(lines))),
        ("schedule.first_on", wording.long_day(lines[0].due_on)),
        ("schedule.last_on", wording.long_day(lines[-1].due_on)),
        ("schedule.revision", wording.number(paper.revision)),
    ]
    return [
        paragraph(wording.say(f"schedule.intro_{paper.status}", day=day)),
        facts(wording, rows),
        paragraph(wording.say("letter.amounts_in", currency=paper.currency)),
        _schedule_table(lines, wording),
    ]


def _schedule_table(lines: Sequence[Line], wording: Wording) -> Block:
    """Every payment in a row, and the sums of what was paid beneath."""
    extras = [name for name in EXTRAS if any(getattr(line, f"{name}_amount") for line in lines)]
    summed = ["payment", "principal", "interest", *extras]
    amounts = ["opening", *summed, "closing"]
    columns = {"opening": "opening_balance_amount", "closing": "closing_balance_amount"}

    def cells(line: Line) -> list[str]:
        read = [getattr(line, columns.get(name, f"{name}_amount")) for name in amounts]
        return [str(line.number), wording.day(line.due_on), *map(wording.amount, read)]

    sums = [sum((getattr(line, f"{name}_amount") for line in lines), ZERO) for name in summed]
    head = [wording.say(f"schedule.{name}") for name in ("number", "due_on", *amounts)]
    foot = ["", wording.say("schedule.total"), "", *map(wording.amount, sums), ""]
    return table(head, [cells(line) for line in lines], foot, "rl" + "r" * len(amounts))


def _balance(paper: Balance, wording: Wording) -> list[Block]:
    day, money = wording.long_day(paper.as_of_on), _maybe_money(paper, wording)
    blocks = [
        paragraph(wording.say("balance.intro", day=day)),
        figure(wording.say("balance.total", day=day), money(paper.total_amount)),
        *_items("balance", paper.items, paper.total_amount, paper.currency, wording),
    ]
    if paper.planned_amount is not None:
        blocks.append(paragraph(wording.say("balance.planned", amount=money(paper.planned_amount))))
    return [*blocks, paragraph(wording.say("balance.later"))]


def _situation(paper: Situation, wording: Wording) -> list[Block]:
    day, money = wording.long_day(paper.as_of_on), _maybe_money(paper, wording)
    rows = [
        ("situation.starts_on", wording.long_day(paper.starts_on)),
        ("situation.ends_on", wording.long_day(paper.ends_on) if paper.ends_on else None),
        ("situation.due", money(paper.due_amount)),
        ("situation.paid", money(paper.paid_amount)),
        ("situation.overdue_count", wording.number(paper.overdue_count) if paper.overdue_count else None),
        ("situation.next_on", wording.long_day(paper.next_due_on) if paper.next_due_on else None),
        ("situation.next_amount", money(paper.next_amount)),
        ("situation.remaining", None if paper.remaining_count is None else wording.number(paper.remaining_count)),
    ]
    standing = "overdue" if paper.overdue_amount else "good"
    blocks = [
        paragraph(wording.say(f"situation.intro_{standing}", day=day)),
        figure(wording.say("situation.overdue"), money(paper.overdue_amount)),
        facts(wording, rows),
    ]
    return blocks + (_overdue(paper, wording) if paper.overdue else [])


def _overdue(paper: Situation, wording: Wording) -> list[Block]:
    head = [wording.say(f"situation.{name}") for name in ("number", "due_on", "amount", "outstanding")]
    rows = [
        [str(due.number), wording.day(due.due_on), wording.amount(due.amount), wording.amount(due.outstanding_amount)]
        for due in paper.overdue
    ]
    note = [wording.say("letter.amounts_in", currency=paper.currency)]
    if len(paper.overdue) < paper.overdue_count:
        note.append(wording.say("situation.overdue_first", count=wording.number(len(paper.overdue))))
    return [heading(wording.say("situation.overdue_title")), paragraph(" ".join(note)), table(head, rows, None, "llrr")]


def _credit(paper: Credit, wording: Wording) -> list[Block]:
    money, is_lease = _maybe_money(paper, wording), paper.contract_kind in LEASES
    rows = [
        ("credit.signed_on", wording.long_day(paper.signed_on) if paper.signed_on else None),
        ("credit.starts_on", wording.long_day(paper.starts_on)),
        ("credit.ends_on", wording.long_day(paper.ends_on) if paper.ends_on else None),
        ("credit.duration", wording.months(paper.duration_months) if paper.duration_months else None),
        ("credit.periodicity", _every(paper, wording)),
        ("credit.rent" if is_lease else "credit.installment", money(paper.installment_amount)),
        ("credit.first_rent", money(paper.first_rent_amount)),
        ("credit.purchase_option", money(paper.purchase_option_amount)),
        ("credit.residual_value", money(paper.residual_value_amount)),
        ("credit.nominal_rate", None if paper.nominal_rate_percent is None else wording.percent(paper.nominal_rate_percent)),
        ("credit.apr", None if paper.apr_percent is None else wording.percent(paper.apr_percent)),
        ("credit.fees", money(paper.fees_amount)),
    ]
    amount = figure(wording.say("credit.amount"), money(paper.amount))
    return [paragraph(wording.say("credit.intro")), amount, facts(wording, rows)]


def _every(paper: Credit, wording: Wording) -> str | None:
    if paper.periodicity_months is None:
        return None
    every = wording.say(f"every.{paper.periodicity_months}")
    return wording.say(f"every.{paper.timing}", every=every) if paper.timing else every


def _quote(paper: SettlementQuote, wording: Wording) -> list[Block]:
    day, until, money = wording.long_day(paper.as_of_on), wording.long_day(paper.valid_until_on), _maybe_money(paper, wording)
    standing, extent = "binding" if paper.is_binding else "indicative", "partial" if paper.is_partial else "full"
    rows = [
        ("quote.number", legible(paper.quote_number) if paper.quote_number else None),
        ("quote.per_day", money(paper.per_day_amount)),
        ("quote.valid_until", until),
    ]
    blocks = [
        paragraph(f"{wording.say(f'quote.intro_{extent}', day=day)} {wording.say(f'quote.intro_{standing}', until=until)}"),
        figure(wording.say("quote.total", day=day), money(paper.total_amount)),
        *_items("quote", paper.items, paper.total_amount, paper.currency, wording),
        facts(wording, rows),
    ]
    if paper.pay_to:
        to = paper.pay_to
        blocks += [heading(wording.say("quote.pay_title")), facts(wording, [(f"quote.{n}", legible(v) if v else None) for n, v in to])]
    return blocks + ([paragraph(legible(paper.legal_mention))] if paper.legal_mention else [])


def _items(section: str, items: Sequence[Item], total: Decimal, currency: str, wording: Wording) -> list[Block]:
    """What a total is made of, item by item."""
    rows = [[wording.say(f"item.{item.name}"), wording.amount(item.amount)] for item in items]
    notes = [legible(item.note) if item.note else None for item in items]
    head = [wording.say(f"{section}.item"), wording.say(f"{section}.amount")]
    items_and_sum = table(head, rows, [wording.say(f"{section}.sum"), wording.amount(total)], "lr")
    return [paragraph(wording.say("letter.amounts_in", currency=currency)), items_and_sum | {"notes": notes}]


def _maybe_money(paper: Paper, wording: Wording) -> Callable[[Decimal | None], str | None]:
    return lambda amount: None if amount is None else wording.money(amount, paper.currency)


BODIES: dict[str, Callable[[Any, Wording], list[Block]]] = {
    Schedule.KIND: _schedule,
    Balance.KIND: _balance,
    Situation.KIND: _situation,
    Credit.KIND: _credit,
    SettlementQuote.KIND: _quote,
}
