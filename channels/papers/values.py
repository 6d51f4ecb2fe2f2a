"""What is printed on papers: plain values, as a caller has them or as JSON kept them. Amounts and rates are exact, so text in JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MOST_LINES = 480  # of a schedule: forty years of months
MOST_ITEMS = 100  # of any other list on a paper
MOST_ADDRESS_LINES = 8


def _exact(value: object) -> object:
    """A binary fraction is no amount, and neither are the whole numbers of JSON, which say nothing of cents."""
    if isinstance(value, Decimal | str):
        return value
    raise ValueError("an amount is a Decimal, or its text")


ContractKind = Literal[
    "FINANCE_LEASE", "HIRE_PURCHASE", "RENTAL", "LOAN", "CREDIT_FACILITY", "REVOLVING_CREDIT", "CONSOLIDATION", "INSURANCE"
]
# What a balance or a settlement is made of. Each has its words in the catalogue.
ItemName = Literal[
    "PRINCIPAL",
    "PLANNED_PRINCIPAL",
    "UNPAID_PRINCIPAL",
    "UNPAID_INTEREST",
    "UNPAID_CHARGES",
    "UNPAID",
    "ARREARS",
    "ACCRUED_INTEREST",
    "LATE_INTEREST",
    "RENTS",
    "RESIDUAL_VALUE",
    "PURCHASE_OPTION",
    "COMPENSATION",
    "FEES",
    "INSURANCE",
    "VAT",
    "UNALLOCATED",
    "REDUCTION",
]
Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False, max_digits=24, decimal_places=6)]


class Value(BaseModel):
    """Never changed, and nothing in it that is not declared: a misspelled figure would be missing on the paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class House(Value):
    """Whose paper it is: the letterhead."""

    brand: str
    legal_name: str
    country: str = Field(pattern="^[A-Z]{2}$")
    contact: tuple[str, ...] = Field(default=(), max_length=MOST_ADDRESS_LINES)
    verify_at: str | None = None  # the host where anybody checks a paper


class Paper(Value):
    """What all papers say. `code` is as people read it; `language` one of the five, with the house's country for how numbers look."""

    KIND: ClassVar[str]

    language: Literal["fr", "nl", "en", "de", "nb"]
    house: House
    addressee: tuple[str, ...] = Field(max_length=MOST_ADDRESS_LINES)
    addressee_country: str | None = Field(default=None, pattern="^[A-Z]{2}$")  # printed where it is not the house's own
    account_number: str
    contract_number: str
    contract_kind: ContractKind
    product: str | None = None
    currency: str = Field(pattern="^[A-Z]{3}$")
    as_of_on: date
    issued_at: AwareDatetime
    time_zone: str
    code: str

    @property
    def issued_on(self) -> date:
        """The day it is dated, where the portal is."""
        issued_at: datetime = self.issued_at
        return issued_at.astimezone(ZoneInfo(self.time_zone)).date()


class Line(Value):
    """One planned payment."""

    number: int
    due_on: date
    opening_balance_amount: Exact
    payment_amount: Exact
    principal_amount: Exact
    interest_amount: Exact
    fees_amount: Exact = Decimal(0)
    insurance_amount: Exact = Decimal(0)
    vat_amount: Exact = Decimal(0)
    closing_balance_amount: Exact


class Schedule(Paper):
    """How a contract is planned to be paid back, payment by payment."""

    KIND = "SCHEDULE"

    status: Literal["PROVISIONAL", "FINAL"]
    revision: int
    financed_amount: Exact | None = None
    lines: tuple[Line, ...] = Field(min_length=1, max_length=MOST_LINES)


class Item(Value):
    """One figure of a sum; `note` is printed beneath it as it is."""

    name: ItemName
    amount: Exact
    note: str | None = None


Sum = Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]


class Summed(Paper):
    """A paper with a total that its items make up, to the cent: else it is not printed."""

    items: Sum
    total_amount: Exact

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum((item.amount for item in self.items), Decimal(0)) != self.total_amount:
            raise ValueError("the items do not make up the total")
        return self


class Balance(Summed):
    """What is still owed at the end of a day."""

    KIND = "CERTIFICATE_BALANCE"

    planned_amount: Exact | None = None  # what would be owed, had everything been paid on its day


class Due(Value):
    """A payment that was due and has not been paid in full."""

    number: int
    due_on: date
    amount: Exact
    outstanding_amount: Exact


class Situation(Paper):
    """How a contract stands at the end of a day: what was paid, what is overdue, what comes next. `overdue` are the oldest of them."""

    KIND = "CERTIFICATE_SITUATION"

    starts_on: date
    ends_on: date | None = None
    due_amount: Exact  # that fell due until that day
    paid_amount: Exact
    overdue_amount: Exact
    overdue_count: int = 0
    overdue: tuple[Due, ...] = Field(default=(), max_length=MOST_ITEMS)
    next_due_on: date | None = None
    next_amount: Exact | None = None
    remaining_count: int | None = None


class Credit(Paper):
    """That a credit was granted or a lease concluded, and on which terms."""

    KIND = "CERTIFICATE_CREDIT"

    amount: Exact
    signed_on: date | None = None
    starts_on: date
    ends_on: date | None = None
    duration_months: int | None = None
    periodicity_months: int | None = None
    timing: Literal["ADVANCE", "ARREARS"] | None = None
    installment_amount: Exact | None = None
    first_rent_amount: Exact | None = None
    purchase_option_amount: Exact | None = None
    residual_value_amount: Exact | None = None
    nominal_rate_percent: Exact | None = None
    apr_percent: Exact | None = None
    fees_amount: Exact | None = None


class PayTo(Value):
    """Where a settlement is paid."""

    holder: str
    iban: str
    bic: str | None = None
    reference: str | None = None


class SettlementQuote(Summed):
    """What paying off on one day costs. Each day later adds `per_day_amount`, until it ends."""

    KIND = "SETTLEMENT_QUOTE"

    quote_number: str | None = None
    is_binding: bool
    is_partial: bool = False  # what is paid is a part, and the contract goes on
    per_day_amount: Exact | None = None
    valid_until_on: date
    pay_to: PayTo | None = None
    legal_mention: str | None = None


PAPERS: dict[str, type[Paper]] = {paper.KIND: paper for paper in (Schedule, Balance, Situation, Credit, SettlementQuote)}
