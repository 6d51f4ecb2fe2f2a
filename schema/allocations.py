"""What a payment has paid."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine import answered_by
from resolvers import allocations as resolve

if TYPE_CHECKING:
    from schema.cases import Case
    from schema.installments import Installment
    from schema.invoices import Invoice
    from schema.payments import Payment


@strawberry.type(description="How much of a payment went to one invoice, one installment or one claim.")
class PaymentAllocation:
    amount: Decimal = strawberry.field(description="How much, in the currency of the payment.")
    payment: Annotated["Payment", strawberry.lazy("schema.payments")] | None = answered_by(
        resolve.payment, "The payment; null when you do not reach it."
    )
    invoice: Annotated["Invoice", strawberry.lazy("schema.invoices")] | None = answered_by(
        resolve.invoice, "The invoice, where it went to one that you reach."
    )
    installment: Annotated["Installment", strawberry.lazy("schema.installments")] | None = answered_by(
        resolve.installment, "The installment, where it went to one that you reach."
    )
    case: Annotated["Case", strawberry.lazy("schema.cases")] | None = answered_by(
        resolve.case, "The claim, where it went to one that you reach."
    )
