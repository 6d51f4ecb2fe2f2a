"""What repaying a contract early costs, as the house stands by it."""

from datetime import date, datetime

import strawberry

from engine import USUAL, answered_by, answered_once_by
from models.settlement_quotes import QuoteState
from models.settling import RepaymentEffect, RepaymentScope
from resolvers import settlement_quotes as resolve
from schema.connections import Connection
from schema.enums import shown
from schema.errors import UserError
from schema.money import Money
from schema.node import Node
from schema.ownership import OfContract
from schema.work import LEDGER
from tenants import Action

shown(QuoteState, "Where a quote is.")
shown(RepaymentScope, "How much of a contract is repaid.")
shown(RepaymentEffect, "What becomes of the installments after a part was repaid.")
shown(resolve.SettlementQuoteOrderField, "What quotes are sorted by.")


@strawberry.type(description="What repaying a contract early costs. Its amounts are there, and frozen, from the day it is issued.")
class SettlementQuote(Node, OfContract):
    number: str = strawberry.field(description="What people call it.")
    scope: RepaymentScope = strawberry.field(description="How much of the contract is repaid.")
    effect: RepaymentEffect | None = strawberry.field(description="What becomes of the installments after a part was repaid.")
    state: QuoteState = answered_by(resolve.states, "Where it is today.")
    version: int = strawberry.field(description="Rises with each change: `expectedVersion` of what you do next.")
    repay_on: date = strawberry.field(description="The day of the repayment that it is reckoned for.")
    valid_until_on: date | None = strawberry.field(description="The last day on which the house stands by it, where the portal is.")
    asked: Money | None = strawberry.field(name="askedAmount", description="How much of the principal was asked for; null for all.")
    principal: Money | None = strawberry.field(description="What is repaid; of a lease, what buys it out, before VAT.")
    accrued_interest: Money | None = strawberry.field(description="The interest since the last due date.")
    arrears: Money | None = strawberry.field(description="What was due before the quote was made and is not paid, without late interest.")
    compensation: Money | None = strawberry.field(description="What is asked for repaying early.")
    fees: Money | None = strawberry.field(description="Fees, before VAT.")
    vat: Money | None = strawberry.field(description="The VAT on all of it.")
    unallocated: Money | None = strawberry.field(description="What was paid ahead, and is taken off.")
    per_day: Money | None = strawberry.field(description="What each day later would add. Within its validity the quote stays as it is.")
    falling_due: Money | None = strawberry.field(
        description="What falls due from today to the day of the repayment: it is paid on its own day, and is no part of the total."
    )
    total: Money | None = strawberry.field(description="What has to be paid. Late interest is in it only where the house put it in `fees`.")
    left_rule: str | None = strawberry.field(
        description="Why the finance house has to work the quote out by hand, as a stable code; null if it was issued at once."
    )
    left_reason: str | None = strawberry.field(description="Which figures contradict one another, in sentences. For staff.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    issued_at: datetime | None = strawberry.field(description="When the house stood by it.")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted.")
    paid_on: date | None = strawberry.field(description="The value date of the money.")
    executed_at: datetime | None = strawberry.field(description="When what was paid for had been done.")
    ended_at: datetime | None = strawberry.field(description="When it was called off, or gave way to a newer one.")
    allowed_actions: list[Action] = answered_by(resolve.allowed, "What you may do to it as it is today, besides reading it.")


@strawberry.type(description="What came of asking for a quote.")
class SettlementQuoteRequestPayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote: issued, or left to the house to work out.")
    errors: list[UserError] = strawberry.field(description="Why there is none; empty when there is.", metadata={USUAL: 1})


@strawberry.type(description="What came of accepting a quote.")
class SettlementQuoteAcceptPayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote.")
    errors: list[UserError] = strawberry.field(description="Why it was not accepted; empty when it was.", metadata={USUAL: 1})


@strawberry.type(description="What came of calling a quote off.")
class SettlementQuoteCancelPayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote.")
    errors: list[UserError] = strawberry.field(description="Why it was not called off; empty when it was.", metadata={USUAL: 1})


@strawberry.type(description="What came of issuing a quote.")
class SettlementQuoteIssuePayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote.")
    errors: list[UserError] = strawberry.field(description="Why it was not issued; empty when it was.", metadata={USUAL: 1})


@strawberry.type(description="What came of writing down the money of a quote.")
class SettlementQuotePayPayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote.")
    errors: list[UserError] = strawberry.field(description="Why it was not written down; empty when it was.", metadata={USUAL: 1})


@strawberry.type(description="What came of writing down that a quote was carried out.")
class SettlementQuoteExecutePayload:
    quote: SettlementQuote | None = strawberry.field(description="The quote.")
    errors: list[UserError] = strawberry.field(description="Why it was not written down; empty when it was.", metadata={USUAL: 1})


@strawberry.type
class SettlementQuoteQuery:
    settlement_quote: SettlementQuote | None = answered_once_by(resolve.quote, "One quote; null when you reach none by this id.")
    settlement_quotes: Connection[SettlementQuote] = answered_once_by(resolve.quotes, "All quotes that you reach, of all contracts.")


@strawberry.type
class SettlementQuoteMutation:
    settlement_quote_request: SettlementQuoteRequestPayload = answered_once_by(
        resolve.request, "Ask what repaying a contract early costs. Needs the permission REQUEST_QUOTES on its account.", work=LEDGER
    )
    settlement_quote_accept: SettlementQuoteAcceptPayload = answered_once_by(
        resolve.accept, "Agree to pay what a quote says. Needs the permission ACCEPT_QUOTES, and a second proof where that is sensitive."
    )
    settlement_quote_cancel: SettlementQuoteCancelPayload = answered_once_by(
        resolve.cancel, "Call a quote off. Needs the permission REQUEST_QUOTES on its account."
    )
    settlement_quote_issue: SettlementQuoteIssuePayload = answered_once_by(
        resolve.issue, "Stand by figures that were worked out by hand. Needs the permission WORK_ON_QUOTES."
    )
    settlement_quote_pay: SettlementQuotePayPayload = answered_once_by(
        resolve.pay, "Write down that the money of a quote is in. Needs the permission WORK_ON_QUOTES."
    )
    settlement_quote_execute: SettlementQuoteExecutePayload = answered_once_by(
        resolve.execute, "Write down that what was paid for has been done. Needs the permission WORK_ON_QUOTES."
    )
