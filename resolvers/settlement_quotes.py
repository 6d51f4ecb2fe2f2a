"""What repaying a contract early costs, as the house stands by it: asked for, issued, accepted, paid, done."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from finance.money import NOTHING, cents
from models import Account, Contract, SettlementQuote
from models.base import Fault, Invalid
from models.entries import MOST_MONTHS_AHEAD, amount_faults, refuse, repayment_faults
from models.settlement_quotes import QuoteState, acts_on, state_on
from models.settling import RepaymentEffect, RepaymentFigure
from models.words import Described
from resolvers import ledgers
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, named, one_of, together, within
from resolvers.freshness import allowed_actions
from resolvers.listings import Listing
from resolvers.mutations import KEY_DESCRIPTION, Outcome, correctable, done_before, writing
from resolvers.ownership import ITS_CONTRACT
from resolvers.reading import prefetch, reads
from tenants import Action
from tenants.writing import WritingGate

VERSION = "The `version` of the quote as you read it: when somebody has changed it since, nothing is done."


@strawberry.input(description="Which quotes.")
class SettlementQuoteFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these contracts. At most 100.")
    states: list[QuoteState] | None = strawberry.field(
        default=None, description="Last written down in one of these states. One whose last day is over may not have been written down yet."
    )
    repay_on: DateRange | None = strawberry.field(default=None, description="For a repayment between these days.")


class SettlementQuoteOrderField(Described):
    """What quotes are sorted by."""

    REQUESTED_AT = "requested_at", "When they were asked for."
    REPAY_ON = "repay_on", "The day of the repayment."


@strawberry.input(description="In which order quotes come.")
class SettlementQuoteOrder:
    field: SettlementQuoteOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


@strawberry.input(description="A repayment to be quoted.")
class SettlementQuoteRequestInput:
    contract: strawberry.ID = strawberry.field(description="Of which contract.")
    repay_on: date | None = strawberry.field(
        default=None,
        description="On which day it is to be repaid: today unless told. "
        f"At most {MOST_MONTHS_AHEAD} months ahead, and before the last due date.",
    )
    amount: Decimal | None = strawberry.field(default=None, description="How much of the principal; all of the contract unless told.")
    effect: RepaymentEffect | None = strawberry.field(
        default=None, description="What becomes of the installments after a part was repaid: fewer of them unless told."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)


@strawberry.input(description="A quote to be accepted.")
class SettlementQuoteAcceptInput:
    quote: strawberry.ID = strawberry.field(description="Which quote.")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="A quote to be called off.")
class SettlementQuoteCancelInput:
    quote: strawberry.ID = strawberry.field(description="Which quote.")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="Figures that the house has worked out by hand. Amounts are in the currency of the quote.")
class SettlementQuoteIssueInput:
    quote: strawberry.ID = strawberry.field(description="Which quote.")
    valid_until_on: date = strawberry.field(
        description="The last day on which the house stands by it: not before today nor the repayment, at most 366 days after both."
    )
    principal: Decimal = strawberry.field(description="What is repaid; of a lease, what buys it out, before VAT.")
    accrued_interest: Decimal = strawberry.field(default=NOTHING, description="The interest since the last due date.")
    arrears: Decimal = strawberry.field(default=NOTHING, description="What is due and not paid.")
    compensation: Decimal = strawberry.field(default=NOTHING, description="What is asked for repaying early.")
    fees: Decimal = strawberry.field(default=NOTHING, description="Fees, before VAT.")
    vat: Decimal = strawberry.field(default=NOTHING, description="The VAT on all of it.")
    unallocated: Decimal = strawberry.field(default=NOTHING, description="What was paid ahead, and is taken off.")
    per_day: Decimal = strawberry.field(default=NOTHING, description="What each day later would add.")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="Money that has come in for a quote.")
class SettlementQuotePayInput:
    quote: strawberry.ID = strawberry.field(description="Which quote.")
    paid_on: date = strawberry.field(description="The value date of the money: from the day the quote was issued to today.")
    amount: Decimal = strawberry.field(description="How much came in: the total of the quote, to the cent.")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="A quote whose repayment has been carried out.")
class SettlementQuoteExecuteInput:
    quote: strawberry.ID = strawberry.field(description="Which quote.")
    expected_version: int = strawberry.field(description=VERSION)


def _which(info: Info, filter: SettlementQuoteFilter | None) -> Conditions:
    return (
        together(
            named("account_id", Account, filter.accounts),
            named("contract_id", Contract, filter.contracts),
            one_of("state", filter.states),
            within("repay_on", filter.repay_on),
        )
        if filter
        else []
    )


QUOTES = Listing(SettlementQuote, SettlementQuoteFilter, SettlementQuoteOrder, ("-requested_at", "-id"), "the newest first", _which)

quotes = QUOTES.everywhere()
of_contracts = QUOTES.under("contract_id")


async def quote(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a quote.")]) -> SettlementQuote | None:
    """One quote in reach."""
    return await info.context.gate.one(SettlementQuote, id, reads(info), prefetch(info, (ITS_CONTRACT,)))


async def states(quotes: list[SettlementQuote], info: Info) -> list[QuoteState]:
    """Where each is today, written down or not."""
    return [state_on(row, info.context.scope.today) for row in quotes]


async def allowed(quotes: list[SettlementQuote], info: Info) -> list[list[Action]]:
    """What the caller may do to each as it is today."""
    by_role = await allowed_actions(quotes, info)
    today = info.context.scope.today
    return [acts_on(state_on(row, today), acts) for row, acts in zip(quotes, by_role, strict=True)]


@correctable
async def request(info: Info, input: Annotated[SettlementQuoteRequestInput, strawberry.argument(description="What to quote.")]) -> Outcome:
    """A quote: issued at once where it can be reckoned, else left to the house."""
    today = info.context.scope.today
    repay_on = input.repay_on or today
    async with writing(info) as gate:
        known = await done_before(gate, "settlementQuoteRequest", input)
        if known is None:
            refuse(repayment_faults(input.amount, repay_on, today))
            contract = await gate.one(Contract, input.contract, to=Action.REQUEST_QUOTE)
            amount = None if input.amount is None else cents(input.amount)
            figure, left = await _figure(info, input.contract, repay_on, amount, input.effect)
            made = await SettlementQuote.request(contract, repay_on, amount, input.effect, gate.scope.now, left)
            if figure is not None:
                await made.issue(figure, today, gate.scope.now)
            await gate.note("settlementQuote.request", made, {"state": made.state, "repay_on": repay_on.isoformat()})
            await gate.remember(input.idempotency_key, {"quote": made.id.hex})
            quote_id = made.id
        else:
            quote_id = UUID(known["quote"])
    return await _read(info, quote_id)


@correctable
async def accept(info: Info, input: Annotated[SettlementQuoteAcceptInput, strawberry.argument(description="Which quote.")]) -> Outcome:
    """Agree to pay what a quote says."""
    async with writing(info) as gate:
        row = await _known(gate, input.quote, Action.ACCEPT, input.expected_version)
        await row.accept(info.context.scope.today, gate.scope.now)
        await gate.note("settlementQuote.accept", row, {"state": row.state})
    return await _read(info, row.id)


@correctable
async def cancel(info: Info, input: Annotated[SettlementQuoteCancelInput, strawberry.argument(description="Which quote.")]) -> Outcome:
    """Call a quote off."""
    async with writing(info) as gate:
        row = await _known(gate, input.quote, Action.CANCEL, input.expected_version)
        await row.cancel(info.context.scope.today, gate.scope.now)
        await gate.note("settlementQuote.cancel", row, {"state": row.state})
    return await _read(info, row.id)


@correctable
async def issue(info: Info, input: Annotated[SettlementQuoteIssueInput, strawberry.argument(description="The figures.")]) -> Outcome:
    """Stand by figures that were worked out by hand."""
    amounts = {name: getattr(input, name) for name in AMOUNTS}
    async with writing(info) as gate:
        row = await _known(gate, input.quote, Action.ISSUE, input.expected_version)
        refuse(fault for name, amount in amounts.items() for fault in amount_faults((_camel(name),), amount, may_be_nothing=True))
        total = sum((amount for name, amount in amounts.items() if name not in ("unallocated", "per_day")), NOTHING) - input.unallocated
        figure = RepaymentFigure(repay_on=row.repay_on, valid_until_on=input.valid_until_on, currency=row.currency, total=total, **amounts)
        await row.issue(figure, info.context.scope.today, gate.scope.now)
        await gate.note("settlementQuote.issue", row, {"state": row.state, "total_amount": str(total)})
    return await _read(info, row.id)


@correctable
async def pay(info: Info, input: Annotated[SettlementQuotePayInput, strawberry.argument(description="The money.")]) -> Outcome:
    """Write down that the money of a quote is in."""
    async with writing(info) as gate:
        row = await _known(gate, input.quote, Action.PAY, input.expected_version)
        scope = info.context.scope
        issued_on = scope.day_of(row.issued_at) if row.issued_at else None
        await row.pay(input.amount, input.paid_on, scope.today, issued_on)
        await gate.note("settlementQuote.pay", row, {"state": row.state, "paid_on": input.paid_on.isoformat()})
    return await _read(info, row.id)


@correctable
async def execute(info: Info, input: Annotated[SettlementQuoteExecuteInput, strawberry.argument(description="Which quote.")]) -> Outcome:
    """Write down that what was paid for has been done."""
    async with writing(info) as gate:
        row = await _known(gate, input.quote, Action.EXECUTE, input.expected_version)
        await row.execute(gate.scope.now)
        await gate.note("settlementQuote.execute", row, {"state": row.state})
    return await _read(info, row.id)


AMOUNTS = ("principal", "accrued_interest", "arrears", "compensation", "fees", "vat", "unallocated", "per_day")


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


async def _known(gate: WritingGate, gid: str, to: Action, version: int) -> SettlementQuote:
    row = await gate.one(SettlementQuote, gid, to=to)
    row.must_be_version(version)
    return row


async def _figure(
    info: Info, contract: str, repay_on: date, amount: Decimal | None, effect: RepaymentEffect | None
) -> tuple[RepaymentFigure | None, tuple[Fault, ...]]:
    """The figures, or why a person has to work them out. What the customer can correct is refused."""
    ledger = await ledgers.ledger(info, contract, repay_on)
    try:
        return ledger.binding_figure(repay_on, amount, effect), ()
    except Invalid as invalid:
        if all(fault.path == ("contract",) for fault in invalid.faults):
            return None, invalid.faults
        raise


async def _read(info: Info, quote_id: UUID) -> Outcome:
    """The payload, read as the caller reads it."""
    found = await info.context.gate.by_ids(SettlementQuote, [quote_id])
    return Outcome(quote=found.get(quote_id))
