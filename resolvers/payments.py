"""Money that moved."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from models import Account, Contract, Payment, PaymentAllocation, PaymentDirection, PaymentMethod, PaymentState
from models.words import Described
from resolvers.allocations import HowMany, to
from resolvers.connections import OrderDirection
from resolvers.context import Info
from resolvers.filters import Conditions, DateRange, MoneyRange, equal, named, one_of, together, within
from resolvers.listings import Listing, Recent
from resolvers.reading import reads

COLLECTED = [PaymentState.PENDING, PaymentState.SETTLED]
Debit = tuple[UUID, UUID | None, date, str, str]


class PaymentAnomaly(Described):
    """What is odd about a payment."""

    DOUBLE_DEBIT = (
        "DOUBLE_DEBIT",
        "The same amount was collected more than once on one day: under one contract or, where payments name none, from one account.",
    )
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS", "It is not the amount that was planned."
    RETURNED = "RETURNED", "The bank sent it back."


@strawberry.input(description="Which payments.")
class PaymentFilter:
    accounts: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these accounts. At most 100.")
    contracts: list[strawberry.ID] | None = strawberry.field(default=None, description="Under one of these contracts. At most 100.")
    directions: list[PaymentDirection] | None = strawberry.field(default=None, description="That move one of these ways.")
    methods: list[PaymentMethod] | None = strawberry.field(default=None, description="Made in one of these ways.")
    states: list[PaymentState] | None = strawberry.field(default=None, description="In one of these states.")
    value_on: DateRange | None = strawberry.field(
        default=None,
        description="That count from between these days. Without it, the root list shows what is not older than "
        "`portal.paymentWindowMonths`, and `{from: null}` takes all; a contract and an account show all of theirs.",
    )
    amount: MoneyRange | None = strawberry.field(default=None, description="Of between these amounts.")
    reference: str | None = strawberry.field(default=None, description="With this reference, spelled exactly.")


class PaymentOrderField(Described):
    """What payments are sorted by."""

    VALUE_ON = "value_on", "The day they count from."
    AMOUNT = "amount", "How much it is, whatever the currency."


@strawberry.input(description="In which order payments come.")
class PaymentOrder:
    field: PaymentOrderField = strawberry.field(description="What they are sorted by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")


def _which(info: Info, filter: PaymentFilter | None) -> Conditions:
    if filter is None:
        return []
    return together(
        named("account_id", Account, filter.accounts),
        named("contract_id", Contract, filter.contracts),
        one_of("direction", filter.directions),
        one_of("method", filter.methods),
        one_of("state", filter.states),
        within("value_on", filter.value_on),
        within("amount", filter.amount),
        equal("reference", filter.reference),
    )


PAYMENTS = Listing(
    Payment,
    PaymentFilter,
    PaymentOrder,
    ("-value_on", "-id"),
    "the newest first",
    _which,
    is_long=True,
    recent=Recent("value_on", lambda rules: rules.payment_window_months),
)

payments = PAYMENTS.everywhere()


async def payment(info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Of a payment.")]) -> Payment | None:
    """One payment in reach."""
    return await info.context.gate.one(Payment, id, reads(info))


async def allocations(payments: list[Payment], info: Info, first: HowMany = 10) -> list[list[PaymentAllocation]]:
    """What each has paid."""
    return await to(payments, info, "payment_id", first)


async def anomalies(payments: list[Payment], info: Info) -> list[list[PaymentAnomaly]]:
    """What is odd about each."""
    debits = await _debits_beside(payments, info)
    return [[anomaly for anomaly, is_so in _oddities(payment, debits) if is_so] for payment in payments]


def _oddities(payment: Payment, debits: Counter[Debit]) -> list[tuple[PaymentAnomaly, bool]]:
    is_other = payment.expected_amount is not None and Decimal(payment.amount) != Decimal(payment.expected_amount)
    return [
        (PaymentAnomaly.DOUBLE_DEBIT, debits[_debit(payment)] > 1),
        (PaymentAnomaly.AMOUNT_DIFFERS, is_other),
        (PaymentAnomaly.RETURNED, payment.state == PaymentState.RETURNED),
    ]


async def _debits_beside(payments: list[Payment], info: Info) -> Counter[Debit]:
    """How many direct debits there are of the contracts, days and amounts of these, whatever pages they stand on.

    A second statement asks for those of their accounts without a contract, only if some of these have none.
    """
    mine = [payment for payment in payments if payment.method == PaymentMethod.DIRECT_DEBIT]
    bare = [payment for payment in mine if payment.contract_id is None]
    found = await _on_their_days([payment for payment in mine if payment.contract_id], "contract_id", info)
    if bare:
        found += await _on_their_days(bare, "account_id", info, ("contract_id", "null", True))
    return Counter(_debit(payment) for payment in found)


async def _on_their_days(mine: list[Payment], column: str, info: Info, *besides: tuple[str, str, Any]) -> list[Payment]:
    """All direct debits that have the same key in this column as one of these, and lie on a day of theirs."""
    days = sorted({payment.value_on for payment in mine})
    conditions = [("method", "=", PaymentMethod.DIRECT_DEBIT), ("state", "any", COLLECTED), ("value_on", "any", days), *besides]
    keys: list[UUID | None] = list({getattr(payment, column) for payment in mine})
    groups = await info.context.gate.beside(Payment, keys, column, ("value_on", "id"), conditions)
    return [payment for group in groups for payment in group]


def _debit(payment: Any) -> Debit:
    return payment.account_id, payment.contract_id, payment.value_on, payment.currency, str(payment.amount)
