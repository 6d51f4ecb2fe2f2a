"""What a payment has paid: seen from the payment, and from what was paid."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from models import Case, Installment, Invoice, Payment, PaymentAllocation
from resolvers.context import Info
from resolvers.reading import by_keys, reads

AS_THEY_CAME = ("payment_id", "number")
HowMany = Annotated[int, strawberry.argument(description="How many, from 1 to 100.")]


async def to(rows: Sequence[Any], info: Info, column: str, first: int) -> list[list[PaymentAllocation]]:
    """How much of which payment has paid each of these rows, which `column` points at."""
    return await info.context.gate.first_children(PaymentAllocation, rows, column, AS_THEY_CAME, first)


@by_keys
async def payment(allocations: list[PaymentAllocation], info: Info) -> list[Payment | None]:
    """Which payment each is a part of."""
    return await info.context.gate.parents(Payment, of=allocations, by="payment_id", reads=reads(info))


@by_keys
async def invoice(allocations: list[PaymentAllocation], info: Info) -> list[Invoice | None]:
    """The bill that each has paid of."""
    return await info.context.gate.parents(Invoice, of=allocations, by="invoice_id", reads=reads(info))


@by_keys
async def installment(allocations: list[PaymentAllocation], info: Info) -> list[Installment | None]:
    """The installment that each has paid of."""
    return await info.context.gate.parents(Installment, of=allocations, by="installment_id", reads=reads(info))


@by_keys
async def case(allocations: list[PaymentAllocation], info: Info) -> list[Case | None]:
    """The claim that each has paid of."""
    return await info.context.gate.parents(Case, of=allocations, by="case_id", reads=reads(info))
