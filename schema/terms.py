"""What was agreed in a contract, in the form of its kind."""

from datetime import date
from decimal import Decimal

import strawberry

from engine import ByTypename
from models.contracts import Timing
from schema.enums import shown
from schema.money import Money

NOMINAL = "The nominal yearly rate: 4.80 for 4.8 %."
APR = "What the credit costs a year with all fees, in percent, at two decimals."

shown(Timing, "When in a period its payment is due.")


@strawberry.interface(description="What was agreed. Which terms a contract has follows from its kind.")
class ContractTerms(ByTypename):
    duration_months: int | None = strawberry.field(description="For how many months.")
    periodicity_months: int | None = strawberry.field(description="How many months there are from one payment to the next.")
    timing: Timing | None = strawberry.field(description="When in a period its payment is due.")


@strawberry.type(description="A rent, and what becomes of the asset. Of finance leases, hire purchases and rentals.")
class LeaseTerms(ContractTerms):
    first_rent: Money | None = strawberry.field(description="The first rent, where it is larger than the others, without VAT.")
    rent_excl_vat: Money | None = strawberry.field(description="The rent of each period, without VAT.")
    rent_incl_vat: Money | None = strawberry.field(description="The rent of each period, with VAT.")
    vat_percent: Decimal | None = strawberry.field(description="The rate of VAT on the rent: 21.00 for 21 %.")
    residual_value: Money | None = strawberry.field(description="What the asset is counted as worth at the end.")
    purchase_option: Money | None = strawberry.field(description="For how much the asset may be bought.")
    purchase_option_from_on: date | None = strawberry.field(description="The first day it may be bought.")
    purchase_option_to_on: date | None = strawberry.field(description="The last day it may be bought.")


@strawberry.type(description="A sum, paid back with interest. Of loans and consolidations.")
class LoanTerms(ContractTerms):
    installment: Money | None = strawberry.field(description="The usual payment of each period.")
    nominal_rate_percent: Decimal | None = strawberry.field(description=NOMINAL)
    shown_apr_percent: Decimal | None = strawberry.field(name="aprPercent", description=APR)


@strawberry.type(description="A limit, drawn on and paid back again. Of credit facilities and revolving credits.")
class RevolvingTerms(ContractTerms):
    credit_limit: Money | None = strawberry.field(description="The most that may be drawn.")
    drawn: Money | None = strawberry.field(description="How much is drawn.")
    available: Money | None = strawberry.field(description="How much may still be drawn.")
    installment: Money | None = strawberry.field(description="The usual payment of each period.")
    nominal_rate_percent: Decimal | None = strawberry.field(description=NOMINAL)
    shown_apr_percent: Decimal | None = strawberry.field(name="aprPercent", description=APR)
    card_last4: str | None = strawberry.field(name="cardLast4", description="The last four digits of the card.")


@strawberry.type(description="A cover, for a premium. Of insurances.")
class InsuranceTerms(ContractTerms):
    insurer: str | None = strawberry.field(description="Who insures.")
    coverage: str | None = strawberry.field(description="What is covered.")
    premium: Money | None = strawberry.field(description="The premium of each period.")


@strawberry.type(description="What any contract has agreed. Of kinds of contracts that only a newer version of the server knows.")
class OtherTerms(ContractTerms):
    pass


TERMS = [LeaseTerms, LoanTerms, RevolvingTerms, InsuranceTerms, OtherTerms]
