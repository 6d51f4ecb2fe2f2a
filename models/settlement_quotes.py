"""Settlement quotes: what repaying a contract early costs, as the house stands by it, from the asking to the money.

    REQUESTED -issue-> ISSUED -accept-> ACCEPTED -pay-> PAID -execute-> EXECUTED
    REQUESTED, ISSUED, ACCEPTED -cancel-> CANCELLED, -a newer quote of the contract-> SUPERSEDED
    ISSUED, ACCEPTED -the last day is over-> EXPIRED

Anything else is a conflict, and changes nothing. The figures are frozen when the quote is issued. Whether it has expired is a matter of
the day, not of a job that has run: a quote past its last day is read, and treated, as expired.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from uuid_utils.compat import uuid7

from finance.money import NOTHING
from finance.settlements import MOST_VALID_DAYS
from models import columns
from models.base import InAccount
from models.money import money
from models.refusals import Conflict, Expired, Fault, Invalid
from models.sentences import Sentence
from models.settling import RepaymentEffect, RepaymentFigure, RepaymentScope
from models.words import Described

STALE = "Somebody has changed this quote meanwhile: read it again."


class QuoteState(Described):
    """Where a quote is."""

    REQUESTED = "REQUESTED", "Asked for; the house has to work it out."
    ISSUED = "ISSUED", "The house stands by it until its last day."
    ACCEPTED = "ACCEPTED", "Accepted: the money is awaited until the last day."
    PAID = "PAID", "The money is in."
    EXECUTED = "EXECUTED", "The contract was ended by it, or its table replaced."
    EXPIRED = "EXPIRED", "Its last day is over."
    SUPERSEDED = "SUPERSEDED", "A newer quote of the contract has taken its place."
    CANCELLED = "CANCELLED", "Called off."


MOST_VALID = timedelta(days=MOST_VALID_DAYS)
TOO_EARLY = "Money for it came on {day} or later: it was issued then."
LAST_DAY = Sentence("The last day is not before today, nor before the repayment, and at most {most} days after both.", most=MOST_VALID_DAYS)

OPEN_STATES = (QuoteState.REQUESTED, QuoteState.ISSUED, QuoteState.ACCEPTED)
ENDING = (QuoteState.ISSUED, QuoteState.ACCEPTED)


class SettlementQuote(InAccount):
    """One quote of one contract. Amounts are there once it has been issued."""

    PREFIX = "quo"
    TYPENAME = "SettlementQuote"
    IS_NODE = True

    contract_id = columns.key()
    number = columns.number()
    scope = columns.one_of(RepaymentScope)
    effect = columns.maybe_one_of(RepaymentEffect)
    state = columns.one_of(QuoteState)
    version = columns.whole(1)
    repay_on = columns.day()
    valid_until_on = columns.maybe_day()
    currency = columns.text()
    left_rule = columns.maybe_text()
    left_reason = columns.maybe_text()
    asked_amount = columns.maybe_amount()
    principal_amount = columns.maybe_amount()
    accrued_interest_amount = columns.maybe_amount()
    arrears_amount = columns.maybe_amount()
    compensation_amount = columns.maybe_amount()
    fees_amount = columns.maybe_amount()
    vat_amount = columns.maybe_amount()
    unallocated_amount = columns.maybe_amount()
    per_day_amount = columns.maybe_amount()
    falling_due_amount = columns.maybe_amount()
    total_amount = columns.maybe_derived_amount()
    requested_at = columns.instant()
    issued_at = columns.maybe_instant()
    accepted_at = columns.maybe_instant()
    paid_on = columns.maybe_day()
    executed_at = columns.maybe_instant()
    ended_at = columns.maybe_instant()

    class Meta:
        table = "settlement_quote"

    asked = money("asked_amount")
    principal = money("principal_amount")
    accrued_interest = money("accrued_interest_amount")
    arrears = money("arrears_amount")
    compensation = money("compensation_amount")
    fees = money("fees_amount")
    vat = money("vat_amount")
    unallocated = money("unallocated_amount")
    per_day = money("per_day_amount")
    falling_due = money("falling_due_amount")
    total = money("total_amount")

    @classmethod
    async def request(
        cls,
        contract: Any,
        repay_on: date,
        amount: Decimal | None,
        effect: RepaymentEffect | None,
        at: datetime,
        left: Sequence[Fault] = (),
    ) -> Self:
        """A quote to be worked out. Those of the contract that are open give way to it. `left`: why a person has to do that."""
        for earlier in await cls.filter(tenant_id=contract.tenant_id, contract_id=contract.id, state__in=OPEN_STATES):
            await earlier._become(QuoteState.SUPERSEDED, ended_at=at)
        key = uuid7()
        return await cls.create(
            id=key,
            tenant_id=contract.tenant_id,
            account_id=contract.account_id,
            contract_id=contract.id,
            number=number_of(key),
            scope=RepaymentScope.FULL if amount is None else RepaymentScope.PARTIAL,
            effect=None if amount is None else effect or RepaymentEffect.SHORTER_TERM,
            state=QuoteState.REQUESTED,
            version=1,
            repay_on=repay_on,
            currency=contract.currency,
            left_rule=left[0].rule if left else None,
            left_reason=" ".join(fault.message for fault in left) or None,
            asked_amount=amount,
            requested_at=at,
        )

    async def issue(self, figure: RepaymentFigure, today: date, at: datetime) -> None:
        """Stand by these figures. Raises `Conflict` unless it was only asked for, `Invalid` for figures of nothing or of the past."""
        self._must_be(QuoteState.REQUESTED, today=today)
        if figure.total <= 0:
            raise Invalid((Fault(("total",), "quote.total", "There is nothing to be paid."),))
        first_on = max(today, self.repay_on)
        if not first_on <= figure.valid_until_on <= first_on + MOST_VALID:
            raise Invalid((Fault(("validUntilOn",), "quote.valid_until", LAST_DAY),))
        amounts = {
            "principal_amount": figure.principal,
            "accrued_interest_amount": figure.accrued_interest,
            "arrears_amount": figure.arrears,
            "compensation_amount": figure.compensation,
            "fees_amount": figure.fees,
            "vat_amount": figure.vat,
            "unallocated_amount": figure.unallocated,
            "per_day_amount": figure.per_day,
            "falling_due_amount": figure.falling_due,
        }
        await self._become(QuoteState.ISSUED, issued_at=at, valid_until_on=figure.valid_until_on, **amounts)

    async def accept(self, today: date, at: datetime) -> None:
        """Agree to pay. Raises `Expired` after the last day, `Conflict` unless it is issued."""
        self._must_be(QuoteState.ISSUED, today=today)
        await self._become(QuoteState.ACCEPTED, accepted_at=at)

    async def cancel(self, today: date, at: datetime) -> None:
        """Call it off. Raises `Conflict` once it is paid or over."""
        self._must_be(*OPEN_STATES, today=today)
        await self._become(QuoteState.CANCELLED, ended_at=at)

    async def pay(self, amount: Decimal, paid_on: date, today: date, issued_on: date | None) -> None:
        """The money is in: the whole of it, by the last day. Raises `Expired` when it came later, `Invalid` when it is another amount, or
        came before the quote was issued: its figures may count that money already.
        """
        if self.state is QuoteState.ACCEPTED and self.valid_until_on is not None and self.valid_until_on < paid_on:
            raise Expired("The money came after the last day of the quote.", rule="quote.expired")
        self._must_be(QuoteState.ACCEPTED, today=min(paid_on, today))
        is_before = issued_on is not None and paid_on < issued_on
        faults = [
            Fault(("paidOn",), "quote.paid_on", Sentence(TOO_EARLY, day=str(issued_on))) if is_before else None,
            Fault(("paidOn",), "quote.paid_on", "Money that is in did not come after today.") if paid_on > today else None,
            Fault(
                ("amount",), "quote.amount", Sentence("The quote is for {amount} {currency}.", amount=self._owed(), currency=self.currency)
            )
            if amount != self._owed()
            else None,
        ]
        if told := tuple(fault for fault in faults if fault):
            raise Invalid(told)
        await self._become(QuoteState.PAID, paid_on=paid_on)

    async def execute(self, at: datetime) -> None:
        """What was paid for has been done. Raises `Conflict` before the money is in."""
        self._must_be(QuoteState.PAID)
        await self._become(QuoteState.EXECUTED, executed_at=at)

    def must_be_version(self, version: int) -> None:
        """Raises `Conflict` when somebody has changed it since it was read."""
        if version != self.version:
            raise Conflict(STALE, rule="quote.version")

    def _must_be(self, *states: QuoteState, today: date | None = None) -> None:
        state = state_on(self, today) if today else self.state
        if state in states:
            return
        if state is QuoteState.EXPIRED:
            raise Expired("The last day of the quote is over.", rule="quote.expired")
        raise Conflict(Sentence("The quote is in the state {state}.", state=state.value), rule="quote.state")

    def _owed(self) -> Decimal:
        """What has to be paid: the generated column, reckoned again for a row that has not been read since."""
        parts = (self.principal_amount, self.accrued_interest_amount, self.arrears_amount, self.compensation_amount)
        more = (self.fees_amount, self.vat_amount)
        return sum((part or NOTHING for part in (*parts, *more)), NOTHING) - (self.unallocated_amount or NOTHING)

    async def _become(self, state: QuoteState, **changes: Any) -> None:
        self.state, self.version = state, self.version + 1
        for name, value in changes.items():
            setattr(self, name, value)
        await self.keep("state", "version", *changes)


def state_on(quote: Any, today: date) -> QuoteState:
    """The state as it is on a day: past its last day an open quote has expired, whether or not that has been written down."""
    state = QuoteState(quote.state)
    is_over = state in ENDING and quote.valid_until_on is not None and quote.valid_until_on < today
    return QuoteState.EXPIRED if is_over else state


def number_of(key: UUID) -> str:
    """What people call a quote: the moment and chance of its key, in ten letters and digits that cannot be mixed up."""
    letters, value, found = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", key.int & ((1 << 50) - 1), ""
    for _ in range(10):
        value, digit = divmod(value, 32)
        found = letters[digit] + found
    return f"Q-{found[:5]}-{found[5:]}"


def acts_on(state: QuoteState, acts: Iterable[Any]) -> list[Any]:
    """Of the acts that a role allows, those that a quote in this state does not refuse."""
    possible = {
        QuoteState.REQUESTED: {"ISSUE", "CANCEL"},
        QuoteState.ISSUED: {"ACCEPT", "CANCEL"},
        QuoteState.ACCEPTED: {"PAY", "CANCEL"},
        QuoteState.PAID: {"EXECUTE"},
    }
    return [act for act in acts if str(act) in possible.get(state, set())]
