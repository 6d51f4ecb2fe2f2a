"""What a payment has paid: seen from the payment, and from what was paid."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from models import Case, Installment, Invoice, Payment, PaymentAllocation
from resolvers.context import Info
from resolvers.reading import pointed_at

AS_THEY_CAME = ("payment_id", "number")
HowMany = Annotated[int, strawberry.argument(description="How many, from 1 to 100.")]


async def to(rows: Sequence[Any], info: Info, column: str, first: int) -> list[list[PaymentAllocation]]:
    """How much of which payment has paid each of these rows, which `column` points at."""
    return await info.context.gate.first_children(PaymentAllocation, rows, column, AS_THEY_CAME, first)


payment = pointed_at(Payment, "payment_id")
invoice = pointed_at(Invoice, "invoice_id")
installment = pointed_at(Installment, "installment_id")
case = pointed_at(Case, "case_id")
