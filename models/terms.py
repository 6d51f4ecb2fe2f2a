"""What was agreed in a contract: one shape for each family of kinds, reading the columns of the one row.

A value made from a row, light or not, so it reads columns only and computes with no amount.
"""

from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import Any, ClassVar

from models.money import Money

HUNDREDTH = Decimal("0.01")


def _column(name: str) -> property:
    """The contract's own column."""
    return property(attrgetter(f"row.{name}"), doc=f"`{name}` of the contract.")


def _money(name: str) -> property:
    """An amount of the contract, with its currency."""
    amount_and_currency = attrgetter(f"row.{name}", "row.currency")

    def fact(terms: "Terms") -> Money | None:
        amount, currency = amount_and_currency(terms)
        return None if amount is None else Money(amount, currency)

    return property(fact, doc=f"`{name}` of the contract, with its currency.")


def shown_apr(name: str) -> property:
    """A yearly rate of charge as people are shown it: kept with six decimals, shown with two."""
    exact = attrgetter(name)

    def fact(row: Any) -> Decimal | None:
        percent = exact(row)
        return None if percent is None else Decimal(percent).quantize(HUNDREDTH, ROUND_HALF_UP)

    return property(fact, doc=f"`{name}`, rounded half up to two decimals.")


class Terms:
    """What every contract has agreed on. `row` is the contract."""

    __slots__ = ("row",)
    TYPENAME: ClassVar[str]

    def __init__(self, row: Any) -> None:
        self.row = row

    @property
    def typename(self) -> str:
        """The GraphQL type of this value."""
        return self.TYPENAME

    duration_months = _column("duration_months")
    periodicity_months = _column("periodicity_months")
    timing = _column("timing")


class LeaseTerms(Terms):
    """A rent, and what becomes of the asset."""

    __slots__ = ()
    TYPENAME = "LeaseTerms"

    first_rent = _money("first_rent_amount")
    rent_excl_vat = _money("rent_excl_vat_amount")
    rent_incl_vat = _money("rent_incl_vat_amount")
    vat_percent = _column("vat_percent")
    residual_value = _money("residual_value_amount")
    purchase_option = _money("purchase_option_amount")
    purchase_option_from_on = _column("purchase_option_from_on")
    purchase_option_to_on = _column("purchase_option_to_on")


class LoanTerms(Terms):
    """A sum, paid back with interest."""

    __slots__ = ()
    TYPENAME = "LoanTerms"

    installment = _money("installment_amount")
    nominal_rate_percent = _column("nominal_rate_percent")
    shown_apr_percent = shown_apr("row.apr_percent")


class RevolvingTerms(Terms):
    """A limit, drawn on and paid back again."""

    __slots__ = ()
    TYPENAME = "RevolvingTerms"

    credit_limit = _money("credit_limit_amount")
    drawn = _money("drawn_amount")
    available = _money("available_amount")
    installment = _money("installment_amount")
    nominal_rate_percent = _column("nominal_rate_percent")
    shown_apr_percent = shown_apr("row.apr_percent")
    card_last4 = _column("card_last4")


class InsuranceTerms(Terms):
    """A cover, for a premium."""

    __slots__ = ()
    TYPENAME = "InsuranceTerms"

    insurer = _column("insurer")
    coverage = _column("coverage")
    premium = _money("premium_amount")


class OtherTerms(Terms):
    """What is known of a kind of contract that this version does not know."""

    __slots__ = ()
    TYPENAME = "OtherTerms"


# By the words of `contracts.ContractKind`, which a light row has as plain text.
BY_KIND: dict[str, type[Terms]] = {
    "FINANCE_LEASE": LeaseTerms,
    "HIRE_PURCHASE": LeaseTerms,
    "RENTAL": LeaseTerms,
    "LOAN": LoanTerms,
    "CONSOLIDATION": LoanTerms,
    "CREDIT_FACILITY": RevolvingTerms,
    "REVOLVING_CREDIT": RevolvingTerms,
    "INSURANCE": InsuranceTerms,
}


def terms_of(contract: Any) -> Terms:
    """The terms of this contract, in the form of its kind; those that every contract has, where a newer version brought the kind."""
    return BY_KIND.get(contract.kind, OtherTerms)(contract)
