"""One line of an amortization table."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple


class Line(NamedTuple):
    """One payment. `payment` is all that is paid: principal, interest, fees, insurance and VAT.

    `drawn` is paid out on the same day, after it. Closing is opening less principal plus drawn.
    """

    number: int
    due_on: date
    opening: Decimal
    payment: Decimal
    principal: Decimal
    interest: Decimal
    fees: Decimal
    insurance: Decimal
    vat: Decimal
    drawn: Decimal
    closing: Decimal


# A line from a tuple of its figures. The constructor of a named tuple takes twice the time of the tuple that it makes.
line_of = partial(tuple.__new__, Line)
