"""Amortization: how a contract is planned to be paid back. What is due in fact are installments."""

from decimal import Decimal

from finance.conventions import InterestConvention
from models import columns
from models.base import Imported, InAccount, Keyed
from models.words import Described


class ScheduleStatus(Described):
    """Whether a schedule holds."""

    PROVISIONAL = "PROVISIONAL", "Computed before the contract started: its days may still move."
    FINAL = "FINAL", "Holds since the contract started."


class AmortizationSchedule(Imported, InAccount):
    """A plan: one line for each payment. A new revision takes the place of the one before."""

    PREFIX = "sch"
    TYPENAME = "AmortizationSchedule"
    IS_NODE = True
    EXPORT = "amortization_schedules"

    contract_id = columns.key()
    status = columns.one_of(ScheduleStatus)
    revision = columns.whole()
    currency = columns.text()
    valid_from_on = columns.maybe_day()
    interest_convention = columns.maybe_one_of(InterestConvention)

    class Meta:
        table = "amortization_schedule"


class AmortizationLine(Keyed):
    """One planned payment. Its key is its schedule and its number."""

    UNREAD = ("account_id", "schedule_id")  # a long list: reading keys that no field shows would cost a tenth of it

    tenant_id = columns.key()
    schedule_id = columns.parent_id()
    number = columns.whole()
    account_id = columns.key()
    due_on = columns.day()
    opening_balance_amount = columns.amount()
    payment_amount = columns.amount()
    principal_amount = columns.amount()
    interest_amount = columns.amount()
    fees_amount = columns.amount(Decimal(0))
    insurance_amount = columns.amount(Decimal(0))
    vat_amount = columns.amount(Decimal(0))
    closing_balance_amount = columns.amount()

    class Meta:
        table = "amortization_line"
